"""What the document of the rules needs to know: counts, words, readings, and who uses what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flows.courses import FIRST, WITH_COMPLAINTS, own_inputs, own_values
from flows.describing import Wording, describe, describe_lines, value, wording
from flows.facts import BARRIER_KINDS, BASIC_SAFETY, COMPONENTS
from flows.messages import Message, message
from flows.proposal import barrier_passages
from flows.protocol import Protocol
from flows.questions import Question
from flows.rules import Basis, Collection, Rule, RuleSet, Table
from flows.space import rows_of, space_of
from flows.telling import short_order
from flows.voorstudie import interventions
from locales import catalogue

Group = Table | Collection


@dataclass(frozen=True, slots=True)
class Changes:
    """What another reading of the source makes of the rules."""

    added: list[Rule]
    gone: list[Rule]
    changed: list[Rule]


class RulesWords:
    """The rules of a protocol, under the readings that were chosen, in the words of a language."""

    def __init__(self, protocol: Protocol, language: str) -> None:
        self.protocol = protocol
        self.language = language
        self.say = catalogue(language).say
        self.rules = protocol.rules
        self.space = space_of(protocol.rules)

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many combinations of facts each row of each table decides.

        A table that is asked about one component at a time is counted for each of them.
        """
        known = {*self.space.given, *(item.name for item in self.space.derivations)}
        counted: dict[str, dict[str, int]] = {}
        for table in self.rules.tables:
            if known.issuperset(table.inputs):
                counted[table.name] = rows_of(self.space, table)
            else:
                for component in self._components(table):
                    counted[f"{table.name}_{component}"] = self._own_rows(table, component)
        return counted

    def counted_as(self, table: Table) -> list[str]:
        """Return the names under which a table's rows are counted."""
        if table.name in self.counts:
            return [table.name]
        return [f"{table.name}_{component}" for component in self._components(table)]

    def _components(self, table: Table) -> tuple[str, ...]:
        return COMPONENTS if table.name == self.rules.label.name else WITH_COMPLAINTS

    def _own_rows(self, table: Table, component: str) -> dict[str, int]:
        names = (*own_inputs(component), FIRST, "verdict", "verdict_reason")
        counted = dict.fromkeys((rule.id for rule in table), 0)
        for key, number in self.space.count(names).items():
            row = table.decide(own_values(component, dict(zip(names, key, strict=True))))
            counted[row.id] += number
        return counted

    # --- rules in words ---------------------------------------------------------------------------

    @cached_property
    def wording(self) -> Wording:
        """What conditions are said with."""
        return wording(self.protocol, self.rules)

    def when(self, rule: Rule, words: Wording | None = None) -> str:
        """Say when a rule holds."""
        return self.say(describe(rule.when, (words or self.wording).beside(rule)))

    def when_lines(self, rule: Rule, words: Wording | None = None) -> list[str]:
        """Say when a rule holds, a line for each part."""
        lines = describe_lines(rule.when, (words or self.wording).beside(rule))
        return [self.say(line) for line in lines]

    def effect(self, group: Group, rule: Rule) -> str:
        """Say what follows where a rule holds; nothing where its sentence says it all."""
        found = effect_text(self.rules, group.name, rule)
        return "" if found is None else self.say(found)

    def ground(self, rule: Rule) -> str:
        """Say how strong a rule's ground is, or whose the rule is."""
        if rule.basis is not Basis.SOURCE:
            return self.say(message(f"basis.{rule.basis}"))
        ground = self.evidence(rule.evidence(self.protocol.passages))
        if rule.partly is None:
            return ground
        ours = message(f"document.basis.{rule.partly}")
        return self.say(message("document.partly", ground=ground, basis=ours))

    def evidence(self, code: str) -> str:
        """Say an evidence code, the words before it."""
        return self.say(message("document.evidence", words=message(f"evidence.{code}"), code=code))

    # --- readings ---------------------------------------------------------------------------------

    @cached_property
    def all_groups(self) -> dict[str, Group]:
        """Every table and collection with the rules of all readings."""
        return {item.name: item for item in groups(self.protocol.all_rules)}

    def elsewhere(self, group: Group) -> Iterator[tuple[Rule, tuple[str, ...]]]:
        """Give the rules that are there under other readings only, as they stand there."""
        here = {rule.id for rule in group}
        for rule in self.all_groups[group.name]:
            found = list(self._read_otherwise(rule.id))
            if rule.id not in here:
                yield found[0][1], tuple(reading for reading, _ in found)

    def _read_otherwise(self, rule_id: str) -> Iterator[tuple[str, Rule]]:
        for (ambiguity, code), rules in self.protocol.other_rules.items():
            for rule in rules:
                if rule.id == rule_id:
                    yield f"{ambiguity}={code}", rule

    def changes(self, other: RuleSet, words: Wording) -> Changes:
        """Return what another reading adds, takes away, and says otherwise.

        A rule that only refers to a changed one is not changed itself.
        """
        ours = {rule.id: rule for rule in self.rules}
        theirs = {rule.id: rule for rule in other}
        return Changes(
            [rule for name, rule in theirs.items() if name not in ours],
            [rule for name, rule in ours.items() if name not in theirs],
            [
                rule
                for name, rule in theirs.items()
                if name in ours and self._says_otherwise(rule, words, ours[name])
            ],
        )

    def _says_otherwise(self, rule: Rule, words: Wording, ours: Rule) -> bool:
        """Tell whether the two conditions read differently; saying them is the slow part."""
        theirs = describe(rule.when, words.beside(rule))
        mine = describe(ours.when, self.wording.beside(ours))
        return theirs != mine and self.say(theirs) != self.say(mine)

    # --- who uses what ----------------------------------------------------------------------------

    def questions_for(self, name: str) -> tuple[Question, ...]:
        """Return the questions whose answer gives this fact; those of the list of barriers too."""
        beside = name in self.rules.background
        listed = beside and name.removesuffix("_present") in BARRIER_KINDS
        return tuple(
            question
            for question in self.protocol.questions
            if name in (question.id, *self.protocol.sets.get(question.id, ()))
            or (beside and name in question.choices)
            or (listed and question.id == "barriers_present")
        )

    @cached_property
    def rules_by_passage(self) -> dict[str, list[str]]:
        """The rules that rest on each passage."""
        found: dict[str, list[str]] = {name: [] for name in self.protocol.passages}
        for rule in self.protocol.all_rules:
            for name in rule.passages:
                found[name].append(rule.id)
        return found

    @cached_property
    def questions_by_passage(self) -> dict[str, list[Question]]:
        """The questions that rest on each passage; those that share their words once."""
        found: dict[str, dict[str, Question]] = {name: {} for name in self.protocol.passages}
        for question in self.protocol.questions:
            for name in question.passages:
                found[name].setdefault(question.topic or question.id, question)
        return {name: list(questions.values()) for name, questions in found.items()}

    @cached_property
    def barriers_by_passage(self) -> dict[str, list[str]]:
        """The kinds of barrier that each passage names, besides the one that speaks of them all."""
        found: dict[str, list[str]] = {name: [] for name in self.protocol.passages}
        for kind in (*BASIC_SAFETY, *BARRIER_KINDS):
            for name in barrier_passages(kind)[1:]:
                found[name].append(kind)
        return found

    @cached_property
    def in_catalogue(self) -> frozenset[str]:
        """The passages on which the catalogue of interventions rests."""
        return frozenset(name for name, _ in interventions.cited())


