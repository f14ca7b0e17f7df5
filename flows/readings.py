"""Readings: where the source can be read in more than one way, each way is a named switch.

`M1` is always the reading of the product; the others are there so that a supervisor can see what
another reading would give (clinical specification, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.conditions import Condition, Variable
from flows.messages import Message, message

OURS = "M1"


class ReadingError(ValueError):
    """A reading that there is not: what was asked for, and what is allowed there."""

    def __init__(self, asked: str, allowed: Iterable[str]) -> None:
        self.asked = asked
        self.allowed = tuple(allowed)
        super().__init__(asked)

    @property
    def message(self) -> Message:
        """One line that names the reading and what is allowed."""
        return message("readings.refused", asked=self.asked, allowed=", ".join(self.allowed))


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """One place in the source that can be read in several ways.

    `readings` are their codes, the first one ours. Where there is only one, the specification
    names no other, or none that can be computed from the facts. What is unclear is in the
    catalogues under `ambiguity.<id>`, each reading under `reading.<id>.<code>`.
    """

    id: str
    passages: tuple[str, ...]
    readings: tuple[str, ...] = (OURS,)

    @property
    def others(self) -> tuple[str, ...]:
        """The readings that are not ours."""
        return self.readings[1:]

    def is_(self, *codes: str) -> Condition:
        """Make the condition that this place is read in one of these ways."""
        return Variable(self.id, self.readings, settled=True).is_(*codes)

    @property
    def text(self) -> Message:
        """What is unclear, and how we read it."""
        return message(f"ambiguity.{self.id}")

    def reading(self, code: str) -> Message:
        """Say what one of its readings makes of it."""
        return message(f"reading.{self.id}.{code}")


def our_readings(ambiguities: Iterable[Ambiguity]) -> dict[str, str]:
    """Return the product's own reading of each."""
    return {ambiguity.id: OURS for ambiguity in ambiguities}


def read_readings(asked: Iterable[str], ambiguities: Iterable[Ambiguity]) -> dict[str, str]:
    """Read choices such as `AMBIG-2=M3`; raises ReadingError for one that there is not."""
    known = {ambiguity.id: ambiguity for ambiguity in ambiguities}
    chosen: dict[str, str] = {}
    for choice in asked:
        name, _, code = choice.partition("=")
        if name not in known:
            raise ReadingError(choice, known)
        allowed = [f"{name}={one}" for one in known[name].readings]
        if choice not in allowed or chosen.get(name, code) != code:
            raise ReadingError(choice, allowed)
        chosen[name] = code
    return chosen


def other_than_ours(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that differ from the product's own reading."""
    return {name: code for name, code in chosen.items() if code != OURS}
