"""The tables, laid out for two respondents, several workers and reviews.

Columns marked `SEALED` hold bytes from `storage.crypto` and nothing else; no other column holds a
word that somebody typed. The migrations in `storage/migrations` make these tables; a test compares
the two.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

PRODUCT: Final = "volgorde"
SEALED: Final = {"sealed": True}
APPEND_ONLY: Final = ("events", "proposals", "reviews", "acts")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: timezone-aware in Python, UTC in the database. ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the database the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        # SQLite keeps text without a zone; what stands there is always UTC.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Give Python the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable, info=SEALED)


def _reference(name: str, target: str, *, nullable: bool = False, **more: Any) -> Column[str]:
    return Column(name, Text, ForeignKey(target), nullable=nullable, **more)


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("role", Text, nullable=False),
    # How a channel knows this person: sealed, and a keyed digest to find the row by.
    _sealed("handle", nullable=True),
    Column("handle_digest", LargeBinary, unique=True),
    _moment("created_at"),
    _moment("disabled_at", nullable=True),
    # By which those who work here are named on the command line; a mother has none.
    Column("code", Text),
    _sealed("label", nullable=True),
    Index("uq_people_code", "code", unique=True),
)

# Which supervisors see a therapist's cases.
assignments = Table(
    "assignments",
    metadata,
    _reference("therapist_id", "people.id", primary_key=True),
    _reference("supervisor_id", "people.id", primary_key=True),
    _moment("made_at"),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("code", Text, nullable=False, unique=True),
    _reference("therapist_id", "people.id", nullable=True, index=True),
    _moment("created_at"),
    _moment("closed_at", nullable=True),
)

case_keys = Table(
    "case_keys",
    metadata,
    _reference("case_id", "cases.id", primary_key=True),
    Column("master_key_id", Text, nullable=False),
    # Null once destroyed: then nothing about the case opens any more, in any backup made later.
    Column("wrapped_key", LargeBinary),
    _moment("created_at"),
    _moment("destroyed_at", nullable=True),
    CheckConstraint("(wrapped_key IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
)

interviews = Table(
    "interviews",
    metadata,
    _id(),
    _reference("case_id", "cases.id"),
    Column("respondent", Text, nullable=False),
    _reference("person_id", "people.id", nullable=True),
    Column("protocol_id", Text, nullable=False),
    Column("protocol_version", Text, nullable=False),
    Column("protocol_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    _sealed("projection"),
    _moment("opened_at"),
    _moment("updated_at"),
    _moment("ended_at", nullable=True),
    CheckConstraint("revision >= 0", name="revision"),
    Index(None, "case_id", "respondent"),
    Index(
        "uq_interviews_open",
        "case_id",
        "respondent",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    # For "where was I": the open interviews of a respondent, the latest first.
    Index(
        "ix_interviews_latest_open",
        "respondent",
        "updated_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

updates = Table(
    "updates",
    metadata,
    Column("update_key", Text, primary_key=True),
    _reference("interview_id", "interviews.id"),
    Column("revision", Integer, nullable=False),
    _moment("received_at"),
)

events = Table(
    "events",
    metadata,
    _id(),
    _reference("interview_id", "interviews.id"),
    Column("seq", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    _moment("at"),
    _sealed("payload"),
    UniqueConstraint("interview_id", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _reference("interview_id", "interviews.id"),
    Column("seq", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    _sealed("payload"),
    _moment("created_at"),
    _moment("delivered_at", nullable=True),
    Column("attempts", Integer, nullable=False),
    # Which worker has it in hand, and until when; for several workers.
    Column("claimed_by", Text),
    _moment("claimed_until", nullable=True),
    UniqueConstraint("interview_id", "seq"),
    Index(
        "ix_outbox_undelivered",
        "channel",
        "created_at",
        sqlite_where=text("delivered_at IS NULL"),
        postgresql_where=text("delivered_at IS NULL"),
    ),
)

proposals = Table(
    "proposals",
    metadata,
    _id(),
    _reference("interview_id", "interviews.id", index=True),
    Column("revision", Integer, nullable=False),
    Column("protocol_id", Text, nullable=False),
    Column("protocol_version", Text, nullable=False),
    Column("protocol_hash", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    _sealed("payload"),
    _moment("at"),
)

reviews = Table(
    "reviews",
    metadata,
    _id(),
    _reference("proposal_id", "proposals.id", index=True),
    _reference("reviewer_id", "people.id"),
    Column("verdict", Text, nullable=False),
    _sealed("reason", nullable=True),
    _moment("at"),
)

# What belongs to no case (how a messenger knows a person, what came in) has a key of its own.
service_keys = Table(
    "service_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("master_key_id", Text, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    _moment("created_at"),
)

chats = Table(
    "chats",
    metadata,
    _id(),
    _reference("person_id", "people.id"),
    Column("channel", Text, nullable=False),
    # What the person's screen should show; no words, and no answers.
    _sealed("view"),
    Column("version", Integer, nullable=False),
    # Since when the screen is not yet what it should be.
    _moment("due_at", nullable=True),
    _moment("updated_at"),
    _moment("blocked_at", nullable=True),
    # When a reminder that was agreed to is due.
    _moment("remind_at", nullable=True),
    UniqueConstraint("person_id", "channel"),
    Index(
        "ix_chats_remind_at",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
    Index(
        "ix_chats_due",
        "channel",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

# Every message that may still stand in a chat, both sides'; deleted messages leave the table.
chat_messages = Table(
    "chat_messages",
    metadata,
    _reference("chat_id", "chats.id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("ours", Boolean, nullable=False),
    _moment("sent_at"),
    _moment("refused_at", nullable=True),
    Index("ix_chat_messages_sent_at", "sent_at"),
)

# Updates that a messenger delivered and was thanked for, and that are still to be handled.
inbox = Table(
    "inbox",
    metadata,
    Column("update_key", Text, primary_key=True),
    _sealed("payload"),
    _moment("received_at"),
    Index("ix_inbox_received_at", "received_at"),
)

# One-time links: only a digest is kept, so that a copy of the database opens nothing.
tokens = Table(
    "tokens",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    _reference("person_id", "people.id", nullable=True),
    _reference("interview_id", "interviews.id", nullable=True),
    _sealed("payload", nullable=True),
    _moment("made_at"),
    _moment("expires_at"),
    _moment("used_at", nullable=True),
)

# Who guessed a link or a word, by a digest, and how often; old rows are taken out.
attempts = Table(
    "attempts",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("failed", Integer, nullable=False),
    _moment("since"),
)

# Which therapist is there while a mother answers, and until when.
supervisions = Table(
    "supervisions",
    metadata,
    _reference("interview_id", "interviews.id", primary_key=True),
    _reference("therapist_id", "people.id"),
    Column("with_her", Boolean, nullable=False),
    _moment("since"),
    _moment("until"),
)

# What was done about people and cases, by whom; nobody (null) is the operator at the command line.
acts = Table(
    "acts",
    metadata,
    _id(),
    _moment("at"),
    Column("act", Text, nullable=False),
    _reference("actor_id", "people.id", nullable=True),
    _reference("person_id", "people.id", nullable=True),
    _reference("case_id", "cases.id", nullable=True, index=True),
    # Why, or how much of it, in somebody's words.
    _sealed("detail", nullable=True),
)

# Browsers that were let in, by a digest of their cookie: for what somebody's role allows, or for
# one interview. `agent` is a digest of what the browser calls itself, `view` what it shows.
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    _reference("person_id", "people.id", index=True),
    _reference("interview_id", "interviews.id", nullable=True),
    Column("agent", LargeBinary, nullable=False),
    _sealed("view"),
    _moment("made_at"),
    _moment("seen_at"),
    _moment("expires_at"),
    _moment("proven_at", nullable=True),
    _moment("ended_at", nullable=True),
)

# What somebody (null: whoever looks after the case) has to be told of, by whichever process can.
notices = Table(
    "notices",
    metadata,
    _id(),
    _reference("case_id", "cases.id", index=True),
    _reference("person_id", "people.id", nullable=True),
    Column("kind", Text, nullable=False),
    _moment("at"),
    _moment("taken_at", nullable=True),
    _moment("read_at", nullable=True),
    Index(
        "ix_notices_waiting",
        "at",
        sqlite_where=text("taken_at IS NULL"),
        postgresql_where=text("taken_at IS NULL"),
    ),
)

# What proves, besides a link, that it is a colleague: public keys only.
passkeys = Table(
    "passkeys",
    metadata,
    _id(),
    _reference("person_id", "people.id"),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    _moment("made_at"),
    _moment("used_at", nullable=True),
    _moment("removed_at", nullable=True),
    UniqueConstraint("credential"),
)
