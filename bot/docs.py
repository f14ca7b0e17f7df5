"""The generated parts of the documents: `python -m bot.docs` writes them, `--check` compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from flows.machine import ASKING, CHOOSING_LANGUAGE, ENDED, SEPARATOR, machine
from flows.voorstudie.protocol import VOORSTUDIE_CORE

_DOCS = Path(__file__).parent.parent / "docs"


def conversation_diagram() -> str:
    """Return the conversation's machine as a Mermaid diagram.

    Drawn from the machine itself; its moves between the sections of `asking` are one arrow.
    """
    life = machine(VOORSTUDIE_CORE.sections)
    lines = ["stateDiagram-v2", f"    [*] --> {CHOOSING_LANGUAGE}"]
    lines.append(f"    state {ASKING} {{")
    sections = VOORSTUDIE_CORE.sections
    lines.extend(f"        {before} --> {after}" for before, after in pairwise(sections))
    lines.append("    }")
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, event in life.events.items():
        for moves in event.transitions.values():
            for move in moves:
                if move.dest is None:  # an internal move goes nowhere
                    continue
                ends = (_root(move.source), _root(move.dest))
                names = arrows.setdefault(ends, [])
                if name not in names:
                    names.append(name)
    lines.extend(
        f"    {source} --> {dest}: {', '.join(names)}" for (source, dest), names in arrows.items()
    )
    lines.extend(f"    {state} --> [*]" for state in ENDED)
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def _root(state: str) -> str:
    return state.partition(SEPARATOR)[0]


GENERATED = {"conversation": ("architecture.md", conversation_diagram)}


def stale() -> Iterator[Path]:
    """Give each document whose generated part is not what it should be."""
    for name, (file, body) in GENERATED.items():
        path = _DOCS / file
        text = path.read_text(encoding="utf-8")
        if _with_block(text, name, body()) != text:
            yield path


def write() -> None:
    """Write every generated part."""
    for name, (file, body) in GENERATED.items():
        path = _DOCS / file
        text = path.read_text(encoding="utf-8")
        path.write_text(_with_block(text, name, body()), encoding="utf-8")


def _with_block(text: str, name: str, body: str) -> str:
    begin, end = f"<!-- generated: {name} -->\n", f"<!-- end of generated: {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise LookupError(f"no place for generated part {name!r}")
    return f"{before}{begin}{body}\n{end}{after}"


def main() -> int:
    """Write the documents, or with `--check` say which are stale."""
    if "--check" not in sys.argv[1:]:
        write()
        return 0
    found = list(stale())
    for path in found:
        sys.stderr.write(f"docs-stale  {path.name}: run make docs\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
