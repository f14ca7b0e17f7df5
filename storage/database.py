"""From a database URL to the backend that serves it."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.backend import Backend
from storage.errors import DATABASE_SETTING, StorageError
from storage.paths import default_database_file
from storage.sqlite import BUSY_SECONDS, SqliteBackend


def backend_for(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Backend:
    """Give the backend of a SQLAlchemy URL; `busy_seconds` is how long to wait for another's lock.

    Raises StorageError `database_url_malformed` or `database_url_unsupported`. Neither repeats the
    URL: it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError("database_url_malformed", setting=DATABASE_SETTING) from None
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StorageError(
            "database_url_unsupported", setting=DATABASE_SETTING, dialect=parsed.drivername
        )
    return SqliteBackend(parsed, busy_seconds=busy_seconds)


def database_is_there(url: str) -> bool:
    """Tell whether there is anything to open: a file of SQLite may not have been made yet.

    Raises StorageError as `backend_for` does.
    """
    backend_for(url)
    return Path(make_url(url).database or "").exists()


def sqlite_url(path: Path) -> str:
    """Name a SQLite file as a URL, whatever characters are in its path."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def default_database_url() -> str:
    """Name the SQLite file in the user's data directory, as a URL."""
    return sqlite_url(default_database_file())
