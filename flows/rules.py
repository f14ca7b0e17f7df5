"""Rules and tables: one readable unit each, with its passages, its evidence and its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from flows.conditions import NEVER, UNKNOWN, YES, Condition, Possible, Values, Variable
from flows.courses import (
    FIRST,
    VERDICT_PARTS,
    WITH_COMPLAINTS,
    closed_anyway,
    course_derivations,
    own_course,
    own_inputs,
    own_values,
)
from flows.derivations import Derivation
from flows.facts import COMPONENTS
from flows.messages import Message, message
from flows.passages import Evidence, Passage
from flows.readings import Ambiguity, our_readings

AUTHORITY = (
    Evidence.CON,
    Evidence.EXP_CON,
    Evidence.LIT_CON,
    Evidence.EXP_MAJ,
    Evidence.LIT,
    Evidence.EXP,
    Evidence.EXP_LIST,
    Evidence.CLI_CON,
    Evidence.CLI,
    Evidence.DES,
    Evidence.PLAN,
    Evidence.EXP_DIV,
    Evidence.LIT_NEG,
)
"""Strongest first. The ranking is our convention; the source does not rank (specification 0)."""


NAMED_BARRIERS = (
    "not_made",
    "none",
    "present",
    "doubtful",
    "doubtful_and_present",
    "priority_unknown",
    "first",
)
"""What the rules see of the list of barriers: that it was not made, or the worst that stands in it.

`present` are barriers that need not come first, `doubtful` ones of which it is not known whether
they are there, `priority_unknown` ones of which it is not known whether they must come first, and
`first` ones that must.
"""


class Basis(StrEnum):
    """Where a rule comes from, so that nothing of ours passes for the source's."""

    SOURCE = "source"
    INFERENCE = "inference"  # drawn from passages that do not say it themselves
    CONVENTION = "convention"  # ours, so that every combination of facts has one result
    SAFETY = "safety"  # a product safety rule, ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When it holds, what follows, and on which passages that rests.

    `effect` is the value that the rule's table gives. Of the `passages`, the one that carries the
    rule stands first. `ambiguities` names the readings of the source (AMBIG-n, specification 3) on
    which the rule depends. `partly` says what a rule from the source holds besides that is ours.
    The sentence a person reads is in the catalogues under `rule.<id>`; it says what is ours.
    """

    id: str
    when: Condition
    effect: Any
    passages: tuple[str, ...]
    basis: Basis = Basis.SOURCE
    partly: Basis | None = None
    ambiguities: tuple[str, ...] = ()

    @property
    def text(self) -> Message:
        """What the rule says, as a sentence."""
        return message(f"rule.{self.id}")

    @property
    def value(self) -> str:
        """The effect as a value that other rules can read; several with spaces between."""
        if isinstance(self.effect, str):
            return self.effect
        return " ".join(part or "none" for part in self.effect)

    def under(self, readings: Values) -> Rule:
        """Return the rule as it stands under these readings of the source."""
        return replace(self, when=self.when.under(readings))

    def within(self, possible: Possible) -> Rule:
        """Return the rule without the branches that these possible values rule out."""
        return replace(self, when=self.when.within(possible))

    def evidence(self, passages: Mapping[str, Passage]) -> str:
        """Return the code of the passage that carries the rule, or the basis where it is ours.

        Not the strongest of all: agreement on a side issue must not cover a divided main one.
        """
        if self.basis is not Basis.SOURCE:
            return self.basis
        return passages[self.passages[0]].evidence

    def to_data(self) -> dict[str, Any]:
        """Return the rule as JSON-ready data, for the protocol's hash and its document."""
        return {
            "id": self.id,
            "when": self.when.to_data(),
            "effect": self.effect,
            "passages": list(self.passages),
            "basis": self.basis,
            "partly": self.partly,
            "ambiguities": list(self.ambiguities),
        }


