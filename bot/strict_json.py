"""JSON as it has to be read where a decision hangs on it."""

from __future__ import annotations

import json
from typing import Any


class TwiceError(ValueError):
    """A key that stands twice in one object: one of the two could hide a danger."""

    def __init__(self, key: str, value: object) -> None:
        self.key = key
        self.value = value
        super().__init__(key)


def read_json(text: str) -> Any:
    """Read JSON. Raises TwiceError, and ValueError or RecursionError for what is none."""
    return json.loads(text, object_pairs_hook=_once)


def _once(items: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(items)
    if len(data) != len(items):
        names = [name for name, _ in items]
        twice = next(name for name in names if names.count(name) > 1)
        raise TwiceError(twice, data[twice])
    return data
