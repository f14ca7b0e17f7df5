"""The console in a real browser: by keyboard, on a narrow screen, with a passkey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.web.run import make_app
from flows.machine import IN_REVIEW, SIGNED_OFF, SUMMARY
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from tests.web.browsers import free_port, is_too_wide, served, violations
from tests.web.shelter import HERS, Shelter

pytestmark = pytest.mark.xdist_group("browser")
WISH, DEADLOCK = "V13", "V05"


@pytest.fixture
def address(shelter: Shelter) -> Iterator[str]:
    port = free_port()
    shelter.house = replace(shelter.house, address=f"http://localhost:{port}")
    app = make_app(shelter.store, VOORSTUDIE_CORE, shelter.house, clock=shelter.clock)
    with served(app, port):
        yield shelter.house.address


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="nl-NL", viewport={"width": 1000, "height": 800})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, shelter: Shelter, address: str) -> Page:
    opened = context.new_page()
    sign_in(opened, shelter, address)
    return opened


def sign_in(page: Page, shelter: Shelter, address: str, who: str = "supervisor") -> None:
    page.goto(f"{address}/sign-in/{shelter.link(who)}")
    page.get_by_role("button", name="Inloggen").click()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called this."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement?.labels?.[0]?.innerText || document.activeElement?.innerText"
            " || '').trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_a_case_is_read_and_signed_off_by_keyboard_alone(page: Page, shelter: Shelter) -> None:
    code = shelter.cases[WISH]
    tab_to(page, code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(code)
    tab_to(page, "De ouder wil met EMDR voor het kind beginnen")
    page.keyboard.press("Enter")
    opened = page.locator("details[open]").get_by_text("Vindplaatsen in de bron")
    expect(opened.first).to_be_visible()
    tab_to(page, "Ik heb het voorstel")
    page.keyboard.press("Space")
    tab_to(page, "Ondertekenen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ondertekend")
    assert shelter.state(WISH) == SIGNED_OFF


def test_a_case_in_arabic_is_returned_with_a_comment_on_an_answer(
    page: Page, shelter: Shelter
) -> None:
    page.get_by_role("link", name=shelter.cases[HERS]).click()
    page.get_by_role("link", name="Verslag").first.click()
    words = page.locator('[lang="ar"][dir="rtl"]').first
    expect(words).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Teruggeven").click()
    page.get_by_text("Genoeg te eten:").click()
    page.get_by_label("Opmerking").locator("visible=true").fill("Vraag dit met een tolk.")
    page.get_by_role("button", name="Teruggeven").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert shelter.state(HERS) == SUMMARY


def test_a_disagreement_is_put_on_record(page: Page, shelter: Shelter) -> None:
    page.get_by_role("link", name=shelter.cases[DEADLOCK]).click()
    page.get_by_role("link", name="Oneens").click()
    page.get_by_label("NIKA → EMDR kind → EMDR ouder").check()
    page.get_by_label("Waarom").fill("Met een steunfiguur kan NIKA wel.")
    page.get_by_label("Welke regel").select_option(index=1)
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.get_by_text("oneens; wacht op een besluit")).to_be_visible()
    assert [review.verdict for review in shelter.verdicts(DEADLOCK)] == ["disagreed"]
    assert shelter.state(DEADLOCK) == IN_REVIEW


def test_no_page_has_a_fault_for_who_cannot_see_or_a_narrow_screen(
    page: Page, shelter: Shelter, address: str
) -> None:
    case = f"/case/{shelter.cases[HERS]}"
    pages = ("/queue", case, f"{case}/transcript", f"{case}/what-if", f"{case}/return")
    for path in (*pages, f"{case}/disagree", "/account", "/nowhere"):
        page.set_viewport_size({"width": 1000, "height": 800})
        page.goto(address + path)
        for summary in page.locator("details.why > summary").all()[:2]:
            summary.click()
        assert violations(page) == [], path
        page.set_viewport_size({"width": 320, "height": 640})
        assert not is_too_wide(page), path
    page.emulate_media(color_scheme="dark")
    page.goto(address + case)
    assert violations(page) == []


def test_the_page_before_and_after_signing_in_has_no_fault(
    context: BrowserContext, shelter: Shelter, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}/sign-in/{shelter.link('supervisor')}")
    assert violations(page) == []
    page.goto(f"{address}/queue")
    assert violations(page) == []


def authenticator(context: BrowserContext, page: Page) -> Any:
    """Give the browser a passkey device of its own, that says yes."""
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devices


def test_once_there_is_a_passkey_a_link_alone_opens_nothing(
    chromium: Browser, context: BrowserContext, page: Page, shelter: Shelter, address: str
) -> None:
    authenticator(context, page)
    page.goto(f"{address}/account")
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("status")).to_contain_text("passkey is bewaard")
    page.get_by_role("button", name="Uitloggen", exact=True).click()
    sign_in(page, shelter, address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Laat zien")
    assert violations(page) == []
    page.goto(f"{address}/case/{shelter.cases[WISH]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Laat zien")
    page.get_by_role("button", name="Passkey gebruiken").click()
    expect(page).to_have_url(f"{address}/queue")
    assert [act.act for act in shelter.acts("passkey_shown")] == ["passkey_shown"]
    # Without the device the link is worth nothing.
    thief = chromium.new_context(locale="nl-NL").new_page()
    sign_in(thief, shelter, address)
    thief.goto(f"{address}/case/{shelter.cases[WISH]}")
    expect(thief.get_by_role("heading", level=1)).not_to_contain_text(shelter.cases[WISH])


def test_where_passkeys_are_needed_the_first_one_is_made_at_once(
    context: BrowserContext, shelter: Shelter
) -> None:
    port = free_port()
    shelter.house = replace(shelter.house, address=f"http://localhost:{port}", passkeys_needed=True)
    app = make_app(shelter.store, VOORSTUDIE_CORE, shelter.house, clock=shelter.clock)
    with served(app, port):
        page = context.new_page()
        authenticator(context, page)
        sign_in(page, shelter, shelter.house.address)
        page.get_by_role("button", name="Passkey maken").click()
        expect(page.get_by_role("status")).to_contain_text("bewaard")
        page.goto(f"{shelter.house.address}/case/{shelter.cases[WISH]}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(shelter.cases[WISH])
