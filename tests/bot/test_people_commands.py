"""Colleagues, from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.conftest import Run

CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")
Volgorde = Callable[..., str]


@pytest.fixture
def run(volgorde_here: Run) -> Volgorde:
    """The program with a database that is there; gives what it said."""

    def said(*arguments: str, **settings: str) -> str:
        done = volgorde_here(*arguments, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    said("migrate")
    return said


def code_in(words: str) -> str:
    found = CODE.search(words)
    assert found is not None, words
    return found[0]


def test_people_are_added_listed_changed_and_shut_out(run: Volgorde) -> None:
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


def test_a_case_goes_to_another_therapist(run: Volgorde) -> None:
    therapist = code_in(run("user", "add", "--role", "therapist"))
    case = CODE.search(run("chat", "--lang", "nl"))
    assert case is not None
    assert f"{case[0]} is nu van {therapist}" in run("case", "handover", case[0], "--to", therapist)
    named = {"VOLGORDE_DRAFT_LANGUAGES": "en"}
    assert "/start" in run("invite", case[0], "--lang", "en", "--reminders", **named)
    in_browser = run("invite", case[0], "--web", VOLGORDE_WEB_ADDRESS="https://intake.example/")
    assert "https://intake.example/i/" in in_browser


def test_what_cannot_be_is_refused_in_one_line(run: Volgorde, volgorde_here: Run) -> None:
    admin = code_in(run("user", "add", "--role", "admin"))
    wrong = admin[:-1] + ("0" if admin[-1] != "0" else "1")
    for command in (
        ("user", "disable", wrong),
        ("user", "assign", admin, "--to", admin),
        ("case", "handover", "K7F-2M9", "--to", admin),
        ("invite", "K7F-2M9"),
        ("user", "add", "--role", "boss"),
        ("user", "add"),
    ):
        done = volgorde_here(*command)
        assert done.returncode == 2, command
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_label_is_not_readable_in_the_database(run: Volgorde, tmp_path: Path) -> None:
    run("user", "add", "--role", "therapist", "--label", "Wilhelmina")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(b"Wilhelmina" in file.read_bytes() for file in files)


def test_a_draft_is_offered_to_a_mother_only_where_the_shelter_has_named_it(
    volgorde_here: Run,
) -> None:
    volgorde_here("migrate")
    case = code_in(volgorde_here("chat", "--lang", "nl").stdout)
    refused = volgorde_here("invite", case, "--lang", "pl")
    assert refused.returncode == 2
    assert "VOLGORDE_DRAFT_LANGUAGES" in refused.stderr
    assert "Traceback" not in refused.stderr
    for named in ("pl", "en, pl", "all"):
        done = volgorde_here("invite", case, "--lang", "pl", VOLGORDE_DRAFT_LANGUAGES=named)
        assert done.returncode == 0, done.stderr
    wrong = volgorde_here("invite", case, VOLGORDE_DRAFT_LANGUAGES="pl,xx")
    assert wrong.returncode == 2
    assert "xx" in wrong.stderr
