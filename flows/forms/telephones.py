"""Telephone numbers, of the Netherlands and of where its languages are spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from flows.forms.finding import MONTH, YEAR, Span
from flows.forms.runs import GROUP, even_runs

_RUN = re.compile(r"\d++(?:(?:[\s()./:_~\\'-]{1,6}+|(?<=\d\d),(?=\d\d))\d++)*+")
_PLUS = re.compile(r"\+[( ]{0,2}$")
_TIME = r"(?:[01]?\d|2[0-4])"
_TIMES = re.compile(rf"(?<![\d.:]){_TIME}:[0-5]\d(?:[ ,/-]{{1,3}}{_TIME}:[0-5]\d)+(?![\d.:])")
_TIMES_WITH_DOTS = re.compile(rf"{_TIME}\.[0-5]\d(?:[ /-]{{1,3}}{_TIME}\.[0-5]\d)*")
_MONTHS_AND_YEARS = re.compile(rf"{MONTH}[-/ ]{YEAR}(?:[ /-]{{1,3}}(?:{MONTH}|{YEAR}))*")

_LEAST_OF_TELEPHONE = 9
_MOST_OF_TELEPHONE = 15
_IN_FIVE_PAIRS = 10
_MOST_GROUPS = 6

_REGIONS = {
    (3, 3, 3): ("PL", "ES"),
    (3, 2, 2, 2): ("ES",),
    (2, 3, 2, 2): ("PL", "ES", "UA"),
    (3, 3, 2, 2): ("TR",),
    (3, 3, 4): ("TR", "IR", "US"),
    (2, 3, 4): ("SO", "ET", "SA", "BG"),
    (2, 2, 2, 2, 2): ("FR",),
    (2, 3, 3): ("ER", "BG"),
}
"""Where a telephone number is written in groups of so many digits."""
_WITH_ZERO = ((2, 2, 2, 2, 2), (2, 3, 3))
"""Groups that scores have too, unless they begin with a zero."""
_SUMS = (3, 3, 3)
_COUNTRIES = frozenset({31, 32, 33, 34, 44, 48, 90, 98, 251, 252, 291, 359, 380, 963, 964, 966})
_IN_COUNTRY_CODE = (2, 3)


def telephones(plain: str) -> Iterator[Span]:
    """Find telephone numbers, also those that stand after or before other numbers."""
    without_times = _TIMES.sub(lambda times: ";" * len(times.group()), plain)
    for run in _RUN.finditer(without_times):
        if _TIMES_WITH_DOTS.fullmatch(run.group()):
            continue
        plus = _PLUS.search(plain, max(0, run.start() - 3), run.start())
        groups = [group.span() for group in GROUP.finditer(plain, *run.span())]
        first = 0
        while first < len(groups):
            count = _telephone(plain, groups[first : first + _MOST_OF_TELEPHONE], bool(plus))
            if count:
                start = plus.start() if plus else groups[first][0]
                end = groups[first + count - 1][1]
                if plain[start - 1 : start] == "(" and ")" in plain[start:end]:
                    start -= 1
                yield start, end
            plus = None
            first += count or 1


def _telephone(plain: str, groups: list[Span], plus: bool) -> int:
    """Return how many of the groups of digits, from the first, are one telephone number."""
    digits = "".join(plain[start:end] for start, end in groups)
    lengths = _lengths(digits, plus)
    if not lengths or (not plus and groups[0][1] - groups[0][0] == 1 and digits[:2] != "06"):
        return 0
    counts: dict[int, int] = {}
    length = 0
    for count, (start, end) in enumerate(groups, start=1):
        length += end - start
        if length in lengths and not _MONTHS_AND_YEARS.fullmatch(plain, groups[0][0], end):
            counts[length] = count
    possible = [length for length in lengths if length in counts]
    for length in possible:
        if _is_valid(digits[:length], plus):
            return counts[length]
    for length in possible:
        number = groups[: counts[length]]
        sizes = [end - start for start, end in number]
        after_letter = plain[max(0, number[0][0] - 1)].isalpha()
        if not after_letter and _looks_like_telephone(digits[:length], sizes, plus):
            return counts[length]
    return 0


def foreign_telephones(plain: str) -> Iterator[Span]:
    """Find telephone numbers that are in use in a country of one of the languages.

    Their groups of digits must be those that are usual there. A row of scores, doses or sums is no
    telephone number: mostly those are round or low.
    """
    for span, groups in even_runs(plain):
        digits = "".join(groups)
        sizes = tuple(map(len, groups))
        if all(group[-1] in "05" for group in groups) or (sizes == _SUMS and digits < "4"):
            continue
        if sizes in _WITH_ZERO and not digits.startswith("0"):
            continue
        if any(_is_valid_in(digits, region) for region in _REGIONS.get(sizes, ())) or (
            sizes[0] in _IN_COUNTRY_CODE
            and int(groups[0]) in _COUNTRIES
            and max(sizes[1:]) > _IN_COUNTRY_CODE[0]
            and _LEAST_OF_TELEPHONE < len(digits) <= _MOST_OF_TELEPHONE
            and _is_valid(digits, plus=True)
        ):
            yield span


def _lengths(digits: str, plus: bool) -> Sequence[int]:
    """Return how many digits a number that begins so may have, the likeliest first."""
    if plus or (digits.startswith("00") and digits[2:3] != "0"):
        return range(_MOST_OF_TELEPHONE, _LEAST_OF_TELEPHONE - 1, -1)
    if digits.startswith("0"):
        return 10, 11, 9
    if digits.startswith("316"):
        return (11,)
    return ()


def _is_valid(digits: str, plus: bool) -> bool:
    """Whether the number is in use somewhere, read as someone in the Netherlands would."""
    if plus or digits.startswith("00"):
        digits = "+" + digits.removeprefix("00")
    return _is_valid_in(digits, "NL")


def _is_valid_in(digits: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _looks_like_telephone(digits: str, sizes: list[int], plus: bool) -> bool:
    """Whether it is written as a telephone number, though not one that is in use here.

    Such are numbers with a wrong digit, and those of other countries without their country code.
    """
    if len(sizes) > _MOST_GROUPS:
        return False
    if plus:
        return True
    if not digits.startswith("0") or sizes[0] == 1:
        return False
    in_pairs = len(digits) == _IN_FIVE_PAIRS and digits.startswith(("06", "07"))
    return in_pairs or max(sizes) > 2
