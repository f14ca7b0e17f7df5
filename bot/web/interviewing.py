"""The same conversation in a browser, for a mother or her therapist.

A link opens it once; after that its address is `/i` and holds nothing. Everything works without
scripts: a form, the unit of work, and the way back to the page. Whatever cannot be shown (a link
that was used or ran out, a session that is over, an interview that goes on elsewhere) is answered
alike, so that no answer tells one from the other.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.access import WEB, Action, Scope, scope
from bot.being_there import URGENT, alert_of, begins_anew, needs_somebody
from bot.leaving import is_exit
from bot.service import ASIDE, Applied, Said
from bot.web.answers import Page, Redirect, RefusedError
from bot.web.app import Handler, Web
from bot.web.interview_page import Shown, languages, shown
from bot.web.reading_forms import read, typed_in
from bot.web.visits import LONGEST, Asked, form_mark, preferred
from bot.web.with_her import (
    is_on_a_lent_phone,
    leave_everybody,
    redraw_hers,
    stop_being_there,
)
from flows import events as ev
from flows.conditions import YES
from flows.conversation import DANGER
from flows.data import canonical
from flows.interview import Interview
from flows.machine import ENDED
from flows.messages import Message, message
from flows.questions import MOTHER, THERAPIST
from flows.utterances import Screen
from locales import lexicon
from storage.errors import StorageError
from storage.people import GO_ON, INVITE, TokenRecord
from storage.records import InterviewRecord
from storage.transaction import Transaction
from storage.web import WebSession

_KEY_BYTES: Final = 12
_LONGEST_KEY: Final = 40
_SENT: Final = ("do", "question", "text", "code")
"""What a form says; the rest of it is ours."""
_PROOF: Final = 16
_GRACE_SECONDS: Final = 5
_OVER: Final = "over"
_PATIENCE: Final = 1.0
"""For so many seconds at most leaving waits for what is kept of it."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing is open here: the one answer to whatever cannot be shown.

    `over` says that the browser's own session is; another link than its own leaves it alone.
    """

    over: bool = False


@dataclass(frozen=True, slots=True)
class Leaves:
    """Somebody wrote that they want to leave at once; everything was kept."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of an interview. `ends` says that the session is over with it."""

    shown: Shown
    console: bool
    help: tuple[Message, ...] = ()
    status: int = 200
    ends: bool = False


Answer = Page | Redirect | Closed | Leaves | Drawn


class _ClosedError(Exception):
    """There is no session here in which an interview may be answered."""


