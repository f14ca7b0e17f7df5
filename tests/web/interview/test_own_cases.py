"""A therapist's own cases in the console, and the table of who may do what in a browser."""

from __future__ import annotations

import pytest

from bot.access import ADMIN, SUPERVISOR, WEB, Action, Scope, scope
from flows import events as ev
from flows.conversation import mark
from flows.machine import PAUSED
from flows.questions import MOTHER, THERAPIST
from tests.web.interview.house import Browser, House


def begin_hers(house: House) -> str:
    """A case whose mother is asked her first question, with nobody there; gives her therapist's
    interview."""
    own = house.begin()
    house.apply(
        house.hers(own),
        ev.ChooseLanguage("nl"),
        ev.Check("company", "alone"),
        ev.Check("safe", "yes"),
        ev.Proceed(),
    )
    return own


def code_of(house: House, own: str) -> str:
    return house.record(own).case_code


def console(house: House, who: str = "therapist") -> Browser:
    return house.browser("a computer").sign_in(who)


class TestOwnCases:
    def test_beginning_one_twice_with_one_form_is_one(self, house: House) -> None:
        browser = console(house)
        form = {**browser.fields.hidden, "mode": "quick"}
        for _ in range(2):
            browser.post("/new", form)
            assert browser.path == "/i"
        cases = house.store.run(lambda tx: tx.people.cases_of(house.people["therapist"]))
        assert len(cases) == 1
        assert "proceed" in browser.fields.buttons
        browser.get("/queue")
        assert "Mijn casussen" in browser.page

    def test_going_on_here_and_coming_back(self, house: House) -> None:
        own = house.begin()
        browser = console(house)
        browser.get(f"/case/{code_of(house, own)}")
        mark_ = browser.fields.hidden["mark"]
        browser.post(f"/case/{code_of(house, own)}/go-on", {"mark": mark_})
        assert browser.path == "/i"
        assert 'href="/queue"' in browser.page
        browser.press("proceed")
        browser.get("/queue")
        assert browser.status == 200

    def test_what_happened_is_listed_until_it_is_read(self, house: House) -> None:
        own = begin_hers(house)
        case = house.record(own).case_id
        for kind in ("left", "danger"):
            house.store.run(lambda tx, kind=kind: tx.notices.leave(case, kind))  # type: ignore[misc]
        browser = console(house)
        first, second = (browser.page.find(part) for part in ("gevaar", "Weg"))
        assert first != -1
        assert second == -1 or first < second
        browser.get(f"/case/{code_of(house, own)}/hers")
        assert browser.page.count('class="note important"') == 2
        browser.get(f"/case/{code_of(house, own)}/hers")
        assert 'class="note important"' not in browser.page
        assert house.notices(own) == []

    def test_being_there_lets_her_go_on_and_no_longer_pauses_her(self, house: House) -> None:
        own = begin_hers(house)
        browser = console(house)
        at = f"/case/{code_of(house, own)}/hers"
        browser.get(at)
        browser.post(at, {**browser.fields.hidden, "do": "near"})
        assert "Je bent bereikbaar voor haar, tot 10:30" in browser.page
        assert house.somebody_is_there(own)
        browser.post(at, {**browser.fields.hidden, "do": "away"})
        assert not house.somebody_is_there(own)
        assert house.interview(house.hers(own)).paused_for == "by_therapist"

    def test_letting_her_go_on_is_about_the_danger_that_was_read(self, house: House) -> None:
        own = begin_hers(house)
        house.apply(house.hers(own), ev.Give("acute_unsafety", "yes"))
        browser = console(house)
        at = f"/case/{code_of(house, own)}/hers"
        browser.get(at)
        form = {**browser.fields.hidden, "do": "let_go_on"}
        browser.post(at, {**form, "shown": "0123456789abcdef"})
        assert house.interview(house.hers(own)).danger
        browser.post(at, form)
        assert not house.interview(house.hers(own)).danger
        assert house.interview(house.hers(own)).state == PAUSED

    def test_inviting_shows_the_link_once_with_its_picture(self, house: House) -> None:
        own = house.begin()
        browser = console(house)
        at = f"/case/{code_of(house, own)}/invite"
        browser.get(at)
        browser.post(at, {**browser.fields.hidden, "tongue": "en"})
        assert "data:image/png;base64," in browser.page
        (link,) = [word for word in browser.fields.words if word.startswith("http")]
        browser.get(at)
        assert link not in browser.page
        hers = house.browser()
        hers.open(link.rpartition("/")[2])
        assert hers.path == "/i"
        assert hers.fields.lang == "en"

    def test_her_answers_are_read_and_that_is_kept(self, house: House) -> None:
        own = begin_hers(house)
        house.apply(house.hers(own), ev.Give("acute_unsafety", "no"))
        browser = console(house)
        browser.get(f"/case/{code_of(house, own)}/hers")
        assert "Gevaar nu" in browser.page
        case = house.record(own).case_id
        acts = house.store.run(lambda tx: tx.people.acts(case))
        assert [act.detail for act in acts if act.act == "read" or act.detail == "hers"] == ["hers"]


