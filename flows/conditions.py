"""Conditions: the small closed language in which rules and questions say when they hold.

Strong Kleene logic. A condition on a value that is unknown is itself unknown, unless `unknown` is
named among the values: a rule therefore never reads unknown as no by accident, and has to say so
where it means it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Tri: TypeAlias = Literal["yes", "no", "unknown"]
YES: Tri = "yes"
NO: Tri = "no"
UNKNOWN: Tri = "unknown"

Values: TypeAlias = Mapping[str, str]
"""Fact name to value; a name that is absent is unknown."""
Possible: TypeAlias = Mapping[str, frozenset[str]]
"""Fact name to all values that it can have, `unknown` among them where it can be unknown."""


class Condition:
    """A statement about values that is `yes`, `no` or `unknown`."""

    def __call__(self, values: Values) -> Tri:
        """Say whether the condition holds for these values."""
        raise NotImplementedError

    def names(self) -> Iterator[str]:
        """Give the names of the facts that the condition reads, each once for each mention."""
        raise NotImplementedError

    def to_data(self) -> Any:
        """Return the condition as JSON-ready data, for the protocol's hash and its document."""
        raise NotImplementedError

    def under(self, chosen: Values) -> Condition:
        """Return what is left of the condition once these names have these values for good."""
        raise NotImplementedError

    def within(self, possible: Possible) -> Condition:
        """Return the condition without the branches that these possible values rule out."""
        raise NotImplementedError

    def __and__(self, other: Condition) -> Condition:
        return AllOf((self, other))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf((self, other))

    def __invert__(self) -> Condition:
        return Not(self)


@dataclass(frozen=True, slots=True)
class Always(Condition):
    """Holds for all values."""

    def __call__(self, values: Values) -> Tri:  # noqa: ARG002 - the signature of every condition
        return YES

    def names(self) -> Iterator[str]:
        return iter(())

    def to_data(self) -> Any:
        return True

    def under(self, chosen: Values) -> Condition:  # noqa: ARG002
        return self

    def within(self, possible: Possible) -> Condition:  # noqa: ARG002
        return self


@dataclass(frozen=True, slots=True)
class Never(Condition):
    """Holds for no values."""

    def __call__(self, values: Values) -> Tri:  # noqa: ARG002
        return NO

    def names(self) -> Iterator[str]:
        return iter(())

    def to_data(self) -> Any:
        return False

    def under(self, chosen: Values) -> Condition:  # noqa: ARG002
        return self

    def within(self, possible: Possible) -> Condition:  # noqa: ARG002
        return self


@dataclass(frozen=True, slots=True)
class Is(Condition):
    """The fact has one of the values; made by `Variable.is_`, which checks the values."""

    name: str
    values: tuple[str, ...]
    settled: bool = False

    def __call__(self, values: Values) -> Tri:
        value = values.get(self.name, UNKNOWN)
        if value in self.values:
            return YES
        return UNKNOWN if value == UNKNOWN and not self.settled else NO

    def names(self) -> Iterator[str]:
        yield self.name

    def to_data(self) -> Any:
        return {"fact": self.name, "in": list(self.values)}

    def under(self, chosen: Values) -> Condition:
        if self.name not in chosen:
            return self
        return ALWAYS if chosen[self.name] in self.values else NEVER

    def within(self, possible: Possible) -> Condition:
        if self.name not in possible:
            return self
        left = tuple(value for value in self.values if value in possible[self.name])
        return Is(self.name, left, self.settled) if left else NEVER


@dataclass(frozen=True, slots=True)
class Has(Condition):
    """A multi-choice answer, kept as codes with spaces between, names the code."""

    name: str
    code: str

    def __call__(self, values: Values) -> Tri:
        value = values.get(self.name, UNKNOWN)
        if value == UNKNOWN:
            return UNKNOWN
        return YES if self.code in value.split(" ") else NO

    def names(self) -> Iterator[str]:
        yield self.name

    def to_data(self) -> Any:
        return {"fact": self.name, "has": self.code}

    def under(self, chosen: Values) -> Condition:  # noqa: ARG002 - readings have one value
        return self

    def within(self, possible: Possible) -> Condition:  # noqa: ARG002 - no table gives a list
        return self


