"""Bringing a database to this version's tables, after a look at what it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from storage.backend import Backend, Contents, Look
from storage.database import backend_for
from storage.errors import DATABASE_SETTING, StorageError
from storage.migrations import REVISIONS
from storage.sqlite import BUSY_SECONDS

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """From which revision (None: there was nothing yet) to which a database was brought."""

    before: str | None
    after: str


def head_revision() -> str:
    """Name the revision this version works with."""
    return REVISIONS[-1]


def current_revision(url: str, *, busy_seconds: float = BUSY_SECONDS) -> str | None:
    """Name the revision a database is at, None where it is empty, without changing it.

    Raises StorageError as `upgrade` does.
    """
    backend = backend_for(url, busy_seconds=busy_seconds)
    return revision_of(backend, backend.look())


def upgrade(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Upgrade:
    """Make the database or bring it to this version; safe to repeat, all or nothing.

    Raises StorageError `database_foreign` or `database_newer`, leaving the database as it was, and
    every other `database_…` code where it cannot be opened or written.
    """
    backend = backend_for(url, busy_seconds=busy_seconds)
    before = revision_of(backend, backend.look())
    if before != head_revision():
        bring_up(backend)
    return Upgrade(before, head_revision())


def revision_of(backend: Backend, look: Look) -> str | None:
    """Say at which known revision a looked-at database is; None where it is empty.

    Raises StorageError `database_foreign` or `database_newer`.
    """
    if look.contents is Contents.FOREIGN:
        raise StorageError("database_foreign", setting=DATABASE_SETTING, path=backend.place)
    if look.contents is Contents.EMPTY:
        return None
    unknown = look.revisions.difference(REVISIONS)
    if unknown or len(look.revisions) != 1:
        raise StorageError(
            "database_newer",
            setting=DATABASE_SETTING,
            path=backend.place,
            revision=", ".join(sorted(look.revisions)),
            head=head_revision(),
        )
    (revision,) = look.revisions
    return revision


def older(backend: Backend, revision: str | None) -> StorageError:
    """Make the error that says: run `volgorde migrate` first."""
    return StorageError(
        "database_older",
        setting=DATABASE_SETTING,
        path=backend.place,
        revision=revision or _NONE,
        head=head_revision(),
    )


def bring_up(backend: Backend) -> None:
    """Make an empty database ours, and run the revisions it lacks in one transaction."""
    # Loaded only when needed: a start with nothing to migrate is 150 ms shorter.
    from alembic import command

    backend.create()
    with backend.migrating() as connection:
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> "Config":
    """Set Alembic up for a connection, without a file. Its transaction is the caller's."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
