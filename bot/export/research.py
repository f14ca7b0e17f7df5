"""Cases for research: one row a case, under a pseudonym of this export only, its dates shifted.

Pseudonymised is not anonymous: what is left can lead back to a family in a small shelter. There are
codes and numbers only, never a word that somebody typed and nothing of an instrument; an age is a
band, a moment is a day, and what lies between two moments is in whole hours.

What a column is stands in one place, `COLUMNS`: the rows and the data dictionary are both made from
it.
"""

from __future__ import annotations

import csv
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from bot.export.periods import Period
from bot.export.record import has_consent
from bot.reviewing import Verdict
from flows.conditions import UNKNOWN, YES
from flows.facts import BARRIER_KINDS, BASIC_SAFETY, CODED_FACTS, COMPONENTS, NOT_STARTED, STATUSES
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import MODES, MOTHER, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.questions import AS_PROPOSED, ORDERS
from flows.voorstudie.rules.variables import AGE_BANDS, child_age_band, verdict, verdict_reason
from locales import catalogue, languages
from storage.errors import StorageError
from storage.records import CaseRecord, InterviewRecord, ProposalRecord, ReviewRecord
from storage.transaction import Transaction

REVIEWS = 3
"""How many verdicts a row has room for; `reviews` says how many there were."""
LABELS = ("nl", "en")
DICTIONARY = ("variable", *(f"label_{code}" for code in LABELS), "values", "unit", "source")
ALIKE = ("child_age_band", "language", "language_mother")
"""What somebody who knows a family knows of it at least."""
FEW = 5

_LONGEST_SHIFT = 365
_PSEUDONYMS = 16**8
_KEY_BITS = 256
_HARMLESS = re.compile(r"[A-Za-z0-9][^\x00-\x1f]*|")
_BARRIERS = ("not_named", "blocks", "attention", "priority_unknown", "presence_unknown", "unknown")
_BOTH = "both"

