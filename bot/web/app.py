"""The application: what every request goes through before and after its page.

A request is one unit of work: who asks, what they may, what has to be kept, and the data of the
page. The page is drawn after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.service import Service
from bot.web.answers import (
    Answer,
    File,
    NotThereError,
    Page,
    ProofError,
    Redirect,
    RefusedError,
    SignInError,
)
from bot.web.drawing import draw
from bot.web.visits import LONGEST, Asked, Visit, form_mark, is_ours, preferred, visit
from flows.messages import message
from locales import languages, offered
from storage.errors import StorageError
from storage.store import Store
from storage.transaction import Transaction

_LARGEST_FORM: Final = 100_000
_MOST_FIELDS: Final = 400
_STATIC: Final = {
    "style.css": "text/css; charset=utf-8",
    "passkeys.js": "text/javascript; charset=utf-8",
    "interview.css": "text/css; charset=utf-8",
    "leave.js": "text/javascript; charset=utf-8",
}
_HERE: Final = files("bot.web")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How the console is run: under which address, where leaving leads, for how long a session is
    good without being used, whether passkeys are asked of everybody, and for how long a mother's
    link and her therapist's being there last."""

    address: str
    leave_to: str = "https://www.buienradar.nl/"
    idle: timedelta = timedelta(minutes=20)
    passkeys_needed: bool = False
    supervision: timedelta = timedelta(minutes=30)
    invitation: timedelta = timedelta(minutes=60)
    languages: tuple[str, ...] = field(default_factory=lambda: offered(languages()))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it over TLS."""
        return urlsplit(self.address).scheme == "https"

    @property
    def host(self) -> str:
        """The name of the host in the address: what passkeys are made for."""
        return urlsplit(self.address).hostname or ""

    @property
    def origin(self) -> str:
        """The address as a browser names where a form comes from."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; it says nothing of what this is."""
        return "__Host-s" if self.is_secure else "s"

    @property
    def interview_cookie(self) -> str:
        """The same, of a session in which one interview is answered."""
        return "__Host-i" if self.is_secure else "i"


Load = Callable[[Visit], Answer]
"""What a page does within the unit of work of its request."""
Open = Callable[[Transaction, Asked], Answer]
"""The same, for who is not signed in."""
Handler = Callable[[Request], Awaitable[Response]]


