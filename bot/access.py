"""Who may do what, and on which channel: the one table that the channels ask and the docs show.

A case that is not somebody's is not there for them: they are told that there is no such case, and
never that they may not see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flows.questions import MOTHER, THERAPIST

ADMIN, SUPERVISOR, STRANGER, OPERATOR = "admin", "supervisor", "stranger", "operator"
STAFF: Final = (ADMIN, SUPERVISOR, THERAPIST)
"""The roles of those who work here."""
ROLES: Final = (*STAFF, MOTHER, STRANGER)
TELEGRAM, TERMINAL, WEB = "telegram", "terminal", "web"


class Scope(StrEnum):
    """Whose cases somebody may do something with."""

    NONE = "none"
    OWN = "own"
    ASSIGNED = "assigned"
    ALL = "all"


class Action(StrEnum):
    """What can be done with a case."""

    LIST = "list"
    BEGIN = "begin"
    ANSWER = "answer"
    PROPOSAL = "proposal"
    SUBMIT = "submit"
    OVERRIDE = "override"
    INVITE = "invite"
    SUPERVISE = "supervise"
    STOP_HERS = "stop_hers"
    LET_GO_ON = "let_go_on"
    HER_ANSWERS = "her_answers"
    RECORD = "record"
    SHARE = "share"
    HAND_OVER = "hand_over"
    ANSWER_HERS = "answer_hers"
    SEE_PLAN = "see_plan"
    REVIEW = "review"
    PEOPLE = "people"


_THERAPISTS: Final = dict.fromkeys(
    (
        *(Action.LIST, Action.BEGIN, Action.ANSWER, Action.PROPOSAL, Action.SUBMIT),
        *(Action.OVERRIDE, Action.INVITE, Action.SUPERVISE, Action.STOP_HERS, Action.LET_GO_ON),
        *(Action.HER_ANSWERS, Action.RECORD, Action.SHARE, Action.SEE_PLAN, Action.HAND_OVER),
    ),
    Scope.OWN,
)
_TELEGRAM: Final[Mapping[str, Mapping[Action, Scope]]] = {
    THERAPIST: _THERAPISTS,
    SUPERVISOR: dict.fromkeys((Action.LIST, Action.PROPOSAL, Action.REVIEW), Scope.ASSIGNED),
    # Its work is done at the command line; a phone shows it nothing about cases.
    ADMIN: {},
    MOTHER: {Action.ANSWER_HERS: Scope.OWN, Action.SEE_PLAN: Scope.OWN},
    STRANGER: {},
}
_WEB: Final[Mapping[str, Mapping[Action, Scope]]] = {
    THERAPIST: dict.fromkeys(
        (
            *(Action.LIST, Action.BEGIN, Action.ANSWER, Action.PROPOSAL, Action.SUBMIT),
            *(Action.OVERRIDE, Action.INVITE, Action.SUPERVISE, Action.STOP_HERS),
            *(Action.LET_GO_ON, Action.HER_ANSWERS),
        ),
        Scope.OWN,
    ),
    SUPERVISOR: dict.fromkeys((Action.LIST, Action.PROPOSAL, Action.REVIEW), Scope.ASSIGNED),
    ADMIN: {},
    MOTHER: {Action.ANSWER_HERS: Scope.OWN, Action.SEE_PLAN: Scope.OWN},
    STRANGER: {},
}


def scope(role: str, action: Action, channel: str = TELEGRAM) -> Scope:
    """Say whose cases somebody with this role may do this with, on a channel.

    At the terminal whoever holds the key of the database is its operator and may do everything.
    """
    if channel == TERMINAL:
        return Scope.ALL if role == OPERATOR else Scope.NONE
    return (_WEB if channel == WEB else _TELEGRAM)[role].get(action, Scope.NONE)


def may(role: str, action: Action) -> bool:
    """Whether somebody with this role may do this at all in a messenger."""
    return scope(role, action) is not Scope.NONE
