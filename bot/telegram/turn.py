"""A turn: one update of one chat, in one unit of work. What all people have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.access import TELEGRAM
from bot.labels import meant
from bot.quiet_hours import QuietHours
from bot.service import ASIDE, Applied, Said, Service
from bot.speech import Voices
from bot.telegram import actions as act
from bot.telegram.incoming import Did, Incoming
from bot.telegram.pages import Page, Writer
from bot.telegram.view import HELP, INTERVIEW, LANGUAGES, NEUTRAL, REMINDER, View, read_button
from flows import events as ev
from flows.machine import IN_REVIEW
from flows.messages import Message, message
from flows.questions import NONE_OF_THESE, Kind
from flows.utterances import Record, Screen
from locales import languages, offered
from storage.chats import ChatMessage, ChatRecord
from storage.errors import StorageError
from storage.records import InterviewRecord
from storage.transaction import Transaction

if TYPE_CHECKING:
    from bot.telegram.desk import Desk

CHANNEL: Final = TELEGRAM
RETURN_DIGITS: Final = 6
"""How many digits give a lent phone back."""
NO_VERSION: Final = -1
"""Of a job that is not about what the screen should show."""
_CLEARS: Final = (Screen.PAUSED, Screen.LEFT)
"""Screens after which nothing else may stand in the chat."""


@dataclass(frozen=True, slots=True)
class House:
    """What a shelter decides: how long links and supervision last, when it is quiet, which
    languages can be chosen, what speaks where somebody asks to hear a question, and where the
    pages in a browser are reached (empty where there are none)."""

    supervision: timedelta = timedelta(minutes=30)
    invitation: timedelta = timedelta(minutes=60)
    quiet: QuietHours = field(default_factory=QuietHours)
    languages: tuple[str, ...] = field(default_factory=lambda: offered(languages()))
    voices: Voices = field(default_factory=Voices)
    reminders_after: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=48))
    web_address: str = ""
    web_passkeys_needed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """What the courier has to do for one chat.

    `page` goes under the view's live key; None leaves the screen as it is. `delete` are messages to
    take away; with `clear` everything else in the chat goes. `query` is the press to answer.
    `interview` and `up_to` say which replies are delivered with it. `aloud` makes the phone sound:
    the page comes as a new message. `urgent` waits for nobody; `unasked` is not sent in quiet
    hours. `others` are jobs for other chats. `known` are the messages of the chat's ledger that
    stand there: whose they are, and how old.
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
    aloud: bool = False
    urgent: bool = False
    unasked: bool = False
    others: tuple[Job, ...] = ()
    known: tuple[ChatMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of what a mother did: the jobs for their phones, and whether it reaches them."""

    jobs: tuple[Job, ...] = ()
    by_therapist: bool = False
    by_colleague: bool = False


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody whom nobody let in; nothing is kept. `text` is what is said to them; `others` are
    jobs for other chats; `message` is what they wrote, or pressed a button of."""

    chat: int = field(repr=False)
    language: str
    query: str | None = field(default=None, repr=False)
    text: Message = field(default_factory=lambda: message("telegram.not_invited"))
    others: tuple[Job, ...] = ()
    message: int | None = None


Result = Job | Stranger | None


class Turn:
    """One update of one chat; `StaffTurn` and `MotherTurn` say what can be done in it."""

    by = ""
    """Who answers, where that is not the respondent."""

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
        self.aloud = False
        self.up_to = 0
        self.said: tuple[Said, ...] | None = None
        self.steps = 0
        self.pressed_case = ""
        self.others: list[Job] = []

    @property
    def service(self) -> Service:
        """The service that the desk uses."""
        return self.desk.service

    @property
    def house(self) -> House:
        """What the shelter decided."""
        return self.desk.house

    # --- what was done ----------------------------------------------------------------------------

    def take(self) -> Job:
        """Do what an update says."""
        incoming = self.incoming
        if incoming.did is Did.PRESSED:
            if not self._press():
                return self._job(None)
        else:
            self.note_message()
            self._no_press()
        return self.finish()

    def note_message(self) -> None:
        """What somebody sends is deleted as soon as it is kept."""
        number = self.incoming.message
        if number is not None:
            self.transaction.chats.note(self.chat.id, number, ours=False, sent_at=self.incoming.at)
            self.delete.append(number)

    def again(self, note: Message | None = None) -> Job:
        """Show the same again, under new keys."""
        if note is not None:
            self.view = replace(self.view, note=note)
        try:
            return self.finish()
        except StorageError as error:
            # A case whose key was destroyed must not keep the others' screens away.
            if not is_unreadable(error):
                raise
            return self.to_overview()

    def to_overview(self) -> Job:
        """Leave an interview that cannot be read."""
        raise NotImplementedError

    def after_restart(self) -> Job:
        """Show the same again; something may have been sent just before the program stopped."""
        if self.view.sweep_after is None:
            known = [item.number for item in self.transaction.chats.messages(self.chat.id)]
            self.view = replace(self.view, sweep_after=max(known, default=0))
        return self.again()

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
        self.pressed_case = shown.case
        if self._chat_action(action):
            return True
        event = act.event_of(action, shown.question)
        if event is None:
            return False
        return self._pressed_in_interview(event, action, shown.interview)

    def _pressed_in_interview(self, event: ev.Event, action: str, interview: str) -> bool:
        raise NotImplementedError

    def _adopt(self) -> None:
        """Learn the number of a message of ours that we did not know stood there."""
        number = self.incoming.message
        if number is not None and number not in self.view.messages:
            sent_at = self.incoming.at
            self.transaction.chats.note(self.chat.id, number, ours=True, sent_at=sent_at)
            self.delete.append(number)

    def _chat_action(self, action: str) -> bool:
        """Do what concerns the chat and not its interview; False where it does not."""
        name, rest = act.split(action)
        match name:
            case act.HELP:
                self._go(HELP)
            case act.LANGUAGES:
                self._go(LANGUAGES)
            case act.LANGUAGE:
                self._language(rest)
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
        raise NotImplementedError

    def _typed(self, text: str) -> None:
        raise NotImplementedError

    def _answer_typed(self, text: str) -> None:
        """Take what was typed as the answer to the question that stands there."""
        event = self._event_typed(text)
        if event is None:
            self.view = replace(self.view, note=message("telegram.press_or_type_label"))
        else:
            self._send(event)

    def _event_typed(self, text: str) -> ev.Event | None:
        """Say what typed words mean where they are read; None where they are no choice there."""
        waiting = waiting_screen(self._said_before())
        if waiting is None or waiting.utterance.screen is not Screen.QUESTION:
            return ev.Show()
        data = waiting.utterance.data
        question, kind = str(data["question"]), Kind(data["kind"])
        if kind not in (Kind.CHOICE, Kind.MULTI_CHOICE):
            return ev.Write(question, text)
        code = meant(text.strip(), waiting)
        if code is None:
            return None
        # "None of these" needs no second tap, and no second message.
        if kind is Kind.CHOICE or code == NONE_OF_THESE:
            return ev.Give(question, code)
        return ev.Mark(question, code)

    # --- the chat's own ---------------------------------------------------------------------------

    def _go(self, page: str, at: int = 0) -> None:
        self.view = replace(self.view, page=page, at=at)

    def _language(self, language: str) -> None:
        if language not in self.house.languages:
            return
        self.view = replace(self.view, language=language)
        if self.view.interview:
            self._send(ev.ChooseLanguage(language))
        else:
            self._without_interview()

    def _without_interview(self) -> None:
        raise NotImplementedError

    # --- the interview ----------------------------------------------------------------------------

    def _send(self, event: ev.Event) -> Applied:
        key = self.incoming.key if not self.steps else f"{self.incoming.key}.{self.steps}"
        self.steps += 1
        turn = self.service.apply(
            self.transaction, self.view.interview, event, update_key=key, by=self.by
        )
        self._show_turn(turn)
        if turn.records:
            self._happened(turn.records, turn)
        return turn

    def _happened(self, records: tuple[Record, ...], turn: Applied) -> None:
        """Do what has to be done elsewhere about what was kept for good."""

    def _show_turn(self, turn: Applied) -> None:
        if turn.seen:
            self._go(INTERVIEW)
            return
        if not turn.said:
            return
        self.up_to = turn.last
        self.said = turn.said
        self.view = replace(
            self.view,
            page=INTERVIEW,
            first=turn.first,
            revision=turn.revision,
            language=turn.interview.language or self.view.language,
        )
        waiting = waiting_screen(self.said)
        screen = None if waiting is None else waiting.utterance.screen
        if screen in _CLEARS or turn.interview.state == IN_REVIEW:
            self.clear = True
        if screen is Screen.LEFT:
            self._left()

    def _left(self) -> None:
        self.view = replace(self.view, page=NEUTRAL, interview="")

    def _said_before(self) -> tuple[Said, ...]:
        """Return what was said last, as it was kept for this channel."""
        if self.said is None:
            rows = self.transaction.outgoing_from(self.view.interview, CHANNEL, self.view.first)
            self.said = tuple(Said.from_data(row.payload) for row in rows)
            self.up_to = max((row.seq for row in rows), default=0)
        return self.said

    def _said_now(self) -> tuple[Said, ...]:
        """Return what the screen should show: what was said last, or what there is now.

        What is typed is read by what stood there, so that it answers nothing that was not seen.
        """
        if self.said is None:
            record = self.transaction.interview(self.view.interview)
            if self.view.revision not in (-1, record.revision):
                return self._went_on_elsewhere(record)
        return self._said_before()

    def _went_on_elsewhere(self, record: InterviewRecord) -> tuple[Said, ...]:
        """Show what there is now: the interview went on in a browser."""
        self.said = self.service.present(self.transaction, record, by=self.by)
        waiting = waiting_screen(self.said)
        if waiting is not None and waiting.utterance.screen in _CLEARS:
            self.clear = True
        return self.said

    # --- what comes of it -------------------------------------------------------------------------

    def finish(self) -> Job:
        """Keep what the screen shows now, and say what has to be done for that."""
        page = self._page(Writer(self.view.language, self.house.languages, self.house.voices))
        interview = self.view.interview if self.view.page == INTERVIEW else ""
        self.view = self.view.with_screen(interview, page.question, page.actions)
        return self._job(page)

    def _page(self, writer: Writer) -> Page:
        raise NotImplementedError

    def _job(self, page: Page | None) -> Job:
        clear = self.clear or (page is not None and self.view.page == NEUTRAL)
        delete = tuple(dict.fromkeys(self.delete))
        known = tuple(self.transaction.chats.messages(self.chat.id))
        if clear:
            # What they wrote and could not be deleted then cannot be deleted now either.
            delete = tuple(item.number for item in known if item.ours or not item.refused)
        due = page is not None or bool(delete)
        version = self.transaction.chats.show(self.chat, self.view.to_data(), due=due)
        return Job(
            chat_id=self.chat.id,
            chat=int(self.chat.handle),
            version=version,
            view=self.view,
            page=page,
            delete=delete,
            clear=clear,
            query=self.incoming.query,
            interview=self.view.interview,
            up_to=self.up_to,
            aloud=self.aloud,
            urgent=clear and self.view.page == NEUTRAL,
            unasked=page is not None and self.view.page == REMINDER,
            others=tuple(self.others),
            known=known,
        )


def is_unreadable(error: StorageError) -> bool:
    """Whether an error is about one case and no other: it is gone, or its key is."""
    return error.code.startswith(("case_", "interview_"))


def waiting_screen(said: tuple[Said, ...]) -> Said | None:
    """Return the screen that waits for an answer."""
    return next((item for item in reversed(said) if item.utterance.screen not in ASIDE), None)
