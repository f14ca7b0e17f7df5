"""Everything that is SQLite's own: files, looks that change nothing, PRAGMAs, error codes."""

import contextlib
import errno
import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.backend import Contents, Look
from storage.errors import DATABASE_SETTING, StorageError
from storage.paths import make_private_directory

_MARK: Final = b"VOLG"
APPLICATION_ID: Final = int.from_bytes(_MARK, "big")
BUSY_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 0.01

_MAGIC: Final = b"SQLite format 3\x00"
_MARK_AT: Final = slice(68, 72)
_HEADER_BYTES: Final = 100

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    # macOS keeps what fsync wrote in the disk's own cache unless asked.
    "PRAGMA fullfsync = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    # Without it INSERT OR REPLACE would pass the append-only triggers by.
    "PRAGMA recursive_triggers = ON",
)

# Primary result codes (the low byte of what the driver reports).
_CODES: Final = {
    sqlite3.SQLITE_BUSY: "database_locked",
    sqlite3.SQLITE_LOCKED: "database_locked",
    sqlite3.SQLITE_READONLY: "database_readonly",
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_CANTOPEN: "database_unreachable",
    sqlite3.SQLITE_PERM: "database_unreachable",
    sqlite3.SQLITE_NOTADB: "database_foreign",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_IOERR: "database_io",
}
_OS_CODES: Final = {
    errno.EACCES: "database_readonly",
    errno.EPERM: "database_readonly",
    errno.EROFS: "database_readonly",
    errno.ENOSPC: "database_full",
    errno.EDQUOT: "database_full",
}


