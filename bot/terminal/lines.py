"""Where a session's lines come from: a keyboard or a pipe."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console


class Keyboard:
    """Lines typed at a terminal, with editing; nothing typed is kept in a history."""

    def __init__(self) -> None:
        import readline

        readline.set_auto_history(False)

    def __call__(self, prompt: str, *, several: bool) -> str:
        """Return a line; with `several`, the lines up to an empty one (a first empty one counts).

        A command on the first line is taken at once.
        """
        first = input(prompt)
        if not several or len(first.strip()) < 2 or first.strip().casefold() == "stop":
            return first
        lines = [first]
        while line := input("  "):
            lines.append(line)
        return "\n".join(lines)


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
