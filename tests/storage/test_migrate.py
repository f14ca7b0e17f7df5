"""The revisions make the tables of the schema, carry data, and can be run again."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import StatementError

from storage import (
    Keyring,
    StorageError,
    Store,
    current_revision,
    head_revision,
    sqlite_url,
    upgrade,
)
from storage.migrate import alembic_config
from storage.migrations import REVISIONS
from storage.schema import APPEND_ONLY, PRODUCT, SEALED, meta, metadata, people
from tests.storage.helpers import answer, bytes_of, changing, new_interview, open_store, raw


def test_the_known_revisions_are_the_scripts_in_order(path: Path) -> None:
    upgrade(sqlite_url(path))
    found: list[str] = []

    def list_scripts(connection: Connection) -> None:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
        found.extend(script.revision for script in scripts.walk_revisions())

    changing(path, list_scripts)
    assert tuple(reversed(found)) == REVISIONS
    assert head_revision() == REVISIONS[-1]


def test_the_head_revision_is_the_schema(path: Path) -> None:
    upgrade(sqlite_url(path))
    differences: list[object] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences.extend(compare_metadata(context, metadata))

    changing(path, compare)
    assert differences == []


def test_the_head_revision_has_the_schemas_checks_and_partial_indexes_too(path: Path) -> None:
    # Alembic's comparison does not look at these.
    upgrade(sqlite_url(path))

    def compare(connection: Connection) -> None:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            found = {check["name"] for check in inspector.get_check_constraints(table.name)}
            wanted = {
                str(constraint.name)
                for constraint in table.constraints
                if type(constraint).__name__ == "CheckConstraint"
            }
            assert found == wanted
            partial = {
                index["name"]: str(index["dialect_options"]["sqlite_where"])
                for index in inspector.get_indexes(table.name)
                if "sqlite_where" in index.get("dialect_options", {})
            }
            assert partial == {
                index.name: str(index.dialect_options["sqlite"]["where"])
                for index in table.indexes
                if index.dialect_options["sqlite"]["where"] is not None
            }

    changing(path, compare)


def test_upgrading_from_nothing_makes_the_database_and_again_changes_nothing(path: Path) -> None:
    assert current_revision(sqlite_url(path)) is None
    assert not path.exists()
    first = upgrade(sqlite_url(path))
    assert (first.before, first.after) == (None, head_revision())
    assert current_revision(sqlite_url(path)) == head_revision()
    before = bytes_of(path.parent)
    second = upgrade(sqlite_url(path))
    assert (second.before, second.after) == (head_revision(), head_revision())
    assert bytes_of(path.parent) == before


def test_the_database_is_its_owners_only_and_says_whose_it_is(path: Path) -> None:
    upgrade(sqlite_url(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700

    def check(connection: Connection) -> None:
        values = connection.execute(select(meta.c.value).where(meta.c.key == "product"))
        assert values.scalar_one() == PRODUCT

    changing(path, check)
    assert path.read_bytes()[68:72] == b"VOLG"


def test_upgrading_carries_what_is_kept(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        store.run(lambda tx: answer(tx, interview.id, "u1"))
    upgrade(sqlite_url(path))
    with open_store(path, keyring) as store:
        kept = store.run(lambda tx: tx.interview(interview.id))
        assert kept.projection == {"answers": {"u1": "yes"}}
        assert [event.seq for event in store.run(lambda tx: tx.events(interview.id))] == [1]


def test_the_first_revision_can_be_taken_back_with_data_in_it_and_made_again(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        store.run(lambda tx: answer(tx, interview.id, "u1"))
    changing(path, lambda connection: command.downgrade(alembic_config(connection), "base"))
    with raw(path) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert names <= {"alembic_version", "alembic_version_pkc", "sqlite_autoindex_alembic_version_1"}
    assert current_revision(sqlite_url(path)) is None
    assert upgrade(sqlite_url(path)).before is None
    with open_store(path, keyring) as store:
        assert store.run(lambda tx: tx.cases()) == []


def test_an_upgrade_that_fails_halfway_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = command.upgrade

    def fail_after(*args: object) -> None:
        run(*args)  # type: ignore[arg-type] # handed on as they came
        raise RuntimeError("the power went")

    monkeypatch.setattr(command, "upgrade", fail_after)
    with pytest.raises(RuntimeError, match="the power went"):
        upgrade(sqlite_url(path))
    assert current_revision(sqlite_url(path)) is None
    monkeypatch.undo()
    assert upgrade(sqlite_url(path)).before is None


def test_a_store_that_may_not_migrate_refuses_an_empty_database(
    path: Path, keyring: Keyring
) -> None:
    with pytest.raises(StorageError) as caught:
        Store.open(sqlite_url(path), keyring, migrate=False)
    assert caught.value.code == "database_older"
    assert caught.value.params["head"] == head_revision()
    assert not path.exists()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_tables_refuse_update_delete_and_replace(
    path: Path, keyring: Keyring, table: str
) -> None:
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        store.run(lambda tx: answer(tx, interview.id, "u1"))
        proposal = store.run(
            lambda tx: tx.add_proposal(
                interview.id,
                revision=1,
                protocol_id="p",
                protocol_version="1",
                protocol_hash="h",
                content_hash="c",
                payload={},
            )
        )
        store.run(
            lambda tx: tx.add_review(
                proposal, reviewer_id=tx.people.add("supervisor").id, verdict="agreed"
            )
        )
    with raw(path) as connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        for statement in (
            f"UPDATE {table} SET id = id",  # noqa: S608 - the names are ours
            f"DELETE FROM {table}",  # noqa: S608 - the names are ours
            f"REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608 - the names are ours
        ):
            with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
                connection.execute(statement)
        rows = connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - ours
        assert rows.fetchone() == (1,)


def test_a_naive_moment_is_refused_by_the_tables(path: Path) -> None:
    upgrade(sqlite_url(path))
    naive = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - that is the point

    def insert(connection: Connection) -> None:
        connection.execute(people.insert().values(id="a", role="therapist", created_at=naive))

    with pytest.raises(StatementError, match="a moment needs a time zone"):
        changing(path, insert)


def test_a_moment_comes_back_aware_and_the_same_from_any_zone(path: Path) -> None:
    upgrade(sqlite_url(path))
    moment = dt.datetime(2026, 3, 1, 12, 30, 5, 17, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    def carry(connection: Connection) -> None:
        connection.execute(people.insert().values(id="a", role="therapist", created_at=moment))
        found = connection.execute(select(people.c.created_at)).scalar_one()
        assert found == moment
        assert found.tzinfo is dt.UTC
        assert connection.exec_driver_sql("SELECT created_at FROM people").scalar_one() == (
            "2026-03-01 10:30:05.000017"
        )

    changing(path, carry)


def test_every_column_for_what_people_say_is_sealed() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info == SEALED
    }
    assert sealed == {
        "people.handle",
        "people.label",
        "tokens.payload",
        "interviews.projection",
        "events.payload",
        "outbox.payload",
        "chats.view",
        "inbox.payload",
        "proposals.payload",
        "reviews.reason",
        "acts.detail",
        "web_sessions.view",
    }
