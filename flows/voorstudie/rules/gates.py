"""T1 to T3: the gates of NIKA, of the parent's EMDR and of the child's EMDR.

A gate is open, closed, or unknown; unknown is a result of its own and never read as closed.
"""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, all_of, any_of
from flows.rules import Basis, Rule, Table
from flows.voorstudie.ambiguities import (
    BOTH_FACTORS,
    DEADLOCK,
    EXPECTATION,
    WHAT_SUPPORT_COVERS,
    WHOSE_PERMISSION,
)
from flows.voorstudie.rules.variables import (
    availability,
    child_trauma_derived,
    gate_child,
    gate_parent,
    gate_relationship,
    parent_trauma_derived,
)

# --- T2: the parent's EMDR; before T1, because one reading of the deadlock lets T1 look at it -----

_EXPECTS_NOTHING = EXPECTATION.is_("M1") & f.positive_expectation.is_(NO)
_EXPECTATION_FITS = EXPECTATION.is_("M2") | f.positive_expectation.is_(YES)
_EXPECTATION_OPEN = EXPECTATION.is_("M1") & f.positive_expectation.unknown

GATE_PARENT = Table(
    "gate_parent",
    (
        Rule(
            id="P1",
            when=any_of(
                parent_trauma_derived.is_("none"),
                f.change_wish.is_(NO),
                _EXPECTS_NOTHING,
            ),
            effect="closed",
            passages=("A06", "A07", "A08", "A09"),
        ),
        Rule(
            id="P2",
            when=all_of(
                parent_trauma_derived.is_("some", "severe"),
                f.change_wish.is_(YES),
                _EXPECTATION_FITS,
            ),
            effect="open",
            passages=("A06", "A07"),
        ),
        Rule(
            id="P3",
            when=all_of(
                parent_trauma_derived.is_("some", "severe", UNKNOWN),
                f.change_wish.is_(YES, UNKNOWN),
                _EXPECTATION_FITS | _EXPECTATION_OPEN,
                any_of(
                    parent_trauma_derived.unknown,
                    f.change_wish.unknown,
                    _EXPECTATION_OPEN,
                ),
            ),
            effect=UNKNOWN,
            passages=("A06", "A07"),
        ),
    ),
    unique=True,
)

P_CLOSED = gate_parent.is_("closed")
P_FREE = gate_parent.is_("open", UNKNOWN)

# --- T1: NIKA -------------------------------------------------------------------------------------

ONE_YES = f.loss_of_control.is_(YES) | f.preoccupied.is_(YES)
NONE_YES_NOT_BOTH_NO = all_of(
    f.loss_of_control.not_yes,
    f.preoccupied.not_yes,
    f.loss_of_control.unknown | f.preoccupied.unknown,
)
_TOO_MUCH = parent_trauma_derived.is_("severe") & ONE_YES
_SUPPORT_COVERS_NIKA = WHAT_SUPPORT_COVERS.is_("M2") & f.support_compensates.is_(YES)
_LIGHTER_START = all_of(DEADLOCK.is_("M2"), P_CLOSED, f.support_compensates.is_(YES))

GATE_RELATIONSHIP = Table(
    "gate_relationship",
    (
        Rule(
            id="R1",
            when=all_of(
                _TOO_MUCH,
                WHAT_SUPPORT_COVERS.is_("M1") | f.support_compensates.not_yes,
                DEADLOCK.is_("M1", "M3") | P_FREE | f.support_compensates.not_yes,
            ),
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
            when=parent_trauma_derived.is_("none", "some") & NONE_YES_NOT_BOTH_NO,
            effect="open",
            passages=("A01",),
        ),
        Rule(
            id="R4",
            when=parent_trauma_derived.is_("none", "some", UNKNOWN) & ONE_YES,
            effect=UNKNOWN,
            passages=("A01", "F01"),
            basis=Basis.SAFETY,
        ),
        Rule(
            id="R5",
            when=parent_trauma_derived.is_("severe", UNKNOWN) & NONE_YES_NOT_BOTH_NO,
            effect=UNKNOWN,
            passages=("A01",),
        ),
        Rule(
            id="R6",
            when=_TOO_MUCH & _SUPPORT_COVERS_NIKA,
            effect="open",
            passages=("A24",),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-5",),
        ),
        Rule(
            id="R7",
            when=_TOO_MUCH & _LIGHTER_START & ~_SUPPORT_COVERS_NIKA,
            effect="open",
            passages=("A01", "A24", "B08"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-7",),
        ),
    ),
    unique=True,
)

R_CLOSED = gate_relationship.is_("closed")
R_FREE = gate_relationship.is_("open", UNKNOWN)

# --- T3: the child's EMDR -------------------------------------------------------------------------

_CARED_FOR = any_of(
    availability.is_("available"),
    BOTH_FACTORS.is_("M1", "M2", "M4") & f.support_compensates.is_(YES),
    availability.is_("unavailable") & f.support_compensates.is_(YES),
)
_NOTHING_AGAINST = all_of(
    f.ongoing_traumatisation.is_(NO),
    f.child_consent_support.is_(YES),
    _CARED_FOR,
    child_trauma_derived.is_("some", "severe"),
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
            when=any_of(
                availability.is_("unavailable", "presumed_unavailable")
                & f.support_compensates.not_yes,
                availability.is_("postponed"),
            ),
            effect="closed",
            passages=("A10", "A11", "A12", "A14", "A24"),
            ambiguities=("AMBIG-2",),
        ),
        Rule(
            id="C5",
            when=WHOSE_PERMISSION.is_("M1") & _NOTHING_AGAINST,
            effect="open",
            passages=("A15", "A24"),
            partly=Basis.INFERENCE,
        ),
        Rule(
            id="C7",
            when=WHOSE_PERMISSION.is_("M2") & _NOTHING_AGAINST,
            effect=UNKNOWN,
            passages=("A15", "A17", "F11"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-11",),
        ),
        Rule(id="C6", when=ALWAYS, effect=UNKNOWN, passages=("A13", "A15", "D04")),
    ),
)

C_OPEN = gate_child.is_("open")
C_NOT_OPEN = gate_child.is_("closed", UNKNOWN)
