from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import sqlite_url
from storage.store import Store
from tests.bot.conftest import environment, volgorde_here  # noqa: F401 - fixtures
from tests.web.browsers import chromium  # noqa: F401 - a fixture
from tests.web.shelter import KEY, Clock, Shelter, copied, families


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, str], dict[str, str]]:
    """A database with families in it, made once."""
    path = tmp_path_factory.mktemp("families") / "volgorde.db"
    people, cases = families(path)
    return path, people, cases


@pytest.fixture
def shelter(
    template: tuple[Path, dict[str, str], dict[str, str]], tmp_path: Path
) -> Iterator[Shelter]:
    path, people, cases = template
    clock = Clock()
    with Store.open(sqlite_url(copied(path, tmp_path / "volgorde.db")), KEY, clock=clock) as store:
        yield Shelter(store, clock, people, cases)
