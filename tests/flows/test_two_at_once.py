"""Two people at two screens of one interview: nobody confirms what somebody else put there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows import events as ev
from flows.conversation import advance, new_interview
from flows.interview import Interview
from flows.machine import CONFIRMING, IN_REVIEW, PAUSED, PROPOSED, SUMMARY
from flows.utterances import Screen, Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE as PROTOCOL
from locales import lexicon

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Table:
    """One interview and what was last shown of it."""

    def __init__(self) -> None:
        self.interview: Interview = new_interview(
            PROTOCOL, case="K7F-2M9", respondent="therapist", mode="full"
        )
        self.shown: Utterance
        self.do(ev.ChooseLanguage("nl"))
        self.do(ev.Proceed())

    def do(self, event: ev.Event) -> Utterance:
        outcome = advance(PROTOCOL, self.interview, event, NOW, lexicon())
        self.interview, self.shown = outcome.interview, outcome.utterances[-1]
        return self.shown

    def skip_to_the_summary(self) -> str:
        while self.shown.screen is Screen.QUESTION:
            self.do(ev.Skip(str(self.shown.data["question"])))
        return str(self.shown.data["shown"])


@pytest.fixture
def table() -> Table:
    return Table()


def test_a_summary_that_changed_since_it_was_seen_is_not_confirmed(table: Table) -> None:
    seen = table.skip_to_the_summary()
    table.do(ev.Edit("acute_unsafety"))
    table.do(ev.Give("acute_unsafety", "no"))
    if table.interview.state == CONFIRMING:
        table.do(ev.Confirm())
    assert table.do(ev.Proceed(seen)).screen is Screen.SUMMARY
    assert not table.interview.confirmed
    table.do(ev.Proceed(str(table.shown.data["shown"])))
    assert table.interview.state == PROPOSED


def test_a_change_that_is_not_the_one_that_was_seen_is_not_made(table: Table) -> None:
    table.skip_to_the_summary()
    table.do(ev.Edit("acute_unsafety"))
    first = table.do(ev.Give("acute_unsafety", "no"))
    assert first.screen is Screen.CONSEQUENCES
    table.do(ev.Cancel())
    table.do(ev.Edit("safe_roof"))
    table.do(ev.Give("safe_roof", "no"))
    table.do(ev.Edit("acute_unsafety"))
    second = table.do(ev.Give("acute_unsafety", "no"))
    assert second.screen is Screen.CONSEQUENCES
    before = table.interview.answers
    table.do(ev.Confirm(str(first.data["shown"])))
    assert table.interview.answers == before
    table.do(ev.Confirm(str(second.data["shown"])))
    assert table.interview.answers["acute_unsafety"].value == "no"


def test_an_answer_wakes_an_interview_that_somebody_else_paused(table: Table) -> None:
    question = str(table.shown.data["question"])
    table.do(ev.Pause())
    assert table.interview.state == PAUSED
    table.do(ev.Give(question, "no"))
    assert table.interview.answers[question].value == "no"


def test_what_lies_with_the_supervisor_does_not_change_its_mode(table: Table) -> None:
    table.skip_to_the_summary()
    table.do(ev.Proceed())
    table.do(ev.Submit())
    assert table.interview.state == IN_REVIEW
    table.do(ev.ChangeMode("quick"))
    assert table.interview.mode == "full"
    assert table.interview.confirmed


def test_what_is_not_possible_leaves_no_trace(table: Table) -> None:
    table.skip_to_the_summary()
    table.do(ev.Proceed())
    table.do(ev.Submit())
    before = table.interview
    outcome = advance(PROTOCOL, before, ev.Edit("safe_roof"), NOW, lexicon())
    assert outcome.interview == before
    assert outcome.effects == ()
    assert before.state not in (SUMMARY, PROPOSED)
