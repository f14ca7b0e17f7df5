"""The quick intake: safety first, then what settles most; and when it stops, nothing can change."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conditions import UNKNOWN, YES
from flows.courses import COURSE_ORDER
from flows.decision import decide
from flows.decision import given as given_values
from flows.facts import CODED_FACTS, parse_facts
from flows.outlook import Outlook
from flows.space import space_of
from flows.voorstudie.expected import EXPECTED, MEETING_POINTS
from flows.voorstudie.intake import SETS, facts_from
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.rules import RULES
from tests.flows.facts import SAFE_FAMILY
from tests.flows.quick_families import (
    QUICK_QUESTIONS,
    adaptive,
    any_family,
    expected_family,
    fixed,
)

seeds = st.integers(0, 10**9)
families = pytest.mark.parametrize("kind", [expected_family, any_family])


def outcome(answers: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and the order for answers; what is off the path stays unseen."""
    values: dict[str, str] = {}
    for question in QUICK_QUESTIONS:
        value = answers.get(question.id, UNKNOWN)
        if value != UNKNOWN and question.applies(values) == YES:
            values[question.id] = value
    decision = decide(RULES, facts_from(values))
    return decision.verdict, decision.order


@families
@settings(deadline=None, max_examples=60)
@given(seed=seeds)
def test_when_it_stops_no_answer_can_change_verdict_or_order(kind: Any, seed: int) -> None:
    chance = random.Random(seed)
    stopped = adaptive(kind(chance))
    settled = outcome(stopped)
    for _ in range(20):
        everything = fixed(any_family(chance), stopped)
        assert outcome(everything) == settled, everything


@families
@settings(deadline=None, max_examples=60)
@given(seed=seeds)
def test_safety_is_always_asked_and_first(kind: Any, seed: int) -> None:
    asked = list(adaptive(kind(random.Random(seed))))
    assert asked[:4] == ["acute_unsafety", "food_secure", "safe_roof", "threat_stopped"]
    assert len(asked) == len(set(asked))
    rest = [name for name in asked if VOORSTUDIE_CORE.by_id[name].section in ("barriers", "course")]
    assert asked[4 : 4 + len(rest)] == rest


@families
@settings(deadline=None, max_examples=40)
@given(seed=seeds)
def test_it_asks_no_more_than_the_fixed_order_and_as_much_as_a_phone_bears(
    kind: Any, seed: int
) -> None:
    chance = random.Random(seed)
    asked = adaptive(kind(chance))
    assert set(asked) <= set(fixed(kind(chance), asked))
    assert len(asked) <= len(QUICK_QUESTIONS)


def test_in_danger_barriers_change_nothing_and_are_not_asked() -> None:
    values = dict.fromkeys(("acute_unsafety", "food_secure", "safe_roof"), "yes")
    values["threat_stopped"] = "yes"
    choice = VOORSTUDIE_CORE.quick_intake.choose(QUICK_QUESTIONS, values, values)
    assert choice.next is not None
    assert choice.next.id == "components_started"


def test_what_is_not_known_is_not_asked_again() -> None:
    answered = [question.id for question in QUICK_QUESTIONS]
    choice = VOORSTUDIE_CORE.quick_intake.choose(QUICK_QUESTIONS, answered, {})
    assert choice.next is None


def test_questions_that_are_left_out_are_named() -> None:
    answers = adaptive(expected_family(random.Random(3)))
    values = {name: value for name, value in answers.items() if value != UNKNOWN}
    choice = VOORSTUDIE_CORE.quick_intake.choose(QUICK_QUESTIONS, answers, values)
    on_path = {
        question.id
        for question in QUICK_QUESTIONS
        if question.id not in answers and question.applies(values) == YES
    }
    assert (choice.next, choice.matter) == (None, ())
    assert set(choice.settled) == on_path != set()


# --- the outlook behind it ------------------------------------------------------------------------


def outlook(weights: dict[str, dict[str, float]] | None = None) -> Outlook:
    space = space_of(RULES)
    shares = {name: dict.fromkeys(counts, 1.0) for name, counts in space.given.items()}
    return Outlook(space, {**shares, **(weights or {})}, MEETING_POINTS)


EVEN, EXPECTING = outlook(), outlook(EXPECTED)


def known_from(data: dict[str, Any], free: list[str]) -> dict[str, str]:
    values = given_values(RULES, parse_facts({k: v for k, v in data.items() if k not in free}))
    return {name: values.get(name, UNKNOWN) for name in EVEN.space.given if name not in free}


few_coded = st.lists(
    st.sampled_from([name for name in CODED_FACTS if not name.startswith("preference")]),
    min_size=1,
    max_size=3,
    unique=True,
)


@settings(deadline=None, max_examples=40)
@given(few_coded)
def test_the_outlook_is_what_trying_everything_gives(free: list[str]) -> None:
    tried: dict[tuple[str, str], int] = {}
    for combination in product(*((*CODED_FACTS[name].domain, UNKNOWN) for name in free)):
        data = {**SAFE_FAMILY, **dict(zip(free, combination, strict=True))}
        decision = decide(RULES, parse_facts(data))
        key = (decision.verdict, " ".join(decision.order))
        tried[key] = tried.get(key, 0) + 1
    assert EVEN.outcomes(known_from(SAFE_FAMILY, free)) == tried


@settings(deadline=None, max_examples=40)
@given(few_coded)
def test_weights_change_no_possibility(free: list[str]) -> None:
    known = known_from(SAFE_FAMILY, free)
    assert set(EVEN.outcomes(known)) == set(EXPECTING.outcomes(known))


@settings(deadline=None, max_examples=40)
@given(few_coded)
def test_the_answers_to_one_question_part_the_outlook(free: list[str]) -> None:
    known = known_from(SAFE_FAMILY, free)
    whole = EXPECTING.outcomes(known)
    for name in free:
        summed: dict[tuple[str, ...], float] = {}
        for counts in EXPECTING.by_answer(name, known).values():
            for key, weight in counts.items():
                summed[key] = summed.get(key, 0.0) + weight
        assert summed == pytest.approx(whole)


def test_the_weights_name_facts_and_values_that_there_are_and_none_is_zero() -> None:
    for name, weights in EXPECTED.items():
        assert set(weights) == set(EVEN.space.given[name]), name
        assert min(weights.values()) > 0, name
    assert set(MEETING_POINTS) <= set(EVEN.space.behind(("verdict", COURSE_ORDER)))


def test_every_decisive_fact_is_set_by_a_question() -> None:
    set_by_questions = {name for names in SETS.values() for name in names}
    assert set_by_questions == set(EVEN.space.given)
    assert set(SETS) <= set(VOORSTUDIE_CORE.by_id)
