"""The names of the months in the guard, beside those that Babel has of CLDR."""

from __future__ import annotations

import pytest
from babel import Locale

from flows.forms.months import CLDR, OTHER
from flows.forms.plain import plain_word
from flows.identifying import MASK, guard

LANGUAGES = ["nl", "en", "fr", "es", "pl", "uk", "tr", "bg", "ar", "fa", "so", "ti"]


def names(language: str) -> set[str]:
    """Return the names of the months in CLDR, in full and short, alone and in a date."""
    months = Locale.parse(language).months
    return {
        plain_word(name.casefold().rstrip("."))
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for name in months[context][width].values()
    }


def test_there_are_months_of_the_twelve_languages() -> None:
    assert list(CLDR) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_months_are_those_of_cldr(language: str) -> None:
    assert {plain_word(name) for name in CLDR[language].split()} == names(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_with_the_name_of_any_month_is_masked(language: str) -> None:
    for form in Locale.parse(language).months.values():
        for width in ("wide", "abbreviated"):
            for name in form[width].values():
                assert guard(f"12 {name} 2019").masked == MASK, name


@pytest.mark.parametrize("where", OTHER)
def test_so_is_one_with_a_name_that_is_not_in_cldr(where: str) -> None:
    for name in OTHER[where].replace("_", "\u00a0").split(" "):
        assert guard(f"12 {name} 2019").masked == MASK, name
