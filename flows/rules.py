"""Rules and tables: one readable unit each, with its passages, its evidence and its effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flows.conditions import UNKNOWN, YES, Condition, Values
from flows.messages import Message, message
from flows.passages import Evidence, Passage

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


class Basis(StrEnum):
    """Where a rule comes from, so that nothing of ours passes for the source's."""

    SOURCE = "source"
    INFERENCE = "inference"  # drawn from passages that do not say it themselves
    CONVENTION = "convention"  # ours, so that every combination of facts has one result
    SAFETY = "safety"  # a product safety rule, ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When it holds, what follows, and on which passages that rests.

    `effect` is the value that the rule's table gives. `ambiguities` names the readings of the
    source (AMBIG-n, specification 3) on which the rule depends. The sentence a person reads is in
    the catalogues under `rule.<id>`.
    """

    id: str
    when: Condition
    effect: Any
    passages: tuple[str, ...]
    basis: Basis = Basis.SOURCE
    ambiguities: tuple[str, ...] = ()

    @property
    def text(self) -> Message:
        """What the rule says, as a sentence."""
        return message(f"rule.{self.id}")

    def evidence(self, passages: Mapping[str, Passage]) -> str:
        """Return the code of the strongest passage, or the basis where the rule is ours."""
        if self.basis is not Basis.SOURCE:
            return self.basis
        return min((passages[name].evidence for name in self.passages), key=AUTHORITY.index)

    def to_data(self) -> dict[str, Any]:
        """Return the rule as JSON-ready data, for the protocol's hash and its document."""
        return {
            "id": self.id,
            "when": self.when.to_data(),
            "effect": self.effect,
            "passages": list(self.passages),
            "basis": self.basis,
            "ambiguities": list(self.ambiguities),
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Rules of which the first that holds gives the value of `name`.

    Where `unique` is set no two rows may ever hold together: the order of the rows then carries
    no meaning, and a test proves it over all values.
    """

    name: str
    rules: tuple[Rule, ...]
    unique: bool = False

    def decide(self, values: Values) -> Rule:
        """Return the row that holds; raises LookupError where none does, which no facts may."""
        for rule in self.rules:
            if rule.when(values) == YES:
                return rule
        raise LookupError(f"no row of {self.name} holds for {dict(values)}")

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

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of one protocol, under the names by which the decision asks for them.

    `age_bands` gives the upper bound in months (exclusive) and the name of each band;
    `derived_from` names the facts of the interface behind each derived value.
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
    verdict: Table
    label: Table
    child_variants: Table
    variants: Mapping[str, tuple[str, ...]]
    age_bands: tuple[tuple[int, str], ...]
    oldest_age_band: str
    supporting: Mapping[str, Collection]
    not_earlier: Mapping[str, Collection]
    conflicts: Collection
    actions: Collection
    cautions: Collection
    supplementary_help: Collection
    derived_from: Mapping[str, tuple[str, ...]]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order in which the decision consults them."""
        return (
            self.derived_parent_trauma,
            self.derived_child_trauma,
            self.derived_threat,
            self.derived_availability,
            self.gate_relationship,
            self.gate_parent,
            self.gate_child,
            self.wish_first,
            self.wish_second,
            self.order,
            self.strength,
            self.verdict,
            self.label,
            self.child_variants,
        )

    @property
    def collections(self) -> tuple[Collection, ...]:
        """Every collection of rules that may hold together."""
        return (
            *self.supporting.values(),
            *self.not_earlier.values(),
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

    def age_band(self, months: int | None) -> str:
        """Return the band of an age in months; `unknown` where the age is."""
        if months is None:
            return UNKNOWN
        for bound, band in self.age_bands:
            if months < bound:
                return band
        return self.oldest_age_band
