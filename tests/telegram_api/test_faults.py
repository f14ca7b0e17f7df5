"""Telegram on a bad day: nothing is lost, nothing counts twice, and the screen comes right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.scenario import play, read_scenario
from bot.service import Service
from bot.telegram import app
from flows.conversation import propose
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.errors import StorageError
from tests.telegram_api.fake import FakeTelegram, Faults, RefusedError
from tests.telegram_api.families import answering
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, running
from tests.telegram_api.story import Reader
from tests.telegram_api.test_in_the_hand import begun
from tests.telegram_api.test_safety import GONE
from tests.telegram_api.test_stories import transcript

STORY = Path(__file__).parents[1] / "stories" / "quick-intake.yaml"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
@pytest.mark.parametrize("seed", range(3))
async def test_a_story_comes_through_whatever_happens(
    tmp_path: Path, seed: int, *, webhook: bool
) -> None:
    scenario = read_scenario(STORY)
    async with (
        FakeTelegram(seed=seed) as telegram,
        running(telegram, tmp_path / "volgorde.db", webhook=webhook, introduces=True) as bot,
    ):
        reader = Reader(bot, bot.phone(), scenario)
        await reader.begin()
        telegram.faults = Faults(
            error_500=0.1, reset_before=0.1, reset_after=0.1, too_many=0.1, twice=0.2
        )
        await reader.go_on()
        telegram.faults = Faults()
        interview, events, _ = reader.kept()
        service = Service(bot.store, VOORSTUDIE_CORE, channel="test", clock=bot.bot._timing.clock)
        *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
        ((_, wanted),) = service.events_of(turn.interview.case)
        assert transcript(events) == transcript(wanted)
        assert (
            propose(VOORSTUDIE_CORE, interview).hash
            == propose(VOORSTUDIE_CORE, turn.interview).hash
        )
        # One screen stands there, however often it had to be sent.
        assert len([item for item in reader.phone.messages if item.buttons]) == 1


async def test_what_arrived_without_a_word_is_taken_away_again(polling: Running) -> None:
    phone = polling.phone()
    polling.telegram.faults.next.append(("sendMessage", "reset_after"))
    await phone.send("/start")
    assert len(phone.messages) == 1
    assert len(polling.telegram.deleted[phone.user]) == 2  # the double, and what was typed


async def test_an_update_that_comes_again_counts_once(polling: Running) -> None:
    phone = await begun(polling)
    data = phone.data("nee")
    query = await phone.press_data(data)
    seen = {
        "update_id": polling.telegram._update,
        "callback_query": {
            "id": query,
            "from": phone.person,
            "chat_instance": "1",
            "data": data,
        },
    }
    await phone.press("ja")
    await polling.telegram.again(seen)
    await polling.telegram.settled()
    assert "veilig dak" in phone.screen()


@pytest.mark.parametrize(
    "refusal",
    [
        RefusedError(400, "Bad Request: message to edit not found"),
        RefusedError(400, "Bad Request: message can't be edited"),
    ],
    ids=["gone", "old"],
)
async def test_a_message_that_is_gone_is_sent_anew(polling: Running, refusal: RefusedError) -> None:
    phone = await begun(polling)
    polling.telegram.faults.next.append(("editMessageText", refusal))
    await phone.press("nee")
    assert "genoeg te eten" in phone.screen()
    await phone.press("ja")
    assert "veilig dak" in phone.screen()


async def test_a_chat_that_has_to_wait_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, polling: Running
) -> None:
    # It has to wait for an hour; nobody waits for that when the bot is stopped.
    monkeypatch.setattr(app, "STOP_SECONDS", 0.1)
    one, other = await begun(polling), await begun(polling, user=8)
    waits = RefusedError(429, "Too Many Requests: retry after 3600", retry_after=3600)
    polling.telegram.faults.next.append(("editMessageText", waits))
    await one.press("nee", settle=False)
    await asyncio.wait_for(_until(lambda: not polling.telegram.faults.next), 5)
    await other.press("nee", settle=False)
    await asyncio.wait_for(_until(lambda: "genoeg te eten" in other.screen()), 5)
    assert "gevaar" in one.screen()


async def _until(holds: object) -> None:
    assert callable(holds)
    while not holds():
        await asyncio.sleep(0.005)


async def test_who_blocks_the_bot_is_left_alone_and_comes_back(polling: Running) -> None:
    phone = await begun(polling)
    await phone.press("nee", settle=False)
    await phone.member("kicked")
    calls = len(polling.telegram.calls)
    await polling.telegram.settled()
    assert len(polling.telegram.calls) == calls
    await phone.member("member")
    await phone.send("/start")
    await phone.press("bezig")
    assert "genoeg te eten" in phone.screen()


async def test_a_database_that_is_locked_puts_updates_off_and_loses_none(
    polling: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await begun(polling)
    take, failures = polling.bot._desk.take, iter(range(3))

    def locked(*given: object, **more: object) -> object:
        if next(failures, None) is not None:
            raise StorageError("database_locked", setting="x", path="x")
        return take(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(polling.bot._desk, "take", locked)
    await phone.press("nee")
    assert "genoeg te eten" in phone.screen()


async def test_a_screen_that_was_not_brought_before_a_stop_is_brought_after_it(
    telegram: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "volgorde.db"
    monkeypatch.setattr(app, "STOP_SECONDS", 0.05)
    async with running(telegram, path) as bot:
        phone = await begun(bot)
        # Telegram is away from here on: the answer is kept, the screen stays behind.
        telegram.faults = Faults(error_500=1.0)
        await phone.press("nee", settle=False)
        await asyncio.wait_for(_until(lambda: not telegram.pending), 5)
    assert "gevaar" in phone.screen()
    telegram.faults = Faults()
    async with running(telegram, path) as bot:
        await telegram.settled()
        assert "genoeg te eten" in phone.screen()
        assert len(phone.messages) == 1
        await phone.press("ja")
        assert "veilig dak" in phone.screen()


async def test_what_the_webhook_received_is_handled_after_a_stop(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    path = tmp_path / "volgorde.db"
    async with running(telegram, path) as bot:
        phone = await begun(bot)
        update = {
            "update_id": 5000,
            "callback_query": {
                "id": "q",
                "from": phone.person,
                "chat_instance": "1",
                "data": phone.data("nee"),
            },
        }
        bot.store.run(lambda transaction: transaction.chats.receive("telegram:5000", update))
    async with running(telegram, path) as bot:
        await telegram.settled()
        assert "genoeg te eten" in phone.screen()
        assert bot.store.run(lambda transaction: transaction.chats.received()) == []


async def test_a_case_whose_key_is_gone_leads_back_to_the_overview(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    path = tmp_path / "volgorde.db"

    def destroy(bot: Running) -> None:
        bot.store.run(
            lambda transaction: transaction._connection.exec_driver_sql(
                "UPDATE case_keys SET wrapped_key = NULL, destroyed_at = '2026-01-01'"
            )
        )

    async with running(telegram, path) as bot:
        phone = await begun(bot)
        destroy(bot)
        await phone.press("nee")
        assert "Dat is er niet, of niet meer." in phone.screen()
        assert "niet meer leesbaar" in phone.screen()
        # Another one works, and a restart with such a case on the screen too.
        await phone.press("Nieuw: kort")
        await phone.press("Beginnen")
        assert "gevaar" in phone.screen()
        destroy(bot)
        bot.store.run(
            lambda transaction: transaction._connection.exec_driver_sql(
                "UPDATE chats SET due_at = '2026-01-01'"
            )
        )
    async with running(telegram, path):
        await telegram.settled()
        assert "niet meer leesbaar" in phone.screen()


class Waits:
    """How long the courier was told to wait; nothing ends a wait but the test."""

    def __init__(self, bot: Running) -> None:
        self.seconds: list[float] = []
        self.over = asyncio.Event()
        bot.bot.courier._sleep = self

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await self.over.wait()


def calls_to(bot: Running, phone: Phone, since: int) -> list[str]:
    return [
        method
        for method, params in bot.telegram.calls[since:]
        if params.get("chat_id") == str(phone.user)
    ]


class Edits:
    """Edits in one chat come to nothing: each is answered with trouble, once the test lets it."""

    def __init__(self, bot: Running, phone: Phone, trouble: TelegramError) -> None:
        self._edit, self._phone, self._trouble = bot.bot._api.edit, phone, trouble
        self.tried = 0
        self.answered = asyncio.Event()
        bot.bot._api.edit = self  # type: ignore[assignment, method-assign]

    async def __call__(self, chat: int, *given: Any) -> None:
        if chat != self._phone.user:
            await self._edit(chat, *given)
            return
        self.tried += 1
        await self.answered.wait()
        raise self._trouble


@pytest.mark.parametrize(
    "trouble", [RetryAfter(12), NetworkError("away")], ids=["too many", "backing off"]
)
async def test_leaving_does_not_wait_out_what_an_earlier_edit_has_to(
    polling: Running, trouble: TelegramError
) -> None:
    found = await answering(polling)
    mother, leave = found.mother, found.mother.data("✕ Weg")
    waits, edits = Waits(polling), Edits(polling, mother, trouble)
    edits.answered.set()
    await mother.press("nee", settle=False)
    await asyncio.wait_for(_until(lambda: waits.seconds), 5)
    await mother.press_data(leave, settle=False)
    await asyncio.wait_for(_until(lambda: mother.screen() == GONE["nl"]), 5)
    assert (edits.tried, len(waits.seconds)) == (1, 1)
    assert not waits.over.is_set()


async def test_leaving_while_an_edit_is_being_refused_does_not_wait_for_it(
    polling: Running,
) -> None:
    found = await answering(polling)
    mother, leave = found.mother, found.mother.data("✕ Weg")
    waits, edits = Waits(polling), Edits(polling, mother, RetryAfter(12))
    await mother.press("nee", settle=False)
    await asyncio.wait_for(_until(lambda: edits.tried), 5)
    await mother.press_data(leave, settle=False)
    waiting = polling.bot.courier._waiting
    await asyncio.wait_for(_until(lambda: any(job.urgent for job in waiting.values())), 5)
    edits.answered.set()
    await asyncio.wait_for(_until(lambda: mother.screen() == GONE["nl"]), 5)
    assert waits.seconds == []


async def test_leaving_waits_as_long_as_its_own_delete_is_told_to(polling: Running) -> None:
    found = await answering(polling)
    mother, leave = found.mother, found.mother.data("✕ Weg")
    waits = Waits(polling)
    too_many = RefusedError(429, "Too Many Requests: retry after 7", retry_after=7)
    polling.telegram.faults.next.append(("deleteMessages", too_many))
    since = len(polling.telegram.calls)
    await mother.press_data(leave, settle=False)
    await asyncio.wait_for(_until(lambda: waits.seconds == [7]), 5)
    # Whoever presses again in a hurry does not make Telegram wait longer.
    await mother.press_data(leave, settle=False)
    await asyncio.wait_for(_until(lambda: not polling.telegram.pending), 5)
    assert calls_to(polling, mother, since) == []
    assert waits.seconds == [7]
    waits.over.set()
    await polling.telegram.settled()
    assert mother.screen() == GONE["nl"]
