"""A database of this version's tables, migrated once and copied from then on.

Tests of the migrations, and of what opening a database does, make theirs anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import sqlite_url
from storage.migrate import upgrade
from storage.paths import make_private_directory


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "volgorde.db")
        upgrade(sqlite_url(path))
        return path.read_bytes()


def migrated(path: Path) -> Path:
    """Put an empty database of this version at the path, unless there is one already."""
    if not path.exists():
        make_private_directory(path.parent)
        path.touch(mode=0o600)
        path.write_bytes(_empty())
    return path
