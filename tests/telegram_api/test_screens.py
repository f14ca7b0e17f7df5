"""What a phone shows, kept as a document: it is played here and compared, so it cannot lie.

`VOLGORDE_WRITE=1 make test ARGS="-k screens"` writes it again.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from bot.scenario import Player, read_scenario
from flows import events as ev
from flows.utterances import Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.people import ENROL
from storage.transaction import Transaction
from tests.telegram_api.families import token_on
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running
from tests.telegram_api.story import Reader

_TOKEN = re.compile(r"start=[A-Za-z0-9_-]{43}")
_UNTIL = re.compile(r"\b(tot|until) \d\d:\d\d")
_DATE = re.compile(r"\d{1,2} [a-z]+ 20\d\d")
ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "telegram-screens.md"
STORY = ROOT / "tests" / "stories" / "quick-intake.yaml"
_CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
TWO_PHONES = ROOT / "docs" / "telegram-two-phones.md"
_TWO = """\
# Two phones, one case

A therapist reads Dutch, a mother English: from the colleague's link to the shared plan, with
danger and a quick exit on the way. `tests/telegram_api/test_screens.py` plays it and fails when it
is no longer true. Square brackets are buttons; what is printed is all that stands in that chat.
"""
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


class Both:
    """Two phones, and what each shows after each step that changes it."""

    def __init__(self, **phones: Phone) -> None:
        self.phones = phones
        self.last = {name: phone.screen() for name, phone in phones.items()}
        self.pages: list[str] = [_TWO]

    async def press(self, who: str, *labels: str) -> None:
        for label in labels:
            await self.phones[who].press(label)
        self.keep(f"The {who} presses {', '.join(f'[{label}]' for label in labels)}")

    async def send(self, who: str, text: str, shown: str = "") -> None:
        await self.phones[who].send(text)
        self.keep(f"The {who} types `{shown or text}`")

    def keep(self, did: str) -> None:
        self.pages.append(f"**{steady(did)}**\n")
        for name, phone in self.phones.items():
            if phone.screen() != self.last[name]:
                self.last[name] = phone.screen()
                self.pages.append(f"The {name}'s phone:\n\n```\n{steady(phone.screen())}\n```\n")


def steady(screen: str) -> str:
    """Leave out what is another at each run."""
    screen = _TOKEN.sub("start=…", _CODE.sub("K7F-2M9", screen))
    return _DATE.sub("24 november 2026", _UNTIL.sub(r"\1 14:30", screen))


def compare(written: str, document: Path) -> None:
    if os.environ.get("VOLGORDE_WRITE"):
        document.write_text(written, encoding="utf-8")
    assert written == document.read_text(encoding="utf-8")


async def test_two_phones_are_as_the_document_says(polling: Running) -> None:
    therapist, mother = polling.phone(11), polling.phone(22)
    token = new_colleague(polling)
    both = Both(therapist=therapist, mother=mother)
    await both.send("therapist", f"/start {token}", "/start <link of `volgorde user add`>")
    await both.press("therapist", "Nieuw: kort", "Beginnen")
    await both.press("therapist", "nee", "ja", "ja", "ja")
    await both.send("therapist", "/cases")
    await both.press("therapist", "Zij")
    await both.press("therapist", "Moeder uitnodigen", "English (draft)")
    await both.press("therapist", "Ja, als zij dat ook wil")
    await both.send("mother", f"/start {token_on(therapist)}", "/start <her link>")
    await both.press("therapist", "Ik ben bij haar")
    await both.press("mother", "my child")
    await both.press("mother", "yes")
    await both.press("mother", "Yes, I take part")
    await both.send("mother", "sunflower")
    await both.press("mother", "yes")
    await both.press("mother", "yes")
    await both.press("therapist", "Bekijken")
    await both.press("therapist", "Het is veilig: zij kan weer verder")
    await both.press("therapist", "Ik ben bij haar")
    await both.press("mother", "Go on", "my child", "yes")
    await both.press("mother", "no", "yes", "no")
    await both.press("mother", "✕ Leave")
    await both.send("mother", "hello?")
    await both.press("therapist", "Bekijken")
    await both.send("mother", "Sunflower")
    await both.press("mother", "my child", "yes")
    await both.press("mother", "I don’t know")
    await both.press("mother", "☐ sleeping better", "☐ I will tell my therapist", "Done")
    await both.press("mother", "Skip", "yes", "yes")
    await both.press("mother", "help for my child and me together", "treatment for myself")
    await both.press("mother", "Skip", "more often than usual")
    await both.press("mother", mother.labels[0])
    await both.press("therapist", "Bekijken")
    await both.press("therapist", "Haar antwoorden")
    await both.send("therapist", "/cases")
    await both.press("therapist", case_on(therapist))
    for _ in range(60):
        if "Naar supervisor" in therapist.labels:
            break
        right = [label for label in therapist.labels if "Klopt" in label]
        await therapist.press((right or ["Overslaan"])[0])
    both.keep("The therapist skips the rest")
    await both.press("therapist", "Wie zei wat")
    await both.press("therapist", "◀ Voorstel", "Andere volgorde", "NIKA, EMDR ouder, EMDR kind")
    await both.send("therapist", "Moeder wil eerst samen met haar kind beginnen.")
    await both.press("therapist", "Klaar")
    await both.press("therapist", "Naar supervisor")
    await both.send("therapist", "/cases")
    await both.press("therapist", "Zij", "Plan met haar delen")
    await both.press("therapist", "Ja, delen")
    await both.press("mother", "Look at the plan")
    await both.press("mother", "✕ Leave")
    assert polling.telegram.refused == []
    compare("\n".join(both.pages), TWO_PHONES)


def new_colleague(bot: Running) -> str:
    def work(transaction: Transaction) -> str:
        person = transaction.people.add("therapist")
        return transaction.people.make_link(ENROL, person=person.id, lasts=timedelta(hours=1))

    return bot.store.run(work)


def case_on(phone: Phone) -> str:
    return next(label for label in phone.labels if _CODE.search(label))


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
    compare(written, DOCUMENT)


def _did(event: ev.Event) -> str:
    match event:
        case ev.Give(question, _):
            short = VOORSTUDIE_CORE.by_id[question].id.replace("_", " ")
            return f"Answers ({short})"
        case ev.DontKnow():
            return "Presses [Weet ik niet]"
    return f"Goes on ({type(event).__name__.lower()})"
