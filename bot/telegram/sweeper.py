"""The sweeper: nothing stays in a chat until Telegram would no longer delete it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import structlog

from bot.telegram.courier import OLDEST, Courier
from bot.telegram.turn import CHANNEL, NO_VERSION, Job
from bot.telegram.view import View
from storage.chats import ChatMessage, ChatRecord
from storage.errors import StorageError
from storage.transaction import Transaction

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
            except StorageError as error:
                # The next round takes up what is left of this one.
                _log.warning("sweep broken off", error=type(error).__name__)
            await self._sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """Have the courier take away everything that is too old."""
        before = self._clock() - OLDEST

        def old(transaction: Transaction) -> list[Job]:
            chats = transaction.chats
            return [
                _job(chat, chats.messages(chat.id), before)
                for chat in chats.chats_with_messages_before(CHANNEL, before)
            ]

        for job in await self._courier.run(old):
            _log.info("swept", chat=job.chat_id, messages=len(job.delete))
            self._courier.deliver(job)


def _job(chat: ChatRecord, messages: Sequence[ChatMessage], before: datetime) -> Job:
    return Job(
        chat_id=chat.id,
        chat=int(chat.handle),
        version=NO_VERSION,
        view=View.from_data(chat.view),
        delete=tuple(
            item.number for item in messages if item.sent_at < before and not item.refused
        ),
        known=tuple(messages),
    )
