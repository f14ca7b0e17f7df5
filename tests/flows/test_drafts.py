"""An answer in the making: written in several goes, or marked one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows import events as ev
from flows.conversation import Outcome, advance, new_interview
from flows.interview import Draft, Interview
from flows.questions import NONE_OF_THESE
from flows.telling_why import EXPLAINED_PARTS
from flows.utterances import Screen, Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE as PROTOCOL
from locales import lexicon

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def do(interview: Interview, *events: ev.Event) -> Outcome:
    outcome = Outcome(interview, (), ())
    for event in events:
        outcome = advance(PROTOCOL, outcome.interview, event, NOW, lexicon())
    return outcome


def waiting(outcome: Outcome) -> Utterance:
    return outcome.utterances[-1]


def at(question: str, mode: str = "full") -> Interview:
    """An interview that asks this; everything before it is skipped."""
    interview = do(
        new_interview(PROTOCOL, case="K7F-2M9", respondent="therapist", mode=mode),
        ev.ChooseLanguage("nl"),
        ev.Proceed(),
    ).interview
    while True:
        outcome = do(interview, ev.Show())
        asked = str(waiting(outcome).data["question"])
        if asked == question:
            return outcome.interview
        interview = do(outcome.interview, ev.Skip(asked)).interview


def test_what_is_written_grows_until_it_is_done() -> None:
    outcome = do(
        at("help_request"), ev.Write("help_request", "rust"), ev.Write("help_request", "slapen")
    )
    assert outcome.interview.draft == Draft("help_request", "rust\nslapen")
    assert waiting(outcome).data["draft"] == "rust\nslapen"
    assert "help_request" not in outcome.interview.answers
    done = do(outcome.interview, ev.Done("help_request")).interview
    assert done.answers["help_request"].value == "rust\nslapen"
    assert done.draft is None


def test_what_cannot_be_kept_leaves_what_was_written() -> None:
    outcome = do(
        at("help_request"),
        ev.Write("help_request", "rust"),
        ev.Write("help_request", "bel 0612345678"),
    )
    assert outcome.utterances[0].screen is Screen.PROBLEM
    assert outcome.interview.draft == Draft("help_request", "rust\nbel […]", masked=True)


def test_done_with_nothing_asks_for_something() -> None:
    outcome = do(at("help_request"), ev.Done("help_request"))
    assert outcome.utterances[0].lines[0].text.id == "input.nothing_yet"
    assert waiting(outcome).data["question"] == "help_request"


def test_marks_come_and_go_and_none_excludes_the_rest() -> None:
    interview = at("barriers_present")

    def marked(*codes: str) -> object:
        events = [ev.Mark("barriers_present", code) for code in codes]
        return waiting(do(interview, *events)).data["draft"]

    assert marked("debts") == ["debts"]
    assert marked("debts", "debts") == []
    # In the order in which they are offered, not in which they were marked.
    assert marked("court_cases", "debts") == ["debts", "court_cases"]
    assert marked("debts", NONE_OF_THESE) == [NONE_OF_THESE]
    assert marked(NONE_OF_THESE, "debts") == ["debts"]


def test_marking_begins_with_the_earlier_answer() -> None:
    interview = do(
        at("barriers_present"),
        ev.Give("barriers_present", ("debts", "court_cases")),
        ev.Edit("barriers_present"),
    ).interview
    outcome = do(interview, ev.Show())
    assert waiting(outcome).data["draft"] == ["debts", "court_cases"]
    outcome = do(interview, ev.Mark("barriers_present", "debts"))
    assert waiting(outcome).data["draft"] == ["court_cases"]
    assert outcome.interview.answers["barriers_present"].value == ("debts", "court_cases")


def test_a_mark_that_is_not_offered_is_not_possible() -> None:
    outcome = do(at("barriers_present"), ev.Mark("barriers_present", "nonsense"))
    assert outcome.utterances[0].screen is Screen.PROBLEM
    assert outcome.interview.draft is None


def test_a_draft_of_another_question_is_unseen_and_comes_back_from_the_store() -> None:
    interview = do(at("help_request"), ev.Write("help_request", "rust")).interview
    assert Interview.from_data(interview.to_data()) == interview
    further = do(interview, ev.Skip("help_request"))
    assert waiting(further).data["draft"] is None
    older = {name: value for name, value in interview.to_data().items() if name != "draft"}
    assert Interview.from_data(older) == replace(interview, draft=None)


def test_another_question_s_button_offers_that_answer() -> None:
    interview = do(at("food_secure"), ev.Skip("food_secure")).interview
    outcome = do(interview, ev.Mark("food_secure", "yes"))
    assert outcome.utterances[0].data == {"edit": "food_secure"}


def proposed() -> Interview:
    interview = at("acute_unsafety", "quick")
    while True:
        outcome = do(interview, ev.Show())
        screen = waiting(outcome).screen
        if screen is Screen.PROPOSAL:
            return outcome.interview
        event: ev.Event = ev.Proceed()
        if screen is Screen.QUESTION:
            event = ev.DontKnow(str(waiting(outcome).data["question"]))
        interview = do(outcome.interview, event).interview


@pytest.mark.parametrize("part", EXPLAINED_PARTS)
def test_each_part_of_a_proposal_can_be_looked_at(part: str) -> None:
    outcome = do(proposed(), ev.Explain(part))
    assert waiting(outcome).screen is Screen.EXPLAINED
    assert waiting(outcome).data == {"part": part}
    assert waiting(outcome).lines
    assert outcome.effects == ()


def test_there_is_nothing_to_explain_before_the_proposal_and_no_other_part() -> None:
    for interview, part in ((at("food_secure"), "why"), (proposed(), "weather")):
        assert do(interview, ev.Explain(part)).utterances[0].screen is Screen.PROBLEM


def test_a_few_lines_of_a_proposal_are_enough_for_a_phone() -> None:
    (utterance,) = do(proposed(), ev.Show()).utterances
    brief = [line.text.id for line in utterance.lines if line.brief]
    assert brief[0] == "proposal.title"
    assert brief.count("proposal.step") == 3
    assert "proposal.disclaimer" in brief
    assert len(brief) < len(utterance.lines) / 2
    assert Utterance.from_data(utterance.to_data()) == utterance
