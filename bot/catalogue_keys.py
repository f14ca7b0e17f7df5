"""Every catalogue key that the program can say: found in the code and asked of the protocol."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.export.commands import message_ids as export_ids
from bot.interventions import message_ids as intervention_ids
from bot.people_commands import message_ids as people_ids
from bot.report.document import message_ids as report_ids
from bot.rules_document import message_ids as document_ids
from bot.sheet_columns import message_ids as sheet_ids
from bot.telegram import pages
from bot.transcript import message_ids as transcript_ids
from bot.web.case_data import message_ids as web_data_ids
from bot.web.cases import message_ids as web_case_ids
from bot.web.diagrams import message_ids as web_diagram_ids
from bot.web.interview_page import message_ids as web_interview_ids
from flows import conversation, telling, telling_why
from flows.facts import BARRIER_KINDS, BASIC_SAFETY, CODED_FACTS, FACT_NAMES, STATUSES
from flows.protocol import Protocol
from flows.questions import RESPONDENTS
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import FOLDER, catalogue, languages
from storage.errors import FALLBACKS

_ROOT = Path(__file__).parent.parent
_FILES = (
    ("passages", ("passage.",)),
    ("rules_document", ("document.", "condition.")),
    ("web", ("web.",)),
    ("browser", ("browser.",)),
    ("export", ("export.",)),
    ("report", ("report.",)),
    ("interventions", ("intervention.", "criterion.", "proposal.see_interventions")),
    ("questions", ("question.", "choice.", "section.", "level.", "barrier.")),
    (
        "rules",
        (
            "rule.",
            "ambiguity.",
            "reading.",
            "basis.",
            "explain.",
            "fact",
            "label.",
            "verdict",
            "strength.",
            "proposal.",
        ),
    ),
    ("interface", ("",)),
)
"""Which file of a language holds which keys."""
_CALLS = ("message", "_t", "t")
_IN_TEMPLATES = re.compile(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""")


def literal_keys() -> Iterator[str]:
    """Give each key that stands literally in a call of `message` in the code."""
    for package in ("flows", "bot", "storage"):
        for file in sorted((_ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in _CALLS and node.args:
                    yield from _literals(node.args[0])
        for file in sorted((_ROOT / package).rglob("*.html")):
            yield from _IN_TEMPLATES.findall(file.read_text(encoding="utf-8"))


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _literals(key: ast.expr) -> Iterator[str]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value
    elif isinstance(key, ast.IfExp):  # either of two keys
        yield from _literals(key.body)
        yield from _literals(key.orelse)


def made_keys(protocol: Protocol) -> Iterator[str]:
    """Give each key that is made from a code: a question, a rule, a fact, a state, an error."""
    yield from protocol.message_ids()
    yield from telling.message_ids(protocol)
    yield from conversation.message_ids(protocol)
    yield from telling_why.message_ids()
    yield from transcript_ids()
    yield from intervention_ids()
    yield from people_ids()
    yield from sheet_ids()
    yield from export_ids()
    yield from report_ids()
    yield from document_ids(protocol)
    for code in FALLBACKS:
        yield f"storage.{code}"
    for kind in (*BASIC_SAFETY, *BARRIER_KINDS):
        yield f"barrier.{kind}"
    for state in ("blocks", "attention", "presence_unknown", "priority_unknown", "absent"):
        yield f"proposal.barrier.{state}"
    for name in FACT_NAMES:
        if name != "status":
            yield f"fact.{name}"
    for variable in CODED_FACTS.values():
        for value in variable.domain:
            yield f"fact_value.{value}"
    for value in ("none_first", "none_first_not_even_basic_safety", "some_first"):
        yield f"fact_value.{value}"
    for status in STATUSES[1:]:
        yield f"choice.status.{status}"
    for speaker in (*RESPONDENTS, "program"):
        yield f"respondent.{speaker}"
    for kind in ("age", "date"):
        yield f"terminal.hint.{kind}"
    yield from pages.message_ids()
    yield from web_case_ids()
    yield from web_diagram_ids()
    yield from web_interview_ids()
    yield from web_data_ids()
    yield "language.draft"
    yield from (f"telegram.command.{name}" for name in pages.COMMANDS)


def all_keys(protocol: Protocol) -> set[str]:
    """Return every key that a catalogue must have."""
    return {*literal_keys(), *made_keys(protocol)}


def add_missing(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """Add every key that a catalogue lacks to it, still without words; give language and key."""
    for language in languages():
        known = {
            str(entry.id[0] if isinstance(entry.id, tuple | list) else entry.id)
            for entry in catalogue(language).entries
        }
        for key in sorted(all_keys(protocol) - known):
            name = next(name for name, starts in _FILES if key.startswith(starts))
            with (FOLDER / language / f"{name}.po").open("a", encoding="utf-8") as file:
                file.write(f'\nmsgid "{key}"\nmsgstr ""\n')
            yield language, key


if __name__ == "__main__":
    for added in add_missing(VOORSTUDIE_CORE):
        sys.stdout.write(" ".join(added) + "\n")
