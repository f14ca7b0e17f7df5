"""The store: a database that was looked at, brought up, and is written by one thread."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Connection, false, update

from storage.backend import Backend, Look
from storage.chats import ServiceKey
from storage.crypto import Keyring
from storage.database import backend_for
from storage.entropy import random_bytes
from storage.errors import KEY_SETTING, StorageError
from storage.migrate import bring_up, head_revision, older, revision_of
from storage.schema import meta
from storage.sqlite import BUSY_SECONDS
from storage.transaction import Clock, NewId, Transaction
from storage.writer import Writer

T = TypeVar("T")

_ID_BYTES: Final = 16


def utc_now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """Give a new row id: 32 random hex digits."""
    return random_bytes(_ID_BYTES).hex()


class Store:
    """Everything that is kept. Made by `Store.open`; safe to use from any thread."""

    def __init__(self, writer: Writer, keyring: Keyring, *, clock: Clock, new_id: NewId) -> None:
        """Take a running writer; `Store.open` is the way in."""
        self._writer = writer
        self._keyring = keyring
        self._clock = clock
        self._new_id = new_id
        self._service = ServiceKey(keyring)

    @classmethod
    def open(
        cls,
        url: str,
        keyring: Keyring,
        *,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
        migrate: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> Self:
        """Look at the database, make it or bring it to this version, and start its writer.

        `busy_seconds` is how long to wait for another program's lock. With `migrate` false an empty
        or older database is refused. Raises StorageError: `database_foreign`, `database_newer`,
        `database_older` and `key_wrong` leave every byte as it was; any other `database_…` code
        where it cannot be used.
        """
        backend = backend_for(url, busy_seconds=busy_seconds)
        look = backend.look()
        revision = revision_of(backend, look)
        _check_keys(backend, look, keyring)
        if revision != head_revision():
            if not migrate:
                raise older(backend, revision)
            bring_up(backend)
        writer = Writer(backend)
        try:
            # Whether it can be written shows now, not at the first answer.
            writer.run(_try_to_write)
        except BaseException:
            writer.close()
            raise
        return cls(writer, keyring, clock=clock, new_id=new_id)

    def submit(self, fn: Callable[[Transaction], T]) -> Future[T]:
        """Queue a unit of work; await it with `asyncio.wrap_future`.

        The function runs in the writer thread, at most once, and must not wait for anything. The
        future resolves after the commit; it raises what the function raised (nothing of it is kept
        then), or StorageError. Raises StorageError `store_closed` after `close`.
        """

        def work(connection: Connection) -> T:
            return fn(
                Transaction(
                    connection,
                    self._keyring,
                    self._service,
                    clock=self._clock,
                    new_id=self._new_id,
                )
            )

        return self._writer.submit(work)

    def run(self, fn: Callable[[Transaction], T]) -> T:
        """Do a unit of work and wait for its commit. RuntimeError from within another unit."""
        self._writer.refuse_in_thread()
        return self.submit(fn).result()

    def close(self) -> None:
        """Finish what was submitted and let the database go; safe to repeat."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _try_to_write(connection: Connection) -> None:
    # Changes no row. SQLite lets BEGIN IMMEDIATE pass on a read-only file, but not this.
    connection.execute(update(meta).where(false()).values(value=meta.c.value))


def _check_keys(backend: Backend, look: Look, keyring: Keyring) -> None:
    needed = look.master_key_ids - keyring.key_ids
    if needed:
        raise StorageError(
            "key_wrong",
            setting=KEY_SETTING,
            path=backend.place,
            needed=", ".join(sorted(needed)),
            given=", ".join(sorted(keyring.key_ids)),
        )
