"""Counts of which the small ones are not told, and cannot be found by subtracting others.

A count of 1 to 4 is "< 5". Nothing is rounded; instead a count is told as "at least" ("≥") wherever
a small one could be subtracted from it: where it includes a part that is small, or is only a little
more than another count within it. What it is at least follows from what is told anyway. Totals of
rows are therefore never exact while one of the rows is small.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

FEW = 5
SMALL = f"< {FEW}"

Key = TypeVar("Key", bound=Hashable)
Cell = frozenset[str]
"""What is counted in one place of a table, each by its id."""


def told(cells: Mapping[Key, Cell], parts: Collection[Key]) -> dict[Key, str]:
    """Return how each count is told; `parts` are the keys whose cells have nothing in common."""
    small = [cells[key] for key in parts if 0 < len(cells[key]) < FEW]
    exact: set[Cell] = set()
    found: dict[Key, str] = {}
    # The smallest first: what lies within a count is told before it.
    for key, cell in sorted(cells.items(), key=lambda item: len(item[1])):
        count = len(cell)
        if count == 0:
            found[key] = "0"
        elif count < FEW:
            found[key] = SMALL
        elif _gives_away(cell, small, exact, [cells[part] for part in parts]):
            found[key] = f"≥ {_at_least(cell, small, exact, [cells[part] for part in parts])}"
        else:
            exact.add(cell)
            found[key] = str(count)
    return {key: found[key] for key in cells}


def is_exact(count: str) -> bool:
    """Whether a count is told as it is, and is not small."""
    return count.isdecimal() and int(count) >= FEW


def _gives_away(
    cell: Cell, small: Collection[Cell], exact: Collection[Cell], parts: Collection[Cell]
) -> bool:
    if any(part < cell for part in small):
        return True
    if any(other < cell and len(cell - other) < FEW for other in exact):
        return True
    known = frozenset[str]().union(*(part for part in parts if part in exact and part < cell))
    return 0 < len(cell - known) < FEW


def _at_least(
    cell: Cell, small: Collection[Cell], exact: Collection[Cell], parts: Collection[Cell]
) -> int:
    inside = sum(len(part) for part in parts if part in exact and part < cell)
    within = max((len(other) for other in exact if other < cell), default=0)
    return max(FEW, within, inside + sum(part < cell for part in small))
