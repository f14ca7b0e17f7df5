"""The space of all facts, and exact counts over it.

There are far too many combinations of facts to go through one by one. But each value follows from
a few others only, so combinations that agree on these few can be counted together. The counting is
exact: it runs the decision's own derivations, hands each one nothing but the names that it
declares (reading another raises `UndeclaredError`), and adds up whole numbers.

The method is variable elimination, as in Bayesian networks: tables of counts are multiplied and a
name is summed out as soon as nothing else needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from operator import itemgetter

from flows.conditions import NO, UNKNOWN, YES
from flows.derivations import Derivation
from flows.facts import (
    BASIC_SAFETY,
    CODED_FACTS,
    COMPONENTS,
    OLDEST_CHILD_MONTHS,
    STATUSES,
)
from flows.rules import NAMED_BARRIERS, RuleSet, Table

Key = tuple[str, ...]


class UndeclaredError(LookupError):
    """A derivation read a name that it does not declare; the factoring would not be sound."""


class _Declared(dict[str, str]):
    """The declared inputs of one derivation, and nothing else."""

    def get(self, name: str, default: object = None) -> str:  # noqa: ARG002
        return self[name]

    def __missing__(self, name: str) -> str:
        raise UndeclaredError(name)


Index = dict[Key, list[tuple[Key, float]]]

_LARGE = 64
_GUESS = 4


@dataclass(frozen=True)
class Factor:
    """Counts (or weights) over some names: one for each combination of values that occurs."""

    names: tuple[str, ...]
    counts: Mapping[Key, float]
    _indexes: dict[tuple[str, ...], Index] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def times(self, other: Factor, keep: Sequence[str] | None = None) -> Factor:
        """Multiply: combinations that agree on the shared names; `keep` sums out all others."""
        shared = tuple([name for name in other.names if name in self.names])
        joined = (*self.names, *[name for name in other.names if name not in shared])
        agreed = _picker(self.names, shared)
        index = other._index(shared)
        counts: dict[Key, float] = {}
        if keep is None or tuple(keep) == joined:
            for key, count in self.counts.items():
                for added, number in index.get(agreed(key), ()):
                    counts[key + added] = count * number
            return Factor(joined, counts)
        left = _picker(joined, keep)
        before = counts.get
        for key, count in self.counts.items():
            for added, number in index.get(agreed(key), ()):
                whole = left(key + added)
                counts[whole] = before(whole, 0) + count * number
        return Factor(tuple(keep), counts)

    def onto(self, names: Sequence[str]) -> Factor:
        """Sum out every other name."""
        pick = _picker(self.names, names)
        counts: dict[Key, float] = {}
        for key, count in self.counts.items():
            left = pick(key)
            counts[left] = counts.get(left, 0) + count
        return Factor(tuple(names), counts)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Bound for each name how many values it has here; of a large table that is guessed."""
        if len(self.counts) >= _LARGE:
            return dict.fromkeys(self.names, _GUESS)
        columns = zip(*self.counts, strict=True)
        return {name: len(set(column)) for name, column in zip(self.names, columns, strict=False)}

    def _index(self, shared: tuple[str, ...]) -> Index:
        """Return the other names' values and counts, by the values of the shared names."""
        if shared not in self._indexes:
            agreed = _picker(self.names, shared)
            rest = _picker(self.names, [name for name in self.names if name not in shared])
            index: Index = {}
            for key, count in self.counts.items():
                at = agreed(key)
                if at in index:
                    index[at].append((rest(key), count))
                else:
                    index[at] = [(rest(key), count)]
            self._indexes[shared] = index
        return self._indexes[shared]


def _picker(names: Sequence[str], wanted: Sequence[str]) -> Callable[[Key], Key]:
    """Return the function that takes the values of the wanted names out of a key."""
    places = [names.index(name) for name in wanted]
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        (place,) = places
        return lambda key: (key[place],)
    return lambda _: ()


def multiply(factors: Iterable[Factor], keep: Iterable[str] | None = None) -> Factor:
    """Multiply, the smallest first; `keep` names what of the product is not summed out."""
    first, *others = sorted(factors, key=lambda factor: len(factor.counts))
    result = first
    for place, factor in enumerate(others):
        wanted = None
        if keep is not None and place == len(others) - 1:
            joined = (*result.names, *[n for n in factor.names if n not in result.names])
            wanted = [name for name in joined if name in set(keep)]
        result = result.times(factor, wanted)
    if keep is not None and not others:
        wanted_names = set(keep)
        result = result.onto([name for name in result.names if name in wanted_names])
    return result


