"""A story played by hand: every event becomes what a person presses or types."""

from __future__ import annotations

from bot.scenario import Player, Scenario
from bot.service import ASIDE, Said
from bot.telegram.turn import CHANNEL
from bot.telegram.view import View
from flows import events as ev
from flows.interview import Interview
from flows.messages import message
from flows.questions import NONE_OF_THESE, Kind
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue
from storage.records import EventRecord, ProposalRecord
from storage.transaction import Transaction
from tests.telegram_api.families import family
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running


class Reader:
    """Somebody who plays a scenario on a phone."""

    def __init__(self, running: Running, phone: Phone, scenario: Scenario) -> None:
        self.running = running
        self.phone = phone
        self.scenario = scenario
        self.language = scenario.language
        self.interview = ""

    async def play(self) -> None:
        await self.begin()
        await self.go_on()

    async def go_on(self) -> None:
        player = Player(VOORSTUDIE_CORE, self.scenario)
        event: ev.Event | None = player.next_event(self.said().utterance)
        while event is not None:
            await self.do(event)
            event = player.next_event(self.said().utterance)

    async def begin(self) -> None:
        await self.phone.send("/start")
        await self.phone.send("/language")
        await self.phone.press(catalogue(self.language).label)
        await self.phone.press(self.label(f"new_{self.scenario.mode}"))
        self.interview = self.view().interview

    def label(self, name: str) -> str:
        return catalogue(self.language).say(message(f"telegram.button.{name}"))

    # --- what stands there, as the program keeps it -----------------------------------------------

    def view(self) -> View:
        def work(transaction: Transaction) -> View:
            chat = transaction.chats.find(CHANNEL, str(self.phone.user))
            assert chat is not None
            return View.from_data(chat.view)

        return self.running.store.run(work)

    def said(self) -> Said:
        """Return the screen that waits."""

        def work(transaction: Transaction) -> list[Said]:
            chat = transaction.chats.find(CHANNEL, str(self.phone.user))
            assert chat is not None
            first = View.from_data(chat.view).first
            rows = transaction.outgoing_from(self.interview, CHANNEL, first)
            return [Said.from_data(row.payload) for row in rows]

        said = self.running.store.run(work)
        return next(item for item in reversed(said) if item.utterance.screen not in ASIDE)

    def kept(self) -> tuple[Interview, list[EventRecord], list[ProposalRecord]]:
        """Return the interview, its events and its proposals."""

        def work(
            transaction: Transaction,
        ) -> tuple[Interview, list[EventRecord], list[ProposalRecord]]:
            record = transaction.interview(self.interview)
            return (
                Interview.from_data(record.projection),
                transaction.events(self.interview),
                transaction.proposals(self.interview),
            )

        return self.running.store.run(work)

    # --- by hand ----------------------------------------------------------------------------------

    async def do(self, event: ev.Event) -> None:
        phone = self.phone
        match event:
            case ev.Give(question, value):
                await self.give(question, value)
            case ev.Edit(question):
                if question not in self.said().utterance.data.get("rows", ()):
                    await phone.send("/edit")
                rows = self.said().utterance.data["rows"]
                await phone.press(str(rows.index(question) + 1))
            case ev.ChooseLanguage(language):
                await phone.send("/language")
                self.language = language
                await phone.press(catalogue(language).label)
            case ev.Check(_, code):
                said = self.said()
                at = [item.code for item in said.utterance.options].index(code)
                await phone.press(said.option_words[at])
            case ev.Proceed():
                onward = ("begin", "proceed", "summary_right", "summary_right_hers", "consent")
                await phone.press(next(self.label(n) for n in onward if self.shows(n)))
            case ev.Show():
                names = ("resume", "go_on", "to_proposal")
                shown = [self.label(n) for n in names if self.shows(n)]
                if shown:
                    await phone.press(shown[0])
                else:
                    await phone.send_kind(
                        location={"latitude": 52.1, "longitude": 5.1}
                    )  # the screen stays
            case _:
                name = {"dontknow": "unknown"}.get(
                    type(event).__name__.lower(), type(event).__name__.lower()
                )
                tried = (name, "take_back") if name == "back" else (name,)
                await phone.press(next(self.label(n) for n in tried if self.shows(n)))

    def shows(self, name: str) -> bool:
        return self.label(name) in self.phone.labels

    async def give(self, question: str, value: str | tuple[str, ...]) -> None:
        phone, said = self.phone, self.said()
        words = dict(
            zip((item.code for item in said.utterance.options), said.option_words, strict=True)
        )
        kind = VOORSTUDIE_CORE.by_id[question].kind
        if isinstance(value, tuple):
            if value == (NONE_OF_THESE,):
                await phone.press(words[NONE_OF_THESE])
                return
            for code in value:
                await phone.press(f"☐ {words[code]}")
            await phone.press(self.label("done"))
        elif value in words:
            await phone.press(words[value])
        else:
            await phone.send(value)
            if kind is Kind.TEXT:
                await phone.press(self.label("done"))


class Mother(Reader):
    """A mother who plays her story on her own phone, with her therapist beside her."""

    async def begin(self) -> None:
        await family(self.running, language=self.language)
        self.interview = self.view().interview

    async def do(self, event: ev.Event) -> None:
        await super().do(event)
        if self.shows("noword"):
            await self.phone.press(self.label("noword"))
