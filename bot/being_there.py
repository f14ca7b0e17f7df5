"""Being there for a mother: what she can do alone, and what her therapist is told of.

The rules are the same on every channel; a channel does with them what it can.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flows import events as ev
from flows.conditions import YES
from flows.conversation import DANGER
from flows.events import PAUSE_REASONS
from flows.interview import Interview
from flows.machine import (
    ASKING,
    CHECKING,
    CHOOSING_LANGUAGE,
    CONFIRMING,
    ENDED,
    EXPLAINING,
    HANDED_OVER,
    IN_REVIEW,
    PAUSED,
    SEPARATOR,
    SUMMARY,
)
from flows.utterances import Record

ALERTS: Final = (
    *("danger", "danger_words", "danger_words_locked", "not_safe", "company", "too_much"),
    *("stopped", "left"),
    *("other_phone", "second_use", "unsupervised", "finished"),
    *("review_returned", "review_disagreed", "review_signed_off", "review_waits"),
)
"""What a therapist is told of at once, the most serious first."""
URGENT: Final = (
    *("danger", "danger_words", "danger_words_locked", "not_safe", "too_much", "company"),
)
"""What somebody has to be told of, also where the therapist cannot be reached."""
_OF_RECORDS: Final = {
    "danger_shown": "danger",
    "danger_words": "danger_words",
    "stopped": "stopped",
}
_OF_PAUSES: Final = ("too_much", "not_safe", "company", "unsupervised")
_ALWAYS: Final = (
    *(ev.Leave, ev.Stop, ev.Pause, ev.TooMuch, ev.DangerWords),
    *(ev.ChooseLanguage, ev.ShowPlan),
)


def alert_of(records: Iterable[Record]) -> str:
    """Say of which alert what a mother did just now is; empty where it is of none."""
    alert, finished = "", ""
    for record in records:
        alert = _OF_RECORDS.get(record.kind, alert)
        because = str(record.data.get("because", ""))
        if record.kind == "paused" and because in _OF_PAUSES:
            alert = because
        if record.kind == "summary_confirmed":
            finished = "finished"
    return alert or finished


def needs_somebody(event: ev.Event, interview: Interview) -> bool:
    """Whether a mother can do this only while her therapist is there.

    Danger, leaving, stopping and saying that it is too much are always heard.
    """
    if isinstance(event, _ALWAYS):
        return False
    if isinstance(event, ev.Give) and (event.question, event.value) == (DANGER, YES):
        return False
    if interview.danger or interview.state in (IN_REVIEW, *ENDED):
        return False
    if interview.state == HANDED_OVER and isinstance(event, ev.Show):
        return False
    # To look at the plan, nobody has to be there.
    looks = interview.state == CHECKING and interview.wanted == "plan"
    return not (looks and isinstance(event, ev.Check))


def at_questions(interview: Interview) -> bool:
    """Whether she is asked something, or reads what she answered."""
    return interview.state.partition(SEPARATOR)[0] in (ASKING, SUMMARY)


def begins_anew(interview: Interview) -> bool:
    """Whether an interview that is opened on another screen has to wait first, so that who is there
    and whether it is safe is asked again."""
    half_checked = interview.state == CHECKING and bool(interview.company)
    return (
        half_checked
        or interview.state in (EXPLAINING, CONFIRMING)  # a change shows both of her answers
        or at_questions(interview)
    )


def her_state(interview: Interview, *, opened: bool) -> str:
    """Say in one word how far a mother's interview is; one of `HER_STATES`."""
    if interview.danger:
        return "danger"
    if interview.state == HANDED_OVER:
        return "finished"
    if interview.state == PAUSED:
        return interview.paused_for or "paused"
    if interview.state in (CHOOSING_LANGUAGE, CHECKING, EXPLAINING):
        return "begins" if opened else "invited"
    return "answers"


HER_STATES: Final = (
    *("invited", "begins", "answers", "paused", "finished", "danger"),
    *PAUSE_REASONS,
)
"""What the page about a mother says of her interview."""
