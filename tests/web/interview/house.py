"""A shelter with a therapist and a mother, and somebody at a browser without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.access import SUPERVISOR, WEB
from bot.service import Service
from bot.sign_in_links import go_on_link, sign_in_link
from bot.web.app import House as WebHouse
from bot.web.run import make_app
from flows import events as ev
from flows.interview import Interview
from flows.questions import FULL, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import languages
from storage.notices import Notice
from storage.records import EventRecord, InterviewRecord
from storage.store import Store
from storage.transaction import Transaction

ADDRESS = "http://localhost:8700"
AWAY = "https://www.buienradar.nl/"
AGENT = "a telephone"


@dataclass
class Clock:
    """A time that a test can move."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the time."""
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class House:
    """The store, the pages on it, and who is there."""

    store: Store
    clock: Clock
    address: str = ADDRESS
    mothers_write: bool = True
    people: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.service = Service(
            self.store, VOORSTUDIE_CORE, channel=WEB, clock=self.clock, mothers_write=True
        )
        if not self.people:
            self.people = self.store.run(colleagues)

    def app(self) -> ASGIApp:
        """The pages, as they are served."""
        return make_app(
            self.store,
            VOORSTUDIE_CORE,
            WebHouse(address=self.address, languages=languages()),
            clock=self.clock,
            mothers_write=self.mothers_write,
        )

    # --- what there is ----------------------------------------------------------------------------

    def begin(self, mode: str = FULL, whose: str = "therapist") -> str:
        """Open a case with a therapist's interview; gives the interview's id."""
        return self.store.run(
            lambda tx: self.service.open_for(tx, self.people[whose], mode=mode)
        ).id

    def record(self, interview: str) -> InterviewRecord:
        return self.store.run(lambda tx: tx.interview(interview))

    def interview(self, interview: str) -> Interview:
        return Interview.from_data(self.record(interview).projection)

    def events(self, interview: str) -> list[EventRecord]:
        return self.store.run(lambda tx: tx.events(interview))

    def notices(self, interview: str) -> list[str]:
        """What waits to be told about an interview's case."""
        case = self.record(interview).case_id
        found: list[Notice] = self.store.run(lambda tx: tx.notices.unread(case))
        return [item.kind for item in found]

    def hers(self, own: str) -> str:
        """The mother's interview of a therapist's; gives its id."""
        case = self.record(own).case_id
        return self.store.run(lambda tx: self.service.open_hers(tx, case)).id

    # --- links ------------------------------------------------------------------------------------

    def invite(self, own: str, language: str = "nl", lasts: timedelta = timedelta(hours=1)) -> str:
        """Invite the mother of a case; gives her token."""
        case = self.record(own).case_id
        return self.store.run(
            lambda tx: self.service.invite(
                tx,
                case,
                actor=self.people["therapist"],
                language=language,
                reminders=False,
                lasts=lasts,
            )
        )

    def go_on_link(self, interview: str, whose: str = "therapist") -> str:
        """Make a link with which a therapist goes on in a browser; gives its token."""
        return self.store.run(lambda tx: go_on_link(tx, self.people[whose], interview))

    def sign_in_token(self, who: str) -> str:
        return self.store.run(
            lambda tx: sign_in_link(tx, tx.people.person(self.people[who]), actor=None)
        )

    def is_there(self, hers: str, *, whose: str = "therapist") -> None:
        """Let the therapist be there for her."""
        self.store.run(
            lambda tx: tx.people.supervise(
                hers, self.people[whose], with_her=True, lasts=timedelta(minutes=30)
            )
        )

    def nobody_is_there(self, own: str) -> None:
        """Let nobody be there for the mother of a case."""
        hers = self.hers(own)
        self.store.run(lambda tx: tx.people.end_supervision(hers))

    def somebody_is_there(self, own: str) -> bool:
        hers = self.hers(own)
        return self.store.run(lambda tx: tx.people.supervision(hers)) is not None

    def apply(self, interview: str, *events: ev.Event) -> None:
        """Let something happen elsewhere."""
        for event in events:
            key = f"elsewhere{self.clock()}"
            self.service.handle(interview, event, update_key=key)

    # --- browsers ---------------------------------------------------------------------------------

    def browser(self, agent: str = AGENT) -> Browser:
        return Browser(self, agent)

    def mother(self, own: str, language: str = "nl") -> Browser:
        """A mother who opened her link, with her therapist beside her."""
        browser = self.browser()
        browser.open(self.invite(own, language))
        self.is_there(self.hers(own))
        return browser

    def therapist(self, own: str) -> Browser:
        """A therapist who went on in the browser."""
        browser = self.browser()
        browser.open(self.go_on_link(own))
        return browser


