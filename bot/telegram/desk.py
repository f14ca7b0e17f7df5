"""The desk: what one update does, in one unit of work.

The person's chat, the interview, its events and its replies change together or not at all. What the
screen should show afterwards goes to the courier. The desk knows who is who; what somebody can do
is said in their turn (`staff`, `mother`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bot.access import Action, may
from bot.being_there import URGENT
from bot.service import Service
from bot.telegram.incoming import Did, Incoming
from bot.telegram.mother import MotherTurn
from bot.telegram.staff import StaffTurn
from bot.telegram.turn import (
    CHANNEL,
    NO_VERSION,
    House,
    Job,
    Result,
    Stranger,
    Told,
    Turn,
    is_unreadable,
)
from bot.telegram.view import INTERVIEW, LEND, NEUTRAL, View
from flows import events as ev
from flows.machine import ENDED
from flows.messages import Message, message
from flows.questions import MOTHER, THERAPIST
from locales import nearest
from storage.chats import ChatRecord
from storage.errors import StorageError
from storage.notices import Notice
from storage.people import ENROL, INVITE, SupervisionRecord, TokenRecord
from storage.records import InterviewRecord
from storage.store import Store
from storage.transaction import Transaction


class Desk:
    """Turns updates into units of work."""

    def __init__(
        self,
        store: Store,
        service: Service,
        *,
        open_therapists: bool,
        house: House | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Work with a store and the service on it; with `open_therapists` anyone may begin."""
        self._store = store
        self.service = service
        self._open = open_therapists
        self.house = house or House()
        self.clock = clock
        self.links: dict[str, str] = {}
        """Links and codes that were just made, by chat, to be shown once; kept nowhere."""

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
                self._turn(transaction, chat).after_restart()
                for chat in transaction.chats.due(CHANNEL)
            ]

        return self._store.submit(work)

    def tell(self, chat_id: str, note: Message) -> Future[Job | None]:
        """Say something above the screen of a chat; who left reads it when they come back."""

        def work(transaction: Transaction) -> Job | None:
            turn = self._turn(transaction, transaction.chats.chat(chat_id))
            if turn.view.page == NEUTRAL:
                kept = replace(turn.view, note=note)
                transaction.chats.settle(chat_id, kept.to_data(), done=False)
                return None
            return turn.again(note)

        return self._store.submit(work)

    def again(self, chat_id: str) -> Future[Job]:
        """Show the same again in a chat, as it may be shown now."""
        return self._store.submit(
            lambda transaction: self._turn(transaction, transaction.chats.chat(chat_id)).again()
        )

    def shut_out(self, chat_id: str) -> Future[list[Job]]:
        """Note that somebody blocked the bot; what they did not read and cannot wait is told to
        whoever else can be."""

        def work(transaction: Transaction) -> list[Job]:
            return self._block(transaction, transaction.chats.chat(chat_id))

        return self._store.submit(work)

    def _block(self, transaction: Transaction, chat: ChatRecord) -> list[Job]:
        transaction.chats.block(chat.id, blocked=True)
        jobs: list[Job] = []
        for case_id, kind in () if chat.blocked else View.from_data(chat.view).alerts:
            if kind in URGENT:
                jobs.extend(self._readable(partial(self._again, transaction, case_id, kind)))
        return jobs

    def _again(self, transaction: Transaction, case_id: str, alert: str) -> list[Job]:
        """Tell once more what happened on the mother's side of a case."""
        hers = transaction.latest_interview(case_id, MOTHER)
        return [] if hers is None else list(self.tell_therapist(transaction, hers.id, alert).jobs)

    def give_up(self, incoming: Incoming) -> Future[Job | None]:
        """Show the overview to somebody whose case cannot be read (any more)."""

        def work(transaction: Transaction) -> Job | None:
            chat = transaction.chats.find(CHANNEL, str(incoming.chat))
            if chat is None:
                return None
            turn = self._turn(transaction, chat, incoming)
            if incoming.did is not Did.PRESSED:
                turn.note_message()
            return turn.to_overview()

        return self._store.submit(work)

    def look_around(self, busy: Collection[str]) -> Future[list[Job]]:
        """Do what time asks for: what others changed or left to be told, supervision that ran
        out, reminders.

        Chats in `busy` are being brought up to date already.
        """

        def work(transaction: Transaction) -> list[Job]:
            jobs = [
                self._turn(transaction, chat).again()
                for chat in transaction.chats.due(CHANNEL)
                if chat.id not in busy
            ]
            for notice in transaction.notices.take():
                jobs.extend(self._readable(partial(self._noticed, transaction, notice)))
            for there in transaction.people.lapsed_supervisions():
                transaction.people.end_supervision(there.interview_id)
                jobs.extend(self._readable(partial(self._lapsed, transaction, there)))
            for chat in transaction.chats.to_remind(CHANNEL, self.clock()):
                transaction.chats.remind_at(chat.id, None)
                turn = self._turn(transaction, chat)
                if isinstance(turn, MotherTurn):
                    jobs.extend(self._readable(turn.remind))
            return jobs

        return self._store.submit(work)

    def _noticed(self, transaction: Transaction, notice: Notice) -> list[Job]:
        """Tell what was left to be told by somebody who cannot reach a phone."""
        if notice.person_id is None:
            return self._again(transaction, notice.case_id, notice.kind)
        return list(self.tell_colleague(transaction, notice.person_id, notice.case_id, notice.kind))

    def _lapsed(self, transaction: Transaction, there: SupervisionRecord) -> list[Job]:
        """Let a mother's questions wait where nobody was there for too long."""
        key = f"lapsed.{there.interview_id}.{there.until.timestamp()}"
        paused = self.pause_hers(transaction, there.interview_id, "unsupervised", key=key)
        told = self.tell_therapist(transaction, there.interview_id, "").jobs
        return [*([] if paused is None else [paused]), *told]

    def _readable(self, work: Callable[[], list[Job]]) -> list[Job]:
        """Do something about one case; nothing where it cannot be read any more."""
        try:
            return work()
        except StorageError as error:
            if not is_unreadable(error):
                raise
            return []

    # --- who it is --------------------------------------------------------------------------------

    def _turn(
        self, transaction: Transaction, chat: ChatRecord, incoming: Incoming | None = None
    ) -> Turn:
        incoming = incoming or Incoming("", 0, Did.TYPED)
        lent = bool(chat.view.get("lent")) and not chat.disabled
        if lent and incoming.key == "" and chat.view.get("page") == LEND:
            lent = False  # its owner has not handed it over yet, and has to see the digits
        hers = chat.role == MOTHER or lent
        return (MotherTurn if hers else StaffTurn)(self, transaction, chat, incoming)

    def _take(self, transaction: Transaction, incoming: Incoming) -> Result:
        chats = transaction.chats
        chat = chats.find(CHANNEL, str(incoming.chat))
        starts = incoming.did is Did.COMMANDED and incoming.text == "start"
        unasked = incoming.did in (Did.BLOCKED, Did.UNBLOCKED, Did.EDITED)
        if chat is not None and chat.disabled:
            return None if unasked else self._stranger(incoming)
        if starts and incoming.rest:
            return self._open_link(transaction, chat, incoming)
        if chat is None:
            if not (self._open and starts):
                return None if unasked else self._stranger(incoming)
            view = View(language=self._language_of(incoming))
            chat = chats.open(CHANNEL, str(incoming.chat), role=THERAPIST, view=view.to_data())
        if incoming.did in (Did.BLOCKED, Did.UNBLOCKED):
            # What fell due meanwhile is not sent when she comes back.
            chats.remind_at(chat.id, None)
            if incoming.did is Did.BLOCKED:
                told = self._block(transaction, chat)
                return replace(self._nothing(chat), others=tuple(told))
            chats.block(chat.id, blocked=False)
            return None
        if incoming.did is Did.EDITED and not (chat.role == MOTHER or chat.view.get("lent")):
            return None
        if chat.blocked:
            chats.block(chat.id, blocked=False)
        return self._turn(transaction, chat, incoming).take()

    def _nothing(self, chat: ChatRecord) -> Job:
        """Give a job that leaves a chat as it is."""
        view = View.from_data(chat.view)
        return Job(chat_id=chat.id, chat=int(chat.handle), version=NO_VERSION, view=view)

    def _language_of(self, incoming: Incoming) -> str:
        """Suggest the language of somebody's telephone, where it can be chosen here."""
        return nearest(incoming.language, self.house.languages)

    def _stranger(self, incoming: Incoming, text: Message | None = None) -> Stranger:
        language = self._language_of(incoming)
        stranger = Stranger(incoming.chat, language, incoming.query, message=incoming.message)
        return stranger if text is None else replace(stranger, text=text)

    # --- links ------------------------------------------------------------------------------------

    def _open_link(
        self, transaction: Transaction, chat: ChatRecord | None, incoming: Incoming
    ) -> Result:
        people = transaction.people
        who = f"{CHANNEL}:{incoming.chat}"
        # A link that was used or ran out is counted by itself: the right one must still open.
        this = f"{who}:{incoming.rest[:64]}"
        if not (people.may_guess(who) and people.may_guess(this)):
            return self._refused(transaction, chat, incoming, message("telegram.link.wait"))
        try:
            link = people.look_at_link(incoming.rest)
        except StorageError as error:
            people.guessed_wrong(who if error.code == "link_unknown" else this)
            others = self._second_use(transaction, chat, incoming.rest, error.code)
            refused = self._refused(transaction, chat, incoming, message(f"storage.{error.code}"))
            return replace(refused, others=others)
        if link.purpose == ENROL and chat is None:
            return self._enrol(transaction, link, incoming)
        if link.purpose == INVITE:
            return self._invited(transaction, chat, link, incoming)
        return self._refused(transaction, chat, incoming, message("telegram.link.in_use"))

    def _second_use(
        self, transaction: Transaction, chat: ChatRecord | None, token: str, code: str
    ) -> tuple[Job, ...]:
        """Warn the therapist when somebody else opens a mother's link a second time."""
        used = transaction.people.used_link(token) if code == "link_used" else None
        if used is None or used.interview_id is None:
            return ()
        if chat is not None and chat.view.get("interview") == used.interview_id:
            return ()
        return self.tell_therapist(transaction, used.interview_id, "second_use").jobs

    def _refused(
        self,
        transaction: Transaction,
        chat: ChatRecord | None,
        incoming: Incoming,
        text: Message,
    ) -> Job | Stranger:
        if chat is None:
            return self._stranger(incoming, text)
        turn = self._turn(transaction, chat, incoming)
        turn.note_message()
        return turn.again(None if turn.view.locked else text)

    def _enrol(self, transaction: Transaction, link: TokenRecord, incoming: Incoming) -> Result:
        assert link.person_id is not None  # noqa: S101 - a link to enrol is somebody's
        if transaction.people.person(link.person_id).disabled:
            return self._refused(transaction, None, incoming, message("storage.link_expired"))
        transaction.people.use_link(incoming.rest)
        view = View(
            language=self._language_of(incoming),
            note=message("telegram.welcome"),
        )
        chat = transaction.chats.bind(
            CHANNEL, str(incoming.chat), link.person_id, view=view.to_data()
        )
        transaction.people.note("account_bound", actor=link.person_id, person=link.person_id)
        turn = self._turn(transaction, chat, incoming)
        turn.note_message()
        return turn.finish()

    def _invited(
        self,
        transaction: Transaction,
        chat: ChatRecord | None,
        link: TokenRecord,
        incoming: Incoming,
    ) -> Result:
        """Open a mother's interview: on her own phone, or on her therapist's."""
        assert link.interview_id is not None  # noqa: S101 - an invitation is to an interview
        record = transaction.interview(link.interview_id)
        if record.ended_at is not None:
            return self._refused(transaction, chat, incoming, message("storage.link_expired"))
        chosen = str(link.payload.get("language", ""))
        language = chosen if chosen in self.house.languages else ""
        if chat is not None and chat.role != MOTHER:
            if transaction.therapist_of(record.id) != chat.person_id:
                return self._refused(transaction, chat, incoming, message("telegram.link.in_use"))
            staff = self._turn(transaction, chat, incoming)
            staff.note_message()
            if isinstance(staff, StaffTurn):
                transaction.people.use_link(incoming.rest)
                staff.lend(record, language)
            return staff.finish()
        transaction.people.use_link(incoming.rest)
        view = View(
            language=language or self._language_of(incoming),
            interview=record.id,
            page=INTERVIEW,
            reminders="ask" if link.payload.get("reminders") else "no",
        )
        if chat is None:
            chat = transaction.chats.open(
                CHANNEL, str(incoming.chat), role=MOTHER, view=view.to_data()
            )
        else:
            old = View.from_data(chat.view)
            # A telephone of the shelter goes from one mother to another: what one chose is not
            # the other's.
            same = self._is_of(transaction, old.interview, record.case_id)
            kept = replace(
                view,
                messages=old.messages,
                section=old.section,
                sweep_after=old.sweep_after,
                word=old.word if same else "",
                reminded=old.reminded if old.interview == record.id else 0,
            )
            chat = replace(chat, view=kept.to_data())
        before = self._her_turn(transaction, record)
        moved = record.person_id not in (None, chat.person_id) or (
            before is not None and before.view.lent != ""
        )
        transaction.bind_interview(record.id, chat.person_id)
        transaction.web.end_interview(record.id)  # a browser shows nothing of it any more either
        turn = self._turn(transaction, chat, incoming)
        turn.note_message()
        turn.clear = True
        if before is not None and before.chat.id != chat.id:
            # One interview is on one phone: the other one shows nothing of it any more. A lent one
            # is opened by its owner's digits still.
            turn.others.append(before.close())
        if isinstance(turn, MotherTurn):
            if moved:
                # Another account than before: nothing is shown there until her therapist says so.
                transaction.people.end_supervision(record.id)
            turn.begin()
            if moved:
                told = self.tell_therapist(transaction, record.id, "other_phone")
                turn.others.extend(told.jobs)
        return turn.finish()

    def _is_of(self, transaction: Transaction, interview_id: str, case_id: str) -> bool:
        """Whether an interview is about this case."""
        try:
            return transaction.interview(interview_id).case_id == case_id
        except StorageError as error:
            if not is_unreadable(error):
                raise
            return False

    def close_hers(self, transaction: Transaction, record: InterviewRecord) -> Job | None:
        """Take a mother's questions off her own phone; None where they are on none."""
        chat = None if record.person_id is None else transaction.chats.of(record.person_id, CHANNEL)
        if chat is None or chat.disabled or chat.view.get("interview") != record.id:
            return None
        return MotherTurn(self, transaction, chat, Incoming("", 0, Did.TYPED)).close()

    def for_owner(self, turn: MotherTurn) -> Job:
        """Finish a turn in which a lent phone was given back."""
        staff = StaffTurn(self, turn.transaction, turn.chat, turn.incoming)
        staff.view, staff.delete, staff.clear = turn.view, turn.delete, True
        staff.others = turn.others
        staff.show_alerts()
        return staff.again()  # her case may be somebody else's by now, or not to be read

    # --- what one person's turn does for another --------------------------------------------------

    def tell_therapist(self, transaction: Transaction, interview_id: str, alert: str) -> Told:
        """Tell a mother's therapist what happened.

        Where the therapist cannot be reached (shut out, blocked the bot, or lent the phone to
        another mother) and it cannot wait, those who supervise the therapist are told.
        """
        record = transaction.interview(interview_id)
        therapist = transaction.therapist_of(interview_id)
        if therapist is None:
            return Told()
        jobs: list[Job] = []
        chat = transaction.chats.of(therapist, CHANNEL)
        reached = False
        if chat is not None and not chat.disabled and may(chat.role, Action.SUPERVISE):
            reached = not (chat.blocked or chat.view.get("lent"))
            jobs.extend(self._alerted(transaction, chat, record.case_id, alert))
        if reached or alert not in URGENT:
            return Told(tuple(jobs), by_therapist=reached)
        others = [
            chat
            for person in transaction.people.supervisors_of(therapist)
            if (chat := transaction.chats.of(person, CHANNEL)) is not None
            and not (chat.disabled or chat.blocked or chat.view.get("lent"))
            and may(chat.role, Action.PROPOSAL)
        ]
        for chat in others:
            jobs.extend(self._alerted(transaction, chat, record.case_id, alert))
        return Told(tuple(jobs), by_colleague=bool(others))

    def tell_colleague(
        self, transaction: Transaction, person: str, case_id: str, alert: str
    ) -> tuple[Job, ...]:
        """Tell somebody who works here of a case; nobody who is shut out."""
        chat = transaction.chats.of(person, CHANNEL)
        if chat is None or chat.disabled:
            return ()
        return tuple(self._alerted(transaction, chat, case_id, alert))

    def _alerted(
        self, transaction: Transaction, chat: ChatRecord, case_id: str, alert: str
    ) -> Iterator[Job]:
        turn = StaffTurn(self, transaction, chat, Incoming("", 0, Did.TYPED))
        job = turn.alerted(case_id, alert)
        if job is not None:
            yield job

    def in_hers(
        self, transaction: Transaction, record: InterviewRecord, event: ev.Event, *, key: str
    ) -> Job | None:
        """Do something in a mother's interview from elsewhere; her phone shows it."""
        turn = self._her_turn(transaction, record)
        if turn is None or turn.view.locked:
            # On a screen that she locked nothing changes, not even in silence.
            self.service.apply(transaction, record.id, event, update_key=key)
            return None
        return turn.show(event, key)

    def pause_hers(
        self, transaction: Transaction, interview_id: str, because: str, *, key: str
    ) -> Job | None:
        """Let a mother's questions wait; None where nothing was going on."""
        record = transaction.interview(interview_id)
        if record.ended_at is not None or record.state in ENDED:
            return None
        turn = self._her_turn(transaction, record)
        return None if turn is None else turn.pause(because, key)

    def _her_turn(self, transaction: Transaction, record: InterviewRecord) -> MotherTurn | None:
        """Give the turn of whoever holds the phone that shows a mother's interview."""
        therapist = transaction.therapist_of(record.id)
        for person in (therapist, record.person_id):
            chat = None if person is None else transaction.chats.of(person, CHANNEL)
            if chat is None or chat.disabled:
                continue
            # A phone that was lent to her comes first: her own is closed then.
            hers = chat.role == MOTHER and chat.view.get("interview") == record.id
            if hers or chat.view.get("lent") == record.id:
                return MotherTurn(self, transaction, chat, Incoming("", 0, Did.TYPED))
        return None
