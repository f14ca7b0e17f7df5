from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from tests.web.interview.house import Clock, House


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    keys = Keyring(MasterKey(bytes(range(32))))
    with Store.open(sqlite_url(tmp_path / "volgorde.db"), keys, clock=clock) as store:
        yield House(store, clock)
