"""The telephone and the browser: going over from one to the other, midway."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.access import WEB
from bot.service import Service
from flows import events as ev
from flows.interview import Interview
from flows.machine import PAUSED
from flows.questions import MOTHER
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.people import GO_ON, SIGN_IN
from storage.transaction import Transaction
from tests.telegram_api import families
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.families import begun, enrol, family, invite
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_two_people import look_around

ADDRESS = "https://intake.example"


@pytest.fixture
async def bot(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(telegram, tmp_path / "volgorde.db") as started:
        desk = started.bot._desk
        desk.house = replace(desk.house, web_address=ADDRESS)
        yield started


def link_on(screen: str) -> tuple[str, str]:
    """Read a link into the browser: where it leads, and its token."""
    found = re.search(rf"{ADDRESS}/(i|sign-in)/([\w-]+)", screen)
    assert found is not None, screen
    return found[1], found[2]


def purpose(bot: Running, token: str) -> str:
    return bot.store.run(lambda tx: tx.people.look_at_link(token)).purpose


def in_a_browser(bot: Running) -> Service:
    """What the pages do with the same database."""
    return Service(
        bot.store, VOORSTUDIE_CORE, channel=WEB, clock=bot.bot._timing.clock, mothers_write=False
    )


def hers_of(bot: Running, code: str) -> str:
    def work(transaction: Transaction) -> str:
        case = transaction.case_by_code(code)
        assert case is not None
        record = transaction.latest_interview(case.id, MOTHER)
        assert record is not None
        return record.id

    return bot.store.run(work)


class TestWeb:
    async def test_with_an_intake_open_it_goes_on_there(self, bot: Running) -> None:
        phone, code = await begun(bot)
        await phone.press(code)
        await phone.send("/web")
        where, token = link_on(phone.screen())
        assert (where, purpose(bot, token)) == ("i", GO_ON)
        await phone.press("Verder")
        assert token not in phone.screen()

    async def test_without_one_it_signs_in(self, bot: Running) -> None:
        for user, role in ((31, "supervisor"), (32, "therapist")):
            phone = await enrol(bot, user, role)
            await phone.send("/web")
            where, token = link_on(phone.screen())
            assert (where, purpose(bot, token)) == ("sign-in", SIGN_IN)

    async def test_who_has_a_passkey_shows_it(self, bot: Running) -> None:
        phone, code = await begun(bot)
        await phone.press(code)
        (person,) = bot.store.run(lambda tx: tx.people.all())
        bot.store.run(
            lambda tx: tx.web.add_passkey(person.id, credential=b"c", public_key=b"k", sign_count=0)
        )
        await phone.send("/web")
        assert link_on(phone.screen())[0] == "sign-in"

    async def test_without_an_address_it_says_so(self, polling: Running) -> None:
        phone, _ = await begun(polling)
        await phone.send("/web")
        assert "VOLGORDE_WEB_ADDRESS" in phone.screen()

    async def test_a_mother_gets_no_link(self, bot: Running) -> None:
        them = await family(bot)
        await them.mother.send("/web")
        assert "http" not in them.mother.screen()


async def test_what_was_answered_in_the_browser_is_not_asked_on_the_phone(bot: Running) -> None:
    phone, code = await begun(bot)
    await phone.press(code)
    own = bot.store.run(lambda tx: tx.latest_open_interview("therapist"))
    assert own is not None
    in_a_browser(bot).handle(own.id, ev.Give("acute_unsafety", "no"), update_key="web1")
    await phone.press("nee")  # of the question that was answered there
    answered = [
        item for item in bot.store.run(lambda tx: tx.events(own.id)) if item.kind == "answered"
    ]
    assert len(answered) == 1
    assert "Gevaar nu" in phone.screen()  # which question that was, above the one that is open


async def test_what_is_typed_answers_nothing_that_was_not_seen(bot: Running) -> None:
    phone, code = await begun(bot)
    await phone.press(code)
    own = bot.store.run(lambda tx: tx.latest_open_interview("therapist"))
    assert own is not None
    in_a_browser(bot).handle(own.id, ev.Give("acute_unsafety", "no"), update_key="web1")
    await phone.send("ja")  # what the phone still asks is whether there is danger
    record = bot.store.run(lambda tx: tx.interview(own.id))
    interview = Interview.from_data(record.projection)
    assert set(interview.answers) == {"acute_unsafety"}
    assert interview.answers["acute_unsafety"].value == "no"


async def test_her_phone_shows_a_pause_that_was_made_in_a_browser(bot: Running) -> None:
    them = await family(bot)
    hers = hers_of(bot, them.code)
    in_a_browser(bot).handle(hers, ev.Pause("by_therapist"), update_key="web1")
    person = bot.store.run(lambda tx: tx.interview(hers)).person_id or ""
    bot.store.run(lambda tx: tx.people.redraw(person))
    await look_around(bot)
    assert "stilgezet" in them.mother.screen()
    record = bot.store.run(lambda tx: tx.interview(hers))
    assert Interview.from_data(record.projection).state == PAUSED


async def test_opened_in_a_browser_her_phone_shows_nothing(bot: Running) -> None:
    them = await family(bot)
    hers = hers_of(bot, them.code)

    def opens(transaction: Transaction) -> None:
        before = transaction.interview(hers).person_id or ""
        transaction.bind_interview(hers, transaction.people.add_respondent(MOTHER))
        transaction.people.redraw(before)

    bot.store.run(opens)
    await look_around(bot)
    assert them.mother.screen().strip() == "bot: Tot ziens."


async def test_opened_on_a_phone_her_browser_shows_nothing(bot: Running) -> None:
    them = await family(bot)
    hers = hers_of(bot, them.code)

    def in_browser(transaction: Transaction) -> str:
        person = transaction.people.add_respondent(MOTHER)
        transaction.bind_interview(hers, person)
        return transaction.web.open(person, agent="a", lasts=timedelta(hours=1), interview_id=hers)

    token = bot.store.run(in_browser)
    link = await invite(them.therapist)
    await bot.phone(families.MOTHER).send(f"/start {link}")
    found = bot.store.run(lambda tx: tx.web.find(token, agent="a", idle=timedelta(hours=1)))
    assert found is None
