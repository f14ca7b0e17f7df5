"""The rules of the pre-study's core elements (voorstudie-core-v1), table by table.

Table and row names are those of the clinical specification (sections 4.3, 5 and 6) and of the
interface ("Conventions", "Labels"). The core elements state three gates (R1, P1/P2, C2-C4);
two order statements have consensus (B02-B03, B16); what else makes the order total is the
parent's wish or our convention, and is marked so.
"""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, Variable, all_of, any_of
from flows.facts import CHILD, COMPONENTS, PARENT, RELATIONSHIP
from flows.rules import Basis, Collection, Rule, RuleSet, Table

# --- what the tables give -------------------------------------------------------------------------

_GATE = ("open", "closed")
parent_trauma_derived = Variable("parent_trauma_derived", ("none", "some", "severe"))
child_trauma_derived = Variable("child_trauma_derived", ("none", "some", "severe"))
threat_stopped_derived = Variable("threat_stopped_derived", (YES, NO))
availability = Variable("availability", ("available", "unavailable", "presumed_unavailable"))
wish_first = Variable("wish_first", (*COMPONENTS, "none"), settled=True)
wish_second = Variable("wish_second", (*COMPONENTS, "none"), settled=True)
gate_parent = Variable("gate_parent", _GATE, settled=True)
gate_relationship = Variable("gate_relationship", _GATE, settled=True)
gate_child = Variable("gate_child", _GATE, settled=True)

# --- what is given besides the facts of the interface ---------------------------------------------

child_age_band = Variable(
    "child_age_band", ("0_8", "9_11", "12_23", "24_35", "36_47", "48_71", "72_83")
)
AGE_BANDS = ((9, "0_8"), (12, "9_11"), (24, "12_23"), (36, "24_35"), (48, "36_47"), (72, "48_71"))
"""Upper bound in months (exclusive) and the band below it; older is `72_83`."""
_UNDER_36 = ("0_8", "9_11", "12_23", "24_35")
inventory = Variable("inventory", ("blocking", "incomplete", "clear"), settled=True)
all_done = Variable("all_done", (YES, NO), settled=True)
first_gate = Variable("first_gate", _GATE, settled=True)
own_status = Variable("own_status", f.STATUSES, settled=True)
own_gate = Variable("own_gate", _GATE, settled=True)
own_complaints = Variable("own_complaints", ("none", "some", "severe"), settled=True)
closed_anyway = Variable("closed_anyway", (YES, NO), settled=True)
is_first = Variable("is_first", (YES, NO), settled=True)
verdict = Variable("verdict", ("not_yet", "provisional", "proposed", "complete"), settled=True)
verdict_reason = Variable(
    "verdict_reason",
    (
        "acute_unsafety",
        "safety_unknown",
        "barrier",
        "barriers_unknown",
        "first_gate_unknown",
        "deadlock",
    ),
    settled=True,
)
strength_given = Variable("strength", ("conclusion", "wish", "weak", "inference"), settled=True)

# --- background facts (specification 4.2): cautions and help only, never an order premise ---------


def _background(name: str) -> Variable:
    return Variable(name, (YES, NO))


parent_depression = _background("parent_depression")
dissociation = _background("dissociation")
guilt_shame = _background("guilt_shame")
avoidance = _background("avoidance")
mentalising_limited = _background("mentalising_limited")
psychosomatic = _background("psychosomatic")
emotion_regulation = _background("emotion_regulation")
personality_problems = _background("personality_problems")
child_worries = _background("child_worries")
child_type_of_complaints = _background("child_type_of_complaints")
developmental_trauma = _background("developmental_trauma")
psychoeducation_done = _background("psychoeducation_done")
coordination_done = _background("coordination_done")
therapist_trained = _background("therapist_trained")
debts_present = _background("debts_present")
perpetrator_risk_present = _background("perpetrator_risk_present")
desired_intensity = Variable("desired_intensity", ("higher", "as_usual", "lower"))
alliance_concern = _background("alliance_concern")
background_fit_concern = _background("background_fit_concern")

BACKGROUND: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        parent_depression,
        dissociation,
        guilt_shame,
        avoidance,
        mentalising_limited,
        psychosomatic,
        emotion_regulation,
        personality_problems,
        child_worries,
        child_type_of_complaints,
        developmental_trauma,
        psychoeducation_done,
        coordination_done,
        therapist_trained,
        debts_present,
        perpetrator_risk_present,
        desired_intensity,
        alliance_concern,
        background_fit_concern,
    )
}

