from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Keyring, Store
from tests.storage.helpers import new_keyring, open_store


@pytest.fixture
def keyring() -> Keyring:
    return new_keyring()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "volgorde.db"


@pytest.fixture
def store(path: Path, keyring: Keyring) -> Iterator[Store]:
    with open_store(path, keyring) as opened:
        yield opened
