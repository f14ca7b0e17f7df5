"""An interview is pinned to its protocol, and moves to another version only on a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flows import events as ev
from flows.conversation import advance, new_interview
from flows.interview import Interview, walk
from flows.machine import IN_REVIEW, PAUSED, SIGNED_OFF, STOPPED
from flows.moving import is_outdated, plan_move
from flows.protocol import Protocol
from flows.utterances import ProposalMade, Record, Screen, Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE as NEW
from locales import lexicon

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def earlier(**changed_questions: dict[str, Any]) -> Protocol:
    """Return an earlier version: with these questions otherwise, and one that is gone by now."""
    questions = [
        replace(question, **changed_questions.get(question.id, {})) for question in NEW.questions
    ]
    questions.insert(4, replace(NEW.by_id["safe_roof"], id="no_longer_asked", topic="safe_roof"))
    return replace(NEW, version="1.0.9", questions=tuple(questions))


OLD = earlier(child_consent_support={"choices": ("yes", "no", "a_little")})


class Phone:
    """One respondent's screen, under whatever protocol the program has."""

    def __init__(self, protocol: Protocol, mode: str = "full", respondent: str = "therapist"):
        self.interview: Interview = new_interview(
            protocol, case="K7F-2M9", respondent=respondent, mode=mode
        )
        self.protocol = protocol
        self.effects: list[object] = []
        self.do(ev.ChooseLanguage("nl"))
        self.do(ev.Proceed())

    def do(self, event: ev.Event) -> Utterance:
        outcome = advance(self.protocol, self.interview, event, NOW, lexicon())
        self.interview = outcome.interview
        self.effects = list(outcome.effects)
        return outcome.utterances[-1]

    def answer(self, **answers: str) -> Utterance:
        """Answer what is asked for, and skip everything else up to the summary."""
        said = self.do(ev.Show())
        while said.screen in (Screen.QUESTION, Screen.DANGER):
            question = str(said.data.get("question", ""))
            if question in answers:
                said = self.do(ev.Give(question, answers[question]))
            else:
                said = self.do(ev.Skip(question) if question else ev.Proceed())
        return said


ANSWERS = {
    "acute_unsafety": "no",
    "no_longer_asked": "yes",
    "food_secure": "yes",
    "child_consent_support": "no",
    "change_wish": "yes",
}


@pytest.fixture
def phone() -> Phone:
    phone = Phone(OLD)
    phone.answer(**ANSWERS)
    phone.do(ev.Proceed())
    phone.protocol = NEW
    return phone


def names(said: Utterance) -> set[str]:
    return {line.text.id for line in said.lines}


def test_an_interview_of_the_present_version_is_simply_gone_on_with() -> None:
    phone = Phone(NEW)
    assert phone.do(ev.Show()).screen is Screen.QUESTION
    assert phone.do(ev.Move()).screen is Screen.QUESTION


def test_what_moving_does_is_shown_first(phone: Phone) -> None:
    said = phone.do(ev.Show())
    assert said.screen is Screen.MOVING
    assert {"moving.title", "moving.carried", "moving.ask_again", "moving.gone"} <= names(said)
    assert "moving.order_same" in names(said)
    assert is_outdated(NEW, phone.interview)


def test_the_plan_says_what_carries_over_what_changed_and_what_is_gone(phone: Phone) -> None:
    plan = plan_move(NEW, phone.interview)
    assert plan.ask_again == ("child_consent_support",)
    assert plan.gone == ("no_longer_asked",)
    assert {"acute_unsafety", "food_secure", "change_wish"} <= set(plan.carried)
    assert not set(plan.carried) & {*plan.ask_again, *plan.gone}


@pytest.mark.parametrize(
    "event",
    [
        ev.Show(),
        ev.Give("food_secure", "no"),
        ev.Skip("food_secure"),
        ev.Edit("food_secure"),
        ev.Back(),
        ev.Proceed(),
        ev.Confirm(),
        ev.ChangeMode("quick"),
        ev.Submit(),
        ev.Summarise(),
    ],
)
def test_nothing_is_done_before_someone_says_so(phone: Phone, event: ev.Event) -> None:
    before = phone.interview
    assert phone.do(event).screen is Screen.MOVING
    assert phone.interview == before
    assert phone.effects == []


def test_one_can_leave_pause_stop_and_change_language_without_moving(phone: Phone) -> None:
    before = phone.interview
    assert phone.do(ev.ChooseLanguage("en")).screen is Screen.MOVING
    assert phone.interview.language == "en"
    assert phone.do(ev.Leave()).screen is Screen.LEFT
    assert phone.do(ev.Show()).screen is Screen.MOVING
    assert phone.do(ev.Pause()).screen is Screen.PAUSED
    assert phone.interview.state == PAUSED
    assert phone.do(ev.Stop()).screen is Screen.ENDED
    assert phone.interview.state == STOPPED
    assert (phone.interview.protocol_hash, phone.interview.answers) == (OLD.hash, before.answers)


