"""Somebody takes her phone; there is danger; she has to leave now."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.leaving import exit_words
from flows.messages import message
from flows.questions import MOTHER
from locales import catalogue, languages
from storage.people import INVITE
from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.families import answering, begin_labels, begun, family, invite
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_two_people import Clock, interview_of

GONE = {
    language: f"bot: {catalogue(language).say(message('telegram.neutral'))}"
    for language in languages()
}
SUBJECT = re.compile(
    r"geweld|trauma|emdr|nika|behandel|therap|opvang|violence|abuse|treatment|shelter",
    re.IGNORECASE,
)


def with_a_word(phone: Phone) -> None:
    assert "Kies een woord" in phone.screen() or "Choose a word" in phone.screen()


async def locked_with_a_word(polling: Running) -> tuple[Any, Phone]:
    found = await family(polling)
    mother = found.mother
    for label in ("niemand", "ja", "Ja, ik doe mee"):
        await mother.press(label)
    with_a_word(mother)
    await mother.send("Zonne bloem")
    assert "zonne" not in mother.screen().casefold()
    await mother.press("nee")
    await mother.press("Weg")
    return found, mother


# --- leaving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("how", ["button", "/exit", "exit", "word"])
async def test_leaving_empties_the_screen_and_locks_it(
    polling: Running, language: str, how: str
) -> None:
    found = await answering(polling, language=language)
    mother = found.mother
    say = catalogue(language).say
    word = say(message("mother.exit_words")).split(",")[0]
    if how == "button":
        await mother.press(say(message("telegram.button.leave")))
    else:
        await mother.send({"word": word}.get(how, how))
    assert mother.screen() == GONE[language]
    for tried in ("hallo", "/start", "/help", "/cases", "/language"):
        await mother.send(tried)
        assert mother.screen() == GONE[language]
    await found.therapist.press("Bekijken")
    assert "ging direct weg" in found.therapist.screen()


async def test_leaving_is_on_every_screen_and_an_old_button_opens_nothing(
    polling: Running,
) -> None:
    found = await family(polling)
    mother = found.mother
    kept = []
    for label in ("niemand", "ja", "Ja, ik doe mee", "Geen woord"):
        assert "✕ Weg" in mother.labels
        kept.append(mother.data(label))
        await mother.press(label)
    while "Dank je wel" not in mother.screen():
        assert "✕ Weg" in mother.labels, mother.screen()
        kept.append(mother.data(mother.labels[0]))
        skip = [label for label in mother.labels if label == "Overslaan"]
        await mother.press((skip or mother.labels)[0])
    assert "✕ Weg" in mother.labels
    for command in ("/help", "/language", "/edit", "/pause"):
        await mother.send(command)
        assert "✕ Weg" in mother.labels, mother.screen()
    await mother.press("✕ Weg")
    for data in kept[-5:]:
        await mother.press_data(data)
        assert mother.screen() == GONE["nl"]


async def test_her_word_opens_what_she_locked_and_asks_again_who_is_there(
    polling: Running,
) -> None:
    _, mother = await locked_with_a_word(polling)
    await mother.send("zonnebril")
    assert mother.screen() == GONE["nl"]
    await mother.send(" ZONNEBLOEM ")
    assert "Wie is er nu bij je?" in mother.screen()
    await mother.press("niemand")
    await mother.press("ja")
    assert "te eten" in mother.screen()


async def test_her_word_cannot_be_guessed_for_long(polling: Running) -> None:
    _, mother = await locked_with_a_word(polling)
    for number in range(6):
        await mother.send(f"bloem{number}")
    await mother.send("zonnebloem")
    assert mother.screen() == GONE["nl"]


async def test_a_new_link_opens_it_too_and_keeps_what_she_said(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("nee")
    await found.mother.press("Weg")
    await found.therapist.press("Bekijken")
    token = await invite(found.therapist)
    await found.mother.send(f"/start {token}")
    assert "Wie is er nu bij je?" in found.mother.screen()
    assert interview_of(found, MOTHER).answers["acute_unsafety"].value == "no"


async def test_a_new_link_asks_for_a_word_and_about_reminders_again(polling: Running) -> None:
    found = await answering(polling)
    other = polling.phone(23)
    token = await invite(found.therapist, reminders=True)
    await other.send(f"/start {token}")
    await other.press("niemand")
    # On another account nothing goes on before her therapist says so again.
    assert "niet bij" in other.screen()
    await found.therapist.press("Bekijken")
    assert "op een ander account geopend" in found.therapist.screen()
    await found.therapist.press("Ik ben bereikbaar")
    await other.press("Verder")
    await other.press("niemand")
    await other.press("ja")
    await other.send("zonnebloem")
    assert "een kort bericht sturen" in other.screen()
    await other.press("nee")
    assert "gevaar" in other.screen()
    await other.press("Weg")
    await other.send("zonnebloem")
    assert "Wie is er nu bij je?" in other.screen()
    await other.press("niemand")
    await other.press("ja")
    assert "gevaar" in other.screen()  # neither is asked twice


async def test_on_another_phone_the_first_shows_nothing_any_more(polling: Running) -> None:
    found = await answering(polling)
    token = await invite(found.therapist)
    other = polling.phone(23)
    await other.send(f"/start {token}")
    assert "Wie is er nu bij je?" in other.screen()
    assert found.mother.screen() == GONE["nl"]
    await found.mother.send("/start")
    assert found.mother.screen() == GONE["nl"]


async def test_a_word_that_leaves_cannot_be_chosen_as_the_word_that_opens(
    polling: Running,
) -> None:
    found = await family(polling)
    for label in ("niemand", "ja", "Ja, ik doe mee"):
        await found.mother.press(label)
    await found.mother.send("abc")
    assert "minstens 4" in found.mother.screen()
    await found.mother.send("exit")
    assert found.mother.screen() == GONE["nl"]


def test_every_language_has_words_to_leave() -> None:
    assert "exit" in exit_words()
    for language in languages():
        words = catalogue(language).say(message("mother.exit_words")).split(",")
        assert len({word.strip().casefold() for word in words}) >= 2


# --- danger ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
async def test_danger_stops_the_questions_until_her_therapist_lets_her_go_on(
    polling: Running, language: str
) -> None:
    found = await answering(polling, language=language)
    mother, therapist = found.mother, found.therapist
    yes = catalogue(language).say(message("choice.yes_no.yes.mother"))
    await mother.press(yes)
    for number in ("112", "0800-2000", "113", "0800-0113"):
        assert number in mother.screen()
    assert len(mother.labels) == 1  # leaving is all there is to do
    await mother.send("/start")
    assert "112" in mother.screen()
    assert "Kijk nu even" in therapist.screen()
    assert not therapist.messages[-1].silent
    await therapist.press("Bekijken")
    assert "gevaar" in therapist.screen()
    await therapist.send("/cases")
    assert "gevaar gemeld" in therapist.screen()
    await therapist.press("Zij")
    await therapist.press("Het is veilig")
    await therapist.press("Ik ben bij haar")
    assert "112" not in mother.screen()
    await mother.press(mother.labels[0])
    for label in begin_labels(language)[:2]:
        await mother.press(label)
    asked = catalogue(language).say(message("question.acute_unsafety.mother"))
    assert asked in mother.screen()


async def test_danger_counts_also_where_nobody_is_there(polling: Running) -> None:
    found = await answering(polling)
    data = found.mother.data("ja")
    await found.therapist.press("Haar vragen stilzetten")
    await found.therapist.press("Ik ben bij haar")
    await found.mother.press("Verder")
    for label in ("niemand", "ja"):
        await found.mother.press(label)
    data = found.mother.data("ja")

    def nobody(transaction: Any) -> None:
        case = transaction.case_by_code(found.code)
        transaction.people.end_supervision(transaction.latest_interview(case.id, MOTHER).id)

    polling.store.run(nobody)
    await found.mother.press_data(data)
    assert "112" in found.mother.screen()
    assert interview_of(found, MOTHER).danger


async def test_leaving_in_danger_does_not_end_the_danger(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("ja")
    await found.mother.press("Weg")
    token = await invite(found.therapist)
    await found.mother.send(f"/start {token}")
    await found.therapist.press("Zij") if "Zij" in found.therapist.labels else None
    assert interview_of(found, MOTHER).danger
    await found.mother.send("/start")
    assert "112" in found.mother.screen()


async def test_danger_that_her_therapist_reports_stops_her_questions(polling: Running) -> None:
    found = await answering(polling)
    await found.therapist.send("/cases")
    await found.therapist.press(f"{found.code} · ")
    await found.therapist.press("ja")
    assert "stilgezet" in found.mother.screen()


async def test_words_that_may_mean_danger_ask_whether_there_is(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", mothers_write=True) as bot:
        found = await answering(bot)
        for label in ("nee", "ja", "ja", "ja"):
            await found.mother.press(label)
        await found.mother.send("hij dreigt weer")
        await found.mother.press("Klaar")
        assert "Is er nu gevaar voor jou" in found.mother.screen()
        assert "112" in found.mother.screen()
        await found.therapist.press("Bekijken")
        assert "woorden over gevaar" in found.therapist.screen()
        await found.mother.press("ja")
        assert "0800-2000" in found.mother.screen()


# --- a lent phone ---------------------------------------------------------------------------------


async def test_a_lent_phone_shows_her_questions_and_nothing_else(polling: Running) -> None:
    phone, code = await begun(polling)
    await invite(phone)
    await phone.press("Op deze telefoon")
    digits = re.search(r"\d{6}", phone.screen())
    assert digits is not None
    await phone.press("Geef haar de telefoon")
    assert "Wie is er nu bij je?" in phone.screen()
    for label in ("mijn behandelaar", "ja", "Ja, ik doe mee"):
        await phone.press(label)
    for command in ("/cases", "/start", "/help", "/language"):
        await phone.send(command)
        assert code not in phone.screen()
        assert "Nieuw: kort" not in phone.labels
        assert "Overzicht" not in phone.labels
    await phone.press("Weg")
    await phone.send("/cases")
    assert phone.screen() == GONE["nl"]
    await phone.send(digits[0])
    assert code in phone.screen()
    await phone.send("/start")
    assert "Nieuw: kort" in phone.labels


async def test_her_link_opened_by_her_therapist_lends_this_phone(polling: Running) -> None:
    phone, code = await begun(polling)

    def from_the_command_line(transaction: Transaction) -> str:
        case = transaction.case_by_code(code)
        assert case is not None
        hers = polling.bot._desk.service.open_hers(transaction, case.id)
        return transaction.people.make_link(
            INVITE, interview=hers.id, lasts=timedelta(hours=1), payload={"language": "en"}
        )

    await phone.send(f"/start {polling.store.run(from_the_command_line)}")
    digits = re.search(r"\d{6}", phone.screen())
    assert digits is not None, phone.screen()
    await phone.press("Geef haar de telefoon")
    assert "Who is with you now?" in phone.screen()
    await phone.send(digits[0])
    assert code in phone.screen()
    assert "Vragen voor haar" in phone.screen()


async def test_the_digits_give_the_phone_back_without_leaving(polling: Running) -> None:
    phone, code = await begun(polling)
    await invite(phone)
    await phone.press("Op deze telefoon")
    digits = re.search(r"\d{6}", phone.screen())
    assert digits is not None
    await phone.press("Geef haar de telefoon")
    await phone.send(digits[0])
    assert code in phone.screen()


async def test_the_digits_cannot_be_guessed(polling: Running) -> None:
    phone, code = await begun(polling)
    await invite(phone)
    await phone.press("Op deze telefoon")
    digits = re.search(r"\d{6}", phone.screen())
    assert digits is not None
    await phone.press("Geef haar de telefoon")
    wrong = [f"{(int(digits[0]) + step) % 10**6:06d}" for step in range(1, 6)]
    for guess in (*wrong, digits[0]):
        await phone.send(guess)
        assert "Wie is er nu bij je?" in phone.screen()
        assert code not in phone.screen()


async def test_what_happened_on_a_lent_phone_is_told_when_it_comes_back(polling: Running) -> None:
    phone, code = await begun(polling)
    await invite(phone)
    await phone.press("Op deze telefoon")
    digits = re.search(r"\d{6}", phone.screen())
    assert digits is not None
    await phone.press("Geef haar de telefoon")
    for label in ("niemand", "ja", "Ja, ik doe mee", "ja"):
        await phone.press(label)
    assert "112" in phone.screen()
    await phone.send(digits[0])
    assert "Er is nu gevaar, zegt zij" in phone.screen()
    assert "Het is veilig: zij kan weer verder" in phone.labels
    await phone.send("/cases")
    assert f"{code} · gevaar gemeld" in phone.labels


async def test_what_her_therapist_does_leaves_a_locked_screen_as_it_is(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("ja")
    await found.mother.press("Weg")
    before = [item.number for item in found.mother.messages]
    await found.therapist.press("Bekijken")
    await found.therapist.press("Het is veilig")
    await found.therapist.press("Haar vragen voorgoed stoppen")
    assert [item.number for item in found.mother.messages] == before
    assert found.mother.screen() == GONE["nl"]


# --- reminders ------------------------------------------------------------------------------------


@pytest.fixture
async def timed(
    telegram: FakeTelegram, tmp_path: Path
) -> AsyncIterator[tuple[Running, Clock, Path]]:
    clock = Clock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC).timestamp())
    telegram.clock = clock
    path = tmp_path / "volgorde.db"
    async with running(telegram, path, clock=clock) as bot:
        yield bot, clock, path


async def look(bot: Running) -> None:
    await bot.bot.look_around()
    await bot.telegram.settled()


def is_reminded(phone: Phone) -> bool:
    return "Er staat nog iets voor je klaar." in phone.screen()


async def test_at_most_two_reminders_in_dull_words_and_never_at_night(
    timed: tuple[Running, Clock, Path],
) -> None:
    bot, clock, _ = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    clock.on(hours=23)
    await look(bot)
    assert not is_reminded(found.mother)
    clock.on(hours=2)
    await look(bot)
    assert is_reminded(found.mother)
    assert not SUBJECT.search(found.mother.screen())
    assert len(found.mother.messages) == 1
    assert not found.mother.messages[0].silent
    number = found.mother.messages[0].number
    clock.on(hours=58)  # 21:00 and later in Amsterdam
    await look(bot)
    assert found.mother.messages[0].number == number if found.mother.messages else True
    clock.on(hours=12)
    await look(bot)
    assert is_reminded(found.mother)
    for _ in range(5):
        before = [item.number for item in found.mother.messages]
        clock.on(hours=24)
        await look(bot)
        assert [item.number for item in found.mother.messages] == before or not is_reminded(
            found.mother
        )


async def test_a_reminder_that_could_not_be_sent_in_time_is_not_sent_at_night(
    timed: tuple[Running, Clock, Path],
) -> None:
    bot, clock, _ = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    evening = datetime.fromtimestamp(clock(), UTC).replace(hour=19, minute=58) + timedelta(days=2)
    clock.seconds = evening.timestamp()
    for job in await asyncio.wrap_future(bot.bot._desk.look_around(())):
        clock.on(hours=2)  # it is night before it gets there
        bot.bot.courier.deliver(job)
    await bot.telegram.settled()
    assert not is_reminded(found.mother)
    clock.on(hours=12)
    await look(bot)
    assert is_reminded(found.mother)


async def test_a_reply_ends_the_reminders(timed: tuple[Running, Clock, Path]) -> None:
    bot, clock, _ = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    clock.on(hours=25)
    await look(bot)
    await found.mother.press("Weg")
    for _ in range(4):
        clock.on(hours=24)
        await look(bot)
        assert found.mother.screen() in ("", GONE["nl"])


@pytest.mark.parametrize("agrees", [False, True])
async def test_only_who_agreed_is_reminded(
    timed: tuple[Running, Clock, Path], agrees: bool
) -> None:
    bot, clock, _ = timed
    found = await family(bot, reminders=True)
    for label in ("niemand", "ja", "Ja, ik doe mee", "Geen woord", "ja" if agrees else "nee"):
        await found.mother.press(label)
    await found.mother.press("Pauze")
    clock.on(hours=25)
    await look(bot)
    assert is_reminded(found.mother) is agrees


@pytest.mark.parametrize("after", ["Dit is te veel", "Weg"])
async def test_nobody_is_reminded_after_leaving_or_where_it_was_too_much(
    timed: tuple[Running, Clock, Path], after: str
) -> None:
    bot, clock, _ = timed
    found = await answering(bot, reminders=True)
    await found.mother.press(after)
    for _ in range(4):
        clock.on(hours=25)
        await look(bot)
        assert not is_reminded(found.mother)


async def test_reminders_outlive_a_restart(telegram: FakeTelegram, tmp_path: Path) -> None:
    clock = Clock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC).timestamp())
    telegram.clock = clock
    path = tmp_path / "volgorde.db"
    async with running(telegram, path, clock=clock) as bot:
        found = await answering(bot, reminders=True)
        await found.mother.press("Pauze")
    clock.on(hours=25)
    async with running(telegram, path, clock=clock) as bot:
        await look(bot)
        assert is_reminded(found.mother)


# --- what can be seen at a glance -----------------------------------------------------------------


async def test_no_first_line_names_the_subject(polling: Running) -> None:
    found = await family(polling)
    mother = found.mother
    for label in ("niemand", "ja", "Ja, ik doe mee", "Geen woord", "Dit is te veel", "Verder"):
        await mother.press(label)
    for label in ("iemand anders", "Verder", "niemand", "nee", "Verder", "niemand", "ja"):
        await mother.press(label)
    while "Dank je wel" not in mother.screen():
        skip = [label for label in mother.labels if label == "Overslaan"]
        await mother.press((skip or mother.labels)[0])
    sent = [params for name, params in polling.telegram.calls if name == "sendMessage"]
    for params in sent:
        first = str(params["text"]).splitlines()[0]
        assert not SUBJECT.search(first), first


async def test_a_case_that_cannot_be_read_keeps_nobody_elses_reminder_away(
    timed: tuple[Running, Clock, Path],
) -> None:
    bot, clock, path = timed
    found = await answering(bot, reminders=True)
    await found.mother.press("Pauze")
    therapist, lost = await begun(bot, user=12)
    mother = bot.phone(23)
    await mother.send(f"/start {await invite(therapist)}")
    await therapist.press("Ik ben bij haar")
    await mother.press("niemand")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE case_keys SET wrapped_key = NULL, destroyed_at = '2026-03-02 10:00:00' "
            "WHERE case_id = (SELECT id FROM cases WHERE code = ?)",
            (lost,),
        )
    clock.on(hours=25)
    await look(bot)
    assert is_reminded(found.mother)
    await mother.send("hallo")
    assert mother.screen() == GONE["nl"]
