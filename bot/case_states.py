"""How far a case is, in one word."""

from __future__ import annotations

from typing import Final

from flows.interview import Interview
from flows.machine import (
    CHOOSING_LANGUAGE,
    ENDED,
    EXPLAINING,
    HANDED_OVER,
    IN_REVIEW,
    PROPOSED,
)
from flows.questions import THERAPIST
from storage.errors import StorageError
from storage.transaction import Transaction

CASE_STATES: Final = (
    *("danger", "new", "asking", "ready", "in_review", "returned", "ended", "unreadable"),
)
"""What an overview says of a case."""


def state_of(transaction: Transaction, case_id: str) -> str:
    """Say in one word how a case is, the mother's danger first; one of `CASE_STATES`."""
    try:
        records = transaction.interviews_of(case_id)
    except StorageError as error:
        if error.code != "case_unreadable":
            raise
        return "unreadable"
    state, danger = "new", {}
    for record in records:
        interview = Interview.from_data(record.projection)
        danger[record.respondent] = interview.danger  # the last one goes on with it
        if record.respondent == THERAPIST:
            state = case_state(interview, reviewed=transaction.was_reviewed(record.id))
    return "danger" if any(danger.values()) else state


def case_state(interview: Interview, *, reviewed: bool) -> str:
    """Say in one word how far a therapist's interview is; one of `CASE_STATES`."""
    if interview.state in (CHOOSING_LANGUAGE, EXPLAINING) and not interview.answers:
        return "new"
    if interview.state == IN_REVIEW:
        return "in_review"
    if interview.state in ENDED:
        return "ended"
    if reviewed:
        return "returned"
    if interview.state in (PROPOSED, HANDED_OVER) or interview.confirmed:
        return "ready"
    return "asking"
