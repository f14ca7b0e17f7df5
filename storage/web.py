"""Who is signed in with a browser, and the passkeys of those who work here."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from storage.chats import ServiceCipher
from storage.schema import passkeys, people, web_sessions

_TOKEN_BYTES: Final = 32
_KEPT_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """A browser that was let in: whose it is, and for which interview where it is for one only.

    `token` is the cookie's value and is kept nowhere; `view` is what its screen shows. `proven`
    says that a passkey was shown.
    """

    token: str = field(repr=False)
    person_id: str
    role: str
    interview_id: str | None
    view: dict[str, Any] = field(repr=False)
    made_at: datetime
    proven: bool


class Passkey(NamedTuple):
    """A passkey: its credential, the key that proves it, and how often it has signed."""

    id: str
    person_id: str
    credential: bytes
    public_key: bytes
    sign_count: int
    made_at: datetime
    used_at: datetime | None


class Web:
    """The browsers of one unit of work; `Transaction.web` gives it."""

    def __init__(
        self,
        connection: Connection,
        cipher: ServiceCipher,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        """Work in an open transaction."""
        self._connection = connection
        self._cipher = cipher
        self._clock = clock
        self._new_id = new_id

    # Sessions ------------------------------------------------------------------------------------

    def open(
        self,
        person_id: str,
        *,
        agent: str,
        lasts: timedelta,
        interview_id: str | None = None,
        view: Mapping[str, Any] | None = None,
    ) -> str:
        """Let a browser in; gives the token for its cookie, of which only a digest is kept.

        It is good for a browser that calls itself `agent`, and for so long at most.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        digest = self._digest(token)
        now = self._clock()
        self._connection.execute(
            delete(web_sessions).where(web_sessions.c.expires_at < now - _KEPT_AFTER)
        )
        self._connection.execute(
            insert(web_sessions).values(
                digest=digest,
                person_id=person_id,
                interview_id=interview_id,
                agent=self._cipher.digest("agent", agent),
                view=self._seal(digest, view or {}),
                made_at=now,
                seen_at=now,
                expires_at=now + lasts,
            )
        )
        return token

    def find(self, token: str, *, agent: str, idle: timedelta) -> WebSession | None:
        """Give the session of a cookie, and note that it was used.

        None where there is none (any more): ended, run out, unused for longer than `idle`, another
        browser than the one that was let in, or somebody who is shut out.
        """
        digest = self._digest(token)
        row = self._connection.execute(
            select(web_sessions, people.c.role)
            .join_from(web_sessions, people)
            .where(
                web_sessions.c.digest == digest,
                web_sessions.c.agent == self._cipher.digest("agent", agent),
                people.c.disabled_at.is_(None),
                self._lasts(),
                web_sessions.c.seen_at > self._clock() - idle,
            )
        ).one_or_none()
        if row is None:
            return None
        self._change(web_sessions.c.digest == digest, seen_at=self._clock())
        return self._session(token, row)

    def keep(self, token: str, view: Mapping[str, Any]) -> None:
        """Keep what a browser's screen shows now."""
        digest = self._digest(token)
        self._change(web_sessions.c.digest == digest, view=self._seal(digest, view))

    def prove(self, token: str) -> None:
        """Note that a passkey was shown in this session."""
        self._change(web_sessions.c.digest == self._digest(token), proven_at=self._clock())

    def end(self, token: str) -> None:
        """Let a browser's session be over."""
        self._end(web_sessions.c.digest == self._digest(token))

    def end_all(self, person_id: str) -> int:
        """Let all sessions of somebody be over; gives how many there were."""
        return self._end(web_sessions.c.person_id == person_id)

    def end_interview(self, interview_id: str) -> int:
        """Let all sessions for an interview be over; gives how many there were."""
        return self._end(web_sessions.c.interview_id == interview_id)

    def open_ones(self, person_id: str) -> list[tuple[datetime, datetime]]:
        """Give somebody's sessions: since when, and when each was last used."""
        rows = self._connection.execute(
            select(web_sessions.c.made_at, web_sessions.c.seen_at)
            .where(web_sessions.c.person_id == person_id, self._lasts())
            .order_by(web_sessions.c.made_at)
        )
        return [(row.made_at, row.seen_at) for row in rows]

    def _lasts(self) -> ColumnElement[bool]:
        return web_sessions.c.ended_at.is_(None) & (web_sessions.c.expires_at > self._clock())

    def _end(self, which: ColumnElement[bool]) -> int:
        return self._change(which & self._lasts(), ended_at=self._clock())

    def _change(self, which: ColumnElement[bool], **values: Any) -> int:
        return self._connection.execute(update(web_sessions).where(which).values(values)).rowcount

    def _digest(self, token: str) -> bytes:
        return self._cipher.digest("web", token)

    def _seal(self, digest: bytes, view: Mapping[str, Any]) -> bytes:
        return self._cipher.seal(view, table="web_sessions", column="view", row_id=digest.hex())

    def _session(self, token: str, row: Row[*tuple[Any, ...]]) -> WebSession:
        view = self._cipher.open(
            row.view, table="web_sessions", column="view", row_id=row.digest.hex()
        )
        return WebSession(
            token=token,
            person_id=row.person_id,
            role=row.role,
            interview_id=row.interview_id,
            view=view,
            made_at=row.made_at,
            proven=row.proven_at is not None,
        )

    # Passkeys ------------------------------------------------------------------------------------

    def add_passkey(
        self, person_id: str, *, credential: bytes, public_key: bytes, sign_count: int
    ) -> None:
        """Keep a passkey of somebody who works here."""
        self._connection.execute(
            insert(passkeys).values(
                id=self._new_id(),
                person_id=person_id,
                credential=credential,
                public_key=public_key,
                sign_count=sign_count,
                made_at=self._clock(),
            )
        )

    def passkeys_of(self, person_id: str) -> list[Passkey]:
        """Give somebody's passkeys, the oldest first."""
        rows = self._connection.execute(
            select(passkeys)
            .where(passkeys.c.person_id == person_id, passkeys.c.removed_at.is_(None))
            .order_by(passkeys.c.made_at, passkeys.c.id)
        )
        return [
            Passkey(
                row.id,
                row.person_id,
                row.credential,
                row.public_key,
                row.sign_count,
                row.made_at,
                row.used_at,
            )
            for row in rows
        ]

    def used_passkey(self, passkey_id: str, *, sign_count: int) -> None:
        """Note that a passkey was shown, and how often it has signed by now."""
        self._connection.execute(
            update(passkeys)
            .where(passkeys.c.id == passkey_id)
            .values(sign_count=sign_count, used_at=self._clock())
        )

    def remove_passkeys(self, person_id: str) -> int:
        """Let somebody's passkeys open nothing any more; gives how many there were."""
        return self._connection.execute(
            update(passkeys)
            .where(passkeys.c.person_id == person_id, passkeys.c.removed_at.is_(None))
            .values(removed_at=self._clock())
        ).rowcount
