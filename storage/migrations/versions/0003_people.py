"""People with roles, their links, who supervises whom, and the mother's reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0003_people"
down_revision = "0002_chats"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("people", sa.Column("code", sa.Text, nullable=True))
    op.add_column("people", sa.Column("label", sa.LargeBinary, nullable=True))
    op.create_index("uq_people_code", "people", ["code"], unique=True)
    op.add_column("chats", _moment("remind_at", nullable=True))
    op.create_index(
        "ix_chats_remind_at",
        "chats",
        ["remind_at"],
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_table(
        "assignments",
        sa.Column("therapist_id", sa.Text, nullable=False),
        sa.Column("supervisor_id", sa.Text, nullable=False),
        _moment("made_at"),
        sa.PrimaryKeyConstraint("therapist_id", "supervisor_id", name=op.f("pk_assignments")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_assignments_therapist_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["people.id"], name=op.f("fk_assignments_supervisor_id_people")
        ),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=True),
        sa.Column("interview_id", sa.Text, nullable=True),
        sa.Column("payload", sa.LargeBinary, nullable=True),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tokens_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_tokens_interview_id_interviews")
        ),
    )
    op.create_table(
        "attempts",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        _moment("since"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_attempts")),
    )
    op.create_table(
        "supervisions",
        sa.Column("interview_id", sa.Text, nullable=False),
        sa.Column("therapist_id", sa.Text, nullable=False),
        sa.Column("with_her", sa.Boolean, nullable=False),
        _moment("since"),
        _moment("until"),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_supervisions")),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interviews.id"],
            name=op.f("fk_supervisions_interview_id_interviews"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["people.id"], name=op.f("fk_supervisions_therapist_id_people")
        ),
    )
    op.create_table(
        "acts",
        sa.Column("id", sa.Text, nullable=False),
        _moment("at"),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=True),
        sa.Column("person_id", sa.Text, nullable=True),
        sa.Column("case_id", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_acts_actor_id_people")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acts_person_id_people")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_acts_case_id_cases")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER acts_refuses_{verb.lower()} BEFORE {verb} ON acts "
                "BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END"
            )


def downgrade() -> None:
    for table in ("acts", "supervisions", "attempts", "tokens", "assignments"):
        op.drop_table(table)
    op.drop_index("ix_chats_remind_at", "chats")
    op.drop_column("chats", "remind_at")
    op.drop_index("uq_people_code", "people")
    op.drop_column("people", "label")
    op.drop_column("people", "code")
