"""The few calls that are made at every turn, without building the library's objects for answers
that nobody looks at: that costs more than the call itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import RetryAfter
from telegram.request import BaseRequest, RequestData

Keyboard = Sequence[Sequence[tuple[str, str]]]
"""Rows of buttons: label and data."""


def seconds_asked(error: RetryAfter) -> float:
    """Give how many seconds Telegram asks to wait."""
    given = error.retry_after
    return given.total_seconds() if isinstance(given, timedelta) else float(given)


class Api:
    """Sends, edits, deletes and answers. Every method raises the library's TelegramError."""

    def __init__(self, bot: Bot) -> None:
        """Call what this bot calls, over its own connections."""
        self._bot = bot

    async def send(self, chat: int, text: str, keyboard: Keyboard, *, aloud: bool = False) -> int:
        """Send HTML, quietly unless it is to be heard, not to be forwarded; gives its number."""
        sent = await self._call(
            "sendMessage",
            chat_id=chat,
            text=text,
            parse_mode=ParseMode.HTML,
            protect_content=True,
            disable_notification=not aloud,
            link_preview_options={"is_disabled": True},
            **_markup(keyboard),
        )
        return int(sent["message_id"])

    async def send_picture(self, chat: int, picture: bytes) -> int:
        """Send a picture quietly, not to be forwarded; gives the message's number."""
        sent = await self._bot.send_photo(
            chat, picture, protect_content=True, disable_notification=True
        )
        return sent.message_id

    async def send_voice(self, chat: int, sound: bytes) -> int:
        """Send a voice message quietly, not to be forwarded; gives the message's number."""
        # Telegram takes a voice message as OGG or MP3, and looks at the name for which.
        name = "voice.ogg" if sound.startswith(b"OggS") else "voice.mp3"
        sent = await self._bot.send_voice(
            chat, sound, filename=name, protect_content=True, disable_notification=True
        )
        return sent.message_id

    async def edit(self, chat: int, number: int, text: str, keyboard: Keyboard) -> None:
        """Put other words in a message of ours."""
        await self._call(
            "editMessageText",
            chat_id=chat,
            message_id=number,
            text=text,
            parse_mode=ParseMode.HTML,
            link_preview_options={"is_disabled": True},
            **_markup(keyboard),
        )

    async def delete(self, chat: int, numbers: Sequence[int]) -> None:
        """Delete at most 100 messages; those that are not there are passed over."""
        await self._call("deleteMessages", chat_id=chat, message_ids=list(numbers))

    async def delete_one(self, chat: int, number: int) -> None:
        """Delete one message."""
        await self._call("deleteMessage", chat_id=chat, message_id=number)

    async def answer(self, query: str) -> None:
        """Answer the press of a button."""
        await self._call("answerCallbackQuery", callback_query_id=query)

    async def updates(
        self, request: BaseRequest, *, offset: int | None, seconds: int, allowed: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Ask for updates over connections of their own, waiting for at most this long."""
        params: dict[str, Any] = {"limit": 100, "timeout": seconds, "allowed_updates": allowed}
        if offset is not None:
            params["offset"] = offset
        url = f"{self._bot.base_url}/getUpdates"
        found = await request.post(url, cast(RequestData, _Form(params)), read_timeout=seconds + 10)
        return cast(list[dict[str, Any]], found)

    async def _call(self, method: str, **params: Any) -> Any:
        request: BaseRequest = self._bot.request
        return await request.post(
            f"{self._bot.base_url}/{method}", cast(RequestData, _Form(params))
        )


class _Form:
    """What a request reads of its data: parameters without files."""

    contains_files = False

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._given = params

    @property
    def json_parameters(self) -> dict[str, str]:
        """The parameters as text; what is no text as JSON."""
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in self._given.items()
        }


def _markup(keyboard: Keyboard) -> dict[str, Any]:
    if not keyboard:
        return {}
    rows = [[{"text": label, "callback_data": data} for label, data in row] for row in keyboard]
    return {"reply_markup": {"inline_keyboard": rows}}
