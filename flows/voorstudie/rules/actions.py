"""Actions: what to do besides, so that a gate can open or the picture becomes complete."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import NO, UNKNOWN, YES, any_of
from flows.rules import Basis, Collection, Rule
from flows.voorstudie.ambiguities import BROKEN_OFF
from flows.voorstudie.rules.gates import NONE_YES_NOT_BOTH_NO, ONE_YES
from flows.voorstudie.rules.variables import (
    alliance_concern,
    availability,
    child_trauma_derived,
    child_worries,
    coordination_done,
    debts_present,
    desired_intensity,
    gate_child,
    gate_parent,
    gate_relationship,
    inventory,
    parent_trauma_derived,
    perpetrator_risk_present,
    psychoeducation_done,
    strength_given,
    therapist_trained,
    verdict_reason,
)

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
            partly=Basis.INFERENCE,
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
            when=ONE_YES & parent_trauma_derived.is_("none", "some", UNKNOWN),
            effect=None,
            passages=("A01", "F01"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="N-assess-control",
            when=gate_relationship.is_(UNKNOWN) & NONE_YES_NOT_BOTH_NO,
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
            id="N-course-ends",
            when=BROKEN_OFF.is_("M2") & gate_relationship.is_("closed"),
            effect=None,
            passages=("A04", "A05"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-9",),
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
