"""Reasons beside the gates: what speaks for a component's place, and what kept it from coming
earlier."""

from __future__ import annotations

from flows import facts as f
from flows.conditions import ALWAYS
from flows.facts import CHILD, PARENT, RELATIONSHIP
from flows.rules import Basis, Collection, Rule
from flows.voorstudie.rules.gates import P_FREE, R_FREE
from flows.voorstudie.rules.variables import wish_first

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
                when=wish_first.is_("none") & R_FREE & P_FREE,
                effect=None,
                passages=("B07", "B08", "B18"),
                basis=Basis.CONVENTION,
            ),
            Rule(
                id="NP2",
                when=R_FREE & wish_first.is_(RELATIONSHIP, CHILD),
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
                when=R_FREE & wish_first.is_(PARENT, CHILD),
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
