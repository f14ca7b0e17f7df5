"""The proposal: an order with its reasons, what stands in the way, and what is still unknown.

It supports a professional's decision and never replaces it; it says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from flows.conditions import NO, UNKNOWN, YES, Values
from flows.courses import FIRST, own_values
from flows.data import canonical
from flows.decision import Decision, decide, presence
from flows.facts import (
    BASIC_SAFETY,
    CHILD,
    CODED_FACTS,
    COMPONENTS,
    DONE,
    PARENT,
    Barrier,
    Facts,
)
from flows.messages import Message, message
from flows.passages import Passage
from flows.readings import other_than_ours
from flows.rules import Rule, RuleSet

Say = Callable[[Message], str]
"""Turns a message into words of one language."""

DISCLAIMER = message("proposal.disclaimer")


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that holds for these facts, with the facts it read."""

    rule: Rule
    evidence: str
    facts: dict[str, str]

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return the reason as the interface has it."""
        return {
            "rule": self.rule.id,
            "passages": list(self.rule.passages),
            "evidence": self.evidence,
            "basis": str(self.rule.basis),
            "partly": self.rule.partly and str(self.rule.partly),
            "facts": self.facts,
            "text": say(self.rule.text),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One component's place in the order, what to do with it, and why."""

    component: str
    label: str
    after: str | None
    variants: tuple[str, ...]
    reasons: tuple[Reason, ...]
    why_not_earlier: tuple[Reason, ...]

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return the step as the interface has it."""
        return {
            "component": self.component,
            "label": self.label,
            "after": self.after,
            "variants": list(self.variants),
            "reasons": [reason.to_data(say) for reason in self.reasons],
            "why_not_earlier": [reason.to_data(say) for reason in self.why_not_earlier],
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that does not agree and that people must talk about; never repaired in silence.

    `kind` is `contradiction`, `wish_against_gate`, `wish_against_consensus`, `experts_divided` or
    `ambiguous_source`.
    """

    id: str
    kind: str
    text: Message
    passages: tuple[str, ...]
    ambiguities: tuple[str, ...]
    facts: dict[str, str]

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return the conflict as JSON-ready data."""
        return {
            "id": self.id,
            "kind": self.kind,
            "passages": list(self.passages),
            "ambiguities": list(self.ambiguities),
            "facts": self.facts,
            "text": say(self.text),
        }


@dataclass(frozen=True, slots=True)
class Pivot:
    """What the result would be if an unknown fact had this value."""

    fact: str
    value: str
    verdict: str
    verdict_reason: str | None
    order: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {
            "fact": self.fact,
            "value": self.value,
            "verdict": self.verdict,
            "verdict_reason": self.verdict_reason,
            "order": list(self.order),
        }


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What another reading of an ambiguous place in the source would make of the same facts."""

    ambiguity: str
    reading: str
    verdict: str
    verdict_reason: str | None
    order: tuple[str, ...]

    @property
    def text(self) -> Message:
        """What this reading makes of the place."""
        return message(f"reading.{self.ambiguity}.{self.reading}")

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {
            "ambiguity": self.ambiguity,
            "reading": self.reading,
            "verdict": self.verdict,
            "verdict_reason": self.verdict_reason,
            "order": list(self.order),
            "text": say(self.text),
        }


