"""Conflicts: shown, never repaired in silence."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import NO, YES, all_of
from flows.facts import CHILD, PARENT, RELATIONSHIP
from flows.rules import Basis, Collection, Rule
from flows.voorstudie.ambiguities import WISH_FOR_CHILD_FIRST
from flows.voorstudie.rules.gates import (
    C_NOT_OPEN,
    C_OPEN,
    ONE_YES,
    P_CLOSED,
    R_CLOSED,
    R_FREE,
)
from flows.voorstudie.rules.variables import (
    availability,
    child_worries,
    parent_trauma_derived,
    threat_stopped_derived,
    wish_first,
    wish_second,
)

CONFLICTS = Collection(
    "conflicts",
    (
        Rule(
            id="XF1",
            when=ONE_YES & f.parent_trauma.is_("none", "some"),
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
            when=wish_first.is_(PARENT) & P_CLOSED,
            effect="wish_against_gate",
            passages=("A06", "A07", "B05"),
        ),
        Rule(
            id="XW2",
            when=wish_first.is_(RELATIONSHIP) & R_CLOSED,
            effect="wish_against_gate",
            passages=("A01", "A04", "B05"),
            ambiguities=("AMBIG-3",),
        ),
        Rule(
            id="XW3",
            when=wish_first.is_(CHILD) & C_NOT_OPEN & WISH_FOR_CHILD_FIRST.is_("M1", "M2"),
            effect="wish_against_gate",
            passages=("B02", "B03", "B05"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW4",
            when=all_of(
                wish_first.is_(CHILD), C_OPEN, R_CLOSED, WISH_FOR_CHILD_FIRST.is_("M1", "M2")
            ),
            effect="wish_against_gate",
            passages=("A01", "A04", "B05"),
            partly=Basis.INFERENCE,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW5",
            when=wish_second.is_(CHILD) & C_NOT_OPEN & WISH_FOR_CHILD_FIRST.is_("M1", "M2"),
            effect="wish_against_gate",
            passages=("B02", "B05", "B11"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW6",
            when=wish_first.is_(CHILD) & C_OPEN & R_FREE & WISH_FOR_CHILD_FIRST.is_("M1", "M3"),
            effect="wish_against_consensus",
            passages=("B03", "B05", "B10"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="XW7",
            when=all_of(R_FREE, P_CLOSED, wish_second.is_(PARENT)),
            effect="wish_against_gate",
            passages=("A06", "A07", "B05"),
        ),
        Rule(
            id="XE1",
            when=all_of(
                parent_trauma_derived.is_("severe"),
                f.disruptive_parenting.is_("severe"),
                R_FREE,
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
                C_OPEN,
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
