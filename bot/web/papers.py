"""A case on paper, from a browser: for the file and for the mother, each time put on record."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Final

from starlette.routing import Route

from bot.access import Action
from bot.report import (
    Audience,
    Report,
    ReportError,
    case_report,
    file_name,
    her_language,
    ready,
    report_html,
    report_pdf,
)
from bot.reviewing import is_handed_in, note_reading, written
from bot.web.answers import Answer, File, NotThereError, RefusedError
from bot.web.app import Web
from bot.web.visits import Visit
from flows.inputs import InputError
from flows.messages import message

PRINT, PDF, HERS = "print", "pdf", "hers"
KINDS: Final = (PRINT, PDF, HERS)


class Papers:
    """What can be put on paper about a case."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def routes(self) -> list[Route]:
        """Return the pages."""
        return [Route("/case/{code}/paper", self._web.staff(self._paper), methods=["POST"])]

    def _paper(self, seen: Visit) -> Answer:
        case = seen.case(seen.asked.path.split("/")[2], Action.PROPOSAL)
        own = case.therapist_id == seen.person.id
        form = seen.asked.form
        kind = form.get("make", "")
        if kind not in KINDS or (kind == HERS and not own):
            raise NotThereError
        if not own and not is_handed_in(seen.transaction, case.id):
            raise NotThereError
        back = f"/case/{case.code}#paper"
        try:
            why = written(form.get("why", ""))
        except InputError as error:
            problem = message("web.case.file_why_needed")
            raise RefusedError(problem, status=422, back=back) from error
        service, audience = self._web.service, Audience.MOTHER if kind == HERS else Audience.FILE
        hers = her_language(service, seen.transaction, case.id) if kind == HERS else ""
        language = form.get("language", "")
        if language not in self._web.house.languages:
            language = hers or seen.language
        try:
            if kind != PRINT:
                ready()
            report = case_report(
                service,
                seen.transaction,
                case.id,
                language=language,
                audience=audience,
                clock=lambda: self._web.clock().astimezone(self._web.house.zone),
            )
        except ReportError as error:
            raise RefusedError(error.problem, status=409, back=back) from error
        # Kept in the unit of work that gathers it: without the record there is no paper.
        seen.transaction.people.note("report_made", actor=seen.person.id, case=case.id, detail=why)
        note_reading(seen.transaction, case.id, seen.person.id, "paper")
        return _printed(report) if kind == PRINT else _drawn(report, back)


def _printed(report: Report) -> File:
    """Give the page to print; its own style is named to the browser, nothing else is allowed."""
    nonce = secrets.token_urlsafe(12)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'"
    return File(
        lambda: report_html(report, nonce=nonce).encode(),
        "text/html; charset=utf-8",
        policy=policy,
    )


def _drawn(report: Report, back: str) -> File:
    return File(partial(_pdf, report, back), "application/pdf", file_name(report, "pdf"))


def _pdf(report: Report, back: str) -> bytes:
    try:
        return report_pdf(report)
    except ReportError as error:
        raise RefusedError(error.problem, status=409, back=back) from error
