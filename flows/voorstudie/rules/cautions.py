"""Cautions, and the help beside the three components."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, any_of
from flows.rules import Basis, Collection, Rule
from flows.voorstudie.ambiguities import EXPECTATION, SHOULD_OR_MAY
from flows.voorstudie.rules.variables import (
    UNDER_36,
    availability,
    avoidance,
    background_fit_concern,
    child_age_band,
    child_trauma_derived,
    child_type_of_complaints,
    developmental_trauma,
    dissociation,
    emotion_regulation,
    gate_relationship,
    guilt_shame,
    mentalising_limited,
    parent_depression,
    parent_trauma_derived,
    personality_problems,
    psychosomatic,
    strength_given,
)

CAUTIONS = Collection(
    "cautions",
    (
        Rule(
            id="K-weak",
            when=strength_given.is_("weak"),
            effect=None,
            passages=("B12", "B01", "B18", "B19", "F17", "F18"),
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
            & child_age_band.is_(*UNDER_36)
            & f.child_trauma_source.is_("parent_report", "clinical_judgement", UNKNOWN),
            effect=None,
            passages=("F04", "F05"),
        ),
        Rule(
            id="K-no-proven-treatment",
            when=child_age_band.is_(*UNDER_36),
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
        Rule(
            id="K-no-override",
            when=SHOULD_OR_MAY.is_("M2") & gate_relationship.is_("closed"),
            effect=None,
            passages=("A01", "A04"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-3",),
        ),
        Rule(
            id="K-expectation",
            when=EXPECTATION.is_("M2") & f.positive_expectation.is_(NO),
            effect=None,
            passages=("A07", "A09", "F20"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-12",),
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
            partly=Basis.INFERENCE,
        ),
    ),
)
