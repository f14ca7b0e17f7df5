"""Reviews: a supervisor's verdict on the proposal of an intake that was handed in.

A verdict names the proposal that was read, by its hash, and is never changed, only followed by
another. Nobody gives one on a case of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.service import Applied, Service
from bot.transcript import entries
from flows.data import canonical
from flows.events import Reviewed
from flows.identifying import guard
from flows.inputs import read_text
from flows.machine import IN_REVIEW, SIGNED_OFF
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import THERAPIST
from storage.errors import StorageError
from storage.records import EventRecord, ProposalRecord
from storage.transaction import Transaction

_DANGER = "acute_unsafety"
READ = "case_read"
"""The act of reading what somebody else answered."""


def note_reading(transaction: Transaction, case_id: str, person: str, part: str) -> None:
    """Keep that somebody reads a part of a case, in the unit of work that gives it to be shown."""
    transaction.people.note(READ, actor=person, case=case_id, detail=part)


class Verdict(StrEnum):
    """What a supervisor can say of a proposal."""

    SIGNED_OFF = "signed_off"
    RETURNED = "returned"
    DISAGREED = "disagreed"


class Standing(StrEnum):
    """Where an intake stands between its therapist and their supervisors."""

    WAITING = "waiting"
    DISAGREED = "disagreed"
    RETURNED = "returned"
    SIGNED_OFF = "signed_off"


@dataclass(frozen=True, slots=True)
class Queued:
    """An intake with the supervisors, or back from them: its case, where it stands, since when.

    One with which a supervisor disagrees is in review still: it waits to be signed off or returned.
    `verdict` and `order` are those of the proposal.
    """

    case_id: str
    code: str
    standing: Standing
    since: datetime
    therapist_id: str | None
    languages: tuple[str, ...]
    verdict: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict with its grounds.

    `comments` are on questions (or on the whole, where none is named), needed for a return;
    `order`, `reason` and the `rule` that is thought wrong belong to a disagreement.
    """

    verdict: Verdict
    comments: tuple[tuple[str, str], ...] = ()
    order: str = ""
    reason: str = ""
    rule: str = ""

    def to_text(self) -> str:
        """Return the grounds as JSON, to be sealed."""
        data: dict[str, Any] = {
            "comments": [list(item) for item in self.comments],
            "order": self.order,
            "reason": self.reason,
            "rule": self.rule,
        }
        return json.dumps({name: value for name, value in data.items() if value})


def waiting(transaction: Transaction, supervisor: str) -> list[Queued]:
    """Give the intakes of those whom somebody supervises that wait for a verdict, the longest
    waiting first."""
    found = queue(transaction, transaction.people.cases_supervised_by(supervisor))
    return [item for item in found if item.standing in (Standing.WAITING, Standing.DISAGREED)]


def queue(transaction: Transaction, case_ids: Iterable[str]) -> list[Queued]:
    """Give those of these cases that were handed in, the longest standing so first.

    A case that cannot be read is passed over.
    """
    found = []
    for case_id in case_ids:
        try:
            item = _queued(transaction, case_id)
        except StorageError as error:
            if error.code != "case_unreadable":
                raise
            continue
        if item is not None:
            found.append(item)
    return sorted(found, key=lambda item: item.since)


def _queued(transaction: Transaction, case_id: str) -> Queued | None:
    record = transaction.latest_interview(case_id, THERAPIST)
    if record is None:
        return None
    kept = transaction.latest_proposal(record.id)
    given = transaction.reviews_of(record.id)
    if kept is None:
        return None
    last = given[-1] if given else None
    since: datetime | None = record.updated_at
    if record.state == SIGNED_OFF:
        standing = Standing.SIGNED_OFF
        since = None if last is None else last.at
    elif record.state == IN_REVIEW:
        disagreed = last is not None and last.proposal_id == kept.id
        standing = Standing.DISAGREED if disagreed else Standing.WAITING
        since = transaction.last_event(record.id, "submitted")
    elif last is not None and last.verdict == Verdict.RETURNED:
        standing = Standing.RETURNED
        since = last.at
    else:
        return None
    hers = () if record.beside_id is None else (transaction.interview(record.beside_id).language,)
    return Queued(
        case_id,
        record.case_code,
        standing,
        since or record.updated_at,
        transaction.case(case_id).therapist_id,
        tuple(dict.fromkeys((record.language, *hers))),
        kept.payload["proposal"]["verdict"],
        tuple(kept.payload["proposal"]["order"]),
    )


def proposal_to_review(transaction: Transaction, case_id: str) -> ProposalRecord | None:
    """Give the proposal of a case that waits for a verdict; None where none does."""
    record = transaction.latest_interview(case_id, THERAPIST)
    if record is None or record.state != IN_REVIEW:
        return None
    return transaction.latest_proposal(record.id)


