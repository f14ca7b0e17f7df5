"""The desk: what one update does, in one unit of work.

The person's chat, the interview, its events and its replies change together or not at all. What the
screen should show afterwards goes to the courier.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Final

from bot.labels import meant
from bot.service import ASIDE, Said, Service, Turn
from bot.telegram import actions as act
from bot.telegram.incoming import Did, Incoming
from bot.telegram.pages import CaseLine, Page, Writer
from bot.telegram.view import (
    HELP,
    HOME,
    INTERVIEW,
    LANGUAGES,
    NEUTRAL,
    View,
    read_button,
)
from flows import events as ev
from flows.interview import Interview
from flows.machine import (
    CHOOSING_LANGUAGE,
    ENDED,
    EXPLAINING,
    HANDED_OVER,
    IN_REVIEW,
    PROPOSED,
)
from flows.messages import Message, message
from flows.questions import THERAPIST, Kind
from flows.utterances import Screen
from locales import languages, nearest
from storage.chats import ChatRecord
from storage.errors import StorageError
from storage.store import Store
from storage.transaction import Transaction

CHANNEL: Final = "telegram"
_EVENTS: dict[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "edit": ev.Summarise(),
    "pause": ev.Pause(),
    "exit": ev.Leave(),
}
_CLEARS: Final = (Screen.PAUSED, Screen.LEFT)
"""Screens after which nothing else may stand in the chat."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the courier has to do for one chat.

    `page` goes under the view's live key; None leaves the screen as it is. `delete` are messages to
    take away; with `clear` everything else in the chat goes. `query` is the press to answer.
    `interview` and `up_to` say which replies are delivered with it.
    """

    chat_id: str
    chat: int = field(repr=False)
    version: int
    view: View = field(repr=False)
    page: Page | None = field(default=None, repr=False)
    delete: tuple[int, ...] = ()
    clear: bool = False
    query: str | None = field(default=None, repr=False)
    interview: str = ""
    up_to: int = 0


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody whom nobody let in; nothing is kept."""

    chat: int = field(repr=False)
    language: str
    query: str | None = field(default=None, repr=False)


Result = Job | Stranger | None


class Desk:
    """Turns updates into units of work."""

    def __init__(
        self,
        store: Store,
        service: Service,
        *,
        open_therapists: bool,
    ) -> None:
        """Work with a store and the service on it; with `open_therapists` anyone may begin."""
        self._store = store
        self._service = service
        self._open = open_therapists

    def take(self, incoming: Incoming, *, inbox_key: str | None = None) -> Future[Result]:
        """Apply an update; the future resolves after the commit.

        `inbox_key` names the row of the inbox that is done with it.
        """

        def work(transaction: Transaction) -> Result:
            result = self._take(transaction, incoming)
            if inbox_key is not None:
                transaction.chats.handled(inbox_key)
            return result

        return self._store.submit(work)

    def due(self) -> Future[list[Job]]:
        """Give a job for every chat whose screen is not yet what it should be, after a restart."""

        def work(transaction: Transaction) -> list[Job]:
            return [
                _Turn(self, transaction, chat, Incoming("", 0, Did.TYPED)).again()
                for chat in transaction.chats.due(CHANNEL)
            ]

        return self._store.submit(work)

    def tell(self, chat_id: str, note: Message) -> Future[Job]:
        """Say something above the screen of a chat."""

        def work(transaction: Transaction) -> Job:
            chat = transaction.chats.chat(chat_id)
            return _Turn(self, transaction, chat, Incoming("", 0, Did.TYPED)).again(note)

        return self._store.submit(work)

    def give_up(self, incoming: Incoming) -> Future[Job | None]:
        """Show the overview to somebody whose case cannot be read (any more)."""

        def work(transaction: Transaction) -> Job | None:
            chat = transaction.chats.find(CHANNEL, str(incoming.chat))
            return None if chat is None else _Turn(self, transaction, chat, incoming).to_overview()

        return self._store.submit(work)

    def _take(self, transaction: Transaction, incoming: Incoming) -> Result:
        chats = transaction.chats
        chat = chats.find(CHANNEL, str(incoming.chat))
        if chat is None:
            begins = incoming.did is Did.COMMANDED and incoming.text == "start"
            if not (self._open and begins):
                if incoming.did in (Did.BLOCKED, Did.UNBLOCKED):
                    return None
                return Stranger(incoming.chat, nearest(incoming.language), incoming.query)
            view = View(language=nearest(incoming.language))
            chat = chats.open(CHANNEL, str(incoming.chat), role=THERAPIST, view=view.to_data())
        if chat.disabled:
            return Stranger(incoming.chat, nearest(incoming.language), incoming.query)
        if incoming.did in (Did.BLOCKED, Did.UNBLOCKED):
            chats.block(chat.id, blocked=incoming.did is Did.BLOCKED)
            return None
        if chat.blocked:
            chats.block(chat.id, blocked=False)
        return _Turn(self, transaction, chat, incoming).take()


