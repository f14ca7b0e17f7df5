"""Explaining: why this order, why not another, and what would change it.

Everything here is found by trying the rules out; nothing is said that the rules do not do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from flows.conditions import UNKNOWN
from flows.decision import Decision, decide
from flows.facts import CODED_FACTS, COMPONENTS, DONE, Facts
from flows.limits import meets
from flows.proposal import Pivot, Proposal, Proposer, Reason, Say, same_wish_twice
from flows.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class NotChosen:
    """Another order, and the first rule that rules it out."""

    order: tuple[str, ...]
    because: Reason

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {"order": list(self.order), **self.because.to_data(say)}


@dataclass(frozen=True, slots=True)
class Change:
    """One known fact that would change the order if it were otherwise, by the smallest step.

    `steps` counts the places on the fact's scale: none, some, severe; any other change is one.
    """

    now: str
    steps: int
    result: Pivot

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {"now": self.now, "steps": self.steps, **self.result.to_data()}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A proposal with why not another order, and which single change would change the order.

    `changes` are sorted: the smallest first, and among equals the fact that is asked first.
    """

    proposal: Proposal
    why_not: tuple[NotChosen, ...]
    changes: tuple[Change, ...]

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return it as JSON-ready data; passages resolve in `volgorde rules --format json`."""
        proposal = self.proposal.to_data(say)
        kept = (
            "protocol",
            "verdict",
            "verdict_reason",
            "verdict_because",
            "order",
            "order_row",
            "strength",
            "gates",
        )
        return {
            **{name: proposal[name] for name in kept},
            "why": proposal["steps"],
            "why_not": [other.to_data(say) for other in self.why_not],
            "what_if": proposal["what_if"],
            "reassess": proposal["reassess"],
            "smallest_changes": [change.to_data() for change in self.changes],
            "conflicts": proposal["conflicts"],
            "other_readings": proposal["other_readings"],
            "disclaimer": proposal["disclaimer"],
        }


def explain(proposer: Proposer, rules: RuleSet, proposal: Proposal) -> Explanation:
    """Return the proposal with why not another order, and what would change it."""
    decision, facts = proposal.decision, proposal.facts
    return Explanation(
        proposal,
        tuple(
            NotChosen(order, proposer.reason(rule, decision.values, facts))
            for order, rule in why_not(rules, decision)
        ),
        tuple(smallest_changes(rules, facts, decision)),
    )


def why_not(rules: RuleSet, decision: Decision) -> Iterator[tuple[tuple[str, ...], Rule]]:
    """Give each other order of what is not done, with the first rule that rules it out.

    A limit that the chosen order breaks too (because something is under way) is no reason. Where no
    limit is left, the row of the order table is.
    """
    values = decision.values
    chosen = decision.order
    done = tuple(name for name in chosen if values[f"status_{name}"] == DONE)
    limits = [
        rule for rule in rules.order_limits.holding(values) if meets(chosen, rule.value, values)
    ]
    for rest in permutations(name for name in COMPONENTS if name in chosen and name not in done):
        order = done + rest
        if order != chosen:
            broken = (rule for rule in limits if not meets(order, rule.value, values))
            yield order, next(broken, decision.fired["order"])


def smallest_changes(rules: RuleSet, facts: Facts, decision: Decision) -> list[Change]:
    """Return, for each known fact, the nearest other value that changes the order."""
    found = [
        change
        for name in CODED_FACTS
        if facts.get(name) != UNKNOWN
        for change in _nearest(_otherwise(rules, facts, decision, name))
    ]
    if facts.child_age_months is not None:
        found.extend(_nearest(_older_or_younger(rules, facts, decision)))
    # Sorting keeps the order in which the facts are asked.
    return sorted(found, key=lambda change: change.steps)


def lifting_changes(rules: RuleSet, facts: Facts, decision: Decision) -> Iterator[Change]:
    """Give every single known fact that, were it otherwise, would let something begin where
    nothing may; nothing where something may already."""
    if decision.verdict != "not_yet":
        return
    for name, variable in CODED_FACTS.items():
        now = facts.get(name)
        for value in variable.domain if now != UNKNOWN else ():
            if value == now or same_wish_twice(facts, name, value):
                continue
            other = decide(rules, facts.with_coded(name, value))
            if other.verdict != decision.verdict:
                yield Change(now, 1, _result(name, value, other))


def _nearest(changes: Iterator[Change]) -> list[Change]:
    every = list(changes)
    return [change for change in every if change.steps == min(item.steps for item in every)]


def _otherwise(rules: RuleSet, facts: Facts, decision: Decision, name: str) -> Iterator[Change]:
    domain = CODED_FACTS[name].domain
    now = facts.get(name)
    for value in domain:
        if value == now or same_wish_twice(facts, name, value):
            continue
        steps = abs(domain.index(value) - domain.index(now)) if "severe" in domain else 1
        other = decide(rules, facts.with_coded(name, value))
        if other.order != decision.order:
            yield Change(now, steps, _result(name, value, other))


def _older_or_younger(rules: RuleSet, facts: Facts, decision: Decision) -> Iterator[Change]:
    months = facts.child_age_months
    for bound, _ in rules.age_bands:
        for other_age in (bound - 1, bound):
            other = decide(rules, replace(facts, child_age_months=other_age))
            if other.order != decision.order and months is not None:
                # Months are small steps, but no child is another age: after all other changes.
                steps = 100 + abs(other_age - months)
                yield Change(str(months), steps, _result("child_age_months", str(other_age), other))


def _result(name: str, value: str, other: Decision) -> Pivot:
    return Pivot(name, value, other.verdict, other.verdict_reason, other.order)