Value = str | int | None
Draw = Callable[[int], int]
"""Gives a number below another, as `secrets.randbelow` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row is made of: a case as it stands, under its pseudonym and with its shift."""

    pseudonym: str
    shift: timedelta
    key: bytes = field(repr=False)
    period: Period
    own: InterviewRecord | None
    hers: InterviewRecord | None
    proposals: tuple[ProposalRecord, ...]
    submitted_at: tuple[datetime, ...]
    reviews: tuple[ReviewRecord, ...]

    @property
    def proposal(self) -> ProposalRecord | None:
        """The last proposal."""
        return self.proposals[-1] if self.proposals else None

    def in_proposal(self, name: str) -> Any:
        """Return something of the last proposal; None where there is none."""
        return self.proposal and self.proposal.payload["proposal"].get(name)

    def fact(self, name: str) -> Any:
        """Return a fact of the last proposal; None where it is unknown."""
        return self.proposal and self.proposal.payload["facts"].get(name)

    def day(self, moment: datetime | None) -> str | None:
        """Return a moment as a day, shifted as all of this case are."""
        if moment is None:
            return None
        return (self.period.day(moment) + self.shift).isoformat()

    def mark(self, content_hash: str) -> str:
        """Return a mark that equal proposals share in this export, and in no other.

        The hash itself stands readable in the database beside the case's code, and gives away the
        age in months that the band leaves out.
        """
        return "H" + hmac.digest(self.key, content_hash.encode(), "sha256").hex()[:16]

    def hours(self, moment: datetime | None) -> int | None:
        """Return the whole hours from the opening (T0) to a moment."""
        start = self.own or self.hers
        if moment is None or start is None:
            return None
        return int((moment - start.opened_at) / timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One variable: what it is called, what it may hold, where it comes from, and how it is got.

    Empty means that it is not there (yet): no proposal, no such interview, no such moment.
    """

    name: str
    label: Message
    get: Callable[[Row], Value]
    values: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""

    def allows(self, value: Value) -> bool:
        """Whether a value is one that the dictionary names."""
        if value is None:
            return True
        if self.values:
            return value in self.values
        return isinstance(value, int if self.unit in ("hours", "count") else str)


@dataclass(frozen=True, slots=True)
class Research:
    """An export: its rows, its cases' ids, how many were left out and why, and how many rows are
    like too few others."""

    rows: tuple[dict[str, Value], ...]
    cases: tuple[str, ...]
    left_out: Mapping[str, int]
    rare: int


def gather(transaction: Transaction, chosen: Period, randbelow: Draw) -> Research:
    """Read the cases that may be in an export and were opened in its period.

    Of a case without consent nothing is opened. The rows stand in the order of their pseudonyms:
    another order could say which case is which.
    """
    left_out: Counter[str] = Counter()
    found: dict[str, tuple[str, dict[str, Value]]] = {}
    key = randbelow(2**_KEY_BITS).to_bytes(_KEY_BITS // 8, "big")
    for case in transaction.cases():
        if not chosen.has(case.created_at):
            continue
        if not has_consent(transaction, case.id):
            left_out["no_consent"] += 1
            continue
        pseudonym = _unused(found, randbelow)
        try:
            row = _row(transaction, case, pseudonym, chosen, _shift(randbelow), key)
        except StorageError as error:
            if error.code != "case_unreadable":
                raise
            left_out["unreadable"] += 1
            continue
        if row.own is None and row.hers is None:
            left_out["empty"] += 1
            continue
        found[pseudonym] = (case.id, _values(row))
    rows = tuple(found[name][1] for name in sorted(found))
    alike = Counter(tuple(row[name] for name in ALIKE) for row in rows)
    rare = sum(alike[tuple(row[name] for name in ALIKE)] < FEW for row in rows)
    return Research(rows, tuple(case_id for case_id, _ in found.values()), left_out, rare)


def _values(row: Row) -> dict[str, Value]:
    values = {column.name: column.get(row) for column in COLUMNS}
    for column in COLUMNS:
        if not column.allows(values[column.name]):
            # From a protocol that this program no longer knows: a hole is better than a riddle.
            values[column.name] = None
    return values


def _unused(taken: Mapping[str, object], randbelow: Draw) -> str:
    while True:
        # The letter keeps a spreadsheet from reading digits and an E as a number.
        drawn = f"P{randbelow(_PSEUDONYMS):08X}"
        if drawn not in taken:
            return drawn


def _shift(randbelow: Draw) -> timedelta:
    """Draw how far a case's dates are shifted: up to a year, back or forth, never not at all."""
    drawn = randbelow(2 * _LONGEST_SHIFT)
    return timedelta(days=drawn - _LONGEST_SHIFT + (drawn >= _LONGEST_SHIFT))


def _row(
    transaction: Transaction,
    case: CaseRecord,
    pseudonym: str,
    chosen: Period,
    shift: timedelta,
    key: bytes,
) -> Row:
    records = transaction.interviews_of(case.id)
    own = [record for record in records if record.respondent == THERAPIST]
    hers = [record for record in records if record.respondent == MOTHER]
    proposals = tuple(item for record in own for item in transaction.proposals(record.id))
    events = [event for record in own for event in transaction.events(record.id)]
    return Row(
        pseudonym=pseudonym,
        shift=shift,
        key=key,
        period=chosen,
        own=own[0] if own else None,
        hers=hers[0] if hers else None,
        proposals=proposals,
        submitted_at=tuple(event.at for event in events if event.kind == "submitted"),
        reviews=tuple(
            sorted(
                (review for item in proposals for review in transaction.reviews(item.id)),
                key=lambda review: review.at,
            )
        ),
    )


# --- what the columns hold ------------------------------------------------------------------------


def _age_band(row: Row) -> Value:
    months = row.fact("child_age_months")
    if months is None:
        return None if row.proposal is None else UNKNOWN
    return next((band for below, band in AGE_BANDS if months < below), child_age_band.domain[-1])


def _coded(name: str) -> Callable[[Row], Value]:
    return lambda row: None if row.proposal is None else row.fact(name) or UNKNOWN


def _barrier(kind: str) -> Callable[[Row], Value]:
    def state(row: Row) -> Value:
        if row.proposal is None:
            return None
        inventory = row.fact("barriers")
        if inventory is None:
            return UNKNOWN
        for item in inventory:
            if item["kind"] == kind:
                return _state_of(item["present"], item["must_resolve_first"])
        return "not_named"

    return state


def _state_of(present: str, first: str) -> str:
    if present != YES:
        return "presence_unknown" if present == UNKNOWN else "not_named"
    return {"yes": "blocks", "no": "attention"}.get(first, "priority_unknown")


def _status(component: str) -> Callable[[Row], Value]:
    return lambda row: (
        None if row.proposal is None else (row.fact("status") or {}).get(component, NOT_STARTED)
    )


def _status_date(component: str) -> Callable[[Row], Value]:
    def day(row: Row) -> Value:
        for source in row.proposal.payload.get("sources", ()) if row.proposal else ():
            if source["question"] == f"status_{component}":
                return row.day(datetime.fromisoformat(source["at"]))
        return None

    return day


def _of_proposal(name: str) -> Callable[[Row], Value]:
    return lambda row: row.in_proposal(name)


def _order(row: Row) -> Value:
    order = row.in_proposal("order")
    return order and "_".join(order)


def _own_order(row: Row) -> Value:
    if row.proposal is None:
        return None
    return str(row.proposal.payload.get("own", {}).get("override_order", AS_PROPOSED))


def _gate(component: str) -> Callable[[Row], Value]:
    return lambda row: (row.in_proposal("gates") or {}).get(component)


def _review(number: int, get: Callable[[Row, ReviewRecord], Value]) -> Callable[[Row], Value]:
    return lambda row: get(row, row.reviews[number - 1]) if len(row.reviews) >= number else None


def _ground(name: str) -> Callable[[Row, ReviewRecord], Value]:
    """Give a code among the grounds of a verdict; its words are never looked at."""

    def get(row: Row, review: ReviewRecord) -> Value:  # noqa: ARG001 - as the others
        return json.loads(review.reason or "{}").get(name) or None

    return get


def _last(moments: Sequence[datetime]) -> datetime | None:
    return moments[-1] if moments else None


def _made(row: Row) -> tuple[datetime, ...]:
    return tuple(proposal.at for proposal in row.proposals)


def _given(row: Row) -> tuple[datetime, ...]:
    return tuple(review.at for review in row.reviews)


def _language(whose: Callable[[Row], InterviewRecord | None]) -> Callable[[Row], Value]:
    def language(row: Row) -> Value:
        record = whose(row)
        return record.language or None if record else None

    return language


def _who(row: Row) -> Value:
    if row.own is None:
        return MOTHER
    return THERAPIST if row.hers is None else _BOTH


_MOMENTS: Mapping[str, Callable[[Row], datetime | None]] = {
    "opened": lambda row: row.own.opened_at if row.own else None,
    "opened_mother": lambda row: row.hers.opened_at if row.hers else None,
    "proposed_first": lambda row: row.proposals[0].at if row.proposals else None,
    "proposed": lambda row: _last(_made(row)),
    "submitted_first": lambda row: row.submitted_at[0] if row.submitted_at else None,
    "submitted": lambda row: _last(row.submitted_at),
    "reviewed": lambda row: _last(_given(row)),
}


def _columns(protocol: Protocol) -> Iterator[Column]:
    def label(name: str, **params: Any) -> Message:
        return message(f"export.column.{name}", **params)

    yield Column(
        name="pseudonym", label=label("pseudonym"), get=lambda row: row.pseudonym, unit="code"
    )
    yield Column(
        name="respondent",
        label=label("respondent"),
        get=_who,
        values=(THERAPIST, MOTHER, _BOTH),
    )
    for name, whose in (
        ("language", lambda row: row.own),
        ("language_mother", lambda row: row.hers),
    ):
        yield Column(name=name, label=label(name), get=_language(whose), values=languages())
    yield Column(
        name="mode",
        label=label("mode"),
        get=lambda row: row.own.mode if row.own else None,
        values=MODES,
    )
    yield Column(
        name="protocol_version",
        label=label("protocol_version"),
        get=lambda row: row.proposal.protocol_version if row.proposal else None,
        unit="code",
    )
    for name, moment in _MOMENTS.items():
        yield Column(
            name=f"{name}_date",
            label=label(f"{name}_date"),
            get=lambda row, moment=moment: row.day(moment(row)),  # type: ignore[misc]
            unit="date",
        )
    for name in ("proposed", "submitted"):
        yield Column(
            name=f"{name}_hours",
            label=label(f"{name}_hours"),
            get=lambda row, moment=_MOMENTS[name]: row.hours(moment(row)),  # type: ignore[misc]
            unit="hours",
        )
    yield from _fact_columns()
    yield from _proposal_columns(protocol, label)
    yield from _review_columns(protocol, label)


def _fact_columns() -> Iterator[Column]:
    for name, variable in CODED_FACTS.items():
        yield Column(
            name=name,
            label=message(f"fact.{name}"),
            get=_coded(name),
            values=(*variable.domain, UNKNOWN),
            source=name,
        )
    yield Column(
        name="child_age_band",
        label=message("fact.child_age_band"),
        get=_age_band,
        values=(*child_age_band.domain, UNKNOWN),
        unit="months",
        source="child_age_months",
    )
    for kind in (*BASIC_SAFETY, *BARRIER_KINDS):
        yield Column(
            name=f"barrier_{kind}",
            label=message("export.column.barrier", barrier=message(f"barrier.{kind}")),
            get=_barrier(kind),
            values=_BARRIERS,
            source="barriers_present barriers_unsure barriers_first",
        )
    for component in COMPONENTS:
        named = message(f"component.{component}")
        question = f"status_{component}"
        yield Column(
            name=question,
            label=message("export.column.status", component=named),
            get=_status(component),
            values=STATUSES,
            source=f"components_started {question}",
        )
        yield Column(
            name=f"{question}_date",
            label=message("export.column.status_date", component=named),
            get=_status_date(component),
            unit="date",
            source=question,
        )


def _proposal_columns(protocol: Protocol, label: Callable[..., Message]) -> Iterator[Column]:
    rules = protocol.all_rules
    rows = tuple(rule.id for rule in rules.order)
    yield Column(
        name="verdict",
        label=label("verdict"),
        get=_of_proposal("verdict"),
        values=verdict.domain,
        source=" ".join(rule.id for rule in rules.verdict),
    )
    yield Column(
        name="verdict_reason",
        label=label("verdict_reason"),
        get=_of_proposal("verdict_reason"),
        values=verdict_reason.domain,
        source=" ".join(rule.id for rule in rules.verdict),
    )
    yield Column(
        name="order", label=label("order"), get=_order, values=ORDERS, source=" ".join(rows)
    )
    yield Column(
        name="order_row", label=label("order_row"), get=_of_proposal("order_row"), values=rows
    )
    yield Column(
        name="strength",
        label=label("strength"),
        get=_of_proposal("strength"),
        values=("conclusion", "wish", "weak", "inference"),
    )
    for component in COMPONENTS:
        yield Column(
            name=f"gate_{component}",
            label=label("gate", component=message(f"component.{component}")),
            get=_gate(component),
            values=("open", "closed", UNKNOWN),
            source=" ".join(rule.id for rule in getattr(rules, f"gate_{component}")),
        )
    yield Column(
        name="proposal_mark",
        label=label("proposal_mark"),
        get=lambda row: row.mark(row.proposal.content_hash) if row.proposal else None,
        unit="code",
    )
    yield Column(
        name="own_order",
        label=label("own_order"),
        get=_own_order,
        values=(AS_PROPOSED, *ORDERS),
        source="override_order",
    )


def _review_columns(protocol: Protocol, label: Callable[..., Message]) -> Iterator[Column]:
    yield Column(
        name="reviews", label=label("reviews"), get=lambda row: len(row.reviews), unit="count"
    )
    for number in range(1, REVIEWS + 1):
        yield Column(
            name=f"review_{number}_verdict",
            label=label("review_verdict", number=number),
            get=_review(number, lambda row, review: review.verdict),  # noqa: ARG005
            values=tuple(Verdict),
        )
        yield Column(
            name=f"review_{number}_hours",
            label=label("review_hours", number=number),
            get=_review(number, lambda row, review: row.hours(review.at)),
            unit="hours",
        )
        yield Column(
            name=f"review_{number}_order",
            label=label("review_order", number=number),
            get=_review(number, _ground("order")),
            values=ORDERS,
        )
        yield Column(
            name=f"review_{number}_rule",
            label=label("review_rule", number=number),
            get=_review(number, _ground("rule")),
            values=tuple(dict.fromkeys(rule.id for rule in protocol.all_rules)),
        )


COLUMNS: tuple[Column, ...] = tuple(_columns(VOORSTUDIE_CORE))


# --- as files -------------------------------------------------------------------------------------


def as_csv(rows: Iterable[Mapping[str, Value]]) -> str:
    """Return the rows as CSV, with the names of the columns above them."""
    return _csv(
        [column.name for column in COLUMNS],
        (["" if value is None else value for value in row.values()] for row in rows),
    )


def as_json(rows: Iterable[Mapping[str, Value]]) -> str:
    """Return the rows as JSON."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"


def dictionary() -> str:
    """Return the data dictionary as CSV: a line for each column."""
    return _csv(DICTIONARY, map(_described, COLUMNS))


def _described(column: Column) -> list[str]:
    labels = (catalogue(code).say(column.label) for code in LABELS)
    plain = ("".join(char for char in label if char.isprintable()) for label in labels)
    return [column.name, *plain, " | ".join(column.values), column.unit, column.source]


def _csv(header: Iterable[str], lines: Iterable[Iterable[str | int]]) -> str:
    """Write CSV of which no cell begins like a formula. ValueError for one that does."""
    out = StringIO()
    writer = csv.writer(out)
    for line in (header, *lines):
        cells = list(line)
        for cell in cells:
            if not _HARMLESS.fullmatch(str(cell)):
                raise ValueError(f"not a code or a number: {cell!r}")
        writer.writerow(cells)
    return out.getvalue()


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that the dictionary makes from codes."""
    yield from (column.label.id for column in COLUMNS)
    yield from (f"export.left_out.{why}" for why in ("no_consent", "unreadable", "empty"))
