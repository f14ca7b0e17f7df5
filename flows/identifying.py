"""What must not be stored: things in free text that could lead someone to a family.

It finds what has a form (numbers, addresses on the net, postcodes, full dates). It cannot
recognise names or places, and the question texts therefore ask to leave them out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flows.messages import Message, message

_MONTH = r"(?:jan|feb|mrt|maart|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:19|20)\d{2}"
_TOP_LEVEL = r"(?:com|nl|org|net|eu|info|be|de|me|io|app)"

_EMAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?\.\s?[\w-]+)*\s?\.\s?[a-z]{2,}\b", re.IGNORECASE
)
_LINK = re.compile(
    rf"https?://\S+|\bwww\.\S+|\bt\.me/\S+|\b[\w-]+(?:\.[\w-]+)*\.{_TOP_LEVEL}/\S+", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w@])@(?!home\b)[A-Za-z]\w{3,}", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}\s?(?:[A-Z0-9]{4}\s?){2,7}[A-Z0-9]{0,4}\b", re.IGNORECASE)
_POSTCODE = re.compile(
    rf"\b(?!{_YEAR}\s)(?!{_YEAR}(?:er|ste|de)\b)[1-9]\d{{3}}\s?(?!SA|SD|SS|IU|IE|ML|MG|KG|KM|\s)"
    r"[A-Z]{2}\b"
)
_POSTCODE_SMALL = re.compile(
    rf"\b(?!{_YEAR}(?:er|ste|de)\b)[1-9]\d{{3}}(?!sa|sd|ss|iu|ie|ml|mg|kg|km)[a-z]{{2}}\b"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}\s?[-/. ]\s?\d{{1,2}}\s?[-/. ]\s?{_YEAR}\b"
    rf"|\b{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b"
    rf"|\b\d{{1,2}}\s?(?:e|ste|de)?\s?{_MONTH}\s?,?\s?{_YEAR}\b"
    rf"|\b{_MONTH}\s\d{{1,2}},?\s{_YEAR}\b"
    r"|\b(?:geboren|geb\.?|born|dob)\W{1,3}(?:op|on|:)?\s?\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\+?\(?\d(?:[\s()./:_-]*\d)+")
_YEARS = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")

_TOGETHER = 6
"""Digits without a space between them that are no year, score, dose or time."""
_TELEPHONE = 9
_BSN = 9


def identifying(text: str) -> Iterator[Message]:
    """Name each kind of identifying thing that the text seems to hold."""
    plain = _plain(text)
    if _EMAIL.search(plain):
        yield message("identifying.email")
    if _LINK.search(plain):
        yield message("identifying.link")
    if _HANDLE.search(plain):
        yield message("identifying.handle")
    if _IBAN.search(plain):
        yield message("identifying.bank_account")
    if _POSTCODE.search(plain) or _POSTCODE_SMALL.search(plain):
        yield message("identifying.postcode")
    without_dates = _DATE.sub(" ; ", plain)
    if without_dates != plain:
        yield message("identifying.full_date")
    if any(_counts_as_number(found.group()) for found in _DIGITS.finditer(without_dates)):
        yield message("identifying.number")


def _plain(text: str) -> str:
    """Return the text without what hides digits: other scripts, other dashes, unseen characters."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFKC", text).translate(_DASHES)
        if unicodedata.category(char) != "Cf"
    )


def _counts_as_number(found: str) -> bool:
    """Whether a run of digits is a telephone number, a citizen service number or a file number.

    A telephone number begins with 0 or +; a citizen service number (BSN) passes its check; a
    file number has six digits on end. Years, scores and times have none of these.
    """
    rest = _YEARS.sub(" ", found)
    digits = "".join(char for char in rest if char.isdigit())
    if any(len(run) >= _TOGETHER for run in re.findall(r"\d+", rest)):
        return True
    if len(digits) >= _TELEPHONE and found.lstrip("(").startswith(("+", "0")):
        return True
    everything = "".join(char for char in found if char.isdigit())
    return len(everything) == _BSN and _passes_the_eleven_test(everything)


def _passes_the_eleven_test(digits: str) -> bool:
    """The check that every citizen service number (BSN) passes."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0
