"""The writer thread: batches, savepoints, failing commits, closing."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import IntegrityError

from storage import StorageError
from storage.sqlite import SqliteBackend
from storage.writer import Writer

LAST = 10


class Watched(Writer):
    """A writer over one small table, whose commits are counted and which can be held up."""

    def __init__(self, path: Path, *, most_in_a_batch: int = 256) -> None:
        self.path = path
        self.commits = 0
        backend = SqliteBackend(make_url(f"sqlite:///{path}"), busy_seconds=0.05)
        backend.create()
        super().__init__(backend, most_in_a_batch=most_in_a_batch)
        self.run(_make_tables)
        event.listen(self._engine, "commit", self._count)

    def _count(self, _: Connection) -> None:
        self.commits += 1

    def hold(self) -> Callable[[], None]:
        """Keep the thread busy, so that what is submitted now gathers into one batch."""
        begun, go = threading.Event(), threading.Event()

        def wait(_: Connection) -> None:
            begun.set()
            assert go.wait(LAST)

        self.submit(wait)
        assert begun.wait(LAST)
        return go.set

    def found(self) -> list[int]:
        return self.run(
            lambda connection: [
                row[0] for row in connection.exec_driver_sql("SELECT n FROM numbers ORDER BY n")
            ]
        )


def _make_tables(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE numbers (n INTEGER PRIMARY KEY, big BLOB)")
    connection.exec_driver_sql(
        "CREATE TABLE owed (n INTEGER REFERENCES numbers(n) DEFERRABLE INITIALLY DEFERRED)"
    )


def put(n: int, *, size: int = 0) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.exec_driver_sql("INSERT INTO numbers VALUES (?, zeroblob(?))", (n, size))
        return n

    return work


def fail_after_putting(n: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        put(n)(connection)
        raise LookupError(n)

    return work


def owe(connection: Connection) -> None:
    # Only the commit notices that there is no number 999.
    connection.exec_driver_sql("INSERT INTO owed VALUES (999)")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Watched]:
    opened = Watched(tmp_path / "w.db")
    yield opened
    opened.close()


def test_what_queued_up_is_committed_together(writer: Watched) -> None:
    go = writer.hold()
    futures = [writer.submit(put(n)) for n in range(100)]
    before = writer.commits
    go()
    assert [future.result(LAST) for future in futures] == list(range(100))
    # One for the unit that held the thread up, one for all the others.
    assert writer.commits == before + 2


def test_a_batch_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    writer = Watched(tmp_path / "w.db", most_in_a_batch=10)
    go = writer.hold()
    futures = [writer.submit(put(n)) for n in range(95)]
    before = writer.commits
    go()
    assert [future.result(LAST) for future in futures] == list(range(95))
    assert writer.commits == before + 1 + 10
    writer.close()


def test_no_future_resolves_before_the_commit_of_its_batch(writer: Watched) -> None:
    go = writer.hold()
    futures: list[Future[int]] = []
    resolved_early: list[bool] = []
    event.listen(
        writer._engine,
        "commit",
        lambda _: resolved_early.extend(future.done() for future in futures),
    )
    futures.extend(writer.submit(put(n)) for n in range(20))
    go()
    for future in futures:
        future.result(LAST)
    assert len(resolved_early) >= 20
    assert not any(resolved_early)


def test_a_failing_unit_does_not_hurt_the_others_of_its_batch(writer: Watched) -> None:
    go = writer.hold()
    before = writer.submit(put(1))
    failing = writer.submit(fail_after_putting(2))
    clashing = writer.submit(put(1))
    after = writer.submit(put(3))
    go()
    assert before.result(LAST) == 1
    assert after.result(LAST) == 3
    with pytest.raises(LookupError):
        failing.result(LAST)
    with pytest.raises(IntegrityError):
        clashing.result(LAST)
    assert writer.found() == [1, 3]


def test_a_failing_commit_fails_the_whole_batch_and_the_thread_lives_on(writer: Watched) -> None:
    writer.run(put(1))
    go = writer.hold()
    futures: list[Future[int] | Future[None]] = [writer.submit(put(2)), writer.submit(owe)]
    futures.append(writer.submit(put(3)))
    go()
    for future in futures:
        with pytest.raises(IntegrityError):
            future.result(LAST)
    assert writer.found() == [1]
    assert writer.run(put(4)) == 4
    assert writer.found() == [1, 4]


def test_a_full_disk_fails_the_batch_in_our_words_and_keeps_what_was_there(
    writer: Watched,
) -> None:
    writer.run(put(1))

    def leave_no_room(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")

    writer.run(leave_no_room)
    go = writer.hold()
    # SQLite rolls the whole transaction back here, so the unit before it is not kept either.
    futures = [writer.submit(put(2)), writer.submit(put(3, size=500_000)), writer.submit(put(4))]
    go()
    for future in futures:
        with pytest.raises(StorageError) as caught:
            future.result(LAST)
        assert caught.value.code == "database_full"
        assert caught.value.params["path"] == str(writer.path)
    assert len({id(future.exception()) for future in futures}) == len(futures)
    assert writer.found() == [1]
    # There is room again.
    assert writer.run(put(5, size=500_000)) == 5


def test_a_database_that_became_read_only_is_said_to_be(writer: Watched) -> None:
    writer.run(lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON") and None)
    with pytest.raises(StorageError) as caught:
        writer.run(put(1))
    assert caught.value.code == "database_readonly"


def test_a_units_own_exit_does_not_end_the_thread(writer: Watched) -> None:
    def leave(_: Connection) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        writer.run(leave)
    assert writer.run(put(1)) == 1


def test_a_unit_cancelled_before_its_turn_does_not_run(writer: Watched) -> None:
    go = writer.hold()
    cancelled, kept = writer.submit(put(1)), writer.submit(put(2))
    assert cancelled.cancel()
    go()
    assert kept.result(LAST) == 2
    assert writer.found() == [2]


def test_many_threads_lose_and_double_nothing(writer: Watched) -> None:
    barrier = threading.Barrier(16)
    acknowledged: list[int] = []

    def work(start: int) -> None:
        barrier.wait(LAST)
        for n in range(start, start + 50):
            acknowledged.append(writer.run(put(n)))

    threads = [threading.Thread(target=work, args=(start * 50,)) for start in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acknowledged) == list(range(800))
    assert writer.found() == list(range(800))


async def test_it_can_be_awaited(writer: Watched) -> None:
    results = await asyncio.gather(*(asyncio.wrap_future(writer.submit(put(n))) for n in range(20)))
    assert results == list(range(20))


def test_closing_finishes_what_was_queued_and_takes_nothing_more(tmp_path: Path) -> None:
    writer = Watched(tmp_path / "w.db")
    go = writer.hold()
    futures = [writer.submit(put(n)) for n in range(300)]
    closing = threading.Thread(target=writer.close)
    closing.start()
    go()
    closing.join(LAST)
    assert [future.result(0) for future in futures] == list(range(300))
    with pytest.raises(StorageError) as caught:
        writer.submit(put(1))
    assert caught.value.code == "store_closed"
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["w.db"]


def test_a_unit_can_neither_wait_for_another_nor_close_its_writer(writer: Watched) -> None:
    for forbidden in (lambda _: writer.run(put(1)), lambda _: writer.close()):
        with pytest.raises(RuntimeError, match="its own writer"):
            writer.run(forbidden)
    assert writer.run(put(2)) == 2
