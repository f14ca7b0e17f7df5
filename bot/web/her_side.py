"""A therapist's own cases: beginning one, going on in this browser, and the mother's side.

What happened to her is listed until it was looked at. A press here tells that the therapist is
still there, as a press anywhere in the bot does.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.routing import Route

from bot.access import Action
from bot.being_there import ALERTS, her_state
from bot.case_states import state_of
from bot.links import qr_png, say_duration
from bot.reviewing import note_reading
from bot.sign_in_links import interview_address
from bot.web.answers import Answer, NotThereError, Page, Redirect, RefusedError
from bot.web.app import Web
from bot.web.interviewing import Interviewing
from bot.web.signing_in import read_note
from bot.web.visits import Visit
from bot.web.with_her import do_in_hers, is_on_a_lent_phone, stop_being_there
from flows import events as ev
from flows.conversation import mark
from flows.interview import Interview
from flows.machine import ENDED, HANDED_OVER
from flows.messages import Message, message
from flows.questions import MODES, MOTHER, THERAPIST
from locales import catalogue
from storage.people import SupervisionRecord
from storage.records import CaseRecord, InterviewRecord

WITH, NEAR, AWAY, STOP, LET_GO_ON = "with", "near", "away", "stop", "let_go_on"
_NEEDS: Final = {
    WITH: Action.SUPERVISE,
    NEAR: Action.SUPERVISE,
    AWAY: Action.SUPERVISE,
    STOP: Action.STOP_HERS,
    LET_GO_ON: Action.LET_GO_ON,
}


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One of a therapist's own cases: how far it is, and what happened in it unread."""

    code: str
    state: Message
    happened: tuple[Message, ...]


def own_cases(seen: Visit) -> list[OwnCase] | None:
    """Give a therapist's own cases, those in which something happened first; None for others."""
    if not seen.may(Action.ANSWER):
        return None
    found = []
    for case_id in seen.cases(Action.ANSWER):
        case = seen.transaction.case(case_id)
        state = state_of(seen.transaction, case_id)
        happened = tuple(message(f"telegram.alert.{kind}") for kind in unread(seen, case_id))
        found.append(OwnCase(case.code, message(f"telegram.case.{state}"), happened))
    return sorted(found, key=lambda item: not item.happened)


def unread(seen: Visit, case_id: str) -> list[str]:
    """Give what happened in a case that this person has not read yet, the most serious first."""
    theirs = (None, seen.person.id)
    kinds = {
        notice.kind
        for notice in seen.transaction.notices.unread(case_id)
        if notice.person_id in theirs
    }
    return [kind for kind in ALERTS if kind in kinds]


