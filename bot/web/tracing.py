"""Tracing: from a reason to its passages, and to the facts, answers and messages it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.rules_words import RulesWords
from bot.service import SAID, Said
from bot.transcript import said_again
from flows.describing import value
from flows.facts import BASIC_SAFETY
from flows.interview import answer_message
from flows.messages import Message, age, message
from flows.protocol import Protocol
from flows.questions import Question
from flows.rules import Basis, Rule
from flows.sources import Source, said_by
from flows.utterances import Screen
from storage.records import EventRecord, InterviewRecord

_BARRIERS = ("barriers_present", "barriers_unsure", "barriers_first", *BASIC_SAFETY)
_ANSWERED = ("answered", "kept")


@dataclass(frozen=True, slots=True)
class Shown:
    """The message to which something was answered, as it was shown: its words and language.

    `again` is the same for the reader, where that is another language; `place` where it stands in
    the transcript.
    """

    lines: tuple[str, ...]
    options: tuple[str, ...]
    language: str
    place: str
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer under a fact: what was asked and said, by whom, when, and the message it answers.

    `place` is where it stands in the transcript (`1.12`); empty where it stands in none.
    """

    question: Message
    answer: Message
    who: Message
    at: datetime
    language: str
    place: str = ""
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a rule read, in words, and the answers that give it; of a gate, why it is so."""

    name: str
    label: Message
    value: Message
    told: tuple[Told, ...] = ()
    because: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that a rule rests on."""

    id: str
    heading: str = ""
    page: int = 0
    first: int = 0
    last: int = 0
    evidence: Message | None = None
    paraphrase: Message | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason with everything under it. `text` is in the reader's language, or as it was kept."""

    rule: str
    text: str
    ground: str
    ours: bool
    passages: tuple[Cited, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Tracer:
    """Finds what stands under the reasons of one kept proposal.

    `sources` are the answers that counted, by their questions; `gates` the kept reason of each
    gate, by its name; `interviews` the case's
    interviews with their events, the oldest first.
    """

    protocol: Protocol
    language: str
    sources: Mapping[str, Source]
    interviews: Sequence[tuple[InterviewRecord, Sequence[EventRecord]]]
    before: datetime
    gates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _told: dict[str, Told | None] = field(default_factory=dict)

    @cached_property
    def _words(self) -> RulesWords:
        return RulesWords(self.protocol, self.language)

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.protocol.all_rules}

    def why(self, reason: Mapping[str, Any]) -> Why:
        """Return a kept reason with what stands under it."""
        words = self._words
        rule = self._rules.get(reason["rule"])
        ground = words.ground(rule) if rule is not None else str(reason["evidence"])
        return Why(
            rule=reason["rule"],
            text=reason["text"],
            ground=ground,
            ours=reason["basis"] != Basis.SOURCE,
            passages=self.passages(reason["passages"]),
            facts=tuple(self._fact(words, name, code) for name, code in reason["facts"].items()),
        )

    def passages(self, ids: Sequence[str]) -> tuple[Cited, ...]:
        """Return passages by their ids; one of an earlier protocol by its id only."""
        return tuple(map(self._passage, ids))

    def _passage(self, name: str) -> Cited:
        passage = self.protocol.passages.get(name)
        if passage is None:
            return Cited(name)
        first, last = passage.lines
        return Cited(
            name,
            passage.heading,
            passage.page,
            first,
            last,
            message(f"evidence.{passage.evidence}"),
            passage.paraphrase,
        )

    def _fact(self, words: RulesWords, name: str, code: str) -> Fact:
        if name == "child_age_months" and code.isdecimal():
            said = age(int(code))
        else:
            said = value(name, code)
        gate = self.gates.get(name)
        return Fact(
            name,
            message(f"fact.{name}"),
            said,
            tuple(self._answers(words, name)),
            () if gate is None else (self.why(gate),),
        )

    def _answers(self, words: RulesWords, name: str) -> Iterator[Told]:
        asked = (
            [self.protocol.by_id[one] for one in _BARRIERS]
            if name == "barriers"
            else words.questions_for(name)
        )
        for question in asked:
            told = self.told(question)
            if told is not None:
                yield told

    def told(self, question: Question) -> Told | None:
        """Return the answer that counted for a question; None where none did."""
        if question.id not in self._told:
            self._told[question.id] = self._find(question)
        return self._told[question.id]

    def _find(self, question: Question) -> Told | None:
        source = self.sources.get(question.id)
        if source is None:
            return None
        place, shown = self._message(question, source.respondent)
        return Told(
            question.short,
            answer_message(question, source.answer, source.respondent),
            said_by(source),
            source.answer.at,
            source.answer.language,
            place,
            shown,
        )

    def _message(self, question: Question, respondent: str) -> tuple[str, Shown | None]:
        """Find the last time that a question was answered before the proposal, and what was shown
        then."""
        for number, (record, events) in reversed(list(enumerate(self.interviews, start=1))):
            if record.respondent != respondent:
                continue
            shown, found = None, ""
            asked: Shown | None = None
            for event in events:
                if event.at > self.before:
                    break
                if event.kind == SAID:
                    asked = self._asked(event, question.id, number) or asked
                elif event.kind in _ANSWERED and event.payload.get("question") == question.id:
                    found, shown = f"{number}.{event.seq}", asked
            if found:
                return found, shown
        return "", None

    def _asked(self, event: EventRecord, question: str, number: int) -> Shown | None:
        """Return what was shown, where it asked this question."""
        utterance = event.payload["utterance"]
        if utterance["screen"] != Screen.QUESTION or utterance["data"].get("question") != question:
            return None
        said = Said.from_data(event.payload)
        again: tuple[str, ...] = ()
        if said.language != self.language:
            again = said_again(said, self.language).words
        place = f"{number}.{event.seq}"
        return Shown(said.words, said.option_words, said.language, place, again)