@dataclass(frozen=True)
class Proposal:
    """The result of one decision, for one version of one protocol.

    `pivots` are the unknown facts that can still change it; `reassess` the stated severities that
    count as unknown for how they were measured, with what an interview could make of them.
    `readings` are the readings of the source other than ours that were chosen; `other_readings`
    those that would give another order or verdict for these facts.
    """

    protocol_id: str
    protocol_version: str
    protocol_hash: str
    facts: Facts
    decision: Decision
    strength: str
    verdict_because: Reason
    steps: tuple[Step, ...]
    barriers: tuple[Barrier, ...]
    actions: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    conflicts: tuple[Conflict, ...]
    supplementary_help: tuple[Reason, ...]
    pivots: tuple[Pivot, ...]
    reassess: tuple[Pivot, ...]
    other_readings: tuple[OtherReading, ...]
    readings: Mapping[str, str]
    missing: tuple[str, ...]

    @property
    def pivotal(self) -> tuple[str, ...]:
        """The unknown facts that can still change the verdict or the order."""
        return tuple(dict.fromkeys(pivot.fact for pivot in self.pivots))

    def to_data(self, say: Say) -> dict[str, Any]:
        """Return the proposal as the interface has it, its texts in one language."""
        decision = self.decision
        return {
            "protocol": {
                "id": self.protocol_id,
                "version": self.protocol_version,
                "hash": self.protocol_hash,
                "readings": dict(self.readings),
            },
            "verdict": decision.verdict,
            "verdict_reason": decision.verdict_reason,
            "verdict_because": self.verdict_because.to_data(say),
            "order": list(decision.order),
            "order_row": decision.fired["order"].id,
            "strength": self.strength,
            "gates": {component: decision.gate(component) for component in COMPONENTS},
            "steps": [step.to_data(say) for step in self.steps],
            "barriers": [
                {
                    "kind": barrier.kind,
                    "present": barrier.present,
                    "must_resolve_first": barrier.must_resolve_first,
                    "blocks": barrier.blocks,
                    "passages": list(barrier_passages(barrier.kind)),
                    "text": say(barrier_text(barrier)),
                }
                for barrier in self.barriers
            ],
            "actions": [reason.to_data(say) for reason in self.actions],
            "cautions": [reason.to_data(say) for reason in self.cautions],
            "conflicts": [conflict.to_data(say) for conflict in self.conflicts],
            "supplementary_help": [reason.to_data(say) for reason in self.supplementary_help],
            "pivotal": list(self.pivotal),
            "what_if": [pivot.to_data() for pivot in self.pivots],
            "reassess": [pivot.to_data() for pivot in self.reassess],
            "other_readings": [other.to_data(say) for other in self.other_readings],
            "missing": list(self.missing),
            "disclaimer": say(DISCLAIMER),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the proposal and the facts under it, the same in every language."""
        data = {"facts": self.facts.to_data(), "proposal": self.to_data(lambda text: text.id)}
        return sha256(canonical(data)).hexdigest()


_BARRIER_PASSAGES = {
    "food_secure": ("C01", "C02"),
    "safe_roof": ("C01", "C02"),
    "threat_stopped": ("C01", "C02"),
    "daily_stressors": ("C01", "C03"),
    "debts": ("C01", "C05"),
    "perpetrator_risk": ("C01", "C06"),
    "legal_procedures": ("C01", "C07"),
    "court_cases": ("C01", "C13"),
    "partner_dynamics": ("C01", "C08"),
    "contact_with_father": ("C01", "C09"),
    "treatment_affects_contact": ("C01", "C09"),
    "changing_housing": ("C01", "C13"),
    "social_position_weak": ("C01", "C12"),
    "no_normal_life": ("C01", "C11"),
    "shelter_stress": ("C01", "C14"),
    "other_untreated_mental_problems": ("C01", "C13"),
}


def barrier_passages(kind: str) -> tuple[str, ...]:
    """Return the passages that name this kind of barrier."""
    return _BARRIER_PASSAGES.get(kind, ("C01", "C17"))


def barrier_name(kind: str) -> Message:
    """Return what a kind of barrier is called; a code that is not ours is shown as it is."""
    if kind in _BARRIER_PASSAGES or kind == "other":
        return message(f"barrier.{kind}")
    return message("barrier.foreign", code=kind)


def barrier_text(barrier: Barrier) -> Message:
    """Say what is known of a barrier and what it means for the start."""
    if barrier.present == UNKNOWN:
        state = "presence_unknown"
    elif barrier.present == NO:
        state = "absent"
    else:
        state = {YES: "blocks", NO: "attention", UNKNOWN: "priority_unknown"}[
            barrier.must_resolve_first
        ]
    return message(f"proposal.barrier.{state}", barrier=barrier_name(barrier.kind))


class Proposer:
    """Turns facts into proposals under one protocol's rules."""

    def __init__(
        self,
        rules: RuleSet,
        passages: Mapping[str, Passage],
        *,
        other_rules: Mapping[tuple[str, str], RuleSet],
        protocol_id: str,
        protocol_version: str,
        protocol_hash: str,
    ) -> None:
        self._rules = rules
        self._passages = passages
        self._other_rules = other_rules
        self._protocol = (protocol_id, protocol_version, protocol_hash)

    def propose(self, facts: Facts, missing: Iterable[str] = ()) -> Proposal:
        """Return the proposal for these facts; total, like the decision under it.

        `missing` names what the intake has not collected yet.
        """
        rules = self._rules
        decision = decide(rules, facts)
        values = dict(decision.values)
        values.update(facts.background)
        values["debts_present"] = presence(decision.barriers, "debts")
        values["perpetrator_risk_present"] = presence(decision.barriers, "perpetrator_risk")
        for item in rules.label_derivations:
            values[item.name] = item.value(values)
        return Proposal(
            *self._protocol,
            facts=facts,
            decision=decision,
            strength=values["strength"],
            verdict_because=self.reason(decision.fired["verdict"], values, facts),
            steps=tuple(self._steps(facts, decision, values)),
            barriers=tuple(item for item in decision.barriers if item.present != NO),
            actions=self._reasons(rules.actions.holding(values), values, facts),
            cautions=self._reasons(rules.cautions.holding(values), values, facts),
            conflicts=tuple(self._conflicts(facts, decision, values)),
            supplementary_help=self._reasons(
                rules.supplementary_help.holding(values), values, facts
            ),
            pivots=tuple(pivots(rules, facts, decision)),
            reassess=tuple(reassessments(rules, facts, decision)),
            other_readings=tuple(self._read_otherwise(facts, decision)),
            readings=other_than_ours(rules.readings),
            missing=tuple(missing),
        )

    def _read_otherwise(self, facts: Facts, decision: Decision) -> Iterator[OtherReading]:
        """Give each reading that would give another order or verdict, one at a time."""
        now = (decision.order, decision.verdict, decision.verdict_reason)
        for (ambiguity, reading), rules in self._other_rules.items():
            other = decide(rules, facts)
            if (other.order, other.verdict, other.verdict_reason) != now:
                yield OtherReading(
                    ambiguity, reading, other.verdict, other.verdict_reason, other.order
                )

    def _reasons(self, held: Iterable[Rule], values: Values, facts: Facts) -> tuple[Reason, ...]:
        return tuple(self.reason(rule, values, facts) for rule in held)

    def reason(self, rule: Rule, values: Values, facts: Facts) -> Reason:
        """Return a rule as a reason, with the facts that it read."""
        return Reason(rule, rule.evidence(self._passages), self._facts_read(rule, values, facts))

    def _facts_read(self, rule: Rule, values: Values, facts: Facts) -> dict[str, str]:
        """Return what the rule read, as facts of the interface and gates."""
        read: dict[str, str] = {}
        for name in rule.when.names():
            for fact in self._rules.derived_from.get(name, (name,)):
                if fact == "child_age_months":
                    months = facts.child_age_months
                    read[fact] = UNKNOWN if months is None else str(months)
                elif fact == "barriers":
                    read[fact] = values["inventory"]
                elif fact in CODED_FACTS or fact in facts.background or fact.startswith("gate_"):
                    read[fact] = values.get(fact, UNKNOWN)
        return read

    def _steps(self, facts: Facts, decision: Decision, values: dict[str, str]) -> Iterator[Step]:
        rules = self._rules
        before: str | None = None
        for component in decision.order:
            status = facts.status_of(component)
            is_first = component == values[FIRST]
            own = {**values, **own_values(component, values)}
            label_rule = rules.label.decide(own)
            reasons = [*self._own_reasons(component, decision, values)]
            if is_first:
                reasons.append(decision.fired["order"])
            if label_rule.id in _LABELS_WORTH_SAYING:
                reasons.insert(0, label_rule)
            why_not_earlier: list[Rule] = []
            if status != DONE and not is_first:
                if decision.gate(component) != "open":
                    why_not_earlier.extend(self._gate_rules(component, decision, values))
                why_not_earlier.extend(rules.not_earlier[component].holding(values))
                why_not_earlier.append(decision.fired["order"])
            yield Step(
                component=component,
                label=label_rule.effect,
                after=before if label_rule.effect == "after" else None,
                variants=self._variants(component, decision),
                reasons=self._reasons(_once(reasons), own, facts),
                why_not_earlier=self._reasons(_once(why_not_earlier), own, facts),
            )
            before = component

    def _own_reasons(
        self, component: str, decision: Decision, values: dict[str, str]
    ) -> Iterator[Rule]:
        if component in (PARENT, CHILD):
            derived = decision.fired[f"{component}_trauma_derived"]
            if derived.id in _DERIVATIONS_WORTH_SAYING:
                yield derived
        yield from self._gate_rules(component, decision, values)
        if component == CHILD:
            derived = decision.fired["availability"]
            if derived.id in _DERIVATIONS_WORTH_SAYING and decision.gate(CHILD) != "open":
                yield derived
            yield self._rules.child_variants.decide(values)
        yield from self._rules.supporting[component].holding(values)

    def _gate_rules(
        self, component: str, decision: Decision, values: dict[str, str]
    ) -> Iterator[Rule]:
        """Give the gate's row; where it closes, every row that closes it by itself."""
        gate = f"gate_{component}"
        row = decision.fired[gate]
        yield row
        if row.effect == "closed":
            table = getattr(self._rules, gate)
            for rule in table:
                if rule is not row and rule.effect == "closed" and rule.when(values) == YES:
                    yield rule

    def _variants(self, component: str, decision: Decision) -> tuple[str, ...]:
        if component == CHILD:
            effect: tuple[str, ...] = self._rules.child_variants.decide(decision.values).effect
            return effect
        return self._rules.variants[component]

    def _conflicts(
        self, facts: Facts, decision: Decision, values: dict[str, str]
    ) -> Iterator[Conflict]:
        touched: dict[str, Rule] = {}
        for rule in self._rules.conflicts.holding(values):
            touched.update(dict.fromkeys(rule.ambiguities, rule))
            if rule.effect == "ambiguous_source":
                continue
            yield Conflict(
                rule.id,
                rule.effect,
                rule.text,
                rule.passages,
                rule.ambiguities,
                self._facts_read(rule, values, facts),
            )
        for rule in self._deciding(decision, values):
            for ambiguity in rule.ambiguities:
                touched.setdefault(ambiguity, rule)
        for ambiguity in sorted(touched, key=lambda name: int(name.rpartition("-")[2])):
            rule = touched[ambiguity]
            yield Conflict(
                ambiguity,
                "ambiguous_source",
                message(f"ambiguity.{ambiguity}"),
                rule.passages,
                (ambiguity,),
                {},
            )

    def _deciding(self, decision: Decision, values: dict[str, str]) -> Iterator[Rule]:
        """Give the rules on which verdict, order and variants rest."""
        for name in ("gate_relationship", "gate_parent", "gate_child", "order", "verdict"):
            yield decision.fired[name]
        if decision.fired["gate_child"].id == "C4":
            yield decision.fired["availability"]
        yield self._rules.child_variants.decide(values)


_LABELS_WORTH_SAYING = ("T6-done", "T6-interrupt", "T6-continue", "T6-not-indicated", "T6-resume")
_DERIVATIONS_WORTH_SAYING = ("DP4", "DC4", "DC5", "DA3")


def _once(rules: Iterable[Rule]) -> list[Rule]:
    return list({rule.id: rule for rule in rules}.values())


def pivots(rules: RuleSet, facts: Facts, decision: Decision) -> Iterator[Pivot]:
    """Give, for each unknown fact, every value that would change the verdict or the order.

    A fact is unknown when it is absent or `unknown`, and the inventory of barriers also when a line
    of it is undecided. Exact, by trying each value; all else stays as it is.
    """
    now = (decision.verdict, decision.verdict_reason, decision.order)
    for name, value, changed in completions(facts):
        other = decide(rules, changed)
        if (other.verdict, other.order) != (now[0], now[2]):
            yield Pivot(name, value, other.verdict, other.verdict_reason, other.order)


def reassessments(rules: RuleSet, facts: Facts, decision: Decision) -> Iterator[Pivot]:
    """Give what a clinical interview could change where a stated severity counts as unknown.

    The fact is stated, so it is not pivotal; but its measurement is not one that counts (F01-F05).
    """
    for name, source, interview in (
        ("parent_trauma", "parent_trauma_source", "interview"),
        ("child_trauma", "child_trauma_source", "interview_0_6"),
    ):
        if facts.get(name) == UNKNOWN or decision.values[f"{name}_derived"] != UNKNOWN:
            continue
        for value in CODED_FACTS[name].domain:
            changed = facts.with_coded(name, value).with_coded(source, interview)
            other = decide(rules, changed)
            if (other.verdict, other.order) != (decision.verdict, decision.order):
                yield Pivot(name, value, other.verdict, other.verdict_reason, other.order)


def completions(facts: Facts) -> Iterator[tuple[str, str, Facts]]:
    """Give each way to settle one unknown fact: its name, the value, and the facts with it."""
    unknown = list(facts.unknown_names())
    if facts.barriers is not None and any(item.undecided for item in facts.barriers):
        unknown.append("barriers")
    for name in unknown:
        if name == "child_age_months":
            for months in (0, 9, 12, 24, 36, 48, 72):
                yield name, str(months), replace(facts, child_age_months=months)
        elif name == "barriers":
            yield name, "none_first", replace(facts, barriers=_settled(facts.barriers, NO))
            if facts.barriers is None:
                judged = tuple(Barrier(kind, YES, NO) for kind in BASIC_SAFETY)
                yield name, "none_first_not_even_basic_safety", replace(facts, barriers=judged)
            yield name, "some_first", replace(facts, barriers=_settled(facts.barriers, YES))
        else:
            for value in CODED_FACTS[name].domain:
                if not same_wish_twice(facts, name, value):
                    yield name, value, facts.with_coded(name, value)


def _settled(barriers: tuple[Barrier, ...] | None, must_resolve_first: str) -> tuple[Barrier, ...]:
    """Settle what is undecided in the inventory; an inventory not made gets at most one line."""
    judgement = YES if must_resolve_first == YES else NO
    if barriers is None:
        return (Barrier("other", YES, YES),) if judgement == YES else ()
    return tuple(
        replace(item, present=YES, must_resolve_first=judgement) if item.undecided else item
        for item in barriers
    )


def same_wish_twice(facts: Facts, name: str, value: str) -> bool:
    """Whether this value would name a component that the other wish names already."""
    other = {"preference_first": "preference_second", "preference_second": "preference_first"}
    return name in other and value in COMPONENTS and facts.get(other[name]) == value
