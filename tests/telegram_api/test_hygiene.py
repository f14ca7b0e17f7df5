"""Nothing stays in a chat longer than it must, and what cannot go is said."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram, RefusedError
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_in_the_hand import begun
from tests.telegram_api.test_safety import GONE, locked_with_a_word

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


async def swept(bot: Running) -> None:
    await bot.bot._sweeper.sweep()
    await bot.telegram.settled()


def kept(bot: Running) -> dict[int, bool]:
    """The messages of the only chat's ledger: which could not be deleted."""

    def work(transaction: Transaction) -> dict[int, bool]:
        chat = transaction.chats.find("telegram", "7")
        assert chat is not None
        return {item.number: item.refused for item in transaction.chats.messages(chat.id)}

    return bot.store.run(work)


async def test_everything_goes_before_it_is_47_hours_old(bot: Running, clock: Clock) -> None:
    phone = await begun(bot)
    await phone.press("nee")
    clock.ahead = 45 * HOUR
    await swept(bot)
    assert len(phone.messages) == 1
    clock.ahead = 46.5 * HOUR
    await swept(bot)
    assert phone.messages == []
    assert kept(bot) == {}
    # The answers are there all the same, and a word brings the question back.
    await phone.send("hallo")
    assert "genoeg te eten" in phone.screen()


async def test_an_old_question_is_never_used_for_a_new_one(bot: Running, clock: Clock) -> None:
    phone = await begun(bot)
    (old,) = phone.messages
    clock.ahead = 46.5 * HOUR
    await phone.press("nee")
    assert "genoeg te eten" in phone.screen()
    assert [old.number] != [item.number for item in phone.messages]
    assert old.number in bot.telegram.deleted[phone.user]


@pytest.mark.parametrize("hours", [47.5, 49])
async def test_what_is_too_old_to_be_deleted_says_nothing_any_more(
    bot: Running, clock: Clock, hours: float
) -> None:
    phone = await begun(bot)
    (old,) = phone.messages
    if hours < 48:
        # Close to the wall Telegram is asked about each, as of many it would only say "done".
        refusal = RefusedError(400, "Bad Request: message can't be deleted for everyone")
        bot.telegram.faults.next.append(("deleteMessage", refusal))
    clock.ahead = hours * HOUR
    await swept(bot)
    assert phone.screen() == GONE["nl"]
    assert kept(bot) == {old.number: True}
    calls = len(bot.telegram.calls)
    await swept(bot)
    assert len(bot.telegram.calls) == calls
    await phone.send("hallo")
    assert "gevaar" in phone.messages[-1].text
    assert old.text == "Tot ziens."


async def test_leaving_after_a_long_silence_leaves_no_question_behind(
    bot: Running, clock: Clock
) -> None:
    phone = await begun(bot)
    clock.ahead = 49 * HOUR
    await phone.send("/exit")
    assert {item.text for item in phone.messages} == {"Tot ziens."}
    assert not any(item.buttons for item in phone.messages)


async def test_a_button_on_a_message_that_telegram_no_longer_shows_us_leaves_nothing_behind(
    bot: Running, clock: Clock
) -> None:
    phone = await begun(bot)
    (old,) = phone.messages
    bot.store.run(
        lambda transaction: transaction._connection.exec_driver_sql("DELETE FROM chat_messages")
    )
    clock.ahead = 49 * HOUR
    await phone.send("/cases")
    assert old in phone.messages
    data = old.buttons[0][0][1]
    old.date = 0
    await phone.press_data(data)
    assert old.text == "Tot ziens."
    assert old.buttons == []


async def typed_long_ago(phone: Phone) -> int:
    """Something the person wrote that reaches us when it can be deleted no longer."""
    return await phone.send("hallo", date=int(phone.telegram.clock() - 49 * HOUR))


async def test_what_the_person_wrote_and_cannot_be_deleted_is_said_once(bot: Running) -> None:
    phone = await begun(bot)
    typed = await typed_long_ago(phone)
    assert "1 bericht kon hier niet worden gewist" in phone.screen()
    assert kept(bot)[typed]
    await phone.press("nee")
    assert "gewist" not in phone.screen()
    await swept(bot)
    assert "gewist" not in phone.screen()


async def test_who_left_reads_what_could_not_be_deleted_when_they_come_back(
    polling: Running,
) -> None:
    _, mother = await locked_with_a_word(polling)
    await typed_long_ago(mother)
    assert [item.text for item in mother.messages if not item.mine] == ["Tot ziens."]
    await mother.send("niet het woord")
    await mother.send("zonnebloem")
    assert "1 bericht kon hier niet worden gewist" in mother.screen()
    await mother.press("niemand")
    assert "gewist" not in mother.screen()


async def test_a_sweep_leaves_a_screen_due_that_was_not_brought(bot: Running, clock: Clock) -> None:
    phone = await begun(bot)
    bot.store.run(
        lambda transaction: transaction._connection.exec_driver_sql(
            "UPDATE chats SET due_at = '2026-01-01'"
        )
    )
    clock.ahead = 46.5 * HOUR
    await swept(bot)
    assert len(bot.store.run(lambda transaction: transaction.chats.due("telegram"))) == 1
    await bot.bot.look_around()
    await bot.telegram.settled()
    assert "gevaar" in phone.screen()


async def test_the_sweep_outlives_a_restart(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "volgorde.db"
    async with FakeTelegram(clock=clock) as telegram:
        async with running(telegram, path, clock=clock) as bot:
            phone = await begun(bot)
        clock.ahead = 46.5 * HOUR
        async with running(telegram, path, clock=clock) as bot:
            await swept(bot)
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


async def test_names_of_commands_and_descriptions_are_dull(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", introduces=True):
        pass
    assert telegram.refused == []
    texts = str(telegram.texts).casefold()
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
