"""What the quick intake expects to hear, as rough weights: so that it asks first what settles most.

These weights are ours and rest on no count: the pre-study reports none. They describe, loosely, a
family that has just come to a shelter and a therapist who knows it a little. They decide in which
order questions are asked, and nothing else: which outcomes are still possible, when the quick
intake stops, and every proposal are the same under any weights above zero (a test shows it).

Names without an entry expect each value equally.
"""

from __future__ import annotations

from flows.conditions import NO, UNKNOWN, YES

EXPECTED: dict[str, dict[str, float]] = {
    "acute_unsafety": {YES: 5, NO: 92, UNKNOWN: 3},
    "food_secure": {YES: 95, NO: 3, UNKNOWN: 2},
    "safe_roof": {YES: 90, NO: 7, UNKNOWN: 3},
    "threat_stopped": {YES: 75, NO: 10, UNKNOWN: 15},
    "named_barriers": {
        "none": 25,
        "present": 45,
        "first": 15,
        "priority_unknown": 5,
        "doubtful": 3,
        "doubtful_and_present": 5,
        "not_made": 2,
    },
    "parent_trauma": {"none": 5, "some": 40, "severe": 45, UNKNOWN: 10},
    "parent_trauma_source": {
        "self_report": 25,
        "interview": 35,
        "clinical_judgement": 35,
        UNKNOWN: 5,
    },
    "loss_of_control": {YES: 20, NO: 70, UNKNOWN: 10},
    "preoccupied": {YES: 25, NO: 65, UNKNOWN: 10},
    "change_wish": {YES: 75, NO: 15, UNKNOWN: 10},
    "positive_expectation": {YES: 70, NO: 15, UNKNOWN: 15},
    "disruptive_parenting": {"none": 20, "some": 50, "severe": 20, UNKNOWN: 10},
    "parent_unavailable": {YES: 25, NO: 60, UNKNOWN: 15},
    "support_compensates": {YES: 25, NO: 60, UNKNOWN: 15},
    "ongoing_traumatisation": {YES: 15, NO: 70, UNKNOWN: 15},
    "ongoing_traumatisation_source": {"parenting": 50, "external": 30, "both": 10, UNKNOWN: 10},
    "child_consent_support": {YES: 70, NO: 10, UNKNOWN: 20},
    "child_trauma": {"none": 15, "some": 40, "severe": 25, UNKNOWN: 20},
    "child_trauma_source": {
        "parent_report": 50,
        "interview_0_6": 20,
        "clinical_judgement": 25,
        UNKNOWN: 5,
    },
    "preference_first": {"parent": 15, "relationship": 25, "child": 15, "none": 35, UNKNOWN: 10},
    "preference_second": {"parent": 20, "relationship": 15, "child": 20, "none": 35, UNKNOWN: 10},
    "status_parent": {"not_started": 90, "under_way": 5, "paused": 2, "done": 3},
    "status_relationship": {"not_started": 90, "under_way": 5, "paused": 2, "done": 3},
    "status_child": {"not_started": 92, "under_way": 4, "paused": 2, "done": 2},
}

MEETING_POINTS = (
    "gate_parent",
    "gate_relationship",
    "gate_child",
    "threat_stopped_derived",
    "inventory",
    "wish_first",
    "wish_second",
)
"""Where the facts about safety, about parent and child, and about wishes meet (see `Outlook`)."""
