"""The decision: from facts to gates, verdict and order, through the rules and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.conditions import NO, UNKNOWN, YES, Tri
from flows.courses import COURSE_ORDER
from flows.facts import BASIC_SAFETY, COMPONENTS, Barrier, Facts
from flows.rules import Rule, RuleSet


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
    values = given(rules, facts)
    fired: dict[str, Rule] = {}
    for item in rules.derivations:
        if item.table is None:
            values[item.name] = item.value(values)
        else:
            rule = item.table.decide(values)
            fired[item.table.name] = rule
            values[item.name] = rule.value
    reason = values["verdict_reason"]
    return Decision(
        values,
        fired,
        tuple(inventory(facts, values["threat_stopped_derived"])),
        tuple(values[COURSE_ORDER].split()),
        values["verdict"],
        None if reason == "none" else reason,
    )


def given(rules: RuleSet, facts: Facts) -> dict[str, str]:
    """Return the facts as the values that the rules read."""
    values = dict(facts.coded)
    values["child_age_band"] = rules.age_band(facts.child_age_months)
    values["named_barriers"] = named_barriers(facts.barriers)
    for kind in BASIC_SAFETY:
        values[f"judged_not_first_{kind}"] = YES if judged_not_first(facts, kind) else NO
    for component in COMPONENTS:
        values[f"status_{component}"] = facts.status_of(component)
    return values


def named_barriers(barriers: tuple[Barrier, ...] | None) -> str:
    """Return the worst that stands in the list of barriers (see `NAMED_BARRIERS`)."""
    if barriers is None:
        return "not_made"
    if any(item.blocks for item in barriers):
        return "first"
    present = any(item.present == YES for item in barriers)
    if any(item.present == UNKNOWN for item in barriers):
        return "doubtful_and_present" if present else "doubtful"
    if any(item.undecided for item in barriers):
        return "priority_unknown"
    return "present" if present else "none"


def judged_not_first(facts: Facts, kind: str) -> bool:
    """Whether the professional judged that a lack of this basic safety need not come first."""
    return any(item.kind == kind and item.must_resolve_first == NO for item in facts.barriers or ())


def inventory(facts: Facts, threat_stopped: str) -> Iterator[Barrier]:
    """Give the barriers that were named, and what is missing of basic safety.

    Lack of basic safety must be resolved first, unless the professional named a barrier of that
    same kind and judged that it need not (interface, convention 3; AMBIG-10).
    """
    for kind in BASIC_SAFETY:
        value = threat_stopped if kind == "threat_stopped" else facts.get(kind)
        if value == NO:
            yield Barrier(kind, YES, NO if judged_not_first(facts, kind) else YES)
    for item in facts.barriers or ():
        if not _repeats_basic_safety(item, facts, threat_stopped):
            yield item


def _repeats_basic_safety(item: Barrier, facts: Facts, threat_stopped: str) -> bool:
    """Whether the line only says again, or judges, what `inventory` already gives for the fact."""
    if item.kind not in BASIC_SAFETY:
        return False
    value = threat_stopped if item.kind == "threat_stopped" else facts.get(item.kind)
    return value == NO and not item.blocks and not item.undecided


def presence(barriers: tuple[Barrier, ...], kind: str) -> Tri:
    """Say whether a barrier of this kind is there."""
    found = {item.present for item in barriers if item.kind == kind}
    if YES in found:
        return YES
    return UNKNOWN if UNKNOWN in found else NO
