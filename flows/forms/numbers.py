"""Telephone, citizen service, bank account and other long numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import phonenumbers
from stdnum import iban, numdb
from stdnum.nl import bsn

from flows.forms.finding import MONTH, YEAR, Span, matches

_RUN = re.compile(r"\d++(?:(?:[\s()./:_~\\-]{1,6}+|(?<=\d\d),(?=\d\d))\d++)*+")
_GROUP = re.compile(r"\d+")
_PLUS = re.compile(r"\+[( ]{0,2}$")
_TIME = r"(?:[01]?\d|2[0-4])"
_TIMES = re.compile(rf"(?<![\d.:]){_TIME}:[0-5]\d(?:[ ,/-]{{1,3}}{_TIME}:[0-5]\d)+(?![\d.:])")
_TIMES_WITH_DOTS = re.compile(rf"{_TIME}\.[0-5]\d(?:[ /-]{{1,3}}{_TIME}\.[0-5]\d)*")
_MONTHS_AND_YEARS = re.compile(rf"{MONTH}[-/ ]{YEAR}(?:[ /-]{{1,3}}(?:{MONTH}|{YEAR}))*")

_LEAST_OF_TELEPHONE = 9
_MOST_OF_TELEPHONE = 15
_IN_FIVE_PAIRS = 10
_MOST_GROUPS = 6

_S = r"[\s./:_-]{1,3}"
_BSN = re.compile(
    rf"""
    (?<!\d) (?= (?P<it>
        \d{{9}} | \d{{4}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{3}}{_S}\d{{3}}
      | \d{{2}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{2}}
      | \d{{2}}{_S}\d{{3}}{_S}\d{{4}} | \d{{4}}{_S}\d{{3}}{_S}\d{{2}}
      | \d{{4}}{_S}\d{{5}} | \d{{5}}{_S}\d{{4}}
    ) (?!\d) (?!\ ?(?:mg|ml|mcg|ug|euro|keer|x)\b) )
    """,
    re.VERBOSE,
)
_NAMED_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?nummer|sofi(?: ?nummer)?|citizen service number)\b[^\d\n]{0,20}"
    r"(?P<it>\d(?:[\s./:_-]{0,3}\d){7,8})(?!\d)",
    re.IGNORECASE,
)
_GLUED_RUN = re.compile(r"\d++(?:[-/._]\d++)*+")
_TOGETHER = 6
"""Digits without a space between them that are no year, score, dose or time."""

_IBAN_START = re.compile(r"(?<![A-Z0-9])([A-Z]{2})(?=[ .-]{0,2}\d)", re.IGNORECASE)
_IBAN_DIGITS = 10


def bank_accounts(plain: str) -> Iterator[Span]:
    """Find bank account numbers by the form that each country gives them.

    The check digits need not be right where there are many digits: a slip of the finger does not
    make an account number safe.
    """
    for start in _IBAN_START.finditer(plain):
        form = _iban_form(start.group().upper())
        account = form and form.match(plain, start.start())
        if account and (
            sum(map(str.isdigit, account.group())) >= _IBAN_DIGITS
            or iban.is_valid(account.group(), check_country=False)
        ):
            yield account.span()


@cache
def _iban_form(country: str) -> re.Pattern[str] | None:
    """Return what an account number of a country looks like, with or without spaces in it."""
    structure = numdb.get("iban").info(country)[0][1].get("bban")
    if structure is None:
        return None
    kinds = {"n": r"\d", "a": "[A-Z]", "c": "[A-Z0-9]"}
    form = "".join(
        rf"(?:[ .-]{{0,2}}{kinds[kind]}){{{length}}}"
        for length, kind in re.findall(r"(\d+)!([nac])", structure)
    )
    return re.compile(rf"{country}(?:[ .-]{{0,2}}\d){{2}}{form}(?!\d)", re.IGNORECASE)


def telephones(plain: str) -> Iterator[Span]:
    """Find telephone numbers, also those that stand after or before other numbers."""
    without_times = _TIMES.sub(lambda times: ";" * len(times.group()), plain)
    for run in _RUN.finditer(without_times):
        if _TIMES_WITH_DOTS.fullmatch(run.group()):
            continue
        plus = _PLUS.search(plain, max(0, run.start() - 3), run.start())
        groups = [group.span() for group in _GROUP.finditer(plain, *run.span())]
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
    try:
        number = phonenumbers.parse(digits, "NL")
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


def bsns(plain: str) -> Iterator[Span]:
    """Find citizen service numbers that are not called so, by their check and a usual form."""
    for found in _BSN.finditer(plain):
        if bsn.is_valid("".join(_GROUP.findall(found.group("it")))):
            yield found.span("it")


def numbers(plain: str) -> Iterator[Span]:
    """Find other long numbers, such as file numbers, with what is joined to them."""
    for run in _GLUED_RUN.finditer(plain):
        if any(len(group) >= _TOGETHER for group in _GROUP.findall(run.group())):
            yield run.span()


named_bsns = matches(_NAMED_BSN)
