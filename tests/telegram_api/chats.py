"""What stands in a chat, and a way to wait until something changes there."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Pulse:
    """Wakes those who wait for something to change, and knows since when nothing did."""

    def __init__(self) -> None:
        self._last = 0.0
        self._beat = asyncio.Event()

    def touch(self) -> None:
        """Say that something changed."""
        self._last = time.monotonic()
        beat, self._beat = self._beat, asyncio.Event()
        beat.set()

    async def until(self, holds: Callable[[], bool], *, timeout: float, quiet: float = 0.0) -> bool:
        """Wait until it holds, with nothing new for `quiet` seconds; False if it took too long."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    beat = self._beat
                    if not holds():
                        await beat.wait()
                        continue
                    rest = self._last + quiet - time.monotonic()
                    if rest <= 0:
                        return True
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(beat.wait(), rest)
        except TimeoutError:
            return False


@dataclass(frozen=True)
class Button:
    """A button under a message; one that opens a page has no data."""

    text: str
    data: str = ""
    url: str = ""

    def json(self) -> Json:
        return {
            "text": self.text,
            **({"url": self.url} if self.url else {"callback_data": self.data}),
        }


@dataclass(frozen=True)
class Shown:
    """A message as it stands in a chat now; `mine` is what the person sent."""

    message_id: int
    mine: bool
    text: str
    html: str
    buttons: list[list[Button]]
    protected: bool
    silent: bool
    date: int
    sender: Json = field(repr=False, default_factory=dict)
    content: Json = field(repr=False, default_factory=dict)


@dataclass
class Chat:
    """A chat of the bot with one person, or a group."""

    chat_id: int
    about: Json
    messages: dict[int, Shown] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    blocked: bool = False
    pulse: Pulse = field(default_factory=Pulse)

    def message_json(self, message_id: int) -> Json:
        """Describe a message as Telegram does, also one that is gone."""
        shown = self.messages.get(message_id)
        if shown is None:
            return {"message_id": message_id, "chat": self.about, "date": 0}
        told = {
            "message_id": message_id,
            "from": shown.sender,
            "chat": self.about,
            "date": shown.date,
            **shown.content,
        }
        if shown.buttons:
            rows = [[button.json() for button in row] for row in shown.buttons]
            told["reply_markup"] = {"inline_keyboard": rows}
        if shown.protected:
            told["has_protected_content"] = True
        return told
