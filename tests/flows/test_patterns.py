"""The guard's patterns: none of them can be kept busy by a text made for it.

What makes a search explode is a repetition in a repetition, both without bound. No time is taken.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest

from flows.forms import dates, net, numbers, places, plates, runs, telephones

PARSE = importlib.import_module("re._parser").parse
BOUND = 40


def repeats(parsed: Iterable[Any], within: int = 0) -> Iterator[int]:
    """Yield for every repetition without bound that may give back, how deep it is in others.

    A possessive one gives nothing back, so it does not count.
    """
    for operation, argument in parsed:
        depth = within
        if str(operation) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > BOUND:
            depth += 1
            yield depth
        yield from repeats(_parts(argument), depth)


def _parts(argument: Any) -> Iterator[Any]:
    """Return what stands in the argument of an operation of a parsed pattern."""
    if hasattr(argument, "data"):
        yield from argument.data
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            if hasattr(part, "data") or isinstance(part, (tuple, list)):
                yield from _parts(part)


def patterns(module: ModuleType) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of a module, also those that are only in what finds them."""
    for value in vars(module).values():
        held = [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
        for one in (value, *held):
            for pattern in one if isinstance(one, tuple) else (one,):
                if isinstance(pattern, re.Pattern):
                    yield pattern


@pytest.mark.parametrize("module", [dates, net, numbers, places, plates, runs, telephones])
def test_no_pattern_repeats_without_bound_what_repeats_without_bound(module: ModuleType) -> None:
    found = list(patterns(module))
    assert found
    for pattern in found:
        assert max(repeats(PARSE(pattern.pattern, pattern.flags)), default=0) <= 1, pattern.pattern


@pytest.mark.parametrize(("pattern", "depth"), [("(?:a+b?)*c", 2), ("(?:a++b)*", 1), ("a{2,3}", 0)])
def test_a_repetition_in_a_repetition_is_seen(pattern: str, depth: int) -> None:
    assert max(repeats(PARSE(pattern)), default=0) == depth
