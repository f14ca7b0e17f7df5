"""The decision: from facts to gates, verdict and order, through the rules and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.conditions import NO, UNKNOWN, YES, Tri
from flows.facts import (
    BASIC_SAFETY,
    COMPONENTS,
    DONE,
    UNDER_WAY,
    Barrier,
    Facts,
)
from flows.rules import Rule, RuleSet

BLOCKING, INCOMPLETE, CLEAR = "blocking", "incomplete", "clear"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one set of facts.

    `values` holds every value the rules read, given and derived; `fired` the row of each table, by
    the table's name; `barriers` the inventory with what is missing of basic safety added to it.
    """

    values: dict[str, str]
    fired: dict[str, Rule]
    barriers: tuple[Barrier, ...]
    order: tuple[str, ...]
    verdict: str
    verdict_reason: str | None

    def gate(self, component: str) -> str:
        """Return `open`, `closed` or `unknown`."""
        return self.values[f"gate_{component}"]


def decide(rules: RuleSet, facts: Facts) -> Decision:
    """Apply the rules to the facts.

    Total: every combination of facts gives exactly one verdict and one order (specification,
    section 5). Raises LookupError only if a table were incomplete, which the tests exclude.
    """
    values = dict(facts.coded)
    fired: dict[str, Rule] = {}

    def settle(table_name: str) -> str:
        rule: Rule = getattr(rules, table_name).decide(values)
        fired[table_name] = rule
        return str(rule.effect)

    values["child_age_band"] = rules.age_band(facts.child_age_months)
    values["parent_trauma_derived"] = settle("derived_parent_trauma")
    values["child_trauma_derived"] = settle("derived_child_trauma")
    values["threat_stopped_derived"] = settle("derived_threat")
    values["availability"] = settle("derived_availability")
    for table_name in ("gate_relationship", "gate_parent", "gate_child"):
        values[table_name] = settle(table_name)
    values["wish_first"] = settle("wish_first")
    values["wish_second"] = settle("wish_second")

    barriers = tuple(inventory(facts, values["threat_stopped_derived"]))
    values["inventory"] = _inventory_state(facts, values, barriers)

    order_rule = rules.order.decide(values)
    fired["order"] = order_rule
    order = _with_courses(order_rule.effect, facts, values)
    waiting = [component for component in order if facts.status_of(component) != DONE]
    values["all_done"] = NO if waiting else YES
    values["first_gate"] = values[f"gate_{waiting[0]}"] if waiting else UNKNOWN

    verdict_rule = rules.verdict.decide(values)
    fired["verdict"] = verdict_rule
    verdict, reason = verdict_rule.effect
    return Decision(values, fired, barriers, order, verdict, reason)


def inventory(facts: Facts, threat_stopped: str) -> Iterator[Barrier]:
    """Give the barriers that were named, and what is missing of basic safety.

    Lack of basic safety must be resolved first, unless the professional named a barrier of that
    same kind and judged that it need not (interface, convention 3; AMBIG-10).
    """
    named = facts.barriers or ()
    for kind in BASIC_SAFETY:
        value = threat_stopped if kind == "threat_stopped" else facts.get(kind)
        judged_not = any(item.kind == kind and item.must_resolve_first == NO for item in named)
        if value == NO:
            yield Barrier(kind, YES, NO if judged_not else YES)
    yield from (item for item in named if not _repeats_basic_safety(item, facts, threat_stopped))


def _repeats_basic_safety(item: Barrier, facts: Facts, threat_stopped: str) -> bool:
    """Whether the line only says again, or judges, what `inventory` already gives for the fact."""
    if item.kind not in BASIC_SAFETY:
        return False
    value = threat_stopped if item.kind == "threat_stopped" else facts.get(item.kind)
    return value == NO and not item.blocks and not item.undecided


def _inventory_state(facts: Facts, values: dict[str, str], barriers: tuple[Barrier, ...]) -> str:
    if any(item.blocks for item in barriers):
        return BLOCKING
    basic_safety: list[str] = [
        values["threat_stopped_derived"] if kind == "threat_stopped" else facts.get(kind)
        for kind in BASIC_SAFETY
    ]
    if facts.barriers is None or UNKNOWN in basic_safety:
        return INCOMPLETE
    return INCOMPLETE if any(item.undecided for item in barriers) else CLEAR


def _with_courses(
    table_order: tuple[str, ...], facts: Facts, values: dict[str, str]
) -> tuple[str, ...]:
    """Put what is done first, then what is under way with its gate not closed (convention 5)."""

    def place(component: str) -> tuple[int, int]:
        status = facts.status_of(component)
        if status == DONE:
            return 0, COMPONENTS.index(component)
        if status == UNDER_WAY and values[f"gate_{component}"] != "closed":
            return 1, table_order.index(component)
        return 2, table_order.index(component)

    return tuple(sorted(table_order, key=place))


def presence(barriers: tuple[Barrier, ...], kind: str) -> Tri:
    """Say whether a barrier of this kind is there."""
    found = {item.present for item in barriers if item.kind == kind}
    if YES in found:
        return YES
    return UNKNOWN if UNKNOWN in found else NO
