"""A mother's rules in a browser are those of the telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.access import TELEGRAM
from flows import events as ev
from flows.machine import PAUSED
from tests.web.interview.house import AWAY, Browser, House

GONE = "Hier is nu niets te zien"


def at_questions(house: House) -> tuple[str, Browser]:
    """A mother who is asked her first question."""
    own = house.begin()
    browser = house.mother(own)
    browser.press("check:company:alone")
    browser.press("check:safe:yes")
    browser.press("proceed")
    return own, browser


def at_text(house: House) -> tuple[str, Browser]:
    """A mother who is asked for her own words."""
    own, browser = at_questions(house)
    while "<textarea" not in browser.page:
        browser.press("give:no" if "give:no" in browser.fields.buttons else "unknown")
    return own, browser


def test_nothing_is_asked_while_nobody_is_there(house: House) -> None:
    own, browser = at_questions(house)
    house.nobody_is_there(own)
    browser.choose("no")
    interview = house.interview(house.hers(own))
    assert (interview.state, interview.paused_for) == (PAUSED, "unsupervised")
    assert "acute_unsafety" not in interview.answers
    assert "behandelaar is er nu niet bij" in browser.page
    assert house.notices(own) == ["unsupervised"]
    house.is_there(house.hers(own))
    browser.press("show")
    assert "check:company:alone" in browser.fields.buttons


@pytest.mark.parametrize("there", [True, False])
def test_danger_is_always_heard(house: House, *, there: bool) -> None:
    own, browser = at_questions(house)
    if not there:
        house.nobody_is_there(own)
    browser.choose("yes")
    assert house.interview(house.hers(own)).danger
    assert "112" in browser.page
    assert "0800-2000" in browser.page
    assert "tel:" not in browser.page
    assert "danger" in house.notices(own)
    assert not house.somebody_is_there(own)
    browser.press("show")
    assert "112" in browser.page


def test_too_much_and_stopping_are_told(house: House) -> None:
    own, browser = at_questions(house)
    browser.press("toomuch")
    assert "113" in browser.page
    assert house.notices(own) == ["too_much"]
    browser.press("stop")
    assert house.notices(own) == ["too_much", "stopped"]
    assert browser.status == 200
    assert not browser.fields.buttons
    browser.get("/i")
    assert GONE in browser.page


@pytest.mark.parametrize("there", [True, False])
def test_words_of_danger_are_heard_in_any_text(house: House, *, there: bool) -> None:
    own, browser = at_text(house)
    if not there:
        house.nobody_is_there(own)
    browser.write("hij heeft een mes en wil mij vermoorden")
    assert "danger_words" in house.notices(own)
    assert "112" in browser.page


def test_words_of_danger_are_heard_beside_what_identifies(house: House) -> None:
    own, browser = at_text(house)
    browser.write("hij wil mij vermoorden, bel 0612345678")
    assert "danger_words" in house.notices(own)
    assert "112" in browser.page
    assert "0612345678" not in browser.page


@pytest.mark.parametrize("word", ["weg", "EXIT", "stop!", "خروج"])
def test_a_word_that_leaves_leaves(house: House, word: str) -> None:
    own, browser = at_text(house)
    browser.write(word)
    assert browser.path == AWAY
    assert "left" in house.notices(own)
    browser.get("/i")
    assert GONE in browser.page
    assert word not in str(house.record(house.hers(own)).projection)


class TestLeaving:
    def test_it_keeps_all_tells_her_therapist_and_ends_the_session(self, house: House) -> None:
        own, browser = at_questions(house)
        token = browser.client.cookies["i"]
        browser.leave()
        assert browser.status == 303
        assert browser.path == AWAY
        assert house.notices(own) == ["left"]
        assert house.interview(house.hers(own)).state == PAUSED
        assert "i" not in browser.client.cookies
        browser.client.cookies.set("i", token)
        browser.get("/i")
        assert GONE in browser.page

    def test_it_leads_away_whatever_is_the_matter(self, house: House) -> None:
        browser = house.browser()
        browser.leave()
        assert browser.path == AWAY
        browser.client.cookies.set("i", "made-up")
        answer = browser.client.post("/i/leave", content=b"\xff", headers={"content-type": "x/y"})
        assert (answer.status_code, answer.headers["location"]) == (303, AWAY)

    def test_a_site_elsewhere_can_make_nobody_leave(self, house: House) -> None:
        own, browser = at_questions(house)
        browser.post("/i/leave", {}, origin="https://elsewhere.example")
        assert house.notices(own) == []

    def test_over_tls_what_the_browser_keeps_is_cleared(self, house: House) -> None:
        house.address = "https://intake.example"
        browser = house.mother(house.begin())
        assert "__Host-i" in browser.client.cookies
        browser.leave()
        assert browser.headers["clear-site-data"] == '"cookies", "storage"'

    def test_a_therapist_leaves_the_console_too_and_is_there_for_nobody(self, house: House) -> None:
        own, hers = at_questions(house)
        browser = house.browser("a computer").sign_in("therapist")
        browser.open(house.go_on_link(own))
        browser.leave()
        browser.get("/queue")
        assert browser.status == 401
        assert house.interview(house.hers(own)).paused_for == "by_therapist"
        hers.get("/i")
        assert "show" in hers.fields.buttons

    def test_coming_back_is_by_a_new_link_and_asks_who_is_there(self, house: House) -> None:
        own, browser = at_questions(house)
        browser.choose("no")
        browser.leave()
        browser.open(house.invite(own))
        assert "check:company:alone" in browser.fields.buttons
        assert house.interview(house.hers(own)).answers["acute_unsafety"].value == "no"


class TestElsewhere:
    def test_a_pause_from_elsewhere_is_seen_and_nothing_wakes_it(self, house: House) -> None:
        own, browser = at_questions(house)
        house.apply(house.hers(own), ev.Pause("by_therapist"))
        for _ in range(2):
            browser.get("/i")
            assert "stilgezet" in browser.page or "staat even stil" in browser.page
        assert house.interview(house.hers(own)).state == PAUSED

    def test_a_form_from_before_does_not_answer_for_her(self, house: House) -> None:
        own, browser = at_questions(house)
        house.apply(house.hers(own), ev.Pause(), ev.Show())
        browser.choose("no")
        assert "acute_unsafety" not in house.interview(house.hers(own)).answers
        assert "check:company:alone" in browser.fields.buttons

    def test_danger_that_the_therapist_reports_stops_her_questions(self, house: House) -> None:
        own, browser = at_questions(house)
        theirs = house.browser("a computer")
        theirs.open(house.go_on_link(own))
        theirs.press("proceed")
        theirs.choose("yes")
        browser.get("/i")
        assert house.interview(house.hers(own)).paused_for == "by_therapist"
        assert not house.somebody_is_there(own)
        assert "show" in browser.fields.buttons

    def test_what_is_handed_in_is_told_to_supervisors(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        for _ in range(80):
            if "submit" in browser.fields.buttons:
                break
            shown = browser.fields.buttons
            go = [do for do in shown if do.startswith("proceed:")]
            no = ["give:no"] if browser.fields.hidden["question"] == "acute_unsafety" else []
            browser.press((go or no or ["unknown"])[0])
        browser.press("submit")
        case = house.record(own).case_id
        told = house.store.run(lambda tx: tx.notices.unread(case))
        assert [(item.kind, item.person_id) for item in told] == [
            ("review_waits", house.people["supervisor"])
        ]


def test_she_sees_no_code_and_no_name_of_what_this_is(house: House) -> None:
    own, browser = at_questions(house)
    code = house.record(own).case_code
    for _ in range(30):
        assert code not in browser.page
        assert browser.fields.title == "Pagina"
        if "skip" not in browser.fields.buttons:
            break
        browser.press("give:no" if "give:no" in browser.fields.buttons else "skip")
    browser.press(next(do for do in browser.fields.buttons if do.startswith("proceed:")))
    assert code not in browser.page
    assert "finished" in house.notices(own)


def test_her_phone_shows_nothing_any_more_once_she_opens_her_link_here(house: House) -> None:
    own = house.begin()
    hers = house.hers(own)

    def on_a_phone(tx: object) -> str:
        chat = tx.chats.open(TELEGRAM, "77", role="mother", view={"interview": hers})  # type: ignore[attr-defined]
        tx.bind_interview(hers, chat.person_id)  # type: ignore[attr-defined]
        tx.chats.settle(chat.id, {"interview": hers}, done=True)  # type: ignore[attr-defined]
        return str(chat.id)

    chat = house.store.run(on_a_phone)
    house.browser().open(house.invite(own))
    assert [item.id for item in house.store.run(lambda tx: tx.chats.due(TELEGRAM))] == [chat]
    assert house.notices(own) == ["other_phone"]
    house.clock.now += timedelta(seconds=1)
