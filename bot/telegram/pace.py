"""Pace: Telegram's limits on sending, for all chats together and for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OVERALL = 30.0
PER_CHAT = 1.0
BURST_PER_CHAT = 3.0
_CHATS_REMEMBERED = 10_000


@dataclass(slots=True)
class _Bucket:
    """A bucket of tokens that fills with time."""

    tokens: float
    at: float

    def wait(self, now: float, rate: float, most: float) -> float:
        """Take a token; give the seconds to wait for it."""
        self.tokens = min(most, self.tokens + (now - self.at) * rate)
        self.at = now
        self.tokens -= 1
        return max(0.0, -self.tokens / rate)


class Pace:
    """Says how long to wait before the next message."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        overall: float = OVERALL,
        per_chat: float = PER_CHAT,
        burst: float = BURST_PER_CHAT,
    ) -> None:
        """Take rates per second; an overall rate of 0 is no limit at all."""
        self._now = now
        self._overall = overall
        self._per_chat = per_chat
        self._burst = burst
        self._all = _Bucket(overall, now())
        self._chats: dict[int, _Bucket] = {}

    def wait(self, chat: int) -> float:
        """Take the place of one message; give the seconds to wait before sending it."""
        if not self._overall:
            return 0.0
        now = self._now()
        bucket = self._chats.pop(chat, None) or _Bucket(self._burst, now)
        self._chats[chat] = bucket
        if len(self._chats) > _CHATS_REMEMBERED:
            del self._chats[next(iter(self._chats))]
        return max(
            bucket.wait(now, self._per_chat, self._burst),
            self._all.wait(now, self._overall, self._overall),
        )
