"""The feedback round: where supervisors agree with the proposals and where they do not.

A report for the owners of the tree, over all verdicts of a period: counts for each row of the order
table and each rule that gave reasons, and what supervisors wrote. No case, date, reviewer or
therapist stands in it, and small numbers are told as such (`small_numbers`).

What supervisors wrote is of use to the owners however little there is. It stands under its row or
question only where that is named by five or more; all else, reasons and remarks alike, stands in
one list in the order of the alphabet, each text once. So the list says neither which row a text is
about nor how many verdicts there were in a row that is not counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.export.periods import Period
from bot.export.small_numbers import SMALL, Cell, is_exact, told
from bot.reviewing import Verdict
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import THERAPIST
from flows.telling import short_order
from flows.voorstudie.questions import AS_PROPOSED
from locales import catalogue
from storage.errors import StorageError
from storage.transaction import Transaction

AGREED, RETURNED, DISAGREED = Verdict.SIGNED_OFF, Verdict.RETURNED, Verdict.DISAGREED
VERDICTS = (AGREED, DISAGREED, RETURNED)

ROW, RULE, WRONG, ORDER, OWN, QUESTION, TOTAL = (
    *("row", "rule", "rule_thought_wrong", "other_order", "own_order", "question", "total"),
)
Key = tuple[str, str, str]
"""What is counted: the kind of thing, its code, and the verdict (or none)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A verdict, with what it is a verdict on."""

    id: str
    case_id: str
    verdict: str
    version: str
    row: str
    rules: tuple[str, ...]
    own_order: str = ""
    order: str = ""
    rule: str = ""
    reason: str = ""
    comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The verdicts of a period, and how many cases could not be read."""

    verdicts: tuple[Given, ...]
    unreadable: int

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that they are about."""
        return tuple(dict.fromkeys(item.case_id for item in self.verdicts))


def gather(transaction: Transaction, chosen: Period) -> Gathered:
    """Read every verdict of a period."""
    found: list[Given] = []
    unreadable = 0
    for case in transaction.cases():
        try:
            found.extend(_of_case(transaction, case.id, chosen))
        except StorageError as error:
            if error.code != "case_unreadable":
                raise
            unreadable += 1
    return Gathered(tuple(found), unreadable)


def _of_case(transaction: Transaction, case_id: str, chosen: Period) -> list[Given]:
    found = []
    for record in transaction.interviews_of(case_id):
        if record.respondent != THERAPIST:
            continue
        for kept in transaction.proposals(record.id):
            proposal = kept.payload["proposal"]
            rules = [reason["rule"] for step in proposal["steps"] for reason in step["reasons"]]
            for review in transaction.reviews(kept.id):
                if not chosen.has(review.at):
                    continue
                grounds = json.loads(review.reason or "{}")
                found.append(
                    Given(
                        id=review.id,
                        case_id=case_id,
                        verdict=review.verdict,
                        version=kept.protocol_version,
                        row=proposal["order_row"],
                        rules=tuple(dict.fromkeys(rules)),
                        own_order=kept.payload.get("own", {}).get("override_order", ""),
                        order=grounds.get("order", ""),
                        rule=grounds.get("rule", ""),
                        reason=grounds.get("reason", ""),
                        comments=tuple((on, text) for on, text in grounds.get("comments", ())),
                    )
                )
    return found


# --- what is told of them -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """The report: how each count is told, and what was written under what (`""`: nothing)."""

    versions: tuple[str, ...]
    counts: Mapping[Key, str]
    texts: Mapping[tuple[str, str], tuple[str, ...]]
    unreadable: bool

    def codes(self, kind: str) -> tuple[str, ...]:
        """Return what was counted of a kind, in the order of its codes."""
        return tuple(sorted({code for of, code, _ in self.counts if of == kind}))


def report(gathered: Gathered) -> Report:
    """Count the verdicts and say no more of small numbers than that they are small."""
    cells: dict[Key, set[str]] = {}

    def count(kind: str, code: str, verdict: str, given: Given) -> None:
        for name in VERDICTS if verdict else ("",):
            cells.setdefault((kind, code, name), set())
        cells[(kind, code, verdict)].add(given.id)

    for verdict in VERDICTS:
        cells[(TOTAL, "", verdict)] = set()
    for given in gathered.verdicts:
        count(TOTAL, "", given.verdict, given)
        count(ROW, given.row, given.verdict, given)
        for rule in given.rules:
            count(RULE, rule, given.verdict, given)
        for kind, code in ((WRONG, given.rule), (ORDER, given.order), (OWN, given.own_order)):
            if code and code != AS_PROPOSED:
                count(kind, code, "", given)
        for on, _ in given.comments:
            count(QUESTION, on, "", given)
    frozen: dict[Key, Cell] = {key: frozenset(cell) for key, cell in cells.items()}
    # Each verdict is on one row; each disagreement names one order.
    counts = told(frozen, *([key for key in frozen if key[0] == kind] for kind in (ROW, ORDER)))
    return Report(
        tuple(sorted({given.version for given in gathered.verdicts})),
        counts,
        _texts(gathered.verdicts, counts),
        gathered.unreadable > 0,
    )


def _texts(
    verdicts: Iterable[Given], counts: Mapping[Key, str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Put what was written under its row or question where many named it, else under nothing."""
    found: dict[tuple[str, str], set[str]] = {}
    for given in verdicts:
        written: list[tuple[Key, str]] = [((QUESTION, on, ""), text) for on, text in given.comments]
        if given.reason:
            written.append(((ROW, given.row, given.verdict), given.reason))
        for key, text in written:
            kind, code, _ = key
            known = is_exact(counts[key])
            place = (kind, code) if known and code else ("", "")
            found.setdefault(place, set()).add(" ".join(text.split()))
    return {place: tuple(sorted(texts)) for place, texts in sorted(found.items())}


