"""Citizen service, bank account and other long numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from stdnum import iban, numdb
from stdnum.nl import bsn

from flows.forms.finding import YEAR, Span, after_score, matches
from flows.forms.runs import GROUP, even_runs

_S = r"[\s./:_,-]{1,3}"
_BSN = re.compile(
    rf"""
    (?<!\d) (?<!\d,) (?= (?P<it>
        \d{{9}} | \d{{4}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{3}}{_S}\d{{3}}
      | \d{{2}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{2}}
      | \d{{2}}{_S}\d{{3}}{_S}\d{{4}} | \d{{4}}{_S}\d{{3}}{_S}\d{{2}}
      | \d{{4}}{_S}\d{{5}} | \d{{5}}{_S}\d{{4}}
    ) (?!,?\d) (?!\ ?(?:mg|ml|mcg|ug|euro|keer|x)\b) )
    """,
    re.VERBOSE,
)
_OF_BSN = 9
_NAMED_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?nummer|sofi(?: ?nummer)?|citizen service number)\b\D{0,20}"
    r"(?P<it>\d(?:[\s./:_,-]{0,3}\d){7,8})(?!\d)",
    re.IGNORECASE,
)
_NAMED_NUMBER = re.compile(
    r"\b(?:dossier|zaak|polis|pas(?:poort)?|passport|paszport\w*|v|client|patient|file|case|kenmerk"
    r"|sygnatura)(?:[ -]?(?:nummer|number|nr|no))?\.?(?:\sis)?[:\s]{1,3}"
    rf"(?P<it>(?!{YEAR}[-/]{YEAR}\b)[A-Z]{{0,3}}\d(?:[^\s\d]?\d){{4,}})",
    re.IGNORECASE,
)
_GLUED_RUN = re.compile(r"\d++(?:[-/._]\d++)*+")
_TOGETHER = 6
"""Digits without a space between them that are no year, score, dose or time."""

_IBAN_START = re.compile(r"(?<![A-Z0-9])([A-Z])\s?([A-Z])(?=[\s._-]{0,2}\d)", re.IGNORECASE)
_IBAN_DIGITS = 10


def bank_accounts(plain: str) -> Iterator[Span]:
    """Find bank account numbers by the form that each country gives them.

    The check digits need not be right where there are many digits: a slip of the finger does not
    make an account number safe.
    """
    for start in _IBAN_START.finditer(plain):
        form = _iban_form("".join(start.groups()).upper())
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
        rf"(?:[\s._-]{{0,2}}{kinds[kind]}){{{length}}}"
        for length, kind in re.findall(r"(\d+)!([nac])", structure)
    )
    return re.compile(
        rf"{country[0]}\s?{country[1]}(?:[\s._-]{{0,2}}\d){{2}}{form}(?!\d)", re.IGNORECASE
    )


def bsns(plain: str) -> Iterator[Span]:
    """Find citizen service numbers that are not called so, by their check and a usual form."""
    for found in _BSN.finditer(plain):
        if bsn.is_valid("".join(GROUP.findall(found.group("it")))):
            yield found.span("it")
    for span, groups in even_runs(plain):
        *sizes, last = map(len, groups)
        alike = len(set(sizes)) == 1 and last <= sizes[0]
        scores = sizes[0] == 1 and after_score(plain, span[0])
        digits = "".join(groups)
        if alike and not scores and len(digits) == _OF_BSN and bsn.is_valid(digits):
            yield span


def numbers(plain: str) -> Iterator[Span]:
    """Find other long numbers, such as file numbers, with what is joined to them."""
    for run in _GLUED_RUN.finditer(plain):
        if any(len(group) >= _TOGETHER for group in GROUP.findall(run.group())):
            yield run.span()


named_bsns = matches(_NAMED_BSN)
named_numbers = matches(_NAMED_NUMBER)
