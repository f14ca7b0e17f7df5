"""Conditions: strong Kleene logic, in which unknown is never read as no."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conditions import (
    ALWAYS,
    NEVER,
    NO,
    UNKNOWN,
    YES,
    Condition,
    Has,
    Tri,
    Variable,
    all_of,
    any_of,
)

a, b = Variable("a", (YES, NO)), Variable("b", (YES, NO))
A, B = a.is_(YES), b.is_(YES)
VALUES: tuple[Tri, ...] = (YES, NO, UNKNOWN)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, YES, NO, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, YES, UNKNOWN, YES),
        (UNKNOWN, NO, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_the_truth_tables(left: Tri, right: Tri, both: Tri, either: Tri) -> None:
    values = {"a": left, "b": right}
    assert (A & B)(values) == all_of(A, B)(values) == both
    assert (A | B)(values) == any_of(A, B)(values) == either


@pytest.mark.parametrize(("value", "opposite"), [(YES, NO), (NO, YES), (UNKNOWN, UNKNOWN)])
def test_not(value: Tri, opposite: Tri) -> None:
    assert (~A)({"a": value}) == opposite


def test_an_absent_name_is_unknown() -> None:
    assert A({}) == UNKNOWN
    assert a.unknown({}) == YES
    assert a.known({}) == NO
    assert a.not_yes({}) == YES


def test_unknown_counts_only_where_it_is_named() -> None:
    assert a.is_(YES, UNKNOWN)({"a": UNKNOWN}) == YES
    assert a.is_(NO)({"a": UNKNOWN}) == UNKNOWN
    assert a.unknown({"a": NO}) == NO
    assert a.known({"a": NO}) == YES
    assert [a.not_yes({"a": value}) for value in VALUES] == [NO, YES, YES]


def test_what_is_surely_so_is_known() -> None:
    assert [a.surely(YES)({"a": value}) for value in VALUES] == [YES, NO, NO]


def test_a_settled_variable_is_never_a_gap() -> None:
    gate = Variable("gate", ("open", "closed"), settled=True)
    assert gate.is_("open")({"gate": UNKNOWN}) == NO
    assert gate.is_("open", UNKNOWN)({"gate": UNKNOWN}) == YES


@pytest.mark.parametrize("make", [a.is_, a.surely])
def test_a_value_that_a_variable_never_has_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="a is never 'maybe'"):
        make("maybe")


def test_has_looks_for_one_code_among_several() -> None:
    debts = Has("barriers", "debts")
    assert debts({"barriers": "court_cases debts"}) == YES
    assert debts({"barriers": "debts_of_others"}) == NO
    assert debts({"barriers": "none"}) == NO
    assert debts({}) == debts({"barriers": UNKNOWN}) == UNKNOWN


def test_always_and_never() -> None:
    assert (ALWAYS({}), NEVER({})) == (YES, NO)
    assert list(ALWAYS.names()) == list(NEVER.names()) == []
    assert (ALWAYS.to_data(), NEVER.to_data()) == (True, False)


def test_names_are_given_for_each_mention() -> None:
    assert list((A & (B | ~A) & Has("c", "x")).names()) == ["a", "b", "a", "c"]


def test_a_condition_as_data() -> None:
    assert ((A & ~B) | Has("c", "x")).to_data() == {
        "any": [
            {"all": [{"fact": "a", "in": ["yes"]}, {"not": {"fact": "b", "in": ["yes"]}}]},
            {"fact": "c", "has": "x"},
        ]
    }


class TestUnder:
    """What is left of a condition once a reading is chosen."""

    R = Variable("AMBIG-1", ("M1", "M2"), settled=True)
    OURS = R.is_("M1")

    @pytest.mark.parametrize(
        ("condition", "ours", "other"),
        [
            (OURS, ALWAYS, NEVER),
            (~OURS, NEVER, ALWAYS),
            (OURS & A, A, NEVER),
            (OURS | A, ALWAYS, A),
            (~(OURS & A), ~A, ALWAYS),
            (A & B, A & B, A & B),
            (A | B, A | B, A | B),
            (A | (OURS & B), A | B, A),
            (A & (OURS | B), A, A & B),
            (all_of(OURS, OURS), ALWAYS, NEVER),
            (any_of(OURS, OURS), ALWAYS, NEVER),
            (~A, ~A, ~A),
            (Has("c", "x"), Has("c", "x"), Has("c", "x")),
            (ALWAYS, ALWAYS, ALWAYS),
            (NEVER, NEVER, NEVER),
        ],
    )
    def test_it_keeps_only_what_still_matters(
        self, condition: Condition, ours: Condition, other: Condition
    ) -> None:
        assert condition.under({"AMBIG-1": "M1"}) == ours
        assert condition.under({"AMBIG-1": "M2"}) == other


leaves = st.sampled_from([A, B, ~A, a.unknown, TestUnder.OURS, ALWAYS, NEVER, a.surely(NO)])
conditions = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda two: two[0] & two[1]),
        st.tuples(part, part).map(lambda two: two[0] | two[1]),
        part.map(lambda one: ~one),
    ),
    max_leaves=6,
)


@given(conditions)
def test_choosing_a_reading_first_or_last_makes_no_difference(condition: Condition) -> None:
    for reading, x, y in product(("M1", "M2"), VALUES, VALUES):
        values = {"a": x, "b": y}
        assert condition.under({"AMBIG-1": reading})(values) == condition(
            {**values, "AMBIG-1": reading}
        )


@given(conditions)
def test_what_becomes_known_never_turns_a_yes_into_a_no(condition: Condition) -> None:
    """Monotone, but for conditions that say what they make of unknown."""
    if "unknown" in repr(condition) or "settled=True" in repr(condition):
        return
    for x, y, later in product(VALUES, VALUES, (YES, NO)):
        before = condition({"a": x, "b": y})
        if before != UNKNOWN:
            assert condition({"a": later if x == UNKNOWN else x, "b": y}) == before


gate = Variable("gate", ("open", "closed"), settled=True)
wish = Variable("wish", ("parent", "child"), settled=True)
OPEN, NOT_OPEN = gate.is_("open"), gate.is_("closed", UNKNOWN)


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        (OPEN & (wish.is_("parent") | (wish.is_("child") & NOT_OPEN)), OPEN & wish.is_("parent")),
        (NOT_OPEN & ~(wish.is_("child") & OPEN), NOT_OPEN),
        (OPEN & NOT_OPEN, NEVER),
        (OPEN & (NOT_OPEN & A), NEVER),
        (OPEN | NOT_OPEN, OPEN | NOT_OPEN),
        (A & ~A, A & ~A),  # a may be unknown: then neither side is no
    ],
)
def test_a_branch_that_what_stands_beside_it_rules_out_is_left_out(
    condition: Condition, left: Condition
) -> None:
    assert condition.within({}) == left


def test_values_that_nothing_gives_are_left_out() -> None:
    level = Variable("level", ("low", "high", "highest"))
    given_ones = {"level": frozenset(("low", "high", UNKNOWN))}
    assert level.is_("high", "highest").within(given_ones) == level.is_("high")
    assert (level.is_("highest") | A).within(given_ones) == A
    assert (~level.is_("highest")).within(given_ones) == ALWAYS
    assert Has("level", "highest").within(given_ones) == Has("level", "highest")


_settled = st.sampled_from((gate, wish)).flatmap(
    lambda variable: st.lists(
        st.sampled_from((*variable.domain, UNKNOWN)), min_size=1, max_size=2, unique=True
    ).map(lambda values: variable.is_(*values))
)
_any_condition = st.recursive(
    st.one_of(_settled, st.sampled_from((A, B, ALWAYS, NEVER))),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: all_of(*found)),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: any_of(*found)),
        parts.map(lambda part: ~part),
    ),
    max_leaves=8,
)


@given(_any_condition)
def test_leaving_branches_out_changes_no_outcome(condition: Condition) -> None:
    left = condition.within({})
    for values in product(
        ("open", "closed", UNKNOWN), ("parent", "child", UNKNOWN), VALUES, VALUES
    ):
        known = dict(zip(("gate", "wish", "a", "b"), values, strict=True))
        assert left(known) == condition(known)
