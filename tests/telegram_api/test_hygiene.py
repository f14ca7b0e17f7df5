"""Nothing stays in a chat longer than it must, and what cannot go is said."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.telegram_api.fake import FakeTelegram, RefusedError
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_in_the_hand import begun

HOUR = 3600.0


class Clock:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bot(clock: Clock, tmp_path: Path) -> AsyncIterator[Running]:
    async with (
        FakeTelegram(clock=clock) as telegram,
        running(telegram, tmp_path / "volgorde.db", clock=clock) as found,
    ):
        yield found


async def test_everything_goes_before_it_is_47_hours_old(bot: Running, clock: Clock) -> None:
    phone = await begun(bot)
    await phone.press("nee")
    clock.ahead = 45 * HOUR
    await bot.bot._sweeper.sweep()
    assert len(phone.messages) == 1
    clock.ahead = 46.5 * HOUR
    await bot.bot._sweeper.sweep()
    assert phone.messages == []
    # The answers are there all the same, and a word brings the question back.
    await phone.send("hallo")
    assert "genoeg te eten" in phone.screen()


async def test_what_is_too_old_is_said_once(bot: Running, clock: Clock) -> None:
    phone = await begun(bot)
    clock.ahead = 49 * HOUR
    await bot.bot._sweeper.sweep()
    await bot.telegram.settled()
    assert "kon hier niet worden gewist" in phone.screen()
    said = phone.screen().count("gewist")
    await bot.bot._sweeper.sweep()
    await bot.telegram.settled()
    assert phone.screen().count("gewist") == said


async def test_the_sweep_outlives_a_restart(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "volgorde.db"
    async with FakeTelegram(clock=clock) as telegram:
        async with running(telegram, path, clock=clock) as bot:
            phone = await begun(bot)
        clock.ahead = 46.5 * HOUR
        async with running(telegram, path, clock=clock) as bot:
            await bot.bot._sweeper.sweep()
            assert phone.messages == []


async def test_a_refusal_of_many_falls_back_to_one_by_one(bot: Running) -> None:
    phone = await begun(bot)
    bot.telegram.faults.next.append(
        ("deleteMessages", RefusedError(400, "Bad Request: message can't be deleted"))
    )
    typed = await phone.send("nee")
    assert typed in bot.telegram.deleted[phone.user]


async def test_pausing_deletes_what_the_ledger_knows(bot: Running) -> None:
    phone = await begun(bot)
    before = {item.number for item in phone.messages}
    await phone.send("/pause")
    assert before <= set(bot.telegram.deleted[phone.user])
    assert [item.mine for item in phone.messages] == [False]


async def test_nothing_in_the_chat_says_what_it_is_about_when_left(bot: Running) -> None:
    phone = await begun(bot)
    await phone.send("/exit")
    words = phone.screen().casefold()
    assert not any(word in words for word in ("trauma", "geweld", "intake", "emdr", "nika"))


async def test_names_of_commands_and_descriptions_are_dull(bot: Running) -> None:
    texts = str(bot.telegram.texts).casefold()
    assert "commands:nl" in texts
    assert "commands:en" in texts
    for word in ("trauma", "geweld", "violence", "treatment", "behandel", "opvang", "shelter"):
        assert word not in texts


async def test_a_first_line_could_be_anybodys(bot: Running) -> None:
    phone = await begun(bot, "volledig")
    for _ in range(60):
        first = phone.messages[-1].text.splitlines()[0]
        assert "van ongeveer" in first, first
        if "Klopt, naar het voorstel" in phone.labels:
            break
        await phone.press("Overslaan")
        if "Klopt, naar het voorstel" in phone.labels:
            break