class _Turn:
    """One update of one chat."""

    def __init__(
        self, desk: Desk, transaction: Transaction, chat: ChatRecord, incoming: Incoming
    ) -> None:
        self.desk = desk
        self.transaction = transaction
        self.chat = chat
        self.incoming = incoming
        self.view = View.from_data(chat.view)
        self.delete: list[int] = []
        self.clear = False
        self.up_to = 0
        self.said: tuple[Said, ...] | None = None
        self.steps = 0

    # --- what was done ----------------------------------------------------------------------------

    def take(self) -> Job | None:
        incoming = self.incoming
        if incoming.did is Did.PRESSED:
            if not self._press():
                return self._job(None)
        else:
            if incoming.message is not None:
                self.transaction.chats.note(
                    self.chat.id, incoming.message, ours=False, sent_at=incoming.at
                )
                self.delete.append(incoming.message)
            self._no_press()
        return self._finish()

    def again(self, note: Message | None = None) -> Job:
        """Show the same again, under new keys."""
        if note is not None:
            self.view = replace(self.view, note=note)
        elif self.view.sweep_after is None:
            # Something may have been sent just before the program stopped.
            known = [item.number for item in self.transaction.chats.messages(self.chat.id)]
            self.view = replace(self.view, sweep_after=max(known, default=0))
        try:
            return self._finish()
        except StorageError as error:
            # A case whose key was destroyed must not keep the others' screens away.
            if not error.code.startswith(("case_", "interview_")):
                raise
            return self.to_overview()

    def to_overview(self) -> Job:
        """Leave an interview that cannot be read."""
        self.said, self.up_to = None, 0
        self.view = replace(
            self.view, page=HOME, interview="", note=message("telegram.no_such_case")
        )
        return self._finish()

    def _press(self) -> bool:
        """Do what a button does; False where there is nothing to show for it."""
        read = read_button(self.incoming.text)
        shown = None if read is None else self.view.screens.get(read[0])
        if read is None or shown is None or read[1] >= len(shown.actions):
            # Made up, or too old to be known: say what there is now.
            self._adopt()
            self.view = replace(self.view, note=message("telegram.old_button"))
            return True
        key, number = read
        pressed = self.incoming.text
        if pressed == self.view.pressed and key != self.view.live:
            return False  # the same button twice: once is enough
        self._adopt()
        self.view = replace(self.view, pressed=pressed, note=None)
        action = shown.actions[number]
        if self._chat_action(action):
            return True
        event = act.event_of(action, shown.question)
        if event is None:
            return False
        if not self.view.interview and not shown.interview:
            self._go(HOME)
            return True
        if shown.interview and shown.interview != self.view.interview:
            if self.view.interview and act.is_answer(action):
                self.view = replace(self.view, note=message("telegram.other_case"))
                return True
            self.view = replace(self.view, interview=shown.interview)
        self._send(event)
        return True

    def _adopt(self) -> None:
        """Learn the number of a message of ours that we did not know stood there."""
        number = self.incoming.message
        if number is not None and number not in self.view.messages:
            self.transaction.chats.note(self.chat.id, number, ours=True)
            self.delete.append(number)

    def _chat_action(self, action: str) -> bool:
        name, rest = act.split(action)
        match name:
            case act.HOME:
                self._go(HOME, int(rest) if rest.isdecimal() else 0)
            case act.HELP:
                self._go(HELP)
            case act.LANGUAGES:
                self._go(LANGUAGES)
            case act.LANGUAGE:
                self._language(rest)
            case act.NEW:
                self._new(rest)
            case act.CASE:
                self._case(rest)
            case _:
                return False
        return True

    def _no_press(self) -> None:
        incoming = self.incoming
        self.view = replace(self.view, note=None)
        match incoming.did:
            case Did.COMMANDED:
                self._command(incoming.text)
            case Did.FORWARDED:
                self.view = replace(self.view, note=message("telegram.forwarded"))
            case Did.SENT_SOMETHING_ELSE:
                self.view = replace(self.view, note=message("telegram.only_text"))
            case _:
                self._typed(incoming.text)

    def _command(self, command: str) -> None:
        if command in ("start", "cases"):
            self._go(HOME)
        elif command == "help":
            self._go(HELP)
        elif command == "language":
            self._go(LANGUAGES)
        elif command in _EVENTS:
            if self.view.interview:
                self._send(_EVENTS[command])
            elif command == "exit":
                self._leave_chat()
            else:
                self.view = replace(self.view, note=message("telegram.no_interview"))
        else:
            self.view = replace(self.view, note=message("telegram.unknown_command"))

    def _typed(self, text: str) -> None:
        if self.view.page != INTERVIEW or not self.view.interview:
            if self.view.page == NEUTRAL:
                # Whoever writes after the neutral screen sees nothing but that it can go on.
                self._go(HOME)
            else:
                self.view = replace(self.view, note=message("telegram.use_buttons"))
            return
        waiting = _waiting(self._said_before())
        if waiting is None or waiting.utterance.screen is not Screen.QUESTION:
            self._send(ev.Show())
            return
        data = waiting.utterance.data
        question, kind = str(data["question"]), Kind(data["kind"])
        if kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
            code = meant(text.strip(), waiting)
            if code is None:
                self.view = replace(self.view, note=message("telegram.press_or_type_label"))
            elif kind is Kind.CHOICE:
                self._send(ev.Give(question, code))
            else:
                self._send(ev.Mark(question, code))
            return
        self._send(ev.Write(question, text))

    # --- the chat's own ---------------------------------------------------------------------------

    def _go(self, page: str, at: int = 0) -> None:
        self.view = replace(self.view, page=page, at=at)

    def _language(self, language: str) -> None:
        if language not in languages():
            return
        self.view = replace(self.view, language=language)
        if self.view.interview:
            self._send(ev.ChooseLanguage(language))
        else:
            self._go(HOME)

    def _new(self, mode: str) -> None:
        if self.transaction.seen(f"{CHANNEL}:{self.incoming.key}"):
            return
        opened = self.desk._service.open_for(self.transaction, self.chat.person_id, mode=mode)
        self.view = replace(self.view, interview=opened.id, page=INTERVIEW)
        self._send(ev.ChooseLanguage(self.view.language))

    def _case(self, case_id: str) -> None:
        if case_id not in self.transaction.chats.cases_of(self.chat.person_id):
            self.view = replace(self.view, note=message("telegram.no_such_case"))
            self._go(HOME)
            return
        records = [
            record
            for record in self.transaction.interviews_of(case_id)
            if record.respondent == THERAPIST
        ]
        self.view = replace(self.view, interview=records[-1].id, page=INTERVIEW)
        self._send(ev.Show())

    def _leave_chat(self) -> None:
        self.view = replace(self.view, page=NEUTRAL)
        self.clear = True

    # --- the interview ----------------------------------------------------------------------------

    def _send(self, event: ev.Event) -> None:
        key = self.incoming.key if not self.steps else f"{self.incoming.key}.{self.steps}"
        self.steps += 1
        turn = self.desk._service.apply(
            self.transaction, self.view.interview, event, update_key=key
        )
        self._show_turn(turn)

    def _show_turn(self, turn: Turn) -> None:
        if turn.seen:
            self._go(INTERVIEW)
            return
        self.up_to = turn.last
        self.said = turn.said
        self.view = replace(
            self.view,
            page=INTERVIEW,
            first=turn.first,
            language=turn.interview.language or self.view.language,
        )
        waiting = _waiting(self.said)
        screen = None if waiting is None else waiting.utterance.screen
        if screen in _CLEARS or turn.interview.state == IN_REVIEW:
            self.clear = True
        if screen is Screen.LEFT:
            self.view = replace(self.view, page=NEUTRAL, interview="")

    def _said_before(self) -> tuple[Said, ...]:
        """Return what was said last, as it was kept for this channel."""
        if self.said is None:
            rows = self.transaction.outgoing_from(self.view.interview, CHANNEL, self.view.first)
            self.said = tuple(Said.from_data(row.payload) for row in rows)
            self.up_to = max((row.seq for row in rows), default=0)
        return self.said

    # --- what comes of it -------------------------------------------------------------------------

    def _finish(self) -> Job:
        page = self._page()
        interview = self.view.interview if self.view.page == INTERVIEW else ""
        self.view = self.view.with_screen(interview, page.question, page.actions)
        return self._job(page)

    def _page(self) -> Page:
        view = self.view
        writer = Writer(view.language)
        match view.page:
            case "home":
                return writer.home(self._cases(), view.at, view.note)
            case "help":
                return writer.help(view.note)
            case "languages":
                return writer.languages(view.note)
            case "interview" if view.interview:
                return writer.interview(self._said_before(), view.note)
        return writer.neutral()

    def _cases(self) -> list[CaseLine]:
        found = []
        for case_id in self.transaction.chats.cases_of(self.chat.person_id):
            case = self.transaction.case(case_id)
            try:
                records = self.transaction.interviews_of(case_id)
            except StorageError as error:
                if error.code != "case_unreadable":
                    raise
                found.append(CaseLine(case_id, case.code, "unreadable"))
                continue
            state = "new"
            for record in records:
                if record.respondent == THERAPIST:
                    reviewed = self.transaction.was_reviewed(record.id)
                    interview = Interview.from_data(record.projection)
                    state = case_state(interview, reviewed=reviewed)
            found.append(CaseLine(case_id, case.code, state))
        return found

    def _job(self, page: Page | None) -> Job:
        delete = tuple(dict.fromkeys(self.delete))
        if self.clear:
            delete = tuple(item.number for item in self.transaction.chats.messages(self.chat.id))
        due = page is not None or bool(delete)
        version = self.transaction.chats.show(self.chat, self.view.to_data(), due=due)
        return Job(
            chat_id=self.chat.id,
            chat=int(self.chat.handle),
            version=version,
            view=self.view,
            page=page,
            delete=delete,
            clear=self.clear,
            query=self.incoming.query,
            interview=self.view.interview,
            up_to=self.up_to,
        )


def _waiting(said: tuple[Said, ...]) -> Said | None:
    """Return the screen that waits for an answer."""
    return next((item for item in reversed(said) if item.utterance.screen not in ASIDE), None)


def case_state(interview: Interview, *, reviewed: bool) -> str:
    """Say in one word how far a therapist's interview is; one of `CASE_STATES`."""
    if interview.state in (CHOOSING_LANGUAGE, EXPLAINING) and not interview.answers:
        return "new"
    if interview.state == IN_REVIEW:
        return "in_review"
    if interview.state in ENDED:
        return "ended"
    if reviewed:
        return "returned"
    if interview.state in (PROPOSED, HANDED_OVER) or interview.confirmed:
        return "ready"
    return "asking"
