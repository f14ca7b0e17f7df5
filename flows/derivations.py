"""Derivations: each value that follows from others, with the names that it follows from.

The decision and the enumeration of all facts run the same derivations; the enumeration gives each
one nothing but its declared inputs, so that what it proves holds for the decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.conditions import Values

if TYPE_CHECKING:
    from flows.rules import Table


@dataclass(frozen=True, slots=True)
class Derivation:
    """One value: its name, what it follows from, and how; `table` where a table gives it."""

    name: str
    inputs: tuple[str, ...]
    value: Callable[[Values], str]
    table: Table | None = None
