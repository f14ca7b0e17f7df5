"""A shelter with made-up families that were handed in, and somebody at a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from starlette.testclient import TestClient

from bot.access import SUPERVISOR, WEB
from bot.scenario import play, read_scenario
from bot.service import Service
from bot.sign_in_links import sign_in_link
from bot.web.app import House
from bot.web.run import make_app
from flows import events as ev
from flows.questions import THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import languages
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.people import Act
from storage.records import ReviewRecord
from storage.store import Store
from storage.transaction import Transaction

KEY = Keyring(MasterKey(bytes(range(32))))
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADDRESS = "http://localhost:8700"
STORIES = Path(__file__).parents[1] / "stories"
FAMILIES = ("V13", "V12", "V05")
"""The wish is the child first; no complaints by interview, and the mother told too; a deadlock."""
HERS, HER_LANGUAGE = "V12", "ar"
AGENT = "a browser"
_MARK = re.compile(r'name="mark" value="([0-9a-f]+)"')
_KEY_FIELD = re.compile(r'name="key" value="([0-9a-f]+)"')
_READ_FIELD = re.compile(r'name="read" value="([0-9a-f]+)"')


@dataclass
class Clock:
    """A time that a test can move."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        """Give the time."""
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Shelter:
    """The store, its people by who they are, and its cases by their stories."""

    store: Store
    clock: Clock
    people: Mapping[str, str]
    cases: Mapping[str, str]
    house: House = field(default_factory=lambda: House(address=ADDRESS, languages=languages()))

    def browser(self, who: str = "supervisor", agent: str = AGENT) -> Browser:
        """Somebody's browser, signed in."""
        browser = Browser(self, agent)
        browser.sign_in(who)
        return browser

    def link(self, who: str) -> str:
        """Make somebody's sign-in link; gives its token."""

        def work(transaction: Transaction) -> str:
            person = transaction.people.by_code(self.people[who])
            return sign_in_link(transaction, person, actor=None)

        return self.store.run(work)

    def id_of(self, who: str) -> str:
        """The id of somebody who works here."""
        return self.store.run(lambda tx: tx.people.by_code(self.people[who]).id)

    def acts(self, act: str) -> list[Act]:
        """What was done of this kind."""
        found = self.store.run(lambda transaction: transaction.people.acts())
        return [item for item in found if item.act == act]

    def interview(self, story: str) -> str:
        """The therapist's interview of a case."""

        def work(transaction: Transaction) -> str:
            case = transaction.case_by_code(self.cases[story])
            assert case is not None
            record = transaction.latest_interview(case.id, THERAPIST)
            assert record is not None
            return record.id

        return self.store.run(work)

    def state(self, story: str) -> str:
        """Where the therapist's interview of a case is."""
        interview = self.interview(story)
        return self.store.run(lambda transaction: transaction.interview(interview)).state

    def verdicts(self, story: str) -> list[ReviewRecord]:
        """The verdicts in a case."""
        interview = self.interview(story)
        return self.store.run(lambda transaction: transaction.reviews_of(interview))


class Browser:
    """A browser without JavaScript: it keeps its cookie and fills in forms."""

    def __init__(self, shelter: Shelter, agent: str = AGENT) -> None:
        app = make_app(shelter.store, VOORSTUDIE_CORE, shelter.house, clock=shelter.clock)
        self.client = TestClient(app, base_url=shelter.house.address, headers={"user-agent": agent})
        self._shelter = shelter
        self.status = 0
        self.page = ""
        self.path = ""

    def sign_in(self, who: str) -> None:
        """Sign in with a new link."""
        self.post(f"/sign-in/{self._shelter.link(who)}", {})
        assert self.path == "/queue", self.page

    def get(self, path: str) -> str:
        """Open a page."""
        response = self.client.get(path)
        self.status, self.page, self.path = (
            response.status_code,
            response.text,
            response.url.path,
        )
        return self.page

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> str:
        """Send fields to a page, without what its form holds besides."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        response = self.client.post(path, content=urlencode(fields), headers={**form, **headers})
        self.status, self.page, self.path = (
            response.status_code,
            response.text,
            response.url.path,
        )
        return self.page

    def hidden(self) -> dict[str, str]:
        """What the form on the page holds: that it is ours, its key, and what was read."""
        found = {"mark": _MARK, "key": _KEY_FIELD, "read": _READ_FIELD}
        return {
            name: match[1]
            for name, pattern in found.items()
            if (match := pattern.search(self.page)) is not None
        }

    def send(self, path: str, **fields: str) -> str:
        """Fill in the form on the page and send it."""
        return self.post(path, {**self.hidden(), **fields})


def families(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Fill a database once, to be copied for each test; gives people and cases by their names."""
    clock = Clock()
    with Store.open(sqlite_url(path), KEY, clock=clock) as store:
        service = Service(store, VOORSTUDIE_CORE, channel=WEB, clock=clock)

        def people(transaction: Transaction) -> dict[str, str]:
            added = {
                name: transaction.people.add(role, label=name)
                for name, role in (
                    ("therapist", THERAPIST),
                    ("other therapist", THERAPIST),
                    ("supervisor", SUPERVISOR),
                    ("second supervisor", SUPERVISOR),
                    ("other supervisor", SUPERVISOR),
                    ("admin", "admin"),
                )
            }
            for name in ("supervisor", "second supervisor"):
                transaction.people.assign(added["therapist"].id, added[name].id)
            return {name: person.code for name, person in added.items()}

        known = store.run(people)
        therapist = store.run(lambda tx: tx.people.by_code(known["therapist"]).id)
        cases = {}
        for story in FAMILIES:
            scenario = read_scenario(STORIES / f"{story}.yaml")
            opened = store.run(partial(service.open_for, therapist=therapist, mode=scenario.mode))
            record = store.run(partial(Transaction.interview, interview_id=opened.id))
            cases[story] = record.case_code
            if story == HERS:
                hers = read_scenario(STORIES / "mother-answers.yaml")
                begun = store.run(partial(service.open_hers, case_id=record.case_id))
                for _ in play(service, VOORSTUDIE_CORE, hers, HER_LANGUAGE, begun):
                    pass
            for _ in play(service, VOORSTUDIE_CORE, scenario, None, opened):
                pass
            service.handle(opened.id, ev.Submit(), update_key=f"{story}:submit")
        return known, cases


def copied(template: Path, to: Path) -> Path:
    """Copy a database."""
    shutil.copy(template, to)
    return to
