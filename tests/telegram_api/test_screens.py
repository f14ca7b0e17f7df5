"""What a phone shows, kept as a document: it is played here and compared, so it cannot lie.

`VOLGORDE_WRITE=1 make test ARGS="-k screens"` writes it again.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot.scenario import Player, read_scenario
from flows import events as ev
from flows.utterances import Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running
from tests.telegram_api.story import Reader

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "telegram-screens.md"
STORY = ROOT / "tests" / "stories" / "quick-intake.yaml"
_CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_HEAD = """\
# What the phone shows

A therapist's quick intake on Telegram, screen by screen, as the fake phone of the tests shows it.
`tests/telegram_api/test_screens.py` writes this, and fails when it is no longer true. Square
brackets are buttons. After each step only what is printed stands in the chat.
"""


class Album:
    """Screens with what was done before each."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.pages: list[str] = [_HEAD]

    def keep(self, did: str) -> None:
        screen = _CODE.sub("K7F-2M9", self.phone.screen())
        self.pages.append(f"**{did}**\n\n```\n{screen}\n```\n")

    async def send(self, text: str) -> None:
        await self.phone.send(text)
        self.keep(f"Types `{text}`")

    async def press(self, label: str) -> None:
        await self.phone.press(label)
        self.keep(f"Presses [{label}]")


async def test_the_screens_are_as_the_document_says(polling: Running) -> None:
    phone = polling.phone()
    album = Album(phone)
    reader = Reader(polling, phone, read_scenario(STORY))
    await album.send("/start")
    await album.press("Nieuw: kort")
    reader.interview = reader.view().interview
    await album.press("Waarom?" if "Waarom?" in phone.labels else "Beginnen")
    player = Player(VOORSTUDIE_CORE, reader.scenario)
    asked_why = looked_back = False
    event = player.next_event(reader.said().utterance)
    while event is not None:
        if not asked_why:
            asked_why = True
            await album.press("Waarom?")
        await reader.do(event)
        album.keep(_did(event))
        if not looked_back and "Wat in de weg staat" in phone.screen():
            looked_back = True
            await album.press("◀ Terug")
            await album.press("Zo laten")
        event = player.next_event(reader.said().utterance)
    assert reader.said().utterance.screen is Screen.PROPOSAL
    for label in ("Waarom zo", "Waarom niet anders", "Wat verandert dit", "Wat ontbreekt"):
        await album.press(label)
    await album.press("◀ Voorstel")
    await album.press("Naar supervisor")
    await album.send("/cases")
    await album.send("/exit")
    written = "\n".join(album.pages)
    if os.environ.get("VOLGORDE_WRITE"):
        DOCUMENT.write_text(written, encoding="utf-8")
    assert written == DOCUMENT.read_text(encoding="utf-8")


def _did(event: ev.Event) -> str:
    match event:
        case ev.Give(question, _):
            short = VOORSTUDIE_CORE.by_id[question].id.replace("_", " ")
            return f"Answers ({short})"
        case ev.DontKnow():
            return "Presses [Weet ik niet]"
    return f"Goes on ({type(event).__name__.lower()})"