# --- derived facts (specification 4.3; interface, conventions 1-3) --------------------------------

_CLINICAL = f.parent_trauma_source.is_("interview", "clinical_judgement")

DERIVED_PARENT_TRAUMA = Table(
    "parent_trauma_derived",
    (
        Rule(
            id="DP1",
            when=f.parent_trauma.is_("severe"),
            effect="severe",
            passages=("F02", "A26"),
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
            & child_age_band.is_(*_UNDER_36, UNKNOWN),
            effect=UNKNOWN,
            passages=("F04", "F05"),
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

DERIVED_AVAILABILITY = Table(
    "availability",
    (
        Rule(
            id="DA1",
            when=f.parent_unavailable.is_(YES),
            effect="unavailable",
            passages=("A12",),
        ),
        Rule(id="DA2", when=f.parent_unavailable.is_(NO), effect="available", passages=("A12",)),
        Rule(
            id="DA3",
            when=parent_trauma_derived.is_("severe") | f.disruptive_parenting.is_("severe"),
            effect="presumed_unavailable",
            passages=("A10", "A11", "A12"),
            basis=Basis.SAFETY,
            ambiguities=("AMBIG-2",),
        ),
        Rule(id="DA4", when=ALWAYS, effect=UNKNOWN, passages=("A12",)),
    ),
)

# --- T1-T3: the gates -----------------------------------------------------------------------------

_ONE_YES = f.loss_of_control.is_(YES) | f.preoccupied.is_(YES)
_NONE_YES_NOT_BOTH_NO = all_of(
    f.loss_of_control.not_yes,
    f.preoccupied.not_yes,
    f.loss_of_control.unknown | f.preoccupied.unknown,
)

GATE_RELATIONSHIP = Table(
    "gate_relationship",
    (
        Rule(
            id="R1",
            when=parent_trauma_derived.is_("severe") & _ONE_YES,
            effect="closed",
            passages=("A01", "A02", "A03", "A04"),
            ambiguities=("AMBIG-3",),
        ),
        Rule(
            id="R2",
            when=f.loss_of_control.is_(NO) & f.preoccupied.is_(NO),
            effect="open",
            passages=("A01",),
        ),
        Rule(
            id="R3",
            when=parent_trauma_derived.is_("none", "some") & _NONE_YES_NOT_BOTH_NO,
            effect="open",
            passages=("A01",),
        ),
        Rule(
            id="R4",
            when=parent_trauma_derived.is_("none", "some", UNKNOWN) & _ONE_YES,
            effect=UNKNOWN,
            passages=("A01", "F01"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="R5",
            when=parent_trauma_derived.is_("severe", UNKNOWN) & _NONE_YES_NOT_BOTH_NO,
            effect=UNKNOWN,
            passages=("A01",),
        ),
    ),
    unique=True,
)

GATE_PARENT = Table(
    "gate_parent",
    (
        Rule(
            id="P1",
            when=any_of(
                parent_trauma_derived.is_("none"),
                f.change_wish.is_(NO),
                f.positive_expectation.is_(NO),
            ),
            effect="closed",
            passages=("A06", "A07", "A08", "A09"),
        ),
        Rule(
            id="P2",
            when=all_of(
                parent_trauma_derived.is_("some", "severe"),
                f.change_wish.is_(YES),
                f.positive_expectation.is_(YES),
            ),
            effect="open",
            passages=("A06", "A07"),
        ),
        Rule(
            id="P3",
            when=all_of(
                parent_trauma_derived.is_("some", "severe", UNKNOWN),
                f.change_wish.is_(YES, UNKNOWN),
                f.positive_expectation.is_(YES, UNKNOWN),
                any_of(
                    parent_trauma_derived.unknown,
                    f.change_wish.unknown,
                    f.positive_expectation.unknown,
                ),
            ),
            effect=UNKNOWN,
            passages=("A06", "A07"),
        ),
    ),
    unique=True,
)

GATE_CHILD = Table(
    "gate_child",
    (
        Rule(
            id="C1",
            when=child_trauma_derived.is_("none"),
            effect="closed",
            passages=("D04", "B16"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-8",),
        ),
        Rule(
            id="C2",
            when=f.ongoing_traumatisation.is_(YES),
            effect="closed",
            passages=("A13", "A14"),
        ),
        Rule(
            id="C3",
            when=f.child_consent_support.is_(NO),
            effect="closed",
            passages=("A15", "A16", "A17"),
            ambiguities=("AMBIG-11",),
        ),
        Rule(
            id="C4",
            when=availability.is_("unavailable", "presumed_unavailable")
            & f.support_compensates.not_yes,
            effect="closed",
            passages=("A10", "A11", "A12", "A14", "A24"),
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="C5",
            when=all_of(
                f.ongoing_traumatisation.is_(NO),
                f.child_consent_support.is_(YES),
                availability.is_("available") | f.support_compensates.is_(YES),
                child_trauma_derived.is_("some", "severe"),
            ),
            effect="open",
            passages=("A15", "A24"),
        ),
        Rule(id="C6", when=ALWAYS, effect=UNKNOWN, passages=("A13", "A15", "D04")),
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
                passages=("D03", "B05"),
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
                passages=("D03", "B05"),
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

# --- T4: the order --------------------------------------------------------------------------------

_R_CLOSED = gate_relationship.is_("closed")
_R_FREE = gate_relationship.is_("open", UNKNOWN)
_P_CLOSED = gate_parent.is_("closed")
_P_FREE = gate_parent.is_("open", UNKNOWN)
_C_OPEN = gate_child.is_("open")
_C_NOT_OPEN = gate_child.is_("closed", UNKNOWN)
_CHILD_BEFORE_RELATIONSHIP = wish_first.is_(CHILD) | (
    wish_first.is_(PARENT) & wish_second.is_(CHILD)
)
_O4B = all_of(_R_FREE, _P_FREE, _C_OPEN, wish_first.is_(RELATIONSHIP), wish_second.is_(CHILD))
_O4C = all_of(_R_FREE, _P_CLOSED, _C_OPEN, wish_first.is_(RELATIONSHIP, "none", PARENT))

ORDER = Table(
    "order",
    (
        Rule(
            id="O1a",
            when=_R_CLOSED & ~(_C_OPEN & _CHILD_BEFORE_RELATIONSHIP),
            effect=(PARENT, RELATIONSHIP, CHILD),
            passages=("A01", "A02", "A03", "A04", "A05", "B03"),
        ),
        Rule(
            id="O1b",
            when=_R_CLOSED & _C_OPEN & _CHILD_BEFORE_RELATIONSHIP,
            effect=(PARENT, CHILD, RELATIONSHIP),
            passages=("A01", "A24", "B05"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O2a",
            when=all_of(
                _R_FREE, _C_OPEN, wish_first.is_(CHILD), ~(wish_second.is_(PARENT) & _P_FREE)
            ),
            effect=(CHILD, RELATIONSHIP, PARENT),
            passages=("B05", "B10"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O2b",
            when=all_of(_R_FREE, _P_FREE, _C_OPEN, wish_first.is_(CHILD), wish_second.is_(PARENT)),
            effect=(CHILD, PARENT, RELATIONSHIP),
            passages=("B05", "B10"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O3a",
            when=all_of(
                _R_FREE, _P_FREE, wish_first.is_(PARENT), ~(_C_OPEN & wish_second.is_(CHILD))
            ),
            effect=(PARENT, RELATIONSHIP, CHILD),
            passages=("B05", "B09", "B03"),
        ),
        Rule(
            id="O3b",
            when=all_of(_R_FREE, _P_FREE, _C_OPEN, wish_first.is_(PARENT), wish_second.is_(CHILD)),
            effect=(PARENT, CHILD, RELATIONSHIP),
            passages=("B05", "B11"),
        ),
        Rule(
            id="O4a",
            when=all_of(
                _R_FREE,
                any_of(
                    wish_first.is_(RELATIONSHIP, "none"),
                    wish_first.is_(PARENT) & _P_CLOSED,
                    wish_first.is_(CHILD) & _C_NOT_OPEN,
                ),
                ~_O4B,
                ~_O4C,
            ),
            effect=(RELATIONSHIP, PARENT, CHILD),
            passages=("B03", "B04", "B05", "B07", "B08"),
        ),
        Rule(
            id="O4b",
            when=_O4B,
            effect=(RELATIONSHIP, CHILD, PARENT),
            passages=("B05",),
        ),
        Rule(
            id="O4c",
            when=_O4C,
            effect=(RELATIONSHIP, CHILD, PARENT),
            passages=("A08", "B03"),
            basis=Basis.INFERENCE,
        ),
    ),
    unique=True,
)

STRENGTH = Table(
    "strength",
    (
        Rule(
            id="S-conclusion",
            when=_R_CLOSED,
            effect="conclusion",
            passages=("A01", "A04"),
        ),
        Rule(id="S-inference", when=_O4C, effect="inference", passages=("A08", "B03")),
        Rule(
            id="S-weak",
            when=all_of(
                _R_FREE,
                any_of(
                    wish_first.is_("none"),
                    wish_first.is_(PARENT) & _P_CLOSED,
                    wish_first.is_(CHILD) & _C_NOT_OPEN,
                ),
            ),
            effect="weak",
            passages=("B04", "B07", "B18", "B19"),
        ),
        Rule(id="S-wish", when=ALWAYS, effect="wish", passages=("B05",)),
    ),
)

# --- T0 and T5: the verdict -----------------------------------------------------------------------

VERDICT = Table(
    "verdict",
    (
        Rule(
            id="T5-complete",
            when=all_done.is_(YES),
            effect=("complete", None),
            passages=("B16",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="B1",
            when=f.acute_unsafety.is_(YES),
            effect=("not_yet", "acute_unsafety"),
            passages=("C04", "C02"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="B2",
            when=f.acute_unsafety.unknown,
            effect=("not_yet", "safety_unknown"),
            passages=("C04", "C02"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="B3",
            when=inventory.is_("blocking"),
            effect=("not_yet", "barrier"),
            passages=("C01",),
            ambiguities=("AMBIG-10",),
        ),
        Rule(
            id="B4",
            when=inventory.is_("incomplete"),
            effect=("provisional", "barriers_unknown"),
            passages=("C01", "D05"),
        ),
        Rule(
            id="T5-first-gate-unknown",
            when=first_gate.is_(UNKNOWN),
            effect=("provisional", "first_gate_unknown"),
            passages=("D04", "D09"),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="T5-deadlock",
            when=first_gate.is_("closed"),
            effect=("not_yet", "deadlock"),
            passages=("A01", "A07", "A09"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-7",),
        ),
        Rule(
            id="T5-proposed",
            when=ALWAYS,
            effect=("proposed", None),
            passages=("B24", "D09"),
        ),
    ),
)

# --- T6 and section 6: the label of one component -------------------------------------------------

LABEL = Table(
    "label",
    (
        Rule(
            id="T6-done",
            when=own_status.is_("done"),
            effect="done",
            passages=("B16",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="T6-interrupt",
            when=own_status.is_("under_way")
            & any_of(
                own_gate.is_("closed"),
                verdict_reason.is_("acute_unsafety", "safety_unknown", "barrier"),
            ),
            effect="interrupt",
            passages=("A01", "A04", "A05", "A13"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-9", "AMBIG-15"),
        ),
        Rule(
            id="T6-continue",
            when=own_status.is_("under_way"),
            effect="continue",
            passages=("G08",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="T6-not-indicated",
            when=all_of(own_gate.is_("closed"), own_complaints.is_("none"), closed_anyway.is_(NO)),
            effect="not_indicated",
            passages=("B16", "D04"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-8",),
        ),
        Rule(
            id="T6-hold-gate",
            when=own_gate.is_("closed"),
            effect="hold",
            passages=("B16",),
        ),
        Rule(
            id="T6-ask-gate",
            when=own_gate.is_(UNKNOWN),
            effect="ask_first",
            passages=("D04", "D09"),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="T6-hold-verdict",
            when=is_first.is_(YES) & verdict.is_("not_yet"),
            effect="hold",
            passages=("C01",),
        ),
        Rule(
            id="T6-ask-verdict",
            when=is_first.is_(YES) & verdict.is_("provisional"),
            effect="ask_first",
            passages=("D05",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="T6-resume",
            when=is_first.is_(YES) & own_status.is_("paused"),
            effect="resume",
            passages=("A05",),
            ambiguities=("AMBIG-9",),
        ),
        Rule(
            id="T6-start",
            when=is_first.is_(YES),
            effect="start_now",
            passages=("B24", "D09"),
        ),
        Rule(
            id="T6-after",
            when=ALWAYS,
            effect="after",
            passages=("B16", "G08"),
        ),
    ),
)

# --- variants of the components -------------------------------------------------------------------

CHILD_VARIANTS = Table(
    "child_variants",
    (
        Rule(
            id="V-story",
            when=child_age_band.is_(*_UNDER_36),
            effect=("story_method",),
            passages=("E01", "E02", "E06"),
        ),
        Rule(
            id="V-story-three",
            when=child_age_band.is_("36_47"),
            effect=("story_method",),
            passages=("E01", "E02", "E03", "E06"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="V-either",
            when=child_age_band.is_("48_71", "72_83"),
            effect=("standard_child_protocol", "story_method"),
            passages=("E01", "E03", "E07"),
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="V-age-unknown",
            when=child_age_band.unknown,
            effect=("story_method", "standard_child_protocol"),
            passages=("E01",),
        ),
    ),
    unique=True,
)
VARIANTS = {PARENT: ("emdr",), RELATIONSHIP: ("nika",)}

# --- reasons beside the gates ---------------------------------------------------------------------

SUPPORTING = {
    PARENT: Collection(
        "supporting_parent",
        (
            Rule(
                id="SP1",
                when=wish_first.is_(PARENT),
                effect=None,
                passages=("B05", "B09"),
            ),
        ),
    ),
    RELATIONSHIP: Collection(
        "supporting_relationship",
        (
            Rule(
                id="SR1",
                when=f.disruptive_parenting.is_("severe"),
                effect=None,
                passages=("A11", "E19"),
                basis=Basis.INFERENCE,
            ),
            Rule(
                id="SR2",
                when=wish_first.is_(RELATIONSHIP),
                effect=None,
                passages=("B05", "B08"),
            ),
        ),
    ),
    CHILD: Collection(
        "supporting_child",
        (
            Rule(
                id="SC1",
                when=wish_first.is_(CHILD),
                effect=None,
                passages=("B05", "B10"),
            ),
        ),
    ),
}

NOT_EARLIER = {
    PARENT: Collection(
        "not_earlier_parent",
        (
            Rule(
                id="NP1",
                when=wish_first.is_("none") & _R_FREE & _P_FREE,
                effect=None,
                passages=("B07", "B08", "B18"),
                basis=Basis.CONVENTION,
            ),
            Rule(
                id="NP2",
                when=_R_FREE & wish_first.is_(RELATIONSHIP, CHILD),
                effect=None,
                passages=("B05",),
            ),
        ),
    ),
    RELATIONSHIP: Collection(
        "not_earlier_relationship",
        (
            Rule(
                id="NR1",
                when=_R_FREE & wish_first.is_(PARENT, CHILD),
                effect=None,
                passages=("B05",),
            ),
        ),
    ),
    CHILD: Collection(
        "not_earlier_child",
        (Rule(id="NC1", when=ALWAYS, effect=None, passages=("B02", "B03")),),
    ),
}

# --- conflicts: shown, never repaired in silence --------------------------------------------------

CONFLICTS = Collection(
    "conflicts",
    (
        Rule(
            id="XF1",
            when=_ONE_YES & f.parent_trauma.is_("none", "some"),
            effect="contradiction",
            passages=("A01", "F01"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="XF2",
            when=f.change_wish.is_(YES) & f.parent_trauma.is_("none"),
            effect="contradiction",
            passages=("A06", "A07"),
        ),
        Rule(
            id="XF3",
            when=f.child_trauma.is_("none") & child_worries.is_(YES),
            effect="contradiction",
            passages=("A18",),
        ),
        Rule(
            id="XF4",
            when=f.threat_stopped.is_(YES) & threat_stopped_derived.is_(NO),
            effect="contradiction",
            passages=("A13", "C02"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="XW1",
            when=wish_first.is_(PARENT) & _P_CLOSED,
            effect="wish_against_gate",
            passages=("A06", "A07", "B05"),
        ),
        Rule(
            id="XW2",
            when=wish_first.is_(RELATIONSHIP) & _R_CLOSED,
            effect="wish_against_gate",
            passages=("A01", "A04", "B05"),
            ambiguities=("AMBIG-3",),
        ),
        Rule(
            id="XW3",
            when=wish_first.is_(CHILD) & _C_NOT_OPEN,
            effect="wish_against_gate",
            passages=("B02", "B03", "B05"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW4",
            when=wish_first.is_(CHILD) & _C_OPEN & _R_CLOSED,
            effect="wish_against_gate",
            passages=("A01", "A04", "B05"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW5",
            when=wish_second.is_(CHILD) & _C_NOT_OPEN,
            effect="wish_against_gate",
            passages=("B02", "B05", "B11"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW6",
            when=wish_first.is_(CHILD) & _C_OPEN & _R_FREE,
            effect="wish_against_consensus",
            passages=("B03", "B05", "B10"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW7",
            when=all_of(_R_FREE, _P_CLOSED, wish_second.is_(PARENT)),
            effect="wish_against_gate",
            passages=("A06", "A07", "B05"),
        ),
        Rule(
            id="XE1",
            when=all_of(
                parent_trauma_derived.is_("severe"),
                f.disruptive_parenting.is_("severe"),
                _R_FREE,
            ),
            effect="experts_divided",
            passages=("B04", "B05", "B07", "B09", "B18"),
            ambiguities=("AMBIG-1",),
        ),
        Rule(
            id="XA5",
            when=all_of(
                availability.is_("unavailable", "presumed_unavailable"),
                f.support_compensates.is_(YES),
                _C_OPEN,
            ),
            effect="ambiguous_source",
            passages=("A24",),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-5",),
        ),
        Rule(
            id="XA12",
            when=f.positive_expectation.is_(NO) & f.change_wish.is_(YES),
            effect="ambiguous_source",
            passages=("A07", "A09", "F20"),
            ambiguities=("AMBIG-12",),
        ),
    ),
)

# --- actions --------------------------------------------------------------------------------------

_WISH_LACKING = any_of(f.change_wish.is_(NO), f.positive_expectation.is_(NO))

ACTIONS = Collection(
    "actions",
    (
        Rule(
            id="N-safety-plan",
            when=f.acute_unsafety.is_(YES),
            effect=None,
            passages=("C04",),
        ),
        Rule(
            id="N-ask-safety",
            when=f.acute_unsafety.unknown,
            effect=None,
            passages=("C04", "C02"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="N-lift-barriers",
            when=inventory.is_("blocking"),
            effect=None,
            passages=("C01", "C17"),
        ),
        Rule(
            id="N-finish-inventory",
            when=inventory.is_("incomplete"),
            effect=None,
            passages=("D05",),
        ),
        Rule(
            id="N-deadlock",
            when=verdict_reason.is_("deadlock"),
            effect=None,
            passages=("H02", "H04", "I10"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-7",),
        ),
        Rule(
            id="N-psychoeducation",
            when=_WISH_LACKING,
            effect=None,
            passages=("H04", "I10"),
        ),
        Rule(
            id="N-psychoeducation-not-done",
            when=psychoeducation_done.is_(NO),
            effect=None,
            passages=("H04",),
        ),
        Rule(
            id="N-parent-interview",
            when=f.parent_trauma.is_("none", "some")
            & f.parent_trauma_source.is_("self_report", UNKNOWN),
            effect=None,
            passages=("F01", "F03"),
        ),
        Rule(
            id="N-reassess-severity",
            when=_ONE_YES & parent_trauma_derived.is_("none", "some", UNKNOWN),
            effect=None,
            passages=("A01", "F01"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="N-assess-control",
            when=gate_relationship.is_(UNKNOWN) & _NONE_YES_NOT_BOTH_NO,
            effect=None,
            passages=("A02", "A03"),
        ),
        Rule(
            id="N-ask-wish-expectation",
            when=gate_parent.is_(UNKNOWN)
            & any_of(f.change_wish.unknown, f.positive_expectation.unknown),
            effect=None,
            passages=("A07", "A09"),
        ),
        Rule(
            id="N-child-interview",
            when=f.child_trauma.is_("none", "some", "severe") & child_trauma_derived.unknown,
            effect=None,
            passages=("F05", "F06"),
        ),
        Rule(
            id="N-assess-child",
            when=f.child_trauma.unknown,
            effect=None,
            passages=("D04", "F06"),
        ),
        Rule(
            id="N-assess-availability",
            when=availability.is_("presumed_unavailable") & f.support_compensates.not_yes,
            effect=None,
            passages=("A12", "A24"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="N-find-support",
            when=availability.is_("unavailable") & f.support_compensates.not_yes,
            effect=None,
            passages=("A24",),
        ),
        Rule(
            id="N-permission",
            when=f.child_consent_support.is_(NO),
            effect=None,
            passages=("A15", "A16", "A17"),
        ),
        Rule(
            id="N-stop-harm-parenting",
            when=f.ongoing_traumatisation.is_(YES)
            & f.ongoing_traumatisation_source.is_("parenting", "both"),
            effect=None,
            passages=("A13", "E17", "E19"),
        ),
        Rule(
            id="N-stop-harm-external",
            when=f.ongoing_traumatisation.is_(YES)
            & f.ongoing_traumatisation_source.is_("external", "both", UNKNOWN),
            effect=None,
            passages=("A13", "C02"),
        ),
        Rule(
            id="N-child-barriers",
            when=gate_child.is_("closed") & child_trauma_derived.is_("some", "severe"),
            effect=None,
            passages=("C15",),
        ),
        Rule(
            id="N-ask-wish",
            when=f.preference_first.unknown & strength_given.is_("weak"),
            effect=None,
            passages=("D03", "B05", "B13", "B15"),
        ),
        Rule(
            id="N-debts",
            when=debts_present.is_(YES),
            effect=None,
            passages=("C05",),
        ),
        Rule(
            id="N-perpetrator",
            when=perpetrator_risk_present.is_(YES),
            effect=None,
            passages=("C06",),
        ),
        Rule(
            id="N-coordinate",
            when=coordination_done.is_(NO),
            effect=None,
            passages=("D06", "I08"),
        ),
        Rule(
            id="N-trained-therapist",
            when=therapist_trained.is_(NO),
            effect=None,
            passages=("I11",),
        ),
        Rule(
            id="N-intensity",
            when=desired_intensity.is_("higher"),
            effect=None,
            passages=("G01", "G02", "G03"),
        ),
        Rule(
            id="N-alliance",
            when=alliance_concern.is_(YES),
            effect=None,
            passages=("I01", "I04", "I07"),
        ),
        Rule(
            id="N-child-worries",
            when=child_worries.is_(YES),
            effect=None,
            passages=("A18",),
        ),
    ),
)

# --- cautions -------------------------------------------------------------------------------------

CAUTIONS = Collection(
    "cautions",
    (
        Rule(
            id="K-weak",
            when=strength_given.is_("weak"),
            effect=None,
            passages=("B12", "B18", "B19", "F17"),
        ),
        Rule(
            id="K-self-report",
            when=f.parent_trauma.is_("none", "some")
            & f.parent_trauma_source.is_("self_report", UNKNOWN),
            effect=None,
            passages=("F01", "F02", "F03"),
        ),
        Rule(
            id="K-child-instruments",
            when=f.child_trauma.is_("none", "some", "severe")
            & child_age_band.is_(*_UNDER_36)
            & f.child_trauma_source.is_("parent_report", "clinical_judgement", UNKNOWN),
            effect=None,
            passages=("F04", "F05"),
        ),
        Rule(
            id="K-no-proven-treatment",
            when=child_age_band.is_(*_UNDER_36),
            effect=None,
            passages=("E03", "E04", "E05", "E06"),
        ),
        Rule(
            id="K-other-interventions",
            when=child_age_band.is_("0_8", "9_11", "12_23"),
            effect=None,
            passages=("E12", "E13", "E24"),
        ),
        Rule(
            id="K-nika-age",
            when=child_age_band.is_("0_8"),
            effect=None,
            passages=("E10",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="K-discipline-age",
            when=child_age_band.is_("0_8", "9_11"),
            effect=None,
            passages=("E17",),
        ),
        Rule(
            id="K-six-years",
            when=child_age_band.is_("72_83"),
            effect=None,
            passages=("E10", "E15"),
            basis=Basis.CONVENTION,
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="K-consent-evidence",
            when=f.child_consent_support.is_(NO),
            effect=None,
            passages=("F11",),
        ),
        Rule(
            id="K-presumed",
            when=availability.is_("presumed_unavailable"),
            effect=None,
            passages=("A10", "A11", "A12"),
            basis=Basis.SAFETY,
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="K-relationship-effect",
            when=parent_trauma_derived.is_("severe"),
            effect=None,
            passages=("A21", "A22"),
        ),
        Rule(
            id="K-relational-ptsd",
            when=parent_trauma_derived.is_("some", "severe")
            & child_trauma_derived.is_("some", "severe"),
            effect=None,
            passages=("A28",),
        ),
        Rule(
            id="K-child-severe",
            when=child_trauma_derived.is_("severe"),
            effect=None,
            passages=("A31",),
        ),
        Rule(
            id="K-depression",
            when=parent_depression.is_(YES),
            effect=None,
            passages=("A19", "A20", "G10"),
        ),
        Rule(
            id="K-type-of-complaints",
            when=any_of(
                dissociation.is_(YES),
                guilt_shame.is_(YES),
                avoidance.is_(YES),
                child_type_of_complaints.is_(YES),
            ),
            effect=None,
            passages=("A23",),
        ),
        Rule(
            id="K-mentalising",
            when=mentalising_limited.is_(YES),
            effect=None,
            passages=("A25",),
        ),
        Rule(
            id="K-wider-complaints",
            when=any_of(psychosomatic.is_(YES), emotion_regulation.is_(YES)),
            effect=None,
            passages=("A26", "A27"),
        ),
        Rule(
            id="K-background-fit",
            when=background_fit_concern.is_(YES),
            effect=None,
            passages=("F08", "F09", "F10", "F23"),
        ),
        Rule(id="K-young-field", when=ALWAYS, effect="standing", passages=("F12",)),
        Rule(id="K-not-proven", when=ALWAYS, effect="standing", passages=("F13", "F24")),
        Rule(
            id="K-not-validated",
            when=ALWAYS,
            effect="standing",
            passages=("F14", "F15", "F16"),
        ),
    ),
)

# --- help beside the three components -------------------------------------------------------------

SUPPLEMENTARY_HELP = Collection(
    "supplementary_help",
    (
        Rule(id="H-tailored", when=ALWAYS, effect=None, passages=("H01", "H05", "H06")),
        Rule(
            id="H-mental-health",
            when=any_of(personality_problems.is_(YES), developmental_trauma.is_(YES)),
            effect=None,
            passages=("H02",),
        ),
        Rule(
            id="H-extra",
            when=any_of(
                dissociation.is_(YES),
                avoidance.is_(YES),
                psychosomatic.is_(YES),
                emotion_regulation.is_(YES),
                guilt_shame.is_(YES),
            ),
            effect=None,
            passages=("H03",),
        ),
    ),
)

DERIVED_FROM = {
    parent_trauma_derived.name: ("parent_trauma", "parent_trauma_source"),
    child_trauma_derived.name: ("child_trauma", "child_trauma_source", "child_age_months"),
    threat_stopped_derived.name: (
        "threat_stopped",
        "ongoing_traumatisation",
        "ongoing_traumatisation_source",
    ),
    availability.name: (
        "parent_unavailable",
        "parent_trauma",
        "parent_trauma_source",
        "disruptive_parenting",
    ),
    child_age_band.name: ("child_age_months",),
    wish_first.name: ("preference_first",),
    wish_second.name: ("preference_second",),
    inventory.name: ("barriers", *f.BASIC_SAFETY),
}
"""The facts of the interface behind each derived value."""


RULES = RuleSet(
    derived_parent_trauma=DERIVED_PARENT_TRAUMA,
    derived_child_trauma=DERIVED_CHILD_TRAUMA,
    derived_threat=DERIVED_THREAT,
    derived_availability=DERIVED_AVAILABILITY,
    gate_relationship=GATE_RELATIONSHIP,
    gate_parent=GATE_PARENT,
    gate_child=GATE_CHILD,
    wish_first=WISH_FIRST,
    wish_second=WISH_SECOND,
    order=ORDER,
    strength=STRENGTH,
    verdict=VERDICT,
    label=LABEL,
    child_variants=CHILD_VARIANTS,
    variants=VARIANTS,
    age_bands=AGE_BANDS,
    oldest_age_band="72_83",
    supporting=SUPPORTING,
    not_earlier=NOT_EARLIER,
    conflicts=CONFLICTS,
    actions=ACTIONS,
    cautions=CAUTIONS,
    supplementary_help=SUPPLEMENTARY_HELP,
    derived_from=DERIVED_FROM,
)