@dataclass(slots=True)
class Answering:
    """Somebody who answers an interview, at one request."""

    web: Web
    transaction: Transaction
    session: WebSession
    record: InterviewRecord
    asked: Asked
    steps: int = 0
    said: tuple[Said, ...] = ()
    leaves: bool = False
    turns: list[Applied] = field(default_factory=list)

    @property
    def hers(self) -> bool:
        """Whether a mother answers."""
        return self.record.respondent == MOTHER

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.web.service.look(self.transaction, self.record.id)

    @property
    def key(self) -> str:
        """The key of what was sent: no form of another interview has the same, nor has the same
        form with something else in it (a "no" that became a "yes" while the page was loading).

        Keys are kept as they are. Without the cookie nobody can try which answer this one is of.
        """
        form = self.asked.form
        sent = canonical([form.get(name, "") for name in _SENT])
        proof = hmac.digest(self.asked.interview.encode(), sent, sha256).hex()[:_PROOF]
        return f"{self.record.id}:{form.get('key', '')[:_LONGEST_KEY]}-{proof}"

    # --- what they do -----------------------------------------------------------------------------

    def do(self, event: ev.Event, typed: str) -> None:
        """Do what a form says, as far as it may be done now."""
        if not self.hers:
            self.web_prolong()
            self.send(event)
            return
        language = self.record.language
        danger = self.tells_danger(event, typed)
        if typed and is_exit(typed, language):
            if danger:
                self.send(ev.DangerWords())
            self.leaves = True
            return
        if self.is_alone(event):
            event = ev.DangerWords() if danger else ev.Pause("unsupervised")
        self.send(event)
        heard = {record.kind for turn in self.turns for record in turn.records}
        if danger and heard.isdisjoint(("danger_words", "danger_shown")):
            # It is heard wherever it is told: also where her questions were just stopped.
            self.send(ev.DangerWords())

    def tells_danger(self, event: ev.Event | None, typed: str) -> bool:
        """Whether a mother tells of danger, in words or by her answer."""
        if not self.hers:
            return False
        says_so = isinstance(event, ev.Give) and (event.question, event.value) == (DANGER, YES)
        return says_so or lexicon().has_danger_words(typed, self.record.language)

    def is_alone(self, event: ev.Event) -> bool:
        """Whether this is for when her therapist is there, and nobody is."""
        return (
            needs_somebody(event, self.interview)
            and self.transaction.people.supervision(self.record.id) is None
        )

    def web_prolong(self) -> None:
        """A therapist who does something is still there for whom they are there."""
        lasts = self.web.house.supervision
        self.transaction.people.prolong(self.session.person_id, lasts=lasts)

    def send(self, event: ev.Event) -> None:
        """Apply an event, and do what has to be done elsewhere about it."""
        key = self.key if not self.steps else f"{self.key}.{self.steps}"
        self.steps += 1
        turn = self.web.service.apply(self.transaction, self.record.id, event, update_key=key)
        if turn.seen:
            return
        self.turns.append(turn)
        self.said = (*self.said, *turn.said)
        self.session.view.update(first=self.turns[0].first, revision=turn.revision, note=None)
        if self.hers:
            self._happened_to_her(turn)
        else:
            self._happened_to_a_therapist(turn)
        self.transaction.web.keep(self.session.token, self.session.view)

    def _happened_to_her(self, turn: Applied) -> None:
        if turn.interview.state in ENDED or turn.interview.danger:
            self.transaction.people.end_supervision(self.record.id)
        alert = alert_of(turn.records)
        if alert:
            self.transaction.notices.leave(self.record.case_id, alert)
        if alert in URGENT and alert not in ev.WATCHED_PAUSES:
            # Who reads it, and when, is not known here; nothing is promised.
            self.session.view["note"] = message("browser.tell_too").to_data()

    def _happened_to_a_therapist(self, turn: Applied) -> None:
        """Danger stops the mother's questions too; what is handed in is told to supervisors."""
        kinds = {record.kind for record in turn.records}
        if "submitted" in kinds:
            for person in self.transaction.people.supervisors_of(self.session.person_id):
                self.transaction.notices.leave(self.record.case_id, "review_waits", person=person)
        if "danger_shown" in kinds and self.record.beside_id is not None:
            stop_being_there(
                self.web.service,
                self.transaction,
                self.record.beside_id,
                key=f"{self.key}.hers",
            )

    def leave(self) -> None:
        """Leave at once: everything is kept, the therapist is told, the session is over."""
        if self.interview.state not in ENDED:
            self.send(ev.Leave())
        if self.hers:
            self.transaction.notices.leave(self.record.case_id, "left")
        else:
            leave_everybody(
                self.web.service,
                self.transaction,
                self.session.person_id,
                key=f"{self.key}.left",
            )
        self.transaction.web.end(self.session.token)

    # --- what they see ----------------------------------------------------------------------------

    def look(self) -> tuple[Said, ...]:
        """Give what was said last here; what there is now, where it went on elsewhere."""
        view = self.session.view
        if view.get("revision") != self.record.revision:
            return self.web.service.present(self.transaction, self.record)
        rows = self.transaction.outgoing_from(self.record.id, WEB, int(view["first"]))
        said = tuple(Said.from_data(row.payload) for row in rows)
        if rows:
            self.transaction.mark_all_delivered(self.record.id, WEB, up_to=rows[-1].seq)
        if all(item.utterance.screen in ASIDE for item in said):
            return self.web.service.present(self.transaction, self.record)
        return said

    def draw(
        self,
        said: tuple[Said, ...],
        *,
        status: int = 200,
        typed: str | None = None,
        ticked: tuple[str, ...] | None = None,
        ends: bool = False,
    ) -> Drawn:
        """Make the page of what was said."""
        note = self.session.view.get("note")
        page = shown(
            said,
            respondent=self.record.respondent,
            offered=self.web.house.languages,
            note=None if note is None else Message.from_data(note),
            typed=typed,
            ticked=ticked,
        )
        crisis = self.web.service.protocol.crisis_lines if self.hers else ()
        return Drawn(page, self._console(), tuple(crisis), status, ends)

    def _console(self) -> bool:
        """Whether the console is open in this browser too, to go back to."""
        found = self.transaction.web.find(
            self.asked.token, agent=self.asked.agent, idle=self.web.house.idle
        )
        return not self.hers and found is not None


