"""A service on a real SQLite file, and the program as its user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from itertools import count
from pathlib import Path

import pytest

from bot.cli import main
from bot.service import Service
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from tests.bot.exporting import house, played
from tests.bot.reporting import Family
from tests.databases import migrated

__all__ = ["house", "played"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Seconds that pass by one at each look."""
    seconds = count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


@pytest.fixture
def store(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Store]:
    with Store.open(
        sqlite_url(migrated(tmp_path / "volgorde.db")), Keyring(MasterKey.generate()), clock=clock
    ) as opened:
        yield opened


@pytest.fixture
def service(store: Store, clock: Callable[[], datetime]) -> Service:
    return Service(store, VOORSTUDIE_CORE, channel="test", clock=clock)


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Family]:
    """A family with a signed-off proposal; nobody changes anything of it."""
    made = Family(tmp_path_factory.mktemp("family"))
    yield made
    made.store.close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of someone who has just installed the program."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("VOLGORDE_") and name not in ("LC_ALL", "LC_MESSAGES", "LANG")
    }
    return {
        **kept,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "LANG": "nl_NL.UTF-8",
    }


@pytest.fixture
def volgorde(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run `volgorde` as a program of its own; `typed` is what comes in by the pipe."""

    def run(*arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(Path(__file__).parents[2]), **settings},
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def volgorde_here(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `volgorde` in this process, for what needs no program of its own: that takes a second."""

    def run(*arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        for name in [name for name in os.environ if name not in environment]:
            monkeypatch.delenv(name)
        for name, value in {**environment, **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["volgorde", *arguments])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(typed.encode()), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), *said)

    return run