# --- as a document --------------------------------------------------------------------------------


def as_data(made: Report, protocol: Protocol, chosen: Period, language: str) -> dict[str, Any]:
    """Return the report as JSON-ready data."""
    say = catalogue(language).say
    name = _names(protocol, say)

    def rows(kind: str, verdicts: Iterable[str]) -> list[dict[str, Any]]:
        listed = []
        for code in made.codes(kind):
            line: dict[str, Any] = {"code": code, "text": name(kind, code)}
            for verdict in verdicts:
                line[verdict or "count"] = made.counts[(kind, code, verdict)]
            listed.append(line)
        return listed

    return {
        "notice": say(message("export.feedback.notice")),
        "small_numbers": say(message("export.feedback.small", small=SMALL)),
        "from": chosen.first and chosen.first.isoformat(),
        "to": chosen.last and chosen.last.isoformat(),
        "protocol": {"id": protocol.id, "versions": list(made.versions)},
        "cases_left_out_unreadable": made.unreadable,
        "total": {str(verdict): made.counts[(TOTAL, "", verdict)] for verdict in VERDICTS},
        "rows": rows(ROW, VERDICTS),
        "rules": rows(RULE, VERDICTS),
        "rules_thought_wrong": rows(WRONG, ("",)),
        "other_orders": rows(ORDER, ("",)),
        "own_orders": rows(OWN, ("",)),
        "questions_commented": rows(QUESTION, ("",)),
        "written": [
            {"about": kind or None, "code": code or None, "texts": list(texts)}
            for (kind, code), texts in made.texts.items()
        ],
    }


def as_markdown(made: Report, protocol: Protocol, chosen: Period, language: str) -> str:
    """Return the report as Markdown."""
    say = catalogue(language).say
    return "\n".join(_markdown(made, protocol, chosen, say)) + "\n"


def _markdown(
    made: Report, protocol: Protocol, chosen: Period, say: Callable[[Message], str]
) -> Iterator[str]:
    name = _names(protocol, say)

    def t(key: Message) -> str:
        return say(key)

    yield f"# {t(message('export.feedback.title'))}"
    yield ""
    yield t(
        message(
            "export.feedback.about",
            first=chosen.first or "",
            last=chosen.last or "",
            protocol=f"{protocol.id} {', '.join(made.versions)}".strip(),
        )
    )
    yield ""
    yield f"> {t(message('export.feedback.notice'))}"
    yield ""
    yield t(message("export.feedback.small", small=SMALL))
    if made.unreadable:
        yield ""
        yield t(message("export.feedback.unreadable"))
    heads = [t(message(f"export.feedback.verdict.{verdict}")) for verdict in VERDICTS]
    totals = [made.counts[(TOTAL, "", verdict)] for verdict in VERDICTS]
    yield from ("", f"## {t(message('export.feedback.total'))}", "")
    yield from _table(heads, [totals])
    for kind, title in _TABLES.items():
        yield from ("", f"## {t(title)}", "")
        many = kind in (ROW, RULE)
        lines = [
            [
                f"{code} {name(kind, code)}".strip(),
                *(made.counts[(kind, code, verdict)] for verdict in (VERDICTS if many else ("",))),
            ]
            for code in made.codes(kind)
        ]
        if lines:
            counted = heads if many else [t(message("export.feedback.count"))]
            yield from _table(["", *counted], lines)
        else:
            yield t(message("export.feedback.none"))
    yield from ("", f"## {t(message('export.feedback.written'))}", "")
    if not made.texts:
        yield t(message("export.feedback.none"))
    for (kind, code), texts in sorted(made.texts.items(), key=lambda item: not item[0][0]):
        about = f"{code} {name(kind, code)}" if kind else t(message("export.feedback.pooled"))
        yield from (f"### {about}", "", *(f"- {_plain(text)}" for text in texts), "")


_TABLES: Mapping[str, Message] = {
    ROW: message("export.feedback.rows"),
    RULE: message("export.feedback.rules"),
    WRONG: message("export.feedback.wrong"),
    ORDER: message("export.feedback.other_orders"),
    OWN: message("export.feedback.own_orders"),
    QUESTION: message("export.feedback.questions"),
}


def _table(heads: list[str], lines: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for line in lines:
        yield f"| {' | '.join(_plain(cell) for cell in line)} |"


def _plain(text: str) -> str:
    """Return a text that is only text where Markdown is read: no table cell, no link, no HTML."""
    for char in "\\|<[*_`#":
        text = text.replace(char, f"\\{char}")
    return text


def _names(protocol: Protocol, say: Callable[[Message], str]) -> Callable[[str, str], str]:
    """Return what puts a code into words; nothing for one that this protocol does not know."""
    rules = {rule.id: rule.text for rule in protocol.all_rules}

    def name(kind: str, code: str) -> str:
        if kind in (ROW, RULE, WRONG):
            return say(rules[code]) if code in rules else ""
        if kind == QUESTION:
            if not code:
                return say(message("export.feedback.whole"))
            return say(protocol.by_id[code].short) if code in protocol.by_id else ""
        order = _components(code)
        return say(short_order(order)) if order else ""

    return name


def _components(code: str) -> tuple[str, ...]:
    """Return the components of an order's code."""
    parts = tuple(code.split("_"))
    return parts if len(parts) == len(VERDICTS) else ()


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    for verdict in VERDICTS:
        yield f"export.feedback.verdict.{verdict}"
