"""The least that a bot on python-telegram-bot with our HTTP can cost: it asks, and keeps nothing.

No store, no encryption, no rules, no pages. What ours takes beyond this is ours to make quicker;
what this takes is the library's and the HTTP's.
"""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

from conversation_handler import screen
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.ext import Application, TypeHandler

from bot.telegram.api import Api
from bot.telegram.requests import AiohttpRequest


async def serve() -> None:
    base = os.environ["VOLGORDE_TELEGRAM_API"]
    request, updates_request = AiohttpRequest(), AiohttpRequest(connections=1, read_timeout=40)
    bot = Bot(
        os.environ["VOLGORDE_TELEGRAM_TOKEN"],
        base_url=f"{base}/bot",
        request=request,
        get_updates_request=updates_request,
    )
    application: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder().bot(bot).updater(None).job_queue(None).build()
    )
    api = Api(bot)
    at: dict[int, int] = {}

    async def take(update: Update, _: object) -> None:
        chat = update.effective_chat
        assert chat is not None
        number = at[chat.id] = at.get(chat.id, -1) + 1
        shown = screen(number)
        rows = [
            [(button.text, str(button.callback_data)) for button in row]
            for row in shown["reply_markup"].inline_keyboard
        ]
        query = update.callback_query
        if query is None or query.message is None:
            await api.send(chat.id, shown["text"], rows)
            return
        await asyncio.gather(
            api.answer(query.id), api.edit(chat.id, query.message.message_id, shown["text"], rows)
        )

    application.add_handler(TypeHandler(Update, take))
    await application.initialize()
    offset: int | None = None
    while True:
        try:
            found = await api.updates(
                updates_request, offset=offset, seconds=30, allowed=("message", "callback_query")
            )
        except TelegramError:
            continue
        await asyncio.gather(
            *(application.process_update(Update.de_json(data, bot)) for data in found)
        )
        if found:
            offset = int(found[-1]["update_id"]) + 1


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(serve())