class Interviewing:
    """The pages of an interview."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def routes(self) -> list[Route]:
        """Return the pages."""
        return [
            Route("/i", self._handler(self._look), methods=["GET"]),
            Route("/i", self._handler(self._answer), methods=["POST"]),
            Route("/i/leave", self._leave, methods=["POST"]),
            Route("/i/{token}", self._handler(self._door), methods=["GET"]),
            Route("/i/{token}", self._handler(self._open), methods=["POST"]),
            Route("/i/{rest:path}", self._handler(lambda *_: Closed()), methods=["GET", "POST"]),
        ]

    # --- the link ---------------------------------------------------------------------------------

    def _door(self, transaction: Transaction, asked: Asked) -> Answer:
        """Ask before a link is used, and say nothing: a messenger looks at links too.

        It is the same page whatever the link is; only its language is the one chosen for her.
        """
        language = ""
        try:
            language = self._language(transaction.people.look_at_link(_token_of(asked)))
        except StorageError as error:
            if not error.code.startswith("link_"):
                raise
        return Page("interview_door.html", {"language": language} if language else {})

    def _open(self, transaction: Transaction, asked: Asked) -> Answer:
        token = _token_of(asked)
        try:
            link = transaction.people.look_at_link(token)
        except StorageError as error:
            if not error.code.startswith("link_"):
                raise
            return self._used_before(transaction, asked, token)
        if link.interview_id is None or link.purpose not in (INVITE, GO_ON):
            return Closed()
        record = transaction.interview(link.interview_id)
        if record.ended_at is not None:
            return Closed()
        if link.purpose == INVITE:
            return self._invited(transaction, asked, token, link, record)
        return self._goes_on(transaction, asked, token, link, record)

    def _used_before(self, transaction: Transaction, asked: Asked, token: str) -> Answer:
        """Answer a link that opens nothing (any more); somebody else's second use is told."""
        used = transaction.people.used_link(token)
        if used is None or used.interview_id is None:
            return Closed()
        session = self._session(transaction, asked)
        if session is not None and session.interview_id == used.interview_id:
            return Redirect("/i")
        if used.purpose == INVITE:
            case_id = transaction.interview(used.interview_id).case_id
            transaction.notices.leave(case_id, "second_use")
        return Closed()

    def _invited(
        self,
        transaction: Transaction,
        asked: Asked,
        token: str,
        link: TokenRecord,
        record: InterviewRecord,
    ) -> Answer:
        """Open a mother's interview in this browser; any other screen shows nothing of it now."""
        if is_on_a_lent_phone(transaction, record):
            return Closed()  # that one is opened by its owner's digits, and by nothing else
        people = transaction.people
        people.use_link(token)
        before = self._session(transaction, asked)
        same = (
            before is not None
            and before.interview_id == record.id
            and before.person_id == record.person_id
        )
        transaction.web.end_interview(record.id)
        if before is not None:
            transaction.web.end(before.token)
        self._close_console(transaction, asked)
        person = before.person_id if before and same else people.add_respondent(MOTHER)
        moved = record.person_id not in (None, person)
        transaction.bind_interview(record.id, person)
        if moved:
            # Another screen than before: nothing is asked there until her therapist says so.
            people.end_supervision(record.id)
            transaction.notices.leave(record.case_id, "other_phone")
            redraw_hers(transaction, record)
        language = self._language(link) or preferred(asked.languages, self._web.house.languages)
        answering = self._begin(transaction, asked, record.id, person)
        if begins_anew(answering.interview):
            answering.send(ev.Pause())
        answering.send(ev.ChooseLanguage(language))
        answering.turns.clear()
        answering.send(ev.Show())
        return Redirect("/i", cookie="", interview=answering.session.token)

    def _close_console(self, transaction: Transaction, asked: Asked) -> None:
        """Close what a colleague had open in this browser: from here on a mother holds it."""
        idle = self._web.house.idle
        if transaction.web.find(asked.token, agent=asked.agent, idle=idle) is not None:
            transaction.web.end(asked.token)

    def _goes_on(
        self,
        transaction: Transaction,
        asked: Asked,
        token: str,
        link: TokenRecord,
        record: InterviewRecord,
    ) -> Answer:
        """Go on with a therapist's interview in this browser."""
        people = transaction.people
        if link.person_id is None:
            return Closed()
        person = people.person(link.person_id)
        theirs = _may_answer(transaction, record, person.id, person.role)
        if person.disabled or not theirs or self._web.needs_passkey(transaction, person.id):
            return Closed()
        people.use_link(token)
        return Redirect("/i", interview=self.go_on(transaction, asked, record, person.id))

    def go_on(
        self,
        transaction: Transaction,
        asked: Asked,
        record: InterviewRecord,
        person: str,
        language: str = "",
    ) -> str:
        """Let a therapist go on with an interview in this browser; gives the session's token."""
        transaction.web.end_interview(record.id)
        answering = self._begin(transaction, asked, record.id, person)
        if record.language:
            answering.send(ev.Show())
        else:
            first = language or preferred(asked.languages, self._web.house.languages)
            answering.send(ev.ChooseLanguage(first))
        transaction.people.note("interview_in_browser", actor=person, case=record.case_id)
        return answering.session.token

    def _begin(
        self, transaction: Transaction, asked: Asked, interview_id: str, person: str
    ) -> Answering:
        """Open a session for an interview."""
        web = self._web
        token = transaction.web.open(
            person, agent=asked.agent, lasts=LONGEST, interview_id=interview_id
        )
        session = transaction.web.find(token, agent=asked.agent, idle=web.house.idle)
        assert session is not None  # noqa: S101 - it was opened just now
        keyed = replace(asked, interview=token, form={"key": secrets.token_urlsafe(_KEY_BYTES)})
        return Answering(web, transaction, session, transaction.interview(interview_id), keyed)

    def _language(self, link: TokenRecord) -> str:
        """Give the language that was chosen for a link; nothing where it cannot be chosen here."""
        chosen = str(link.payload.get("language", ""))
        return chosen if chosen in self._web.house.languages else ""

    # --- the conversation -------------------------------------------------------------------------

    def _session(self, transaction: Transaction, asked: Asked) -> WebSession | None:
        found = transaction.web.find(asked.interview, agent=asked.agent, idle=self._web.house.idle)
        return found if found is not None and found.interview_id is not None else None

    def _answering(self, transaction: Transaction, asked: Asked) -> Answering:
        """Say who answers what; raises _ClosedError where nobody may answer anything here."""
        session = self._session(transaction, asked)
        if session is None or session.interview_id is None:
            raise _ClosedError
        record = transaction.interview(session.interview_id)
        if not _may_answer(transaction, record, session.person_id, session.role):
            raise _ClosedError
        return Answering(self._web, transaction, session, record, asked)

    def _look(self, transaction: Transaction, asked: Asked) -> Answer:
        if _OVER in asked.query:
            return Closed()  # not a use: another page of this session must not live on by it
        answering = self._answering(transaction, asked)
        return answering.draw(answering.look())

    def _answer(self, transaction: Transaction, asked: Asked) -> Answer:
        answering = self._answering(transaction, asked)
        typed = typed_in(asked.form)
        event = read(asked.form, answering.record.respondent, self._web.house.languages)
        expected = form_mark(asked.interview)
        ours = hmac.compare_digest(asked.form.get("mark", "").encode(), expected.encode())
        if not ours or not asked.form.get("key") or event is None:
            if answering.tells_danger(event, typed):
                # From a page of before, perhaps: nothing of it is believed but that.
                answering.send(ev.DangerWords())
                if not is_exit(typed, answering.record.language):
                    return Redirect("/i")
                answering.leave()
                return Leaves()
            raise RefusedError(message("browser.stale"), status=400 if ours else 403)
        if transaction.seen(f"{WEB}:{answering.key}"):
            return Redirect("/i")  # the same form a second time: it was done
        if isinstance(event, ev.Leave):
            answering.leaves = True
        else:
            answering.do(event, typed)
        if answering.leaves:
            answering.leave()
            return Leaves()
        return self._after(answering, event)

    def _after(self, answering: Answering, event: ev.Event) -> Answer:
        """Go back to the page; what could not be taken stays where it was typed, kept nowhere."""
        said = answering.said
        if answering.interview.state in ENDED and answering.hers:
            answering.transaction.web.end(answering.session.token)
            return answering.draw(said, ends=True)
        refused = any(item.utterance.screen is Screen.PROBLEM for item in said)
        if not (refused and isinstance(event, ev.Give)):
            return Redirect("/i")
        waiting = [item.utterance for item in said if item.utterance.screen not in ASIDE]
        if not waiting or waiting[-1].data.get("question") != event.question:
            return Redirect("/i")
        ticked = event.value if isinstance(event.value, tuple) else None
        typed = event.value if isinstance(event.value, str) else None
        return answering.draw(said, status=422, typed=typed, ticked=ticked)

    # --- leaving ----------------------------------------------------------------------------------

    async def _leave(self, request: Request) -> Response:
        """Leave at once, whatever else is the matter: what cannot be kept does not hold it up."""
        web = self._web
        if web.from_here(request):
            asked = web.asked_without_form(request)
            await self._soon(lambda transaction: self._left(transaction, asked))
        return self._gone()

    async def _soon(self, work: Callable[[Transaction], Any]) -> Any:
        """Do what somebody who leaves has to have done; away comes first.

        It goes on where it takes long, as while another program holds the database; then, and
        where it cannot be done, gives None.
        """
        doing = asyncio.ensure_future(self._web.run(work))
        doing.add_done_callback(_log_failure)
        await asyncio.wait({doing}, timeout=_PATIENCE)
        done = doing.done() and not doing.cancelled() and doing.exception() is None
        return doing.result() if done else None

    def _left(self, transaction: Transaction, asked: Asked) -> None:
        # A therapist leaves the console as well: it is the same screen.
        if asked.token:
            staff = transaction.web.find(asked.token, agent=asked.agent, idle=self._web.house.idle)
            if staff is not None:
                key = secrets.token_urlsafe(_KEY_BYTES)
                leave_everybody(self._web.service, transaction, staff.person_id, key=key)
                transaction.web.end(asked.token)
        try:
            answering = self._answering(transaction, asked)
        except _ClosedError:
            return
        form = {"key": secrets.token_urlsafe(_KEY_BYTES)}
        replaced = replace(asked, form=form)
        answering.asked = replaced
        answering.leave()

    def _gone(self) -> Response:
        house = self._web.house
        response = RedirectResponse(house.leave_to, status_code=303)
        for name in (house.interview_cookie, house.cookie):
            self._web.set_cookie(response, name, "")
        if house.is_secure:
            # Not "cache": nothing of ours is ever kept there, and clearing it takes a browser
            # seconds in which the page would stay.
            response.headers["clear-site-data"] = '"cookies", "storage"'
        return response

    # --- handlers ---------------------------------------------------------------------------------

    def _handler(self, load: Callable[[Transaction, Asked], Answer]) -> Handler:
        async def handle(request: Request) -> Response:
            web = self._web
            try:
                asked = await web.asked(request)
                if request.method == "POST" and not web.from_here(request):
                    raise RefusedError(message("browser.stale"), status=403)
                if is_exit(typed_in(asked.form), ""):
                    # Whoever wrote that they leave does, whatever else is the matter.
                    found = await self._soon(lambda transaction: load(transaction, asked))
                    return self._respond(request, found or Leaves(), asked)
                answer = await web.run(lambda transaction: load(transaction, asked))
            except _ClosedError:
                answer = Closed(over=True)
            except RefusedError as error:
                return self._refused(request, error)
            except StorageError as error:
                if error.code.startswith(("database_", "store_")):
                    _log.error("a page could not be made", code=error.code)
                    problem = RefusedError(message("browser.later"), status=503)
                    return self._refused(request, problem)
                answer = Closed()
            return self._respond(request, answer, asked)

        return handle

    def _refused(self, request: Request, error: RefusedError) -> Response:
        problem = error.problem
        if not problem.id.startswith("browser."):
            problem = message("browser.stale")  # what the console says names a console
        data = {"problem": problem}
        language = self._web.language_of(request)
        return self._web.page(request, "interview_problem.html", data, error.status, language)

    def _respond(self, request: Request, answer: Answer, asked: Asked) -> Response:
        web = self._web
        own = web.language_of(request)
        match answer:
            case Closed(over):
                response = web.page(request, "interview_closed.html", {}, 404, own)
                if over and asked.interview:
                    web.set_cookie(response, web.house.interview_cookie, "")
                return response
            case Leaves():
                return self._gone()
            case Drawn():
                return self._page(request, answer, asked)
            case Page(template, data, status):
                language = str(data.get("language", own))
                kept = {name: value for name, value in data.items() if name != "language"}
                return web.page(request, template, kept, status, language)
            case Redirect():
                return web.respond(request, answer, own)

    def _page(self, request: Request, drawn: Drawn, asked: Asked) -> Response:
        web = self._web
        page = drawn.shown
        data: dict[str, Any] = {
            "page": page,
            "console": drawn.console,
            "help": drawn.help,
            "ends": drawn.ends,
            "key": secrets.token_urlsafe(_KEY_BYTES),
            "tongues": tuple(languages(web.house.languages)),
        }
        response = web.page(
            request, "interview.html", data, drawn.status, page.language, asked.interview
        )
        if drawn.ends:
            web.set_cookie(response, web.house.interview_cookie, "")
        elif page.hers:
            # A page that nobody looks at closes by itself; nothing of it stays on the screen.
            seconds = int(web.house.idle.total_seconds()) + _GRACE_SECONDS
            response.headers["refresh"] = f"{seconds}; url=/i?{_OVER}="
        return response


def _may_answer(transaction: Transaction, record: InterviewRecord, person: str, role: str) -> bool:
    """Whether an interview is somebody's to answer here and now."""
    if record.respondent == MOTHER:
        hers = scope(role, Action.ANSWER_HERS, WEB) is Scope.OWN
        return role == MOTHER and hers and record.person_id == person
    theirs = scope(role, Action.ANSWER, WEB) is Scope.OWN
    return role == THERAPIST and theirs and transaction.therapist_of(record.id) == person


def _log_failure(doing: asyncio.Future[Any]) -> None:
    """Log what was not kept of somebody who left; nobody waits for it."""
    error = None if doing.cancelled() else doing.exception()
    if error is not None:
        code = error.code if isinstance(error, StorageError) else type(error).__name__
        _log.error("leaving was not kept", code=code)


def _token_of(asked: Asked) -> str:
    return asked.path.rpartition("/")[2][:200]
