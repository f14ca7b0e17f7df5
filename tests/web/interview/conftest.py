from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from tests.web.interview.house import Clock, House, colleagues

KEYS = Keyring(MasterKey(bytes(range(32))))


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with those who work there, made once; and who they are."""
    path = tmp_path_factory.mktemp("furnished") / "volgorde.db"
    with Store.open(sqlite_url(path), KEYS, clock=Clock()) as store:
        return path, store.run(colleagues)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(furnished: tuple[Path, dict[str, str]], tmp_path: Path, clock: Clock) -> Iterator[House]:
    path, people = furnished
    copied = tmp_path / "volgorde.db"
    shutil.copy(path, copied)
    with Store.open(sqlite_url(copied), KEYS, clock=clock) as store:
        yield House(store, clock, people=dict(people))
