"""The fake Bot API server: what Telegram documents of the calls that are used, and its refusals.

Everything runs in one event loop. Where it and Telegram's documentation differ, the documentation
is right.
"""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "test_bot"}
TOKEN = "1:test"
LONGEST, LONGEST_DATA, MOST_DELETED = 4096, 64, 100
OLDEST_DELETED = 48 * 3600
QUIET_SECONDS = 0.01
_TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "tg-spoiler"}


class RefusedError(Exception):
    """A call that Telegram refuses."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {description}")


def plain(text: str) -> str:
    """Return the words of Telegram's HTML; refuses what Telegram refuses."""
    open_tags: list[str] = []
    for found in _TAG.finditer(text):
        closing, name = found.groups()
        if name not in _TAGS:
            raise bad(f"can't parse entities: unsupported start tag {name!r}")
        if not closing:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            raise bad("can't parse entities: unmatched end tag")
    bare = _TAG.sub("", text)
    if open_tags or "<" in bare or ">" in bare:
        raise bad("can't parse entities: can't find end tag")
    return html.unescape(bare)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class Shown:
    """A message as the phone shows it."""

    number: int
    mine: bool
    text: str
    date: float
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)
    protected: bool = False
    silent: bool = False
    picture: bytes = b""


@dataclass(slots=True)
class Faults:
    """What goes wrong, by chance; `next` goes wrong for certain, first."""

    error_500: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    too_many: float = 0.0
    twice: float = 0.0
    next: list[tuple[str, RefusedError | str]] = field(default_factory=list)
    """A method and what happens to it: a refusal, `reset_before` or `reset_after`."""