def groups(rules: RuleSet) -> tuple[Group, ...]:
    """Return every table and collection."""
    return (*rules.tables, *rules.collections)


def effect_text(rules: RuleSet, group: str, rule: Rule) -> Message | None:
    """Return what a rule gives, in words; None where it gives nothing but its sentence."""
    if rule.effect is None:
        return None
    if group == rules.order.name:
        return short_order(rule.effect)
    if group == rules.verdict.name:
        return _verdict(*rule.effect)
    if group == rules.child_variants.name:
        return _either(message(f"variant.{name}") for name in rule.effect)
    if group == rules.label.name:
        if rule.effect == "after":
            return message("label.after", component=message("document.the_one_before"))
        return message(f"label.{rule.effect}")
    if group == rules.order_limits.name:
        return _limit(rule.effect)
    if group == rules.conflicts.name:
        return message(f"conflict.{rule.effect}")
    if group == rules.cautions.name:
        return message("document.standing")
    return value(group, rule.value)


def _verdict(verdict: str, reason: str | None) -> Message:
    words = message(f"verdict.{verdict}")
    if reason is None:
        return words
    return message("document.verdict", verdict=words, reason=message(f"fact_value.{reason}"))


def _either(names: Iterable[Message]) -> Message:
    first, *rest = names
    for other in rest:
        first = message("condition.value_or", before=first, after=other)
    return first


def _limit(effect: str) -> Message:
    kind, *names = effect.split(" ")
    said = (message(f"component_short.{name}") for name in names)
    return message(f"document.limit.{kind}", **dict(zip(("first", "second"), said, strict=False)))
