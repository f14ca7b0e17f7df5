"""In a real browser: whole conversations, leaving at once, the keyboard, a narrow screen, axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from flows import events as ev
from flows.machine import HANDED_OVER, PAUSED, PROPOSED
from flows.messages import message
from flows.questions import QUICK
from locales import catalogue
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from tests.web.browsers import (
    free_port,
    is_too_wide,
    picture,
    served,
    telephone,
    violations,
)
from tests.web.interview.house import Clock, House

pytestmark = pytest.mark.xdist_group("browser")
AWAY = re.compile("buienradar|chrome-error")


@pytest.fixture(scope="module")
def served_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A shelter whose pages are served, for all tests here."""
    path = tmp_path_factory.mktemp("served") / "volgorde.db"
    port, clock = free_port(), Clock()
    with Store.open(sqlite_url(path), Keyring(MasterKey(bytes(range(32)))), clock=clock) as store:
        house = House(store, clock, address=f"http://localhost:{port}")
        with served(house.app(), port):
            yield house


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with telephone(chromium) as opened:
        yield opened


def away(context: BrowserContext) -> None:
    """Answer for the site to which leaving leads: tests go nowhere else."""
    context.route(
        "https://www.buienradar.nl/**",
        lambda route: route.fulfill(body="<title>Het weer</title>", content_type="text/html"),
    )


def hers_opened(house: House, page: Page, language: str = "nl") -> tuple[str, str]:
    """A mother's page at her first question; gives both interviews."""
    own = house.begin()
    page.goto(f"{house.address}/i/{house.invite(own, language)}")
    press(page, "main button")
    hers = house.hers(own)
    house.is_there(hers)
    press(page, "button[value='check:company:alone']")
    press(page, "button[value='check:safe:yes']")
    press(page, "button[value='proceed']")
    return own, hers


def press(page: Page, button: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.click(button)


def is_well(page: Page, name: str, *, axe: bool = True) -> None:
    """Whether axe has nothing to say, and nothing stands outside of the screen."""
    picture(page, name)
    assert not axe or violations(page) == [], name
    assert not is_too_wide(page), name
    language = page.locator("html").get_attribute("lang") or ""
    assert page.title() == catalogue(language).say(message("browser.title"))


def test_a_therapists_quick_intake(served_house: House, context: BrowserContext) -> None:
    house, page = served_house, context.new_page()
    own = house.begin(QUICK)
    page.goto(f"{house.address}/i/{house.go_on_link(own)}")
    press(page, "main button")
    press(page, "button[value='proceed']")
    answers = {"acute_unsafety": "no", "parent_trauma": "severe", "child_trauma": "severe"}
    seen = set()
    for _ in range(40):
        buttons = page.locator("main button[name=do]").evaluate_all("all => all.map(b => b.value)")
        kind = page.locator("form#answer").get_attribute("class") or ""
        if kind not in seen and "question" not in kind:
            seen.add(kind)
            is_well(page, f"therapist-{kind}")
        if "submit" in buttons:
            break
        question = page.locator("input[name=question]").input_value()
        wanted = f"give:{answers.get(question, '')}"
        proceed = [do for do in buttons if do.startswith("proceed:")]
        do = proceed[0] if proceed else wanted if wanted in buttons else "unknown"
        press(page, f"button[value='{do}']")
    assert house.record(own).state == PROPOSED
    press(page, "button[value='explain:why']")
    is_well(page, "therapist-explained")
    press(page, "button[value='show']")
    press(page, "button[value='submit']")
    is_well(page, "therapist-in-review")


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("ar", 390)])
def test_a_mothers_story(chromium: Browser, served_house: House, language: str, width: int) -> None:
    every = language == "nl"  # in the other direction some are enough
    with telephone(chromium, width=width) as context:
        away(context)
        page = context.new_page()
        own = served_house.begin()
        token = served_house.invite(own, language)
        page.goto(f"{served_house.address}/i/{token}")
        is_well(page, f"{language}-door", axe=every)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        press(page, "main button")
        hers = served_house.hers(own)
        served_house.is_there(hers)
        is_well(page, f"{language}-check", axe=every)
        press(page, "button[value='check:company:alone']")
        press(page, "button[value='check:safe:yes']")
        is_well(page, f"{language}-consent", axe=every)
        press(page, "button[value='proceed']")
        is_well(page, f"{language}-question")
        press(page, "button[value='why']")
        is_well(page, f"{language}-why", axe=every)
        press(page, "button[value='give:no']")
        kinds = set()
        for _ in range(30):
            fields = "textarea, input[type=checkbox]"
            kind = (
                page.locator(fields).first.evaluate("e => e.type")
                if page.locator(fields).count()
                else ""
            )
            if kind not in kinds:
                kinds.add(kind)
                is_well(page, f"{language}-{kind}", axe=every)
            if not page.locator("button[value='skip']").count():
                break
            press(page, "button[value='skip']")
        is_well(page, f"{language}-summary")
        press(page, "button[value^='edit:']")
        press(page, "button[value='pause']")
        is_well(page, f"{language}-paused", axe=every)
        press(page, "button[value='show']")
        press(page, "button[value='check:company:alone']")
        press(page, "button[value='check:safe:yes']")
        press(page, "button[value='keep']")
        press(page, "button[value^='proceed:']")
        is_well(page, f"{language}-done", axe=every)
        assert served_house.record(hers).state == HANDED_OVER
        served_house.apply(hers, ev.SharePlan(("child", "parent", "relationship")))
        page.goto(f"{served_house.address}/i")
        press(page, "button[value='plan']")
        press(page, "button[value='check:company:alone']")
        press(page, "button[value='check:safe:yes']")
        is_well(page, f"{language}-plan", axe=every)
        page.click(".leave")
        page.wait_for_url(AWAY)


