"""A bot on a real database against the fake server, by polling or by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import AsyncMock, patch

from bot.serving import Address, serving
from bot.speech import Voices
from bot.telegram.app import LOOK_SECONDS, TelegramBot, Timing
from bot.telegram.run import Plan, make_bot
from bot.telegram.turn import House
from bot.telegram.webhook import Webhook
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from tests.databases import migrated
from tests.telegram_api.fake import TOKEN, FakeTelegram
from tests.telegram_api.phone import Phone

SECRET = "the-secret"
KEY = MasterKey(bytes(range(32)))


SILENT = Voices(engine="")
"""No voice, whatever is installed here: screens look the same everywhere."""


async def in_no_time(seconds: float) -> None:
    """Wait as long as a test has: what asks for minutes waits until it is stopped."""
    await asyncio.sleep(0.002 if seconds < 60 and seconds != LOOK_SECONDS else 3600)


@dataclass(slots=True)
class Running:
    """A bot that runs, and what it runs on."""

    telegram: FakeTelegram
    store: Store
    bot: TelegramBot

    def phone(self, user: int = 7, *, language: str = "nl") -> Phone:
        return Phone(self.telegram, user, language=language)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def now() -> float:
    return time.time()


@contextlib.asynccontextmanager
async def running(
    telegram: FakeTelegram,
    path: Path,
    *,
    webhook: bool = False,
    open_therapists: bool = True,
    messages_per_second: float = 0.0,
    clock: Callable[[], float] = now,
    mothers_write: bool = False,
    house: House | None = None,
    introduces: bool = False,
) -> AsyncIterator[Running]:
    """Run a bot for as long as the block lasts.

    Only where `introduces` is set does it tell the server its commands and descriptions in every
    language, which is more calls than most tests make.
    """
    port = free_port()
    plan = Plan(
        token=TOKEN,
        api=telegram.url,
        open_therapists=open_therapists,
        messages_per_second=messages_per_second,
        webhook=f"http://127.0.0.1:{port}/hook" if webhook else None,
        secret=SECRET,
        listen=Address("127.0.0.1", port) if webhook else None,
        mothers_write=mothers_write,
        house=house or House(voices=SILENT),
    )
    timing = Timing(clock=lambda: datetime.fromtimestamp(clock(), UTC), sleep=in_no_time)
    with Store.open(sqlite_url(migrated(path)), Keyring(KEY), clock=timing.clock) as store:
        bot = make_bot(store, VOORSTUDIE_CORE, plan, timing)
        async with contextlib.AsyncExitStack() as stack:
            if not introduces:
                stack.enter_context(patch.object(bot, "_introduce", AsyncMock()))
            stack.push_async_callback(_stop, telegram, bot)
            await bot.start()
            assert bot.introducing is not None
            await bot.introducing
            await bot.take_up_inbox()
            if plan.webhook is not None and plan.listen is not None:
                await stack.enter_async_context(_by_webhook(telegram, bot, plan))
            else:
                await stack.enter_async_context(_by_polling(telegram, bot))
            yield Running(telegram, store, bot)


async def _stop(telegram: FakeTelegram, bot: TelegramBot) -> None:
    telegram.bot_idle = None
    await bot.stop()


@contextlib.asynccontextmanager
async def _by_polling(telegram: FakeTelegram, bot: TelegramBot) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    telegram.bot_idle = bot.courier.idle
    polling = asyncio.create_task(bot.poll(stopping))
    try:
        yield
    finally:
        stopping.set()
        await polling


@contextlib.asynccontextmanager
async def _by_webhook(telegram: FakeTelegram, bot: TelegramBot, plan: Plan) -> AsyncIterator[None]:
    assert plan.webhook is not None
    assert plan.listen is not None
    hook = Webhook(bot, url=plan.webhook, secret=SECRET)

    async def idle() -> None:
        await hook.finish()
        await bot.courier.idle()

    async with serving(hook.app, plan.listen):
        await bot.register(plan.webhook, SECRET)
        telegram.bot_idle = idle
        try:
            yield
        finally:
            telegram.webhook = None
    await hook.finish()
