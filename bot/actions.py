"""Actions: what a button of an interview does, as a short text that goes with it."""

from __future__ import annotations

from collections.abc import Callable

from flows import events as ev

_PLAIN: dict[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "show": ev.Show(),
    "summary": ev.Summarise(),
    "submit": ev.Submit(),
    "pause": ev.Pause(),
    "leave": ev.Leave(),
    "stop": ev.Stop(),
    "toomuch": ev.TooMuch(),
    "plan": ev.ShowPlan(),
}
_OF_QUESTION: dict[str, Callable[[str], ev.Event]] = {
    "done": ev.Done,
    "unknown": ev.DontKnow,
    "skip": ev.Skip,
    "keep": ev.Keep,
    "rewrite": ev.Rewrite,
}
_WITH_CODE: dict[str, Callable[[str, str], ev.Event]] = {
    "give": ev.Give,
    "mark": ev.Mark,
}
_WITH_REST: dict[str, Callable[[str], ev.Event]] = {
    "edit": ev.Edit,
    "explain": ev.Explain,
    "mode": ev.ChangeMode,
    "confirm": ev.Confirm,
    "cancel": ev.Cancel,
    "move": ev.Move,
}


def split(action: str) -> tuple[str, str]:
    """Return an action's name and what follows it."""
    name, _, rest = action.partition(":")
    return name, rest


def event_of(action: str, question: str) -> ev.Event | None:
    """Return the event that an action of this question's screen means; None for the chat's own."""
    name, rest = split(action)
    if name == "proceed":
        # Without a mark it is the button of an explanation, and nothing else's.
        return ev.Proceed(rest or ev.BEGIN)
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _OF_QUESTION:
        return _OF_QUESTION[name](question)
    if name in _WITH_CODE:
        return _WITH_CODE[name](question, rest)
    if name == "check":
        about, _, code = rest.partition(":")
        return ev.Check(about, code)
    if name in _WITH_REST:
        return _WITH_REST[name](rest)
    return None


def is_answer(action: str) -> bool:
    """Whether an action answers its question, so that it means nothing on another screen."""
    return split(action)[0] in (*_OF_QUESTION, *_WITH_CODE)
