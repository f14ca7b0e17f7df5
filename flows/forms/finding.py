"""What finds a form in a plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

Span: TypeAlias = "tuple[int, int]"
Finder: TypeAlias = "Callable[[str], Iterable[Span]]"

DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
YEAR = r"(?:(?:19|20)\d{2})"
CAPITAL = r"(?-i:[A-Z\u0400-\u042f])"

_SCORE = re.compile(
    r"(?:\b[A-Z]{2,}-?\d{0,2}|(?i:\b(?:scores?|items?|points?|cijfers?|punten|wynik\w*|puan\w*)))"
    r"[\s:=(]{1,3}(?i:(?:van|of|is|was)\s)?$"
)


def after_score(plain: str, place: int) -> bool:
    """Whether what stands at this place of a text comes after the name of an instrument."""
    return bool(_SCORE.search(plain, max(0, place - 24), place))


def matches(*patterns: re.Pattern[str]) -> Finder:
    """Return what finds the patterns: the whole, or the group that alone identifies."""

    def find(plain: str) -> Iterator[Span]:
        for pattern in patterns:
            for found in pattern.finditer(plain):
                yield found.span("it" if "it" in pattern.groupindex else 0)

    return find
