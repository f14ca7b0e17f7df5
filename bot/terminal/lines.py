"""Where a session's lines come from: a keyboard or a pipe."""

from __future__ import annotations

import select
import sys
from typing import TextIO

from rich.console import Console

_PASTE_SECONDS = 0.05


class Keyboard:
    """Lines typed at a terminal, with editing; nothing typed is kept in a history."""

    def __init__(self) -> None:
        import readline

        readline.set_auto_history(False)

    def __call__(self, prompt: str, *, several: bool) -> str:
        """Return a line; with `several` also what was pasted together with it, as one answer.

        Leaving at once comes before anything else, also in the midst of a text.
        """
        lines = [input(prompt)]
        while several and _more_is_waiting():
            lines.append(input())
        leaving = [line for line in lines if line.strip().casefold() == "x"]
        return leaving[0] if leaving else "\n".join(lines)


def _more_is_waiting() -> bool:
    """Whether the next line is there already: a paste comes faster than anyone types."""
    return bool(select.select([sys.stdin], [], [], _PASTE_SECONDS)[0])


class Pipe:
    """Lines from a file or another program; each is shown again, so that the output can be read."""

    def __init__(self, stream: TextIO, console: Console) -> None:
        self._stream = stream
        self._console = console

    def __call__(self, prompt: str, *, several: bool) -> str:  # noqa: ARG002 - one line is one answer
        """Return the next line; raises EOFError at the end."""
        line = self._stream.readline()
        if not line:
            raise EOFError
        self._console.print(f"{prompt}{line.rstrip()}", markup=False, highlight=False)
        return line
