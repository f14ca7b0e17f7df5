"""A real browser: Chromium, driven by Playwright, and the pages served to it in a thread."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bot.serving import Address, serving
from tests.needs import needs

CHROMIUM = "chromium"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP *.example 127.0.0.1",
)


def free_port() -> int:
    """Give a port where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(app: Any, port: int) -> Iterator[str]:
    """Serve an application on this machine for as long as the block lasts; gives its address."""
    ready, stop = threading.Event(), threading.Event()

    async def run() -> None:
        async with serving(app, Address("127.0.0.1", port)):
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        assert ready.wait(10)
        yield f"http://localhost:{port}"
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module. While it is there its loop runs: no test that has a
    loop of its own may come in between, so that it goes with the module."""
    needs(CHROMIUM, "browser")
    with launched() as browser:
        yield browser


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser, for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(CHROMIUM), args=list(FLAGS)
        )
        yield browser
        browser.close()


@contextmanager
def telephone(
    chromium: Browser, *, width: int = 390, height: int = 844, scripts: bool = True
) -> Iterator[BrowserContext]:
    """A browser of its own, as wide as a telephone."""
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="nl-NL",
        # The axe script is put into pages whose policy allows no other scripts.
        bypass_csp=bool(os.environ.get("BYPASS_CSP")),
    )
    context.set_default_timeout(10_000)
    try:
        yield context
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Say what axe finds wrong with a page."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{item['id']}: {node['html'][:120]}" for item in found for node in item["nodes"]]


def is_too_wide(page: Page) -> bool:
    """Whether a page has to be moved sideways to be read."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page, where a folder for pictures is set."""
    folder = os.environ.get("VOLGORDE_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
