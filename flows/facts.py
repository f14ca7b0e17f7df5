"""Facts: the clinical values that the rules read, and the reading of facts from outside.

Names and values are those of the interface; an absent fact is unknown, and unknown is never no.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flows.conditions import NO, UNKNOWN, YES, Tri, Variable
from flows.messages import Message, message

PARENT, RELATIONSHIP, CHILD = "parent", "relationship", "child"
COMPONENTS = (PARENT, RELATIONSHIP, CHILD)
"""EMDR for the parent's trauma, NIKA, EMDR for the child."""

NOT_STARTED, UNDER_WAY, PAUSED, DONE = "not_started", "under_way", "paused", "done"
STATUSES = (NOT_STARTED, UNDER_WAY, PAUSED, DONE)

OLDEST_CHILD_MONTHS = 83
"""The programme is for children of 0 to 6 years; 84 months is outside it."""

_YES_NO = (YES, NO)
_SEVERITY = ("none", "some", "severe")
_PREFERENCE = (*COMPONENTS, "none")

acute_unsafety = Variable("acute_unsafety", _YES_NO)
food_secure = Variable("food_secure", _YES_NO)
safe_roof = Variable("safe_roof", _YES_NO)
threat_stopped = Variable("threat_stopped", _YES_NO)
parent_trauma = Variable("parent_trauma", _SEVERITY)
parent_trauma_source = Variable(
    "parent_trauma_source", ("self_report", "interview", "clinical_judgement")
)
loss_of_control = Variable("loss_of_control", _YES_NO)
preoccupied = Variable("preoccupied", _YES_NO)
change_wish = Variable("change_wish", _YES_NO)
positive_expectation = Variable("positive_expectation", _YES_NO)
disruptive_parenting = Variable("disruptive_parenting", _SEVERITY)
parent_unavailable = Variable("parent_unavailable", _YES_NO)
support_compensates = Variable("support_compensates", _YES_NO)
ongoing_traumatisation = Variable("ongoing_traumatisation", _YES_NO)
ongoing_traumatisation_source = Variable(
    "ongoing_traumatisation_source", ("parenting", "external", "both")
)
child_consent_support = Variable("child_consent_support", _YES_NO)
child_trauma = Variable("child_trauma", _SEVERITY)
child_trauma_source = Variable(
    "child_trauma_source", ("parent_report", "interview_0_6", "clinical_judgement")
)
preference_first = Variable("preference_first", _PREFERENCE)
preference_second = Variable("preference_second", _PREFERENCE)

CODED_FACTS: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        acute_unsafety,
        food_secure,
        safe_roof,
        threat_stopped,
        parent_trauma,
        parent_trauma_source,
        loss_of_control,
        preoccupied,
        change_wish,
        positive_expectation,
        disruptive_parenting,
        parent_unavailable,
        support_compensates,
        ongoing_traumatisation,
        ongoing_traumatisation_source,
        child_consent_support,
        child_trauma,
        child_trauma_source,
        preference_first,
        preference_second,
    )
}
"""The facts with a fixed set of codes, in the order in which they are asked for."""

BASIC_SAFETY = ("food_secure", "safe_roof", "threat_stopped")
"""The three parts of basic safety; as kinds of barrier they carry the same names."""

BARRIER_KINDS = (
    "daily_stressors",
    "debts",
    "perpetrator_risk",
    "legal_procedures",
    "court_cases",
    "partner_dynamics",
    "contact_with_father",
    "treatment_affects_contact",
    "changing_housing",
    "social_position_weak",
    "no_normal_life",
    "shelter_stress",
    "other_untreated_mental_problems",
    "other",
)
"""The kinds of barrier that the intake asks for, besides basic safety."""

FACT_NAMES = (
    "acute_unsafety",
    *BASIC_SAFETY,
    "barriers",
    *(name for name in CODED_FACTS if name not in ("acute_unsafety", *BASIC_SAFETY)),
    "child_age_months",
    "status",
)
"""Every key that the facts object may have."""

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FactsError(ValueError):
    """A facts object that cannot be read: which field, what it holds, and what is allowed."""

    def __init__(self, field_name: str, value: object, allowed: Message) -> None:
        self.field = field_name
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field_name}: {value!r}")

    @property
    def message(self) -> Message:
        """One line that names the field, its value, and what is allowed."""
        return message(
            "facts.refused",
            field=_plain(self.field),
            value=_shown(self.value),
            allowed=self.allowed,
        )


