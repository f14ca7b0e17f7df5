"""Two sources, one set of facts: each rule of whose answer counts, and what can never happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conversation import propose
from flows.interview import Answer, How, Interview
from flows.questions import FULL, MOTHER, THERAPIST, Counts
from flows.sources import Merged, merge
from flows.voorstudie.protocol import VOORSTUDIE_CORE

THEN, LATER = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
SHARED = [
    question
    for question in VOORSTUDIE_CORE.questions
    if set(question.respondents) == {THERAPIST, MOTHER} and question.choices
]


def interview(respondent: str, **answers: str) -> Interview:
    """An interview with these answers; `unknown` and `skip` are answers too."""
    how = {"unknown": How.UNKNOWN, "skip": How.SKIPPED}
    at = THEN if respondent == THERAPIST else LATER
    return Interview(
        case="K7F-2M9",
        respondent=respondent,
        mode=FULL,
        language="nl",
        protocol_id=VOORSTUDIE_CORE.id,
        protocol_version=VOORSTUDIE_CORE.version,
        protocol_hash=VOORSTUDIE_CORE.hash,
        state="summary",
        accepted=True,
        answers={
            name: Answer(
                how.get(value, How.GIVEN),
                "" if value in how else (value,) if name == "supports" else value,
                at=at,
                language="nl",
            )
            for name, value in answers.items()
        },
    )


def merged(therapist: dict[str, str], mother: dict[str, str]) -> Merged:
    return merge(VOORSTUDIE_CORE, interview(THERAPIST, **therapist), interview(MOTHER, **mother))


@pytest.mark.parametrize(
    ("question", "therapist", "mother", "counts"),
    [
        # Safety: the more dangerous answer counts, and "I don't know" is never read as safe.
        ("acute_unsafety", "no", "yes", "yes"),
        ("acute_unsafety", "yes", "no", "yes"),
        ("acute_unsafety", "no", "unknown", None),
        ("acute_unsafety", "unknown", "no", None),
        ("acute_unsafety", "no", "skip", "no"),
        ("acute_unsafety", "skip", "yes", "yes"),
        ("food_secure", "yes", "no", "no"),
        ("safe_roof", "no", "yes", "no"),
        ("threat_stopped", "yes", "unknown", None),
        # Wishes, expectations and preferences: hers count, also where she does not know.
        ("change_wish", "yes", "no", "no"),
        ("change_wish", "yes", "unknown", None),
        ("change_wish", "yes", "skip", "yes"),
        ("positive_expectation", "no", "yes", "yes"),
        ("preference_first", "parent", "relationship", "relationship"),
        ("preference_first", "parent", "none", "none"),
        ("desired_intensity", "lower", "higher", "higher"),
        # What is assessed is the therapist's.
        ("supports", "network", "none", "network"),
    ],
)
def test_whose_answer_counts(
    question: str, therapist: str, mother: str, counts: str | None
) -> None:
    found = merged({question: therapist}, {question: mother})
    assert found.values.get(question) == counts
    differs = "skip" not in (therapist, mother)
    assert [item.question.id for item in found.differences] == ([question] if differs else [])


def test_a_first_and_a_second_preference_are_one_answer() -> None:
    found = merged(
        {"preference_first": "parent", "preference_second": "relationship"},
        {"preference_first": "relationship"},
    )
    assert found.values["preference_first"] == "relationship"
    assert "preference_second" not in found.values


def test_every_answer_that_counts_says_who_and_when() -> None:
    found = merged({"parent_trauma": "severe"}, {"change_wish": "yes"})
    said = {item.question.id: (item.respondent, item.answer.at) for item in found.sources}
    assert said == {"parent_trauma": (THERAPIST, THEN), "change_wish": (MOTHER, LATER)}


def test_a_difference_is_a_conflict_in_the_proposal_and_counts_in_its_hash() -> None:
    own, hers = interview(THERAPIST, change_wish="yes"), interview(MOTHER, change_wish="no")
    alone, both = propose(VOORSTUDIE_CORE, own), propose(VOORSTUDIE_CORE, own, hers)
    assert [item.id for item in both.conflicts if item.kind == "two_sources"] == ["S-change_wish"]
    assert alone.hash != both.hash


def test_what_a_mother_is_asked_is_about_what_is_hers_to_say() -> None:
    """Assessments, scores and rules are never hers to answer."""
    hers = {question.id for question in VOORSTUDIE_CORE.questions if MOTHER in question.respondents}
    assert hers == {
        *("acute_unsafety", "food_secure", "safe_roof", "threat_stopped"),
        *("help_request", "help_topics", "complaints", "complaint_topics"),
        *("change_wish", "positive_expectation", "preference_first", "preference_second"),
        *("supports", "desired_intensity"),
    }


_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        question.id: st.sampled_from([*question.choices, "unknown", "skip"]) for question in SHARED
    },
)


@settings(max_examples=120, deadline=None)
@given(_ANSWERS, _ANSWERS)
def test_nothing_she_says_about_safety_makes_it_look_safer(
    therapist: dict[str, str], mother: dict[str, str]
) -> None:
    own = merge(VOORSTUDIE_CORE, interview(THERAPIST, **therapist), None)
    both = merged(therapist, mother)
    for question in SHARED:
        if question.counts is Counts.MORE_DANGEROUS and question.id in own.values:
            danger = own.values[question.id] == question.danger
            assert not danger or both.values[question.id] == question.danger
            if both.values.get(question.id) not in (None, question.danger):
                assert mother.get(question.id, "skip") not in (question.danger, "unknown")


@settings(max_examples=120, deadline=None)
@given(_ANSWERS, _ANSWERS)
def test_no_difference_is_settled_in_silence(
    therapist: dict[str, str], mother: dict[str, str]
) -> None:
    own, hers = interview(THERAPIST, **therapist), interview(MOTHER, **mother)
    found = merge(VOORSTUDIE_CORE, own, hers)
    shown = {item.question.id for item in found.differences}
    conflicts = {item.id for item in propose(VOORSTUDIE_CORE, own, hers).conflicts}
    assert {f"S-{name}" for name in shown} <= conflicts
    for question in SHARED:
        both = merge(VOORSTUDIE_CORE, own, None), merge(VOORSTUDIE_CORE, hers, None)
        one, other = (item.values.get(question.id) for item in both)
        if one and other and one != other:
            assert question.id in shown


@pytest.mark.parametrize("code", ["no", "unknown"])
def test_what_she_said_of_safety_counts_also_while_a_new_link_waits(code: str) -> None:
    own = interview(THERAPIST, food_secure="yes", acute_unsafety="no")
    hers = interview(MOTHER, food_secure=code, change_wish="yes")
    waiting = replace(
        hers,
        answers={name: replace(item, set_aside=True) for name, item in hers.answers.items()},
    )
    found = merge(VOORSTUDIE_CORE, own, waiting)
    assert found.values.get("food_secure") == ("no" if code == "no" else None)
    assert [item.question.id for item in found.differences] == ["food_secure"]
    assert "change_wish" not in found.values


def test_what_is_written_down_for_her_silences_no_danger_of_hers() -> None:
    own = interview(THERAPIST, food_secure="yes")
    hers = interview(MOTHER, food_secure="yes")
    written = replace(hers.answers["food_secure"], by=THERAPIST, said="no")
    found = merge(VOORSTUDIE_CORE, own, replace(hers, answers={"food_secure": written}))
    assert found.values["food_secure"] == "no"
    (item,) = found.differences
    assert (item.hers.value, item.therapists.value) == ("no", "yes")
    alone = merge(
        VOORSTUDIE_CORE, interview(THERAPIST), replace(hers, answers={"food_secure": written})
    )
    assert [difference.question.id for difference in alone.differences] == ["food_secure"]
