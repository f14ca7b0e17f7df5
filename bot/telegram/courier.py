"""The courier: brings each chat's screen to what it should be, whatever Telegram answers.

One task for each chat that has something to do, so that a chat that has to wait holds up nobody
else. A newer job takes the place of one that has not begun: a burst becomes one edit.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import structlog
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.speech import SpeechError, Voices
from bot.telegram.api import Api, Keyboard, seconds_asked
from bot.telegram.desk import Desk
from bot.telegram.metrics import Metrics
from bot.telegram.pace import Pace
from bot.telegram.pages import Page, Writer
from bot.telegram.requests import NotSent
from bot.telegram.turn import CHANNEL, Job
from bot.telegram.view import NEUTRAL, View, button_data
from flows.messages import message
from storage.store import Store
from storage.transaction import Transaction

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

MOST_DELETED_AT_ONCE: Final = 100
OLDEST: Final = timedelta(hours=46)
"""What is older goes; Telegram's wall is at 48 hours, and an hour's trouble must not matter."""
_SURELY_DELETED: Final = timedelta(hours=47)
"""What is older is deleted one by one: of several, Telegram passes over what is too old and says
that all is well."""
OLDEST_DELETED: Final = timedelta(hours=48)
"""Telegram deletes nothing older."""
_MOST_SWEPT: Final = 300
_CHATS_REMEMBERED: Final = 10_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_log = structlog.get_logger(__name__)


class Courier:
    """Delivers jobs; started and stopped with the bot."""

    def __init__(
        self,
        api: Api,
        store: Store,
        desk: Desk,
        *,
        pace: Pace,
        metrics: Metrics,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Deliver through an API; `sleep` waits a number of seconds."""
        self._api = api
        self._store = store
        self._desk = desk
        self._pace = pace
        self._metrics = metrics
        self.clock = clock
        self._sleep = sleep
        self._waiting: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._aside: set[asyncio.Task[None]] = set()
        self._hurry: dict[str, asyncio.Event] = {}
        self._standing: dict[str, _Standing] = {}

    def deliver(self, job: Job) -> None:
        """Take a job on; gives back at once."""
        for other in job.others:
            self.deliver(other)
        if job.query is not None:
            self.answer(job.query)
        job = replace(job, query=None, others=())
        earlier = self._waiting.pop(job.chat_id, None)
        if job.urgent and not (earlier is not None and earlier.urgent):
            self._wake(job.chat_id)
        if earlier is not None:
            job = _merged(earlier, job)
        if job.page is None and not job.delete and not job.clear:
            return
        self._waiting[job.chat_id] = job
        if job.chat_id not in self._tasks:
            task = asyncio.create_task(self._serve(job.chat_id))
            task.add_done_callback(_log_end)
            self._tasks[job.chat_id] = task

    def answer(self, query: str) -> None:
        """Answer a press, so that its button stops waiting."""
        self.aside(self._answer(query))

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the chats' screens; it is waited for at the end, too."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    @property
    def voices(self) -> Voices:
        """What speaks."""
        return self._desk.house.voices

    @property
    def busy(self) -> Collection[str]:
        """The chats that are being brought up to date."""
        return self._tasks.keys()

    async def idle(self) -> None:
        """Wait until everything that was taken on is done."""
        while self._tasks or self._aside:
            await asyncio.gather(*self._tasks.values(), *self._aside, return_exceptions=True)

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand, for at most this long; the rest waits in the store."""
        try:
            async with asyncio.timeout(seconds):
                await self.idle()
        except TimeoutError:
            left = [*self._tasks.values(), *self._aside]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    # --- one chat ---------------------------------------------------------------------------------

    async def _serve(self, chat_id: str) -> None:
        try:
            while chat_id in self._waiting:
                await self._do(chat_id)
        finally:
            self._tasks.pop(chat_id, None)

    def _wake(self, chat_id: str) -> None:
        """End a chat's waiting: what is urgent does not wait out what an earlier call was told."""
        hurry = self._hurry.get(chat_id)
        if hurry is not None:
            hurry.set()

    def hurries(self, chat_id: str) -> bool:
        """Whether something urgent waits to be done in this chat."""
        waiting = self._waiting.get(chat_id)
        return waiting is not None and waiting.urgent

    async def until_hurry(self, chat_id: str, work: Awaitable[T]) -> T | None:
        """Wait for something, but no longer than until something urgent is asked of this chat."""
        hurry = self._hurry[chat_id] = asyncio.Event()
        ends = asyncio.ensure_future(work), asyncio.ensure_future(hurry.wait())
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return None if hurry.is_set() else ends[0].result()
        finally:
            del self._hurry[chat_id]
            for end in ends:
                end.cancel()

    async def _do(self, chat_id: str) -> None:
        """Do the newest job of a chat, until it is done or a newer one is there."""
        pause = _FIRST_PAUSE
        while True:
            wait = self._pace.wait(self._waiting[chat_id].chat)
            if wait and not self._waiting[chat_id].urgent:
                await self.until_hurry(chat_id, self._sleep(wait))
            job = self._waiting.pop(chat_id)
            if job.unasked and self._desk.house.quiet.are_at(self._desk.clock()):
                # It could not be sent in time; the desk says what may stand there instead.
                job = _merged(job, await asyncio.wrap_future(self._desk.again(chat_id)))
            work = _Delivery(self, job, self._standing_in(job))
            try:
                await work.carry_out()
            except RetryAfter as error:
                self._metrics.again("too_many")
                wait = seconds_asked(error)
            except Forbidden:
                await self._blocked(job)
                return
            except (InvalidToken, ChatMigrated, BadRequest) as error:
                # What Telegram does not take now it will not take later either.
                _log.warning("telegram refused", chat=chat_id, reason=_reason(error))
                self._metrics.refused()
                await work.keep()
                return
            except TelegramError as error:
                self._metrics.again(type(error).__name__)
                _log.info("telegram again", chat=chat_id, error=type(error).__name__)
                # Not all at once: a server that comes back is not hit by everybody together.
                wait = pause * random.uniform(0.5, 1.0)  # noqa: S311
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                await work.keep()
                return
            newer = self._waiting.get(chat_id)
            self._waiting[chat_id] = job if newer is None else _merged(job, newer)
            # What became urgent meanwhile is tried at once; what was refused itself waits.
            if job.urgent or not self._waiting[chat_id].urgent:
                await self.until_hurry(chat_id, self._sleep(wait))

    def _standing_in(self, job: Job) -> _Standing:
        """Give what stands in a chat: what this process did there is newer than what was kept."""
        standing = self._standing.pop(job.chat_id, None)
        if standing is None:
            view = job.view
            standing = _Standing(list(view.messages), view.section, view.sweep_after)
        self._standing[job.chat_id] = standing
        if len(self._standing) > _CHATS_REMEMBERED:
            oldest = next(iter(self._standing))
            if oldest not in self._tasks:
                del self._standing[oldest]
        return standing

    async def _answer(self, query: str) -> None:
        try:
            await self._api.answer(query)
        except TelegramError as error:
            # It only stops a button from blinking, and an old press cannot be answered at all.
            _log.debug("press not answered", error=type(error).__name__)

    async def _blocked(self, job: Job) -> None:
        _log.info("blocked by the person", chat=job.chat_id)
        for told in await asyncio.wrap_future(self._desk.shut_out(job.chat_id)):
            self.deliver(told)

    def note(self, chat_id: str, number: int) -> None:
        """Keep the number of a message as soon as it stands there."""
        done = self._store.submit(
            lambda transaction: transaction.chats.note(chat_id, number, ours=True)
        )
        done.add_done_callback(_log_failure)

    async def report(self, chat_id: str, count: int) -> None:
        """Tell a person what could not be deleted."""
        self._metrics.not_deleted(count)
        note = message("telegram.not_deleted", count=count)
        job = await asyncio.wrap_future(self._desk.tell(chat_id, note))
        if job is not None:
            self.deliver(job)

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Do a unit of work in the store."""
        return await asyncio.wrap_future(self._store.submit(work))


@dataclass(slots=True)
class _Standing:
    """What stands in a chat, as far as is known.

    `messages` hold the page of this `section`; `unwanted` have still to go. `sweep_after` is set
    while something may stand there, after that message, whose number is not known. To be kept are
    `gone`, `neutral` (stands there and says nothing any more) and `left` (stands there as it was).
    `cleared` and `told` are the versions that this was done for already.
    """

    messages: list[int]
    section: str
    sweep_after: int | None
    unwanted: set[int] = field(default_factory=set)
    cleared: int = -1
    told: int = -1
    gone: list[int] = field(default_factory=list)
    neutral: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


class _Delivery:
    """One job being delivered; safe to carry out again where an attempt failed halfway."""

    def __init__(self, courier: Courier, job: Job, standing: _Standing) -> None:
        self._courier = courier
        self._api = courier._api
        self._job = job
        self._standing = standing
        self._known = {item.number: item for item in job.known}

    async def carry_out(self) -> None:
        """Do everything; raises TelegramError where it has to be taken up again."""
        job, standing = self._job, self._standing
        standing.unwanted.update(job.delete)
        if job.clear and standing.cleared != job.version:
            # Nothing may stay, so what is there goes before anything new comes.
            standing.unwanted.update(standing.messages)
            standing.messages = []
            standing.cleared = job.version
            await self._delete()
        # Nothing new is put into a message that could soon not be deleted any more.
        old = {number for number in standing.messages if self._is_older(number, OLDEST)}
        standing.unwanted.update(old)
        standing.messages = [number for number in standing.messages if number not in old]
        if job.page is not None:
            await self._show(job.page)
        await self._delete()

    async def _show(self, page: Page) -> None:
        standing = self._standing
        keyboard = _keyboard(page, self._job.view.live)
        aloud = self._job.aloud and standing.told != self._job.version
        same = (page.section is None or page.section == standing.section) and not aloud
        one = len(standing.messages) == len(page.parts) == 1
        if same and one and await self._edit(standing.messages[0], page.parts[0], keyboard):
            await self._speak(page)
            return
        before, new = standing.messages, []
        if page.picture:
            new.append(await self._send("", (), picture=page.picture))
            standing.messages = [*before, *new]
        for number, part in enumerate(page.parts, start=1):
            buttons = keyboard if number == len(page.parts) else ()
            new.append(await self._send(part, buttons, aloud=aloud and number == 1))
            standing.messages = [*before, *new]
        standing.told = self._job.version
        standing.unwanted.update(before)
        standing.messages = new
        if page.section is not None:
            standing.section = page.section
        await self._speak(page)

    async def _speak(self, page: Page) -> None:
        """Let a person hear what stands there; it goes with the screen that it belongs to."""
        courier, chat_id = self._courier, self._job.chat_id
        if page.spoken is None or courier.hurries(chat_id):
            return
        try:
            made = asyncio.to_thread(courier.voices.say, page.spoken)
            sound = await courier.until_hurry(chat_id, made)
        except SpeechError as error:
            _log.warning("not spoken", reason=str(error))
            return
        if sound is None:
            return  # they left meanwhile
        self._standing.messages.append(await self._send("", (), sound=sound))

    async def _edit(self, number: int, text: str, keyboard: Keyboard) -> bool:
        """Edit a message of ours; False where it stands there no longer."""
        try:
            await self._api.edit(self._job.chat, number, text, keyboard)
        except BadRequest as error:
            if "not modified" in error.message:
                return True
            if "to edit not found" in error.message or "can't be edited" in error.message:
                return False  # and another is sent in its place
            raise
        return True

    async def _send(
        self,
        text: str,
        keyboard: Keyboard,
        *,
        aloud: bool = False,
        picture: bytes = b"",
        sound: bytes = b"",
    ) -> int:
        standing = self._standing
        try:
            if picture:
                sent = await self._api.send_picture(self._job.chat, picture)
            elif sound:
                sent = await self._api.send_voice(self._job.chat, sound)
            else:
                sent = await self._api.send(self._job.chat, text, keyboard, aloud=aloud)
        except (NotSent, BadRequest, RetryAfter, Forbidden):
            raise
        except NetworkError:
            # It may stand there all the same. It is sent again under the same key, so that a press
            # on either counts once, and what turns out to be one too many is taken away.
            if standing.sweep_after is None:
                standing.sweep_after = max([*standing.messages, *standing.unwanted], default=0)
            raise
        self._courier.note(self._job.chat_id, sent)
        if standing.sweep_after is not None:
            await self._sweep(sent)
        return sent

    async def _sweep(self, number: int) -> None:
        """Take away what may stand between the last known message and this one."""
        standing = self._standing
        first = max((standing.sweep_after or 0) + 1, number - _MOST_SWEPT)
        between = [n for n in range(first, number) if n not in standing.messages]
        for at in range(0, len(between), MOST_DELETED_AT_ONCE):
            await self._api.delete(self._job.chat, between[at : at + MOST_DELETED_AT_ONCE])
        standing.sweep_after = None

    async def _delete(self) -> None:
        standing = self._standing
        wanted = sorted(standing.unwanted.difference(standing.messages))
        stay = [number for number in wanted if self._is_older(number, OLDEST_DELETED)]
        late = [number for number in wanted if self._is_older(number, _SURELY_DELETED)]
        young = [number for number in wanted if number not in late]
        parts = [
            young[at : at + MOST_DELETED_AT_ONCE]
            for at in range(0, len(young), MOST_DELETED_AT_ONCE)
        ]
        parts.extend([number] for number in late if number not in stay)
        for part in parts:
            delete = delete_one_by_one if part[0] in late else delete_messages
            gone, refused = await delete(self._api, self._job.chat, part)
            standing.gone.extend(gone)
            standing.unwanted.difference_update(gone)
            stay.extend(refused)
        for number in stay:
            (await self._silence(number)).append(number)
            standing.unwanted.discard(number)

    def _is_older(self, number: int, age: timedelta) -> bool:
        """Whether a message is at least this old; what the ledger does not know yet is new."""
        known = self._known.get(number)
        return known is not None and self._courier.clock() - known.sent_at >= age

    async def _silence(self, number: int) -> list[int]:
        """Take the words and the buttons out of a message that stays; gives where to keep that.

        What the person wrote only they themselves can take away.
        """
        standing, known = self._standing, self._known.get(number)
        if known is not None and not known.ours:
            return standing.left
        neutral = Writer(self._job.view.language, ()).neutral()
        try:
            await self._api.edit(self._job.chat, number, neutral.parts[0], ())
        except BadRequest as error:
            if "to edit not found" in error.message:
                return standing.gone
            if "not modified" not in error.message:
                return standing.left
        return standing.neutral

    async def keep(self) -> None:
        """Keep what stands in the chat now, and that the replies were delivered."""
        job, standing = self._job, self._standing
        gone, standing.gone = standing.gone, []
        neutral, standing.neutral = standing.neutral, []
        left, standing.left = standing.left, []

        edited_in_place = not (gone or neutral or left or job.view.note) and (
            tuple(standing.messages),
            standing.section,
            standing.sweep_after,
        ) == (job.view.messages, job.view.section, job.view.sweep_after)

        def work(transaction: Transaction) -> int:
            chats = transaction.chats
            if job.interview and job.up_to:
                transaction.mark_all_delivered(job.interview, CHANNEL, up_to=job.up_to)
            if edited_in_place:
                # By far the most frequent: nothing stands elsewhere than before.
                chats.arrived(job.chat_id, job.version)
                return 0
            chat = chats.chat(job.chat_id)
            view = View.from_data(chat.view)
            latest = chat.version == job.version
            chats.gone(chat.id, gone)
            chats.refused(chat.id, neutral)
            newly = chats.refused(chat.id, left)
            shown = replace(
                view,
                messages=tuple(standing.messages),
                section=standing.section,
                sweep_after=standing.sweep_after,
                # On a screen that says nothing it was not read yet.
                note=None if latest and view.page != NEUTRAL else view.note,
            )
            chats.settle(chat.id, shown.to_data(), done=latest)
            return newly

        newly = await self._courier.run(work)
        if newly:
            await self._courier.report(job.chat_id, newly)


async def delete_messages(
    api: Api, chat: int, numbers: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Delete messages of a chat, at most 100; gives what is gone and what was refused.

    Raises TelegramError where it has to be tried again.
    """
    try:
        await api.delete(chat, numbers)
    except BadRequest:
        # One that cannot go keeps the others; so they go one by one.
        return await delete_one_by_one(api, chat, numbers)
    return list(numbers), []


