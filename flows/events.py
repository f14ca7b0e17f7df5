"""Events: what a person does. A channel makes them from its own input and knows nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

PAUSE_REASONS = ("unsupervised", "company", "not_safe", "too_much", "by_therapist")
"""Why an interview pauses, other than because somebody asked for it."""
WATCHED_PAUSES = ("company", "not_safe")
"""Why a pause where somebody may be reading along: her screen says nothing about it."""
UNSAFE_PAUSES = ("too_much", *WATCHED_PAUSES)
"""Those after which anything unasked could do harm."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show what there is to see now; says again what is asked. Wakes a paused interview."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Read and answer in this language from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class ChangeMode:
    """Go on as a quick or as a full intake."""

    mode: str


BEGIN = "begin"
"""What an explanation's own button carries: it begins, and goes on after nothing else."""


@dataclass(frozen=True, slots=True)
class Proceed:
    """Begin after the explanation, go on after a warning, or confirm the summary.

    `shown` is `BEGIN`, or the mark of the warning or the summary that was on the screen; where it
    is given and something else is open by now (somebody else answered too), nothing is confirmed.
    """

    shown: str = ""


@dataclass(frozen=True, slots=True)
class Give:
    """Answer a question: codes for choices, what was typed for the rest."""

    question: str
    value: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Add what was typed to the text that is being written; it becomes the answer with `Done`."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Mark a choice of several, or take its mark away; `Done` makes the marked ones the answer."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class Done:
    """Give as answer what was written or marked."""

    question: str


@dataclass(frozen=True, slots=True)
class DontKnow:
    """Answer that one does not know."""

    question: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave a question out."""

    question: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Let the earlier answer that is offered stand."""

    question: str


@dataclass(frozen=True, slots=True)
class Back:
    """Go back to the question before; from a review, take the intake back."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Look at one earlier question again."""

    question: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Make the change whose consequences were shown; `shown` is that screen's mark."""

    shown: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Leave everything as it was; `shown` is the mark of the screen with the consequences."""

    shown: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Go on under the present version of the protocol; `shown` is the mark of the screen that said
    what that does."""

    shown: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Ask why the present question is asked."""


@dataclass(frozen=True, slots=True)
class Explain:
    """Look at one part of the proposal: one of `EXPLAINED_PARTS` in `flows.conversation`."""

    part: str


@dataclass(frozen=True, slots=True)
class Summarise:
    """Show what was answered so far, to choose one to edit."""


@dataclass(frozen=True, slots=True)
class Check:
    """Say who is there (`company`) or whether it is safe to answer (`safe`), before answering."""

    about: str
    code: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Throw away what was written as the answer to a question, to write it anew."""

    question: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop for now; everything is kept.

    `because` is one of `PAUSE_REASONS` where it was not simply asked for.
    """

    because: str = ""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """Say that this is too much now. It stops for now, and the therapist is told."""


@dataclass(frozen=True, slots=True)
class DangerWords:
    """A mother wrote words that may mean danger where no words were asked for."""


@dataclass(frozen=True, slots=True)
class LetGoOn:
    """A therapist's: after danger, let the respondent go on."""


@dataclass(frozen=True, slots=True)
class SharePlan:
    """A therapist's: let the mother see the plan, in words made for her. `order` are components."""

    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """Look at the plan that was shared."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave at once: nothing may stay on the screen. Everything is kept."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End this interview for good; what was answered is kept."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the intake to a supervisor for review."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A supervisor's verdict: `signed_off`, `returned` or `disagreed`, which signs nothing off.

    What is returned has comments, each on a question, or on the whole where it names none.
    """

    verdict: str
    comments: tuple[tuple[str, str], ...] = ()


Event: TypeAlias = (
    Show
    | ChooseLanguage
    | ChangeMode
    | Proceed
    | Give
    | Write
    | Mark
    | Done
    | DontKnow
    | Skip
    | Keep
    | Back
    | Edit
    | Confirm
    | Cancel
    | Move
    | Why
    | Explain
    | Summarise
    | Check
    | Rewrite
    | Pause
    | TooMuch
    | DangerWords
    | LetGoOn
    | SharePlan
    | ShowPlan
    | Leave
    | Stop
    | Submit
    | Reviewed
)
