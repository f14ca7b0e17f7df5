"""`volgorde report`: who asked and why is kept first, then the file is written, for its owner."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.report import commands
from bot.report.demonstration import CASE
from storage.crypto import Keyring
from storage.people import Act, People
from storage.store import Store
from storage.transaction import Transaction
from tests.bot.conftest import Run
from tests.bot.reporting import Family

pytestmark = pytest.mark.xdist_group("report")


class Place:
    """A copy of the family's database, and the command on it."""

    def __init__(self, family: Family, folder: Path, run: Run) -> None:
        self.folder = folder
        self.database = folder / "family.db"
        with (
            closing(sqlite3.connect(family.folder / "family.db")) as source,
            closing(sqlite3.connect(self.database)) as copy,
        ):
            source.backup(copy)
        self.key = family.key
        self.url = f"sqlite:///{self.database}"
        self._run = run

    def report(self, *arguments: str) -> CompletedProcess[str]:
        return self._run(
            "report",
            *arguments,
            VOLGORDE_DATABASE_URL=self.url,
            VOLGORDE_MASTER_KEY=self.key.text(),
        )

    def run(self, work: Callable[[Transaction], object]) -> object:
        with Store.open(self.url, Keyring(self.key)) as store:
            return store.run(work)

    def acts(self) -> list[Act]:
        found: list[Act] = []
        self.run(lambda transaction: found.extend(transaction.people.acts()))
        return [act for act in found if act.act == "report_made"]

    def person(self, role: str) -> tuple[str, str]:
        found: list[tuple[str, str]] = []
        self.run(
            lambda transaction: found.extend(
                (one.id, one.code) for one in transaction.people.all() if one.role == role
            )
        )
        return found[0]


@pytest.fixture
def place(family: Family, tmp_path: Path, volgorde_here: Run) -> Place:
    return Place(family, tmp_path, volgorde_here)


def test_who_asked_and_why_is_kept_and_the_file_is_its_owners_alone(place: Place) -> None:
    supervisor, code = place.person("supervisor")
    out = place.folder / "report.pdf"
    done = place.report(CASE, "--out", str(out), "--why", "voor het dossier", "--by", code)
    assert done.returncode == 0, done.stderr
    assert "Rapport geschreven" in done.stdout
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (act,) = place.acts()
    assert (act.actor_id, act.detail) == (supervisor, "voor het dossier")
    assert act.case_id is not None


def test_her_version_is_in_her_language_unless_another_is_asked_for(place: Place) -> None:
    out = place.folder / "plan.html"
    # Tigrinya is her language; the words of reports may still be missing in a draft.
    done = place.report(CASE, "--for", "mother", "--lang", "en", "--out", str(out), "--why", "zij")
    assert done.returncode == 0, done.stderr
    assert "Papier kan gevonden worden" in done.stdout
    html = out.read_text(encoding="utf-8")
    assert '<html lang="en" dir="ltr">' in html
    assert CASE not in html
    (act,) = place.acts()
    assert act.actor_id is None


def test_no_record_no_report(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    class FailedError(Exception):
        pass

    def failing(*_: object, **__: object) -> None:
        raise FailedError

    written: list[Path] = []
    monkeypatch.setattr(People, "note", failing)
    monkeypatch.setattr(commands, "write", lambda path, *_, **__: written.append(path))
    out = place.folder / "report.html"
    with pytest.raises(FailedError):
        place.report(CASE, "--out", str(out), "--why", "dossier")
    assert not written
    assert not out.exists()


def test_a_record_stands_before_a_byte_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commands, "write", full)
    out = place.folder / "report.html"
    done = place.report(CASE, "--out", str(out), "--why", "dossier")
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert len(place.acts()) == 1


def test_a_file_that_is_there_stays_unless_it_is_forced(place: Place) -> None:
    out = place.folder / "report.html"
    out.write_text("mine")
    out.chmod(0o644)
    done = place.report(CASE, "--out", str(out), "--why", "dossier")
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert out.read_text() == "mine"
    assert not place.acts()
    done = place.report(CASE, "--out", str(out), "--why", "dossier", "--force")
    assert done.returncode == 0, done.stderr
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert not list(place.folder.glob(".*.part"))


def test_writing_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="Input"):
        commands.write(tmp_path / "x.pdf", b"x", force=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ZZZ-999", "--why", "x"), "ZZZ-999"),
        ((CASE, "--why", "  "), ""),
        ((CASE, "--why", "x", "--by", "ZZZ-999"), ""),
        ((CASE,), "--why"),
        ((CASE, "--why", "x", "--for", "father"), "file"),
        ((CASE, "--why", "x", "--lang", "xx"), "xx"),
    ],
)
def test_wrong_input_is_one_line(place: Place, arguments: tuple[str, ...], said: str) -> None:
    out = place.folder / "report.html"
    done = place.report(*arguments, "--out", str(out))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert not out.exists()
    assert not place.acts()


def test_a_case_without_a_proposal_and_one_without_a_plan(place: Place) -> None:
    codes: list[str] = []

    def work(transaction: Transaction) -> None:
        code = transaction.unused_code()
        transaction.create_case(code)
        codes.append(code)

    place.run(work)
    for audience in ("file", "mother"):
        out = place.folder / f"{audience}.html"
        done = place.report(codes[0], "--for", audience, "--out", str(out), "--why", "x")
        assert done.returncode == 2
        assert done.stderr.startswith(f"volgorde: {codes[0]}: er is nog geen")
        assert not out.exists()
    assert not place.acts()


def test_a_case_that_cannot_be_read_is_one_line(place: Place) -> None:
    with closing(sqlite3.connect(place.database)) as database, database:
        database.execute("UPDATE case_keys SET wrapped_key = NULL, destroyed_at = created_at")
    done = place.report(CASE, "--out", str(place.folder / "x.html"), "--why", "x")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert CASE in done.stderr


def test_what_could_identify_is_not_kept_in_the_reason(place: Place) -> None:
    out = place.folder / "report.html"
    done = place.report(CASE, "--out", str(out), "--why", "bel 0612345678")
    assert done.returncode == 0, done.stderr
    (act,) = place.acts()
    assert "0612345678" not in act.detail
