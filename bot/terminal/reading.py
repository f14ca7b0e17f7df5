"""Reading: what a typed line means on the screen that is shown. Pure, so that it can be tested."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.labels import meant
from bot.service import Said
from flows import events as ev
from flows.messages import Message, message
from flows.questions import Kind
from flows.telling_why import SOURCES_PART
from flows.utterances import Screen
from locales import languages

UNKNOWN_CODE = "unknown"


@dataclass(frozen=True, slots=True)
class Help:
    """Show what can be typed."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Show the languages to choose from, or take the one that was named."""

    wanted: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """Begin a new case."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the program; there is nothing to save that is not saved."""


@dataclass(frozen=True, slots=True)
class Misread:
    """The line means nothing here; say what to do."""

    problem: Message


Reading: TypeAlias = ev.Event | Help | Languages | NewCase | Close | Misread

_DIGITS = 4
"""No list is longer; a longer number is not even read."""

COMMANDS = {
    "?": "why",
    "b": "back",
    "e": "edit",
    "k": "keep",
    "d": "dont_know",
    "s": "skip",
    "r": "repeat",
    "l": "language",
    "p": "pause",
    "x": "leave",
    "stop": "stop",
    "t": "too_much",
    "h": "help",
}
"""What can be typed at any question instead of an answer."""

KEYS: dict[type[object], str] = {
    ev.Why: "?",
    ev.Back: "b",
    ev.Summarise: "e",
    ev.Keep: "k",
    ev.DontKnow: "d",
    ev.Skip: "s",
    ev.Show: "r",
    ev.Pause: "p",
    ev.Leave: "x",
    ev.Stop: "stop",
    ev.Submit: "v",
    ev.Confirm: "1",
    ev.Cancel: "2",
    ev.Move: "1",
    ev.TooMuch: "t",
    ev.Rewrite: "a",
}
"""What to type for an event, where one key says it."""


def read(line: str, said: Said) -> Reading:
    """Say what a line means on this screen."""
    text = line.strip()
    word = text.casefold()
    named = word[2:].strip() if word.startswith("l ") else ""
    command = "language" if named in languages() else COMMANDS.get(word)
    match command:
        case "back":
            return ev.Back()
        case "repeat":
            return ev.Show()
        case "language":
            return Languages(named)
        case "pause":
            return ev.Pause()
        case "leave":
            return ev.Leave()
        case "stop":
            return ev.Stop()
        case "too_much":
            return ev.TooMuch()
        case "help":
            return Help()
        case "edit" if said.utterance.screen is not Screen.SUMMARY:
            return ev.Summarise()
    readers = {
        Screen.QUESTION: _read_question,
        Screen.CHECK: _read_check,
        Screen.PLAN: _read_on,
        Screen.CONSEQUENCES: _read_consequences,
        Screen.MOVING: _read_moving,
        Screen.SUMMARY: _read_summary,
        Screen.PROPOSAL: _read_proposal,
        Screen.ENDED: _read_ended,
        Screen.EXPLAINED: _read_on,
    }
    reader = readers.get(said.utterance.screen)
    if reader is not None:
        return reader(text, command, said)
    if not text:
        return ev.Proceed()
    return Misread(message("terminal.press_enter"))


def _read_question(text: str, command: str | None, said: Said) -> Reading:
    data = said.utterance.data
    question = str(data["question"])
    match command:
        case "why":
            return ev.Why()
        case "keep":
            return ev.Keep(question) if data["keep"] else Misread(message("terminal.no_keep"))
        case "dont_know":
            return ev.DontKnow(question)
        case "skip":
            return ev.Skip(question)
    if data.get("masked") and text.casefold() in ("", "a"):
        return ev.Rewrite(question) if text else ev.Done(question)
    if not text:
        return ev.Keep(question) if data["keep"] else Misread(message("input.empty"))
    if data["kind"] == Kind.CHOICE:
        return _read_choice(question, text, said)
    if data["kind"] == Kind.MULTI_CHOICE:
        return _read_choices(question, text, said)
    return ev.Give(question, text)


def _read_check(text: str, _: str | None, said: Said) -> Reading:
    code = _code(text, said)
    if code is None or code == UNKNOWN_CODE:
        return Misread(message("terminal.choose_number", count=len(said.utterance.options)))
    return ev.Check(str(said.utterance.data["about"]), code)


def _read_on(_: str, __: str | None, ___: Said) -> Reading:
    return ev.Show()


def _read_choice(question: str, text: str, said: Said) -> Reading:
    code = _code(text, said)
    if code is None:
        return Misread(message("terminal.choose_number", count=len(said.utterance.options) + 1))
    return ev.DontKnow(question) if code == UNKNOWN_CODE else ev.Give(question, code)


def _read_choices(question: str, text: str, said: Said) -> Reading:
    parts = [part for part in re.split(r"[\s,;+]+", text) if part]
    codes = [_code(part, said) for part in parts]
    if any(code is None for code in codes):
        whole = _code(text, said)
        codes = [whole]
    if codes == [UNKNOWN_CODE]:
        return ev.DontKnow(question)
    chosen = tuple(code for code in codes if code is not None)
    if len(chosen) != len(codes) or UNKNOWN_CODE in chosen:
        return Misread(message("terminal.choose_numbers", count=len(said.utterance.options) + 1))
    return ev.Give(question, chosen)


def _code(text: str, said: Said) -> str | None:
    """Return the choice that a number or the beginning of a label means; one past the last is
    "I don't know"."""
    options = said.utterance.options
    if text.isdecimal():
        number = int(text[:_DIGITS]) if len(text) <= _DIGITS else 0
        if number == len(options) + 1:
            return UNKNOWN_CODE
        return options[number - 1].code if 0 < number <= len(options) else None
    return meant(text, said)


def _read_consequences(text: str, _: str | None, said: Said) -> Reading:
    shown = str(said.utterance.data["shown"])
    if text == "1":
        return ev.Confirm(shown)
    if text == "2":
        return ev.Cancel(shown)
    return Misread(message("terminal.one_or_two"))


def _read_moving(text: str, _: str | None, said: Said) -> Reading:
    if text == "1":
        return ev.Move(str(said.utterance.data["shown"]))
    return ev.Pause() if text == "2" else Misread(message("terminal.one_or_two"))


def _read_summary(text: str, _: str | None, said: Said) -> Reading:
    rows = list(said.utterance.data["rows"])
    if not text:
        final = said.utterance.data["final"]
        return ev.Proceed(str(said.utterance.data["shown"])) if final else ev.Show()
    number = re.fullmatch(r"(?:e\s*)?(\d{1,4})", text.casefold())
    if number and 0 < int(number[1]) <= len(rows):
        return ev.Edit(rows[int(number[1]) - 1])
    return Misread(message("terminal.choose_row", count=len(rows)))


def _read_proposal(text: str, _: str | None, __: Said) -> Reading:
    match text.casefold():
        case "":
            return ev.Pause()
        case "v":
            return ev.Submit()
        case "w":
            return ev.Explain(SOURCES_PART)
        case "m":
            return ev.Edit("own_view")
        case "o":
            return ev.Edit("override_order")
        case "n":
            return NewCase()
    return Misread(message("terminal.proposal_keys"))


def _read_ended(text: str, _: str | None, __: Said) -> Reading:
    return NewCase() if text.casefold() == "n" else Close()
