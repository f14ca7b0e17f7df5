"""The console, as a browser without JavaScript sees it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.reviewing import READ, Verdict
from bot.service import Service
from bot.web.app import House
from flows import events as ev
from flows.facts import parse_facts
from flows.machine import IN_REVIEW, SIGNED_OFF, SUMMARY
from flows.questions import MOTHER
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import languages
from storage.errors import StorageError
from storage.people import People
from storage.transaction import Transaction
from tests.web.shelter import HERS, Browser, Shelter

WISH, DEADLOCK = "V13", "V05"
NOTHING = "Hier is niets"
REFUSED = "Deze link opent niets"


def path_of(shelter: Shelter, story: str, rest: str = "") -> str:
    return f"/case/{shelter.cases[story]}{rest}"


class TestSigningIn:
    def test_looking_at_a_link_does_not_use_it_up(self, shelter: Shelter) -> None:
        browser, token = Browser(shelter), shelter.link("supervisor")
        browser.get(f"/sign-in/{token}")
        browser.get(f"/sign-in/{token}")
        assert "Inloggen" in browser.page
        browser.post(f"/sign-in/{token}", {})
        assert browser.path == "/queue"
        assert shelter.acts("signed_in")

    def test_a_link_works_once(self, shelter: Shelter) -> None:
        token = shelter.link("supervisor")
        Browser(shelter).post(f"/sign-in/{token}", {})
        second = Browser(shelter)
        assert REFUSED in second.post(f"/sign-in/{token}", {})
        second.get("/queue")
        assert second.status == 401

    def test_a_newer_link_and_ten_minutes_end_a_link(self, shelter: Shelter) -> None:
        old, new = shelter.link("supervisor"), shelter.link("supervisor")
        assert REFUSED in Browser(shelter).post(f"/sign-in/{old}", {})
        shelter.clock.now += timedelta(minutes=11)
        assert REFUSED in Browser(shelter).post(f"/sign-in/{new}", {})

    def test_what_is_no_link_is_answered_like_one_that_ran_out(self, shelter: Shelter) -> None:
        token = shelter.link("supervisor")
        shelter.clock.now += timedelta(minutes=11)
        answers = {
            Browser(shelter).get(f"/sign-in/{tried}")
            for tried in (token, "x", "a" * 43, "%00", "é" * 20)
        }
        assert len({re.sub(r'value="[0-9a-f]+"', "", page) for page in answers}) == 1

    def test_a_mothers_link_and_a_colleagues_telegram_link_sign_nobody_in(
        self, shelter: Shelter
    ) -> None:
        def work(transaction: Transaction) -> str:
            person = transaction.people.by_code(shelter.people["supervisor"])
            return transaction.people.make_link("enrol", person=person.id, lasts=timedelta(hours=1))

        assert REFUSED in Browser(shelter).post(f"/sign-in/{shelter.store.run(work)}", {})

    def test_a_session_ends_unused_and_after_a_working_day(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        shelter.clock.now += timedelta(minutes=19)
        browser.get("/queue")
        assert browser.status == 200
        shelter.clock.now += timedelta(minutes=21)
        browser.get("/queue")
        assert browser.status == 401
        busy = shelter.browser()
        for _ in range(31):
            shelter.clock.now += timedelta(minutes=15)
            busy.get("/queue")
            assert busy.status == 200
        shelter.clock.now += timedelta(minutes=16)
        busy.get("/queue")
        assert busy.status == 401

    def test_a_cookie_is_good_in_the_browser_it_was_given_to(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        other = Browser(shelter, agent="another browser")
        other.client.cookies = browser.client.cookies
        other.get("/queue")
        assert other.status == 401
        browser.get("/queue")
        assert browser.status == 200

    def test_who_is_shut_out_is_out_at_once(self, shelter: Shelter) -> None:
        browser, person = shelter.browser(), shelter.id_of("supervisor")
        shelter.store.run(lambda tx: tx.people.set_disabled(person, disabled=True))
        browser.get(path_of(shelter, WISH))
        assert browser.status == 401
        assert shelter.cases[WISH] not in browser.page

    def test_another_role_holds_at_once(self, shelter: Shelter) -> None:
        browser, person = shelter.browser(), shelter.id_of("supervisor")
        shelter.store.run(lambda tx: tx.people.set_role(person, "admin"))
        assert "opdrachtregel" in browser.get("/queue")
        browser.get(path_of(shelter, WISH))
        assert browser.status == 404

    def test_signing_out_here_and_everywhere(self, shelter: Shelter) -> None:
        one, other, third = shelter.browser(), shelter.browser(), shelter.browser()
        one.get("/queue")
        one.send("/sign-out")
        assert one.status == 401
        other.get("/account")
        assert other.page.count("sinds") == 2
        other.send("/sign-out-everywhere")
        third.get("/queue")
        assert third.status == 401

    def test_the_cookie_is_for_the_server_only(self, shelter: Shelter) -> None:
        shelter.house = House(address="https://intake.example.org")
        browser = Browser(shelter)
        response = browser.client.post(
            f"/sign-in/{shelter.link('supervisor')}", data={"x": ""}, follow_redirects=False
        )
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-s=")
        for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert part in cookie
        assert "strict-transport-security" in response.headers

    @pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000, "null"])
    def test_a_made_up_cookie_is_nobody(self, shelter: Shelter, token: str) -> None:
        browser = Browser(shelter)
        browser.client.cookies.set("s", token.encode().hex() if token == "é" else token)
        browser.get("/queue")
        assert browser.status == 401

    def test_a_session_for_an_interview_opens_nothing_here(self, shelter: Shelter) -> None:
        person, interview = shelter.id_of("therapist"), shelter.interview(WISH)
        token = shelter.store.run(
            lambda tx: tx.web.open(
                person, agent="a browser", lasts=timedelta(hours=1), interview_id=interview
            )
        )
        browser = Browser(shelter)
        browser.client.cookies.set("s", token)
        browser.get("/queue")
        assert browser.status == 401


class TestForms:
    def test_a_form_of_another_session_or_page_changes_nothing(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH))
        fields = {**browser.hidden(), "read_it": "yes"}
        for wrong in (
            {**fields, "mark": "0" * 64},
            {name: value for name, value in fields.items() if name != "mark"},
        ):
            browser.post(path_of(shelter, WISH, "/sign"), wrong)
            assert browser.status == 403
        browser.post(path_of(shelter, WISH, "/sign"), fields, origin="https://elsewhere.example")
        assert browser.status == 403
        browser.post(path_of(shelter, WISH, "/sign"), fields, origin="null")
        assert browser.status == 403
        assert shelter.state(WISH) == IN_REVIEW
        assert shelter.verdicts(WISH) == []

    def test_what_no_form_can_be_is_told_so(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        client = browser.client
        path = path_of(shelter, WISH, "/sign")
        assert (
            client.post(
                path, content=b"{}", headers={"content-type": "application/json"}
            ).status_code
            == 415
        )
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post(path, content=b"a=" + b"x" * 200_000, headers=form).status_code == 413
        assert client.post(path, content=b"&".join([b"a=1"] * 500), headers=form).status_code == 400
        assert client.post(path, content=b"\xff\xfe=1", headers=form).status_code == 400
        assert shelter.verdicts(WISH) == []

    def test_coming_back_leads_to_pages_of_ours_only(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get("/queue")
        for back in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "é"):
            response = browser.client.post(
                "/language",
                data={**browser.hidden(), "language": "nl", "back": back},
                follow_redirects=False,
            )
            assert response.headers["location"] == "/"

    def test_nothing_is_kept_by_the_browser_framed_or_told_to_others(
        self, shelter: Shelter
    ) -> None:
        browser = shelter.browser()
        for path in (
            "/queue",
            path_of(shelter, WISH),
            "/nowhere",
            "/static/style.css",
            "/sign-in/x",
        ):
            headers = browser.client.get(path).headers
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "same-origin"
            assert headers["x-frame-options"] == "DENY"


class TestTheList:
    def test_what_waits_stands_there_the_longest_waiting_first(self, shelter: Shelter) -> None:
        page = shelter.browser().get("/queue")
        places = [page.index(shelter.cases[story]) for story in ("V13", "V12", "V05")]
        assert places == sorted(places)
        assert "العربية" in page
        assert "EMDR kind → " in page

    def test_the_list_is_narrowed(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        decide(browser, shelter, WISH)
        assert shelter.cases[WISH] not in browser.get("/queue")
        assert shelter.cases[WISH] in browser.get("/queue?show=signed_off")
        assert shelter.cases[WISH] in browser.get("/queue?show=all")
        assert shelter.cases[WISH] not in browser.get("/queue?show=returned")
        assert shelter.cases[DEADLOCK] in browser.get("/queue?show=made-up")
        assert shelter.cases[DEADLOCK] not in browser.get("/queue?of=nobody")

    def test_a_case_that_cannot_be_read_does_not_keep_the_others_away(
        self, shelter: Shelter
    ) -> None:
        browser = shelter.browser()
        destroy_key(shelter, WISH)
        page = browser.get("/queue")
        assert shelter.cases[WISH] not in page
        assert shelter.cases[DEADLOCK] in page
        assert NOTHING in browser.get(path_of(shelter, WISH))


def destroy_key(shelter: Shelter, story: str) -> None:
    from sqlalchemy import text

    def work(transaction: Transaction) -> None:
        transaction._connection.execute(
            text(
                "UPDATE case_keys SET wrapped_key = NULL, destroyed_at = created_at "
                "WHERE case_id = (SELECT id FROM cases WHERE code = :code)"
            ),
            {"code": shelter.cases[story]},
        )

    shelter.store.run(work)


PLACES = ("", "/transcript", "/what-if", "/return", "/disagree")
MAY = {
    "supervisor": PLACES,
    "second supervisor": PLACES,
    "other supervisor": (),
    "therapist": ("", "/transcript", "/what-if"),
    "other therapist": (),
    "admin": (),
}


class TestWhoseItIs:
    @pytest.mark.parametrize("who", MAY)
    def test_a_case_is_there_for_those_it_is_for(self, shelter: Shelter, who: str) -> None:
        browser = shelter.browser(who)
        unknown = without_marks(browser.get("/case/ZZZ-ZZZ"))
        for place in PLACES:
            page = browser.get(path_of(shelter, WISH, place))
            if place in MAY[who]:
                assert browser.status == 200, place
                assert shelter.cases[WISH] in page
            else:
                assert browser.status == 404, place
                assert without_marks(page).replace(shelter.cases[WISH], "ZZZ-ZZZ") == unknown

    @pytest.mark.parametrize("who", [who for who, places in MAY.items() if "/return" not in places])
    @pytest.mark.parametrize("act", ["sign", "return", "disagree"])
    def test_a_forged_verdict_is_no_verdict(self, shelter: Shelter, who: str, act: str) -> None:
        browser = shelter.browser(who)
        browser.get("/account")
        interview = shelter.interview(WISH)
        kept = shelter.store.run(lambda tx: tx.latest_proposal(interview))
        assert kept is not None
        browser.send(
            path_of(shelter, WISH, f"/{act}"),
            key="a" * 16,
            read=kept.content_hash,
            read_it="yes",
            order="child_parent_relationship",
            reason="zo",
            **{"comment.whole": "zo"},
        )
        assert browser.status == 404
        assert shelter.verdicts(WISH) == []
        assert shelter.state(WISH) == IN_REVIEW

    def test_nobody_signs_off_a_case_of_their_own(self, shelter: Shelter) -> None:
        person = shelter.id_of("therapist")

        def becomes_supervisor(transaction: Transaction) -> None:
            transaction.people.set_role(person, "supervisor")
            transaction.people.assign(person, person)

        shelter.store.run(becomes_supervisor)
        browser = shelter.browser("therapist")
        page = browser.get(path_of(shelter, WISH))
        assert "eigen casus" in page
        assert "Ondertekenen" not in page
        browser.send(path_of(shelter, WISH, "/sign"), read_it="yes", key="b" * 16)
        assert browser.status == 403
        assert shelter.verdicts(WISH) == []

    def test_without_a_session_nothing_is_shown(self, shelter: Shelter) -> None:
        browser = Browser(shelter)
        for path in ("/", "/queue", path_of(shelter, WISH), "/account", "/passkey"):
            assert "niet ingelogd" in browser.get(path)
            assert browser.status == 401

    def test_before_it_is_handed_in_only_its_therapist_reads(self, shelter: Shelter) -> None:
        take_back(shelter, WISH)
        supervisor = shelter.browser()
        for place in ("", "/transcript", "/what-if"):
            page = supervisor.get(path_of(shelter, WISH, place))
            assert "bij de behandelaar" in page
            assert "Vindplaatsen" not in page
        assert "Vindplaatsen" in shelter.browser("therapist").get(path_of(shelter, WISH))


def take_back(shelter: Shelter, story: str) -> None:
    """The therapist takes an intake back from review."""
    service(shelter).handle(shelter.interview(story), ev.Back(), update_key=f"{story}:back")


def service(shelter: Shelter) -> Service:
    return Service(shelter.store, VOORSTUDIE_CORE, channel="terminal", clock=shelter.clock)


def without_marks(page: str) -> str:
    return re.sub(r'name="mark" value="[0-9a-f]+"', "", page)


class TestReading:
    def test_each_reading_is_kept_and_stands_on_the_page(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        before = len(shelter.acts(READ))
        page = browser.get(path_of(shelter, WISH))
        browser.get(path_of(shelter, WISH, "/transcript"))
        read = shelter.acts(READ)[before:]
        assert [(act.actor_id, act.detail) for act in read] == [
            (shelter.id_of("supervisor"), "case"),
            (shelter.id_of("supervisor"), "transcript"),
        ]
        assert "supervisor</bdi>: 1 keer" in page
        shelter.browser("second supervisor").get(path_of(shelter, WISH))
        page = browser.get(path_of(shelter, WISH))
        assert "second supervisor</bdi>: 1 keer" in page
        assert ">supervisor</bdi>: 3 keer" in page

    @pytest.mark.parametrize("place", PLACES)
    def test_what_cannot_be_kept_is_not_shown(
        self, shelter: Shelter, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        browser = shelter.browser()

        def full(*_: object, **__: object) -> None:
            raise StorageError("database_full", setting="x", path="y")

        monkeypatch.setattr(People, "note", full)
        page = browser.get(path_of(shelter, WISH, place))
        assert browser.status == 503
        assert shelter.cases[WISH] not in page
        assert "EMDR" not in page

    def test_a_reason_leads_to_passage_fact_answer_and_message(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, WISH))
        # The wish: rule, passage with its place, fact, answer, and the question as it was shown.
        assert "Vindplaatsen in de bron" in page
        assert re.search(r"blz\. \d+, regels \d+–\d+", page)
        assert "eerste voorkeur van de ouder: <strong>EMDR kind</strong>" in page
        places = set(re.findall(r'transcript#p(\d+\.\d+)"', page))
        assert len(places) > 8
        transcript = browser.get(path_of(shelter, WISH, "/transcript"))
        for place in places:
            assert f'id="p{place}"' in transcript

    def test_every_fact_under_a_reason_has_its_answer(self, shelter: Shelter) -> None:
        """Of what the therapist answered: a given fact without an answer under it could not be
        checked."""
        browser = shelter.browser()
        for story in (WISH, HERS, DEADLOCK):
            page = browser.get(path_of(shelter, story))
            for item in re.findall(
                r"<li>([^<]+): <strong>([^<]+)</strong>\s*(<details>|</li>)", page
            ):
                label, value, rest = item
                derived = label.startswith("poort") or value == "onbekend"
                assert rest == "<details>" or derived, (story, label, value)

    def test_her_words_stand_beside_the_readers(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, HERS, "/transcript"))
        assert 'lang="ar" dir="rtl"' in page
        assert "هل" in page
        assert "Is er nu gevaar voor jou of je kind?" in page
        browser.send("/language", language="ar", back=path_of(shelter, HERS, "/transcript"))
        assert '<html lang="ar" dir="rtl">' in browser.page
        assert "ik wil weer slapen" in browser.page

    def test_what_differs_between_the_two_stands_there(self, shelter: Shelter) -> None:
        page = shelter.browser().get(path_of(shelter, HERS))
        assert "Dreiging gestopt" in page
        assert "moeder en behandelaar zeggen niet hetzelfde" in page.casefold()

    def test_a_proposal_that_would_be_another_one_now_is_shown_as_it_was_kept(
        self, shelter: Shelter
    ) -> None:
        def hers(transaction: Transaction) -> str:
            case = transaction.case_by_code(shelter.cases[HERS])
            assert case is not None
            record = transaction.latest_interview(case.id, MOTHER)
            assert record is not None
            return record.id

        browser = shelter.browser()
        before = browser.get(path_of(shelter, HERS))
        assert "iets veranderd" not in before
        held = service(shelter)
        interview = shelter.store.run(hers)
        told = ev.Give("acute_unsafety", "yes")
        held.handle(interview, told, update_key="later")
        page = browser.get(path_of(shelter, HERS))
        assert "iets veranderd" in page
        own = shelter.interview(HERS)
        kept = shelter.store.run(lambda tx: tx.latest_proposal(own))
        assert kept is not None
        assert kept.content_hash[:12] in before
        assert kept.content_hash[:12] in page

    def test_where_nothing_may_begin_it_says_what_would_let_it(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, DEADLOCK))
        lifts = page[page.index("Wat een begin mogelijk zou maken") :]
        assert "wens van de ouder om iets aan de eigen klachten te veranderen" in lifts
        assert "Wat een begin" not in browser.get(path_of(shelter, WISH))

    def test_safety_and_the_family_stand_at_a_glance(self, shelter: Shelter) -> None:
        page = shelter.browser().get(path_of(shelter, HERS))
        glance = page[page.index('<dl class="glance">') : page.index("</dl>")]
        for said in ("acute onveiligheid", "een veilig dak", "inventarisatie", "leeftijd"):
            assert said in glance
        differ = page[page.index('id="differ"') : page.index('id="glance"')]
        assert "Dreiging gestopt" in differ
        assert re.search(r"transcript#p2\.\d+", differ)  # her own answer

    def test_the_way_of_the_case_is_marked(self, shelter: Shelter) -> None:
        page = shelter.browser().get(path_of(shelter, WISH))
        assert re.search(
            r'<li class="was"><span>Veiligheid</span> <span class="detail">\d keer', page
        )
        assert '<li><span>Ondertekend</span> <span class="detail">niet' in page
        assert 'class="given way"' in page
        assert 'class="table way"' in page
        assert "<style" not in page

    def test_earlier_proposals_and_what_changed_stand_there(self, shelter: Shelter) -> None:
        held, interview = service(shelter), shelter.interview(WISH)
        events: tuple[ev.Event, ...] = (
            ev.Back(),
            ev.Edit("preference_first"),
            ev.Give("preference_first", "parent"),
            ev.Confirm(),
            ev.Proceed(),
            ev.Submit(),
        )
        for number, event in enumerate(events):
            held.handle(interview, event, update_key=f"again:{number}")
        assert shelter.state(WISH) == IN_REVIEW
        page = shelter.browser().get(path_of(shelter, WISH))
        assert "Eerdere voorstellen" in page
        assert "eerste voorkeur van de ouder: was EMDR kind, nu EMDR ouder" in page


class TestWhatIf:
    def test_other_facts_give_what_decide_gives_and_nothing_is_kept(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/what-if"))
        interview = shelter.interview(WISH)
        kept = shelter.store.run(lambda tx: tx.latest_proposal(interview))
        assert kept is not None
        facts = parse_facts({**kept.payload["facts"], "loss_of_control": "yes"})
        expected = VOORSTUDIE_CORE.propose(facts).decision
        before = rows(shelter)
        form = dict(
            re.findall(r'<select id="(\w+)".*?<option value="(\w+)" selected', browser.page, re.S)
        )
        form["loss_of_control"] = "yes"
        age = re.search(r'name="child_age_months"[^>]*value="(\d*)"', browser.page)
        assert age is not None
        page = browser.send(path_of(shelter, WISH, "/what-if"), child_age_months=age[1], **form)
        assert browser.status == 200
        assert "te weinig controle over eigen gedrag door de klachten: was nee, nu ja" in page
        assert (list(expected.order) != kept.payload["proposal"]["order"]) == (
            "Dan wordt de volgorde anders" in page
        )
        after = rows(shelter)
        assert {name for name in after if after[name] != before[name]} <= {"acts", "web_sessions"}

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("child_age_months", "84", "van 0 tot en met 83"),
            ("child_age_months", "-1", "van 0 tot en met 83"),
            ("child_age_months", "veel", "van 0 tot en met 83"),
            ("child_age_months", "9" * 400, "van 0 tot en met 83"),
            ("preference_second", "child", "niet dezelfde"),
            ("loss_of_control", "<b>", "kon niet gelezen"),
            ("status_parent", "ended", "kon niet gelezen"),
        ],
    )
    def test_what_cannot_be_is_told(
        self, shelter: Shelter, field: str, value: str, said: str
    ) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/what-if"))
        page = browser.send(path_of(shelter, WISH, "/what-if"), **{field: value})
        assert browser.status == 422
        assert said in page


def rows(shelter: Shelter) -> dict[str, int]:
    """How many rows each table has."""
    from sqlalchemy import text

    from storage.schema import metadata

    def work(transaction: Transaction) -> dict[str, int]:
        return {
            table.name: transaction._connection.execute(
                text(f"SELECT count(*) FROM {table.name}")  # noqa: S608 - our own names
            ).scalar_one()
            for table in metadata.sorted_tables
        }

    return shelter.store.run(work)


def decide(browser: Browser, shelter: Shelter, story: str) -> None:
    """Sign a case off."""
    browser.get(path_of(shelter, story))
    browser.send(path_of(shelter, story, "/sign"), read_it="yes")


class TestVerdicts:
    def test_signing_off_names_what_was_read_and_tells_the_therapist(
        self, shelter: Shelter
    ) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, WISH))
        browser.send(path_of(shelter, WISH, "/sign"), read_it="yes")
        assert "Ondertekend" in browser.page
        assert shelter.state(WISH) == SIGNED_OFF
        (review,) = shelter.verdicts(WISH)
        assert (review.verdict, review.reviewer_id) == (
            Verdict.SIGNED_OFF,
            shelter.id_of("supervisor"),
        )
        interview = shelter.interview(WISH)
        proposal = shelter.store.run(lambda tx: tx.latest_proposal(interview))
        assert proposal is not None
        assert review.proposal_id == proposal.id
        assert proposal.content_hash[:12] in page
        (notice,) = shelter.store.run(lambda tx: tx.notices.take())
        assert (notice.kind, notice.person_id) == (
            "review_signed_off",
            shelter.id_of("therapist"),
        )
        assert "Gegeven oordelen" in browser.get(path_of(shelter, WISH))

    def test_without_the_tick_nothing_is_signed(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH))
        assert "vinkje" in browser.send(path_of(shelter, WISH, "/sign"))
        assert browser.status == 422
        assert shelter.state(WISH) == IN_REVIEW

    def test_a_return_needs_a_comment_and_carries_it_to_the_question(
        self, shelter: Shelter
    ) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/return"))
        browser.send(path_of(shelter, WISH, "/return"), **{"comment.whole": "  "})
        assert "zonder opmerking" in browser.page
        assert shelter.verdicts(WISH) == []
        browser.send(
            path_of(shelter, WISH, "/return"),
            **{
                "comment.preference_first": "Vraag dit nog eens na; bel 06-12345678.",
                "comment.whole": "Verder goed.",
            },
        )
        assert browser.path == "/queue"
        assert shelter.state(WISH) == SUMMARY
        (review,) = shelter.verdicts(WISH)
        comments = dict(json.loads(review.reason or "{}")["comments"])
        assert "06-12345678" not in comments["preference_first"]
        assert comments["preference_first"].startswith("Vraag dit nog eens na")
        assert comments[""] == "Verder goed."
        page = browser.get(path_of(shelter, WISH))
        assert "bij de behandelaar" in page
        assert "Verder goed." in page

    def test_what_was_typed_is_still_there_where_something_is_wrong(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/return"))
        page = browser.send(
            path_of(shelter, WISH, "/return"),
            **{"comment.preference_first": "x" * 5000, "comment.whole": "Dit blijft staan."},
        )
        assert browser.status == 422
        assert "Dit blijft staan." in page
        browser.get(path_of(shelter, WISH, "/disagree"))
        page = browser.send(
            path_of(shelter, WISH, "/disagree"), reason="Ook dit blijft.", order="x"
        )
        assert browser.status == 422
        assert "Ook dit blijft." in page
        assert shelter.verdicts(WISH) == []

    def test_a_return_has_a_length_that_can_be_read(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, WISH, "/return"))
        names = re.findall(r'name="(comment\.\w+)"', page)[:4]
        browser.send(path_of(shelter, WISH, "/return"), **dict.fromkeys(names, "x" * 3000))
        assert browser.status == 422
        assert "12.000" in browser.page
        assert browser.page.count("x" * 3000) == len(names)
        assert shelter.verdicts(WISH) == []

    def test_a_disagreement_keeps_order_reason_and_rule_and_signs_nothing(
        self, shelter: Shelter
    ) -> None:
        browser = shelter.browser()
        page = browser.get(path_of(shelter, WISH, "/disagree"))
        rule = re.findall(r'<option value="(\w[\w-]*)">', page)[0]
        browser.send(
            path_of(shelter, WISH, "/disagree"),
            order="relationship_child_parent",
            reason="De band eerst.",
            rule=rule,
        )
        assert browser.path == "/queue"
        assert shelter.state(WISH) == IN_REVIEW
        (review,) = shelter.verdicts(WISH)
        grounds = json.loads(review.reason or "{}")
        assert grounds == {
            "order": "relationship_child_parent",
            "reason": "De band eerst.",
            "rule": rule,
        }
        assert "oneens; wacht op een besluit" in browser.get("/queue")
        page = browser.get(path_of(shelter, WISH))
        assert "De band eerst." in page
        assert "Ondertekenen" in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"order": "child", "reason": "zo"},
            {"order": "", "reason": "zo"},
            {"order": "child_parent_relationship", "reason": "   "},
            {"order": "child_parent_relationship", "reason": "zo", "rule": "O99"},
        ],
    )
    def test_a_disagreement_that_is_not_whole_is_none(
        self, shelter: Shelter, wrong: dict[str, str]
    ) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/disagree"))
        browser.send(path_of(shelter, WISH, "/disagree"), **wrong)
        assert browser.status == 422
        assert shelter.verdicts(WISH) == []

    def test_the_same_form_sent_twice_is_one_verdict(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH, "/disagree"))
        fields = {
            **browser.hidden(),
            "order": "relationship_child_parent",
            "reason": "De band eerst.",
        }
        for _ in range(2):
            browser.post(path_of(shelter, WISH, "/disagree"), fields)
            assert browser.path == "/queue"
        assert len(shelter.verdicts(WISH)) == 1
        browser.get(path_of(shelter, DEADLOCK))
        fields = {**browser.hidden(), "read_it": "yes"}
        for _ in range(2):
            browser.post(path_of(shelter, DEADLOCK, "/sign"), fields)
            assert browser.path == "/queue"
        assert len(shelter.verdicts(DEADLOCK)) == 1

    def test_of_two_supervisors_at_once_the_first_one_decides(self, shelter: Shelter) -> None:
        one, other = shelter.browser(), shelter.browser("second supervisor")
        one.get(path_of(shelter, WISH))
        other.get(path_of(shelter, WISH, "/return"))
        one.send(path_of(shelter, WISH, "/sign"), read_it="yes")
        other.send(path_of(shelter, WISH, "/return"), **{"comment.whole": "Toch niet."})
        assert other.status == 409
        assert "wacht niet" in other.page
        assert [review.verdict for review in shelter.verdicts(WISH)] == ["signed_off"]

    def test_a_verdict_on_what_is_no_longer_proposed_is_refused(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH))
        fields = {**browser.hidden(), "read_it": "yes"}
        TestReading().test_earlier_proposals_and_what_changed_stand_there(shelter)
        browser.post(path_of(shelter, WISH, "/sign"), fields)
        assert browser.status == 409
        assert "veranderd" in browser.page
        assert shelter.verdicts(WISH) == []

    def test_a_made_up_hash_is_refused(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, WISH))
        browser.send(path_of(shelter, WISH, "/sign"), read_it="yes", read="0" * 64)
        assert browser.status == 409
        browser.get(path_of(shelter, WISH))
        browser.send(path_of(shelter, WISH, "/sign"), read_it="yes", key="")
        assert browser.status == 400
        assert shelter.verdicts(WISH) == []


@pytest.mark.parametrize("language", languages())
def test_every_page_is_there_in_every_language(shelter: Shelter, language: str) -> None:
    browser = shelter.browser()
    browser.get("/account")
    browser.send("/language", language=language, back="/queue")
    for path in ("/queue", "/queue?show=all", "/account", "/nowhere", "/sign-in/x"):
        browser.get(path)
        assert browser.status in (200, 404), browser.page
    for place in PLACES:
        page = browser.get(path_of(shelter, HERS, place))
        assert browser.status == 200
        assert f'<html lang="{language}"' in page


def test_what_nobody_foresaw_is_told_kindly_and_without_a_trace(
    shelter: Shelter, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shelter.browser()
    browser.client = TestClient(
        browser.client.app,
        base_url=shelter.house.address,
        headers=dict(browser.client.headers),
        cookies=browser.client.cookies,
        raise_server_exceptions=False,
    )

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("bot.web.cases.case_shown", broken)
    page = browser.get(path_of(shelter, WISH))
    assert browser.status == 500
    assert "Er is niets verloren" in page
    assert "secret" not in page
    assert shelter.cases[WISH] not in page


class TestDangerSince:
    """A mother tells of danger while her therapist's proposal waits to be signed off."""

    def hers(self, shelter: Shelter) -> str:
        def work(transaction: Transaction) -> str:
            case = transaction.case_by_code(shelter.cases[HERS])
            assert case is not None
            record = transaction.latest_interview(case.id, MOTHER)
            assert record is not None
            return record.id

        return shelter.store.run(work)

    def tell(self, shelter: Shelter) -> None:
        told = ev.Give("acute_unsafety", "yes")
        service(shelter).handle(self.hers(shelter), told, update_key="danger")

    def test_it_stands_first_and_nothing_is_signed_off(self, shelter: Shelter) -> None:
        browser = shelter.browser()
        browser.get(path_of(shelter, HERS))
        fields = {**browser.hidden(), "read_it": "yes"}
        self.tell(shelter)
        browser.post(path_of(shelter, HERS, "/sign"), fields)
        assert browser.status == 409
        page = browser.get(path_of(shelter, HERS))
        assert page.index("gevaar gemeld") < page.index("Voorlopig voorstel")
        assert "112" in page
        assert f"{path_of(shelter, HERS)}/sign" not in page
        browser.send(path_of(shelter, HERS, "/sign"), read_it="yes", key="c" * 16)
        assert browser.status == 409
        assert shelter.verdicts(HERS) == []
        assert shelter.state(HERS) == IN_REVIEW

    def test_it_can_be_returned_and_disagreed_with(self, shelter: Shelter) -> None:
        self.tell(shelter)
        browser = shelter.browser()
        browser.get(path_of(shelter, HERS, "/return"))
        browser.send(path_of(shelter, HERS, "/return"), **{"comment.whole": "Eerst veilig."})
        assert browser.path == "/queue"
        assert shelter.state(HERS) == SUMMARY