class FakeTelegram:
    """A Bot API server with everybody's phones."""

    def __init__(
        self, *, clock: Callable[[], float] = time.time, seed: int = 0, port: int = 0
    ) -> None:
        self.clock = clock
        self.faults = Faults()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[tuple[str, str]] = []
        self.chats: dict[int, dict[int, Shown]] = {}
        self.deleted: dict[int, list[int]] = {}
        self.blocked: set[int] = set()
        self.toasts: dict[str, str] = {}
        self.texts: dict[str, Any] = {}
        self.changed = asyncio.Condition()
        self.webhook: tuple[str, str] | None = None
        self.bot_idle: Callable[[], Awaitable[None]] | None = None
        self.pending: list[dict[str, Any]] = []
        self._port = port
        self._random = random.Random(seed)
        self._number = 0
        self._update = 1000
        self._query = 0
        self._queries: set[str] = set()
        self._in_flight = 0
        self._active = 0
        self._delivering: dict[int, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._tell()
        for task in self._delivering.values():
            task.cancel()
        await asyncio.gather(*self._delivering.values(), return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    # --- what a test does -------------------------------------------------------------------------

    async def push(self, update: dict[str, Any]) -> int:
        """Queue an update of any kind; gives its id."""
        self._update += 1
        update = {"update_id": self._update, **update}
        self.pending.append(update)
        if self._chance(self.faults.twice):
            self.pending.append(update)
        await self._tell()
        self._deliver()
        return self._update

    async def again(self, update: dict[str, Any]) -> None:
        """Deliver an update once more."""
        self.pending.append(update)
        await self._tell()
        self._deliver()

    async def settled(self, seconds: float = 20.0) -> None:
        """Wait until the bot has done with everything and nothing is called for a while."""
        async with asyncio.timeout(seconds):
            while True:
                async with self.changed:
                    await self.changed.wait_for(lambda: not self.pending and not self._active)
                if self.bot_idle is None:
                    if await self._quiet():
                        return
                    continue
                await self.bot_idle()
                if not self.pending and not self._active:
                    return

    async def _quiet(self) -> bool:
        before = len(self.calls)
        try:
            async with asyncio.timeout(QUIET_SECONDS), self.changed:
                await self.changed.wait_for(
                    lambda: bool(self.pending or self._active or len(self.calls) > before)
                )
        except TimeoutError:
            return True
        return False

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def new_query(self) -> str:
        self._query += 1
        query = f"q{self._query}"
        self._queries.add(query)
        return query

    # --- the server -------------------------------------------------------------------------------

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def _chance(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _answer(RefusedError(401, "Unauthorized"))
        params = {
            name: given.file.read() if isinstance(given, web.FileField) else _value(str(given))
            for name, given in (await request.post()).items()
        }
        if method == "getUpdates":
            return await self._get_updates(params)
        self._active += 1
        try:
            return await self._carry_out(request, method, params)
        finally:
            self._active -= 1
            await self._tell()

    async def _carry_out(
        self, request: web.Request, method: str, params: dict[str, Any]
    ) -> web.StreamResponse:
        planned = self._planned(method)
        if planned == "reset_before":
            return _cut(request)
        if isinstance(planned, RefusedError):
            return _answer(planned)
        try:
            result = self._call(method, params)
        except RefusedError as refused:
            self.refused.append((method, refused.description))
            return _answer(refused)
        if planned == "reset_after":
            return _cut(request)
        return web.json_response({"ok": True, "result": result})

    def _planned(self, method: str) -> RefusedError | str | None:
        for at, (name, what) in enumerate(self.faults.next):
            if name == method:
                del self.faults.next[at]
                return what
        if self._chance(self.faults.error_500):
            return RefusedError(500, "Internal Server Error")
        if self._chance(self.faults.too_many):
            return RefusedError(429, "Too Many Requests: retry after 1", retry_after=1)
        if self._chance(self.faults.reset_before):
            return "reset_before"
        return "reset_after" if self._chance(self.faults.reset_after) else None

    async def _get_updates(self, params: dict[str, Any]) -> web.Response:
        offset = int(params.get("offset", 0))
        self.pending = [item for item in self.pending if item["update_id"] >= offset]
        await self._tell()
        if not self.pending and int(params.get("timeout", 0)):
            async with self.changed:
                await self.changed.wait_for(lambda: bool(self.pending) or self._stop.is_set())
        return web.json_response(
            {"ok": True, "result": self.pending[: int(params.get("limit", 100))]}
        )

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append((method, params))
        handler = getattr(self, f"_do_{method.lower()}", None)
        if handler is None:
            raise RefusedError(404, "Not Found")
        return handler(params)

    # --- methods ----------------------------------------------------------------------------------

    def _do_getme(self, _: dict[str, Any]) -> Any:
        return BOT

    def _do_getmycommands(self, params: dict[str, Any]) -> Any:
        return self.texts.get(f"commands:{params.get('language_code', '')}", [])

    def _do_setmycommands(self, params: dict[str, Any]) -> bool:
        self.texts[f"commands:{params.get('language_code', '')}"] = params["commands"]
        return True

    def _do_getmydescription(self, params: dict[str, Any]) -> Any:
        return {"description": self.texts.get(f"description:{params.get('language_code', '')}", "")}

    def _do_setmydescription(self, params: dict[str, Any]) -> bool:
        self.texts[f"description:{params.get('language_code', '')}"] = params["description"]
        return True

    def _do_setmyshortdescription(self, params: dict[str, Any]) -> bool:
        self.texts[f"short:{params.get('language_code', '')}"] = params["short_description"]
        return True

    def _do_setwebhook(self, params: dict[str, Any]) -> bool:
        self.webhook = (params["url"], str(params.get("secret_token", "")))
        self._deliver()
        return True

    def _do_deletewebhook(self, _: dict[str, Any]) -> bool:
        self.webhook = None
        return True

    def _do_sendmessage(self, params: dict[str, Any]) -> Any:
        chat = self._chat(params)
        text, buttons = self._content(params)
        number = self.new_number()
        self.chats[chat][number] = Shown(
            number,
            mine=False,
            text=text,
            date=self.clock(),
            buttons=buttons,
            protected=bool(params.get("protect_content")),
            silent=bool(params.get("disable_notification")),
        )
        return {
            "message_id": number,
            "date": int(self.clock()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
            "text": text,
        }

    def _do_sendphoto(self, params: dict[str, Any]) -> Any:
        chat = self._chat(params)
        number = self.new_number()
        picture = next(value for value in params.values() if isinstance(value, bytes))
        self.chats[chat][number] = Shown(
            number,
            mine=False,
            text="(picture)",
            date=self.clock(),
            protected=bool(params.get("protect_content")),
            silent=bool(params.get("disable_notification")),
            picture=picture,
        )
        return {
            "message_id": number,
            "date": int(self.clock()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
        }

    def _do_sendvoice(self, params: dict[str, Any]) -> Any:
        chat = self._chat(params)
        number = self.new_number()
        sound = next(value for value in params.values() if isinstance(value, bytes))
        self.chats[chat][number] = Shown(
            number,
            mine=False,
            text="(voice)",
            date=self.clock(),
            protected=bool(params.get("protect_content")),
            silent=bool(params.get("disable_notification")),
            picture=sound,
        )
        return {
            "message_id": number,
            "date": int(self.clock()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
        }

    def _do_editmessagetext(self, params: dict[str, Any]) -> Any:
        chat = self._chat(params)
        shown = self.chats[chat].get(int(params["message_id"]))
        if shown is None or shown.mine:
            raise bad("message to edit not found")
        text, buttons = self._content(params)
        if (text, buttons) == (shown.text, shown.buttons):
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        shown.text, shown.buttons = text, buttons
        return {"message_id": shown.number, "date": int(shown.date), "chat": {"id": chat}}

    def _do_deletemessages(self, params: dict[str, Any]) -> bool:
        chat = self._chat(params)
        numbers = params["message_ids"]
        if not 1 <= len(numbers) <= MOST_DELETED:
            raise bad("too many message identifiers specified")
        for number in numbers:
            shown = self.chats[chat].get(number)
            if shown is not None and self.clock() - shown.date < OLDEST_DELETED:
                self._remove(chat, number)
        return True

    def _do_deletemessage(self, params: dict[str, Any]) -> bool:
        chat = self._chat(params)
        number = int(params["message_id"])
        shown = self.chats[chat].get(number)
        if shown is None:
            raise bad("message to delete not found")
        if self.clock() - shown.date >= OLDEST_DELETED:
            raise bad("message can't be deleted")
        self._remove(chat, number)
        return True

    def _do_answercallbackquery(self, params: dict[str, Any]) -> bool:
        query = str(params["callback_query_id"])
        if query not in self._queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(query)
        self.toasts[query] = str(params.get("text", ""))
        return True

    def _remove(self, chat: int, number: int) -> None:
        del self.chats[chat][number]
        self.deleted.setdefault(chat, []).append(number)

    def _chat(self, params: dict[str, Any]) -> int:
        chat = int(params["chat_id"])
        if chat not in self.chats:
            raise bad("chat not found")
        if chat in self.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _content(self, params: dict[str, Any]) -> tuple[str, list[list[tuple[str, str]]]]:
        text = str(params["text"])
        if params.get("parse_mode") == "HTML":
            text = plain(text)
        if not text.strip():
            raise bad("message text is empty")
        if units(text) > LONGEST:
            raise bad("message is too long")
        rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = [[(item["text"], item["callback_data"]) for item in row] for row in rows]
        for row in buttons:
            for label, data in row:
                if not 1 <= len(data.encode()) <= LONGEST_DATA or not label:
                    raise bad("BUTTON_DATA_INVALID")
        return text, buttons

    # --- webhook ----------------------------------------------------------------------------------

    def _deliver(self) -> None:
        """Have a task for each chat bring its updates to the webhook, in order."""
        if self.webhook is None:
            return
        for update in self.pending:
            chat = _chat_of(update)
            if chat not in self._delivering:
                self._delivering[chat] = asyncio.create_task(self._bring(chat))

    async def _bring(self, chat: int) -> None:
        pause = 0.01
        while self.webhook is not None:
            update = next((item for item in self.pending if _chat_of(item) == chat), None)
            if update is None:
                break
            if await self._post(update):
                self.pending.remove(update)
                pause = 0.01
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.2)
            await self._tell()
        del self._delivering[chat]
        self._deliver()

    async def _post(self, update: dict[str, Any]) -> bool:
        assert self.webhook is not None
        url, secret = self.webhook
        try:
            async with self._session.post(
                url, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": secret}
            ) as answer:
                body = await answer.text()
                if answer.status != 200:
                    return False
        except aiohttp.ClientError:
            return False
        if body:
            call = json.loads(body)
            method = call.pop("method")
            try:
                self._call(method, call)
            except RefusedError as refused:
                self.refused.append((method, refused.description))
        return True


def _answer(refused: RefusedError) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refused.code,
        "description": refused.description,
    }
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _value(text: str) -> Any:
    if text[:1] in "[{" or text in ("true", "false"):
        return json.loads(text)
    return text


def _chat_of(update: dict[str, Any]) -> int:
    for kind in ("message", "edited_message", "channel_post", "my_chat_member"):
        chat = update.get(kind, {}).get("chat")
        if isinstance(chat, dict):
            return int(chat["id"])
    if "callback_query" in update:
        return int(update["callback_query"]["from"]["id"])
    return 0
