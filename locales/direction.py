"""Text that runs from right to left, and words of the other direction in it.

Unicode's isolates keep what is put into a sentence from turning the words around it: RLI before
words of a right-to-left language itself, FSI before words of any other, PDI after both. A mark at
the beginning lets a line run as its language does, whatever its first sign is.
"""

from __future__ import annotations

import unicodedata

RIGHT_TO_LEFT_ISOLATE, FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2067", "\u2068", "\u2069"
RIGHT_TO_LEFT_MARK = "\u200f"
_RIGHT_TO_LEFT = ("R", "AL")
_ISOLATES = (RIGHT_TO_LEFT_ISOLATE, FIRST_STRONG_ISOLATE)
_UNSEEN = dict.fromkeys(map(ord, (*_ISOLATES, POP_ISOLATE, RIGHT_TO_LEFT_MARK)))


def isolated(words: str, *, right_to_left: bool, own: bool = False) -> str:
    """Return words as they can stand in a sentence of a language of this direction.

    `own` are words of that language itself. They keep its direction where all that would show it
    stands in isolates of its own: else an order of steps with arrows between would be read from the
    wrong end. Plain numbers turn nothing around, and an address has to stay one where it is copied.
    """
    if words.isdecimal() or "://" in words or (words.isascii() and not right_to_left):
        return words
    foreign = right_to_left or any(_direction(char) in _RIGHT_TO_LEFT for char in words)
    opening = RIGHT_TO_LEFT_ISOLATE if own and right_to_left else FIRST_STRONG_ISOLATE
    return f"{opening}{words}{POP_ISOLATE}" if foreign and words else words


def begun(line: str) -> str:
    """Return a line of a right-to-left language so that it runs that way from its first sign."""
    return line if _starts_right_to_left(line) else RIGHT_TO_LEFT_MARK + line


def unmarked(words: str) -> str:
    """Return words without the signs that direct them, to compare them with what was typed."""
    return words.translate(_UNSEEN)


def _starts_right_to_left(line: str) -> bool:
    depth = 0
    for char in line:
        depth += (char in _ISOLATES) - (char == POP_ISOLATE)
        if depth == 0 and _direction(char) in ("L", *_RIGHT_TO_LEFT):
            return _direction(char) in _RIGHT_TO_LEFT
    return False


def _direction(char: str) -> str:
    return unicodedata.bidirectional(char)
