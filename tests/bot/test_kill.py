"""Power cuts: the program is killed at random moments, and no acknowledged answer is gone."""

from __future__ import annotations

import os
import random
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from flows.interview import How, Interview
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store

KILLS = int(os.environ.get("VOLGORDE_KILLS", "20"))
"""`make soak` kills it more often."""
_ASKED = re.compile(r"vraag (\d+) van ongeveer")
_ENOUGH = 12
"""More than one answer between two kills only so far: a full intake has some forty questions."""
_LATEST_MOMENT = 0.03
"""Seconds after an answer was typed until the kill; a commit takes a few milliseconds."""


class Program:
    """The program on a pipe, typed at by someone who answers every question with "skip"."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--full", "--lang", "nl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.seen = ""

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def read_until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Read on until the pattern shows up after what was read before; return it."""
        assert self.process.stdout is not None
        stream = self.process.stdout.fileno()
        while not (found := pattern.search(self.seen)):
            ready, _, _ = select.select([stream], [], [], 60)
            assert ready, self.seen
            chunk = os.read(stream, 65536)
            assert chunk, self.seen
            self.seen += chunk.decode("utf-8", errors="replace")
        self.seen = self.seen[found.end() :]
        return found

    def kill(self) -> str:
        """Kill it as a power cut does; return what it had still said."""
        self.process.send_signal(signal.SIGKILL)
        assert self.process.stdout is not None
        rest = self.process.stdout.read().decode("utf-8", errors="replace")
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdout.close()
        return self.seen + rest


@pytest.mark.parametrize("part", range(4))
def test_what_was_acknowledged_is_there_once_after_a_kill_at_any_moment(
    part: int, environment: dict[str, str], tmp_path: Path
) -> None:
    """Answers are acknowledged by the next question; in four parts."""
    chance = random.Random(20260101 + part)
    key = MasterKey.generate()
    database = sqlite_url(tmp_path / "volgorde.db")
    environment = {
        **environment,
        "VOLGORDE_DATABASE_URL": database,
        "VOLGORDE_MASTER_KEY": key.text(),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    acknowledged = 0
    begun = False
    for _ in range(KILLS // 4):
        program = Program(environment)
        if not begun:
            program.read_until(re.compile("Enter: beginnen"))
            program.type("")
            begun = True
        place = int(program.read_until(_ASKED)[1])
        assert place > acknowledged, "an acknowledged answer is asked again"
        acknowledged = place - 1
        if acknowledged < _ENOUGH and chance.random() < 0.3:
            program.type("s")
            acknowledged = int(program.read_until(_ASKED)[1]) - 1
        program.type("s")
        time.sleep(chance.uniform(0, _LATEST_MOMENT))
        last_words = program.kill()
        for found in _ASKED.finditer(last_words):
            acknowledged = int(found[1]) - 1
    with Store.open(database, Keyring(key)) as store:
        record = store.run(lambda transaction: transaction.latest_open_interview("therapist"))
        assert record is not None
        events = store.run(lambda transaction: transaction.events(record.id))
    interview = Interview.from_data(record.projection)
    skipped = [name for name, answer in interview.answers.items() if answer.how is How.SKIPPED]
    assert len(skipped) in (acknowledged, acknowledged + 1)
    assert acknowledged > 0
    told = Counter(str(item.payload["question"]) for item in events if item.kind == "answered")
    assert told == dict.fromkeys(skipped, 1)
