"""One thread that owns the database and commits together what has queued up."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar

from sqlalchemy import Connection

from storage.backend import Backend
from storage.errors import StorageError

T = TypeVar("T")

MOST_IN_A_BATCH: Final = 256


class _Unit(Generic[T]):
    """A piece of work, its future, and what came of it until the commit is done."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.future: Future[T] = Future()
        self._work = work
        self._outcome: Callable[[], None] | None = None

    def run(self, connection: Connection) -> None:
        """Do the work; an exception goes on to the caller."""
        value = self._work(connection)
        self._outcome = lambda: self.future.set_result(value)

    def fail(self, error: BaseException) -> None:
        """Keep an error of its own, to be told with the others."""
        self._outcome = lambda: self.future.set_exception(error)

    def tell(self) -> None:
        """Resolve the future, once the batch is committed."""
        if self._outcome is not None:
            self._outcome()


class _BatchLost(Exception):  # noqa: N818 - a signal inside this module
    """The database ended the transaction in the middle of a batch; the cause says why."""


class Writer:
    """The thread through which everything reaches the database.

    Each unit of work runs inside a SAVEPOINT of its batch, so that one that fails does not hurt the
    others. A future resolves only after the COMMIT of its batch: what is acknowledged is on the
    disk. Where the commit fails, every future of the batch gets the reason, nothing of the batch is
    kept, and the thread goes on. A unit runs at most once; one whose future was cancelled before
    its turn does not run.
    """

    def __init__(self, backend: Backend, *, most_in_a_batch: int = MOST_IN_A_BATCH) -> None:
        """Start the thread. `most_in_a_batch` is the most units committed together."""
        self._backend = backend
        self._engine = backend.engine()
        self._most = most_in_a_batch
        # None says: no more will come.
        self._queue: SimpleQueue[_Unit[object] | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="volgorde-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a unit of work; use `asyncio.wrap_future` to await it.

        The future raises what the unit raised, or StorageError (`database_locked`, `database_full`,
        …) where the database failed it. Raises StorageError `store_closed` after `close`.
        """
        unit = _Unit(work)
        with self._closing:
            if self._closed:
                raise StorageError("store_closed")
            self._queue.put(unit)  # type: ignore[arg-type] # the future keeps the type
        return unit.future

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do a unit of work and wait for its commit. RuntimeError from within another unit."""
        self.refuse_in_thread()
        return self.submit(work).result()

    def refuse_in_thread(self) -> None:
        """Raise RuntimeError in the writer thread: there, waiting for a unit would be for ever."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work cannot wait for its own writer")

    def close(self) -> None:
        """Finish what was queued and end the thread. RuntimeError from within a unit."""
        self.refuse_in_thread()
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _serve(self) -> None:
        more = True
        while more:
            units, more = self._gather()
            # From here a future can no longer be cancelled, so it can be resolved.
            units = [unit for unit in units if unit.future.set_running_or_notify_cancel()]
            if units:
                self._commit_together(units)

    def _gather(self) -> tuple[list[_Unit[object]], bool]:
        """Wait for a unit and take what has queued up behind it; False once the last was taken."""
        unit = self._queue.get()
        units: list[_Unit[object]] = []
        while unit is not None:
            units.append(unit)
            if len(units) == self._most:
                return units, True
            try:
                unit = self._queue.get_nowait()
            except Empty:
                return units, True
        return units, False

    def _commit_together(self, units: list[_Unit[object]]) -> None:
        try:
            with self._engine.connect() as connection:
                try:
                    with connection.begin():
                        for unit in units:
                            self._run_unit(connection, unit)
                except BaseException:
                    # After a failed commit the next batch begins on a new connection.
                    connection.invalidate()
                    raise
        except BaseException as error:  # noqa: BLE001 - the futures raise it
            cause = error.__cause__ if isinstance(error, _BatchLost) else None
            for unit in units:
                unit.future.set_exception(self._reason(cause or error))
        else:
            for unit in units:
                unit.tell()

    def _run_unit(self, connection: Connection, unit: _Unit[object]) -> None:
        # Plain statements: SQLAlchemy's begin_nested costs as much as the unit itself.
        connection.exec_driver_sql("SAVEPOINT unit")
        try:
            unit.run(connection)
            connection.exec_driver_sql("RELEASE SAVEPOINT unit")
        except BaseException as error:
            # A full or failing disk can make the database roll back everything, not only this unit.
            if self._backend.transaction_lost(connection):
                raise _BatchLost from error
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
            connection.exec_driver_sql("RELEASE SAVEPOINT unit")
            unit.fail(self._reason(error))

    def _reason(self, error: BaseException) -> BaseException:
        """Give what a future raises, in our codes where it is about the database."""
        reason = self._backend.translate(error)
        if reason is None or reason is error:
            return error
        reason.__cause__ = error
        return reason
