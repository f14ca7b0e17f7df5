"""Chats: how a messenger knows a person, what stands on their screen, and what came in.

Nothing here belongs to a case; it is sealed with a key of its own, which the master key wraps. A
person is found by a keyed digest of what the messenger calls them; the name itself is sealed.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.crypto import CaseCipher, Keyring, WrappedKey, new_data_key
from storage.schema import chat_messages, chats, inbox, people, service_keys

_SERVICE: Final = "chats"
_DIGEST: Final = b"volgorde handle digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRecord:
    """A person's chat on one channel. `version` counts its changes; `due` says that the screen is
    not yet what `view` says."""

    id: str
    person_id: str
    role: str
    disabled: bool
    handle: str = field(repr=False)
    view: dict[str, Any] = field(repr=False)
    version: int
    due: bool
    blocked: bool


class ChatMessage(NamedTuple):
    """A message that may still stand in a chat: the channel's number, and whether it is ours."""

    number: int
    ours: bool
    sent_at: datetime
    refused: bool


class InboxRecord(NamedTuple):
    """An update that came in and is still to be handled."""

    update_key: str
    payload: dict[str, Any]


class ServiceCipher:
    """Seals what belongs to no case, and makes the digests by which people are found."""

    def __init__(self, key: bytes) -> None:
        self._cipher = CaseCipher(key, case=_SERVICE)
        self._digest_key = hmac.digest(key, _DIGEST, hashlib.sha256)

    def digest(self, channel: str, handle: str) -> bytes:
        """Give the digest of what a channel calls a person."""
        return hmac.digest(self._digest_key, f"{channel}:{handle}".encode(), hashlib.sha256)

    def seal(self, payload: Mapping[str, Any], *, table: str, column: str, row_id: str) -> bytes:
        """Seal a payload for one place."""
        return self._cipher.seal(payload, table=table, column=column, row_id=row_id)

    def open(self, sealed: bytes, *, table: str, column: str, row_id: str) -> dict[str, Any]:
        """Open what `seal` made. Raises StorageError `case_unreadable` for altered bytes."""
        return self._cipher.open(sealed, table=table, column=column, row_id=row_id)


