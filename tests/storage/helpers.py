"""What the storage tests share: a clock that ticks, a family on file, and looks at raw bytes."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, make_url

from storage import (
    Event,
    InterviewRecord,
    Keyring,
    MasterKey,
    Outgoing,
    Store,
    Transaction,
    sqlite_url,
)
from storage.migrate import alembic_config
from storage.sqlite import SqliteBackend

NOBODY = 65534


class TickingClock:
    """Each look at it is one second later than the last."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def new_keyring() -> Keyring:
    return Keyring(MasterKey.generate())


def open_store(path: Path, keyring: Keyring, *, busy_seconds: float = 5.0) -> Store:
    return Store.open(sqlite_url(path), keyring, clock=TickingClock(), busy_seconds=busy_seconds)


def begin(
    tx: Transaction, case_id: str, *, respondent: str = "mother", projection: Any = None
) -> InterviewRecord:
    return tx.open_interview(
        case_id,
        respondent=respondent,
        protocol_id="voorstudie-core-v1",
        protocol_version="1.0.0",
        protocol_hash="abc",
        state="asking",
        language="nl",
        mode="full",
        projection={"answers": {}} if projection is None else projection,
    )


def new_interview(store: Store, *, respondent: str = "mother") -> InterviewRecord:
    return store.run(lambda tx: begin(tx, tx.create_case(tx.unused_code()), respondent=respondent))


def answer(
    tx: Transaction,
    interview_id: str,
    key: str | None,
    *,
    revision: int | None = None,
    text: str = "yes",
    ended: bool = False,
) -> int:
    """Save one answer on top of what is there, or on the revision given."""
    now = tx.interview(interview_id)
    answers = {**now.projection["answers"], str(key): text}
    return tx.save(
        interview_id,
        update_key=key,
        expected_revision=now.revision if revision is None else revision,
        state="asking",
        language="nl",
        projection={"answers": answers},
        events=[Event("answered", {"key": key, "text": text})],
        outbox=[Outgoing("terminal", {"text": f"after {key}"})],
        ended=ended,
    ).revision


def bytes_of(directory: Path) -> dict[str, str]:
    """Every file under a directory by name, with the hash of its bytes."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@contextlib.contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The database as any other program sees it, in autocommit."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Root may write everywhere, so be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def changing(path: Path, change: Callable[[Connection], None]) -> None:
    with SqliteBackend(make_url(sqlite_url(path))).migrating() as connection:
        change(connection)


def take_back(path: Path, revision: str) -> None:
    """Bring a database back to what an earlier version made of it."""
    changing(path, lambda connection: command.downgrade(alembic_config(connection), revision))