@dataclass(frozen=True)
class Space:
    """All combinations of facts under one set of rules.

    `given` holds, for each name that is given, how many facts stand behind each of its values (an
    age band stands for several ages); `impossible` says which pairs of given values exclude each
    other; `derivations` are everything that follows. `beside` is given too, and is no part of the
    space: it must make no difference.
    """

    given: Mapping[str, Mapping[str, int]]
    impossible: Mapping[tuple[str, str], Callable[[str, str], bool]]
    derivations: tuple[Derivation, ...]
    beside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _counted: dict[tuple[str, ...], dict[Key, int]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def size(self) -> int:
        """How many combinations of given facts there are."""
        return self._size_of(self.given)

    def count(self, names: Sequence[str]) -> dict[Key, int]:
        """Return how many combinations of facts give each joint value of these names."""
        asked = tuple(names)
        if asked not in self._counted:
            self._counted[asked] = self._count(asked)
        return dict(self._counted[asked])

    def _count(self, names: tuple[str, ...]) -> dict[Key, int]:
        behind = self.behind(names)
        factors = [self._factors[name] for name in behind]
        factors.extend(f for pair, f in self._exclusions.items() if pair[0] in behind)
        rest = self._size_of([name for name in self.given if name not in behind])
        found = eliminate(factors, names).onto(names)
        return {key: int(number) * rest for key, number in found.counts.items()}

    def _size_of(self, names: Iterable[str]) -> int:
        """How many combinations of these given names there are; all that exclude each other are
        among them, or none."""
        wanted = set(names)
        factors = [self._factors[name] for name in wanted]
        factors.extend(f for pair, f in self._exclusions.items() if pair[0] in wanted)
        return int(eliminate(factors, ()).counts[()])

    def behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names and everything that they follow from, given names first.

        A constraint ties its two names together, so both belong.
        """
        wanted: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in wanted:
                continue
            wanted.add(name)
            waiting.extend(self._inputs.get(name, ()))
            waiting.extend(
                other for pair in self.impossible if name in pair for other in pair if other != name
            )
        every = (*self.given, *self.beside, *self._inputs)
        return tuple(name for name in every if name in wanted)

    def given_behind(self, name: str) -> frozenset[str]:
        """Return the given names from which this one follows."""
        return frozenset(item for item in self.behind((name,)) if item in self.given)

    def table_of(self, name: str) -> Factor:
        """Return the table of one name: of a given one its counts, of another how it follows."""
        return self._factors[name]

    def exclusions(self, names: Iterable[str]) -> list[Factor]:
        """Return what is impossible among these names."""
        wanted = set(names)
        return [factor for pair, factor in self._exclusions.items() if set(pair) <= wanted]

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return every value that the name can have."""
        return self._values[name]

    @cached_property
    def _inputs(self) -> dict[str, tuple[str, ...]]:
        return {item.name: item.inputs for item in self.derivations}

    @property
    def _all_given(self) -> dict[str, Mapping[str, int]]:
        return {**self.given, **self.beside}

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        values = {name: tuple(counts) for name, counts in self._all_given.items()}
        for name, made in self._tables.items():
            values[name] = tuple(dict.fromkeys(made.values()))
        return values

    @cached_property
    def _tables(self) -> dict[str, dict[Key, str]]:
        """What each derivation gives, for every combination of its inputs' values."""
        values = {name: tuple(counts) for name, counts in self._all_given.items()}
        tables = {}
        for item in self.derivations:
            tables[item.name] = self._made(item, values)
            values[item.name] = tuple(dict.fromkeys(tables[item.name].values()))
        return tables

    def _made(self, item: Derivation, values: Mapping[str, tuple[str, ...]]) -> dict[Key, str]:
        excluding = [
            (item.inputs.index(first), item.inputs.index(second), excludes)
            for (first, second), excludes in self.impossible.items()
            if first in item.inputs and second in item.inputs
        ]
        made = {}
        for key in product(*(values[name] for name in item.inputs)):
            if not any(excludes(key[first], key[second]) for first, second, excludes in excluding):
                made[key] = item.value(_Declared(zip(item.inputs, key, strict=True)))
        return made

    @cached_property
    def _factors(self) -> dict[str, Factor]:
        factors = {
            name: Factor((name,), {(value,): count for value, count in counts.items()})
            for name, counts in self._all_given.items()
        }
        for item in self.derivations:
            factors[item.name] = Factor(
                (*item.inputs, item.name),
                {(*key, value): 1 for key, value in self._tables[item.name].items()},
            )
        return factors

    @cached_property
    def _exclusions(self) -> dict[tuple[str, str], Factor]:
        return {
            (first, second): Factor(
                (first, second),
                {
                    (one, other): 1
                    for one in self.given[first]
                    for other in self.given[second]
                    if not excludes(one, other)
                },
            )
            for (first, second), excludes in self.impossible.items()
        }


def eliminate(factors: list[Factor], keep: Iterable[str]) -> Factor:
    """Sum out every name that is not kept, the cheapest first; return what is left, multiplied."""
    kept = set(keep)
    left = list(factors)
    while waiting := _all_names(left) - kept:
        sizes = {name: _cost(left, name) for name in waiting}
        name = min(sorted(sizes), key=sizes.__getitem__)
        touching = [factor for factor in left if name in factor.names]
        left = [factor for factor in left if name not in factor.names]
        left.append(multiply(touching, _all_names(touching) - {name}))
    return multiply([Factor((), {(): 1}), *left])


def _cost(factors: Iterable[Factor], name: str) -> int:
    """Bound the size of the table that summing out a name makes."""
    touching = [factor for factor in factors if name in factor.names]
    values: dict[str, int] = {}
    for factor in touching:
        for other, size in factor.sizes.items():
            values[other] = max(values.get(other, 1), size)
    return prod(values.values())


def _all_names(factors: Iterable[Factor]) -> set[str]:
    return {name for factor in factors for name in factor.names}


# --- the facts of the interface -------------------------------------------------------------------


def given_facts(rules: RuleSet) -> dict[str, dict[str, int]]:
    """Return every fact that the decision reads, with how many facts stand behind each value.

    An age counts for each of its months. A list of barriers counts as one of the few that the
    rules can tell apart (`NAMED_BARRIERS`, and a judgement on each part of basic safety): there
    are endlessly many lists.
    """
    given = {
        name: dict.fromkeys((*variable.domain, UNKNOWN), 1)
        for name, variable in CODED_FACTS.items()
    }
    bands: dict[str, int] = {UNKNOWN: 1}
    for months in range(OLDEST_CHILD_MONTHS + 1):
        band = rules.age_band(months)
        bands[band] = bands.get(band, 0) + 1
    given["child_age_band"] = bands
    given["named_barriers"] = dict.fromkeys(NAMED_BARRIERS, 1)
    for kind in BASIC_SAFETY:
        given[f"judged_not_first_{kind}"] = {YES: 1, NO: 1}
    for component in COMPONENTS:
        given[f"status_{component}"] = dict.fromkeys(STATUSES, 1)
    return given


def _same_wish(first: str, second: str) -> bool:
    return first == second and first in COMPONENTS


def _judged_without_list(named: str, judged: str) -> bool:
    return named == "not_made" and judged == YES


IMPOSSIBLE: dict[tuple[str, str], Callable[[str, str], bool]] = {
    ("preference_first", "preference_second"): _same_wish,
    **{
        ("named_barriers", f"judged_not_first_{kind}"): _judged_without_list
        for kind in BASIC_SAFETY
    },
}
"""What the interface refuses, or what cannot be said without a list of barriers."""


def space_of(rules: RuleSet) -> Space:
    """Return the space of all decisive facts under these rules, the background beside it."""
    beside = {
        name: dict.fromkeys((*variable.domain, UNKNOWN), 1)
        for name, variable in rules.background.items()
    }
    derivations = (*rules.derivations, *rules.label_derivations)
    return Space(given_facts(rules), IMPOSSIBLE, derivations, beside)


def rows_of(space: Space, table: Table) -> dict[str, int]:
    """Return how many combinations of facts each row of a table decides, by the rule's id."""
    counted = dict.fromkeys((rule.id for rule in table), 0)
    for key, number in space.count(table.inputs).items():
        rule = table.decide(dict(zip(table.inputs, key, strict=True)))
        counted[rule.id] += number
    return counted
