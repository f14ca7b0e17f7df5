"""What an attacker found: a phone that is lent, left, or reminded where that may harm."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.leaving import is_exit
from flows.questions import MOTHER
from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.families import (
    Family,
    another_family,
    answering,
    begun,
    digits_on,
    enrol,
    her_page,
    lent,
    token_on,
)
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_safety import GONE, is_reminded
from tests.telegram_api.test_two_people import Clock, handed_over, interview_of, look_around


@pytest.fixture
async def timed(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[tuple[Running, Clock]]:
    clock = Clock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC).timestamp())
    telegram.clock = clock
    async with running(telegram, tmp_path / "volgorde.db", clock=clock) as bot:
        yield bot, clock


# --- a lent phone ---------------------------------------------------------------------------------


async def test_her_own_phone_shows_nothing_of_what_she_answers_on_the_lent_one(
    polling: Running,
) -> None:
    found = await answering(polling)
    own, phone = found.mother, found.therapist
    await own.press("Pauze")
    go_on = own.data("Verder")
    await lent(phone, found.code)
    assert own.screen() == GONE["nl"]
    for label in ("niemand", "ja", "nee", "nee"):
        await phone.press(label)
    for words in ("/edit", "/start", "hallo"):
        await own.send(words)
        assert own.screen() == GONE["nl"]
    await own.press_data(go_on)
    assert own.screen() == GONE["nl"]
    assert "3 van" in phone.screen()


async def test_nobody_reads_along_by_the_link_that_was_made_before_the_phone_was_lent(
    polling: Running,
) -> None:
    phone, code = await begun(polling)
    await her_page(phone, code)
    for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen"):
        await phone.press(label)
    token = token_on(phone)
    await phone.press("Op deze telefoon")
    await phone.press("Geef haar de telefoon")
    other = polling.phone(66)
    await other.send(f"/start {token}")
    assert "verlopen" in other.screen()
    for label in ("niemand", "ja", "Ja, ik doe mee", "nee"):
        await phone.press(label)
    assert "eten" in phone.screen()


async def test_another_link_takes_her_questions_off_the_lent_phone(polling: Running) -> None:
    phone, code = await begun(polling)
    digits = await lent(phone, code)

    def invited(transaction: Transaction) -> str:
        case = transaction.case_by_code(code)
        assert case is not None
        return polling.bot._desk.service.invite(
            transaction,
            case.id,
            actor=None,
            language="nl",
            reminders=False,
            lasts=polling.bot._desk.house.invitation,
        )

    other = polling.phone(66)
    await other.send(f"/start {polling.store.run(invited)}")
    assert phone.screen() == GONE["nl"]
    await other.press("niemand")
    assert "Je behandelaar is er nu niet bij" in other.screen()
    await phone.send(digits)
    assert "op een ander account geopend" in phone.screen()


@pytest.mark.parametrize("how", ["handed over", "key destroyed", "disabled and enabled"])
async def test_a_lent_phone_stays_locked_until_its_digits_whatever_is_done_elsewhere(
    telegram: FakeTelegram, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "volgorde.db"
    async with running(telegram, path) as bot:
        phone, code = await begun(bot)
        other = await another_family(bot, phone, 23)
        old = phone.data("Haar antwoorden")
        if how == "handed over":
            await enrol(bot, 12)
        digits = await lent(phone, code)
        if how == "handed over":
            handed_over(bot, code)
        elif how == "key destroyed":
            with sqlite3.connect(path) as connection:
                connection.execute(
                    "UPDATE case_keys SET wrapped_key = NULL, "
                    "destroyed_at = '2026-03-02 10:00:00' "
                    "WHERE case_id = (SELECT id FROM cases WHERE code = ?)",
                    (code,),
                )
        else:
            for disabled in (True, False):
                set_disabled(bot, disabled=disabled)
                await look_around(bot)
        await look_around(bot)
        for words in ("hallo", "/cases", "/start", "hoi"):
            await phone.send(words)
            assert other.code not in phone.screen()
        await phone.press_data(old)
        assert phone.screen() == GONE["nl"]
        await phone.send(digits)
        await phone.send("/cases")
        assert other.code in phone.screen()
        assert "Nieuw: kort" in phone.labels


def set_disabled(bot: Running, *, disabled: bool) -> None:
    """Shut the first colleague out, or let them in again."""

    def work(transaction: Transaction) -> None:
        person = transaction.people.all()[0]
        transaction.people.set_disabled(person.id, disabled=disabled)

    bot.store.run(work)


async def test_what_she_types_on_a_lent_phone_keeps_its_owner_out_of_nothing(
    polling: Running,
) -> None:
    phone, code = await begun(polling)
    digits = await lent(phone, code)
    for words in ("hallo", "12", "zonnebloem"):
        await phone.send(words)
    await phone.press("Weg")
    for words in ("hallo", "wie is daar", "/start", "1234", "0612345678", "kom terug"):
        await phone.send(words)
    assert phone.screen() == GONE["nl"]
    await phone.send(digits)
    assert code in phone.screen()


async def test_digits_that_were_never_seen_are_made_anew_after_a_restart(
    telegram: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "volgorde.db"
    async with running(telegram, path) as bot:
        phone, code = await begun(bot)
        await her_page(phone, code)
        for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen"):
            await phone.press(label)
        # The page with the digits is kept, and the program stops before it is brought.
        monkeypatch.setattr(bot.bot.courier, "deliver", lambda _job: None)
        await phone.press("Op deze telefoon")
    monkeypatch.undo()
    telegram.bot_idle = None
    async with running(telegram, path) as bot:
        await telegram.settled()
        digits = digits_on(phone)
        await phone.press("Geef haar de telefoon")
        await phone.send(digits)
        assert code in phone.screen()


async def test_a_phone_with_its_digits_still_on_it_shows_no_other_family_after_a_handover(
    polling: Running,
) -> None:
    phone, code = await begun(polling)
    other = await another_family(polling, phone, 23)
    await enrol(polling, 12)
    await her_page(phone, code)
    for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen", "Op deze telefoon"):
        await phone.press(label)
    digits = digits_on(phone)
    handed_over(polling, code)
    await look_around(polling)
    await phone.send("hallo")
    assert phone.screen() == GONE["nl"]
    await phone.send(digits)
    await phone.send("/cases")
    assert other.code in phone.screen()


async def test_who_lends_a_phone_is_there_for_nobody_else(timed: tuple[Running, Clock]) -> None:
    bot, clock = timed
    one = await answering(bot)
    other = await another_family(bot, one.therapist, 23)
    await lent(one.therapist, one.code)
    assert "stilgezet" in other.mother.screen()
    for label in ("niemand", "ja", "nee", "nee"):
        clock.on(minutes=25)
        await one.therapist.press(label)
    await look_around(bot)
    await other.mother.press("Verder")
    assert "Je behandelaar is er nu niet bij" in other.mother.screen()


async def test_on_a_lent_phone_too_her_questions_wait_where_nothing_was_done_for_long(
    timed: tuple[Running, Clock],
) -> None:
    bot, clock = timed
    phone, code = await begun(bot)
    digits = await lent(phone, code)
    for label in ("niemand", "ja", "Ja, ik doe mee"):
        await phone.press(label)
    clock.on(minutes=20)
    await phone.press("nee")
    assert "eten" in phone.screen()
    clock.on(minutes=40)
    await phone.press("nee")
    assert "Je behandelaar is er nu niet bij" in phone.screen()
    await phone.press("Verder")
    assert "Je behandelaar is er nu niet bij" in phone.screen()
    await phone.send(digits)
    assert "Ik ben bij haar" in phone.labels


# --- leaving --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        *("weg", "Weg!", "weg.", "WEG", "/weg", "/stop", "/leave", "/exit.", "/exit!", "/ exit"),
        *("ik moet weg", "weg weg", "e x i t", "exit🙏", "wyjdz!", "wyjdz\u0301", "/wyjście"),
        *(" exit\u200b", "ｅｘｉｔ", "exit\n", "«weg»", "'exit'", "ga weg", "W-E-G", "s.t.o.p"),
    ],
)
def test_who_wants_to_leave_may_spell_it_anyhow(words: str) -> None:
    assert is_exit(words, "nl")


@pytest.mark.parametrize(
    "words",
    ["", "nee", "ik weet het niet", "wegen", "exitus", "hij ging vorig jaar weg", "🙏", "…"],
)
def test_not_everything_leaves(words: str) -> None:
    assert not is_exit(words, "nl")


@pytest.mark.parametrize(
    ("how", "phone"),
    [
        ("caption", "her own"),
        ("edited", "her own"),
        ("edited", "lent"),
        ("command", "her own"),
    ],
)
async def test_leaving_is_heard_however_it_is_asked_for(
    polling: Running, how: str, phone: str
) -> None:
    found = await answering(polling)
    hers = found.mother
    if phone == "lent":
        hers = found.therapist
        await lent(hers, found.code)
    number = await hers.send("hoi")
    match how:
        case "caption":
            photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
            await hers.send_kind(photo=photo, caption="weg!")
        case "edited":
            await edited(hers, number, "weg")
        case _:
            await hers.send("/leave nu")
    assert hers.screen() == GONE["nl"]


async def edited(phone: Phone, number: int, text: str) -> None:
    """Mend a message that was sent."""
    now = int(phone.telegram.clock())
    message = {
        "message_id": number,
        "date": now,
        "edit_date": now,
        "chat": phone.chat,
        "from": phone.person,
        "text": text,
    }
    await phone.telegram.push({"edited_message": message})
    await phone.telegram.settled()


# --- reminders ------------------------------------------------------------------------------------


async def danger_and_pause(found: Family) -> None:
    await found.mother.press("ja")
    await found.mother.send("/pause")


async def danger_from_her_therapist(found: Family) -> None:
    await found.therapist.send("/cases")
    await found.therapist.press(f"{found.code} · ")
    await found.therapist.press("ja")


async def danger_on_the_lent_phone(found: Family) -> None:
    await found.mother.press("Pauze")
    await lent(found.therapist, found.code)
    for label in ("niemand", "ja", "ja"):
        await found.therapist.press(label)


async def stopped_on_the_lent_phone(found: Family) -> None:
    await found.mother.press("Pauze")
    await lent(found.therapist, found.code)
    await found.therapist.send("/pause")
    await found.therapist.press("Ik stop ermee")


async def not_safe_and_back(found: Family) -> None:
    for label in ("Pauze", "Verder", "niemand", "nee", "Verder", "Pauze"):
        if label in found.mother.labels:
            await found.mother.press(label)


async def too_much_and_back(found: Family) -> None:
    for label in ("Dit is te veel", "Verder"):
        await found.mother.press(label)
    await found.mother.send("/pause")


@pytest.mark.parametrize(
    "after",
    [
        danger_and_pause,
        danger_from_her_therapist,
        danger_on_the_lent_phone,
        stopped_on_the_lent_phone,
        not_safe_and_back,
        too_much_and_back,
    ],
)
async def test_nobody_is_reminded_where_that_may_harm(
    timed: tuple[Running, Clock], after: Callable[[Family], Awaitable[None]]
) -> None:
    bot, clock = timed
    found = await answering(bot, reminders=True)
    await after(found)
    for _ in range(3):
        clock.on(hours=25)
        await look_around(bot)
        assert not is_reminded(found.mother)


async def test_who_answered_a_reminder_is_not_reminded_again(
    timed: tuple[Running, Clock],
) -> None:
    bot, clock = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    clock.on(hours=25)
    await look_around(bot)
    await her_page(found.therapist, found.code)
    await found.therapist.press("Ik ben bereikbaar")
    for label in ("Verder", "niemand", "ja", "nee"):
        await found.mother.press(label)
    for _ in range(3):
        clock.on(hours=25)
        await look_around(bot)
        assert not is_reminded(found.mother)


async def test_a_reminder_that_waits_is_not_sent_after_danger_was_told(
    timed: tuple[Running, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, clock = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    clock.on(hours=25)
    # It is due, and not brought: as where Telegram cannot be reached.
    monkeypatch.setattr(bot.bot.courier, "deliver", lambda _job: None)
    await look_around(bot)
    monkeypatch.undo()
    await danger_from_her_therapist(found)
    await look_around(bot)
    assert not is_reminded(found.mother)
    assert interview_of(found, MOTHER).state == "paused"
