"""Notices: what somebody has to be told of, until a messenger takes it and they have read it.

Whoever finds something worth telling (a verdict in a browser, danger on a mother's page) leaves it
here; the process that can reach the person takes it from here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.schema import notices


class Notice(NamedTuple):
    """What somebody has to be told: a kind of alert, and about which case.

    `person_id` is None where it is for whoever looks after the case.
    """

    id: str
    person_id: str | None
    case_id: str
    kind: str
    at: datetime


class Notices:
    """The notices of one unit of work; `Transaction.notices` gives it."""

    def __init__(
        self, connection: Connection, *, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        """Work in an open transaction."""
        self._connection = connection
        self._clock = clock
        self._new_id = new_id

    def leave(self, case_id: str, kind: str, *, person: str | None = None) -> None:
        """Leave word for somebody, or for whoever looks after the case."""
        self._connection.execute(
            insert(notices).values(
                id=self._new_id(), case_id=case_id, person_id=person, kind=kind, at=self._clock()
            )
        )

    def take(self) -> list[Notice]:
        """Give what no messenger has taken yet, the oldest first, and note that it is taken."""
        query = select(notices).where(notices.c.taken_at.is_(None)).order_by(notices.c.at)
        found = self._connection.execute(query).all()
        if found:
            self._connection.execute(
                update(notices)
                .where(notices.c.id.in_([row.id for row in found]))
                .values(taken_at=self._clock())
            )
        return [Notice(row.id, row.person_id, row.case_id, row.kind, row.at) for row in found]

    def unread(self, case_id: str) -> list[Notice]:
        """Give what was not read in a browser yet about a case, the oldest first."""
        rows = self._connection.execute(
            select(notices)
            .where(notices.c.case_id == case_id, notices.c.read_at.is_(None))
            .order_by(notices.c.at)
        )
        return [Notice(row.id, row.person_id, row.case_id, row.kind, row.at) for row in rows]

    def read(self, case_id: str, person: str | None) -> None:
        """Note that what was left about a case was read: for a person, or for the caretaker."""
        self._connection.execute(
            update(notices)
            .where(
                notices.c.case_id == case_id,
                notices.c.person_id.is_(None) if person is None else notices.c.person_id == person,
                notices.c.read_at.is_(None),
            )
            .values(read_at=self._clock())
        )