class SqliteBackend:
    """A database in one SQLite file."""

    def __init__(self, url: URL, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Take the URL of a file; `busy_seconds` is how long to wait for another program's lock.

        Raises StorageError `database_url_unsupported` for a database in memory.
        """
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise StorageError(
                "database_url_unsupported", setting=DATABASE_SETTING, dialect="sqlite :memory:"
            )
        self.path = Path(url.database).expanduser().absolute()
        self._busy_seconds = busy_seconds

    @property
    def place(self) -> str:
        """The path of the file."""
        return str(self.path)

    # The look ------------------------------------------------------------------------------------

    def look(self) -> Look:
        """See whose file this is without changing a byte beside or in it. Raises StorageError."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            before = self._log_and_index()
            try:
                return self._look()
            except (sqlite3.Error, OSError) as error:
                # Another program has just begun or finished where the log came or went meanwhile,
                # or where its index is not there to be read yet (to SQLite: "read only").
                begun = isinstance(error, sqlite3.Error) and (
                    _primary(error) == sqlite3.SQLITE_READONLY
                )
                passing = begun or self._log_and_index() != before
                if not passing or time.monotonic() > deadline:
                    return self._unreadable(error)
                time.sleep(_AGAIN_SECONDS)

    def _look(self) -> Look:
        if not self._has_content(self.path):
            if any(self._has_content(self._beside(end)) for end in ("-wal", "-journal")):
                # What belongs to a database that is gone. SQLite would throw it away on opening.
                raise self._refusal("database_damaged")
            return Look(Contents.EMPTY)
        with self._reading() as connection:
            owner = _number(connection, "PRAGMA application_id")
            if owner == APPLICATION_ID:
                return _contents_of(connection)
            tables = _number(connection, "SELECT count(*) FROM sqlite_master")
        bare = not owner and not tables and not self._has_content(self._beside("-journal"))
        return Look(Contents.EMPTY if bare else Contents.FOREIGN)

    def _unreadable(self, error: sqlite3.Error | OSError) -> Look:
        """Say what a file is that cannot be read as a database, or raise why it cannot be read."""
        no_database = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
        if isinstance(error, OSError) or _primary(error) not in no_database:
            raise self._error(error) from error
        with self.path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        if header.startswith(_MAGIC) and header[_MARK_AT] == _MARK:
            raise self._refusal("database_damaged") from error
        return Look(Contents.FOREIGN)

    def _log_and_index(self) -> tuple[bool, bool]:
        return self._has_content(self._beside("-wal")), self._beside("-shm").exists()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open our own file for reading, write-ahead log included, and leave every file as it is.

        An ordinary read-only connection would make the log and its index where they are missing.
        With a log the file alone says nothing: a checkpoint may have been killed halfway.
        """
        if not self._has_content(self._beside("-wal")):
            # Opened as immutable, SQLite takes no lock and makes no log. (Python's own open() would
            # do so too, but closing it drops the locks of every connection this process has.)
            reading = self._open("mode=ro&immutable=1")
        elif self._beside("-shm").exists():
            # Somebody has it open, or was killed. The index is read, or rebuilt in memory only.
            reading = self._open("mode=ro&readonly_shm=1")
        else:
            # A log without its index, so nobody has it open: most likely copied here. Read a copy.
            with tempfile.TemporaryDirectory(prefix="volgorde-") as directory:
                copy = Path(directory, "look.db")
                shutil.copyfile(self.path, copy)
                shutil.copyfile(self._beside("-wal"), f"{copy}-wal")
                with contextlib.closing(
                    _connect(copy, "mode=ro", self._busy_seconds)
                ) as connection:
                    yield connection
            return
        with contextlib.closing(reading) as connection:
            yield connection

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    def _has_content(self, path: Path) -> bool:
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        except NotADirectoryError as error:
            raise self._refusal("database_unreachable") from error
        if not stat.S_ISREG(found.st_mode):
            raise self._refusal("database_unreachable")
        return found.st_size > 0

    # Writing -------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the file (mode 0600) and its directory (0700), and mark it ours; safe to repeat."""
        try:
            make_private_directory(self.path.parent)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with contextlib.closing(self._open("mode=rw")) as connection:
                if _number(connection, "PRAGMA application_id") == APPLICATION_ID:
                    return
                # The mark is one page. Without a journal on disk a kill leaves it whole or not
                # there, and never a half-made file that the next look could not tell from somebody
                # else's.
                connection.execute("PRAGMA journal_mode = MEMORY")
                connection.execute("BEGIN IMMEDIATE")
                owner = _number(connection, "PRAGMA application_id")
                tables = _number(connection, "SELECT count(*) FROM sqlite_master")
                if owner != APPLICATION_ID and (owner or tables):
                    raise self._refusal("database_foreign")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def engine(self) -> Engine:
        """Make an engine with one connection whose transactions take the write lock at once."""
        return self._engine(foreign_keys=True)

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Give a connection in one transaction for changes to the tables, all or nothing.

        Foreign keys are off in it, since SQLite changes a table by making it anew; they are checked
        before the commit. Raises StorageError.
        """
        engine = self._engine(foreign_keys=False)
        try:
            with engine.begin() as connection:
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise self._refusal("database_damaged")
        except DBAPIError as error:
            raise self.translate(error) or error from error
        finally:
            engine.dispose()

    def _engine(self, *, foreign_keys: bool) -> Engine:
        def connect() -> sqlite3.Connection:
            connection = self._open("mode=rw")
            try:
                connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
                for statement in _SETTINGS:
                    connection.execute(statement)
            except BaseException:
                connection.close()
                raise
            return connection

        engine = create_engine(
            "sqlite+pysqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            # Parameters must not end up in an exception's text, and so in a log.
            hide_parameters=True,
        )

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            # The driver is in manual mode (isolation_level None). IMMEDIATE takes the write lock
            # now, so a transaction never finds out halfway that another program was first.
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _open(self, options: str) -> sqlite3.Connection:
        return _connect(self.path, options, self._busy_seconds)

    # Errors --------------------------------------------------------------------------------------

    def translate(self, error: BaseException) -> StorageError | None:
        """Say in our codes what SQLite said; None where it is not about the database as such."""
        if isinstance(error, StorageError):
            return error
        if isinstance(error, DBAPIError):
            error = error.orig or error
        if not isinstance(error, sqlite3.Error):
            return None
        code = _CODES.get(_primary(error))
        if code == "database_unreachable" and self.path.exists() and not self._may_write_beside():
            # The log cannot be made beside the file.
            code = "database_readonly"
        return self._refusal(code) if code else None

    def _may_write_beside(self) -> bool:
        effective = os.access in os.supports_effective_ids
        return os.access(self.path.parent, os.W_OK, effective_ids=effective)

    def _error(self, error: sqlite3.Error | OSError) -> StorageError:
        if isinstance(error, OSError):
            return self._refusal(_OS_CODES.get(error.errno or 0, "database_unreachable"))
        return self.translate(error) or self._refusal("database_damaged")

    def _refusal(self, code: str) -> StorageError:
        return StorageError(code, setting=DATABASE_SETTING, path=self.place)

    def transaction_lost(self, connection: Connection) -> bool:
        """Tell whether SQLite rolled everything back, as it may on a full or failing disk."""
        driver = connection.connection.dbapi_connection
        return not (isinstance(driver, sqlite3.Connection) and driver.in_transaction)


def _connect(path: Path, options: str, busy_seconds: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.as_uri()}?{options}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        # The pool closes in the thread that closes the store what the writer thread opened.
        check_same_thread=False,
    )


def _primary(error: sqlite3.Error) -> int:
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else sqlite3.SQLITE_ERROR


def _number(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])


def _contents_of(connection: sqlite3.Connection) -> Look:
    tables = {
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if "alembic_version" not in tables:
        # Made, and then stopped before the first revision.
        return Look(Contents.FOREIGN if tables else Contents.EMPTY)
    revisions = {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
    if not revisions:
        return Look(Contents.EMPTY)
    key_columns = {row[1] for row in connection.execute("PRAGMA table_info(case_keys)")}
    key_ids: set[str] = set()
    # A newer version may keep its keys otherwise; then the revision says enough.
    if {"master_key_id", "wrapped_key"} <= key_columns:
        key_ids = {
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT master_key_id FROM case_keys WHERE wrapped_key IS NOT NULL"
            )
        }
    if "service_keys" in tables:
        key_ids.update(
            row[0] for row in connection.execute("SELECT master_key_id FROM service_keys")
        )
    return Look(Contents.OURS, frozenset(revisions), frozenset(key_ids))
