"""Rows of groups of digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.forms.finding import Span
from flows.forms.words import UNIT

GROUP = re.compile(r"\d+")
_EVEN_RUN = re.compile(r"(?<!\d)(?<!\d[.,-])\d++(?:[\s./:_,-]{1,3}+\d++)++(?![.,]?\d)")
_NO_QUANTITY = re.compile(rf"(?!\s?(?:{UNIT}|(?:keer|x)\b))")


def even_runs(plain: str) -> Iterator[tuple[Span, list[str]]]:
    """Find rows of groups of digits with one and the same sign or space between them."""
    for run in _EVEN_RUN.finditer(plain):
        between = set(re.split(r"\d+", run.group())[1:-1])
        if len(between) == 1 and _NO_QUANTITY.match(plain, run.end()):
            yield run.span(), GROUP.findall(run.group())
