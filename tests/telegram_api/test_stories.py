"""The stories by hand on a phone give the transcript and the proposal that the terminal gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.scenario import differences, play, read_scenario
from bot.service import Service
from flows.conversation import propose
from flows.questions import MOTHER, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import SOURCE_LANGUAGE, catalogue, languages
from storage.records import EventRecord
from tests.telegram_api import families
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.running import Running, running
from tests.telegram_api.story import Mother, Reader

ALL = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
STORIES = [path for path in ALL if read_scenario(path).respondent == THERAPIST]
MOTHERS = [path for path in ALL if read_scenario(path).respondent == MOTHER]


def transcript(events: list[EventRecord]) -> list[tuple[str, Any]]:
    """What happened, without when; what was said only as far as it says what was asked."""
    left_out = {"said", "language_chosen"}
    return [(item.kind, item.payload) for item in events if item.kind not in left_out]


def in_terminal(
    path: Path, service: Service, language: str | None = None
) -> tuple[list[tuple[str, Any]], str]:
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, read_scenario(path), language)
    ((_, events),) = service.events_of(turn.interview.case)
    return transcript(events), propose(VOORSTUDIE_CORE, turn.interview).hash


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_by_hand(path: Path, polling: Running) -> None:
    scenario = read_scenario(path)
    reader = Reader(polling, polling.phone(), scenario)
    await reader.play()
    interview, events, proposals = reader.kept()
    service = Service(
        polling.store, VOORSTUDIE_CORE, channel="test", clock=polling.bot._timing.clock
    )
    wanted, proposal = in_terminal(path, service)
    assert transcript(events) == wanted
    found = propose(VOORSTUDIE_CORE, interview)
    assert found.hash == proposal
    assert list(differences(scenario.expect, found.to_data(catalogue(SOURCE_LANGUAGE).say))) == []
    if proposals:
        assert proposals[-1].content_hash == proposal
    assert polling.telegram.refused == []
    assert len(reader.phone.messages) <= 2  # the whole proposal may need two


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", MOTHERS, ids=lambda path: path.stem)
async def test_a_mothers_story_by_hand(
    path: Path, language: str, telegram: FakeTelegram, tmp_path: Path
) -> None:
    scenario = replace(read_scenario(path), language=language)
    async with running(telegram, tmp_path / "volgorde.db", mothers_write=True) as bot:
        reader = Mother(bot, bot.phone(families.MOTHER), scenario)
        await reader.play()
        interview, events, proposals = reader.kept()
        service = Service(bot.store, VOORSTUDIE_CORE, channel="test", clock=bot.bot._timing.clock)
        wanted, _ = in_terminal(path, service, language)
        assert transcript(events) == wanted
        assert interview.state == scenario.expect["state"]
        assert proposals == []
        assert telegram.refused == []
        assert len(reader.phone.messages) == 1


async def test_the_same_by_webhook(telegram: FakeTelegram, tmp_path: Path) -> None:
    path = next(item for item in STORIES if item.stem == "two-languages")
    async with running(telegram, tmp_path / "volgorde.db", webhook=True) as bot:
        reader = Reader(bot, bot.phone(), read_scenario(path))
        await reader.play()
        _, events, _ = reader.kept()
        service = Service(bot.store, VOORSTUDIE_CORE, channel="test", clock=bot.bot._timing.clock)
        assert transcript(events) == in_terminal(path, service)[0]
        assert telegram.refused == []
