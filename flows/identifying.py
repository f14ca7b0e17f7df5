"""What must not be stored: things in free text that could lead someone to a family.

It finds what has a form (numbers, addresses on the net, postcodes, dates of birth). It cannot
recognise names or places, and the question texts therefore ask to leave them out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from flows.messages import Message, message

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LINK = re.compile(r"(https?://|www\.)\S+|\bt\.me/\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z]\w{3,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}\s?(?:[A-Z0-9]{4}\s?){2,7}[A-Z0-9]{0,4}\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b")
_DIGITS = re.compile(r"\+?\(?\d[\d\s().\-/]{6,}\d")
_DATE = re.compile(r"\b\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b")


def identifying(text: str) -> Iterator[Message]:
    """Name each kind of identifying thing that the text seems to hold."""
    plain = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFKC", text)
    )
    if _EMAIL.search(plain):
        yield message("identifying.email")
    if _LINK.search(plain):
        yield message("identifying.link")
    if _HANDLE.search(plain):
        yield message("identifying.handle")
    if _IBAN.search(plain):
        yield message("identifying.bank_account")
    if _POSTCODE.search(plain):
        yield message("identifying.postcode")
    without_dates = _DATE.sub(" ", plain)
    if without_dates != plain:
        yield message("identifying.full_date")
    if any(_counts_as_number(found.group()) for found in _DIGITS.finditer(without_dates)):
        yield message("identifying.number")


def _counts_as_number(found: str) -> bool:
    """A telephone number, a citizen service number (BSN) or the like: eight digits or more."""
    return sum(char.isdigit() for char in found) >= 8
