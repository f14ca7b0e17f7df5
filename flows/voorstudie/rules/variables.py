"""The names that the rules read, besides the facts of the interface, and all their values."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import NO, YES, Variable
from flows.facts import COMPONENTS
from flows.rules import NAMED_BARRIERS

# --- what the tables give -------------------------------------------------------------------------

_GATE = ("open", "closed")
_YES_NO = (YES, NO)
parent_trauma_derived = Variable("parent_trauma_derived", ("none", "some", "severe"))
child_trauma_derived = Variable("child_trauma_derived", ("none", "some", "severe"))
threat_stopped_derived = Variable("threat_stopped_derived", (YES, NO))
availability = Variable(
    "availability", ("available", "unavailable", "presumed_unavailable", "postponed")
)
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
UNDER_36 = ("0_8", "9_11", "12_23", "24_35")
named_barriers = Variable("named_barriers", NAMED_BARRIERS, settled=True)
judged_not_first = {
    kind: Variable(f"judged_not_first_{kind}", _YES_NO, settled=True) for kind in f.BASIC_SAFETY
}
inventory = Variable("inventory", ("blocking", "incomplete", "clear"), settled=True)
all_done = Variable("all_done", (YES, NO), settled=True)
first_gate = Variable("first_gate", _GATE, settled=True)
own_component = Variable("own_component", COMPONENTS, settled=True)
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
        "wish_unknown",
        "professional_decides",
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
