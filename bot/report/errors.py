"""What keeps a report from being made, as a message that says what to do."""

from __future__ import annotations

from flows.messages import Message


class ReportError(Exception):
    """A report that cannot be made; `problem` says why and what to do about it."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)