def test_danger_and_a_closed_page_are_well(chromium: Browser, served_house: House) -> None:
    with telephone(chromium, width=320) as context:
        away(context)
        page = context.new_page()
        _, hers = hers_opened(served_house, page)
        press(page, "button[value='give:yes']")
        is_well(page, "nl-danger")
        assert served_house.interview(hers).danger
        page.goto(f"{served_house.address}/i/nothing/here")
        is_well(page, "nl-closed")
        page.goto(f"{served_house.address}/i")
        page.locator("input[name=mark]").evaluate("field => { field.value = 'x'; }")
        press(page, "button[value='show']")
        is_well(page, "nl-problem")


class TestLeaving:
    @pytest.mark.parametrize("how", ["button", "keyboard", "shift"])
    def test_the_page_is_gone_and_its_place_in_the_history_too(
        self, served_house: House, context: BrowserContext, how: str
    ) -> None:
        away(context)
        page = context.new_page()
        own, hers = hers_opened(served_house, page)
        before = page.evaluate("history.length")
        match how:
            case "button":
                page.click(".leave")
            case "keyboard":
                page.wait_for_selector("button[value='give:no']")
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.className") == "leave"
                page.keyboard.press("Enter")
            case "shift":
                expect(page.locator("#shift")).to_be_attached()
                for _ in range(3):
                    page.keyboard.press("Shift")
        page.wait_for_url(AWAY)
        assert page.evaluate("history.length") == before
        page.wait_for_timeout(200)  # what was told on the way out
        assert served_house.record(hers).state == PAUSED
        assert "left" in served_house.notices(own)
        assert context.cookies(served_house.address) == []
        page.go_back()
        assert "gevaar" not in page.content()
        assert "Hier is nu niets te zien" in page.content() or "Welkom" in page.content()

    def test_it_is_blank_before_anything_is_answered(
        self, served_house: House, context: BrowserContext
    ) -> None:
        """Where the network hangs, nothing of the page stays on the screen."""
        held: list[Route] = []
        context.route("https://www.buienradar.nl/**", lambda route: held.append(route))
        page = context.new_page()
        hers_opened(served_house, page)
        told = page.locator(".leave").evaluate(
            "button => { button.click();"
            " return [getComputedStyle(document.body).display, document.title]; }"
        )
        assert told == ["none", "…"]
        for route in held:
            route.abort()

    def test_without_scripts_the_same_button_leaves(
        self, served_house: House, chromium: Browser
    ) -> None:
        with telephone(chromium, scripts=False) as context:
            away(context)
            page = context.new_page()
            own, hers = hers_opened(served_house, page)
            page.click(".leave")
            page.wait_for_url(AWAY)
            assert served_house.record(hers).state == PAUSED
            assert "left" in served_house.notices(own)
            page.go_back()
            assert "Hier is nu niets te zien" in page.content()

    def test_escape_and_capitals_leave_nothing(
        self, served_house: House, context: BrowserContext
    ) -> None:
        away(context)
        page = context.new_page()
        _, hers = hers_opened(served_house, page)
        page.keyboard.press("Escape")
        for _ in range(3):
            page.keyboard.press("Shift+A")
        page.wait_for_timeout(200)
        assert page.url == f"{served_house.address}/i"
        assert served_house.record(hers).state != PAUSED


