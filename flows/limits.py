"""Limits: what a rule asks of an order of components, and whether an order meets it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.conditions import Values
from flows.facts import COMPONENTS, DONE, UNDER_WAY

DONE_FIRST = "done_first"
UNDER_WAY_FIRST = "under_way_first"


def first(component: str) -> str:
    """Ask that the component comes first."""
    return f"first {component}"


def not_first(component: str) -> str:
    """Ask that the component does not come first."""
    return f"not_first {component}"


def last(component: str) -> str:
    """Ask that the component comes last."""
    return f"last {component}"


def before(earlier: str, later: str) -> str:
    """Ask that one component comes before another."""
    return f"before {earlier} {later}"


def meets(order: Sequence[str], limit: str, values: Values) -> bool:
    """Whether an order meets a limit; `values` say what is done or under way.

    A component that the order lacks was dropped from it and breaks no limit.
    """
    kind, *named = limit.split(" ")
    if not set(named) <= set(order):
        return True
    match kind:
        case "first":
            return order[0] == named[0]
        case "not_first":
            return order[0] != named[0]
        case "last":
            return order[-1] == named[0]
        case "before":
            return order.index(named[0]) < order.index(named[1])
        case "done_first":
            done = [name for name in COMPONENTS if values[f"status_{name}"] == DONE]
            return list(order[: len(done)]) == done
        case "under_way_first":
            return _places(order, values) == sorted(_places(order, values))
    raise ValueError(f"no such limit: {limit!r}")


def _places(order: Sequence[str], values: Values) -> list[int]:
    """Return for each component that is not done whether it goes on (0) or waits (1)."""
    return [
        0 if values[f"status_{name}"] == UNDER_WAY and values[f"gate_{name}"] != "closed" else 1
        for name in order
        if values[f"status_{name}"] != DONE
    ]
