"""Strangers: who was not let in reads one line, and nothing of it stays in their chat.

A chat in which somebody tried a link, or asked whether this is the shelter, may be looked at by
others. What has to go is remembered in this process only: about strangers nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from telegram.error import Forbidden, RetryAfter, TelegramError

from bot.telegram.api import Api, seconds_asked
from bot.telegram.courier import MOST_DELETED_AT_ONCE, Courier, delete_messages
from bot.telegram.pages import Writer
from bot.telegram.turn import Stranger

STANDS_SECONDS: Final = 600.0
"""How long what is said to a stranger stands there; so long it is not said again."""
_CHATS_REMEMBERED: Final = 1000
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Left:
    """What has to go from one chat: the numbers of messages, and from when on each may.

    `told` says when what was said last; once it is `over` nothing is to stand there at all.
    """

    chat: int = field(repr=False)
    numbers: dict[int, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    over: bool = False
    busy: bool = False


class Strangers:
    """Turns strangers away, and takes away what they and we wrote."""

    def __init__(self, api: Api, courier: Courier, *, monotonic: Callable[[], float]) -> None:
        """Write and delete through an API, beside the courier's work."""
        self._api = api
        self._courier = courier
        self._now = monotonic
        self._chats: dict[int, _Left] = {}

    def turn_away(self, stranger: Stranger) -> None:
        """Say kindly, and not too often, that this is not for everybody; gives back at once."""
        now = self._now()
        left = self._chats.pop(stranger.chat, None) or _Left(stranger.chat)
        self._chats[stranger.chat] = left
        left.over = False
        if stranger.message is not None:
            self._remember(left, stranger.message, now)
        self._clear(left)
        if now - left.told.get(stranger.text.id, -STANDS_SECONDS) >= STANDS_SECONDS:
            left.told[stranger.text.id] = now
            self._courier.aside(self._tell(stranger, left))
        if len(self._chats) > _CHATS_REMEMBERED:
            self._clear_all(self._chats.pop(next(iter(self._chats))))

    def let_in(self, chat: int) -> None:
        """Take away what was said to somebody before they were let in."""
        left = self._chats.get(chat)
        if left is not None:
            self._clear_all(left)

    def tidy(self) -> None:
        """Take away what stood there long enough, or could not be deleted before."""
        now = self._now()
        for chat, left in list(self._chats.items()):
            self._clear(left)
            recent = any(now - told < STANDS_SECONDS for told in left.told.values())
            if not (left.numbers or recent):
                del self._chats[chat]

    def leave(self) -> None:
        """Take away everything: after a stop nobody knows of it any more."""
        for left in self._chats.values():
            self._clear_all(left)

    def _remember(self, left: _Left, number: int, moment: float) -> None:
        left.numbers[number] = moment
        if len(left.numbers) > MOST_DELETED_AT_ONCE:
            del left.numbers[min(left.numbers)]

    def _clear_all(self, left: _Left) -> None:
        left.over = True
        left.numbers = dict.fromkeys(left.numbers, self._now())
        self._clear(left)

    def _clear(self, left: _Left) -> None:
        if self._due(left) and not left.busy:
            # One at a time: who sends much causes few calls.
            left.busy = True
            self._courier.aside(self._delete(left))

    def _due(self, left: _Left) -> list[int]:
        now = self._now()
        return [number for number, moment in left.numbers.items() if moment <= now]

    async def _delete(self, left: _Left) -> None:
        try:
            while due := self._due(left):
                await delete_messages(self._api, left.chat, due)
                for number in due:
                    left.numbers.pop(number, None)
        except RetryAfter as error:
            later = self._now() + seconds_asked(error)
            left.numbers = {number: max(at, later) for number, at in left.numbers.items()}
        except Forbidden:
            left.numbers.clear()
        except TelegramError as error:
            _log.info("stranger's chat not tidied", error=type(error).__name__)
        finally:
            left.busy = False

    async def _tell(self, stranger: Stranger, left: _Left) -> None:
        page = Writer(stranger.language, ()).only(stranger.text)
        try:
            number = await self._api.send(stranger.chat, page.parts[0], ())
        except TelegramError as error:
            _log.info("stranger not answered", error=type(error).__name__)
            return
        # They may have been let in while this was under way.
        self._remember(left, number, self._now() + (0 if left.over else STANDS_SECONDS))
        self._clear(left)
