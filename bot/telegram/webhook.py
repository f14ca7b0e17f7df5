"""The web side: Telegram's updates on one address, health and figures on another."""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from telegram import Update

from bot.telegram.app import TelegramBot, read_raw, update_key
from storage.errors import StorageError

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_LARGEST_BODY: Final = 1_000_000
_SILENCE_SECONDS: Final = 120.0
_log = structlog.get_logger(__name__)


class Webhook:
    """Receives updates: kept first, thanked for, then handled."""

    def __init__(self, bot: TelegramBot, *, url: str, secret: str) -> None:
        """Listen at the path of `url`; Telegram shows that it is Telegram by the secret."""
        self._bot = bot
        self._secret = secret
        self._handling: set[asyncio.Task[None]] = set()
        path = urlsplit(url).path or "/"
        self.app = Starlette(routes=[Route(path, self._receive, methods=["POST"])])

    async def finish(self) -> None:
        """Wait until what was received is handled."""
        await asyncio.gather(*self._handling)

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            _log.warning("a call without the secret")
            return Response(status_code=404)
        body = await request.body()
        if len(body) > _LARGEST_BODY:
            return Response(status_code=413)
        try:
            data: Any = json.loads(body)
        except ValueError:
            return Response(status_code=400)
        update = read_raw(data, self._bot.bot) if isinstance(data, dict) else None
        # What cannot be read is thanked for all the same: it would only come again.
        if update is None:
            return Response()
        key = update_key(update.update_id)
        try:
            await self._bot.courier.run(
                lambda transaction: transaction.chats.receive(key, _without_names(data))
            )
        except StorageError as error:
            _log.error("update not received", update=update.update_id, code=error.code)
            return Response(status_code=503)
        task = asyncio.create_task(self._handle(update, key))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)
        query = update.callback_query
        if query is None:
            return Response()
        # It needs neither an answer nor a success, so it travels with the thanks.
        return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": query.id})

    async def _handle(self, update: Update, key: str) -> None:
        pause = 0.1
        while not await self._bot.process(update, inbox_key=key, answered=True):
            await self._bot.wait(pause)
            pause = min(pause * 2, 5.0)


_NAMES: Final = ("first_name", "last_name", "username", "title", "phone_number", "contact", "venue")


def _without_names(value: Any) -> Any:
    """Leave out what names a person before it is kept, though it is kept sealed."""
    if isinstance(value, dict):
        return {
            key: ("-" if key == "first_name" else _without_names(item))
            for key, item in value.items()
            if key == "first_name" or key not in _NAMES
        }
    if isinstance(value, list):
        return [_without_names(item) for item in value]
    return value


def status_app(bot: TelegramBot) -> Starlette:
    """Return the address for those who run the program: `/healthz` and `/metrics`."""

    async def healthz(_: Request) -> Response:
        healthy = bot.ready.is_set() and bot.silence() < _SILENCE_SECONDS
        return PlainTextResponse("ok" if healthy else "not ready", 200 if healthy else 503)

    async def metrics(_: Request) -> Response:
        return Response(bot.metrics.text(), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])
