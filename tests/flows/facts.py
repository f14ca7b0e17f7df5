"""Facts for tests: the safe family of the vignettes, and strategies for any family."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from flows.conditions import UNKNOWN
from flows.facts import BARRIER_KINDS, BASIC_SAFETY, CODED_FACTS, COMPONENTS, STATUSES

SAFE_FAMILY: dict[str, Any] = {
    "acute_unsafety": "no",
    "food_secure": "yes",
    "safe_roof": "yes",
    "threat_stopped": "yes",
    "barriers": [],
    "parent_trauma": "some",
    "parent_trauma_source": "interview",
    "loss_of_control": "no",
    "preoccupied": "no",
    "change_wish": "yes",
    "positive_expectation": "yes",
    "disruptive_parenting": "some",
    "parent_unavailable": "no",
    "ongoing_traumatisation": "no",
    "child_trauma": "some",
    "child_trauma_source": "interview_0_6",
    "child_age_months": 40,
    "child_consent_support": "yes",
    "preference_first": "none",
}

_tri = st.sampled_from(["yes", "no", "unknown"])
_barrier = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([*BARRIER_KINDS, *BASIC_SAFETY]),
        "present": _tri,
        "must_resolve_first": _tri,
    }
)
_optional: dict[str, st.SearchStrategy[Any]] = {
    **{
        name: st.sampled_from([*variable.domain, UNKNOWN])
        for name, variable in CODED_FACTS.items()
        if name != "preference_second"
    },
    "barriers": st.lists(_barrier, max_size=3),
    "child_age_months": st.one_of(st.integers(0, 83), st.just(UNKNOWN)),
    "status": st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(STATUSES) for name in COMPONENTS}
    ),
}


@st.composite
def facts_objects(draw: st.DrawFn) -> dict[str, Any]:
    """Draw any facts object that the interface allows."""
    data: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=_optional))
    second = draw(st.sampled_from([*COMPONENTS, "none", UNKNOWN, None]))
    if second is not None and not (second in COMPONENTS and second == data.get("preference_first")):
        data["preference_second"] = second
    return data


@st.composite
def decisive_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw facts of a family for which nothing stands in the way, so that orders differ."""
    return {**SAFE_FAMILY, **draw(facts_objects()), "acute_unsafety": "no"}
