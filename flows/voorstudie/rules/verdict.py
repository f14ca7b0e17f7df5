"""T0, T5 and T6: what stands in the way, the verdict, and what to do with each component."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, all_of, any_of
from flows.facts import NOT_STARTED, PARENT, RELATIONSHIP
from flows.rules import Basis, Rule, Table
from flows.voorstudie.ambiguities import (
    BROKEN_OFF,
    CHILD_UNDER_WAY,
    DEADLOCK,
    NO_COMPLAINTS,
    WHICH_BARRIERS_BLOCK,
    WHO_FIRST_IF_BOTH_SEVERE,
)
from flows.voorstudie.rules.order import BOTH_SEVERE_NO_WISH
from flows.voorstudie.rules.variables import (
    all_done,
    closed_anyway,
    first_gate,
    inventory,
    is_first,
    judged_not_first,
    named_barriers,
    own_complaints,
    own_component,
    own_gate,
    own_status,
    threat_stopped_derived,
    verdict,
    verdict_reason,
)

# --- T0: the inventory of barriers, basic safety with it (interface, convention 3) ----------------

_BASIC_SAFETY = {
    "food_secure": f.food_secure,
    "safe_roof": f.safe_roof,
    "threat_stopped": threat_stopped_derived,
}
_LACKING = any_of(
    *(value.is_(NO) & judged_not_first[kind].is_(NO) for kind, value in _BASIC_SAFETY.items())
)
_LACKING_HOWEVER_JUDGED = any_of(*(value.is_(NO) for value in _BASIC_SAFETY.values()))
_SAFETY_OPEN = any_of(*(value.unknown for value in _BASIC_SAFETY.values()))

INVENTORY = Table(
    "inventory",
    (
        Rule(
            id="B3-none-blocks",
            when=WHICH_BARRIERS_BLOCK.is_("M3"),
            effect="clear",
            passages=("C01",),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-10",),
        ),
        Rule(
            id="B3-safety",
            when=any_of(
                WHICH_BARRIERS_BLOCK.is_("M1") & _LACKING,
                WHICH_BARRIERS_BLOCK.is_("M2") & _LACKING_HOWEVER_JUDGED,
            ),
            effect="blocking",
            passages=("C01", "C02"),
            basis=Basis.SAFETY,
            ambiguities=("AMBIG-10",),
        ),
        Rule(
            id="B3-named",
            when=named_barriers.is_("first"),
            effect="blocking",
            passages=("C01",),
        ),
        Rule(
            id="B3-any-blocks",
            when=WHICH_BARRIERS_BLOCK.is_("M2")
            & named_barriers.is_("present", "doubtful_and_present", "priority_unknown"),
            effect="blocking",
            passages=("C01",),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-10",),
        ),
        Rule(
            id="B4-incomplete",
            when=any_of(
                named_barriers.is_(
                    "not_made", "doubtful", "doubtful_and_present", "priority_unknown"
                ),
                _SAFETY_OPEN,
            ),
            effect="incomplete",
            passages=("C01", "D05"),
        ),
        Rule(
            id="B5",
            when=ALWAYS,
            effect="clear",
            passages=("C01", "D05"),
        ),
    ),
)

# --- T5: the verdict ------------------------------------------------------------------------------

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
            partly=Basis.CONVENTION,
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
            id="T5-deadlock-professional",
            when=DEADLOCK.is_("M3") & first_gate.is_("closed"),
            effect=("provisional", "professional_decides"),
            passages=("A01", "A07", "A09", "D09"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-7",),
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
            id="T5-wish-unknown",
            when=all_of(
                WHO_FIRST_IF_BOTH_SEVERE.is_("M2"), BOTH_SEVERE_NO_WISH, f.preference_first.unknown
            ),
            effect=("provisional", "wish_unknown"),
            passages=("B04", "B05"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-1",),
        ),
        Rule(
            id="T5-professional",
            when=WHO_FIRST_IF_BOTH_SEVERE.is_("M4") & BOTH_SEVERE_NO_WISH,
            effect=("provisional", "professional_decides"),
            passages=("B04", "D09"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-1",),
        ),
        Rule(
            id="T5-proposed",
            when=ALWAYS,
            effect=("proposed", None),
            passages=("B24", "D09"),
        ),
    ),
)

# --- AMBIG-8, read the other way: what is not indicated is dropped from the order -----------------

DROPPED = Table(
    "dropped",
    (
        Rule(
            id="T4-dropped",
            when=all_of(
                NO_COMPLAINTS.is_("M2"),
                own_status.is_(NOT_STARTED),
                own_gate.is_("closed"),
                own_complaints.is_("none"),
                closed_anyway.is_(NO),
            ),
            effect=YES,
            passages=("A06", "B16"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-8",),
        ),
        Rule(id="T4-kept", when=ALWAYS, effect=NO, passages=("B16", "B17")),
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
                own_gate.is_("closed")
                & (own_component.is_(PARENT, RELATIONSHIP) | CHILD_UNDER_WAY.is_("M1")),
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
            when=all_of(is_first.is_(YES), own_status.is_("paused"), BROKEN_OFF.is_("M1")),
            effect="resume",
            passages=("A05",),
            partly=Basis.INFERENCE,
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
