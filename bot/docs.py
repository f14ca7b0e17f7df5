"""The generated documents and parts: `python -m bot.docs` writes them, `--check` compares."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path

from rich.console import Console

from bot.access import (
    OPERATOR,
    ROLES,
    SUPERVISOR,
    TELEGRAM,
    TERMINAL,
    WEB,
    Action,
    Scope,
    scope,
)
from bot.rules_document import document, picture
from bot.scenario import read_scenario
from bot.service import Service
from bot.terminal.replay import replay
from flows.machine import ASKING, CHOOSING_LANGUAGE, ENDED, SEPARATOR, machine
from flows.messages import message
from flows.questions import THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store

_ROOT = Path(__file__).parent.parent


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


def transcript() -> str:
    """Return parts of a real transcript, in English: the beginning, a question, the proposal."""
    written = StringIO()
    console = Console(file=written, width=88, highlight=False, markup=False)
    scenario = read_scenario(_ROOT / "tests" / "stories" / "quick-intake.yaml")
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "transcript.db")
        with Store.open(url, Keyring(MasterKey.generate())) as store:
            service = Service(
                store,
                VOORSTUDIE_CORE,
                channel="docs",
                clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            )
            replay(service, VOORSTUDIE_CORE, scenario, console, "en")
    say = catalogue("en").say
    story = written.getvalue().strip()
    screens = story.split("\n\n")
    question = say(VOORSTUDIE_CORE.by_id["parent_trauma"].text())
    title, actions = say(message("proposal.title")), say(message("proposal.heading.actions"))
    proposal = title + story.rpartition(title)[2].partition(actions)[0]
    parts = (
        *screens[:2],
        "[...]",
        next(screen for screen in screens if question in screen),
        "[...]",
        proposal,
        "[...]",
    )
    return "```\n" + "\n\n".join(part.strip() for part in parts) + "\n```"


_DOES = {
    Action.LIST: "see the list of cases, with how far they are",
    Action.BEGIN: "begin a new case",
    Action.ANSWER: "answer the therapist's questions",
    Action.PROPOSAL: "read the proposal",
    Action.SUBMIT: "send it to review",
    Action.OVERRIDE: "put an own view or another order beside it",
    Action.INVITE: "invite the mother, or lend her this phone",
    Action.SUPERVISE: "be there while she answers; pause her questions",
    Action.STOP_HERS: "stop her questions for good",
    Action.LET_GO_ON: "let her go on after danger",
    Action.HER_ANSWERS: "read her answers",
    Action.RECORD: "write down what she says (marked so)",
    Action.SHARE: "share the plan with her",
    Action.HAND_OVER: "hand the case over",
    Action.ANSWER_HERS: "answer her questions as herself",
    Action.SEE_PLAN: "see the plan in her words, once it is shared",
    Action.REVIEW: "sign off, return or disagree (never on a case of one's own)",
    Action.PEOPLE: "add people, change roles, disable, assign supervisors",
}


def access_table() -> str:
    """Return who may do what as a table: on Telegram and in a browser by role, at the terminal by
    the key."""
    columns = [
        *((role, TELEGRAM) for role in ROLES),
        *((role, WEB) for role in (SUPERVISOR, THERAPIST)),
        (OPERATOR, TERMINAL),
    ]
    of = {TELEGRAM: "{}", WEB: "{}, browser", TERMINAL: "terminal"}
    heads = [of[channel].format(role) for role, channel in columns]
    lines = [
        "| | " + " | ".join(heads) + " |",
        "| --- |" + " --- |" * len(columns),
    ]
    for action in Action:
        cells = (scope(role, action, channel) for role, channel in columns)
        shown = ("–" if cell is Scope.NONE else str(cell) for cell in cells)
        lines.append(f"| {_DOES[action]} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


GENERATED = {
    "access": ("docs/people.md", access_table),
    "conversation": ("docs/architecture.md", conversation_diagram),
    "transcript": ("README.md", transcript),
}
WHOLE = {
    "docs/clinical-rules.md": lambda: document(VOORSTUDIE_CORE, "nl", "decision.svg"),
    "docs/clinical-rules.en.md": lambda: document(VOORSTUDIE_CORE, "en", "decision.en.svg"),
    "docs/decision.svg": lambda: picture(VOORSTUDIE_CORE, "nl"),
    "docs/decision.en.svg": lambda: picture(VOORSTUDIE_CORE, "en"),
}
"""The files of which nothing is written by hand."""


def stale() -> Iterator[Path]:
    """Give each document that is not, in whole or in part, what it should be."""
    for name, (file, body) in GENERATED.items():
        path = _ROOT / file
        text = path.read_text(encoding="utf-8")
        if _with_block(text, name, body()) != text:
            yield path
    for file, body in WHOLE.items():
        path = _ROOT / file
        if not path.exists() or path.read_text(encoding="utf-8") != body():
            yield path


def write() -> None:
    """Write every generated document and part."""
    for name, (file, body) in GENERATED.items():
        path = _ROOT / file
        text = path.read_text(encoding="utf-8")
        path.write_text(_with_block(text, name, body()), encoding="utf-8")
    for file, body in WHOLE.items():
        (_ROOT / file).write_text(body(), encoding="utf-8")


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
