"""The protocol: the versioned whole of questions, facts and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from flows.conditions import YES, Values
from flows.data import canonical
from flows.explaining import Change, Explanation, explain, lifting_changes
from flows.facts import Facts
from flows.messages import Message
from flows.outlook import Weights
from flows.passages import Passage
from flows.proposal import Conflict, Proposal, Proposer
from flows.questions import Kind, Question
from flows.quick import QuickIntake
from flows.readings import other_than_ours
from flows.rules import Rule, RuleSet


@dataclass(frozen=True)
class Protocol:
    """Questions, rules and passages under one id and version.

    `all_rules` holds the rules under every reading of the source; `readings` says which readings
    other than ours were chosen. `facts_from` turns the values of the answers on the path into
    facts; `sets`, `expected` and `meeting_points` guide the quick intake; `crisis_lines` says whom
    to call in danger. `changed_since` names, for an earlier version, the questions that have come
    to mean something else; it is needed only for versions whose answers carry no fingerprint.
    """

    id: str
    version: str
    questions: tuple[Question, ...]
    sections: tuple[str, ...]
    all_rules: RuleSet
    passages: Mapping[str, Passage]
    facts_from: Callable[[Values], Facts]
    sets: Mapping[str, tuple[str, ...]]
    expected: Weights
    meeting_points: tuple[str, ...]
    crisis_lines: tuple[Message, ...] = ()
    changed_since: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rules(self) -> RuleSet:
        """The rules under the readings that were chosen."""
        return self.all_rules.under(self.readings)

    @cached_property
    def other_rules(self) -> dict[tuple[str, str], RuleSet]:
        """The rules with one reading otherwise, by the ambiguity and the reading's code."""
        return {
            (ambiguity.id, code): self.all_rules.under({**self.readings, ambiguity.id: code})
            for ambiguity in self.all_rules.ambiguities
            for code in ambiguity.readings
            if code != self.rules.readings[ambiguity.id]
        }

    def under(self, readings: Mapping[str, str]) -> Protocol:
        """Return the same protocol with the source read otherwise."""
        return replace(self, readings=other_than_ours(readings))

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content: questions, rules under every reading, and passages."""
        return sha256(
            canonical(
                {
                    "questions": [question.to_data() for question in self.questions],
                    "rules": self.all_rules.to_data(),
                    "passages": [
                        [item.id, item.heading, item.page, item.lines, item.evidence]
                        for item in self.passages.values()
                    ],
                }
            )
        ).hexdigest()

    @cached_property
    def quick_intake(self) -> QuickIntake:
        """What chooses the questions of the quick intake."""
        return QuickIntake(
            self.rules,
            self.facts_from,
            self.sets,
            self.expected,
            self.meeting_points,
            always=("safety",),
            early=("barriers",),
            then=("course",),
        )

    @cached_property
    def _proposer(self) -> Proposer:
        return Proposer(
            self.rules,
            self.passages,
            other_rules=self.other_rules,
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

    def explain(self, facts: Facts) -> Explanation:
        """Return the proposal for facts from outside, with why not another order."""
        return self.explain_proposal(self.propose(facts))

    def explain_proposal(self, proposal: Proposal) -> Explanation:
        """Return a proposal with why not another order, and what would change it."""
        return explain(self._proposer, self.rules, proposal)

    def what_lifts(self, proposal: Proposal) -> tuple[Change, ...]:
        """Return which single facts, were they otherwise, would let something begin."""
        return tuple(lifting_changes(self.rules, proposal.facts, proposal.decision))

    def propose_from(
        self, values: Values, missing: tuple[str, ...], conflicts: tuple[Conflict, ...] = ()
    ) -> Proposal:
        """Return the proposal for the answers of an interview, with what else does not agree."""
        proposal = self._proposer.propose(self.facts_from(values), missing)
        return replace(proposal, conflicts=(*conflicts, *proposal.conflicts))

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
        for rule in self.all_rules:
            yield rule.text.id
        for ambiguity in self.all_rules.ambiguities:
            yield ambiguity.text.id
            yield from (ambiguity.reading(code).id for code in ambiguity.readings)
        for passage in self.passages.values():
            yield passage.paraphrase.id