class HerSide:
    """The pages about a therapist's own cases."""

    def __init__(self, web: Web, interviewing: Interviewing) -> None:
        self._web = web
        self._service = web.service
        self._interviewing = interviewing

    def routes(self) -> list[Route]:
        """Return the pages."""
        staff = self._web.staff
        return [
            Route("/new", staff(self._new), methods=["POST"]),
            Route("/case/{code}/go-on", staff(self._go_on), methods=["POST"]),
            Route("/case/{code}/hers", staff(self._hers), methods=["GET"]),
            Route("/case/{code}/hers", staff(self._do), methods=["POST"]),
            Route("/case/{code}/invite", staff(self._invite), methods=["GET", "POST"]),
        ]

    # --- one's own interview ----------------------------------------------------------------------

    def _new(self, seen: Visit) -> Answer:
        """Begin a new case; the same form sent twice begins one."""
        if not seen.may(Action.BEGIN):
            raise NotThereError
        mode, key = seen.asked.form.get("mode", ""), seen.asked.form.get("key", "")[:40]
        if mode not in MODES or not key:
            raise RefusedError(message("web.form_not_ours"), status=400)
        begun = f"begun.{key}"
        interview_id = str(seen.session.view.get("begun", {}).get(begun, ""))
        if not interview_id:
            interview_id = self._service.open_for(seen.transaction, seen.person.id, mode=mode).id
            seen.keep(begun={begun: interview_id})
        return self._enter(seen, seen.transaction.interview(interview_id))

    def _go_on(self, seen: Visit) -> Answer:
        case = self._case(seen, Action.ANSWER)
        record = seen.transaction.latest_interview(case.id, THERAPIST)
        if record is None or record.ended_at is not None:
            raise NotThereError
        return self._enter(seen, record)

    def _enter(self, seen: Visit, record: InterviewRecord) -> Answer:
        token = self._interviewing.go_on(
            seen.transaction, seen.asked, record, seen.person.id, seen.language
        )
        return Redirect("/i", interview=token)

    # --- hers -------------------------------------------------------------------------------------

    def _case(self, seen: Visit, action: Action) -> CaseRecord:
        case = seen.case(seen.asked.path.split("/")[2], action)
        lasts = self._web.house.supervision
        seen.transaction.people.prolong(seen.person.id, lasts=lasts)
        return case

    def _hers(self, seen: Visit) -> Answer:
        case = self._case(seen, Action.SUPERVISE)
        transaction = seen.transaction
        happened = unread(seen, case.id)
        # Only what is shown now was read.
        for person in (None, seen.person.id):
            transaction.notices.read(case.id, person)
        record = transaction.latest_interview(case.id, MOTHER)
        interview = None if record is None else self._service.read(record)
        reads = seen.may(Action.HER_ANSWERS) and interview is not None
        answers = self._service.answers_lines(interview) if reads and interview else ()
        if answers:
            note_reading(transaction, case.id, seen.person.id, "hers")
        there = None if record is None else transaction.people.supervision(record.id)
        return Page(
            "hers.html",
            {
                "note": read_note(seen),
                "code": case.code,
                "happened": [message(f"telegram.alert.{kind}") for kind in happened],
                "answers": answers,
                "state": list(self._told(record, interview, there)),
                "key": secrets.token_hex(8),
                **_choices(interview, there),
            },
        )

    def _told(
        self,
        record: InterviewRecord | None,
        interview: Interview | None,
        there: SupervisionRecord | None,
    ) -> Iterator[Message]:
        """Say how far she is."""
        if record is None or interview is None:
            yield message("telegram.hers.not_invited")
            return
        if interview.state in ENDED:
            yield message("telegram.hers.danger" if interview.danger else "telegram.hers.stopped")
            return
        state = her_state(interview, opened=record.person_id is not None)
        yield message(f"telegram.hers.{state}")
        if interview.consent is not None:
            place, total = self._service.progress(interview)
            yield message("telegram.hers.progress", place=place, total=total)
        if there is not None:
            name = "with" if there.with_her else "near"
            yield message(f"telegram.hers.{name}", until=self._clock_time(there.until))
        elif state not in ("finished", "danger"):
            yield message("telegram.hers.nobody")
        if interview.plan:
            yield message("telegram.hers.plan_shared")

    def _clock_time(self, at: datetime) -> str:
        return f"{at.astimezone(self._web.house.zone):%H:%M}"

    def _do(self, seen: Visit) -> Answer:
        form, transaction = seen.asked.form, seen.transaction
        name = form.get("do", "")
        if name not in _NEEDS:
            raise RefusedError(message("web.form_not_ours"), status=400)
        case = self._case(seen, _NEEDS[name])
        record = transaction.latest_interview(case.id, MOTHER)
        if record is None:
            raise NotThereError
        back = Redirect(f"/case/{case.code}/hers")
        interview = self._service.read(record)
        key = f"{record.id}:{form.get('key', '')[:40]}"
        match name:
            case "with" | "near" if not interview.danger and interview.state not in ENDED:
                transaction.people.supervise(
                    record.id,
                    seen.person.id,
                    with_her=name == WITH,
                    lasts=self._web.house.supervision,
                )
            case "away":
                stop_being_there(self._service, transaction, record.id, key=key)
            case "stop" if interview.state not in ENDED:
                do_in_hers(self._service, transaction, record, ev.Stop(), key=key)
                transaction.people.end_supervision(record.id)
            case "let_go_on" if form.get("shown") == mark(interview) and interview.danger:
                do_in_hers(self._service, transaction, record, ev.LetGoOn(), key=key)
            case "let_go_on":
                # About an earlier danger; what there is now has to be read first.
                seen.say_later(message("conversation.overtaken"))
        return back

    # --- inviting her -----------------------------------------------------------------------------

    def _invite(self, seen: Visit) -> Answer:
        """Invite her to a browser; the link is shown once."""
        case = self._case(seen, Action.INVITE)
        form, offered = seen.asked.form, self._web.house.languages
        language = form.get("tongue", "")
        data: dict[str, Any] = {
            "code": case.code,
            "tongues": [(code, catalogue(code).label, catalogue(code).draft) for code in offered],
            "link": "",
        }
        if not form:
            return Page("invite.html", data)
        if language not in offered:
            raise RefusedError(message("web.form_not_ours"), status=400)
        hers = seen.transaction.latest_interview(case.id, MOTHER)
        if hers is not None and is_on_a_lent_phone(seen.transaction, hers):
            problem = message("browser.invite.lent")
            raise RefusedError(problem, status=409, back=f"/case/{case.code}/hers")
        token = self._service.invite(
            seen.transaction,
            case.id,
            actor=seen.person.id,
            language=language,
            reminders=False,  # they are a messenger's
            lasts=self._web.house.invitation,
        )
        address = interview_address(self._web.house.address, token)
        picture = base64.b64encode(qr_png(address)).decode()
        data.update(
            link=address,
            picture=f"data:image/png;base64,{picture}",
            lasts=say_duration(self._web.house.invitation),
            draft=catalogue(language).draft,
        )
        return Page("invite.html", data)


def _choices(interview: Interview | None, there: SupervisionRecord | None) -> dict[str, Any]:
    """Say what can be done about a mother's interview now."""
    over = interview is None or interview.state in ENDED
    finished = interview is not None and interview.state == HANDED_OVER
    danger = interview is not None and interview.danger
    return {
        "danger": mark(interview) if interview is not None and danger else "",
        "with_her": not (over or finished or danger) and there is None,
        "away": there is not None and not over,
        "stop": not (over or finished),
        "invite": not finished,
    }
