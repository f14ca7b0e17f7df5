"""Colleagues, from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.exceptions import ClickException
from click.testing import CliRunner

from bot.cli import cli
from storage.errors import StorageError
from tests.bot.conftest import Run

CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")
Volgorde = Callable[..., str]


@pytest.fixture
def volgorde_here(environment: dict[str, str]) -> Volgorde:
    """The program in this process: starting it anew for each command takes a second."""
    runner = CliRunner(env={**environment, "VOLGORDE_DATABASE_URL": None})

    def run(*arguments: str) -> str:
        done = runner.invoke(cli, arguments, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.output

    run("migrate")
    return run


def code_in(words: str) -> str:
    found = CODE.search(words)
    assert found is not None, words
    return found[0]


def test_people_are_added_listed_changed_and_shut_out(volgorde_here: Volgorde) -> None:
    run = volgorde_here
    assert "nog niemand" in run("user", "list")
    added = run("user", "add", "--role", "therapist", "--label", "Anna")
    therapist = code_in(added)
    assert re.search(r"/start [A-Za-z0-9_-]{43}", added)
    supervisor = code_in(run("user", "add", "--role", "supervisor"))
    run("user", "assign", therapist, "--to", supervisor)
    wanted = f"{therapist}  behandelaar  uitgenodigd  Anna  supervisie door {supervisor}"
    assert wanted in run("user", "list")
    run("user", "assign", therapist, "--to", supervisor, "--end")
    assert "supervisie door" not in run("user", "list")
    # Lower case and look-alikes are read as they were meant; another character is noticed.
    run("user", "disable", therapist.casefold())
    assert "uitgeschakeld" in run("user", "list")
    run("user", "enable", therapist)
    run("user", "role", therapist, "admin")
    assert "beheerder" in run("user", "list")
    assert "/start" in run("user", "link", therapist)


def test_a_case_goes_to_another_therapist(volgorde_here: Volgorde) -> None:
    run = volgorde_here
    therapist = code_in(run("user", "add", "--role", "therapist"))
    case = CODE.search(run("chat", "--lang", "nl"))
    assert case is not None
    assert f"{case[0]} is nu van {therapist}" in run("case", "handover", case[0], "--to", therapist)
    assert "/start" in run("invite", case[0], "--lang", "en", "--reminders")


def test_what_cannot_be_is_refused(volgorde_here: Volgorde) -> None:
    run = volgorde_here
    admin = code_in(run("user", "add", "--role", "admin"))
    wrong = admin[:-1] + ("0" if admin[-1] != "0" else "1")
    for refusal, command in (
        ("person_unknown", ("user", "disable", wrong)),
        ("person_role", ("user", "assign", admin, "--to", admin)),
        ("case_unknown", ("case", "handover", "K7F-2M9", "--to", admin)),
        ("case_unknown", ("invite", "K7F-2M9")),
    ):
        with pytest.raises(StorageError) as refused:
            run(*command)
        assert refused.value.code == refusal
    for usage in (("user", "add", "--role", "boss"), ("user", "add")):
        with pytest.raises(ClickException):
            run(*usage)


def test_a_refusal_is_one_line(volgorde: Run) -> None:
    assert volgorde("migrate").returncode == 0
    done = volgorde("user", "disable", "K7F-2M9")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "volgorde user list" in done.stderr


def test_a_label_is_not_readable_in_the_database(volgorde_here: Volgorde, tmp_path: Path) -> None:
    volgorde_here("user", "add", "--role", "therapist", "--label", "Wilhelmina")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(b"Wilhelmina" in file.read_bytes() for file in files)
