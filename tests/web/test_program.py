"""`volgorde web` and the links to it, as those who run it use them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.settings import SettingsError
from bot.web.demo import SUPERVISOR_LABEL, fill
from flows.machine import IN_REVIEW
from flows.messages import message
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.database import sqlite_url
from storage.store import Store
from tests.bot.conftest import Run
from tests.web.browsers import free_port
from tests.web.shelter import KEY, STORIES


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """Two of the made-up families, one with a mother who answers in her own language."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for name in ("V12", "V13", "mother-answers", "safe-family"):
        file = STORIES / f"{name}.yaml"
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


class TestTheDemonstration:
    def test_every_family_is_handed_in_and_a_second_start_changes_nothing(
        self, tmp_path: Path, stories: Path
    ) -> None:
        with Store.open(sqlite_url(tmp_path / "demo.db"), KEY) as store:
            person = fill(store, VOORSTUDIE_CORE, stories)
            assert person.label == SUPERVISOR_LABEL
            cases = store.run(lambda tx: tx.people.cases_supervised_by(person.id))
            records = [
                record
                for case in cases
                for record in store.run(lambda tx, case=case: tx.interviews_of(case))  # type: ignore[misc]
            ]
            told = {(record.respondent, record.language) for record in records}
            assert told == {("therapist", "nl"), ("mother", "ar")}
            assert {r.state for r in records if r.respondent == "therapist"} == {IN_REVIEW}
            assert fill(store, VOORSTUDIE_CORE, stories).id == person.id
            assert len(store.run(lambda tx: tx.cases())) == len(cases) == 2

    def test_a_database_with_cases_is_not_filled(self, tmp_path: Path, stories: Path) -> None:
        with Store.open(sqlite_url(tmp_path / "real.db"), KEY) as store:
            store.run(lambda tx: tx.create_case(tx.unused_code()))
            with pytest.raises(SettingsError) as caught:
                fill(store, VOORSTUDIE_CORE, stories)
            assert caught.value.problem == message("web.setting.demo_database")

    def test_without_the_stories_it_says_where_to_start_it(self, tmp_path: Path) -> None:
        with (
            Store.open(sqlite_url(tmp_path / "demo.db"), KEY) as store,
            pytest.raises(SettingsError) as caught,
        ):
            fill(store, VOORSTUDIE_CORE, tmp_path / "nowhere")
        assert caught.value.problem == message("web.setting.demo_stories")


WRONG: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "no key": ({"VOLGORDE_MASTER_KEY_FILE": ""}, (), "VOLGORDE_MASTER_KEY"),
    "no port": ({}, ("--listen", "127.0.0.1"), "--listen"),
    "open to all, no address": ({}, ("--listen", "0.0.0.0:8700"), "VOLGORDE_WEB_ADDRESS"),
    "no tls": ({"VOLGORDE_WEB_ADDRESS": "http://intake.example.org"}, (), "VOLGORDE_WEB_ADDRESS"),
    "a path": (
        {"VOLGORDE_WEB_ADDRESS": "https://example.org/intake"},
        (),
        "VOLGORDE_WEB_ADDRESS",
    ),
    "no address": ({"VOLGORDE_WEB_ADDRESS": "intake"}, (), "VOLGORDE_WEB_ADDRESS"),
    "leaving nowhere": ({"VOLGORDE_WEB_LEAVE_TO": "nowhere"}, (), "VOLGORDE_WEB_LEAVE_TO"),
    "no such zone": ({"VOLGORDE_TIME_ZONE": "Nowhere/Land"}, (), "VOLGORDE_TIME_ZONE"),
    "too short": ({"VOLGORDE_WEB_SESSION_MINUTES": "1"}, (), "VOLGORDE_WEB_SESSION_MINUTES"),
}


class TestTheProgram:
    @pytest.mark.parametrize("what", WRONG)
    def test_a_mistake_is_one_line_that_names_the_setting(
        self, volgorde_here: Run, tmp_path: Path, what: str
    ) -> None:
        settings, options, name = WRONG[what]
        key = tmp_path / "a.key"
        volgorde_here("keys", "init", str(key))
        done = volgorde_here("web", *options, **{"VOLGORDE_MASTER_KEY_FILE": str(key), **settings})
        assert done.returncode == 2
        assert name in done.stderr
        assert done.stderr.count("\n") == 1

    def test_a_link_signs_a_colleague_in_and_says_how_long(self, volgorde_here: Run) -> None:
        volgorde_here("chat", typed="\n")
        added = volgorde_here("user", "add", "--role", "supervisor")
        code = re.findall(r"[0-9A-Z]{3}-[0-9A-Z]{3}", added.stdout)[0]
        done = volgorde_here("user", "sign-in", code)
        assert re.search(r"http://localhost:8700/sign-in/[\w-]{43}", done.stdout)
        assert "10 minuten" in done.stdout
        own = volgorde_here("user", "sign-in", code, VOLGORDE_WEB_ADDRESS="https://a.example/")
        assert "https://a.example/sign-in/" in own.stdout
        assert volgorde_here("user", "sign-in", "ZZZ-ZZZ").returncode == 2
        gone = volgorde_here("user", "forget-passkeys", code)
        assert "0 passkeys" in gone.stdout
        volgorde_here("user", "disable", code)
        assert volgorde_here("user", "sign-in", code).returncode == 2

    def test_it_listens_until_it_is_told_to_stop(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        port = free_port()
        key = tmp_path / "a.key"
        variables = {
            **environment,
            "VOLGORDE_MASTER_KEY_FILE": str(key),
            "VOLGORDE_DATABASE_URL": sqlite_url(tmp_path / "a.db"),
        }
        program = [sys.executable, "-m", "bot"]
        subprocess.run([*program, "keys", "init", str(key)], env=variables, check=True)
        subprocess.run([*program, "migrate"], env=variables, check=True)
        with subprocess.Popen(
            [*program, "web", "--listen", f"127.0.0.1:{port}"],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdout is not None
            assert f"http://localhost:{port}" in running.stdout.readline()
            for _ in range(200):
                try:
                    with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                        assert answer.read() == b"ok"
                    break
                except OSError:
                    continue
            running.send_signal(signal.SIGTERM)
            _, errors = running.communicate(timeout=20)
        assert running.returncode == 0, errors
