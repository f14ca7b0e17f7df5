"""From answers to facts (specification 4.1-4.3; interface, "Facts")."""

from __future__ import annotations

from flows.conditions import NO, UNKNOWN, YES, Tri, Values
from flows.facts import (
    BARRIER_KINDS,
    BASIC_SAFETY,
    CODED_FACTS,
    COMPONENTS,
    NOT_STARTED,
    Barrier,
    Facts,
)
from flows.questions import NONE_OF_THESE, UNSURE
from flows.voorstudie.questions import CHILD_FEATURES, PARENT_FEATURES
from flows.voorstudie.rules.variables import BACKGROUND


def facts_from(values: Values) -> Facts:
    """Return the facts that the answers on the path give; what was not answered is unknown."""
    age = values.get("child_age_months", UNKNOWN)
    return Facts(
        coded={name: values[name] for name in CODED_FACTS if values.get(name, UNKNOWN) != UNKNOWN},
        child_age_months=None if age == UNKNOWN else int(age),
        barriers=_barriers(values),
        status=_status(values),
        background=_background(values),
    )


def _chosen(values: Values, question: str) -> tuple[str, ...] | None:
    """Return what was chosen; None where it is not known."""
    value = values.get(question, UNKNOWN)
    if value == UNKNOWN:
        return None
    return tuple(code for code in value.split(" ") if code not in (NONE_OF_THESE, UNSURE))


def _is_unsure(values: Values, question: str) -> bool:
    return UNSURE in values.get(question, "").split(" ")


def _barriers(values: Values) -> tuple[Barrier, ...] | None:
    """Return the inventory: what must come first, what else is there, and what is in doubt."""
    present = _chosen(values, "barriers_present")
    if present is None:
        return None
    judged_not = (
        Barrier(kind, YES, NO)
        for kind in BASIC_SAFETY
        if values.get(kind) == NO and _comes_first(values, kind) == NO
    )
    found = (
        Barrier(kind, YES, _comes_first(values, kind)) for kind in BARRIER_KINDS if kind in present
    )
    doubtful: tuple[str, ...] | None = ()
    if _is_unsure(values, "barriers_present"):
        doubtful = _chosen(values, "barriers_unsure")
    # A doubt that was not spelled out is a doubt still; the inventory is then incomplete.
    in_doubt = ("other",) if doubtful is None else doubtful
    return (*judged_not, *found, *(Barrier(kind, UNKNOWN, UNKNOWN) for kind in in_doubt))


def _comes_first(values: Values, kind: str) -> Tri:
    """Say whether a barrier must be resolved first; not chosen means no, unless left open."""
    chosen = _chosen(values, "barriers_first")
    if chosen is None:
        return UNKNOWN
    if kind in chosen:
        return YES
    return UNKNOWN if _is_unsure(values, "barriers_first") else NO


def _status(values: Values) -> dict[str, str]:
    started = _chosen(values, "components_started") or ()
    return {
        component: values.get(f"status_{component}", NOT_STARTED)
        for component in COMPONENTS
        if component in started and values.get(f"status_{component}", UNKNOWN) != UNKNOWN
    }


def _background(values: Values) -> dict[str, str]:
    background = {name: values[name] for name in BACKGROUND if values.get(name, UNKNOWN) != UNKNOWN}
    for question, features in (
        ("parent_features", PARENT_FEATURES),
        ("child_features", CHILD_FEATURES),
    ):
        chosen = _chosen(values, question)
        if chosen is not None:
            background.update({name: YES if name in chosen else NO for name in features})
    return background
