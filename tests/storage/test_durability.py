"""What was acknowledged is there, once: after a kill at any moment, and on a disk that fails."""

import random
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from storage import (
    DuplicateUpdate,
    Keyring,
    Store,
    current_revision,
    head_revision,
    sqlite_url,
)
from tests.storage.helpers import answer, new_interview, open_store, raw

ROOT = Path(__file__).parents[2]
KILLS = 10


def child(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.storage.{module}", *arguments]


def check(store: Store, interview_id: str, acknowledged: int) -> int:
    """Everything acknowledged is there once, and nothing is there in part; how much is there."""
    interview = store.run(lambda tx: tx.interview(interview_id))
    events = store.run(lambda tx: tx.events(interview_id))
    sent = store.run(lambda tx: tx.undelivered(interview_id, "terminal"))
    keys = [f"u{n}" for n in range(1, interview.revision + 1)]
    assert interview.revision >= acknowledged
    assert list(interview.projection["answers"]) == keys
    assert [event.payload["key"] for event in events] == keys
    assert [event.seq for event in events] == list(range(1, interview.revision + 1))
    assert [row.payload["text"] for row in sent] == [f"after {key}" for key in keys]
    for key in keys[-3:]:
        with pytest.raises(DuplicateUpdate):
            store.run(partial(answer, interview_id=interview_id, key=key))
    return interview.revision


def test_a_killed_program_keeps_every_answer_it_acknowledged_once(
    path: Path, keyring: Keyring
) -> None:
    moments = random.Random(20260301)
    with open_store(path, keyring) as store:
        interview = new_interview(store)
    acknowledged = 0
    for _ in range(KILLS):
        command = child("kill_child", sqlite_url(path), keyring.current.text(), interview.id)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(moments.randint(1, 60)):
                acknowledged = max(acknowledged, int(process.stdout.readline()))
            process.kill()
            # What it said before the kill reached it counts too; half a line was not said.
            said = [line for line in process.stdout if line.endswith("\n")]
            acknowledged = max([acknowledged, *map(int, said)])
        with open_store(path, keyring) as store:
            acknowledged = check(store, interview.id, acknowledged)
    assert acknowledged > KILLS


def test_a_checkpoint_that_was_killed_halfway_loses_nothing(
    path: Path, keyring: Keyring, tmp_path: Path
) -> None:
    halfway = tmp_path / "halfway" / "volgorde.db"
    halfway.parent.mkdir()
    with open_store(path, keyring) as store:
        interview = new_interview(store)
        for n in range(1, 21):
            store.run(partial(answer, interview_id=interview.id, key=f"u{n}"))
        for ending in ("", "-wal", "-shm"):
            shutil.copyfile(f"{path}{ending}", f"{halfway}{ending}")
        with raw(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # The first page came over, which tells of many; the others did not.
    checkpointed = path.read_bytes()
    assert halfway.stat().st_size < len(checkpointed)
    with halfway.open("r+b") as file:
        file.write(checkpointed[:4096])
    for index in (True, False):
        if not index:
            Path(f"{halfway}-shm").unlink()
        assert current_revision(sqlite_url(halfway)) == head_revision()
    with open_store(halfway, keyring) as store:
        assert check(store, interview.id, 20) == 20


def test_a_disk_that_fails_while_writing_loses_nothing_that_was_acknowledged(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        interview = new_interview(store)
    command = child("full_child", sqlite_url(path), keyring.current.text(), interview.id, str(path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # The limit on a file's size is an error of the disk to SQLite, not a full disk.
    assert done.stdout.split("\n") == ["first saved", "second database_io", "third saved", ""]
    assert done.stderr == ""
    with open_store(path, keyring) as store:
        events = store.run(lambda tx: tx.events(interview.id))
        assert [event.payload["key"] for event in events] == ["first", "third"]
        assert list(store.run(lambda tx: tx.interview(interview.id)).projection["answers"]) == [
            "first",
            "third",
        ]