class Web:
    """What the pages share: the store, the service, the house, and how a request is answered."""

    def __init__(
        self, store: Store, service: Service, house: House, *, clock: Callable[[], datetime]
    ) -> None:
        """Serve one store."""
        self.store = store
        self.service = service
        self.house = house
        self.clock = clock

    # --- handlers ---------------------------------------------------------------------------------

    def staff(self, load: Load, *, proven: bool = True) -> Handler:
        """Make the handler of a page for somebody who is signed in.

        `proven` asks for a passkey of who has one; what changes something comes by a form of ours.
        """

        def work(transaction: Transaction, asked: Asked, state: State) -> tuple[Answer, Visit]:
            seen = self.visit(transaction, asked)
            state.language = seen.language
            if proven and self.must_prove(seen):
                raise ProofError
            return load(seen), seen

        async def handle(request: Request) -> Response:
            asked = await self.asked(request)
            if request.method == "POST" and not (self.from_here(request) and is_ours(asked)):
                raise RefusedError(message("web.form_not_ours"), status=403)
            answer, seen = await self.run(
                lambda transaction: work(transaction, asked, request.state)
            )
            # Drawing takes a while, and others are waiting.
            return await asyncio.to_thread(
                self.respond, request, answer, seen.language, asked.token, seen
            )

        return handle

    def visit(self, transaction: Transaction, asked: Asked) -> Visit:
        """Say who asks; raises SignInError."""
        return visit(transaction, asked, idle=self.house.idle, offered=self.house.languages)

    def must_prove(self, seen: Visit) -> bool:
        """Whether who asks has to show a passkey before anything else is shown."""
        return not seen.session.proven and self.needs_passkey(seen.transaction, seen.person.id)

    def needs_passkey(self, transaction: Transaction, person: str) -> bool:
        """Whether a link alone does not let somebody in."""
        return self.house.passkeys_needed or bool(transaction.web.passkeys_of(person))

    def public(self, load: Open) -> Handler:
        """Make the handler of a page for who is not signed in (yet)."""

        async def handle(request: Request) -> Response:
            asked = await self.asked(request)
            if request.method == "POST" and not self.from_here(request):
                raise RefusedError(message("web.form_not_ours"), status=403)
            answer = await self.run(lambda transaction: load(transaction, asked))
            return self.respond(request, answer, self.language_of(request), asked.token)

        return handle

    async def asked(self, request: Request) -> Asked:
        """Read a request: its cookie, and its form where it has one."""
        asked = self.asked_without_form(request)
        if request.method != "POST":
            return asked
        return replace(asked, form=dict(await _read_form(request)))

    def asked_without_form(self, request: Request) -> Asked:
        """Read a request, whatever its form is."""
        return Asked(
            token=request.cookies.get(self.house.cookie, "")[:200],
            agent=request.headers.get("user-agent", "")[:400],
            languages=request.headers.get("accept-language", ""),
            path=request.url.path,
            query={name: value[:200] for name, value in request.query_params.items()},
            interview=request.cookies.get(self.house.interview_cookie, "")[:200],
        )

    def from_here(self, request: Request) -> bool:
        """Whether a form was sent from a page of ours, as far as the browser says."""
        origin = request.headers.get("origin")
        return origin is None or origin == self.house.origin

    async def run(self, work: Callable[[Transaction], Any]) -> Any:
        """Do a unit of work, and wait for its commit."""
        return await asyncio.wrap_future(self.store.submit(work))

    # --- responses --------------------------------------------------------------------------------

    def respond(
        self,
        request: Request,
        answer: Answer,
        language: str,
        token: str = "",
        seen: Visit | None = None,
    ) -> Response:
        """Draw an answer."""
        match answer:
            case Redirect(to, cookie, interview):
                response: Response = RedirectResponse(to, status_code=303)
                if cookie is not None:
                    self.set_cookie(response, self.house.cookie, cookie)
                if interview is not None:
                    self.set_cookie(response, self.house.interview_cookie, interview)
                return response
            case File(body, kind, name, policy):
                response = Response(body(), media_type=kind)
                if name:
                    response.headers["content-disposition"] = f'attachment; filename="{name}"'
                if policy:
                    response.headers["content-security-policy"] = policy
                return response
            case Page(template, data, status):
                return self.page(request, template, data, status, language, token, seen)

    def page(
        self,
        request: Request,
        template: str,
        data: Any,
        status: int,
        language: str,
        token: str = "",
        seen: Visit | None = None,
    ) -> Response:
        """Draw a page."""
        common = {
            "mark": form_mark(token),
            "who": None if seen is None else seen.person,
            "path": request.url.path,
            "now": self.clock(),
            "leave_to": self.house.leave_to,
            "note": None,
        }
        text = draw(
            template,
            {**common, **data},
            language=language,
            zone=self.house.zone,
            offered=self.house.languages,
        )
        return Response(text, status_code=status, media_type="text/html; charset=utf-8")

    def set_cookie(self, response: Response, name: str, token: str) -> None:
        """Give a browser a session's token; an empty one takes it away."""
        if not token:
            response.delete_cookie(name, path="/", secure=self.house.is_secure, httponly=True)
            return
        response.set_cookie(
            name,
            token,
            # One with an interview goes when the browser is closed, and is not written down.
            max_age=int(LONGEST.total_seconds()) if name == self.house.cookie else None,
            path="/",
            secure=self.house.is_secure,
            httponly=True,
            samesite="strict",
        )

    def language_of(self, request: Request) -> str:
        """Give the language of who asks; to who is not known yet it is suggested."""
        known = getattr(request.state, "language", "")
        return known or preferred(request.headers.get("accept-language", ""), self.house.languages)

    # --- what goes wrong --------------------------------------------------------------------------

    def _told(
        self, template: str, status: int
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def tell(request: Request, error: Exception) -> Response:
            data: dict[str, Any] = {"problem": None, "back": "/"}
            code = status
            if isinstance(error, RefusedError):
                data = {"problem": error.problem, "back": error.back or "/"}
                code = error.status
            return self.page(request, template, data, code, self.language_of(request))

        return tell

    async def _storage(self, request: Request, error: Exception) -> Response:
        """Tell what storage refuses; what is about the database is the operator's."""
        assert isinstance(error, StorageError)  # noqa: S101 - it is registered for these
        if error.code.startswith("review_"):
            told = RefusedError(message(f"storage.{error.code}"), status=409, back="/queue")
            return await self._told("problem.html", 409)(request, told)
        if error.code.startswith(("case_", "interview_", "link_", "person_", "proposal_")):
            return await self._told("nothing.html", 404)(request, error)
        _log.error("a page could not be made", code=error.code)
        return await self._told("later.html", 503)(request, error)

    async def _proof(self, request: Request, _: Exception) -> Response:
        return self.respond(request, Redirect("/passkey"), self.language_of(request))

    def app(self, routes: list[Route]) -> ASGIApp:
        """Return the application with these pages."""
        routes = [
            *routes,
            Route("/static/{name}", self._static, methods=["GET"]),
            Route("/healthz", self._health, methods=["GET"]),
        ]
        handlers: Any = {
            SignInError: self._told("signed_out.html", 401),
            ProofError: self._proof,
            NotThereError: self._told("nothing.html", 404),
            RefusedError: self._told("problem.html", 400),
            StorageError: self._storage,
            404: self._told("nothing.html", 404),
            405: self._told("nothing.html", 404),
            500: self._told("later.html", 500),
        }
        # Around all of it, and not a middleware: what nobody foresaw is answered outside of those.
        return _Headers(Starlette(routes=routes, exception_handlers=handlers), self.house)

    async def _health(self, _: Request) -> Response:
        await self.run(lambda transaction: transaction.recall("health"))
        return Response("ok", media_type="text/plain")

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            raise NotThereError
        return Response((_HERE / "static" / name).read_bytes(), media_type=_STATIC[name])


async def _read_form(request: Request) -> list[tuple[str, str]]:
    """Read a form's fields; several with one name become one with spaces between.

    Raises RefusedError for what no form of ours can be.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise RefusedError(message("web.form_not_read"), status=415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            raise RefusedError(message("web.form_too_long"), status=413)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise RefusedError(message("web.form_not_read"), status=400) from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields[name] = f"{fields[name]} {value}" if name in fields else value
    return list(fields.items())


class _Headers:
    """Adds to every response what keeps it from being stored, framed, or read by others."""

    def __init__(self, app: Any, house: House) -> None:
        self._app = app
        leave = urlsplit(house.leave_to)
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            f"connect-src 'self'; form-action 'self' {leave.scheme}://{leave.netloc}; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {
            "cache-control": "no-store",
            "content-security-policy": policy,
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "x-robots-tag": "noindex",
        }
        if house.is_secure:
            headers["strict-transport-security"] = "max-age=31536000"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""

        async def with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                given = list(event.get("headers", ()))
                known = {name for name, _ in given}
                event["headers"] = [*given, *(one for one in self._headers if one[0] not in known)]
            await send(event)

        await self._app(scope, receive, with_headers)