class ServiceKey:
    """The one service cipher of a store, fetched or made at its first use."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._cipher: ServiceCipher | None = None

    def cipher(self, connection: Connection, now: Callable[[], datetime]) -> ServiceCipher:
        """Give the cipher. Raises StorageError where the master key is not held."""
        if self._cipher is not None:
            return self._cipher
        row = connection.execute(
            select(service_keys).where(service_keys.c.name == _SERVICE)
        ).one_or_none()
        if row is not None:
            wrapped = WrappedKey(row.master_key_id, row.wrapped_key)
            key = self._keyring.unwrap(wrapped, case_id=_SERVICE, case=_SERVICE)
            self._cipher = ServiceCipher(key)
            return self._cipher
        key = new_data_key()
        wrapped = self._keyring.wrap(key, case_id=_SERVICE)
        connection.execute(
            insert(service_keys).values(
                name=_SERVICE,
                master_key_id=wrapped.master_key_id,
                wrapped_key=wrapped.sealed,
                created_at=now(),
            )
        )
        # Kept only by the next unit of work, when this one is committed.
        return ServiceCipher(key)


_CHAT: Final = select(
    chats, people.c.role, people.c.disabled_at, people.c.handle, people.c.id.label("person")
).join_from(chats, people)
_BY_DIGEST: Final = _CHAT.where(
    people.c.handle_digest == bindparam("digest"), chats.c.channel == bindparam("channel")
)
_BY_ID: Final = _CHAT.where(chats.c.id == bindparam("chat"))
_DUE: Final = _CHAT.where(
    chats.c.channel == bindparam("channel"),
    chats.c.due_at.is_not(None),
    chats.c.blocked_at.is_(None),
).order_by(chats.c.due_at)
_SHOW: Final = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values({name: bindparam(name) for name in ("view", "version", "due_at", "updated_at")})
)

_ARRIVED: Final = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), chats.c.version == bindparam("shown"))
    .values(due_at=None)
)
_MESSAGES: Final = (
    select(chat_messages)
    .where(chat_messages.c.chat_id == bindparam("chat"))
    .order_by(chat_messages.c.number)
)
# What stands there already stays as it is. PostgreSQL says the same with its own insert.
_NOTE: Final = sqlite_insert(chat_messages).on_conflict_do_nothing()
_RECEIVE: Final = sqlite_insert(inbox).on_conflict_do_nothing()


class Chats:
    """The chats of one unit of work; `Transaction.chats` gives it."""

    def __init__(
        self,
        connection: Connection,
        service: ServiceCipher,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        """Work in an open transaction."""
        self._connection = connection
        self._clock = clock
        self._new_id = new_id
        self._service = service

    # People and their chats ----------------------------------------------------------------------

    def find(self, channel: str, handle: str) -> ChatRecord | None:
        """Give the chat of the person whom the channel calls this, None where there is none."""
        digest = self._service.digest(channel, handle)
        row = self._connection.execute(
            _BY_DIGEST, {"digest": digest, "channel": channel}
        ).one_or_none()
        return None if row is None else self._chat(row)

    def open(self, channel: str, handle: str, *, role: str, view: Mapping[str, Any]) -> ChatRecord:
        """Keep a person whom a channel calls this, with their chat; they have no code."""
        person_id = self._new_id()
        self._connection.execute(
            insert(people).values(id=person_id, role=role, created_at=self._clock())
        )
        return self.bind(channel, handle, person_id, view=view)

    def bind(
        self, channel: str, handle: str, person_id: str, *, view: Mapping[str, Any]
    ) -> ChatRecord:
        """Note what a channel calls a person, and open their chat."""
        now = self._clock()
        chat_id = self._new_id()
        self._connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(
                handle=self._service.seal(
                    {"handle": handle}, table="people", column="handle", row_id=person_id
                ),
                handle_digest=self._service.digest(channel, handle),
            )
        )
        self._connection.execute(
            insert(chats).values(
                id=chat_id,
                person_id=person_id,
                channel=channel,
                view=self._seal_view(chat_id, view),
                version=0,
                updated_at=now,
            )
        )
        return self.chat(chat_id)

    def chat(self, chat_id: str) -> ChatRecord:
        """Give a chat that there is."""
        return self._chat(self._connection.execute(_BY_ID, {"chat": chat_id}).one())

    def due(self, channel: str) -> list[ChatRecord]:
        """Give the chats whose screen is not yet what it should be, the longest waiting first."""
        return [self._chat(row) for row in self._connection.execute(_DUE, {"channel": channel})]

    def of(self, person_id: str, channel: str) -> ChatRecord | None:
        """Give a person's chat, None where they have none there."""
        row = self._connection.execute(
            _CHAT.where(chats.c.person_id == person_id, chats.c.channel == channel)
        ).one_or_none()
        return None if row is None else self._chat(row)

    def remind_at(self, chat_id: str, moment: datetime | None) -> None:
        """Note when a chat is to be reminded; None is never."""
        self._connection.execute(
            update(chats).where(chats.c.id == chat_id).values(remind_at=moment)
        )

    def to_remind(self, channel: str, moment: datetime) -> list[ChatRecord]:
        """Give the chats whose reminder is due by this moment."""
        rows = self._connection.execute(
            _CHAT.where(
                chats.c.channel == channel,
                chats.c.remind_at <= moment,
                chats.c.blocked_at.is_(None),
            )
        )
        return [self._chat(row) for row in rows]

    def show(self, chat: ChatRecord, view: Mapping[str, Any], *, due: bool) -> int:
        """Keep what the screen should show (`due`) or does show; gives the new version."""
        now = self._clock()
        version = chat.version + 1
        self._connection.execute(
            _SHOW,
            {
                "chat": chat.id,
                "view": self._seal_view(chat.id, view),
                "version": version,
                "due_at": now if due else None,
                "updated_at": now,
            },
        )
        return version

    def settle(self, chat_id: str, view: Mapping[str, Any], *, done: bool) -> None:
        """Keep what a delivery did to the screen; `done` where it now shows what it should."""
        changed: dict[str, Any] = {"view": self._seal_view(chat_id, view)}
        if done:
            changed["due_at"] = None
        self._connection.execute(update(chats).where(chats.c.id == chat_id).values(changed))

    def arrived(self, chat_id: str, version: int) -> None:
        """Note that the screen now shows what this version says, where that is still the last."""
        self._connection.execute(_ARRIVED, {"chat": chat_id, "shown": version})

    def block(self, chat_id: str, *, blocked: bool) -> None:
        """Note that the person shut us out, or let us in again."""
        self._connection.execute(
            update(chats)
            .where(chats.c.id == chat_id)
            .values(blocked_at=self._clock() if blocked else None)
        )

    # Messages that stand in a chat ---------------------------------------------------------------

    def note(
        self, chat_id: str, number: int, *, ours: bool, sent_at: datetime | None = None
    ) -> None:
        """Keep the number of a message that stands in the chat; safe to repeat."""
        self._connection.execute(
            _NOTE,
            {
                "chat_id": chat_id,
                "number": number,
                "ours": ours,
                "sent_at": sent_at or self._clock(),
            },
        )

    def messages(self, chat_id: str) -> list[ChatMessage]:
        """Give the messages that may still stand in a chat, in order."""
        rows = self._connection.execute(_MESSAGES, {"chat": chat_id})
        return [
            ChatMessage(row.number, row.ours, row.sent_at, row.refused_at is not None)
            for row in rows
        ]

    def chats_with_messages_before(self, channel: str, moment: datetime) -> list[ChatRecord]:
        """Give the chats where a message stands that is older than this and was not refused.

        Who shut us out is left out: in their chat nothing can be deleted.
        """
        old = (
            select(chat_messages.c.chat_id)
            .where(chat_messages.c.sent_at < moment, chat_messages.c.refused_at.is_(None))
            .distinct()
        )
        query = _CHAT.where(
            chats.c.channel == channel, chats.c.blocked_at.is_(None), chats.c.id.in_(old)
        )
        return [self._chat(row) for row in self._connection.execute(query)]

    def gone(self, chat_id: str, numbers: Collection[int]) -> None:
        """Note that these messages stand there no longer."""
        for part in _parts(numbers):
            self._connection.execute(
                delete(chat_messages).where(
                    chat_messages.c.chat_id == chat_id, chat_messages.c.number.in_(part)
                )
            )

    def refused(self, chat_id: str, numbers: Collection[int]) -> int:
        """Note that these could not be deleted; gives how many were not noted so before."""
        done = 0
        for part in _parts(numbers):
            done += self._connection.execute(
                update(chat_messages)
                .where(
                    chat_messages.c.chat_id == chat_id,
                    chat_messages.c.number.in_(part),
                    chat_messages.c.refused_at.is_(None),
                )
                .values(refused_at=self._clock())
            ).rowcount
        return done

    # What came in --------------------------------------------------------------------------------

    def receive(self, update_key: str, payload: Mapping[str, Any]) -> None:
        """Keep an update to be handled; one that is there already stays as it is."""
        sealed = self._service.seal(payload, table="inbox", column="payload", row_id=update_key)
        self._connection.execute(
            _RECEIVE,
            {"update_key": update_key, "payload": sealed, "received_at": self._clock()},
        )

    def received(self) -> list[InboxRecord]:
        """Give what is still to be handled, in the order in which it came."""
        rows = self._connection.execute(
            select(inbox).order_by(inbox.c.received_at, inbox.c.update_key)
        )
        return [
            InboxRecord(
                row.update_key,
                self._service.open(
                    row.payload, table="inbox", column="payload", row_id=row.update_key
                ),
            )
            for row in rows
        ]

    def handled(self, update_key: str) -> None:
        """Take an update out of the inbox."""
        self._connection.execute(delete(inbox).where(inbox.c.update_key == update_key))

    def _seal_view(self, chat_id: str, view: Mapping[str, Any]) -> bytes:
        return self._service.seal(view, table="chats", column="view", row_id=chat_id)

    def _chat(self, row: Row[*tuple[Any, ...]]) -> ChatRecord:
        handle = self._service.open(row.handle, table="people", column="handle", row_id=row.person)[
            "handle"
        ]
        return ChatRecord(
            id=row.id,
            person_id=row.person_id,
            role=row.role,
            disabled=row.disabled_at is not None,
            handle=handle,
            view=self._service.open(row.view, table="chats", column="view", row_id=row.id),
            version=row.version,
            due=row.due_at is not None,
            blocked=row.blocked_at is not None,
        )


def _parts(numbers: Collection[int], size: int = 500) -> Iterable[list[int]]:
    listed = list(numbers)
    return (listed[at : at + size] for at in range(0, len(listed), size))
