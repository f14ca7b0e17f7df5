"""What an attacker found in the console: answers that nobody was seen to read, a verdict about what
was not on the screen, and what outlives a session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count

import pytest
from starlette.testclient import TestClient

from bot.access import SUPERVISOR
from bot.reviewing import READ
from flows import events as ev
from flows.machine import IN_REVIEW, SUMMARY
from flows.questions import MOTHER, THERAPIST
from storage.transaction import Transaction
from tests.web.shelter import HERS, Browser, Shelter
from tests.web.test_console import WISH, path_of, service

OUTDATED = "veranderd"
_numbers = count()


def happens(shelter: Shelter, interview: str, *events: ev.Event) -> None:
    """Somebody does something meanwhile, on another channel."""
    for event in events:
        service(shelter).handle(interview, event, update_key=f"meanwhile:{next(_numbers)}")


def another_wish(shelter: Shelter) -> None:
    """The therapist takes the intake back and hands in another proposal."""
    happens(
        shelter,
        shelter.interview(WISH),
        ev.Back(),
        ev.Edit("preference_first"),
        ev.Give("preference_first", "parent"),
        ev.Confirm(),
        ev.Proceed(),
        ev.Submit(),
    )
    assert shelter.state(WISH) == IN_REVIEW


def an_own_order(shelter: Shelter) -> None:
    """The therapist takes the intake back and hands in the same proposal with another order."""
    happens(
        shelter,
        shelter.interview(HERS),
        ev.Back(),
        ev.Proceed(),
        ev.Edit("override_order"),
        ev.Give("override_order", "child_parent_relationship"),
        ev.Give("override_reason", "Zo wil ik het."),
        ev.Submit(),
    )
    assert shelter.state(HERS) == IN_REVIEW


def she_tells_of_danger(shelter: Shelter) -> None:
    """The mother says that she is not safe, after the intake was handed in."""

    def work(transaction: Transaction) -> str:
        case = transaction.case_by_code(shelter.cases[HERS])
        assert case is not None
        record = transaction.latest_interview(case.id, MOTHER)
        assert record is not None
        return record.id

    hers = shelter.store.run(work)
    happens(shelter, hers, ev.Back(), ev.Edit("acute_unsafety"), ev.Give("acute_unsafety", "yes"))


def refused(shelter: Shelter, browser: Browser, story: str) -> None:
    assert browser.status == 409
    assert OUTDATED in browser.page
    assert shelter.verdicts(story) == []


# --- reading --------------------------------------------------------------------------------------


def test_a_form_that_is_not_whole_shows_no_answers_without_a_record(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get("/account")
    ours = browser.hidden()
    for place, shown in (("/return", 'class="answer"'), ("/disagree", "<option")):
        before = len(shelter.acts(READ))
        page = browser.post(path_of(shelter, WISH, place), ours)
        assert browser.status == 422
        assert shown in page
        assert len(shelter.acts(READ)) == before + 1, place


def test_a_form_sent_again_opens_nothing_that_lies_with_its_therapist(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH, "/return"))
    sent = browser.hidden()
    browser.post(path_of(shelter, WISH, "/return"), {**sent, "comment.whole": "Nog eens."})
    assert shelter.state(WISH) == SUMMARY
    for place in ("/return", "/disagree"):
        page = browser.post(path_of(shelter, WISH, place), sent)
        assert browser.path == "/queue", place
        assert 'class="answer"' not in page


# --- what was on the screen -----------------------------------------------------------------------


@pytest.mark.parametrize("meanwhile", [an_own_order, she_tells_of_danger])
def test_what_stands_beside_the_proposal_is_signed_off_by_who_read_it(
    shelter: Shelter, meanwhile: Callable[[Shelter], None]
) -> None:
    """The proposal that was kept is the same one, by its hash."""
    browser = shelter.browser()
    browser.get(path_of(shelter, HERS))
    fields = {**browser.hidden(), "read_it": "yes"}
    meanwhile(shelter)
    browser.post(path_of(shelter, HERS, "/sign"), fields)
    refused(shelter, browser, HERS)
    browser.get(path_of(shelter, HERS))
    browser.send(path_of(shelter, HERS, "/sign"), read_it="yes")
    # In danger nothing is signed off, whatever was read.
    given = ["signed_off"] if meanwhile is an_own_order else []
    assert [review.verdict for review in shelter.verdicts(HERS)] == given


@pytest.mark.parametrize("place", ["/return", "/disagree"])
def test_a_return_or_disagreement_is_about_what_the_case_page_showed(
    shelter: Shelter, place: str
) -> None:
    """Neither form shows the proposal: it was read on the page before it."""
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH))
    another_wish(shelter)
    browser.get(path_of(shelter, WISH, place))
    refused(shelter, browser, WISH)
    browser.get(path_of(shelter, WISH))
    browser.get(path_of(shelter, WISH, place))
    assert browser.status == 200


# --- who may --------------------------------------------------------------------------------------


def test_who_is_let_in_again_signs_in_again(shelter: Shelter) -> None:
    """A laptop was lost: its colleague is shut out, and let in again on another one."""
    browser, person = shelter.browser(), shelter.id_of("supervisor")
    for disabled in (True, False):
        shelter.store.run(partial(set_disabled, person=person, disabled=disabled))
        browser.get("/queue")
        assert browser.status == 401


def set_disabled(transaction: Transaction, *, person: str, disabled: bool) -> None:
    transaction.people.set_disabled(person, disabled=disabled)


def test_nobody_signs_off_a_case_that_was_theirs_for_a_while(shelter: Shelter) -> None:
    """The other therapist had it between two colleagues, and supervises the last one by now."""
    between = shelter.id_of("other therapist")

    def work(transaction: Transaction) -> None:
        case = transaction.case_by_code(shelter.cases[WISH])
        assert case is not None
        last = transaction.people.add(THERAPIST).id
        for therapist in (between, last):
            transaction.people.hand_over(case.id, therapist)
        transaction.people.set_role(between, SUPERVISOR)
        transaction.people.assign(last, between)

    shelter.store.run(work)
    browser = shelter.browser("other therapist")
    page = browser.get(path_of(shelter, WISH))
    assert "eigen casus" in page
    browser.send(path_of(shelter, WISH, "/sign"), read_it="yes", key="b" * 16)
    assert browser.status == 403
    assert shelter.verdicts(WISH) == []


def test_who_reads_on_paper_only_stands_among_the_readers(shelter: Shelter) -> None:
    browser = shelter.browser("second supervisor")
    browser.get("/account")
    form = {**browser.hidden(), "make": "print", "why": "voor het dossier", "language": "nl"}
    browser.post(path_of(shelter, WISH, "/paper"), form)
    assert browser.status == 200
    assert [act.detail for act in shelter.acts(READ)] == ["paper"]
    assert "second supervisor</bdi>: 1 keer" in shelter.browser().get(path_of(shelter, WISH))


# --- what stays behind ----------------------------------------------------------------------------


def test_what_colleagues_are_called_stands_in_no_address(shelter: Shelter) -> None:
    """It is sealed in the database; a browser's history and a proxy's log are not."""

    def work(transaction: Transaction) -> None:
        case = transaction.case_by_code(shelter.cases[WISH])
        other = transaction.people.by_code(shelter.people["other therapist"])
        supervisor = transaction.people.by_code(shelter.people["supervisor"])
        assert case is not None
        transaction.people.assign(other.id, supervisor.id)
        transaction.people.hand_over(case.id, other.id)

    shelter.store.run(work)
    browser = shelter.browser()
    page = browser.get("/queue")
    code = shelter.people["other therapist"]
    assert f'<option value="{code}">other therapist</option>' in page
    page = browser.get(f"/queue?of={code}")
    assert shelter.cases[WISH] in page
    assert shelter.cases[HERS] not in page
    assert "of=other" not in page


def test_what_nobody_foresaw_is_not_kept_by_a_browser_either(
    shelter: Shelter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    browser = shelter.browser()
    monkeypatch.setattr("bot.web.cases.case_shown", broken)
    client = TestClient(
        browser.client.app,
        base_url=shelter.house.address,
        headers=dict(browser.client.headers),
        cookies=browser.client.cookies,
        raise_server_exceptions=False,
    )
    response = client.get(path_of(shelter, WISH))
    assert response.status_code == 500
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in response.headers["content-security-policy"]
