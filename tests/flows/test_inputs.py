"""What people type, and what is made of it."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.inputs import InputError, read_age, read_date, read_number, read_text
from locales import lexicon

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("38", 38),
        ("3;2", 38),
        ("3:2", 38),
        ("3 jaar en 2 maanden", 38),
        ("3 jaar 2 maanden", 38),
        ("3j2m", 38),
        ("3 years and 2 months", 38),
        ("3 yr, 2 mo", 38),
        ("3 jaar", 36),
        ("2,5 jaar", 30),
        ("0", 0),
        ("0;6", 6),
        ("6 maanden", 6),
        ("18 mnd", 18),
        ("٣٨", 38),
        ("３８", 38),
        ("٢٫٥ jaar", 30),
        ("3 lata، 2 miesiące", 38),
        ("3 JAAR", 36),
        ("6 jaar en 11 maanden", 83),
    ],
)
def test_an_age_as_people_type_it(typed: str, months: int) -> None:
    assert read_age(typed, 83, lexicon()) == str(months)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "input.age"),
        ("drie", "input.age"),
        ("3;12", "input.age"),
        ("3 jaar en 14 maanden", "input.age"),
        ("2 maanden 3 jaar", "input.age"),
        ("3 jaar jaar", "input.age"),
        ("-3 jaar", "input.age"),
        ("3 jaar 2", "input.age"),
        ("2,33 jaar", "input.age"),
        ("en 3 jaar", "input.age"),
        ("7 jaar", "input.age_too_high"),
        ("84", "input.age_too_high"),
        ("3", "input.age_ambiguous"),
        ("6", "input.age_ambiguous"),
    ],
)
def test_an_age_that_cannot_be_taken_says_what_to_type(typed: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read_age(typed, 83, lexicon())
    assert refused.value.problem.id == problem


@given(st.integers(7, 83))
def test_every_age_can_be_typed_in_months_or_in_years_and_months(months: int) -> None:
    assert read_age(str(months), 83, lexicon()) == str(months)
    years, rest = divmod(months, 12)
    assert read_age(f"{years};{rest}", 83, lexicon()) == str(months)
    assert read_age(f"{years} jaar en {rest} maanden", 83, lexicon()) == str(months)


@given(st.text(max_size=30))
def test_no_text_makes_the_age_reader_fail_otherwise(typed: str) -> None:
    with contextlib.suppress(InputError):
        assert 0 <= int(read_age(typed, 83, lexicon())) <= 83


@pytest.mark.parametrize(
    ("typed", "number"),
    [("38", "38"), (" 38 ", "38"), ("+38", "38"), ("٣٨", "38"), ("038", "38"), ("0", "0")],
)
def test_a_number_as_people_type_it(typed: str, number: str) -> None:
    assert read_number(typed, 0, 80) == number


def test_a_number_with_a_comma_where_decimals_are_allowed() -> None:
    assert read_number("4,5", 1, 7, decimals=1) == "4.5"
    assert read_number("40", 1, 100, decimals=1) == "40"


@pytest.mark.parametrize("typed", ["", "81", "-1", "3.5", "1e9", "drie", "1 2", "9" * 50, "NaN"])
def test_a_number_that_cannot_be_taken_names_the_range(typed: str) -> None:
    with pytest.raises(InputError) as refused:
        read_number(typed, 0, 80)
    assert dict(refused.value.problem.params) == {"low": 0, "high": 80}


@pytest.mark.parametrize("typed", ["31-12-2025", "31/12/2025", "31.12.2025", "2025-12-31"])
def test_a_date_as_people_type_it(typed: str) -> None:
    assert read_date(typed, TODAY) == "2025-12-31"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("31-02-2025", "input.date"),
        ("gisteren", "input.date"),
        ("1-2-25", "input.date"),
        ("24-11-2026", "input.date_future"),
        ("01-01-1990", "input.date_too_old"),
    ],
)
def test_a_date_that_cannot_be_taken(typed: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read_date(typed, TODAY)
    assert refused.value.problem.id == problem


def test_text_keeps_its_lines_and_loses_only_the_space_around_it() -> None:
    assert read_text("  een\r\ntwee \n") == "een\ntwee"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("   ", "input.empty"),
        ("x" * 4001, "input.too_long"),
        ("a\x1b[2Jb", "input.control_characters"),
        ("a\x00b", "input.control_characters"),
    ],
)
def test_text_that_cannot_be_taken(typed: str, problem: str) -> None:
    with pytest.raises(InputError) as refused:
        read_text(typed)
    assert refused.value.problem.id == problem
