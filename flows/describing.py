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
    answers and no facts; `rules` the conditions that are said as "rule ... applies".
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
    for rule in rules.order:  # where one row holds at a time, its condition is the row
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


def describe_lines(condition: Condition, words: Wording) -> tuple[Message, ...]:
    """Say the same in lines: one for each part that must hold, or may, so that none is missed."""
    if condition in words.rules or not isinstance(condition, AllOf | AnyOf):
        return (describe(condition, words),)
    first, *rest = _parts(condition, words)
    every = isinstance(condition, AllOf)
    return (
        first,
        *(
            message("condition.and_line" if every else "condition.or_line", part=part)
            for part in rest
        ),
    )


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
    return reduce(
        lambda before, after: message(
            "condition.and" if every else "condition.or", before=before, after=after
        ),
        _parts(condition, words),
    )


def _parts(condition: AllOf | AnyOf, words: Wording) -> Iterator[Message]:
    parts = list(_flat(condition, words))
    if isinstance(condition, AnyOf):
        parts = _plainer(parts)
    for part in parts:
        said = describe(part, words)
        nested = isinstance(part, AllOf | AnyOf) and len(parts) > 1 and part not in words.rules
        yield message("condition.brackets", part=said) if nested else said


def _flat(condition: AllOf | AnyOf, words: Wording) -> Iterator[Condition]:
    """Give the parts, those of a part of the same kind among them: no brackets are needed there.

    An alternative that comes down to one value of one fact counts as that one.
    """
    for part in condition.parts:
        plain = _plain(part)
        if (
            isinstance(plain, AllOf | AnyOf)
            and isinstance(plain, type(condition))
            and plain not in words.rules
        ):
            yield from _flat(plain, words)
        else:
            yield plain


def _plain(part: Condition) -> Condition:
    """Return alternatives that name values of one and the same fact as one statement."""
    if isinstance(part, AnyOf):
        alternatives = _plainer(part.parts)
        if len(alternatives) == 1:
            return alternatives[0]
    return part


def _plainer(alternatives: Iterable[Condition]) -> list[Condition]:
    """Return the same alternatives in fewer words.

    Values of one fact are named together, and an alternative that only asks for more than another
    one is left out. Both leave the meaning as it is, also where something is unknown.
    """
    left: list[Condition] = []
    for part in alternatives:
        before = left[-1] if left else None
        if isinstance(part, Is) and isinstance(before, Is) and _same_name(part, before):
            values = dict.fromkeys((*before.values, *part.values))
            left[-1] = Is(part.name, tuple(values), part.settled)
        else:
            left.append(part)
    asked = [set(part.parts) if isinstance(part, AllOf) else {part} for part in left]
    return [
        part
        for part, mine in zip(left, asked, strict=True)
        if not any(other < mine for other in asked)
    ]


def _same_name(one: Is, other: Is) -> bool:
    return (one.name, one.settled) == (other.name, other.settled)


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
