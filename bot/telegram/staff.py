"""A colleague's turn: their cases, their questions, and being there for a mother."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.access import Action, Scope, may, scope
from bot.being_there import ALERTS, URGENT
from bot.case_states import state_of
from bot.links import deep_link, qr_png
from bot.reviewing import is_handed_in, may_review, note_reading, proposal_to_review
from bot.service import Applied
from bot.sign_in_links import (
    go_on_link,
    interview_address,
    sign_in_address,
    sign_in_link,
)
from bot.telegram import actions as act
from bot.telegram.pages import CaseLine, HerCase, Page, Writer
from bot.telegram.reviews import PAGES as REVIEW_PAGES
from bot.telegram.reviews import Reviewing
from bot.telegram.turn import CHANNEL, RETURN_DIGITS, Job
from bot.telegram.view import (
    ALERT,
    HAND_OVER,
    HELP,
    HER_ANSWERS,
    HERS,
    HOME,
    INTERVIEW,
    INVITE,
    INVITE_LANGUAGE,
    LANGUAGES,
    LEND,
    LINK,
    NEUTRAL,
    PROPOSAL,
    REVIEWS,
    SHARE,
    WEB_LINK,
)
from flows import events as ev
from flows.conditions import YES
from flows.conversation import mark
from flows.interview import Interview
from flows.messages import Message, message
from flows.questions import MOTHER, THERAPIST
from flows.utterances import Record
from flows.voorstudie.questions import ORDERS
from storage.people import PersonRecord
from storage.records import InterviewRecord

_EVENTS: dict[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "edit": ev.Summarise(),
    "pause": ev.Pause(),
    "exit": ev.Leave(),
}
_NEEDS: dict[str, Action] = {
    act.NEW: Action.BEGIN,
    act.CASE: Action.PROPOSAL,
    act.HERS: Action.SUPERVISE,
    act.INVITE: Action.INVITE,
    act.INVITE_LANGUAGE: Action.INVITE,
    act.INVITE_REMIND: Action.INVITE,
    act.LEND: Action.INVITE,
    act.WITH: Action.SUPERVISE,
    act.NEAR: Action.SUPERVISE,
    act.AWAY: Action.SUPERVISE,
    act.STOP_HERS: Action.STOP_HERS,
    act.LET_GO_ON: Action.LET_GO_ON,
    act.HER_ANSWERS: Action.HER_ANSWERS,
    act.RECORD: Action.RECORD,
    act.SHARE: Action.SHARE,
    act.SHARE_YES: Action.SHARE,
    act.HAND_OVER: Action.HAND_OVER,
    act.HAND_OVER_TO: Action.HAND_OVER,
    **dict.fromkeys((*act.REVIEWING, act.READ_REASONS, act.READ_SECTION), Action.REVIEW),
}
"""Which right an action of the chat needs."""
_NOT_A_STATE = ("danger_words", "other_phone", "second_use")
"""What a therapist is told that the state of her interview does not say."""


class StaffTurn(Reviewing):
    """One update of somebody who works here."""

    # --- what they may ----------------------------------------------------------------------------

    def take(self) -> Job:
        """Do what an update says, with what is theirs at this moment."""
        if self.view.case:  # whoever is there for a mother has looked at her case
            self.transaction.people.prolong(self.chat.person_id, lasts=self.house.supervision)
        self._forget_what_is_not_theirs()
        self.view = replace(self.view, told=())
        return super().take()

    def again(self, note: Message | None = None) -> Job:
        """Show the same again, as far as it is theirs still."""
        self._forget_what_is_not_theirs()
        if self.view.page == LEND and self.chat.id not in self.desk.links:
            self._new_digits()  # the ones before were never shown
        return super().again(note)

    def _forget_what_is_not_theirs(self) -> None:
        view = self.view
        if view.interview and not self._answers(view.interview):
            view = replace(view, interview="", recording=False, page=HOME, case="")
        if view.case and not self._sees(view.case):
            view = replace(view, case="", page=HOME)
        if view.alerts:
            seen = tuple(item for item in view.alerts if self._sees(item[0]))
            view = view if seen == view.alerts else replace(view, alerts=seen)
        if self.chat.disabled:
            # A phone that is lent stays locked until its digits are typed.
            view = replace(
                view, interview="", case="", page=NEUTRAL, alerts=(), locked=bool(view.lent)
            )
        if view.lent and view.page != self.view.page:
            # Whoever holds it now: its digits stood there, and nothing else opens it.
            view = replace(view, page=NEUTRAL, locked=True)
        if view is not self.view:
            # What was said above it, and the press that led there, were about that case as well.
            note = None if self.chat.disabled else message("telegram.no_such_case")
            self.said, self.view = None, replace(view, note=note, pressed="")

    def _answers(self, interview_id: str) -> bool:
        """Whether this interview is of a case of theirs, and theirs to answer."""
        return (
            may(self.chat.role, Action.ANSWER)
            and self.transaction.therapist_of(interview_id) == self.chat.person_id
        )

    def _sees(self, case_id: str) -> bool:
        return bool(self._cases_seen(only=case_id))

    def _cases_seen(self, *, only: str | None = None) -> list[str]:
        people = self.transaction.people
        match scope(self.chat.role, Action.LIST):
            case Scope.OWN:
                return people.cases_of(self.chat.person_id, only=only)
            case Scope.ASSIGNED:
                return people.cases_supervised_by(self.chat.person_id, only=only)
        return []

    # --- what they do -----------------------------------------------------------------------------

    @property
    def by(self) -> str:  # type: ignore[override]
        """A therapist who writes down what the mother says."""
        return THERAPIST if self.view.recording else ""

    def to_overview(self) -> Job:
        """Leave an interview that cannot be read."""
        self.said, self.up_to = None, 0
        self.view = replace(
            self.view,
            page=HOME,
            interview="",
            case="",
            recording=False,
            note=message("telegram.no_such_case"),
        )
        return self.finish()

    def _press(self) -> bool:
        """Do what a button does; an alert that came just before it is still there to be read."""
        alert = self.view.live if self.view.page == ALERT and self.view.alerts else ""
        shown = super()._press()
        if alert and self.view.page == INTERVIEW and not self.incoming.text.startswith(alert):
            self._go(ALERT)
            self.aloud = True
        return shown

    def _pressed_in_interview(self, event: ev.Event, action: str, interview: str) -> bool:
        if not self.view.interview and not interview:
            self._go(HOME)
            return True
        if interview and interview != self.view.interview:
            if self.view.interview and act.is_answer(action):
                self.view = replace(self.view, note=message("telegram.other_case"))
                return True
            if not self._answers(interview):
                self._no_such_case()
                return True
            record = self.transaction.interview(interview)
            hers = record.respondent == MOTHER
            self.view = replace(self.view, interview=interview, recording=hers, case=record.case_id)
        self._send(event)
        return True

    def _no_such_case(self) -> None:
        self.view = replace(self.view, note=message("telegram.no_such_case"))
        self._go(HOME)

    def _command(self, command: str) -> None:
        if command in ("start", "cases"):
            self._go(HOME)
        elif command == "reviews" and may(self.chat.role, Action.REVIEW):
            self._go(REVIEWS)
        elif command == "help":
            self._go(HELP)
        elif command == "web":
            self._to_browser()
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

    def _to_browser(self) -> None:
        """Make a link into a browser: to go on with what is open here, or to the console.

        Who has a passkey signs in to the console: a link alone lets them in nowhere.
        """
        if not self.house.web_address:
            self.view = replace(self.view, note=message("browser.telegram.no_address"))
            return
        transaction, person = self.transaction, self.chat.person_id
        guarded = self.house.web_passkeys_needed or transaction.web.passkeys_of(person)
        goes_on = self.view.interview and not self.view.recording and not guarded
        if goes_on and self._is_open(self.view.interview):
            token = go_on_link(transaction, person, self.view.interview)
            link = interview_address(self.house.web_address, token)
        else:
            token = sign_in_link(transaction, transaction.people.person(person), actor=person)
            link = sign_in_address(self.house.web_address, token)
        self.desk.links[self.chat.id] = link  # shown once
        self._go(WEB_LINK)

    def _is_open(self, interview_id: str) -> bool:
        """Whether somebody still works on an interview."""
        return self.transaction.interview(interview_id).ended_at is None

    def _left(self) -> None:
        super()._left()
        self._stop_being_there()

    def _stop_being_there(self) -> None:
        """Whoever leaves is there for nobody: her questions wait."""
        for there in self.transaction.people.supervised_by(self.chat.person_id):
            self._end_supervision(there.interview_id)

    def _typed(self, text: str) -> None:
        if self.view.page == INTERVIEW and self.view.interview:
            self._answer_typed(text)
        elif self.is_writing:
            self.review_typed(text)
        elif self.view.page != NEUTRAL:  # there nothing that is written opens anything
            self.view = replace(self.view, note=message("telegram.use_buttons"))

    def _without_interview(self) -> None:
        self._go(HOME)

    def _leave_chat(self) -> None:
        self.view = replace(self.view, page=NEUTRAL)
        self.clear = True
        self._stop_being_there()

    def _chat_action(self, action: str) -> bool:
        name, rest = act.split(action)
        needed = _NEEDS.get(name)
        if needed is not None and not may(self.chat.role, needed):
            self._no_such_case()
            return True
        match name:
            case act.HOME:
                self._go(HOME, int(rest) if rest.isdecimal() else 0)
            case act.NEW:
                self._new(rest)
            case act.CASE:
                self._case(rest)
            case act.HERS:
                self.hers(rest or self.pressed_case)
            case _ if needed is not None:
                if not self._sees(self.pressed_case):
                    self._no_such_case()
                elif self.pressed_case != self.view.case:
                    # A button about another family than the one that is looked at now.
                    self.view = replace(self.view, note=message("telegram.old_button"))
                elif name in act.REVIEWING:
                    self.review(name, rest)
                elif name in (act.READ_REASONS, act.READ_SECTION):
                    self.read(name, rest)
                else:
                    self._about_her(name, rest)
            case _:
                return super()._chat_action(action)
        return True

    def _new(self, mode: str) -> None:
        if self.transaction.seen(f"{CHANNEL}:{self.incoming.key}"):
            return
        opened = self.service.open_for(self.transaction, self.chat.person_id, mode=mode)
        self.view = replace(
            self.view, interview=opened.id, recording=False, page=INTERVIEW, case=""
        )
        self._send(ev.ChooseLanguage(self.view.language))

    def _case(self, case_id: str) -> None:
        if not self._sees(case_id):
            self._no_such_case()
            return
        if scope(self.chat.role, Action.ANSWER) is Scope.NONE:
            note_reading(self.transaction, case_id, self.chat.person_id, "proposal")
            self.view = replace(self.view, page=PROPOSAL, case=case_id)
            self._tell_of(case_id)
            return
        record = self.transaction.latest_interview(case_id, THERAPIST)
        if record is None:
            self.hers(case_id)
            return
        self.view = replace(
            self.view, interview=record.id, recording=False, page=INTERVIEW, case=case_id
        )
        self._send(ev.Show())

    def hers(self, case_id: str) -> None:
        """Show the page about the mother of a case."""
        if not case_id and self.view.interview:
            case_id = self.transaction.interview(self.view.interview).case_id
        if not self._sees(case_id):
            self._no_such_case()
            return
        self.view = replace(
            self.view,
            page=HERS,
            case=case_id,
            recording=False,
            interview="" if self.view.recording else self.view.interview,
        )
        self._tell_of(case_id)

    def _tell_of(self, case_id: str) -> None:
        """Tell everything about a case that was not looked at yet, the most serious first."""
        kinds = [kind for case, kind in self.view.alerts if case == case_id]
        self.view = replace(
            self.view,
            told=tuple(sorted(kinds, key=ALERTS.index)) or self.view.told,
            alerts=tuple(item for item in self.view.alerts if item[0] != case_id),
        )

    def show_alerts(self) -> None:
        """Show what happened while this phone was lent: with others first, then with her."""
        if any(case != self.view.case for case, _ in self.view.alerts):
            self.view = replace(self.view, page=ALERT)
        elif self.view.case:
            self.hers(self.view.case)

    # --- the mother's side of a case --------------------------------------------------------------

    def _about_her(self, name: str, rest: str) -> None:
        case_id = self.view.case
        match name:
            case act.INVITE:
                self._go(INVITE_LANGUAGE)
                return
            case act.INVITE_LANGUAGE if rest in self.house.languages:
                self.view = replace(self.view, page=INVITE, her_language=rest)
                return
            case act.INVITE_REMIND:
                self._invite(case_id, reminders=rest == YES)
                return
            case act.HAND_OVER:
                self._go(HAND_OVER)
                return
            case act.HAND_OVER_TO:
                self._hand_over(case_id, rest)
                return
        hers = self._her_record()
        if hers is None:
            self._go(HERS)
            return
        match name:
            case act.LEND:
                self.lend(hers, self.view.her_language)
            case act.WITH | act.NEAR:
                self.transaction.people.supervise(
                    hers.id,
                    self.chat.person_id,
                    with_her=name == act.WITH,
                    lasts=self.house.supervision,
                )
                self._go(HERS)
            case act.AWAY:
                self._end_supervision(hers.id)
                self._go(HERS)
            case act.STOP_HERS:
                self._in_hers(hers, ev.Stop())
                self._go(HERS)
            case act.LET_GO_ON if rest == mark(self.service.read(hers)):
                self._in_hers(hers, ev.LetGoOn())
                self._go(HERS)
            case act.LET_GO_ON:
                # About an earlier danger; what there is now has to be read first.
                self.view = replace(self.view, note=message("telegram.old_button"))
                self.hers(case_id)
            case act.HER_ANSWERS:
                self._go(HER_ANSWERS)
            case act.RECORD:
                self.view = replace(self.view, interview=hers.id, recording=True)
                self._send(ev.ChooseLanguage(self.view.language))
            case act.SHARE:
                self._go(SHARE)
            case act.SHARE_YES:
                self._share(hers)

    def _invite(self, case_id: str, *, reminders: bool) -> None:
        # Shown once: from now on only its digest is known.
        self.desk.links[self.chat.id] = self.service.invite(
            self.transaction,
            case_id,
            actor=self.chat.person_id,
            language=self.view.her_language,
            reminders=reminders,
            lasts=self.house.invitation,
        )
        self._go(LINK)

    def lend(self, hers: InterviewRecord, language: str) -> None:
        """Give her this phone: from now on it shows her questions and nothing else.

        `language` is the one chosen for her; empty where she has one already, or none. Her own
        phone shows her questions no longer, no link made before opens them on another, and whoever
        else is answering waits: nobody is there for them.
        """
        self.transaction.people.expire_links(hers.id)
        for there in self.transaction.people.supervised_by(self.chat.person_id):
            if there.interview_id != hers.id:
                self._end_supervision(there.interview_id)
        self.transaction.web.end_interview(hers.id)
        closed = self.desk.close_hers(self.transaction, hers)
        if closed is not None:
            self.others.append(closed)
        if Interview.from_data(hers.projection).checked:
            # Who is there and whether it is safe is asked on this phone too.
            key = f"{self.incoming.key}.lend"
            self.service.apply(self.transaction, hers.id, ev.Pause(), update_key=key)
        self.transaction.people.note("phone_lent", actor=self.chat.person_id, case=hers.case_id)
        self.transaction.people.supervise(
            hers.id, self.chat.person_id, with_her=True, lasts=self.house.supervision
        )
        self._new_digits()
        self.view = replace(
            self.view,
            page=LEND,
            case=hers.case_id,
            lent=hers.id,
            interview=hers.id,
            recording=False,
            reminders="",
            owner_language=self.view.language,
            language=language or hers.language or self.view.language,
        )

    def _new_digits(self) -> None:
        """Make the digits that give this phone back; only their digest is kept."""
        code = f"{secrets.randbelow(10**RETURN_DIGITS):0{RETURN_DIGITS}d}"
        self.desk.links[self.chat.id] = code
        self.view = replace(self.view, word=self.transaction.people.digest_of_word(code))

    def _in_hers(self, hers: InterviewRecord, event: ev.Event) -> None:
        """Do something in her interview; her phone shows it."""
        job = self.desk.in_hers(self.transaction, hers, event, key=f"{self.incoming.key}.hers")
        if job is not None:
            self.others.append(job)

    def _end_supervision(self, interview_id: str) -> None:
        self.transaction.people.end_supervision(interview_id)
        job = self.desk.pause_hers(
            self.transaction,
            interview_id,
            "by_therapist",
            key=f"{self.incoming.key}.pause.{interview_id}",
        )
        if job is not None:
            self.others.append(job)

    def _share(self, hers: InterviewRecord) -> None:
        order, _ = self._plan(self.view.case)
        if order:
            self._in_hers(hers, ev.SharePlan(order))
            self.transaction.people.note(
                "plan_shared", actor=self.chat.person_id, case=self.view.case
            )
        self._go(HERS)

    def _plan(self, case_id: str) -> tuple[tuple[str, ...], str]:
        """Return the order that would be shared and the proposal's verdict.

        It is the therapist's own order where there is one, else the one proposed; nothing where
        there is no proposal.
        """
        record = self.transaction.latest_interview(case_id, THERAPIST)
        kept = None if record is None else self.transaction.latest_proposal(record.id)
        if kept is None:
            return (), ""
        proposal = kept.payload["proposal"]
        own = str(kept.payload.get("own", {}).get("override_order", ""))
        if own in ORDERS:
            return tuple(own.split("_")), proposal["verdict"]
        return tuple(proposal["order"]), proposal["verdict"]

    def _hand_over(self, case_id: str, person_id: str) -> None:
        colleagues = {person.id for person in self._colleagues()}
        if person_id not in colleagues:
            self._go(HERS)
            return
        for record in self.transaction.interviews_of(case_id):
            if self.transaction.people.supervision(record.id) is not None:
                self._end_supervision(record.id)
        self.transaction.people.hand_over(case_id, person_id, actor=self.chat.person_id)
        for case, unread in self.view.alerts:
            if case == case_id:
                told = self.desk.tell_colleague(self.transaction, person_id, case_id, unread)
                self.others.extend(told)
        self.view = replace(self.view, case="", interview="", recording=False, page=HOME)

    def _colleagues(self) -> list[PersonRecord]:
        return [
            person
            for person in self.transaction.people.all()
            if person.role == THERAPIST
            and not person.disabled
            and person.bound
            and person.id != self.chat.person_id
        ]

    def _happened(
        self,
        records: tuple[Record, ...],
        turn: Applied,  # noqa: ARG002 - for mothers
    ) -> None:
        """Danger that a therapist reports stops the mother's questions too; what is handed in is
        told to those who supervise."""
        if any(record.kind == "submitted" for record in records):
            case_id = self.transaction.interview(self.view.interview).case_id
            for person in self.transaction.people.supervisors_of(self.chat.person_id):
                told = self.desk.tell_colleague(self.transaction, person, case_id, "review_waits")
                self.others.extend(told)
        if any(record.kind == "danger_shown" for record in records) and not self.view.recording:
            beside = self.transaction.interview(self.view.interview).beside_id
            if beside is not None:
                self._end_supervision(beside)

    # --- alerts -----------------------------------------------------------------------------------

    def alerted(self, case_id: str, alert: str) -> Job | None:
        """Tell about something that happened on the mother's side.

        With an alert the phone sounds and shows one dull line; what it is about is one tap away.
        Without one, only the page about her is brought up to date.
        """
        if not alert:
            if self.view.case != case_id or self.view.page not in (HERS, LINK):
                return None
            # What her state does not say stays to be read.
            told = tuple(kind for kind in self.view.told if kind in _NOT_A_STATE)
            self.view = replace(self.view, page=HERS, told=told)
            return self.finish()
        known = (case_id, alert) in self.view.alerts
        if not known:
            self.view = replace(self.view, alerts=(*self.view.alerts, (case_id, alert)))
        if self.view.lent:
            # Read when the phone comes back; her screen stays what it should be.
            self.transaction.chats.settle(self.chat.id, self.view.to_data(), done=False)
            return None
        if known and self.view.page == ALERT:
            return None  # it was told, and waits to be looked at
        self.view = replace(self.view, page=ALERT, note=None)
        self.aloud = True
        return self.finish()

    # --- what they see ----------------------------------------------------------------------------

    def _page(self, writer: Writer) -> Page:
        view = self.view
        match view.page:
            case "home":
                return writer.home(
                    self._cases(), view.at, view.note, begins=may(self.chat.role, Action.BEGIN)
                )
            case "help":
                return writer.help(view.note)
            case "languages":
                return writer.languages(view.note)
            case "alert":
                return self._alert_page(writer)
            case "hers":
                return writer.hers(self._her_case(), view.note, view.told, self._waiting())
            case "invite_language":
                return writer.invite_language(self._code())
            case "invite":
                return writer.invite(self._code(), view.her_language)
            case "link":
                return self._link_page(writer)
            case "web_link":
                return writer.web_link(self.desk.links.pop(self.chat.id, ""))
            case "lend":
                code = self.desk.links.pop(self.chat.id, "")
                return Writer(view.owner_language, ()).lend(code)  # its owner reads this still
            case "her_answers":
                hers = self._her_record()
                told = () if hers is None else self.service.answers_lines(self.service.read(hers))
                return writer.her_answers(self._code(), told)
            case "share":
                return writer.share(self._code(), *self._plan(view.case))
            case "hand_over":
                people = [(item.id, item.label or item.code) for item in self._colleagues()]
                return writer.hand_over(self._code(), people)
            case "proposal":
                return self._proposal_page(writer)
            case page if page in REVIEW_PAGES:
                return self.review_page(writer)
            case "interview" if view.interview:
                return writer.interview(
                    self._said_now(), view.note, mother=view.recording, recording=view.recording
                )
        return writer.neutral()

    def _code(self) -> str:
        return self.transaction.case(self.view.case).code

    def _waiting(self) -> list[tuple[str, str]]:
        """Give code and id of the other cases in which something was not looked at yet."""
        waiting = dict.fromkeys(case for case, _ in self.view.alerts if case != self.view.case)
        return [(self.transaction.case(case).code, case) for case in waiting]

    def _alert_page(self, writer: Writer) -> Page:
        kinds: dict[str, list[str]] = {}
        for case, kind in self.view.alerts:
            kinds.setdefault(case, []).append(kind)
        ranked = sorted(kinds, key=lambda case: min(map(ALERTS.index, kinds[case])))
        listed = [(self.transaction.case(case).code, case) for case in ranked]
        urgent = any(kind in URGENT for listed in kinds.values() for kind in listed)
        theirs = may(self.chat.role, Action.SUPERVISE)
        return writer.alert(listed, reached=theirs, urgent=urgent)

    def _link_page(self, writer: Writer) -> Page:
        token = self.desk.links.pop(self.chat.id, "")
        bot = self.transaction.recall("telegram_bot")
        if not token:
            # After a restart nobody knows it any more; another one is made in no time.
            return writer.link(self._code(), "", b"", self.house.invitation)
        link = deep_link(bot, token)
        return writer.link(self._code(), link, qr_png(link), self.house.invitation)

    def _her_record(self) -> InterviewRecord | None:
        return self.transaction.latest_interview(self.view.case, MOTHER)

    def _her_case(self) -> HerCase:
        case = self.transaction.case(self.view.case)
        hers = self._her_record()
        interview = None if hers is None else self.service.read(hers)
        there = None if hers is None else self.transaction.people.supervision(hers.id)
        return HerCase(
            code=case.code,
            interview=interview,
            progress=None if interview is None else self.service.progress(interview),
            opened=hers is not None and hers.person_id is not None,
            with_her=None if there is None else there.with_her,
            until=None if there is None else self.house.quiet.local(there.until),
            can_share=bool(self._plan(case.id)[0]),
        )

    def _proposal_page(self, writer: Writer) -> Page:
        case = self.transaction.case(self.view.case)
        record = self.transaction.latest_interview(case.id, THERAPIST)
        lines = () if record is None else self.service.proposal_lines(self.transaction, record.id)
        reads = may(self.chat.role, Action.REVIEW) and is_handed_in(self.transaction, case.id)
        waits = (
            reads
            and proposal_to_review(self.transaction, case.id) is not None
            and may_review(self.transaction, case.id, self.chat.person_id)
        )
        return writer.proposal_of(case.code, lines, self.view.told, reads=reads, waits=waits)

    def _cases(self) -> list[CaseLine]:
        found = []
        for case_id in self._cases_seen():
            case = self.transaction.case(case_id)
            happened = any(alert[0] == case_id for alert in self.view.alerts)
            state = state_of(self.transaction, case_id)
            found.append(CaseLine(case_id, case.code, state, happened and state != "unreadable"))
        return found
