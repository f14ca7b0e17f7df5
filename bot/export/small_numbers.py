"""Counts of which the small ones are not told, and cannot be found by subtracting others.

A count of 1 to 4 is "< 5". Nothing is rounded; instead a count is told as "at least" ("≥") wherever
a small one could be subtracted from it: where it includes a part that is not told exactly, or is
only a little more than another count within it. What it is at least follows from what is told
anyway. Totals of parts are therefore never exact while one of the parts is not.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

FEW = 5
SMALL = f"< {FEW}"

Key = TypeVar("Key", bound=Hashable)
Cell = frozenset[str]
"""What is counted in one place of a table, each by its id."""


def told(cells: Mapping[Key, Cell], *partitions: Collection[Key]) -> dict[Key, str]:
    """Return how each count is told.

    Of each of the `partitions` the cells have nothing in common: they can be added up, and taken
    off what includes them.
    """
    parts = [[cells[key] for key in keys if cells[key]] for keys in partitions]
    exact: set[Cell] = set()
    found: dict[Key, str] = {}
    # The smallest first: what lies within a count is told before it.
    for key, cell in sorted(cells.items(), key=lambda item: len(item[1])):
        count = len(cell)
        if count == 0:
            found[key] = "0"
        elif count < FEW:
            found[key] = SMALL
        elif _gives_away(cell, exact, parts):
            found[key] = f"≥ {_at_least(cell, exact, parts)}"
        else:
            exact.add(cell)
            found[key] = str(count)
    return {key: found[key] for key in cells}


def is_exact(count: str) -> bool:
    """Whether a count is told as it is, and is not small."""
    return count.isdecimal() and int(count) >= FEW


def _gives_away(cell: Cell, exact: Collection[Cell], partitions: Iterable[Iterable[Cell]]) -> bool:
    if any(other < cell and len(cell - other) < FEW for other in exact):
        return True
    for parts in partitions:
        within = [part for part in parts if part < cell]
        if any(part not in exact for part in within):
            return True
        if within and len(cell.difference(*within)) in range(1, FEW):
            return True
    return False


def _at_least(cell: Cell, exact: Collection[Cell], partitions: Iterable[Iterable[Cell]]) -> int:
    inside = (sum(_least(part, exact) for part in parts if part < cell) for parts in partitions)
    within = (len(other) for other in exact if other < cell)
    return max(FEW, *within, *inside)


def _least(part: Cell, exact: Collection[Cell]) -> int:
    """Return how many there are at least in a part, as it is told."""
    if part in exact:
        return len(part)
    return 1 if len(part) < FEW else FEW
