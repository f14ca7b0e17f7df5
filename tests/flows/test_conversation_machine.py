"""A person does anything, in any order; the conversation keeps its promises at every step."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows import events as ev
from flows.conversation import Outcome, advance, new_interview, propose
from flows.interview import How, Interview, current_question, walk
from flows.machine import ASKING, CONFIRMING, PAUSED, PROPOSED, SUMMARY
from flows.questions import MODES, Kind, Question
from flows.utterances import ProposalMade, Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE as PROTOCOL
from locales import lexicon

TYPED = {
    Kind.TEXT: "iets over het gezin",
    Kind.NUMBER: "5",
    Kind.AGE: "40",
    Kind.DATE: "31-12-2025",
}


class AnyPerson(RuleBasedStateMachine):
    """Drives the pure core; the interview is written out and read back between all steps."""

    interview: Interview
    last: Outcome

    @initialize(mode=st.sampled_from(MODES), language=st.sampled_from(["nl", "en"]))
    def begin(self, mode: str, language: str) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.interview = new_interview(PROTOCOL, case="K7F-2M9", respondent="therapist", mode=mode)
        self.do(ev.ChooseLanguage(language))
        self.do(ev.Proceed())

    def do(self, event: ev.Event) -> None:
        self.now += timedelta(seconds=1)
        self.last = advance(PROTOCOL, self.interview, event, self.now, lexicon())
        written = json.dumps(self.last.interview.to_data())
        self.interview = Interview.from_data(json.loads(written))
        assert self.interview == self.last.interview

    @property
    def open_question(self) -> Question:
        question = current_question(walk(PROTOCOL, self.interview), self.interview)
        assert question is not None
        return question

    def is_asking(self) -> bool:
        return self.interview.state.startswith(ASKING)

    @precondition(lambda self: self.is_asking())
    @rule(choose=st.data())
    def answer(self, choose: st.DataObject) -> None:
        question = self.open_question
        offered = question.offered(walk(PROTOCOL, self.interview).values)
        value: str | tuple[str, ...]
        if question.kind is Kind.CHOICE:
            value = choose.draw(st.sampled_from(offered))
        elif question.kind is Kind.MULTI_CHOICE:
            some = choose.draw(st.lists(st.sampled_from(offered), min_size=1, unique=True))
            value = ("none",) if "none" in some else tuple(some)
        elif question.kind is Kind.NUMBER:
            value = str(question.low)
        else:
            value = TYPED[question.kind]
        before = self.interview
        self.do(ev.Give(question.id, value))
        if self.interview.state != CONFIRMING:
            answer = self.interview.answers[question.id]
            assert answer.how is How.GIVEN
            assert not answer.set_aside
        else:
            assert self.interview.answers == before.answers

    @precondition(lambda self: self.is_asking())
    @rule(how=st.sampled_from([ev.DontKnow, ev.Skip]))
    def leave_open(self, how: Any) -> None:
        self.do(how(self.open_question.id))

    @precondition(lambda self: self.is_asking())
    @rule()
    def keep_what_is_offered(self) -> None:
        self.do(ev.Keep(self.open_question.id))

    @rule()
    def go_back(self) -> None:
        self.do(ev.Back())

    @precondition(lambda self: self.interview.accepted)
    @rule(choose=st.data())
    def edit(self, choose: st.DataObject) -> None:
        answered = [q.id for q in walk(PROTOCOL, self.interview).questions]
        self.do(ev.Edit(choose.draw(st.sampled_from(answered))))

    @precondition(lambda self: self.interview.state == CONFIRMING)
    @rule(yes=st.booleans())
    def decide_on_the_consequences(self, *, yes: bool) -> None:
        self.do(ev.Confirm() if yes else ev.Cancel())

    @rule(language=st.sampled_from(["nl", "en"]))
    def switch_language(self, language: str) -> None:
        before = propose(PROTOCOL, self.interview).hash
        answers = self.interview.answers
        self.do(ev.ChooseLanguage(language))
        assert propose(PROTOCOL, self.interview).hash == before
        assert self.interview.answers == answers

    @rule(mode=st.sampled_from(MODES))
    def switch_mode(self, mode: str) -> None:
        given = {name: answer.value for name, answer in self.interview.answers.items()}
        self.do(ev.ChangeMode(mode))
        assert {name: answer.value for name, answer in self.interview.answers.items()} == given

    @rule()
    def pause_and_come_back(self) -> None:
        at = self.interview.state
        if at == PAUSED:
            return
        self.do(ev.Pause())
        self.do(ev.Show())
        assert self.interview.state == at or at == "in_danger"

    @rule(event=st.sampled_from([ev.Leave(), ev.Show(), ev.Why(), ev.Summarise(), ev.Proceed()]))
    def do_something_else(self, event: ev.Event) -> None:
        self.do(event)
        if self.interview.state == PAUSED:
            self.do(ev.Show())

    @rule(question=st.sampled_from([q.id for q in PROTOCOL.questions]))
    def press_an_old_button(self, question: str) -> None:
        if self.is_asking() and self.open_question.id == question:
            return
        before = self.interview.answers
        self.do(ev.Give(question, "yes"))
        assert self.interview.answers == before

    @invariant()
    def something_is_always_said(self) -> None:
        if hasattr(self, "last"):
            assert self.last.utterances

    @invariant()
    def the_question_shown_is_the_one_that_the_answers_call_for(self) -> None:
        if not hasattr(self, "last"):
            return
        shown = [u for u in self.last.utterances if u.screen is Screen.QUESTION]
        path = walk(PROTOCOL, self.interview)
        if self.is_asking() and shown:
            question = self.open_question
            assert shown[-1].data["question"] == question.id
            assert self.interview.state == f"{ASKING}.{question.section}"
            first = path.next
            assert question.id == self.interview.looking_at or question is first
        if self.interview.state in (SUMMARY, PROPOSED):
            assert path.next is None

    @invariant()
    def what_is_set_aside_or_off_the_path_is_invisible_to_the_rules(self) -> None:
        if not hasattr(self, "last"):
            return
        path = walk(PROTOCOL, self.interview)
        on_path = {question.id for question in path.questions}
        for name, answer in self.interview.answers.items():
            if answer.set_aside or name not in on_path:
                assert name not in path.values
        visible = {
            name: answer for name, answer in self.interview.answers.items() if name in path.standing
        }
        without = Interview(**{**_fields(self.interview), "answers": visible})
        assert (
            propose(PROTOCOL, without).decision.values
            == propose(PROTOCOL, self.interview).decision.values
        )

    @invariant()
    def unknown_and_skipped_are_never_values(self) -> None:
        if not hasattr(self, "last"):
            return
        path = walk(PROTOCOL, self.interview)
        for name, answer in path.standing.items():
            assert (name in path.values) == (answer.how is How.GIVEN)

    @invariant()
    def a_proposal_is_only_made_from_a_confirmed_summary(self) -> None:
        if hasattr(self, "last"):
            made = [e for e in self.last.effects if isinstance(e, ProposalMade)]
            assert not made or (self.interview.state == PROPOSED and self.interview.confirmed)


def _fields(interview: Interview) -> dict[str, Any]:
    return {name: getattr(interview, name) for name in interview.__dataclass_fields__}


TestAnyPerson = AnyPerson.TestCase
TestAnyPerson.settings = settings(max_examples=40, stateful_step_count=35, deadline=None)
