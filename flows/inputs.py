"""Typed answers: reading what people write, and saying kindly what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from flows.lexicon import Lexicon, folded
from flows.messages import Message, message
from flows.questions import LONGEST_TEXT

_SURELY_MONTHS = 7
"""A bare number below this could be years as well as months, so it is asked again."""


class InputError(ValueError):
    """An answer that cannot be taken; `problem` says why and what to do next."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)


_TURNS_OR_HIDES = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
"""Directional marks, overrides and isolates, and spaces without width; not the joiners that some
scripts need."""


def read_text(raw: str) -> str:
    """Return free text, trimmed; line breaks stay.

    What turns text around or takes no room is left out. Raises InputError when it is empty, over
    4,000 characters, or has control characters.
    """
    text = raw.replace("\r\n", "\n").translate(_TURNS_OR_HIDES).strip()
    if not text:
        raise InputError(message("input.empty"))
    if any(_unreadable(char) for char in text):
        raise InputError(message("input.control_characters"))
    if len(text) > LONGEST_TEXT:
        raise InputError(message("input.too_long", count=len(text), longest=LONGEST_TEXT))
    return text


def _unreadable(char: str) -> bool:
    """Control characters, and what stands for bytes that were no text."""
    return char == "\ufffd" or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t")


def read_number(raw: str, low: int, high: int, decimals: int = 0) -> str:
    """Return a number as plain digits, with a point before decimals.

    Takes the digits of any script and a comma or point. Raises InputError, naming the range, for
    anything else.
    """
    problem = message("input.number_decimals" if decimals else "input.number", low=low, high=high)
    text = _plain(raw).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,4})?", text):
        raise InputError(problem)
    number = Decimal(text)
    if number != round(number, decimals) or not low <= number <= high:
        raise InputError(problem)
    return f"{number.normalize():f}"


def read_age(raw: str, high: int, lexicon: Lexicon) -> str:
    """Return an age in whole months, read with the words of all languages.

    Takes "38", "3;2", "3 jaar en 2 maanden", "3 years 2 months", "18 mnd", "2,5 jaar". Raises
    InputError for anything else, for an age over `high` months, and for a bare number so small
    that it may be years.
    """
    text = folded(_plain(raw))
    months = _age_in_months(text, lexicon)
    if months is None:
        raise InputError(message("input.age", high=high))
    if months > high:
        raise InputError(message("input.age_too_high", high=high))
    if text.isdecimal() and 0 < months < _SURELY_MONTHS:
        raise InputError(message("input.age_ambiguous", number=months))
    return str(months)


def _age_in_months(text: str, lexicon: Lexicon) -> int | None:
    if re.fullmatch(r"\d{1,3}", text):
        return int(text)
    years_months = re.fullmatch(r"(\d{1,2})\s*[;:]\s*(\d{1,2})", text)
    if years_months:
        years, rest = int(years_months[1]), int(years_months[2])
        return years * 12 + rest if rest < 12 else None
    words = re.findall(r"\d+(?:[.,]\d+)?|[^\W\d_]+|\S", text)
    total = Decimal(0)
    pending: Decimal | None = None
    seen: set[str] = set()
    for word in words:
        if word[0].isdecimal():
            if pending is not None:
                return None
            pending = Decimal(word.replace(",", "."))
        elif word in lexicon.years and pending is not None and not seen:
            total, pending = total + pending * 12, None
            seen.add("years")
        elif word in lexicon.months and pending is not None and "months" not in seen:
            if "years" in seen and pending >= 12:
                return None
            total, pending = total + pending, None
            seen.add("months")
        elif not ((word in lexicon.conjunctions or word in "&+,.") and pending is None and seen):
            return None
    if pending is not None or not seen or total != total.to_integral_value() or total > 1200:
        return None
    return int(total)


def read_date(raw: str, today: date) -> str:
    """Return a date as YYYY-MM-DD.

    Takes day-month-year with - / or . between, and year-month-day. Raises InputError for anything
    else, for a date in the future, and for one over 20 years ago.
    """
    text = _plain(raw)
    match = re.fullmatch(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", text)
    if match is None:
        raise InputError(message("input.date"))
    first, month, last = (int(part) for part in match.groups())
    year, day = (first, last) if len(match[1]) == 4 else (last, first)
    if len(match[1]) != 4 and len(match[3]) != 4:
        raise InputError(message("input.date"))
    try:
        given = date(year, month, day)
    except ValueError:
        raise InputError(message("input.date")) from None
    if given > today:
        raise InputError(message("input.date_future"))
    if given.year < today.year - 20:
        raise InputError(message("input.date_too_old"))
    return given.isoformat()


_SIGNS = {"٫": ".", "،": ",", "−": "-"}
"""Signs of other scripts, as they are read."""


def _plain(raw: str) -> str:
    """Write digits of any script as 0-9 and trim; other signs stay as they are."""
    folded = unicodedata.normalize("NFKC", raw.translate(_TURNS_OR_HIDES)).strip()
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else _SIGNS.get(char, char)
        for char in folded
    )
