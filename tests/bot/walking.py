"""A story walked through the pure core, without a store: for tests of what is said on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.scenario import Player, Scenario, read_scenario
from flows import events as ev
from flows.conversation import advance, new_interview
from flows.interview import Interview
from flows.utterances import Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import lexicon

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """The interview after one event, and what was said."""

    interview: Interview
    said: tuple[Utterance, ...]


def steps(
    scenario: Scenario, language: str, switches: Mapping[int, str] | None = None
) -> Iterator[Step]:
    """Walk a story in a language; `switches` are other languages, by the number of the step that
    they come before."""
    interview = new_interview(
        VOORSTUDIE_CORE, case="K7F-2M9", respondent=scenario.respondent, mode=scenario.mode
    )
    player = Player(VOORSTUDIE_CORE, scenario)
    event: ev.Event | None = ev.ChooseLanguage(language)
    number = 0
    while event is not None:
        for what in (*_switch(number, switches or {}), event):
            at = THEN + timedelta(seconds=number)
            outcome = advance(VOORSTUDIE_CORE, interview, what, at, lexicon())
            interview = outcome.interview
            yield Step(interview, outcome.utterances)
        event = player.next_event(outcome.utterances[-1])
        number += 1


def _switch(number: int, switches: Mapping[int, str]) -> Iterator[ev.Event]:
    if number and number in switches:
        yield ev.ChooseLanguage(switches[number])


def story(path: Path) -> Scenario:
    """Read a story."""
    return read_scenario(path)
