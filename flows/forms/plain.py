"""A text without what hides things in it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from flows.forms.finding import Span

_DOTS = "\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb"
_DASHES = "\u02d7\u2043\u2212\u2796"
_FILLERS = "\u115f\u1160\u3164\uffa0"


def plain_text(text: str) -> tuple[str, list[int]]:
    """Return the text as it is matched, and for each character of it its place in the text."""
    parts: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for simple in _simple(char):
            parts.append(simple)
            origins.append(place)
    return "".join(parts), origins


@lru_cache(maxsize=4096)
def _simple(char: str) -> str:
    """Return a character in its plainest form: no accents, other scripts' digits, unseen marks."""
    return "".join(map(_simplest, unicodedata.normalize("NFKD", char)))


def _simplest(char: str) -> str:
    category = unicodedata.category(char)
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if char.isspace() or char == "\u2800":
        return " "
    if category in ("Cc", "Cf", "Mn", "Me") or char in _FILLERS:
        return ""
    if category == "Pd" or char in _DASHES:
        return "-"
    if char in _DOTS:
        return "."
    if char in "\u2044\u2215":
        return "/"
    if char in "\u2018\u2019\u02bc":
        return "'"
    return char


def original(span: Span, text: str, origins: list[int]) -> Span:
    """Return where something found stands in the text, with the accents on its last character."""
    start, end = origins[span[0]], origins[span[1] - 1] + 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return start, end
