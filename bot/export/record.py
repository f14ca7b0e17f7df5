"""The record of exports: no record, no export.

An export is noted in the unit of work that reads what it takes out; the act is kept for good before
a byte is written anywhere. `exported_<kind>` is the export itself; `in_export_<kind>` is kept with
each case that is in an export of many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.export.errors import refused
from flows.identifying import guard
from flows.inputs import InputError, read_text
from flows.messages import message
from flows.questions import LONGEST_TEXT
from storage.transaction import Transaction

FHIR, RESEARCH, FEEDBACK = "fhir", "research", "feedback_round"
KINDS = (FHIR, RESEARCH, FEEDBACK)

CONSENT = {"yes": "research_consent_yes", "no": "research_consent_no"}
"""The acts that say whether a case may be in an export for research; the last one counts."""

_EXPORTED, _IN_EXPORT = "exported_", "in_export_"
_SHORTEST_WHY = 3


@dataclass(frozen=True, slots=True)
class Export:
    """One export: when, what, for whom (empty: nobody but the operator), which case, and why."""

    at: datetime
    kind: str
    by: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Why something is taken out, and the code of the colleague who asked for it, if any."""

    why: str
    by: str = ""


def asked(why: str, by: str | None) -> Asked:
    """Read who asks for an export and why; what could identify is masked. Raises ExportError."""
    allowed = message("export.allowed.why", shortest=_SHORTEST_WHY, longest=LONGEST_TEXT)
    try:
        text = read_text(why)
    except InputError as error:
        raise refused("--why", why, allowed) from error
    if len(text) < _SHORTEST_WHY:
        raise refused("--why", why, allowed)
    return Asked(guard(text).masked, by or "")


def note(
    transaction: Transaction,
    kind: str,
    by: Asked,
    *,
    case: str | None = None,
    of: Sequence[str] = (),
) -> None:
    """Keep that something is taken out, with each case `of` which something is in it.

    Raises StorageError `person_unknown`; nothing is taken out then.
    """
    people = transaction.people
    actor = people.by_code(by.by).id if by.by else None
    people.note(f"{_EXPORTED}{kind}", actor=actor, case=case, detail=by.why)
    for case_id in of:
        people.note(f"{_IN_EXPORT}{kind}", actor=actor, case=case_id, detail=by.why)


def exports(transaction: Transaction) -> Iterator[Export]:
    """Give every export, the first one first."""
    codes = {person.id: person.code for person in transaction.people.all()}
    for act in transaction.people.acts():
        if act.act.startswith(_EXPORTED):
            yield Export(
                act.at,
                act.act.removeprefix(_EXPORTED),
                codes.get(act.actor_id or "", ""),
                transaction.case(act.case_id).code if act.case_id else "",
                act.detail,
            )


def has_consent(transaction: Transaction, case_id: str) -> bool:
    """Whether a case may be in an export for research: the last thing said of it counts."""
    said = [act.act for act in transaction.people.acts(case_id) if act.act in CONSENT.values()]
    return bool(said) and said[-1] == CONSENT["yes"]
