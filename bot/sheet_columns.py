"""The columns of a reviewer's spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flows.messages import Message

COLUMNS: Final = (
    *("key", "where", "context", "source", "english", "now", "state", "new", "ok", "remark"),
)
"""In their order; their headings are in the catalogues."""
WIDTHS: Final = (26, 28, 40, 48, 48, 48, 12, 48, 12, 30)
WRITTEN_IN: Final = frozenset({"new", "ok", "remark"})
"""Where a reviewer writes."""


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    yield from (f"sheet.{name}" for name in COLUMNS)
    yield from ("sheet.read", "sheet.draft")


class SheetError(Exception):
    """A spreadsheet that cannot be read back; `problem` says what to do."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)
