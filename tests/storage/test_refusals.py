"""What is not ours, or not for us to write, is refused and left as it was to the byte."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from storage import Keyring, MasterKey, StorageError, Store, current_revision, sqlite_url, upgrade
from tests.storage.helpers import (
    NOBODY,
    answer,
    bytes_of,
    new_interview,
    new_keyring,
    open_store,
    raw,
    without_root,
)

MAGIC = b"SQLite format 3\x00"


def found_beside(path: Path, *, in_use: bool) -> dict[str, str]:
    found = bytes_of(path.parent) if path.parent.is_dir() else {}
    if in_use:
        # The index of the log is no part of the database: every reader leaves a mark in it.
        found[f"{path.name}-shm"] = ""
    return found


def refusal(path: Path, keyring: Keyring, *, in_use: bool = False) -> StorageError:
    """The error of opening; every file beside the database must be as it was."""
    before = found_beside(path, in_use=in_use)
    with pytest.raises(StorageError) as caught:
        open_store(path, keyring, busy_seconds=0.05)
    assert found_beside(path, in_use=in_use) == before
    assert caught.value.params["path"] == str(path)
    return caught.value


def kept(path: Path, keyring: Keyring) -> str:
    """A database of ours with one answer; the interview's id."""
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        store.run(lambda tx: answer(tx, interview.id, "u1"))
    return interview.id


