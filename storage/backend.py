"""What every kind of database must be able to do; `storage.sqlite` is the first."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from sqlalchemy import Connection, Engine

from storage.errors import StorageError


class Contents(Enum):
    """What a look at a database found."""

    EMPTY = auto()
    OURS = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """What is there before anything is written: whose, which revisions, which master keys."""

    contents: Contents
    revisions: frozenset[str] = frozenset()
    master_key_ids: frozenset[str] = frozenset()


class Backend(Protocol):
    """One database of one kind."""

    @property
    def place(self) -> str:
        """What people call this database: a path, or a URL without its password."""

    def look(self) -> Look:
        """See what is there without changing a byte. Raises StorageError."""

    def create(self) -> None:
        """Make the empty database ours; safe to repeat. Raises StorageError."""

    def engine(self) -> Engine:
        """Make an engine with one connection, for the writer thread. It must be disposed of."""

    def migrating(self) -> AbstractContextManager[Connection]:
        """Give a connection in one transaction for changes to the tables. Raises StorageError."""

    def translate(self, error: BaseException) -> StorageError | None:
        """Say in our codes what the driver said; None where it is not about the database."""

    def transaction_lost(self, connection: Connection) -> bool:
        """Tell whether the database itself ended the transaction that is thought to be open."""
