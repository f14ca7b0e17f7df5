"""What an export, or the reading back of one, refuses."""

from __future__ import annotations

from flows.messages import Message, Param, message


class ExportError(ValueError):
    """Something that is not taken out or read back; `problem` says why in one line."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)


def refused(field: str, value: object, allowed: Param) -> ExportError:
    """Make the error that names a field, its value, and what is allowed."""
    shown = str(value)
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return ExportError(message("export.refused", field=field, value=shown, allowed=allowed))


_LONGEST = 60
