"""Makes the pictures of the console in `docs/pictures`: `python -m tests.web.pictures`.

They show made-up families; the codes of the cases are drawn anew each time.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page

from bot.web.run import make_app
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.database import sqlite_url
from storage.store import Store
from tests.web.browsers import free_port, launched, served
from tests.web.shelter import HERS, KEY, Clock, Shelter, families

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "volgorde.db"
        people, cases = families(path)
        clock = Clock()
        with Store.open(sqlite_url(path), KEY, clock=clock) as store:
            shelter = Shelter(store, clock, people, cases)
            port = free_port()
            shelter.house = replace(shelter.house, address=f"http://localhost:{port}")
            app = make_app(store, VOORSTUDIE_CORE, shelter.house, clock=clock)
            with served(app, port), launched() as browser:
                page = browser.new_context(
                    locale="nl-NL", viewport={"width": 900, "height": 760}
                ).new_page()
                take(page, shelter)


def take(page: Page, shelter: Shelter) -> None:
    """Walk through the console as a supervisor, and take a picture of what is worth one."""
    FOLDER.mkdir(exist_ok=True)
    address = shelter.house.address
    page.goto(f"{address}/sign-in/{shelter.link('supervisor')}")
    page.locator("main button").click()
    shot(page, "queue")
    case = f"{address}/case/{shelter.cases[HERS]}"
    page.goto(case)
    shot(page, "case")
    reason = page.locator("details.why").first
    reason.locator("summary").first.click()
    reason.locator("li > details > summary").last.click()
    page.evaluate("document.querySelector('.jump').remove()")
    reason.scroll_into_view_if_needed()
    reason.screenshot(path=str(FOLDER / "console-reason.png"))
    page.goto(f"{case}/transcript")
    page.locator('[lang="ar"]').nth(8).scroll_into_view_if_needed()
    shot(page, "transcript")
    page.goto(case)
    page.locator("#decision-way").click()
    page.locator(".picture").screenshot(path=str(FOLDER / "console-decision.png"))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(case)
    shot(page, "narrow")


def shot(page: Page, name: str) -> None:
    """Take a picture of what is on the screen."""
    page.screenshot(path=str(FOLDER / f"console-{name}.png"))


if __name__ == "__main__":
    main()
