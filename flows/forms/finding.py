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


def matches(*patterns: re.Pattern[str]) -> Finder:
    """Return what finds the patterns: the whole, or the group that alone identifies."""

    def find(plain: str) -> Iterator[Span]:
        for pattern in patterns:
            for found in pattern.finditer(plain):
                yield found.span("it" if "it" in pattern.groupindex else 0)

    return find
