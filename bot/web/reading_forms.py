"""Reading a form: what somebody did on a page of an interview, as an event. Pure.

Nothing in a form is believed: an event that is not possible where the conversation stands is
refused there, and what is not for this respondent is no event at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from bot.actions import event_of, split
from flows import events as ev
from flows.questions import MOTHER

LEAVE: Final = "leave"
_LONGEST_CODE: Final = 200
_NOT_HERS: Final = ("mode", "submit", "explain")
_HERS_ONLY: Final = ("check", "plan", "toomuch")


def read(form: Mapping[str, str], respondent: str, offered: Collection[str]) -> ev.Event | None:
    """Return the event that a form means; None for what no page of ours can send.

    `offered` are the languages that can be chosen. Every button of a page is called `do` and says
    what it does; what was typed or ticked stands in fields of its own.
    """
    action = form.get("do", "")[:_LONGEST_CODE]
    question = form.get("question", "")[:_LONGEST_CODE]
    name, rest = split(action)
    if name in (_NOT_HERS if respondent == MOTHER else _HERS_ONLY):
        return None
    match name:
        case "typed":
            return ev.Give(question, form.get("text", ""))
        case "marked":
            return ev.Give(question, tuple(form.get("code", "").split()))
        case "language":
            return ev.ChooseLanguage(rest) if rest in offered else None
    return event_of(action, question)


def typed_in(form: Mapping[str, str]) -> str:
    """Return what was typed, whatever it was typed for; empty where nothing was."""
    return form.get("text", "").strip()