async def delete_one_by_one(
    api: Api, chat: int, numbers: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Delete messages of a chat with a call for each, likewise."""
    gone: list[int] = []
    refused: list[int] = []
    for number in numbers:
        try:
            await api.delete_one(chat, number)
        except BadRequest as error:
            (gone if "not found" in error.message else refused).append(number)
        else:
            gone.append(number)
    return gone, refused


def _log_end(task: asyncio.Task[None]) -> None:
    """Log what should not happen; the screen is brought up at the next turn or start."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.error("delivery failed", error=type(error).__name__)


def _log_failure(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        _log.error("message not noted", error=type(error).__name__)


def _merged(one: Job, other: Job) -> Job:
    """Return the newer of two jobs, with what the earlier one had still to take away."""
    earlier, newer = sorted((one, other), key=lambda job: job.version)
    return replace(
        newer,
        page=earlier.page if newer.page is None else newer.page,
        delete=tuple(dict.fromkeys((*earlier.delete, *newer.delete))),
        clear=newer.clear or (earlier.clear and newer.page is None),
        interview=newer.interview or earlier.interview,
        up_to=max(newer.up_to, earlier.up_to if newer.interview == earlier.interview else 0),
        aloud=newer.aloud or (earlier.aloud and newer.page is None),
        urgent=newer.urgent or earlier.urgent,
        known=tuple({item.number: item for item in (*earlier.known, *newer.known)}.values()),
    )


def _keyboard(page: Page, key: str) -> Keyboard:
    number = iter(range(len(page.actions)))
    return [[(button.label, button_data(key, next(number))) for button in row] for row in page.rows]


def _reason(error: TelegramError) -> str:
    # Telegram may quote what it refuses, after a colon.
    return error.message.partition(":")[0][:60]
