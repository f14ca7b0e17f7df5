"""What the tests of exports share."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def destroy_key(here: dict[str, str], case: str) -> None:
    """Destroy a case's key, as a purge does."""
    database = here["VOLGORDE_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as connection, connection:
        changed = connection.execute(
            "UPDATE case_keys SET wrapped_key = NULL, destroyed_at = '2026-01-02 00:00:00.000000'"
            " WHERE case_id = (SELECT id FROM cases WHERE code = ?)",
            (case,),
        )
        assert changed.rowcount == 1