def test_moving_keeps_what_stands_and_asks_the_rest_again(phone: Phone) -> None:
    shown = str(phone.do(ev.Show()).data["shown"])
    said = phone.do(ev.Move(shown))
    assert said.screen is Screen.QUESTION
    assert said.data["question"] == "child_consent_support"
    assert said.data["keep"]
    moved = phone.interview
    assert (moved.protocol_version, moved.protocol_hash) == (NEW.version, NEW.hash)
    assert moved.answers["no_longer_asked"].value == "yes"
    assert "no_longer_asked" not in walk(NEW, moved).values
    record = next(effect for effect in phone.effects if isinstance(effect, Record))
    assert record.kind == "moved"
    assert record.data["before"]["hash"] == OLD.hash
    phone.do(ev.Keep("child_consent_support"))
    assert phone.do(ev.Show()).screen is Screen.SUMMARY
    assert not phone.interview.confirmed
    phone.do(ev.Proceed())
    assert any(isinstance(effect, ProposalMade) for effect in phone.effects)


def test_an_answer_that_no_longer_fits_is_asked_again(phone: Phone) -> None:
    phone.protocol = OLD
    phone.do(ev.Edit("child_consent_support"))
    phone.do(ev.Give("child_consent_support", "a_little"))
    phone.do(ev.Confirm())
    phone.protocol = NEW
    phone.do(ev.Move())
    assert phone.interview.answers["child_consent_support"].set_aside


def test_nobody_moves_what_somebody_else_changed_meanwhile(phone: Phone) -> None:
    shown = str(phone.do(ev.Show()).data["shown"])
    answers = dict(phone.interview.answers)
    del answers["change_wish"]
    phone.interview = replace(phone.interview, answers=answers)
    assert phone.do(ev.Move(shown)).screen is Screen.MOVING
    assert is_outdated(NEW, phone.interview)


def test_a_change_of_the_order_is_said(phone: Phone) -> None:
    kept = {"verdict": "proposed", "order": ["child", "parent", "relationship"]}
    phone.interview = replace(phone.interview, proposed=kept)
    said = phone.do(ev.Show())
    assert "moving.order_changes" in names(said)
    phone.interview = replace(phone.interview, proposed=None)
    assert "moving.order" in names(phone.do(ev.Show()))


def test_a_mother_sees_no_order() -> None:
    phone = Phone(OLD, respondent="mother")
    phone.do(ev.Give("acute_unsafety", "no"))
    phone.protocol = NEW
    said = phone.do(ev.Show())
    assert "moving.title.mother" in names(said)
    assert not {name for name in names(said) if name.startswith("moving.order")}


def test_what_lies_with_the_supervisor_stays_as_it_was(phone: Phone) -> None:
    phone.protocol = OLD
    phone.do(ev.Submit())
    assert phone.interview.state == IN_REVIEW
    phone.protocol = NEW
    assert phone.do(ev.Show()).screen is Screen.ENDED
    returned = Phone.__new__(Phone)
    returned.interview, returned.protocol = phone.interview, NEW
    assert returned.do(ev.Reviewed("returned", (("", "Vraag na."),))).screen is Screen.MOVING
    phone.do(ev.Reviewed("signed_off"))
    assert (phone.interview.state, phone.interview.protocol_hash) == (SIGNED_OFF, OLD.hash)


def test_answers_from_before_1_1_0_say_nothing_of_their_question_and_are_judged_by_version() -> (
    None
):
    """A projection as version 1.0.0 kept it: no fingerprints, no last proposal."""
    answer = {"how": "given", "at": NOW.isoformat(), "language": "nl", "set_aside": False}
    data = {
        **new_interview(NEW, case="K7F-2M9", respondent="therapist", mode="quick").to_data(),
        "protocol_version": "1.0.0",
        "protocol_hash": "of 1.0.0",
        "state": "asking.barriers",
        "language": "nl",
        "accepted": True,
        "answers": {
            "safe_roof": {**answer, "value": "no"},
            "must_resolve_first_safe_roof": {**answer, "value": "no"},
            "barriers_present": {**answer, "value": ["debts"]},
            "barriers_unsure": {**answer, "value": ["none"]},
            "must_resolve_first_debts": {**answer, "value": "yes"},
        },
    }
    del data["proposed"]
    plan = plan_move(NEW, Interview.from_data(data))
    assert plan.carried == ("safe_roof",)
    assert plan.ask_again == ("barriers_present", "barriers_unsure")
    assert plan.gone == ("must_resolve_first_safe_roof", "must_resolve_first_debts")
    assert plan.before is None


def test_a_section_that_is_gone_does_not_keep_an_interview_from_moving(phone: Phone) -> None:
    phone.interview = replace(phone.interview, state="asking.no_longer_there")
    assert phone.do(ev.Leave()).screen is Screen.LEFT
    assert phone.do(ev.Show()).screen is Screen.MOVING
    assert phone.do(ev.Move()).screen is Screen.QUESTION


def test_a_fingerprint_changes_with_what_can_be_answered_and_not_with_when_it_is_asked() -> None:
    question = NEW.by_id["child_consent_support"]
    assert replace(question, choices=("yes",)).fingerprint != question.fingerprint
    assert replace(question, high=5).fingerprint != question.fingerprint
    assert replace(question, quick=False, passages=()).fingerprint == question.fingerprint
