"""Links and sessions: what opens, what does not, and what the answer gives away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.access import TELEGRAM
from flows import events as ev
from flows.questions import MOTHER
from storage.people import SIGN_IN
from tests.web.interview.house import Browser, House

CLOSED = "Hier is nu niets te zien"
NAMES_NOTHING = (
    *("geweld", "opvang", "emdr", "intake", "moeder", "therapeut", "behandel", "volgorde"),
)


def is_closed(browser: Browser) -> bool:
    return browser.status == 404 and CLOSED in browser.page


class TestTheDoor:
    def test_looking_does_not_use_a_link_up(self, house: House) -> None:
        own = house.begin()
        token = house.invite(own)
        browser = house.browser()
        for _ in range(3):
            browser.get(f"/i/{token}")
        browser.open(token)
        assert browser.path == "/i"
        assert browser.status == 200

    def test_it_says_nothing_and_is_the_same_for_any_link(self, house: House) -> None:
        own = house.begin()
        token = house.invite(own)
        browser = house.browser()
        page = browser.get(f"/i/{token}")
        assert not [word for word in NAMES_NOTHING if word in page.casefold()]
        assert house.record(own).case_code not in page
        assert browser.get("/i/made-up") == page

    def test_it_speaks_her_language(self, house: House) -> None:
        browser = house.browser()
        browser.get(f"/i/{house.invite(house.begin(), 'en')}")
        assert browser.fields.lang == "en"


class TestWhatIsClosed:
    """One answer for everything, so that nobody learns whether there is a case."""

    def test_all_that_opens_nothing_is_answered_alike(self, house: House) -> None:
        own = house.begin()
        expired = house.invite(own)
        used = house.invite(own)  # the one before opens nothing any more
        house.browser().open(used)
        enrol = house.sign_in_token("therapist")
        pages = set()
        for token in (expired, used, enrol, "made-up", "x" * 300):
            stranger = house.browser("another")
            stranger.open(token)
            assert is_closed(stranger)
            pages.add(stranger.page)
        nobody = house.browser("another")
        nobody.get("/i")
        pages.add(nobody.page)
        nobody.get("/i/a/b/c")
        pages.add(nobody.page)
        assert len(pages) == 1

    def test_a_link_runs_out(self, house: House) -> None:
        token = house.invite(house.begin(), lasts=timedelta(minutes=5))
        house.clock.now += timedelta(minutes=6)
        browser = house.browser()
        browser.open(token)
        assert is_closed(browser)

    def test_a_second_use_is_told_but_not_her_own(self, house: House) -> None:
        own = house.begin()
        token = house.invite(own)
        hers = house.browser()
        hers.open(token)
        hers.open(token)
        assert hers.path == "/i"
        assert hers.status == 200
        assert "second_use" not in house.notices(own)
        other = house.browser("somebody else")
        other.open(token)
        assert is_closed(other)
        assert "second_use" in house.notices(own)

    def test_another_browser_with_her_cookie_sees_nothing(self, house: House) -> None:
        hers = house.mother(house.begin())
        other = house.browser("another browser")
        other.client.cookies.update(dict(hers.client.cookies))
        other.get("/i")
        assert is_closed(other)

    def test_a_tampered_cookie_opens_nothing(self, house: House) -> None:
        browser = house.mother(house.begin())
        token = browser.client.cookies["i"]
        browser.client.cookies.clear()
        browser.client.cookies.set("i", token[:-1] + ("A" if token[-1] != "A" else "B"))
        browser.get("/i")
        assert is_closed(browser)
        assert 'i=""' in browser.headers["set-cookie"]

    def test_unused_for_long_it_is_closed(self, house: House) -> None:
        browser = house.mother(house.begin())
        assert browser.headers["refresh"] == "1205; url=/i?over="
        house.clock.now += timedelta(minutes=21)
        browser.get("/i")
        assert is_closed(browser)

    def test_a_newer_link_closes_the_older_session(self, house: House) -> None:
        own = house.begin()
        first = house.mother(own)
        second = house.browser("another")
        second.open(house.invite(own))
        first.get("/i")
        assert is_closed(first)
        assert "other_phone" in house.notices(own)
        # Nothing is asked there until her therapist says so.
        second.press("check:company:alone")
        assert house.interview(house.hers(own)).paused_for == "unsupervised"

    def test_a_case_handed_over_closes_both(self, house: House) -> None:
        own = house.begin()
        hers, theirs = house.mother(own), house.therapist(own)
        case = house.record(own).case_id
        house.store.run(lambda tx: tx.people.hand_over(case, house.people["other therapist"]))
        for browser in (hers, theirs):
            browser.get("/i")
            assert is_closed(browser)

    def test_a_disabled_therapist_sees_nothing(self, house: House) -> None:
        own = house.begin()
        theirs = house.therapist(own)
        link = house.go_on_link(own)
        house.store.run(lambda tx: tx.people.set_disabled(house.people["therapist"], disabled=True))
        theirs.get("/i")
        assert is_closed(theirs)
        theirs.open(link)
        assert is_closed(theirs)

    def test_a_link_to_go_on_is_its_therapists(self, house: House) -> None:
        own = house.begin()
        browser = house.browser()
        browser.open(house.go_on_link(own, whose="other therapist"))
        assert is_closed(browser)

    def test_a_passkey_is_not_gone_round(self, house: House) -> None:
        own = house.begin()
        house.store.run(
            lambda tx: tx.web.add_passkey(
                house.people["therapist"], credential=b"c", public_key=b"k", sign_count=0
            )
        )
        browser = house.browser()
        browser.open(house.go_on_link(own))
        assert is_closed(browser)

    def test_an_interview_session_opens_no_console(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.client.cookies.set("s", browser.client.cookies["i"])
        browser.get("/queue")
        assert browser.status == 401

    def test_a_sign_in_link_is_no_door(self, house: House) -> None:
        browser = house.browser()
        token = house.sign_in_token("therapist")
        browser.open(token)
        assert is_closed(browser)
        assert house.store.run(lambda tx: tx.people.look_at_link(token)).purpose == SIGN_IN

    def test_she_answers_on_a_lent_phone_or_here(self, house: House) -> None:
        own = house.begin()
        hers = house.hers(own)
        token = house.invite(own)
        house.store.run(
            lambda tx: tx.chats.bind(TELEGRAM, "1", house.people["therapist"], view={"lent": hers})
        )
        browser = house.browser()
        browser.open(token)
        assert is_closed(browser)
        assert house.record(hers).person_id is None


class TestForms:
    def test_the_same_form_twice_is_one_answer(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        sent = browser.fields.hidden
        for code in ("no", "yes"):
            browser.post("/i", {**sent, "do": f"give:{code}"})
            assert browser.status == 200
        answered = [item for item in house.events(own) if item.kind == "answered"]
        assert [item.payload["value"] for item in answered] == ["no"]

    def test_an_old_form_answers_nothing_else(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        old = browser.fields.hidden
        browser.choose("no")
        browser.post("/i", {**old, "key": "another", "do": "give:no"})
        assert [item.kind for item in house.events(own)].count("answered") == 1
        assert browser.fields.buttons[0] == "edit:acute_unsafety"

    @pytest.mark.parametrize(
        "change",
        [
            {"mark": "0" * 64},
            {"mark": "é"},
            {"key": ""},
            {"do": "let_go_on"},
            {"do": "submit_all"},
            {"do": "language:xx"},
            {"do": ""},
            {"do": "check:company:alone"},
        ],
        ids=str,
    )
    def test_a_tampered_form_changes_nothing(self, house: House, change: dict[str, str]) -> None:
        own = house.begin()
        browser = house.therapist(own)
        before = house.record(own)
        browser.post("/i", {**browser.fields.hidden, "do": "proceed", **change})
        assert browser.status in (400, 403)
        assert house.record(own) == before
        assert "Er is niets veranderd" in browser.page
        browser.get("/i")
        assert browser.status == 200

    @pytest.mark.parametrize(
        "do",
        ["give:maybe", "edit:nothing", "explain:why", "submit", "mode:sideways"],
    )
    def test_what_is_not_possible_leaves_all_as_it_is(self, house: House, do: str) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        before = house.interview(own)
        browser.send(do)
        assert browser.status in (200, 400, 422)
        assert house.interview(own) == before

    @pytest.mark.parametrize("do", ["mode:quick", "submit", "explain:why"])
    def test_a_mother_can_do_nothing_of_her_therapists(self, house: House, do: str) -> None:
        own = house.begin()
        browser = house.mother(own)
        before = house.record(house.hers(own))
        browser.send(do)
        assert browser.status == 400
        assert house.record(house.hers(own)) == before

    def test_another_sessions_form_is_not_taken(self, house: House) -> None:
        one, other = house.begin(), house.begin()
        browser = house.therapist(one)
        form = browser.fields.hidden
        browser.open(house.go_on_link(other))
        before = house.record(other)
        browser.post("/i", {**form, "do": "proceed"})
        assert browser.status == 403
        assert house.record(other) == before

    def test_a_form_from_elsewhere_is_not_taken(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        before = house.record(own)
        form = {**browser.fields.hidden, "do": "proceed"}
        browser.post("/i", form, origin="https://elsewhere.example")
        assert browser.status == 403
        assert house.record(own) == before

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
            (b"a=" + b"b" * 200_000, "application/x-www-form-urlencoded", 413),
            (b"{}", "application/json", 415),
        ],
    )
    def test_what_is_no_form_is_refused_in_a_line(
        self, house: House, body: bytes, kind: str, status: int
    ) -> None:
        own = house.begin()
        browser = house.therapist(own)
        before = house.record(own)
        answer = browser.client.post("/i", content=body, headers={"content-type": kind})
        assert answer.status_code == status
        assert "Werkplek" not in answer.text
        assert house.record(own) == before

    def test_what_was_typed_stays_where_it_was_refused(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        while browser.fields.hidden["question"] != "child_age_months":
            browser.press("unknown")
        browser.write("drie of zo")
        assert browser.status == 422
        assert browser.fields.typed == "drie of zo"
        assert "drie of zo" not in str(house.store.run(lambda tx: tx.events(own)))
        browser.get("/i")
        assert browser.fields.typed == ""
        browser.write("38")
        assert house.interview(own).answers["child_age_months"].value == "38"

    def test_what_identifies_comes_back_masked_and_is_kept_nowhere(self, house: House) -> None:
        own = house.begin()
        hers = house.hers(own)
        browser = house.mother(own)
        browser.press("check:company:alone")
        browser.press("check:safe:yes")
        browser.press("proceed")
        while not browser.page.count("<textarea"):
            browser.press("give:no" if "give:no" in browser.fields.buttons else "unknown")
        browser.write("bel mij op 0612345678")
        assert browser.status == 422
        assert "0612345678" not in browser.page
        browser.get("/i")
        assert "0612345678" not in browser.page
        assert browser.fields.typed.startswith("bel mij op")
        browser.write(browser.fields.typed)
        assert house.interview(hers).respondent == MOTHER
        assert "0612345678" not in str(house.record(hers).projection)

    def test_every_page_is_kept_nowhere(self, house: House) -> None:
        own = house.begin()
        browser = house.mother(own)
        pages = [browser.headers]
        browser.get("/i/x")
        pages.append(browser.headers)
        browser.open("x")
        pages.append(browser.headers)
        for headers in pages:
            assert headers["cache-control"] == "no-store"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
        house.apply(own, ev.ChooseLanguage("nl"))