@dataclass(frozen=True)
class Table:
    """Rules of which the first that holds gives the value of `name`.

    Where `unique` is set no two rows may ever hold together: the order of the rows then carries
    no meaning, and a test proves it over all values.
    """

    name: str
    rules: tuple[Rule, ...]
    unique: bool = False
    _found: dict[tuple[str, ...], Rule] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names that the rows read."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.when.names()))

    def decide(self, values: Values) -> Rule:
        """Return the row that holds; raises LookupError where none does, which no facts may.

        Rows that were found are remembered: a proposal tries out hundreds of sets of facts.
        """
        key = tuple([values.get(name, UNKNOWN) for name in self.inputs])
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._first(values)
        return found

    def _first(self, values: Values) -> Rule:
        for rule in self.rules:
            if rule.when(values) == YES:
                return rule
        raise LookupError(f"no row of {self.name} holds for {dict(values)}")

    def value(self, values: Values) -> str:
        """Return the value that the row gives."""
        return self.decide(values).value

    def derivation(self, name: str = "") -> Derivation:
        """Return the table as a derivation of its value, here under another name."""
        return Derivation(name or self.name, self.inputs, self.value, self)

    def under(self, readings: Values) -> Table:
        """Return the table with only the rows that can hold under these readings."""
        return replace(self, rules=_left(rule.under(readings) for rule in self.rules))

    def within(self, possible: Possible) -> Table:
        """Return the table with only the rows that these possible values leave."""
        return replace(self, rules=_left(rule.within(possible) for rule in self.rules))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


@dataclass(frozen=True, slots=True)
class Collection:
    """Rules that may hold together; all that hold count, in their order."""

    name: str
    rules: tuple[Rule, ...]

    def holding(self, values: Values) -> list[Rule]:
        """Return every rule that holds for these values."""
        return [rule for rule in self.rules if rule.when(values) == YES]

    def under(self, readings: Values) -> Collection:
        """Return the collection with only the rules that can hold under these readings."""
        return replace(self, rules=_left(rule.under(readings) for rule in self.rules))

    def within(self, possible: Possible) -> Collection:
        """Return the collection with only the rules that these possible values leave."""
        return replace(self, rules=_left(rule.within(possible) for rule in self.rules))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


