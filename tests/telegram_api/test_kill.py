"""The bot is killed at random moments under load: no acknowledged answer is lost, none is doubled.

`make soak` kills it ten times as often.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.telegram.turn import CHANNEL
from flows.interview import How, Interview
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import SOURCE_LANGUAGE, catalogue
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.migrate import upgrade
from storage.store import Store
from storage.transaction import Transaction
from tests.telegram_api.fake import TOKEN, FakeTelegram
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import free_port

KILLS = int(os.environ.get("VOLGORDE_KILLS", "8"))
PHONES = 8
_LATEST_MOMENT = 0.4
"""Seconds after the bot answers again until the next kill."""
KEY = MasterKey(bytes(range(32)))
QUESTIONS = {
    catalogue(SOURCE_LANGUAGE).say(question.text()): question.id
    for question in VOORSTUDIE_CORE.questions
    if "therapist" in question.respondents
}


class Person:
    """Somebody who skips every question, and begins a new case when there is none left."""

    def __init__(self, telegram: FakeTelegram, user: int) -> None:
        self.phone = Phone(telegram, user)
        self.telegram = telegram
        self.acknowledged: list[list[str]] = []

    async def live(self) -> None:
        await self.phone.send("/start", settle=False)
        await self.until(lambda: "Nieuw: volledig" in self.phone.labels)
        while True:
            await self.press("Nieuw: volledig")
            await self.until(lambda: "Beginnen" in self.phone.labels)
            self.acknowledged.append([])
            await self.press("Beginnen")
            await self.until(lambda: self.asked() is not None)
            while (question := self.asked()) is not None:
                await self.press("Overslaan")
                await self.until(lambda q=question: self.moved_on(q))
                self.acknowledged[-1].append(question)
            await self.phone.send("/cases", settle=False)
            await self.until(lambda: "Nieuw: volledig" in self.phone.labels)

    async def press(self, label: str) -> None:
        await self.phone.press_data(
            next(data for row in self.phone.rows for name, data in row if name == label),
            settle=False,
        )

    def asked(self) -> str | None:
        """Return the question on the newest screen."""
        texts = [item.text for item in self.phone.messages if item.buttons]
        return next((QUESTIONS[line] for line in _lines(texts) if line in QUESTIONS), None)

    def moved_on(self, question: str) -> bool:
        return self.asked() not in (None, question) or "Klopt" in str(self.phone.labels)

    async def until(self, holds: object) -> None:
        assert callable(holds)
        async with self.telegram.changed:
            await self.telegram.changed.wait_for(lambda: bool(holds()))


def _lines(texts: list[str]) -> list[str]:
    return texts[-1].splitlines() if texts else []


async def start(settings: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "telegram",
        *arguments,
        env=settings,
        stderr=asyncio.subprocess.DEVNULL,
    )


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, *, webhook: bool
) -> None:
    chance = random.Random(20261124 + webhook)
    url = sqlite_url(tmp_path / "volgorde.db")
    upgrade(url)
    async with FakeTelegram() as telegram:
        port = free_port()
        settings = {
            **{name: value for name, value in os.environ.items() if "VOLGORDE" not in name},
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "VOLGORDE_DATABASE_URL": url,
            "VOLGORDE_MASTER_KEY": KEY.text(),
            "VOLGORDE_TELEGRAM_TOKEN": TOKEN,
            "VOLGORDE_TELEGRAM_API": telegram.url,
            "VOLGORDE_OPEN_THERAPISTS": "1",
            "VOLGORDE_TELEGRAM_WEBHOOK_SECRET": "s",
        }
        hook = ["--webhook", f"http://127.0.0.1:{port}/h", "--listen", f"127.0.0.1:{port}"]
        arguments = hook if webhook else []
        people = [Person(telegram, 100 + number) for number in range(PHONES)]
        lives = [asyncio.create_task(person.live()) for person in people]
        try:
            for _ in range(KILLS // 2):
                bot = await start(settings, *arguments)
                await _some_progress(telegram)
                await asyncio.sleep(chance.uniform(0, _LATEST_MOMENT))
                bot.send_signal(signal.SIGKILL)
                await bot.wait()
            # Everybody gets on again with the press that was under way.
            bot = await start(settings, *arguments)
            for person in people:
                await _progress_of(person)
            bot.send_signal(signal.SIGTERM)
            assert await bot.wait() == 0
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
        assert not any(life.done() and not life.cancelled() for life in lives)
        # A press that came again was answered before, and a screen that stood there is not changed.
        assert {method for method, _ in telegram.refused} <= {
            "answerCallbackQuery",
            "editMessageText",
        }
    _check(url, people)


async def _some_progress(telegram: FakeTelegram) -> None:
    before = len(telegram.calls)
    async with asyncio.timeout(60), telegram.changed:
        await telegram.changed.wait_for(
            lambda: any(
                method in ("editMessageText", "sendMessage")
                for method, _ in telegram.calls[before:]
            )
        )


async def _progress_of(person: Person) -> None:
    def done() -> int:
        return sum(map(len, person.acknowledged)) + len(person.acknowledged)

    before = done()
    async with asyncio.timeout(60), person.telegram.changed:
        await person.telegram.changed.wait_for(lambda: done() > before)


def _check(url: str, people: list[Person]) -> None:
    def work(transaction: Transaction) -> None:
        for person in people:
            chat = transaction.chats.find(CHANNEL, str(person.phone.user))
            assert chat is not None
            cases = list(reversed(transaction.people.cases_of(chat.person_id)))
            begun = len(person.acknowledged)
            assert begun <= len(cases) <= begun + 1
            assert begun
            for case, acknowledged in zip(cases, person.acknowledged, strict=False):
                (record,) = transaction.interviews_of(case)
                interview = Interview.from_data(record.projection)
                kept = [
                    name for name, answer in interview.answers.items() if answer.how is How.SKIPPED
                ]
                # One more may have been kept whose next question had not come yet.
                assert acknowledged in (kept, kept[:-1])
                told = Counter(
                    str(item.payload["question"])
                    for item in transaction.events(record.id)
                    if item.kind == "answered"
                )
                assert told == dict.fromkeys(kept, 1)

    with Store.open(url, Keyring(KEY)) as store:
        store.run(work)
