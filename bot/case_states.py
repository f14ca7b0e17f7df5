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

CASE_STATES: Final = (
    *("danger", "new", "asking", "ready", "in_review", "returned", "ended", "unreadable"),
)
"""What an overview says of a case."""


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
