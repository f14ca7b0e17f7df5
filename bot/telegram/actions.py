"""Actions: what a button does, as a short text that the view keeps."""

from __future__ import annotations

from collections.abc import Callable

from flows import events as ev

HOME, CASE, NEW, HELP, LANGUAGES, LANGUAGE = "home", "case", "new", "help", "languages", "language"
"""What concerns the chat and not an interview; the rest of the text says which."""

_PLAIN: dict[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "show": ev.Show(),
    "summary": ev.Summarise(),
    "submit": ev.Submit(),
    "pause": ev.Pause(),
    "leave": ev.Leave(),
}
_OF_QUESTION: dict[str, Callable[[str], ev.Event]] = {
    "done": ev.Done,
    "unknown": ev.DontKnow,
    "skip": ev.Skip,
    "keep": ev.Keep,
}
_WITH_CODE: dict[str, Callable[[str, str], ev.Event]] = {
    "give": ev.Give,
    "mark": ev.Mark,
}
_WITH_REST: dict[str, Callable[[str], ev.Event]] = {
    "edit": ev.Edit,
    "explain": ev.Explain,
    "mode": ev.ChangeMode,
    "proceed": ev.Proceed,
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
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _OF_QUESTION:
        return _OF_QUESTION[name](question)
    if name in _WITH_CODE:
        return _WITH_CODE[name](question, rest)
    if name in _WITH_REST:
        return _WITH_REST[name](rest)
    return None


def is_answer(action: str) -> bool:
    """Whether an action answers its question, so that it means nothing on another screen."""
    return split(action)[0] in (*_OF_QUESTION, *_WITH_CODE)
