"""Pseudonymous case codes such as `K7F-2M9`: five random characters and one that checks them.

The 32 characters are Crockford's base32, read as the elements of the field GF(2^5). Each place has
its own weight, all different and none zero, and the weighted sum of a right code is a fixed
element. In a field a product is zero only where a factor is, so every single wrong character and
every two swapped characters (neighbours or not) are noticed; a check modulo 32 could not do that.
"""

import secrets
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SEPARATORS: Final = str.maketrans(
    dict.fromkeys(" \t\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014\u2212")
)
_LENGTH: Final = 6
_REDUCE: Final = 0b100101  # x^5 + x^2 + 1, primitive, so the powers of 2 are all different


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= _REDUCE
        right >>= 1
    return product


def _weighted(values: list[int]) -> int:
    # Horner's rule gives the last character, the check, the weight 1.
    total = 0
    for value in values:
        total = _times(total, 2) ^ value
    return total


# Not zero, so that `000-000` is no code; this value makes the example of the documentation a right
# one.
_TARGET: Final = _weighted([ALPHABET.index(character) for character in "K7F2M9"])


def new_code(randbelow: Callable[[int], int] = secrets.randbelow) -> str:
    """Draw a case code. `randbelow(n)` gives a random whole number from 0 to n - 1."""
    values = [randbelow(len(ALPHABET)) for _ in range(_LENGTH - 1)]
    values.append(_weighted([*values, 0]) ^ _TARGET)
    return _shown("".join(ALPHABET[value] for value in values))


def parse_code(text: str) -> str:
    """Bring a typed case code to its one canonical form, `XXX-XXX`.

    Case, spaces and hyphens do not matter; I and L are read as 1 and O as 0. Raises ValueError,
    without repeating the text (it may be a name), where it is no code or its check character is
    wrong.
    """
    plain = text.translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    if len(plain) != _LENGTH or any(character not in ALPHABET for character in plain):
        raise ValueError("not a case code")
    if _weighted([ALPHABET.index(character) for character in plain]) != _TARGET:
        raise ValueError("not a case code: a character is wrong")
    return _shown(plain)


def _shown(plain: str) -> str:
    return f"{plain[:3]}-{plain[3:]}"
