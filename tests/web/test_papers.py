"""A case on paper, from a browser."""

from __future__ import annotations

import re

import pytest

from bot.reviewing import READ
from flows import events as ev
from flows.questions import MOTHER
from storage.errors import StorageError
from storage.people import People
from storage.transaction import Transaction
from tests.web.shelter import HERS, Shelter
from tests.web.test_console import path_of, service, take_back

WISH = "V13"


def test_the_file_is_a_pdf_and_its_making_is_kept_with_the_reason(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, HERS))
    response = browser.client.post(
        path_of(shelter, HERS, "/paper"),
        data={**browser.hidden(), "why": "voor het dossier", "make": "pdf", "language": "nl"},
    )
    assert response.content.startswith(b"%PDF-")
    assert response.headers["content-type"] == "application/pdf"
    assert shelter.cases[HERS] in response.headers["content-disposition"]
    assert response.headers["cache-control"] == "no-store"
    (made,) = shelter.acts("report_made")
    assert (made.actor_id, made.detail) == (shelter.id_of("supervisor"), "voor het dossier")


def test_the_page_to_print_allows_its_own_style_and_nothing_else(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH))
    page = browser.send(path_of(shelter, WISH, "/paper"), why="overleg", make="print")
    assert browser.status == 200
    response = browser.client.post(
        path_of(shelter, WISH, "/paper"),
        data={"mark": form_of(shelter, browser.client.cookies), "why": "x y z", "make": "print"},
    )
    policy = response.headers["content-security-policy"]
    nonce = re.search(r"nonce-([\w-]+)", policy)
    assert nonce is not None
    assert f'nonce="{nonce[1]}"' in response.text
    assert "script" not in page
    assert len(shelter.acts("report_made")) == 2


def form_of(shelter: Shelter, cookies: object) -> str:
    from bot.web.visits import form_mark

    return form_mark(dict(cookies)[shelter.house.cookie])  # type: ignore[call-overload]


def test_without_a_reason_or_a_record_there_is_no_paper(
    shelter: Shelter, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH))
    fields = browser.hidden()
    browser.post(path_of(shelter, WISH, "/paper"), {**fields, "why": "  ", "make": "pdf"})
    assert browser.status == 422

    def full(*_: object, **__: object) -> None:
        raise StorageError("database_full", setting="x", path="y")

    monkeypatch.setattr(People, "note", full)
    browser.post(path_of(shelter, WISH, "/paper"), {**fields, "why": "zo", "make": "print"})
    assert browser.status == 503
    assert "EMDR" not in browser.page


def test_hers_is_made_by_her_therapist_once_the_plan_is_shared(shelter: Shelter) -> None:
    held = service(shelter)

    def hers(transaction: Transaction) -> str:
        case = transaction.case_by_code(shelter.cases[HERS])
        assert case is not None
        record = transaction.latest_interview(case.id, MOTHER)
        assert record is not None
        return record.id

    supervisor, therapist = shelter.browser(), shelter.browser("therapist")
    for browser in (supervisor, therapist):
        browser.get(path_of(shelter, HERS))
        browser.send(path_of(shelter, HERS, "/paper"), why="mee naar huis", make="hers")
    assert supervisor.status == 404
    assert therapist.status == 409  # not shared yet
    order = ("relationship", "parent", "child")
    held.handle(shelter.store.run(hers), ev.SharePlan(order), update_key="share")
    therapist.get(path_of(shelter, HERS))
    response = therapist.client.post(
        path_of(shelter, HERS, "/paper"),
        data={**therapist.hidden(), "why": "mee naar huis", "make": "hers", "language": ""},
    )
    assert response.content.startswith(b"%PDF-")
    assert 'filename="plan.pdf"' in response.headers["content-disposition"]


@pytest.mark.parametrize("who", ["other supervisor", "other therapist", "admin"])
def test_who_may_not_read_gets_no_paper(shelter: Shelter, who: str) -> None:
    browser = shelter.browser(who)
    browser.get("/account")
    browser.send(path_of(shelter, WISH, "/paper"), why="zo maar", make="pdf")
    assert browser.status == 404
    assert shelter.acts("report_made") == []


def test_before_it_is_handed_in_there_is_no_paper_for_a_supervisor(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH))
    take_back(shelter, WISH)
    browser.send(path_of(shelter, WISH, "/paper"), why="zo maar", make="pdf")
    assert browser.status == 404
    assert shelter.acts(READ)
