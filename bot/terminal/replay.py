"""Replaying: a scenario on the screen, as if its person were typing."""

from __future__ import annotations

from rich.console import Console

from bot.scenario import Scenario, play
from bot.service import Said, Service
from bot.terminal.reading import KEYS
from bot.terminal.screen import TerminalScreen
from flows import events as ev
from flows.interview import Interview
from flows.protocol import Protocol
from flows.utterances import Screen


def replay(
    service: Service,
    protocol: Protocol,
    scenario: Scenario,
    console: Console,
    language: str | None = None,
) -> tuple[Interview, TerminalScreen]:
    """Play a scenario and show it; return the interview as it ends, and the screen."""
    screen = TerminalScreen(console, hints=False)
    asked: Said | None = None
    interview: Interview | None = None
    for event, turn in play(service, protocol, scenario, language):
        if asked is not None:
            console.print(f"> {_typed(event, asked)}".rstrip(), soft_wrap=True)
        for delivery in turn.deliveries:
            screen.show(delivery.said)
            asked = delivery.said
        interview = turn.interview
    if interview is None:
        raise RuntimeError("a scenario without events")
    return interview, screen


def _typed(event: ev.Event, asked: Said) -> str:
    """Show what the person would have typed: a label, a text or a key."""
    match event:
        case ev.Give(_, value):
            words = dict(
                zip(
                    (option.code for option in asked.utterance.options),
                    asked.option_words,
                    strict=True,
                )
            )
            codes = value if isinstance(value, tuple) else (value,)
            return ", ".join(words.get(code, code) for code in codes)
        case ev.ChooseLanguage(language):
            return f"l {language}"
        case ev.Edit(question):
            rows = list(asked.utterance.data.get("rows", ()))
            shown = asked.utterance.screen is Screen.SUMMARY and question in rows
            return str(rows.index(question) + 1) if shown else f"e {question}"
    return KEYS.get(type(event), "")
