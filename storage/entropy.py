"""Randomness of the operating system, drawn a block at a time.

Every draw from the system lets another thread go first; the writer thread draws several times for
each answer.
"""

import os
import threading
from typing import Final

_BLOCK_BYTES: Final = 8192


class _Pool:
    """Bytes drawn and not yet given out; none is ever given twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        with self._lock:
            if self._at + count > len(self._bytes):
                self._bytes = os.urandom(max(count, _BLOCK_BYTES))
                self._at = 0
            taken = self._bytes[self._at : self._at + count]
            self._at += count
            return taken


_pool = _Pool()


def _forget() -> None:
    # A child process must not give out what its parent will.
    global _pool
    _pool = _Pool()


os.register_at_fork(after_in_child=_forget)


def random_bytes(count: int) -> bytes:
    """Give this many random bytes, fit for keys' nonces and for ids."""
    return _pool.take(count)