def rules_to_name(protocol: Protocol, proposal: Mapping[str, Any]) -> list[str]:
    """Give the rules that a kept proposal rests on, to be named as wrong: why it is no more than it
    is, then each step's reasons. Those of an earlier protocol that are gone are left out."""
    given = [
        proposal.get("verdict_because") or {"rule": ""},
        *(
            reason
            for step in proposal["steps"]
            for reason in (*step["reasons"], *step["why_not_earlier"])
        ),
    ]
    known = {rule.id for rule in protocol.all_rules}
    return [name for name in dict.fromkeys(item["rule"] for item in given) if name in known]


def what_is_read(service: Service, transaction: Transaction, kept: ProposalRecord) -> str:
    """Return a mark of what is there to be read before a verdict on a kept proposal.

    Another one as soon as it is another proposal, its therapist puts something else beside it, or
    the answers give another one by now: a mother may have told of danger since.
    """
    now = service.proposal(transaction, kept.interview_id)
    read = [kept.content_hash, kept.payload.get("own", {}), "" if now is None else now.hash]
    return sha256(canonical(read)).hexdigest()


def is_unsafe_since(service: Service, transaction: Transaction, kept: ProposalRecord) -> bool:
    """Whether there is danger now that a kept proposal does not know of."""
    if kept.payload["proposal"]["verdict_reason"] == _DANGER:
        return False
    now = service.proposal(transaction, kept.interview_id)
    beside = transaction.interview(kept.interview_id).beside_id
    hers = beside is not None and service.look(transaction, beside).danger
    return hers or (now is not None and now.decision.verdict_reason == _DANGER)


def is_handed_in(transaction: Transaction, case_id: str) -> bool:
    """Whether a case's intake was handed in; before that only its therapist reads the answers."""
    record = transaction.latest_interview(case_id, THERAPIST)
    return record is not None and record.state in (IN_REVIEW, SIGNED_OFF)


def may_review(transaction: Transaction, case_id: str, person: str) -> bool:
    """Whether somebody may give a verdict: not on a case that is or ever was their own."""
    record = transaction.latest_interview(case_id, THERAPIST)
    if record is None:
        return False
    held = (
        act.person_id for act in transaction.people.acts(case_id) if act.act == "case_handed_over"
    )
    return person not in (record.person_id, transaction.therapist_of(record.id), *held)


def said_about(
    protocol: Protocol, transaction: Transaction, case_id: str, section: str, language: str
) -> list[Message]:
    """Give what was answered in a part of a case's interviews, by whom and when, in the order of
    each; words in another language stand beside the reader's."""
    lines = []
    for record in transaction.interviews_of(case_id):
        events = [
            event
            for event in transaction.events(record.id)
            if _section_of(protocol, event) == section
        ]
        for entry in entries(protocol, record.respondent, events, language):
            shown, reader = " ".join(entry.shown), " ".join(entry.reader)
            translated = "".join(f" = {made.text}" for made in entry.translations)
            lines.append(
                message(
                    "review.transcript_row",
                    at=f"{entry.at:%Y-%m-%d %H:%M}",
                    who=message(f"respondent.{entry.speaker}"),
                    said=(reader if shown == reader else f"{reader} ({shown})") + translated,
                )
            )
    return lines


def _section_of(protocol: Protocol, event: EventRecord) -> str:
    question = protocol.by_id.get(str(event.payload.get("question", "")))
    return "" if question is None else question.section


def written(text: str) -> str:
    """Return what a supervisor wrote, without what could identify. Raises InputError."""
    return guard(read_text(text)).masked


def give(
    service: Service,
    transaction: Transaction,
    case_id: str,
    review: Review,
    *,
    reviewer: str,
    read: str,
    key: str,
) -> Applied:
    """Keep a verdict and do what it says, within a unit of work.

    `read` is the mark of what the reviewer read (`what_is_read`). Raises StorageError
    `review_not_waiting`, `review_outdated`, `review_own`, and `review_danger` where a mother told
    of danger since: then nothing is signed off (a safety rule of ours). Nothing is kept then.
    """
    record = transaction.latest_interview(case_id, THERAPIST)
    proposal = proposal_to_review(transaction, case_id)
    if record is None or proposal is None:
        raise StorageError("review_not_waiting")
    if not may_review(transaction, case_id, reviewer):
        raise StorageError("review_own")
    if review.verdict is Verdict.SIGNED_OFF and is_unsafe_since(service, transaction, proposal):
        raise StorageError("review_danger")
    if what_is_read(service, transaction, proposal) != read:
        raise StorageError("review_outdated")
    transaction.add_review(
        proposal.id, reviewer_id=reviewer, verdict=review.verdict, reason=review.to_text()
    )
    transaction.people.note(f"review_{review.verdict}", actor=reviewer, case=case_id)
    event = Reviewed(review.verdict, review.comments)
    return service.apply(transaction, record.id, event, update_key=key)
