"""A text without what hides things in it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from flows.forms.finding import Span

_ALIKE = {
    **dict.fromkeys("\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb", "."),
    **dict.fromkeys("\u02d7\u2043\u2212\u2796", "-"),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0\u0640", ""),
    **dict.fromkeys("\n\r\v\f\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u2800\u1361", " "),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    **dict(zip("ıłŁøØđĐ", "ilLoOdD", strict=True)),
    **dict(zip("،؛٫٬يىكة", ",;,,یی\u06a9ه", strict=True)),
}
"""Other dots, dashes, spaces that are no space, and letters that are typed for one another."""


def plain_text(text: str) -> tuple[str, list[int]]:
    """Return the text as it is matched, and for each character of it its place in the text."""
    parts: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for simple in _simple(char):
            parts.append(simple)
            origins.append(place)
    return "".join(parts), origins


def plain_word(word: str) -> str:
    """Return a word of ours as it stands in a plain text."""
    return "".join(map(_simple, word))


@lru_cache(maxsize=4096)
def _simple(char: str) -> str:
    """Return a character in its plainest form: no accents, other scripts' digits, unseen marks."""
    return "".join(map(_simplest, unicodedata.normalize("NFKD", char)))


def _simplest(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Mn", "Me"):
        return ""
    return "-" if category == "Pd" else char


def original(span: Span, text: str, origins: list[int]) -> Span:
    """Return where something found stands in the text, with the accents on its last character."""
    start, end = origins[span[0]], origins[span[1] - 1] + 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return start, end
