"""Derived facts (specification 4.3; interface, conventions 1-4)."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, all_of, any_of
from flows.facts import COMPONENTS
from flows.rules import Basis, Rule, Table
from flows.voorstudie.ambiguities import BOTH_FACTORS
from flows.voorstudie.rules.variables import (
    UNDER_36,
    child_age_band,
    parent_trauma_derived,
    wish_first,
)

_CLINICAL = f.parent_trauma_source.is_("interview", "clinical_judgement")

DERIVED_PARENT_TRAUMA = Table(
    "parent_trauma_derived",
    (
        Rule(
            id="DP1",
            when=f.parent_trauma.is_("severe"),
            effect="severe",
            passages=("F02", "A26"),
            partly=Basis.INFERENCE,
        ),
        Rule(
            id="DP2",
            when=f.parent_trauma.is_("some") & _CLINICAL,
            effect="some",
            passages=("F01", "F03"),
        ),
        Rule(
            id="DP3",
            when=f.parent_trauma.is_("none") & _CLINICAL,
            effect="none",
            passages=("F01", "F03"),
        ),
        Rule(
            id="DP4",
            when=f.parent_trauma.is_("none", "some"),
            effect=UNKNOWN,
            passages=("F01", "F02", "F03"),
            partly=Basis.INFERENCE,
        ),
        Rule(id="DP5", when=f.parent_trauma.unknown, effect=UNKNOWN, passages=("D04",)),
    ),
)

_CHILD_TRAUMA_COUNTS = any_of(
    f.child_trauma_source.is_("interview_0_6"),
    all_of(
        child_age_band.is_("36_47", "48_71", "72_83"),
        f.child_trauma_source.is_("parent_report", "clinical_judgement"),
    ),
)

DERIVED_CHILD_TRAUMA = Table(
    "child_trauma_derived",
    (
        Rule(
            id="DC1",
            when=f.child_trauma.is_("severe") & _CHILD_TRAUMA_COUNTS,
            effect="severe",
            passages=("D04", "F04"),
        ),
        Rule(
            id="DC2",
            when=f.child_trauma.is_("some") & _CHILD_TRAUMA_COUNTS,
            effect="some",
            passages=("D04", "F04"),
        ),
        Rule(
            id="DC3",
            when=f.child_trauma.is_("none") & _CHILD_TRAUMA_COUNTS,
            effect="none",
            passages=("D04", "F04"),
        ),
        Rule(
            id="DC4",
            when=f.child_trauma.is_("none", "some", "severe")
            & child_age_band.is_(*UNDER_36, UNKNOWN),
            effect=UNKNOWN,
            passages=("F04", "F05"),
            partly=Basis.INFERENCE,
        ),
        Rule(
            id="DC5",
            when=f.child_trauma.is_("none", "some", "severe"),
            effect=UNKNOWN,
            passages=("F06",),
            basis=Basis.CONVENTION,
        ),
        Rule(id="DC6", when=f.child_trauma.unknown, effect=UNKNOWN, passages=("D04",)),
    ),
)

DERIVED_THREAT = Table(
    "threat_stopped_derived",
    (
        Rule(
            id="DT1",
            when=f.ongoing_traumatisation.is_(YES)
            & f.ongoing_traumatisation_source.is_("external", "both"),
            effect=NO,
            passages=("A13", "C02"),
            basis=Basis.INFERENCE,
        ),
        Rule(
            id="DT2",
            when=f.ongoing_traumatisation.is_(YES) & f.ongoing_traumatisation_source.unknown,
            effect=NO,
            passages=("A13", "C02"),
            basis=Basis.SAFETY,
        ),
        Rule(id="DT3", when=f.threat_stopped.is_(YES), effect=YES, passages=("C02",)),
        Rule(id="DT4", when=f.threat_stopped.is_(NO), effect=NO, passages=("C02",)),
        Rule(id="DT5", when=ALWAYS, effect=UNKNOWN, passages=("C02",)),
    ),
)

_SEVERE_FACTOR = parent_trauma_derived.is_("severe") | f.disruptive_parenting.is_("severe")
_BOTH_SEVERE = parent_trauma_derived.is_("severe") & f.disruptive_parenting.is_("severe")
_NOT_BOTH_SEVERE = parent_trauma_derived.is_("none", "some") | f.disruptive_parenting.is_(
    "none", "some"
)
_FACTOR_UNKNOWN = parent_trauma_derived.unknown | f.disruptive_parenting.unknown

DERIVED_AVAILABILITY = Table(
    "availability",
    (
        Rule(
            id="DA6",
            when=BOTH_FACTORS.is_("M3") & _SEVERE_FACTOR,
            effect="postponed",
            passages=("A10", "A11"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="DA7",
            when=BOTH_FACTORS.is_("M3") & _FACTOR_UNKNOWN,
            effect=UNKNOWN,
            passages=("A10", "A11"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="DA8",
            when=BOTH_FACTORS.is_("M2") & _NOT_BOTH_SEVERE,
            effect="available",
            passages=("A10", "A11", "A12"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="DA1",
            when=f.parent_unavailable.is_(YES)
            & (BOTH_FACTORS.is_("M1", "M3", "M4") | _BOTH_SEVERE),
            effect="unavailable",
            passages=("A12",),
        ),
        Rule(id="DA2", when=f.parent_unavailable.is_(NO), effect="available", passages=("A12",)),
        Rule(
            id="DA3",
            when=f.parent_unavailable.unknown
            & (BOTH_FACTORS.is_("M1") & _SEVERE_FACTOR | BOTH_FACTORS.is_("M2") & _BOTH_SEVERE),
            effect="presumed_unavailable",
            passages=("A10", "A11", "A12"),
            basis=Basis.SAFETY,
            ambiguities=("AMBIG-2",),
        ),
        Rule(id="DA4", when=ALWAYS, effect=UNKNOWN, passages=("A12",)),
    ),
)

# --- the parent's wish (interface, convention 4) --------------------------------------------------

WISH_FIRST = Table(
    "wish_first",
    (
        *(
            Rule(
                id=f"W1-{component}",
                when=f.preference_first.is_(component),
                effect=component,
                passages=("B05", "D03"),
            )
            for component in COMPONENTS
        ),
        Rule(
            id="W1-none",
            when=f.preference_first.is_("none", UNKNOWN),
            effect="none",
            passages=("B15",),
        ),
    ),
    unique=True,
)
WISH_SECOND = Table(
    "wish_second",
    (
        *(
            Rule(
                id=f"W2-{component}",
                when=wish_first.is_(*COMPONENTS) & f.preference_second.is_(component),
                effect=component,
                passages=("B05", "D03"),
            )
            for component in COMPONENTS
        ),
        Rule(
            id="W2-none",
            when=wish_first.is_("none") | f.preference_second.is_("none", UNKNOWN),
            effect="none",
            passages=("B15",),
        ),
    ),
    unique=True,
)
