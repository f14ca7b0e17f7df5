"""What the tests of exports share: a database with cases in it, played once and then copied."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.reviewing import Review, Verdict, give, what_is_read
from bot.scenario import play, read_scenario
from bot.service import Service
from flows import events as ev
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from storage.transaction import Transaction
from tests.bot.walking import STORIES

AGREED, DISAGREED = "agreed", "disagreed"
OTHER_ORDER = "relationship_parent_child"
REASON = "De hechting van Fatima gaat voor"
_PLAYED = {
    "V04": "V04",
    "V05": "V05",
    "full-intake": "full-intake",
    "mother-answers": "mother-answers",
    AGREED: "V04",
    DISAGREED: "V04",
}
_REVIEWS = {
    AGREED: Review(Verdict.SIGNED_OFF),
    DISAGREED: Review(Verdict.DISAGREED, order=OTHER_ORDER, reason=REASON, rule="P1"),
}


@dataclass(frozen=True)
class House:
    """A database with cases: their codes by what they are, and how the program reaches it."""

    store: Store
    codes: Mapping[str, str]
    settings: Mapping[str, str]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MasterKey, dict[str, str]]:
    """Each case played once, all on one day; a supervisor agreed with one, disagreed with one."""
    path = tmp_path_factory.mktemp("played") / "volgorde.db"
    key = MasterKey.generate()
    seconds = count()

    def clock() -> datetime:
        return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(seconds=next(seconds))

    with Store.open(sqlite_url(path), Keyring(key), clock=clock) as store:
        service = Service(store, VOORSTUDIE_CORE, channel="test", clock=clock)
        codes = {name: _told(service, story) for name, story in _PLAYED.items()}
        for name, review in _REVIEWS.items():
            _reviewed(service, store, codes[name], review)
    return path, key, codes


@pytest.fixture
def house(played: tuple[Path, MasterKey, dict[str, str]], tmp_path: Path) -> Iterator[House]:
    """A copy of the played database, for one test."""
    path, key, codes = played
    mine = tmp_path / "house.db"
    shutil.copy(path, mine)
    settings = {"VOLGORDE_DATABASE_URL": sqlite_url(mine), "VOLGORDE_MASTER_KEY": key.text()}
    with Store.open(sqlite_url(mine), Keyring(key)) as store:
        yield House(store, codes, settings)


def _told(service: Service, name: str) -> str:
    scenario = read_scenario(next(path for path in STORIES if path.stem == name))
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
    return turn.interview.case


def _reviewed(service: Service, store: Store, case: str, review: Review) -> None:
    opened = service.open(respondent="therapist", mode="quick", case=case)
    service.handle(opened.id, ev.Submit(), update_key=f"submit {case}")

    def work(transaction: Transaction) -> None:
        found = transaction.case_by_code(case)
        proposal = transaction.latest_proposal(opened.id)
        assert found is not None
        assert proposal is not None
        give(
            service,
            transaction,
            found.id,
            review,
            reviewer=transaction.people.add("supervisor", label="Wilma").id,
            read=what_is_read(service, transaction, proposal),
            key=f"review {case}",
        )

    store.run(work)


def acts(house: House) -> list[str]:
    """What was done, in order."""
    return house.store.run(lambda transaction: [act.act for act in transaction.people.acts()])


def destroy_key(house: House, name: str) -> None:
    """Destroy a case's key, as a purge does."""
    database = house.settings["VOLGORDE_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as connection, connection:
        changed = connection.execute(
            "UPDATE case_keys SET wrapped_key = NULL, destroyed_at = '2026-01-02 00:00:00.000000'"
            " WHERE case_id = (SELECT id FROM cases WHERE code = ?)",
            (house.codes[name],),
        )
        assert changed.rowcount == 1