def _left(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.when != NEVER)


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """All rules of one protocol, under the names by which the decision asks for them.

    `age_bands` gives the upper bound in months (exclusive) and the name of each band;
    `derived_from` names the facts of the interface behind each derived value; `background` what is
    collected besides the facts. `readings` says how each ambiguity of the source is read; it is
    empty in the rule set that still holds all readings.
    """

    derived_parent_trauma: Table
    derived_child_trauma: Table
    derived_threat: Table
    derived_availability: Table
    gate_relationship: Table
    gate_parent: Table
    gate_child: Table
    wish_first: Table
    wish_second: Table
    order: Table
    strength: Table
    inventory: Table
    dropped: Table
    verdict: Table
    label: Table
    child_variants: Table
    variants: Mapping[str, tuple[str, ...]]
    age_bands: tuple[tuple[int, str], ...]
    oldest_age_band: str
    supporting: Mapping[str, Collection]
    not_earlier: Mapping[str, Collection]
    order_limits: Collection
    conflicts: Collection
    actions: Collection
    cautions: Collection
    supplementary_help: Collection
    derived_from: Mapping[str, tuple[str, ...]]
    background: Mapping[str, Variable]
    ambiguities: tuple[Ambiguity, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)

    def under(self, chosen: Mapping[str, str]) -> RuleSet:
        """Return the rules under these readings, ours for what is not named.

        Only for the rule set that still holds all readings. What no table gives any more under
        these readings is taken out of the conditions of the others.
        """
        readings = {**our_readings(self.ambiguities), **chosen}
        read = self._each(lambda rules: rules.under(readings))
        given = {
            table.name: frozenset(rule.effect for rule in table)
            for table in read.tables
            if all(isinstance(rule.effect, str) for rule in table)
        }
        return replace(read._each(lambda rules: rules.within(given)), readings=readings)

    def _each(self, change: Callable[[Table | Collection], Table | Collection]) -> RuleSet:
        changed: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Table | Collection):
                changed[item.name] = change(value)
        for name in ("supporting", "not_earlier"):
            collections: Mapping[str, Collection] = getattr(self, name)
            changed[name] = {
                component: change(collection) for component, collection in collections.items()
            }
        return replace(self, **changed)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order in which the decision consults them."""
        return (
            self.derived_parent_trauma,
            self.derived_child_trauma,
            self.derived_threat,
            self.derived_availability,
            self.gate_parent,
            self.gate_relationship,
            self.gate_child,
            self.wish_first,
            self.wish_second,
            self.order,
            self.strength,
            self.inventory,
            self.dropped,
            self.verdict,
            self.label,
            self.child_variants,
        )

    @cached_property
    def derivations(self) -> tuple[Derivation, ...]:
        """What the decision derives, each after what it follows from: gates, order, verdict."""
        can_drop = any(rule.value == YES for rule in self.dropped)
        dropped = WITH_COMPLAINTS if can_drop else ()
        return (
            self.derived_parent_trauma.derivation(),
            self.derived_child_trauma.derivation(),
            self.derived_threat.derivation(),
            self.derived_availability.derivation(),
            self.gate_parent.derivation(),
            self.gate_relationship.derivation(),
            self.gate_child.derivation(),
            self.wish_first.derivation(),
            self.wish_second.derivation(),
            self.inventory.derivation(),
            self.order.derivation(),
            *(item for name in dropped for item in self._dropping(name)),
            *course_derivations(dropped),
            self.verdict.derivation("verdict_row"),
            *VERDICT_PARTS,
        )

    def _dropping(self, component: str) -> tuple[Derivation, ...]:
        def value(values: Values) -> str:
            return self.dropped.value(own_course(component, values))

        return (
            self._closed_anyway(component),
            Derivation(f"dropped_{component}", own_inputs(component), value),
        )

    def _closed_anyway(self, component: str) -> Derivation:
        gate: Table = getattr(self, f"gate_{component}")
        return Derivation(
            f"closed_anyway_{component}",
            gate.derivation().inputs,
            closed_anyway(component, gate.value),
        )

    @cached_property
    def label_derivations(self) -> tuple[Derivation, ...]:
        """What is derived after the verdict: its strength, and what to do with each component."""
        known = {item.name for item in self.derivations}
        closed = (self._closed_anyway(name) for name in WITH_COMPLAINTS)
        return (
            *(item for item in closed if item.name not in known),
            self.strength.derivation(),
            *(self._label(component) for component in COMPONENTS),
        )

    def _label(self, component: str) -> Derivation:
        def value(values: Values) -> str:
            return self.label.value(own_values(component, values))

        inputs = (*own_inputs(component), FIRST, "verdict", "verdict_reason")
        return Derivation(f"label_{component}", inputs, value)

    @property
    def collections(self) -> tuple[Collection, ...]:
        """Every collection of rules that may hold together."""
        return (
            *self.supporting.values(),
            *self.not_earlier.values(),
            self.order_limits,
            self.conflicts,
            self.actions,
            self.cautions,
            self.supplementary_help,
        )

    def __iter__(self) -> Iterator[Rule]:
        for table in self.tables:
            yield from table
        for collection in self.collections:
            yield from collection

    def to_data(self) -> dict[str, Any]:
        """Return the rules as JSON-ready data, for the protocol's hash and its document."""
        return {
            "tables": {
                table.name: {
                    "unique": table.unique,
                    "rules": [rule.to_data() for rule in table],
                }
                for table in self.tables
            },
            "collections": {
                collection.name: [rule.to_data() for rule in collection]
                for collection in self.collections
            },
            "variants": {name: list(names) for name, names in self.variants.items()},
            "age_bands": [*(list(band) for band in self.age_bands), self.oldest_age_band],
            "ambiguities": {
                ambiguity.id: {
                    "passages": list(ambiguity.passages),
                    "readings": list(ambiguity.readings),
                }
                for ambiguity in self.ambiguities
            },
        }

    def age_band(self, months: int | None) -> str:
        """Return the band of an age in months; `unknown` where the age is."""
        if months is None:
            return UNKNOWN
        for bound, band in self.age_bands:
            if months < bound:
                return band
        return self.oldest_age_band