def colleagues(transaction: Transaction) -> dict[str, str]:
    """Let everybody in who works there; gives their ids by what they are."""
    people = transaction.people
    added = {
        name: people.add(role).id
        for name, role in (
            ("therapist", THERAPIST),
            ("other therapist", THERAPIST),
            ("supervisor", SUPERVISOR),
            ("other supervisor", SUPERVISOR),
            ("admin", "admin"),
        )
    }
    people.assign(added["therapist"], added["supervisor"])
    return added


class Fields(HTMLParser):
    """Reads a page: what its forms hold, its buttons, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.buttons: list[str] = []
        self.typed = ""
        self.ticked: list[str] = []
        self.boxes: list[str] = []
        self.title = ""
        self.lang = ""
        self.direction = ""
        self._in = ""
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in = tag
        if tag == "html":
            self.lang, self.direction = given["lang"], given["dir"]
        elif tag == "button" and given.get("name") == "do":
            self.buttons.append(given["value"])
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given["value"]
        elif tag == "input" and given.get("type") == "checkbox":
            self.boxes.append(given["value"])
            if "checked" in given:
                self.ticked.append(given["value"])
        elif tag == "input":
            self.typed = given.get("value", "")

    def handle_endtag(self, _: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
        elif self._in == "textarea":
            self.typed += data
        if data.strip():
            self.words.append(data.strip())


class Browser:
    """A browser without scripts: it keeps its cookies and fills in forms."""

    def __init__(self, house: House, agent: str = AGENT) -> None:
        self.house = house
        self.client = TestClient(
            house.app(),
            base_url=house.address,
            headers={"user-agent": agent, "accept-language": "nl"},
            follow_redirects=False,
        )
        self.status = 0
        self.page = ""
        self.path = ""
        self.headers: Mapping[str, str] = {}

    @property
    def fields(self) -> Fields:
        return Fields(self.page)

    @property
    def text(self) -> str:
        return "\n".join(self.fields.words)

    def get(self, path: str) -> str:
        return self._went(self.client.get(path))

    def post(self, path: str, fields: Mapping[str, str], *codes: str, **headers: str) -> str:
        """Send fields, and go where that leads."""
        pairs = [*fields.items(), *(("code", code) for code in codes)]
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self._went(
            self.client.post(path, content=urlencode(pairs), headers={**form, **headers})
        )

    def _went(self, response: object) -> str:
        for _ in range(5):
            self.status = response.status_code  # type: ignore[attr-defined]
            self.headers = response.headers  # type: ignore[attr-defined]
            self.page = response.text  # type: ignore[attr-defined]
            self.path = response.url.path  # type: ignore[attr-defined]
            if self.status != 303:
                break
            to = self.headers["location"]
            if to.startswith("https:"):
                self.path = to
                break
            response = self.client.get(to)
        return self.page

    def open(self, token: str) -> str:
        """Open a link and press its button."""
        self.get(f"/i/{token}")
        return self.post(f"/i/{token}", {})

    def press(self, do: str, *codes: str, **typed: str) -> str:
        """Press a button that stands on the page."""
        assert do in self.fields.buttons, (do, self.fields.buttons, self.text)
        return self.send(do, *codes, **typed)

    def send(self, do: str, *codes: str, **typed: str) -> str:
        """Send the form on the page, whatever its buttons are."""
        return self.post("/i", {**self.fields.hidden, "do": do, **typed}, *codes)

    def choose(self, code: str) -> str:
        return self.press(f"give:{code}")

    def write(self, text: str) -> str:
        return self.press("typed", text=text)

    def leave(self) -> None:
        self.post("/i/leave", {})

    def sign_in(self, who: str) -> Browser:
        """Sign in to the console."""
        token = self.house.sign_in_token(who)
        self.post(f"/sign-in/{token}", {})
        return self
