"""The outlook: which verdicts and orders are still possible, and how likely each is.

What is known stays as it is; what is unknown takes every value it can, each with a weight. The
weights only serve to ask first what settles most: whether an outcome is possible at all does not
depend on them, and no order of treatment ever does.

The method is that of `space`, variable elimination. Where a few names (the hub) part the others
into blocks that meet nowhere else, each block is summed up by itself; one more answer then changes
one block only, and what was summed up before is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce

from flows.courses import COURSE_ORDER
from flows.space import Factor, Key, Space, multiply

OUTCOME = ("verdict", COURSE_ORDER)

Weights = Mapping[str, Mapping[str, float]]
"""For each given name, the weight of each value; all above zero."""
Known = Mapping[str, str]

_REMEMBERED = 100_000
"""Sums kept; when there are more, all are forgotten and made again when needed."""


@dataclass(frozen=True, slots=True)
class _Bucket:
    """One name to sum out: the tables that name it, the buckets summed into it, and the given
    names under it."""

    name: str
    tables: tuple[Factor, ...]
    below: tuple[int, ...]
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """Names that meet the rest at the hub only: the buckets that are left when all its own names
    are summed out, and its given names."""

    roots: tuple[int, ...]
    given: tuple[str, ...]


@dataclass
class Outlook:
    """The outcomes that are still possible under one set of rules.

    `hub` are the names at which the blocks meet.
    """

    space: Space
    weights: Weights
    hub: tuple[str, ...]
    _buckets: list[_Bucket] = field(default_factory=list)
    _sums: dict[Key, Factor] = field(default_factory=dict)

    def outcomes(self, known: Known) -> dict[Key, float]:
        """Return the weight of each joint verdict and order that is still possible."""
        parts = [self._block(number, known) for number in range(len(self._blocks))]
        return dict(multiply(parts, OUTCOME).onto(OUTCOME).counts)

    def by_answer(self, name: str, known: Known) -> dict[str, dict[Key, float]]:
        """Return the outcomes that stay possible, for each value that a given name could have."""
        number = next(n for n, block in enumerate(self._blocks) if name in block.given)
        rest = self._rest(number, known)
        found = {}
        for value, weight in self.weights[name].items():
            own = self._block(number, {**known, name: value})
            counts = own.times(rest, OUTCOME).counts
            found[value] = {key: count * weight for key, count in counts.items()}
        return found

    # --- sums -------------------------------------------------------------------------------------

    def _rest(self, number: int, known: Known) -> Factor:
        """Sum up all blocks but one, onto the hub and the outcome."""
        others = [n for n in range(len(self._blocks)) if n != number]
        given = [name for n in others for name in self._blocks[n].given]
        key = ("rest", str(number), *[known.get(name, "") for name in given])
        if key not in self._sums:
            keep = {*self._hub_of[number], *OUTCOME}
            self._remember(key, multiply([self._block(n, known) for n in others], keep))
        return self._sums[key]

    def _block(self, number: int, known: Known) -> Factor:
        block = self._blocks[number]
        key = ("block", str(number), *[known.get(name, "") for name in block.given])
        if key not in self._sums:
            self._remember(key, multiply([self._sum(index, known) for index in block.roots]))
        return self._sums[key]

    def _sum(self, index: int, known: Known) -> Factor:
        bucket = self._buckets[index]
        key = ("sum", str(index), *[known.get(name, "") for name in bucket.given])
        if key not in self._sums:
            parts = [self._sum(item, known) for item in bucket.below]
            if bucket.name in self.weights:
                parts.append(self._given(bucket.name, known))
            parts.extend(bucket.tables)
            names = {name for part in parts for name in part.names}
            self._remember(key, multiply(parts, names - {bucket.name}))
        return self._sums[key]

    def _given(self, name: str, known: Known) -> Factor:
        value = known.get(name)
        weights = self.weights[name] if value is None else {value: 1.0}
        return Factor((name,), {(one,): weight for one, weight in weights.items()})

    def _remember(self, key: Key, factor: Factor) -> None:
        if len(self._sums) >= _REMEMBERED:
            self._sums.clear()
        self._sums[key] = factor

    # --- the plan ---------------------------------------------------------------------------------

    @cached_property
    def _hub_of(self) -> list[frozenset[str]]:
        """Return for each block the names of the hub that it touches."""
        return [
            frozenset(self._block(number, {}).names) & frozenset(self.hub)
            for number in range(len(self._blocks))
        ]

    @cached_property
    def _blocks(self) -> list[_Block]:
        names = self.space.behind(OUTCOME)
        tables = [self.space.table_of(name) for name in names if name not in self.weights]
        tables.extend(self.space.exclusions(names))
        return [self._plan(part, tables) for part in _parts(names, tables, self.hub)]

    def _plan(self, names: Iterable[str], tables: list[Factor]) -> _Block:
        """Fix the order in which a block's names are summed out, the cheapest first."""
        own = set(names)
        left: list[tuple[frozenset[str], Factor | int]] = [
            (frozenset(table.names), table) for table in tables if own & set(table.names)
        ]
        waiting = sorted(own - set(OUTCOME))
        while waiting:
            name = min(waiting, key=lambda item: self._cost(left, item))
            waiting.remove(name)
            touching = [item for item in left if name in item[0]]
            left = [item for item in left if name not in item[0]]
            below = tuple(part for _, part in touching if isinstance(part, int))
            given = {item for index in below for item in self._buckets[index].given}
            given.update({name} & self.weights.keys())
            factors = tuple(part for _, part in touching if isinstance(part, Factor))
            self._buckets.append(_Bucket(name, factors, below, tuple(sorted(given))))
            scope = frozenset[str]().union(*(names for names, _ in touching)) - {name}
            left.append((scope, len(self._buckets) - 1))
        roots = tuple(part for _, part in left if isinstance(part, int))
        return _Block(roots, tuple(sorted(own & self.weights.keys())))

    def _cost(self, left: Iterable[tuple[frozenset[str], object]], name: str) -> int:
        scope = frozenset[str]().union(*(names for names, _ in left if name in names))
        return reduce(lambda size, other: size * len(self.space.values_of(other)), scope, 1)


def _parts(
    names: Iterable[str], tables: Iterable[Factor], hub: Iterable[str]
) -> Iterator[frozenset[str]]:
    """Give the sets of names that hang together without the hub."""
    waiting = set(names) - set(hub)
    scopes = [set(table.names) - set(hub) for table in tables]
    while waiting:
        part = {min(waiting)}
        while more := set().union(*(scope for scope in scopes if scope & part)) - part:
            part |= more
        waiting -= part
        yield frozenset(part)
