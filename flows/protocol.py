"""The protocol: the versioned whole of questions, facts and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from flows.conditions import YES, Values
from flows.data import canonical
from flows.facts import Facts
from flows.messages import Message
from flows.passages import Passage
from flows.proposal import Proposal, Proposer
from flows.questions import Kind, Question
from flows.rules import Rule, RuleSet


@dataclass(frozen=True)
class Protocol:
    """Questions, rules and passages under one id and version.

    `facts_from` turns the values of the answers on the path into facts; `crisis_lines` says whom to
    call in danger.
    """

    id: str
    version: str
    questions: tuple[Question, ...]
    sections: tuple[str, ...]
    rules: RuleSet
    passages: Mapping[str, Passage]
    facts_from: Callable[[Values], Facts]
    crisis_lines: tuple[Message, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content: questions, rules and passages."""
        return sha256(
            canonical(
                {
                    "questions": [question.to_data() for question in self.questions],
                    "rules": [rule.to_data() for rule in self.rules],
                    "passages": [
                        [item.id, item.heading, item.page, item.lines, item.evidence]
                        for item in self.passages.values()
                    ],
                }
            )
        ).hexdigest()

    @cached_property
    def _proposer(self) -> Proposer:
        return Proposer(
            self.rules,
            self.passages,
            protocol_id=self.id,
            protocol_version=self.version,
            protocol_hash=self.hash,
        )

    def propose(self, facts: Facts) -> Proposal:
        """Return the proposal for facts from outside; `missing` names the facts not given."""
        unknown = set(facts.unknown_names())
        values = {**facts.coded}
        if "child_age_months" not in unknown:
            values["child_age_months"] = str(facts.child_age_months)
        missing = [
            name
            for name in facts.unknown_names()
            if name not in self.by_id or self.by_id[name].applies(values) == YES
        ]
        return self._proposer.propose(facts, missing)

    def propose_from(self, values: Values, missing: tuple[str, ...]) -> Proposal:
        """Return the proposal for the answers of an interview."""
        return self._proposer.propose(self.facts_from(values), missing)

    def rules_fed_by(self, question: Question) -> Iterator[Rule]:
        """Give the rules that read what this question sets, directly or through a derived value."""
        derived = {
            name for name, sources in self.rules.derived_from.items() if question.id in sources
        }
        for rule in self.rules:
            names = set(rule.when.names())
            if question.id in names or names & derived:
                yield rule

    def message_ids(self) -> Iterator[str]:
        """Give every catalogue key that questions, rules and passages need."""
        for section in self.sections:
            yield f"section.{section}"
        for question in self.questions:
            for respondent in question.respondents:
                yield question.text(respondent).id
                if question.kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
                    for code in (*question.choices, "unknown"):
                        yield question.choice_label(code, respondent).id
            yield question.why.id
            yield question.short.id
            if question.about is not None:
                yield question.about.id
        for rule in self.rules:
            yield rule.text.id
            for ambiguity in rule.ambiguities:
                yield f"ambiguity.{ambiguity}"
        for passage in self.passages.values():
            yield passage.paraphrase.id
