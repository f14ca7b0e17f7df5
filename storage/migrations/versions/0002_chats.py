"""Chats: what a messenger shows a person, which messages stand there, and what came in."""

import sqlalchemy as sa
from alembic import op

revision = "0002_chats"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "service_keys",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("master_key_id", sa.Text, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_keys")),
    )
    op.create_table(
        "chats",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        _sealed("view"),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("due_at", nullable=True),
        _moment("updated_at"),
        _moment("blocked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_chats_person_id_people")
        ),
        sa.UniqueConstraint("person_id", "channel", name=op.f("uq_chats_person_id_channel")),
    )
    op.create_index(
        "ix_chats_due",
        "chats",
        ["channel", "due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "chat_messages",
        sa.Column("chat_id", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("ours", sa.Boolean, nullable=False),
        _moment("sent_at"),
        _moment("refused_at", nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "number", name=op.f("pk_chat_messages")),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_chat_messages_chat_id_chats")
        ),
    )
    op.create_index("ix_chat_messages_sent_at", "chat_messages", ["sent_at"])
    op.create_table(
        "inbox",
        sa.Column("update_key", sa.Text, nullable=False),
        _sealed("payload"),
        _moment("received_at"),
        sa.PrimaryKeyConstraint("update_key", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index("ix_cases_therapist_id", "cases", ["therapist_id"])


def downgrade() -> None:
    op.drop_index("ix_cases_therapist_id", "cases")
    for table in ("inbox", "chat_messages", "chats", "service_keys"):
        op.drop_table(table)
