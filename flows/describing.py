"""Describing: a condition as a sentence, for those who own the rules and do not read code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

from flows.conditions import (
    UNKNOWN,
    AllOf,
    Always,
    AnyOf,
    Condition,
    Has,
    Is,
    Never,
    Not,
)
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import Question
from flows.rules import Rule, RuleSet
from flows.space import given_facts

_VALUE_KEYS = {
    "verdict": "verdict",
    "strength": "explain.strength",
    "desired_intensity": "choice.intensity",
    "own_component": "component_short",
    "named_barriers": "fact_value.named_barriers",
    "child_age_band": "fact_value.child_age_band",
}
"""Where the values of a name have words of their own; elsewhere under `fact_value.<value>`."""


@dataclass(frozen=True)
class Wording:
    """What conditions are said with.

    `ambiguities` are the names that stand for a reading of the source; `questions` those that are
    answers and no facts; `rules` the conditions that are said as "the condition of rule ...".
    """

    ambiguities: frozenset[str] = frozenset()
    questions: Mapping[str, Question] = field(default_factory=dict)
    rules: Mapping[Condition, str] = field(default_factory=dict)

    def beside(self, rule: Rule) -> Wording:
        """Return the wording for this rule: it does not refer to itself."""
        others = {when: name for when, name in self.rules.items() if name != rule.id}
        return Wording(self.ambiguities, self.questions, others)


def wording(protocol: Protocol, rules: RuleSet) -> Wording:
    """Return what the conditions of these rules, and of the questions, are said with."""
    known = {name for rule in protocol.all_rules for name in rule.when.names()}
    known.update(given_values(rules))
    referred: dict[Condition, str] = {}
    for table in rules.tables:
        for rule in table:
            if isinstance(rule.when, AllOf):
                referred.setdefault(rule.when, rule.id)
    return Wording(
        frozenset(ambiguity.id for ambiguity in protocol.all_rules.ambiguities),
        {item.id: item for item in protocol.questions if item.id not in known},
        referred,
    )


def describe(condition: Condition, words: Wording) -> Message:
    """Say when the condition holds; what is nested stands in brackets."""
    if condition in words.rules:
        return message("condition.rule", rule=words.rules[condition])
    match condition:
        case Always():
            return message("condition.always")
        case Never():
            return message("condition.never")
        case Is():
            return _is(condition, words)
        case Has(name=name, code=code):
            return message("condition.has", fact=fact(name, words), value=_code(name, code, words))
        case AllOf() | AnyOf():
            return _compound(condition, words)
        case Not(part=part):
            return _not(part, words)
    raise TypeError(f"no words for {condition!r}")


def _is(condition: Is, words: Wording) -> Message:
    if condition.name in words.ambiguities:
        codes = [f"{condition.name}={code}" for code in condition.values]
        return message("condition.reading", readings=_either(codes))
    name = fact(condition.name, words)
    if condition.values == (UNKNOWN,):
        return message("condition.unknown", fact=name)
    return message("condition.is", fact=name, values=_values(condition, words))


def _values(condition: Is, words: Wording) -> Message | str:
    quoted = (
        message("condition.value", value=_code(condition.name, value, words))
        for value in condition.values
    )
    return _either(quoted)


def _either(items: Iterable[Message | str]) -> Message | str:
    return reduce(
        lambda before, after: message("condition.value_or", before=before, after=after), items
    )


def _compound(condition: AllOf | AnyOf, words: Wording) -> Message:
    every = isinstance(condition, AllOf)
    parts = (
        message("condition.brackets", part=describe(part, words))
        if isinstance(part, AllOf | AnyOf) and part not in words.rules
        else describe(part, words)
        for part in _flat(condition, words)
    )
    return reduce(
        lambda before, after: message(
            "condition.and" if every else "condition.or", before=before, after=after
        ),
        parts,
    )


def _flat(condition: AllOf | AnyOf, words: Wording) -> Iterator[Condition]:
    """Give the parts, those of a part of the same kind among them: no brackets are needed there."""
    for part in condition.parts:
        if (
            isinstance(part, AllOf | AnyOf)
            and isinstance(part, type(condition))
            and part not in words.rules
        ):
            yield from _flat(part, words)
        else:
            yield part


def _not(part: Condition, words: Wording) -> Message:
    if part in words.rules:
        return message("condition.not_rule", rule=words.rules[part])
    if isinstance(part, Is) and part.name not in words.ambiguities:
        name = fact(part.name, words)
        if part.values == (UNKNOWN,):
            return message("condition.known", fact=name)
        return message("condition.is_not", fact=name, values=_values(part, words))
    return message("condition.not", part=describe(part, words))


def fact(name: str, words: Wording) -> Message:
    """Return what a name is called."""
    return words.questions[name].short if name in words.questions else message(f"fact.{name}")


def value(name: str, code: str) -> Message:
    """Return what a value of a fact is called."""
    if code == UNKNOWN:
        return message("fact_value.unknown")
    return message(f"{_VALUE_KEYS.get(name, 'fact_value')}.{code}")


def _code(name: str, code: str, words: Wording) -> Message:
    if name in words.questions:
        return words.questions[name].choice_label(code)
    return value(name, code)


def given_values(rules: RuleSet) -> dict[str, tuple[str, ...]]:
    """Return everything that is given, the facts that decide first, with all possible values."""
    decisive = {name: tuple(values) for name, values in given_facts(rules).items()}
    beside = {name: (*item.domain, UNKNOWN) for name, item in rules.background.items()}
    return {**decisive, **beside}


def message_ids(protocol: Protocol) -> Iterator[str]:
    """Give the catalogue keys that describing makes from the names and values of the rules."""
    rules = protocol.all_rules
    words = wording(protocol, rules)
    for name, values in given_values(rules).items():
        yield fact(name, words).id
        yield from (value(name, code).id for code in values)
    for item in (*protocol.rules.derivations, *protocol.rules.label_derivations):
        yield fact(item.name, words).id
    conditions = [rule.when for rule in rules]
    for question in protocol.questions:
        conditions.extend((question.applies, *question.choice_when.values()))
    for name, code in _said(conditions):
        if name not in words.ambiguities:
            yield fact(name, words).id
            yield _code(name, code, words).id


def _said(conditions: Iterable[Condition]) -> Iterator[tuple[str, str]]:
    """Give every name with every value that the conditions speak of."""
    for condition in conditions:
        match condition:
            case Is(name=name, values=values):
                yield from ((name, code) for code in values)
            case Has(name=name, code=code):
                yield name, code
            case Not(part=part):
                yield from _said((part,))
            case AllOf(parts=parts) | AnyOf(parts=parts):
                yield from _said(parts)
