"""The sweeper: nothing stays in a chat until Telegram would no longer delete it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram.error import Forbidden, RetryAfter, TelegramError

from bot.telegram.api import seconds_asked
from bot.telegram.courier import OLDEST_DELETED, Courier
from bot.telegram.turn import CHANNEL
from storage.chats import ChatRecord
from storage.errors import StorageError
from storage.transaction import Transaction

OLDEST: Final = timedelta(hours=46)
"""What is older goes; Telegram's wall is at 48 hours, and an hour's trouble must not matter."""
EVERY_SECONDS: Final = 300.0
_log = structlog.get_logger(__name__)


class Sweeper:
    """Deletes what has stood in a chat for too long, whatever the state of the intake."""

    def __init__(
        self,
        courier: Courier,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Use the courier's bot."""
        self._courier = courier
        self._clock = clock
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Sweep now and then every five minutes."""
        self._task = asyncio.create_task(self._for_ever())

    async def stop(self) -> None:
        """Stop sweeping."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except (TelegramError, StorageError) as error:
                # The next round takes up what is left of this one.
                _log.warning("sweep broken off", error=type(error).__name__)
            await self._sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """Delete everything that is too old, and tell who has to delete something themselves."""
        now = self._clock()
        chats = await self._courier.run(
            lambda transaction: transaction.chats.chats_with_messages_before(CHANNEL, now - OLDEST)
        )
        for chat in chats:
            await self._sweep_chat(chat, now)

    async def _sweep_chat(self, chat: ChatRecord, now: datetime) -> None:
        def old(transaction: Transaction) -> tuple[list[int], list[int]]:
            messages = [
                item
                for item in transaction.chats.messages(chat.id)
                if item.sent_at < now - OLDEST and not item.refused
            ]
            too_late = [item.number for item in messages if item.sent_at <= now - OLDEST_DELETED]
            return [item.number for item in messages if item.number not in too_late], too_late

        in_time, too_late = await self._courier.run(old)
        try:
            gone, refused = await self._courier.delete_now(chat, in_time)
        except RetryAfter as error:
            _log.info("sweep has to wait", chat=chat.id)
            await self._sleep(seconds_asked(error))
            return
        except Forbidden:
            await self._courier.run(
                lambda transaction: transaction.chats.block(chat.id, blocked=True)
            )
            return

        def keep(transaction: Transaction) -> int:
            transaction.chats.gone(chat.id, gone)
            return transaction.chats.refused(chat.id, [*refused, *too_late])

        newly = await self._courier.run(keep)
        _log.info("swept", chat=chat.id, gone=len(gone), refused=newly)
        if newly:
            await self._courier.report(chat.id, newly)
