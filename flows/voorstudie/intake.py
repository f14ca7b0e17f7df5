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
from flows.questions import NONE_OF_THESE, SAID_BY_MOTHER, UNSURE
from flows.voorstudie.questions import CHILD_FEATURES, PARENT_FEATURES
from flows.voorstudie.rules.variables import BACKGROUND

INVENTORY = ("named_barriers", *(f"judged_not_first_{kind}" for kind in BASIC_SAFETY))

SETS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in CODED_FACTS},
    "child_age_months": ("child_age_band",),
    "barriers_present": INVENTORY,
    "barriers_unsure": INVENTORY,
    "barriers_first": INVENTORY,
    "components_started": tuple(f"status_{component}" for component in COMPONENTS),
    **{f"status_{component}": (f"status_{component}",) for component in COMPONENTS},
}
"""What each question gives to the rules that decide."""


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
    """Return the inventory: what must come first, what else is there, and what is in doubt.

    The quick intake goes through the same list, and only asks what must come first.
    """
    present = _chosen(values, "barriers_present")
    first = _chosen(values, "barriers_first")
    if present is None and first is None:
        return None
    # A lack that only the mother told of was not before the therapist when they judged.
    not_judged = values.get(SAID_BY_MOTHER, "").split()
    judged_not = (
        Barrier(kind, YES, NO)
        for kind in BASIC_SAFETY
        if values.get(kind) == NO and _comes_first(values, kind) == NO and kind not in not_judged
    )
    there = present if present is not None else first or ()
    found = (
        Barrier(kind, YES, _comes_first(values, kind)) for kind in BARRIER_KINDS if kind in there
    )
    return (*judged_not, *found, *(Barrier(kind, UNKNOWN, UNKNOWN) for kind in _doubtful(values)))


def _doubtful(values: Values) -> tuple[str, ...]:
    """Return the kinds in doubt; a doubt that was not spelled out is a doubt still."""
    if "barriers_present" not in values:
        return ("other",) if _is_unsure(values, "barriers_first") else ()
    if not _is_unsure(values, "barriers_present"):
        return ()
    spelled_out = _chosen(values, "barriers_unsure")
    return ("other",) if spelled_out is None else spelled_out


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