@dataclass(frozen=True, slots=True)
class Barrier:
    """One line of the inventory of barriers.

    `kind` is one of `BARRIER_KINDS`, a part of basic safety, or another program's own code: a
    barrier for which we have no name still counts. `must_resolve_first` is the professional's
    judgement (C01).
    """

    kind: str
    present: Tri
    must_resolve_first: Tri

    @property
    def blocks(self) -> bool:
        """Whether nothing may start before it is resolved."""
        return self.present == YES and self.must_resolve_first == YES

    @property
    def undecided(self) -> bool:
        """Whether it is not known if it is there, or if it must be resolved first."""
        return self.present == UNKNOWN or (
            self.present == YES and self.must_resolve_first == UNKNOWN
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one case.

    `coded` holds the known facts of `CODED_FACTS`; `barriers` is None while no inventory was made;
    `child_age_months` is None when unknown. `background` holds what was collected besides and never
    enters an order premise (specification 4.2); it feeds cautions and help only.
    """

    coded: Mapping[str, str] = field(default_factory=dict)
    child_age_months: int | None = None
    barriers: tuple[Barrier, ...] | None = None
    status: Mapping[str, str] = field(default_factory=dict)
    background: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a coded fact's value, `unknown` where it is absent."""
        return self.coded.get(name, UNKNOWN)

    def status_of(self, component: str) -> str:
        """Return how far a component is; one that is not named has not started."""
        return self.status.get(component, NOT_STARTED)

    def with_coded(self, name: str, value: str) -> Facts:
        """Return the same facts with one coded fact changed."""
        return replace(self, coded={**self.coded, name: value})

    def unknown_names(self) -> Iterator[str]:
        """Give the names of the facts that are unknown, in the order in which they are asked."""
        for name in FACT_NAMES:
            if name == "barriers":
                if self.barriers is None:
                    yield name
            elif name == "child_age_months":
                if self.child_age_months is None:
                    yield name
            elif name != "status" and self.get(name) == UNKNOWN:
                yield name

    def to_data(self) -> dict[str, Any]:
        """Return the facts object of the interface; unknown facts are left out."""
        data: dict[str, Any] = {
            name: value for name, value in self.coded.items() if value != UNKNOWN
        }
        if self.child_age_months is not None:
            data["child_age_months"] = self.child_age_months
        if self.barriers is not None:
            data["barriers"] = [
                {
                    "kind": barrier.kind,
                    "present": barrier.present,
                    "must_resolve_first": barrier.must_resolve_first,
                }
                for barrier in self.barriers
            ]
        status = {name: value for name, value in self.status.items() if value != NOT_STARTED}
        if status:
            data["status"] = status
        return data


def parse_facts(data: object) -> Facts:
    """Read a facts object (interface, "Facts").

    Raises FactsError, naming the field, for anything that is not exactly as specified: a wrong
    value must never become "unknown" on its own.
    """
    if not isinstance(data, dict):
        raise FactsError("facts", data, message("facts.allowed.object"))
    for name in data:
        if name not in FACT_NAMES:
            raise FactsError(str(name), data[name], _one_of(FACT_NAMES))
    coded = {}
    for name, variable in CODED_FACTS.items():
        if name in data:
            value = _code(name, data[name], (*variable.domain, UNKNOWN))
            if value != UNKNOWN:
                coded[name] = value
    first, second = coded.get("preference_first"), coded.get("preference_second")
    if first in COMPONENTS and first == second:
        others = [name for name in (*COMPONENTS, "none", UNKNOWN) if name != first]
        raise FactsError("preference_second", second, _one_of(others))
    return Facts(
        coded=coded,
        child_age_months=_age(data.get("child_age_months", UNKNOWN)),
        barriers=_barriers(data["barriers"]) if "barriers" in data else None,
        status=_status(data.get("status", {})),
    )


def _one_of(codes: Iterable[str]) -> Message:
    return message("facts.allowed.codes", codes=", ".join(codes))


def _plain(name: str) -> str:
    """Show a refused name on one line, shortened."""
    return "".join(char if char.isprintable() else " " for char in name)[:60]


def _shown(value: object) -> str:
    """Show a refused value, shortened: it may be anything."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _code(name: str, value: object, allowed: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise FactsError(name, value, _one_of(allowed))


def _age(value: object) -> int | None:
    if value == UNKNOWN:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FactsError(
            "child_age_months", value, message("facts.allowed.age", oldest=OLDEST_CHILD_MONTHS)
        )
    if value > OLDEST_CHILD_MONTHS:
        raise FactsError(
            "child_age_months",
            value,
            message("facts.allowed.age_programme", oldest=OLDEST_CHILD_MONTHS),
        )
    return value


def _barriers(value: object) -> tuple[Barrier, ...]:
    if not isinstance(value, list):
        raise FactsError("barriers", value, message("facts.allowed.barriers"))
    return tuple(_barrier(f"barriers[{index}]", item) for index, item in enumerate(value))


def _barrier(place: str, item: object) -> Barrier:
    keys = ("kind", "present", "must_resolve_first")
    if not isinstance(item, dict):
        raise FactsError(place, item, message("facts.allowed.object_with", keys=", ".join(keys)))
    for key in item:
        if key not in keys:
            raise FactsError(f"{place}.{key}", item[key], _one_of(keys))
    kind = item.get("kind")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise FactsError(f"{place}.kind", kind, message("facts.allowed.kind"))
    return Barrier(
        kind=kind,
        present=_tri(f"{place}.present", item.get("present", UNKNOWN)),
        must_resolve_first=_tri(
            f"{place}.must_resolve_first", item.get("must_resolve_first", UNKNOWN)
        ),
    )


def _tri(name: str, value: object) -> Tri:
    if value == YES:
        return YES
    if value == NO:
        return NO
    if value == UNKNOWN:
        return UNKNOWN
    raise FactsError(name, value, _one_of((YES, NO, UNKNOWN)))


def _status(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise FactsError(
            "status", value, message("facts.allowed.object_with", keys=", ".join(COMPONENTS))
        )
    for component in value:
        if component not in COMPONENTS:
            raise FactsError(f"status.{component}", value[component], _one_of(COMPONENTS))
    return {
        component: _code(f"status.{component}", value[component], STATUSES)
        for component in COMPONENTS
        if component in value
    }
