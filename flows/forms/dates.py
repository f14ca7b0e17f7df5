"""Dates of which the day, the month and the year are there."""

from __future__ import annotations

import re

from flows.forms.finding import DAY, MONTH, YEAR, matches

_NAMED_MONTH = (
    r"(?:(?:jan(?:uar[iy])?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch|t)?|apr(?:il)?|mei|may[iı]s"
    r"|may|jun[ie]?|jul[iy]?|aug(?:ustus|ust)?|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?"
    r"|de[cz](?:ember)?"
    r"|ocak|subat|nisan|haziran|temmuz|agustos|eylul|ekim|kasim|kasım|aralik|aralık"
    r"|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر"
    r"|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|كانون\ (?:الاول|الثاني)|تشرين\ (?:الاول|الثاني)"
    r")\b\.?)"
)
_BETWEEN = r"\ {0,2}[-/.\ ]\ {0,2}"
_NO_MORE = r"(?![-/._]?\d)"
_DATES = (
    re.compile(
        rf"(?<!\d)(?:{DAY}{_BETWEEN}{MONTH}|{MONTH}{_BETWEEN}{DAY}){_BETWEEN}{YEAR}{_NO_MORE}"
    ),
    re.compile(rf"(?<!\d){YEAR}[-/.]{MONTH}[-/.]{DAY}{_NO_MORE}"),
    re.compile(
        rf"(?<!\d)\d{{1,2}}\ ?(?:e|ste|de|st|nd|rd|th)?[-.\ ]{{0,2}}(?:(?:van|of)\ )?{_NAMED_MONTH}"
        rf"[-,.\ ]{{0,2}}(?:{YEAR}|'\d{{2}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_NAMED_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?,?\ {{1,2}}{YEAR}(?!\d)", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:geboren|geb|born|dob|geboortedatum|d\.?d|datum|date|op|sinds|vanaf|tot|on|since|from"
        r"|until)\b[\W_]{0,3}(?:(?:op|on)\b\W{0,2})?"
        rf"(?P<it>{DAY}(?P<between>[-/. ]){MONTH}(?P=between)\d{{2}})(?![-/.:]?\d)",
        re.IGNORECASE,
    ),
)

full_dates = matches(*_DATES)