class _Compound(Condition):
    """Shared by the conditions that are made of parts."""

    parts: tuple[Condition, ...]

    def names(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.names()


@dataclass(frozen=True, slots=True)
class AllOf(_Compound):
    """Every part holds."""

    parts: tuple[Condition, ...]

    def __call__(self, values: Values) -> Tri:
        result: Tri = YES
        for part in self.parts:
            outcome = part(values)
            if outcome == NO:
                return NO
            if outcome == UNKNOWN:
                result = UNKNOWN
        return result

    def to_data(self) -> Any:
        return {"all": [part.to_data() for part in self.parts]}

    def under(self, chosen: Values) -> Condition:
        return _every(part.under(chosen) for part in self.parts)

    def within(self, possible: Possible) -> Condition:
        narrowed = dict(possible)
        for part in self.parts:
            # Only what is always yes or no may narrow the rest: an unknown does not rule out.
            if isinstance(part, Is) and part.settled:
                values = frozenset(part.values)
                narrowed[part.name] = narrowed.get(part.name, values) & values
        if not all(narrowed.values()):
            return NEVER
        return _every(
            part.within(possible if isinstance(part, Is) else narrowed) for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class AnyOf(_Compound):
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def __call__(self, values: Values) -> Tri:
        result: Tri = NO
        for part in self.parts:
            outcome = part(values)
            if outcome == YES:
                return YES
            if outcome == UNKNOWN:
                result = UNKNOWN
        return result

    def to_data(self) -> Any:
        return {"any": [part.to_data() for part in self.parts]}

    def under(self, chosen: Values) -> Condition:
        return _either(part.under(chosen) for part in self.parts)

    def within(self, possible: Possible) -> Condition:
        return _either(part.within(possible) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The part does not hold."""

    part: Condition

    def __call__(self, values: Values) -> Tri:
        outcome = self.part(values)
        if outcome == UNKNOWN:
            return UNKNOWN
        return NO if outcome == YES else YES

    def names(self) -> Iterator[str]:
        return self.part.names()

    def to_data(self) -> Any:
        return {"not": self.part.to_data()}

    def under(self, chosen: Values) -> Condition:
        return _opposite(self.part.under(chosen))

    def within(self, possible: Possible) -> Condition:
        return _opposite(self.part.within(possible))


ALWAYS = Always()
NEVER = Never()


def _every(parts: Iterable[Condition]) -> Condition:
    left = tuple(part for part in parts if part != ALWAYS)
    if NEVER in left:
        return NEVER
    return AllOf(left) if len(left) > 1 else left[0] if left else ALWAYS


def _either(parts: Iterable[Condition]) -> Condition:
    left = tuple(part for part in parts if part != NEVER)
    if ALWAYS in left:
        return ALWAYS
    return AnyOf(left) if len(left) > 1 else left[0] if left else NEVER


def _opposite(part: Condition) -> Condition:
    if part == ALWAYS:
        return NEVER
    return ALWAYS if part == NEVER else Not(part)


def all_of(*parts: Condition) -> Condition:
    """Every part holds."""
    return AllOf(parts)


def any_of(*parts: Condition) -> Condition:
    """At least one part holds."""
    return AnyOf(parts)


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that conditions may read, with all values it can have besides `unknown`.

    A `settled` variable is the result of a table: `unknown` is then one of its results (a gate that
    cannot be decided), not a gap in what is known, and its conditions are always yes or no.
    """

    name: str
    domain: tuple[str, ...]
    settled: bool = False

    def is_(self, *values: str) -> Condition:
        """Make the condition that this variable has one of the values.

        Raises ValueError for a value that it can never have: a rule with a typing error must not
        silently never fire.
        """
        for value in values:
            if value != UNKNOWN and value not in self.domain:
                raise ValueError(f"{self.name} is never {value!r}; it is one of {self.domain}")
        return Is(self.name, values, self.settled)

    def surely(self, *values: str) -> Condition:
        """Make the condition that the value is known and is one of these; unknown does not hold."""
        self.is_(*values)
        return Is(self.name, values, settled=True)

    @property
    def unknown(self) -> Condition:
        """The condition that the value is not known."""
        return Is(self.name, (UNKNOWN,), self.settled)

    @property
    def known(self) -> Condition:
        """The condition that the value is known, whatever it is."""
        return Not(self.unknown)

    @property
    def not_yes(self) -> Condition:
        """The condition that the value is `no` or not known."""
        return self.is_(NO, UNKNOWN)
