"""What is done in a mother's interview by others, from a browser; her screen shows it, wherever it
is."""

from __future__ import annotations

from bot.access import TELEGRAM
from bot.service import Service
from flows import events as ev
from flows.machine import ENDED, HANDED_OVER, IN_DANGER, IN_REVIEW, PAUSED
from storage.records import InterviewRecord
from storage.transaction import Transaction

_WAITS = (PAUSED, IN_DANGER, HANDED_OVER, IN_REVIEW, *ENDED)
"""States in which nothing is going on that could be paused."""


def do_in_hers(
    service: Service,
    transaction: Transaction,
    record: InterviewRecord,
    event: ev.Event,
    *,
    key: str,
) -> None:
    """Do something in her interview."""
    service.apply(transaction, record.id, event, update_key=key)
    redraw_hers(transaction, record)


def redraw_hers(transaction: Transaction, record: InterviewRecord) -> None:
    """Have the phone that shows her interview brought up to date."""
    if record.person_id is not None:
        transaction.people.redraw(record.person_id)
    if is_on_a_lent_phone(transaction, record):
        transaction.people.redraw(transaction.therapist_of(record.id) or "")


def is_on_a_lent_phone(transaction: Transaction, record: InterviewRecord) -> bool:
    """Whether she answers on her therapist's own phone."""
    therapist = transaction.therapist_of(record.id)
    chat = None if therapist is None else transaction.chats.of(therapist, TELEGRAM)
    return chat is not None and chat.view.get("lent") == record.id


def stop_being_there(
    service: Service, transaction: Transaction, interview_id: str, *, key: str
) -> None:
    """Note that nobody is there for her any more; her questions wait."""
    transaction.people.end_supervision(interview_id)
    record = transaction.interview(interview_id)
    if record.ended_at is None and record.state not in _WAITS:
        do_in_hers(service, transaction, record, ev.Pause("by_therapist"), key=key)


def leave_everybody(
    service: Service, transaction: Transaction, therapist: str, *, key: str
) -> None:
    """Whoever leaves is there for nobody."""
    for there in transaction.people.supervised_by(therapist):
        stop_being_there(
            service, transaction, there.interview_id, key=f"{key}.{there.interview_id}"
        )
