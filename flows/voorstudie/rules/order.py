"""T4: the order, over the three gates and the parent's wish; and how strong it is."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS, all_of, any_of
from flows.facts import CHILD, PARENT, RELATIONSHIP
from flows.rules import Basis, Rule, Table
from flows.voorstudie.ambiguities import WHO_FIRST_IF_BOTH_SEVERE, WISH_FOR_CHILD_FIRST
from flows.voorstudie.rules.gates import C_NOT_OPEN, C_OPEN, P_CLOSED, P_FREE, R_CLOSED, R_FREE
from flows.voorstudie.rules.variables import parent_trauma_derived, wish_first, wish_second

WISH_FOR_CHILD_COUNTS = any_of(
    WISH_FOR_CHILD_FIRST.is_("M1", "M2") & C_OPEN, WISH_FOR_CHILD_FIRST.is_("M3")
)
"""Whether a wish to treat the child earlier may be followed at all."""
CHILD_FIRST = wish_first.is_(CHILD) & any_of(
    WISH_FOR_CHILD_FIRST.is_("M1") & C_OPEN, WISH_FOR_CHILD_FIRST.is_("M3")
)
NOT_CHILD_FIRST = wish_first.is_(CHILD) & any_of(
    WISH_FOR_CHILD_FIRST.is_("M1") & C_NOT_OPEN, WISH_FOR_CHILD_FIRST.is_("M2")
)
"""The child was wished first, and is not put first."""

BOTH_SEVERE_NO_WISH = all_of(
    parent_trauma_derived.surely("severe"),
    f.disruptive_parenting.surely("severe"),
    R_FREE,
    wish_first.is_("none"),
)
PARENT_FIRST = WHO_FIRST_IF_BOTH_SEVERE.is_("M3") & BOTH_SEVERE_NO_WISH & P_FREE

_CHILD_BEFORE_RELATIONSHIP = wish_first.is_(CHILD) | (
    wish_first.is_(PARENT) & wish_second.is_(CHILD)
)
ALWAYS_CHILD_FIRST = WISH_FOR_CHILD_FIRST.is_("M3") & wish_first.is_(CHILD)
O4B = all_of(
    R_FREE, P_FREE, WISH_FOR_CHILD_COUNTS, wish_first.is_(RELATIONSHIP), wish_second.is_(CHILD)
)
O4C = all_of(
    R_FREE,
    P_CLOSED,
    C_OPEN,
    any_of(wish_first.is_(RELATIONSHIP, "none", PARENT), NOT_CHILD_FIRST),
)

ORDER = Table(
    "order",
    (
        Rule(
            id="O1a",
            when=R_CLOSED & ~(WISH_FOR_CHILD_COUNTS & _CHILD_BEFORE_RELATIONSHIP),
            effect=(PARENT, RELATIONSHIP, CHILD),
            passages=("A01", "A02", "A03", "A04", "A05", "B03"),
        ),
        Rule(
            id="O1b",
            when=all_of(
                R_CLOSED,
                WISH_FOR_CHILD_COUNTS,
                _CHILD_BEFORE_RELATIONSHIP,
                ~ALWAYS_CHILD_FIRST,
            ),
            effect=(PARENT, CHILD, RELATIONSHIP),
            passages=("A01", "A24", "B05"),
            partly=Basis.INFERENCE,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O1c",
            when=R_CLOSED & ALWAYS_CHILD_FIRST,
            effect=(CHILD, PARENT, RELATIONSHIP),
            passages=("A01", "B05", "B10"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O2a",
            when=all_of(R_FREE, CHILD_FIRST, ~(wish_second.is_(PARENT) & P_FREE)),
            effect=(CHILD, RELATIONSHIP, PARENT),
            passages=("B05", "B10"),
            partly=Basis.CONVENTION,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O2b",
            when=all_of(R_FREE, P_FREE, CHILD_FIRST, wish_second.is_(PARENT)),
            effect=(CHILD, PARENT, RELATIONSHIP),
            passages=("B05", "B10"),
            partly=Basis.INFERENCE,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="O3a",
            when=all_of(
                R_FREE,
                P_FREE,
                wish_first.is_(PARENT),
                ~(WISH_FOR_CHILD_COUNTS & wish_second.is_(CHILD)),
            ),
            effect=(PARENT, RELATIONSHIP, CHILD),
            passages=("B05", "B09", "B03"),
        ),
        Rule(
            id="O3b",
            when=all_of(
                R_FREE,
                P_FREE,
                WISH_FOR_CHILD_COUNTS,
                wish_first.is_(PARENT),
                wish_second.is_(CHILD),
            ),
            effect=(PARENT, CHILD, RELATIONSHIP),
            passages=("B05", "B11"),
            partly=Basis.INFERENCE,
        ),
        Rule(
            id="O4a",
            when=all_of(
                R_FREE,
                any_of(
                    wish_first.is_(RELATIONSHIP, "none"),
                    wish_first.is_(PARENT) & P_CLOSED,
                    NOT_CHILD_FIRST,
                ),
                ~O4B,
                ~O4C,
                ~PARENT_FIRST,
            ),
            effect=(RELATIONSHIP, PARENT, CHILD),
            passages=("B07", "B08", "B03", "B04", "B05"),
            partly=Basis.CONVENTION,
        ),
        Rule(
            id="O4b",
            when=O4B,
            effect=(RELATIONSHIP, CHILD, PARENT),
            passages=("B05",),
            partly=Basis.INFERENCE,
        ),
        Rule(
            id="O4c",
            when=O4C,
            effect=(RELATIONSHIP, CHILD, PARENT),
            passages=("A08", "B03"),
            basis=Basis.INFERENCE,
        ),
        Rule(
            id="O5",
            when=PARENT_FIRST,
            effect=(PARENT, RELATIONSHIP, CHILD),
            passages=("A21", "A22", "B04"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-1",),
        ),
    ),
    unique=True,
)

STRENGTH = Table(
    "strength",
    (
        Rule(
            id="S-conclusion",
            when=R_CLOSED & ~ALWAYS_CHILD_FIRST,
            effect="conclusion",
            passages=("A01", "A04"),
        ),
        Rule(
            id="S-inference",
            when=O4C,
            effect="inference",
            passages=("A08", "B03"),
            basis=Basis.INFERENCE,
        ),
        Rule(
            id="S-weak",
            when=all_of(
                R_FREE,
                any_of(
                    wish_first.is_("none"),
                    wish_first.is_(PARENT) & P_CLOSED,
                    NOT_CHILD_FIRST,
                ),
            ),
            effect="weak",
            passages=("B04", "B07", "B18", "B19"),
        ),
        Rule(id="S-wish", when=ALWAYS, effect="wish", passages=("B05",)),
    ),
)
