"""Sessions in a browser, notices, passkeys, and why something was done."""

import sqlalchemy as sa
from alembic import op

revision = "0004_web"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("acts", sa.Column("detail", sa.LargeBinary, nullable=True))
    op.create_index("ix_acts_case_id", "acts", ["case_id"])
    op.create_table(
        "web_sessions",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("interview_id", sa.Text, nullable=True),
        sa.Column("agent", sa.LargeBinary, nullable=False),
        sa.Column("view", sa.LargeBinary, nullable=False),
        _moment("made_at"),
        _moment("seen_at"),
        _moment("expires_at"),
        _moment("proven_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_web_sessions")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_web_sessions_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interviews.id"],
            name=op.f("fk_web_sessions_interview_id_interviews"),
        ),
    )
    op.create_index("ix_web_sessions_person_id", "web_sessions", ["person_id"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        _moment("at"),
        _moment("taken_at", nullable=True),
        _moment("read_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people")
        ),
    )
    op.create_index("ix_notices_case_id", "notices", ["case_id"])
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["at"],
        sqlite_where=sa.text("taken_at IS NULL"),
        postgresql_where=sa.text("taken_at IS NULL"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("credential", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        _moment("made_at"),
        _moment("used_at", nullable=True),
        _moment("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id_people")
        ),
    )


def downgrade() -> None:
    op.drop_table("passkeys")
    op.drop_table("notices")
    op.drop_table("web_sessions")
    op.drop_index("ix_acts_case_id", "acts")
    op.drop_column("acts", "detail")
