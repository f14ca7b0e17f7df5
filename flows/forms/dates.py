"""Dates of which the day, the month and the year are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.forms.finding import DAY, MONTH, YEAR, Span, after_score, matches
from flows.forms.months import CLDR, OTHER
from flows.forms.words import COUNTED, any_language, one_of

_NAMED_MONTH = (
    rf"(?:\b{one_of(' '.join((*CLDR.values(), *OTHER.values())).split())}\b\.?"
    r"|(?-i:\b(?:XI{0,2}|I[VX]|VI{0,3}|I{1,3})\b\.?))"
)
_SOLAR_YEAR = r"(?:1[34]\d{2})"
_ANY_YEAR = rf"(?:{YEAR}|{_SOLAR_YEAR})"
_OF = r"(?:(?:van|of|de|del|dhe|ti)\s)?"
_BETWEEN = r"\s{0,2}[-/.\s]\s{0,2}"
_NO_MORE = r"(?![-/._]?\d)"
_DATES = (
    re.compile(
        rf"(?<!\d)(?:{DAY}{_BETWEEN}{MONTH}|{MONTH}{_BETWEEN}{DAY}){_BETWEEN}{YEAR}{_NO_MORE}"
    ),
    re.compile(rf"(?<!\d){_ANY_YEAR}[-/.]{MONTH}[-/.]{DAY}{_NO_MORE}"),
    re.compile(rf"(?<!\d){DAY}[-/.]{MONTH}[-/.]{_SOLAR_YEAR}{_NO_MORE}"),
    re.compile(
        r"(?<!\d)\d{1,2}(?:\s?-?(?:e|ste|de|st|nd|rd|th|er|го|ти|ви|ри))?[-./,\s]{0,2}"
        rf"{_OF}{_NAMED_MONTH}(?:\s?/\s?{_NAMED_MONTH})?[-./,\s]{{0,2}}{_OF}"
        rf"(?:(?:{_ANY_YEAR}|'\d{{2}})(?!\d)|\d{{2}}(?=\s*(?:$|\n|[;)!?]|[.,](?!\d))))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_NAMED_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{{1,2}}{_ANY_YEAR}(?!\d)", re.IGNORECASE
    ),
    re.compile(
        rf"\b{any_language('dated')}\b[\W_]{{0,3}}(?:(?:op|on)\b\W{{0,2}})?"
        rf"(?P<it>{DAY}(?P<between>[-/. ]){MONTH}(?P=between)\d{{2}})(?![-/.:]?\d|\s?{COUNTED})",
        re.IGNORECASE,
    ),
)
_named_or_whole = matches(*_DATES)

_SHORT = re.compile(
    r"(?<![\w.,:/-])(?P<first>\d{1,2})(?P<between>[-/.])(?P<second>\d{1,2})(?P=between)"
    rf"(?P<year>\d{{2}})(?![-/.:]?\w|\s?{COUNTED})"
)
_TO = re.compile(
    r"\s{0,2}(?:tot|t/m|-|until|till|to|au|al?|hasta|do|до|по|الی|تا|ilaa|ክሳብ)\s{0,2}",
    re.IGNORECASE,
)
_LAST_MONTH = 12
_LAST_DAY = 31


def full_dates(plain: str) -> Iterator[Span]:
    """Find full dates: with the year in full or a month by its name, and short ones."""
    yield from _named_or_whole(plain)
    yield from _short_dates(plain)


def _short_dates(plain: str) -> Iterator[Span]:
    """Find dates with two digits for the year, which scores and doses may look like.

    Those have no zero before a digit and mostly go up or down; a date that does so too is found
    where it is the begin or the end of a period, or a word for a date stands before it.
    """
    before: re.Match[str] | None = None
    for found in _SHORT.finditer(plain):
        first, second, year = (int(found[part]) for part in ("first", "second", "year"))
        if not (0 < min(first, second) <= _LAST_MONTH and max(first, second) <= _LAST_DAY):
            continue
        if after_score(plain, found.start()):
            continue
        if before and _TO.fullmatch(plain, before.end(), found.start()):
            yield before.span()
            yield found.span()
        zero = found["first"].startswith("0") or found["second"].startswith("0")
        in_order = first < second < year or first > second > year or first == second == year
        if zero or not in_order:
            yield found.span()
        before = found
