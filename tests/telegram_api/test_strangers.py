"""In the chat of somebody who was not let in nothing stays, neither theirs nor ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.telegram import strangers
from bot.telegram.strangers import STANDS_SECONDS
from bot.telegram.turn import Stranger
from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram, RefusedError
from tests.telegram_api.families import MOTHER, begun, disable, invite
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_attacks_on_phones import edited


@pytest.fixture
async def closed(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[Running]:
    """A bot that lets nobody in without a link."""
    async with running(telegram, tmp_path / "volgorde.db", open_therapists=False) as bot:
        yield bot


def later(bot: Running, seconds: float) -> None:
    """Put the clock of the strangers forward."""
    before = bot.bot._strangers._now()
    bot.bot._strangers._now = lambda: before + seconds


async def look_around(bot: Running) -> None:
    await bot.bot.look_around()
    await bot.telegram.settled()


async def test_what_is_said_to_a_stranger_does_not_stand_there_for_long(closed: Running) -> None:
    stranger = closed.phone(66)
    await stranger.send("hallo, is dit van de opvang?")
    await stranger.send("/start " + "x" * 43)
    assert stranger.screen().splitlines() == [
        "bot: Dit gesprek is alleen voor wie is uitgenodigd.",
        "bot: Deze link opent niets.",
    ]
    later(closed, STANDS_SECONDS - 1)
    await look_around(closed)
    assert len(stranger.messages) == 2
    later(closed, 2)
    await look_around(closed)
    assert stranger.messages == []
    await look_around(closed)
    assert closed.bot._strangers._chats == {}
    # Whoever asks again is answered again.
    await stranger.send("hallo")
    assert "alleen voor wie is uitgenodigd" in stranger.screen()


@pytest.mark.parametrize("does", ["edits", "blocks"])
async def test_who_is_shut_out_is_told_nothing_that_they_did_not_ask(
    closed: Running, does: str
) -> None:
    therapist, code = await begun(closed)
    disable(closed, code)
    await look_around(closed)
    since = len(closed.telegram.calls)
    if does == "edits":
        await edited(therapist, 1, "hallo")
    else:
        await therapist.member("kicked")
    await look_around(closed)
    assert "sendMessage" not in [method for method, _ in closed.telegram.calls[since:]]


async def test_who_is_let_in_finds_nothing_of_before(closed: Running) -> None:
    therapist, _ = await begun(closed)
    mother = closed.phone(MOTHER)
    await mother.send("hallo, is dit van de opvang?")
    await mother.send("/start " + "x" * 43)
    await mother.send(f"/start {await invite(therapist)}")
    assert len(mother.messages) == 1
    await mother.press("✕ Weg")
    assert mother.screen() == "bot: Tot ziens."


async def test_a_line_on_its_way_to_somebody_who_is_let_in_goes_too(
    closed: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, held = closed.bot._api.send, asyncio.Event()

    async def slow(*given: Any, **more: Any) -> int:
        await held.wait()
        return await send(*given, **more)

    monkeypatch.setattr(closed.bot._api, "send", slow)
    closed.bot._strangers.turn_away(Stranger(66, "nl"))
    closed.bot._strangers.let_in(66)
    stranger = closed.phone(66)
    held.set()
    await closed.telegram.settled()
    assert stranger.messages == []


@pytest.mark.parametrize(
    ("trouble", "times"),
    [
        (RefusedError(429, "Too Many Requests: retry after 60", retry_after=60), 1),
        ("reset_before", 2),
    ],
    ids=["too many", "away"],
)
async def test_what_a_stranger_wrote_is_deleted_later_where_it_cannot_be_now(
    closed: Running, trouble: RefusedError | str, times: int
) -> None:
    stranger = closed.phone(66)
    # It is tried again by itself when they were answered.
    closed.telegram.faults.next.extend([("deleteMessages", trouble)] * times)
    await stranger.send("hallo, is dit van de opvang?")
    assert "opvang" in stranger.screen()
    later(closed, 61)
    await look_around(closed)
    assert "opvang" not in stranger.screen()


async def test_of_many_strangers_none_is_forgotten_with_a_line_in_the_chat(
    closed: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "_CHATS_REMEMBERED", 2)
    phones = [closed.phone(user) for user in (66, 67, 68)]
    for phone in phones:
        await phone.send("hallo")
    assert [len(phone.messages) for phone in phones] == [0, 1, 1]
    assert len(closed.bot._strangers._chats) == 2


async def test_a_stop_leaves_nothing_in_a_strangers_chat(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", open_therapists=False) as bot:
        stranger = bot.phone(66)
        await stranger.send("hallo")
        assert len(stranger.messages) == 1
    assert stranger.messages == []


async def test_who_is_shut_out_is_a_stranger_from_then_on(closed: Running) -> None:
    therapist, _ = await begun(closed)
    await therapist.send("/exit")

    def shut_out(transaction: Transaction) -> None:
        (person,) = transaction.people.all()
        transaction.people.set_disabled(person.id, disabled=True)

    closed.store.run(shut_out)
    await therapist.send("hallo?")
    assert [item.text for item in therapist.messages if item.mine] == []
    assert "alleen voor wie is uitgenodigd" in therapist.screen()
    later(closed, STANDS_SECONDS)
    await look_around(closed)
    assert therapist.screen() == "bot: Tot ziens."