def test_with_the_keyboard_only(served_house: House, context: BrowserContext) -> None:
    page = context.new_page()
    own = served_house.begin(QUICK)
    page.goto(f"{served_house.address}/i/{served_house.go_on_link(own)}")

    def to(value: str) -> None:
        """Go on with Tab until a button has the focus, and press it; the focus can be seen."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if (
                page.evaluate("document.activeElement.value || document.activeElement.type")
                == value
            ):
                break
        else:
            pytest.fail(f"{value} is not reached")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none"
        with page.expect_navigation():
            page.keyboard.press("Enter")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    to("proceed")
    to("give:no")
    to("back")
    to("keep")
    to("why")
    to("pause")
    to("show")
    assert served_house.interview(own).answers["acute_unsafety"].value == "no"


def test_an_answer_on_another_screen_is_seen_here(
    served_house: House, context: BrowserContext
) -> None:
    """A therapist answers on the telephone and in the browser by turns."""
    page = context.new_page()
    own = served_house.begin(QUICK)
    page.goto(f"{served_house.address}/i/{served_house.go_on_link(own)}")
    press(page, "main button")
    press(page, "button[value='proceed']")
    served_house.apply(own, ev.Give("acute_unsafety", "no"))
    page.click("button[value='give:no']")  # of the question that is answered by now
    assert page.locator("input[name=question]").input_value() != "acute_unsafety"
    is_well(page, "nl-other-question")
    page.reload()
    assert page.locator("input[name=question]").input_value() != "acute_unsafety"


def test_a_therapists_pages_in_the_console_are_well(chromium: Browser, served_house: House) -> None:
    with telephone(chromium, width=320) as context:
        page = context.new_page()
        own = served_house.begin()
        code = served_house.record(own).case_code
        served_house.apply(
            served_house.hers(own),
            ev.ChooseLanguage("nl"),
            ev.Check("company", "alone"),
            ev.Check("safe", "yes"),
            ev.Proceed(),
            ev.Give("acute_unsafety", "yes"),
        )
        case = served_house.record(own).case_id
        served_house.store.run(lambda tx: tx.notices.leave(case, "danger"))
        page.goto(f"{served_house.address}/sign-in/{served_house.sign_in_token('therapist')}")
        press(page, "main button")
        for path, name in (("queue", "queue"), (f"case/{code}", "case"), ("queue", "queue")):
            page.goto(f"{served_house.address}/{path}")
            picture(page, f"console-{name}")
            assert violations(page) == [], path
            assert not is_too_wide(page), path
        page.goto(f"{served_house.address}/case/{code}/hers")
        picture(page, "console-hers")
        assert violations(page) == []
        page.goto(f"{served_house.address}/case/{code}/invite")
        assert violations(page) == []
        press(page, "main button")
        picture(page, "console-invite")
        assert violations(page) == []
        assert not is_too_wide(page)
