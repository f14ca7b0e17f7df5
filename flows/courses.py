"""Treatment under way: how what was started or finished changes the order (convention 5), and
what a component's own row of the label table looks at.

Pure functions from values to a value; orders are kept as component names with spaces between.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flows.conditions import NO, UNKNOWN, YES, Values
from flows.derivations import Derivation
from flows.facts import CHILD, COMPONENTS, DONE, PARENT, UNDER_WAY

COURSE_ORDER = "course_order"
FIRST = "first_component"
WITH_COMPLAINTS = (PARENT, CHILD)
"""The components that treat somebody's complaints, and are not indicated where there are none."""


def course_order(dropped: tuple[str, ...], values: Values) -> str:
    """Put what is done first, then what is under way with its gate not closed, then the rest.

    What is done is a fixed prefix in the order of the components; the rest keeps the table's order.
    `dropped` names the components that another reading of the source may drop.
    """

    def place(component: str) -> tuple[int, int]:
        status = values[f"status_{component}"]
        if status == DONE:
            return 0, COMPONENTS.index(component)
        if status == UNDER_WAY and values[f"gate_{component}"] != "closed":
            return 1, table_order.index(component)
        return 2, table_order.index(component)

    table_order = values["order"].split(" ")
    gone = [item for item in dropped if values[f"dropped_{item}"] == YES]
    return " ".join(sorted((item for item in table_order if item not in gone), key=place))


def first_component(values: Values) -> str:
    """Return the first component that is not done; `none` where all are."""
    for component in values[COURSE_ORDER].split():
        if values[f"status_{component}"] != DONE:
            return component
    return "none"


def first_gate(values: Values) -> str:
    """Return the gate of the first component that is not done."""
    first = values[FIRST]
    return UNKNOWN if first == "none" else values[f"gate_{first}"]


def own_course(component: str, values: Values) -> dict[str, str]:
    """Return what is known of one component by itself: its course, its gate, its complaints."""
    own = {
        "own_component": component,
        "own_status": values[f"status_{component}"],
        "own_gate": values[f"gate_{component}"],
    }
    if component in WITH_COMPLAINTS:
        own["own_complaints"] = values[f"{component}_trauma_derived"]
        own["closed_anyway"] = values[f"closed_anyway_{component}"]
    return own


def own_values(component: str, values: Values) -> dict[str, str]:
    """Return what the label table looks at for one component."""
    return {
        **own_course(component, values),
        "is_first": YES if values[FIRST] == component else NO,
        "verdict": values["verdict"],
        "verdict_reason": values["verdict_reason"],
    }


def own_inputs(component: str) -> tuple[str, ...]:
    """Return the names that `own_course` reads."""
    names = (f"status_{component}", f"gate_{component}")
    if component in WITH_COMPLAINTS:
        return (*names, f"{component}_trauma_derived", f"closed_anyway_{component}")
    return names


def closed_anyway(component: str, gate: Callable[[Values], str]) -> Callable[[Values], str]:
    """Return the function that says whether the gate were closed also if there were complaints."""

    def value(values: Values) -> str:
        supposed = {**values, f"{component}_trauma_derived": "some"}
        return YES if gate(supposed) == "closed" else NO

    return value


def _all_done(values: Values) -> str:
    return YES if values[FIRST] == "none" else NO


def _part(whole: str, index: int, values: Values) -> str:
    return values[whole].split(" ")[index]


_STATUSES = tuple(f"status_{component}" for component in COMPONENTS)
_GATES = tuple(f"gate_{component}" for component in COMPONENTS)


def course_derivations(dropped: tuple[str, ...]) -> tuple[Derivation, ...]:
    """Return what follows from the order table's row and what was started or finished.

    `dropped` are the components for which another reading of the source may drop them.
    """
    names = tuple(f"dropped_{component}" for component in dropped)
    return (
        Derivation(
            COURSE_ORDER, ("order", *_STATUSES, *_GATES, *names), partial(course_order, dropped)
        ),
        Derivation(FIRST, (COURSE_ORDER, *_STATUSES), first_component),
        Derivation("all_done", (FIRST,), _all_done),
        Derivation("first_gate", (FIRST, *_GATES), first_gate),
    )


VERDICT_PARTS = (
    Derivation("verdict", ("verdict_row",), partial(_part, "verdict_row", 0)),
    Derivation("verdict_reason", ("verdict_row",), partial(_part, "verdict_row", 1)),
)
