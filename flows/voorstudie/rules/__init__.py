"""The rules of the pre-study's core elements (voorstudie-core-v1), table by table.

Table and row names are those of the clinical specification (sections 4.3, 5 and 6) and of the
interface ("Conventions", "Labels"). The core elements state three gates (R1, P1/P2, C2-C4);
two order statements have consensus (B02-B03, B16); what else makes the order total is the
parent's wish or our convention, and is marked so. Where the source can be read in several ways a
rule names the reading that it belongs to.
"""

from __future__ import annotations

from flows import facts as f
from flows.rules import RuleSet
from flows.voorstudie.ambiguities import AMBIGUITIES
from flows.voorstudie.rules.actions import ACTIONS
from flows.voorstudie.rules.beside import NOT_EARLIER, SUPPORTING
from flows.voorstudie.rules.cautions import CAUTIONS, SUPPLEMENTARY_HELP
from flows.voorstudie.rules.conflicts import CONFLICTS
from flows.voorstudie.rules.derived import (
    DERIVED_AVAILABILITY,
    DERIVED_CHILD_TRAUMA,
    DERIVED_PARENT_TRAUMA,
    DERIVED_THREAT,
    WISH_FIRST,
    WISH_SECOND,
)
from flows.voorstudie.rules.gates import GATE_CHILD, GATE_PARENT, GATE_RELATIONSHIP
from flows.voorstudie.rules.limits import ORDER_LIMITS
from flows.voorstudie.rules.order import ORDER, STRENGTH
from flows.voorstudie.rules.variables import (
    AGE_BANDS,
    BACKGROUND,
    availability,
    child_age_band,
    child_trauma_derived,
    debts_present,
    inventory,
    parent_trauma_derived,
    perpetrator_risk_present,
    threat_stopped_derived,
    wish_first,
    wish_second,
)
from flows.voorstudie.rules.variants import CHILD_VARIANTS, VARIANTS
from flows.voorstudie.rules.verdict import DROPPED, INVENTORY, LABEL, VERDICT

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
    debts_present.name: ("barriers",),
    perpetrator_risk_present.name: ("barriers",),
}
"""The facts of the interface behind each derived value."""


ALL_READINGS = RuleSet(
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
    inventory=INVENTORY,
    dropped=DROPPED,
    verdict=VERDICT,
    label=LABEL,
    child_variants=CHILD_VARIANTS,
    variants=VARIANTS,
    age_bands=AGE_BANDS,
    oldest_age_band="72_83",
    supporting=SUPPORTING,
    not_earlier=NOT_EARLIER,
    order_limits=ORDER_LIMITS,
    conflicts=CONFLICTS,
    actions=ACTIONS,
    cautions=CAUTIONS,
    supplementary_help=SUPPLEMENTARY_HELP,
    derived_from=DERIVED_FROM,
    background=BACKGROUND,
    ambiguities=AMBIGUITIES,
)
"""The rules under every reading of the source; `under` chooses."""

RULES = ALL_READINGS.under({})
"""The rules under the product's own readings."""