# --- the table ------------------------------------------------------------------------------------

WHO = (
    *("therapist", "other therapist", "supervisor", "other supervisor", "admin"),
    *("mother", "other mother", "stranger"),
)
ROLES = {
    "therapist": (THERAPIST, "own"),
    "other therapist": (THERAPIST, "other"),
    "supervisor": (SUPERVISOR, "assigned"),
    "other supervisor": (SUPERVISOR, "other"),
    "admin": (ADMIN, "other"),
    "mother": (MOTHER, "own"),
    "other mother": (MOTHER, "other"),
    "stranger": ("stranger", "other"),
}
TRIED = (
    *(Action.BEGIN, Action.ANSWER, Action.INVITE, Action.SUPERVISE, Action.STOP_HERS),
    *(Action.LET_GO_ON, Action.HER_ANSWERS, Action.ANSWER_HERS, Action.PROPOSAL, Action.LIST),
)


def expected(who: str, action: Action) -> bool:
    role, whose = ROLES[who]
    granted = scope(role, action, WEB)
    if action is Action.BEGIN:
        return granted is Scope.OWN
    return (granted is Scope.OWN and whose == "own") or (
        granted is Scope.ASSIGNED and whose == "assigned"
    )


def somebody(house: House, who: str, own: str) -> Browser:
    """Somebody's browser, let in as far as they can be."""
    if who == "mother":
        browser = house.browser()
        browser.open(house.invite(own))
        return browser
    if who == "other mother":
        browser = house.browser()
        browser.open(house.invite(house.begin(whose="other therapist")))
        return browser
    return house.browser() if who == "stranger" else house.browser().sign_in(who)


def attempt(house: House, browser: Browser, action: Action, own: str) -> bool:
    """Try something with a forged form; say whether it was done, or shown."""
    code, hers = code_of(house, own), house.hers(own)
    # A form of ours, made for another page: what it holds besides is forged.
    browser.get("/account")
    mark_ = browser.fields.hidden.get("mark", "")
    form = {"mark": mark_, "key": "forged", "shown": ""}
    at = f"/case/{code}"

    def count() -> int:
        return len(house.store.run(lambda tx: tx.cases()))

    match action:
        case Action.BEGIN:
            before = count()
            browser.post("/new", {**form, "mode": "quick"})
            return count() > before
        case Action.ANSWER:
            browser.post(f"{at}/go-on", form)
            return browser.path == "/i" and browser.status == 200
        case Action.INVITE:
            browser.post(f"{at}/invite", {**form, "tongue": "nl"})
            return "data:image/png" in browser.page
        case Action.SUPERVISE:
            browser.post(f"{at}/hers", {**form, "do": "with"})
            return house.somebody_is_there(own)
        case Action.STOP_HERS:
            browser.post(f"{at}/hers", {**form, "do": "stop"})
            return house.record(hers).ended_at is not None
        case Action.LET_GO_ON:
            house.apply(hers, ev.Give("acute_unsafety", "yes"))
            shown = mark(house.interview(hers))
            browser.post(f"{at}/hers", {**form, "do": "let_go_on", "shown": shown})
            return not house.interview(hers).danger
        case Action.HER_ANSWERS:
            browser.get(f"{at}/hers")
            return "Haar antwoorden" in browser.page
        case Action.ANSWER_HERS:
            browser.get("/i")
            before_ = house.record(hers).revision
            browser.send("toomuch")
            return house.record(hers).revision > before_
        case Action.PROPOSAL:
            browser.get(at)
            return browser.status == 200 and code in browser.page
        case Action.LIST:
            browser.get("/queue")
            own_ = code in browser.page
            browser.get("/queue?show=all")
            return own_ or code in browser.page
    raise AssertionError(action)


@pytest.mark.parametrize("who", WHO)
def test_the_table_cell_by_cell(house: House, who: str) -> None:
    for action in TRIED:
        own = begin_hers(house)
        browser = somebody(house, who, own)
        before = (house.record(own), house.record(house.hers(own)))
        done = attempt(house, browser, action, own)
        if action is Action.LIST and ROLES[who][0] == SUPERVISOR:
            continue  # what was not handed in is not in their list; tests of the console hand in
        assert done is expected(who, action), action
        if not done and action is not Action.LET_GO_ON and who != "mother":
            assert (house.record(own), house.record(house.hers(own))) == before, action
            assert code_of(house, own) not in browser.page, action
            assert browser.status in (200, 401, 403, 404), action


def test_what_is_not_there_is_answered_alike(house: House) -> None:
    """Somebody else's case, and one that never was."""
    own = begin_hers(house)
    for who in ("other therapist", "supervisor", "admin"):
        browser = house.browser().sign_in(who)
        for page in ("hers", "invite"):
            answers = set()
            for code in (code_of(house, own), "ZZZ-ZZZ", "x"):
                answer = browser.get(f"/case/{code}/{page}").replace(code, "")
                answers.add((browser.status, answer))
            assert len(answers) == 1
            assert next(iter(answers))[0] == 404