def at_a_future_revision(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")


def without_the_index(path: Path, target: Path) -> None:
    """Copy a database and its log, as a backup by hand would."""
    target.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(f"{path}{ending}", f"{target}{ending}")


# Somebody else's ----------------------------------------------------------------------------------


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_somebody_elses_database_is_refused(tmp_path: Path, keyring: Keyring, journal: str) -> None:
    path = tmp_path / "other.db"
    with raw(path) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert refusal(path, keyring).code == "database_foreign"


def test_somebody_elses_database_in_use_is_refused_with_its_log_untouched(
    tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "other.db"
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        assert refusal(path, keyring, in_use=True).code == "database_foreign"
        # Only the log knows of the table; the file itself is bare.
        assert Path(f"{path}-wal").stat().st_size > 0


@pytest.mark.parametrize("index", ["with its index", "without its index"])
def test_somebody_elses_database_that_was_killed_is_refused(
    tmp_path: Path, keyring: Keyring, index: str
) -> None:
    path, killed = tmp_path / "other.db", tmp_path / "killed" / "other.db"
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        without_the_index(path, killed)
        if index == "with its index":
            shutil.copyfile(f"{path}-shm", f"{killed}-shm")
    assert refusal(killed, keyring).code == "database_foreign"


def test_a_database_with_another_programs_mark_and_no_tables_is_refused(
    tmp_path: Path, keyring: Keyring
) -> None:
    path = tmp_path / "other.db"
    with raw(path) as connection:
        connection.execute("PRAGMA application_id = 42")
    assert refusal(path, keyring).code == "database_foreign"


@pytest.mark.parametrize(
    "content",
    [b"Lieve mama,\n", b"x" * 5000, MAGIC + b"\xff" * 5000, MAGIC],
    ids=["letter", "long", "damaged", "short"],
)
def test_a_file_that_is_no_database_is_refused(
    tmp_path: Path, keyring: Keyring, content: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert refusal(path, keyring).code == "database_foreign"


def test_a_marked_database_with_tables_and_no_revision_is_refused(
    path: Path, keyring: Keyring
) -> None:
    upgrade(sqlite_url(path))
    with raw(path) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert refusal(path, keyring).code == "database_foreign"


def test_the_migrate_command_refuses_somebody_elses_database_too(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with raw(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = bytes_of(tmp_path)
    for ask in (upgrade, current_revision):
        with pytest.raises(StorageError) as caught:
            ask(sqlite_url(path))
        assert caught.value.code == "database_foreign"
    assert bytes_of(tmp_path) == before


# A newer version's --------------------------------------------------------------------------------


def test_a_newer_versions_database_is_refused(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        at_a_future_revision(connection)
    error = refusal(path, keyring)
    assert error.code == "database_newer"
    assert error.params["revision"] == "9999_from_the_future"


def test_a_newer_versions_database_in_use_is_refused(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        at_a_future_revision(connection)
        assert Path(f"{path}-wal").stat().st_size > 0
        assert refusal(path, keyring, in_use=True).code == "database_newer"


def test_a_newer_versions_database_that_was_killed_is_refused(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        at_a_future_revision(connection)
        copy = tmp_path / "copy" / "volgorde.db"
        without_the_index(path, copy)
        shutil.copyfile(f"{path}-shm", f"{copy}-shm")
    assert refusal(copy, keyring).code == "database_newer"


def test_a_newer_versions_database_copied_with_its_log_only_is_refused(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        at_a_future_revision(connection)
        copy = tmp_path / "copy" / "volgorde.db"
        without_the_index(path, copy)
    assert refusal(copy, keyring).code == "database_newer"


def test_a_newer_version_with_other_tables_is_refused_for_its_revision(
    path: Path, keyring: Keyring
) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        at_a_future_revision(connection)
        connection.execute("DROP TABLE case_keys")
    assert refusal(path, new_keyring()).code == "database_newer"


# The wrong key ------------------------------------------------------------------------------------


def test_the_wrong_master_key_is_refused(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    other = MasterKey.generate()
    error = refusal(path, Keyring(other))
    assert error.code == "key_wrong"
    assert error.params["needed"] == keyring.current.key_id
    assert error.params["given"] == other.key_id
    assert error.params["setting"] == "VOLGORDE_MASTER_KEY"


def test_the_wrong_master_key_is_refused_where_only_the_log_knows_the_case(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        new_interview(store)
        assert refusal(path, new_keyring(), in_use=True).code == "key_wrong"


def test_every_master_key_that_a_case_needs_must_be_there(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    new = MasterKey.generate()
    rotated = Keyring(new, older=[keyring.current])
    with open_store(path, rotated) as store:
        new_interview(store)
    assert refusal(path, keyring).params["needed"] == new.key_id
    assert refusal(path, Keyring(new)).params["needed"] == keyring.current.key_id
    with open_store(path, rotated) as store:
        assert len(store.run(lambda tx: tx.cases())) == 2


def test_a_database_without_cases_opens_with_any_key(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring):
        pass
    with open_store(path, new_keyring()) as store:
        assert store.run(lambda tx: tx.cases()) == []


# Places that cannot be used -----------------------------------------------------------------------


@pytest.fixture
def anyones() -> Iterator[Path]:
    """A directory that nobody in particular may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        place.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(place, NOBODY, NOBODY)
        yield place
        place.chmod(0o755)


def test_a_directory_that_cannot_be_written_is_named(anyones: Path, keyring: Keyring) -> None:
    anyones.chmod(0o555)
    with without_root():
        assert refusal(anyones / "volgorde.db", keyring).code == "database_readonly"
        assert refusal(anyones / "deep" / "er" / "volgorde.db", keyring).code == "database_readonly"


def test_a_database_in_a_directory_that_cannot_be_written_is_refused(
    anyones: Path, keyring: Keyring
) -> None:
    path = anyones / "volgorde.db"
    kept(path, keyring)
    path.chmod(0o644)
    anyones.chmod(0o555)
    with without_root():
        assert refusal(path, keyring).code == "database_readonly"


def test_a_database_file_that_cannot_be_written_is_refused(anyones: Path, keyring: Keyring) -> None:
    path = anyones / "volgorde.db"
    kept(path, keyring)
    path.chmod(0o444)
    with without_root():
        before = path.read_bytes()
        with pytest.raises(StorageError) as caught:
            open_store(path, keyring)
        assert caught.value.code == "database_readonly"
        assert path.read_bytes() == before


def test_a_database_file_that_cannot_be_read_is_refused(anyones: Path, keyring: Keyring) -> None:
    path = anyones / "volgorde.db"
    kept(path, keyring)
    path.chmod(0)
    with without_root(), pytest.raises(StorageError) as caught:
        open_store(path, keyring)
    assert caught.value.code == "database_unreachable"


def test_a_directory_in_the_place_of_the_database_is_refused(
    tmp_path: Path, keyring: Keyring
) -> None:
    assert refusal(tmp_path, keyring).code == "database_unreachable"


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path, keyring: Keyring) -> None:
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "volgorde.db", keyring).code == "database_unreachable"


def test_a_log_whose_database_is_gone_is_not_thrown_away(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:
        new_interview(store)
        lost = path.parent.parent / "lost" / "volgorde.db"
        without_the_index(path, lost)
    lost.unlink()
    assert refusal(lost, keyring).code == "database_damaged"


def test_a_damaged_database_of_ours_is_named_as_damaged(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    content = bytearray(path.read_bytes())
    # The first page keeps its header, and so our mark; the list of tables on it is gone.
    content[100:4096] = b"\xff" * (4096 - 100)
    path.write_bytes(content)
    assert refusal(path, keyring).code == "database_damaged"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "database_url_malformed"),
        ("/var/lib/volgorde.db", "database_url_malformed"),
        ("postgresql://volgorde:geheim@db/volgorde", "database_url_unsupported"),
        ("sqlite://", "database_url_unsupported"),
        ("sqlite:///:memory:", "database_url_unsupported"),
        ("sqlite:///file:x?mode=memory&uri=true", "database_url_unsupported"),
        ("sqlite+aiosqlite:///x.db", "database_url_unsupported"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_its_password_not_repeated(
    keyring: Keyring, url: str, code: str
) -> None:
    with pytest.raises(StorageError) as caught:
        Store.open(url, keyring)
    assert caught.value.code == code
    assert caught.value.params["setting"] == "VOLGORDE_DATABASE_URL"
    assert "geheim" not in str(caught.value)


# In use by another program ------------------------------------------------------------------------


def test_a_locked_database_is_refused_at_the_door(path: Path, keyring: Keyring) -> None:
    kept(path, keyring)
    with raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        error = refusal(path, keyring, in_use=True)
    assert error.code == "database_locked"
    assert error.params["setting"] == "VOLGORDE_DATABASE_URL"


def test_a_lock_fails_the_work_and_not_the_store(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring, busy_seconds=0.05) as store:
        interview = new_interview(store)
        with raw(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError) as caught:
                store.run(lambda tx: answer(tx, interview.id, "u1"))
        assert caught.value.code == "database_locked"
        assert store.run(lambda tx: answer(tx, interview.id, "u1")) == 1


def test_two_stores_on_one_file_see_each_others_work(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as one, open_store(path, keyring) as two:
        interview = new_interview(one)
        for turn in range(6):
            store = (one, two)[turn % 2]
            assert store.run(partial(answer, interview_id=interview.id, key=f"u{turn}")) == turn + 1
        assert one.run(lambda tx: tx.interview(interview.id)).revision == 6


# Ours, and on we go -------------------------------------------------------------------------------


def test_an_empty_file_becomes_a_database(path: Path, keyring: Keyring) -> None:
    path.parent.mkdir()
    path.touch()
    with open_store(path, keyring) as store:
        new_interview(store)


def test_a_database_without_a_single_table_becomes_ours(path: Path, keyring: Keyring) -> None:
    path.parent.mkdir()
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    with open_store(path, keyring) as store:
        new_interview(store)


def test_a_database_copied_with_its_log_only_keeps_everything(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    copy = tmp_path / "copy" / "volgorde.db"
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        store.run(lambda tx: answer(tx, interview.id, "u1"))
        without_the_index(path, copy)
    with open_store(copy, keyring) as store:
        assert store.run(lambda tx: tx.interview(interview.id)).revision == 1


def test_a_path_with_odd_characters_is_just_a_path(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "mijn map%20 é#1" / "a&b.db"
    with open_store(path, keyring) as store:
        new_interview(store)
    assert current_revision(sqlite_url(path)) is not None
    assert path.exists()
