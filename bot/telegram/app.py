"""The bot: python-telegram-bot's Application around the desk, by polling or by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import structlog
from telegram import Bot, BotCommand, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.telegram.api import Api, seconds_asked
from bot.telegram.courier import Courier
from bot.telegram.desk import Desk
from bot.telegram.incoming import Incoming, read_update
from bot.telegram.metrics import Metrics
from bot.telegram.ordering import PerChat
from bot.telegram.pace import Pace
from bot.telegram.pages import COMMANDS
from bot.telegram.requests import AiohttpRequest
from bot.telegram.strangers import Strangers
from bot.telegram.sweeper import Sweeper
from bot.telegram.turn import CHANNEL, Job, Stranger
from flows.messages import message
from locales import SOURCE_LANGUAGE, catalogue
from storage.errors import StorageError
from storage.store import Store

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that are asked for; anything else would only be thrown away."""
POLL_SECONDS: Final = 30
STOP_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_log = structlog.get_logger(__name__)


class RefusedTokenError(Exception):
    """Telegram does not know this token."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time comes from: moments, seconds that only go on, and waiting."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = asyncio.sleep


@dataclass(slots=True)
class _Given:
    """What is known of an update in hand: its row in the inbox, and how far it came."""

    inbox_key: str | None
    answered: bool
    put_off: bool = False


class TelegramBot:
    """One bot, from start to stop."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        *,
        token: str,
        api: str | None,
        pace: Pace,
        timing: Timing,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        """Use a store and a desk on it; `api` is the Bot API's base URL where it is another."""
        self._desk = desk
        self._timing = timing
        self._poll_seconds = poll_seconds
        self.metrics = Metrics()
        base = (api or "https://api.telegram.org").rstrip("/")
        self._request = AiohttpRequest()
        self._updates_request = AiohttpRequest(connections=1, read_timeout=poll_seconds + 10)
        self.bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._updates_request,
        )
        self._processor = PerChat()
        self._application: Application[Any, Any, Any, Any, Any, Any] = (
            Application.builder()
            .bot(self.bot)
            .updater(None)
            .job_queue(None)
            .concurrent_updates(self._processor)
            .build()
        )
        self._application.add_handler(TypeHandler(Update, self._handle))
        self._application.add_error_handler(self._failed)
        self._api = Api(self.bot)
        self.courier = Courier(
            self._api,
            store,
            desk,
            pace=pace,
            metrics=self.metrics,
            clock=timing.clock,
            sleep=timing.sleep,
        )
        self._sweeper = Sweeper(self.courier, clock=timing.clock, sleep=timing.sleep)
        self._strangers = Strangers(self._api, self.courier, monotonic=timing.monotonic)
        self._looking: asyncio.Task[None] | None = None
        self._given: dict[int, _Given] = {}
        self._polling = False
        self._last_contact = 0.0
        self.ready = asyncio.Event()
        self.introducing: asyncio.Task[None] | None = None

    # --- start and stop ---------------------------------------------------------------------------

    async def start(self) -> None:
        """Get to know the bot's own account and take up what was left to deliver.

        Raises RefusedTokenError.
        """
        await self._patiently(self._application.initialize)
        # Nobody has to wait for a menu.
        self.introducing = asyncio.create_task(self._patiently(self._introduce))
        for job in await asyncio.wrap_future(self._desk.due()):
            self.courier.deliver(job)
        username = self.bot.username
        await self.courier.run(lambda transaction: transaction.remember("telegram_bot", username))
        self._sweeper.start()
        self._looking = asyncio.create_task(self._look_around())
        self._last_contact = self._timing.monotonic()
        self.ready.set()
        _log.info("started")

    async def stop(self) -> None:
        """Finish what is in hand and let everything go."""
        self.ready.clear()
        if self.introducing is not None:
            self.introducing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.introducing
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        await self._sweeper.stop()
        self._strangers.leave()
        await self.courier.stop(STOP_SECONDS)
        await self._application.shutdown()
        # Where the start failed halfway the library leaves its connections open.
        for request in (self._request, self._updates_request):
            await request.shutdown()
        _log.info("stopped")

    async def _look_around(self) -> None:
        """See now and then to what time asks for and what other programs changed."""
        while True:
            try:
                await self.look_around()
            except StorageError as error:
                _log.warning("could not look around", code=error.code)
            await self._timing.sleep(LOOK_SECONDS)

    async def look_around(self) -> None:
        """See once to what time asks for."""
        self._strangers.tidy()
        busy = frozenset(self.courier.busy)
        for job in await asyncio.wrap_future(self._desk.look_around(busy)):
            self.courier.deliver(job)

    async def _patiently(self, work: Callable[[], Any]) -> None:
        """Do something at the start that Telegram may not be ready for yet."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await work()
            except InvalidToken as error:
                raise RefusedTokenError from error
            except RetryAfter as error:
                _log.warning("telegram asks to wait")
                await self._timing.sleep(seconds_asked(error))
            except NetworkError as error:
                _log.warning("telegram not reached", error=type(error).__name__)
                await self._timing.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    async def _introduce(self) -> None:
        """Set the commands and descriptions, in every language, where they are not so already."""
        for language in (None, *self._desk.house.languages):
            words = catalogue(language or SOURCE_LANGUAGE)
            commands = [
                BotCommand(name, words.say(message(f"telegram.command.{name}")))
                for name in COMMANDS
            ]
            description = words.say(message("telegram.description"))
            code = language and language[:2]
            if tuple(await self.bot.get_my_commands(language_code=code)) != tuple(commands):
                await self.bot.set_my_commands(commands, language_code=code)
            found = await self.bot.get_my_description(language_code=code)
            if found.description != description:
                await self.bot.set_my_description(description, language_code=code)
                await self.bot.set_my_short_description(description, language_code=code)

    # --- updates ----------------------------------------------------------------------------------

    async def process(
        self, update: Update, *, inbox_key: str | None = None, answered: bool = False
    ) -> bool:
        """Handle an update; False where it has to be handled again later.

        `inbox_key` names it in the inbox; `answered` says that its press was answered already.
        """
        # By identity: the same update may be in hand twice.
        given = self._given[id(update)] = _Given(inbox_key, answered=answered)
        try:
            await self._processor.process_update(update, self._application.process_update(update))
        finally:
            del self._given[id(update)]
        return not given.put_off

    def silence(self) -> float:
        """Say for how many seconds nothing was heard of Telegram; 0 where it comes to us."""
        return self._timing.monotonic() - self._last_contact if self._polling else 0.0

    async def wait(self, seconds: float) -> None:
        """Wait."""
        await self._timing.sleep(seconds)

    async def _handle(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        begun = self._timing.monotonic()
        given = self._given[id(update)]
        inbox_key = given.inbox_key
        incoming = read_update(update)
        if incoming is None:
            _log.info("update left alone", update=update.update_id)
            self.metrics.handled("other", self._timing.monotonic() - begun)
            if inbox_key is not None:
                await self._drop(inbox_key)
            return
        try:
            result = await asyncio.wrap_future(self._desk.take(incoming, inbox_key=inbox_key))
        except StorageError as error:
            await self._not_kept(update, incoming, error, given)
            return
        took = self._timing.monotonic() - begun
        self.metrics.handled(incoming.did.name.lower(), took)
        _log.info(
            "update handled",
            update=update.update_id,
            did=incoming.did.name.lower(),
            chat=result.chat_id if isinstance(result, Job) else None,
            ms=round(took * 1000, 1),
        )
        if given.answered and result is not None:
            result = replace(result, query=None)
        if isinstance(result, Job):
            self._strangers.let_in(incoming.chat)
            self.courier.deliver(result)
        elif isinstance(result, Stranger):
            for job in result.others:
                self.courier.deliver(job)
            if result.query is not None:
                self.courier.answer(result.query)
            self._strangers.turn_away(result)

    async def _not_kept(
        self, update: Update, incoming: Incoming, error: StorageError, given: _Given
    ) -> None:
        """Put an update off that the store could not take; give one up that it never will."""
        self.metrics.failed(error.code)
        if error.code.startswith(("database_", "store_")):
            _log.error("update put off", update=update.update_id, code=error.code)
            given.put_off = True
            return
        _log.error("update given up", update=update.update_id, code=error.code)
        if incoming.query is not None and not given.answered:
            self.courier.answer(incoming.query)
        if given.inbox_key is not None:
            await self._drop(given.inbox_key)
        job = await asyncio.wrap_future(self._desk.give_up(incoming))
        if job is not None:
            self.courier.deliver(replace(job, query=None))

    async def _drop(self, inbox_key: str) -> None:
        await self.courier.run(lambda transaction: transaction.chats.handled(inbox_key))

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what should not happen: where it did, and never what was in hand."""
        error = context.error
        number = update.update_id if isinstance(update, Update) else 0
        self.metrics.failed(type(error).__name__)
        _log.error("update failed", update=number, error=type(error).__name__, at=_place(error))
        given = self._given.get(id(update))
        if given is not None and given.inbox_key is not None:
            await self._drop(given.inbox_key)

    # --- polling ----------------------------------------------------------------------------------

    async def poll(self, stopping: asyncio.Event) -> None:
        """Ask for updates until told to stop.

        Telegram forgets an update when the next one is asked for, so that is done only after
        everything asked for before is committed.
        """
        await self._patiently(self._leave_webhook)
        self._polling = True
        offset: int | None = None
        pause = _FIRST_PAUSE
        while not stopping.is_set():
            asking = asyncio.ensure_future(self._ask(offset, self._poll_seconds))
            told = asyncio.ensure_future(stopping.wait())
            await asyncio.wait({asking, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if not asking.done():
                asking.cancel()
                with contextlib.suppress(asyncio.CancelledError, TelegramError):
                    await asking
                return
            try:
                updates = asking.result()
            except InvalidToken as error:
                raise RefusedTokenError from error
            except Conflict:
                _log.error("another program asks for this bot's updates")
                await self._timing.sleep(_LONGEST_PAUSE / 6)
                continue
            except RetryAfter as error:
                await self._timing.sleep(seconds_asked(error))
                continue
            except TelegramError as error:
                _log.warning("updates not received", error=type(error).__name__)
                await self._timing.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            self._last_contact = self._timing.monotonic()
            if updates and await self._commit(updates):
                offset = int(updates[-1]["update_id"]) + 1
        if offset is not None:
            await self._confirm(offset)

    async def _ask(self, offset: int | None, seconds: int) -> list[dict[str, Any]]:
        return await self._api.updates(
            self._updates_request, offset=offset, seconds=seconds, allowed=ALLOWED
        )

    async def _commit(self, updates: list[dict[str, Any]]) -> bool:
        """Handle updates; False where some have to be asked for again."""
        read = [read_raw(update, self.bot) for update in updates]
        done = await asyncio.gather(*(self.process(update) for update in read if update))
        if not all(done):
            await self._timing.sleep(_FIRST_PAUSE)
            return False
        return True

    async def _confirm(self, offset: int) -> None:
        """Tell Telegram at the end what is done, so that it is not delivered again."""
        try:
            await self._ask(offset, 0)
        except TelegramError as error:
            # It comes again then, and is known by its number.
            _log.info("last updates not confirmed", error=type(error).__name__)

    async def _leave_webhook(self) -> None:
        await self.bot.delete_webhook()

    # --- webhook ----------------------------------------------------------------------------------

    async def register(self, url: str, secret: str) -> None:
        """Have Telegram deliver updates here from now on."""
        await self._patiently(
            lambda: self.bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED, max_connections=40
            )
        )

    async def take_up_inbox(self) -> None:
        """Handle what was received and not yet handled."""
        waiting = await self.courier.run(lambda transaction: transaction.chats.received())
        updates = [(item.update_key, read_raw(item.payload, self.bot)) for item in waiting]
        await asyncio.gather(
            *(self.process(update, inbox_key=key) for key, update in updates if update is not None)
        )


def read_raw(data: dict[str, Any], bot: Bot) -> Update | None:
    """Read an update; None, with a line in the log, where it is none that is known here."""
    try:
        return Update.de_json(data, bot)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        _log.warning(
            "an update that cannot be read",
            update=data.get("update_id"),
            error=type(error).__name__,
        )
        return None


def update_key(number: int) -> str:
    """Return the key under which an update waits in the inbox."""
    return f"{CHANNEL}:{number}"


def _place(error: BaseException | None) -> str:
    """Say in which line of ours something went wrong: a place, and no values."""
    trace = None if error is None else error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if (
            "/bot/" in code.co_filename
            or "/flows/" in code.co_filename
            or ("/storage/" in code.co_filename)
        ):
            place = f"{code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
