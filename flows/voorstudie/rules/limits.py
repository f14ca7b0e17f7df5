"""Why not another order: what each rule asks of an order, the weightiest first.

Together these say which order is left, and nothing more than the order table says: a test goes
through all combinations and finds that the table's order meets every limit that holds, and that
each of the other five orders breaks one. The first that an order breaks is why it was not chosen.
"""

from __future__ import annotations

from flows.conditions import ALWAYS, all_of, any_of
from flows.facts import CHILD, PARENT, RELATIONSHIP
from flows.limits import DONE_FIRST, UNDER_WAY_FIRST, before, first, last, not_first
from flows.rules import Basis, Collection, Rule
from flows.voorstudie.rules.gates import C_NOT_OPEN, C_OPEN, P_CLOSED, P_FREE, R_CLOSED, R_FREE
from flows.voorstudie.rules.order import (
    ALWAYS_CHILD_FIRST,
    CHILD_FIRST,
    NOT_CHILD_FIRST,
    O4B,
    PARENT_FIRST,
    WISH_FOR_CHILD_COUNTS,
)
from flows.voorstudie.rules.variables import wish_first, wish_second

_PARENT_LEADS = R_CLOSED & ~ALWAYS_CHILD_FIRST | all_of(R_FREE, P_FREE, wish_first.is_(PARENT))
_CHILD_SECOND = all_of(
    WISH_FOR_CHILD_COUNTS,
    any_of(
        R_CLOSED & wish_first.is_(CHILD),
        wish_first.is_(PARENT) & wish_second.is_(CHILD),
    ),
)
_WISH_FOR_CHILD_FOLLOWED = any_of(
    CHILD_FIRST, ALWAYS_CHILD_FIRST, _PARENT_LEADS & _CHILD_SECOND, O4B
)

ORDER_LIMITS = Collection(
    "order_limits",
    (
        Rule(
            id="L-done",
            when=ALWAYS,
            effect=DONE_FIRST,
            passages=("B16",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="L-under-way",
            when=ALWAYS,
            effect=UNDER_WAY_FIRST,
            passages=("G08",),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="L-nika-waits",
            when=R_CLOSED,
            effect=before(PARENT, RELATIONSHIP),
            passages=("A01", "A02", "A03", "A04"),
            ambiguities=("AMBIG-3",),
        ),
        Rule(
            id="L-parent-leads",
            when=R_CLOSED & ~ALWAYS_CHILD_FIRST,
            effect=first(PARENT),
            passages=("A01", "A10", "B03"),
            basis=Basis.INFERENCE,
        ),
        Rule(
            id="L-child-waits",
            when=C_NOT_OPEN & ~_WISH_FOR_CHILD_FOLLOWED,
            effect=last(CHILD),
            passages=("A10", "A13", "A14", "A16", "B02"),
            partly=Basis.CONVENTION,
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="L-parent-cannot-lead",
            when=R_FREE & P_CLOSED,
            effect=not_first(PARENT),
            passages=("A06", "A08", "A09"),
        ),
        Rule(
            id="L-parent-last",
            when=all_of(R_FREE, P_CLOSED, C_OPEN | CHILD_FIRST),
            effect=last(PARENT),
            passages=("A08", "B03"),
            basis=Basis.INFERENCE,
        ),
        Rule(
            id="L-wish-nika",
            when=R_FREE & wish_first.is_(RELATIONSHIP),
            effect=first(RELATIONSHIP),
            passages=("B05", "B08"),
        ),
        Rule(
            id="L-wish-parent",
            when=all_of(R_FREE, P_FREE, wish_first.is_(PARENT)),
            effect=first(PARENT),
            passages=("B05", "B09"),
        ),
        Rule(
            id="L-wish-child",
            when=CHILD_FIRST & R_FREE | ALWAYS_CHILD_FIRST & R_CLOSED,
            effect=first(CHILD),
            passages=("B05", "B10"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="L-wish-child-before-nika",
            when=_PARENT_LEADS & _CHILD_SECOND,
            effect=before(CHILD, RELATIONSHIP),
            passages=("B05", "B11"),
            ambiguities=("AMBIG-6",),
        ),
        Rule(
            id="L-wish-child-before-parent",
            when=O4B,
            effect=before(CHILD, PARENT),
            passages=("B05",),
        ),
        Rule(
            id="L-wish-parent-second",
            when=all_of(R_FREE, P_FREE, CHILD_FIRST, wish_second.is_(PARENT)),
            effect=before(PARENT, RELATIONSHIP),
            passages=("B05", "B10"),
        ),
        Rule(
            id="L-parent-first-read-so",
            when=PARENT_FIRST,
            effect=first(PARENT),
            passages=("A21", "A22", "B04"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-1",),
        ),
        Rule(
            id="L-nika-by-default",
            when=all_of(
                R_FREE,
                any_of(
                    wish_first.is_("none"),
                    wish_first.is_(PARENT) & P_CLOSED,
                    NOT_CHILD_FIRST,
                ),
                ~PARENT_FIRST,
            ),
            effect=first(RELATIONSHIP),
            passages=("B04", "B07", "B08", "B18"),
            basis=Basis.CONVENTION,
        ),
        Rule(
            id="L-child-after-parent",
            when=all_of(R_FREE, P_FREE, ~CHILD_FIRST, ~O4B),
            effect=before(PARENT, CHILD),
            passages=("B02", "B03"),
        ),
        Rule(
            id="L-child-after-nika",
            when=_PARENT_LEADS & ~_CHILD_SECOND | PARENT_FIRST,
            effect=before(RELATIONSHIP, CHILD),
            passages=("B02", "B03"),
        ),
        Rule(
            id="L-nika-before-parent",
            when=all_of(R_FREE, CHILD_FIRST, ~(wish_second.is_(PARENT) & P_FREE)),
            effect=before(RELATIONSHIP, PARENT),
            passages=("B07", "B08", "B18"),
            basis=Basis.CONVENTION,
        ),
    ),
)
