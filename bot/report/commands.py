"""The command that writes a case's report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from bot.private_files import write_whole
from bot.report import (
    Audience,
    Report,
    ReportError,
    case_report,
    her_language,
    ready,
    report_html,
    report_pdf,
)
from bot.reviewing import written
from bot.service import Service
from bot.settings import keyring_or_local_key, read_settings, time_zone
from flows.inputs import InputError
from flows.messages import Message, message
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from storage.errors import StorageError
from storage.store import Store
from storage.transaction import Transaction

PDF, HTML = "pdf", "html"


def report_commands(own_language: Callable[..., str]) -> tuple[click.Command, ...]:
    """Make `report`, speaking the language of the terminal."""

    def t(key: str) -> str:
        return catalogue(own_language()).say(message(key))

    def say(text: Message) -> None:
        sys.stdout.write(catalogue(own_language()).say(text) + "\n")

    @click.command(name="report", help=t("report.help"))
    @click.argument("case")
    @click.option("--lang", type=click.Choice(languages()), help=t("report.help.lang"))
    @click.option(
        "--for",
        "audience",
        type=click.Choice([str(one) for one in Audience]),
        default=str(Audience.FILE),
        help=t("report.help.for"),
    )
    @click.option("--format", "form", type=click.Choice((PDF, HTML)), help=t("report.help.format"))
    @click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        metavar="FILE",
        help=t("report.help.out"),
    )
    @click.option("--why", required=True, metavar="TEXT", help=t("report.help.why"))
    @click.option("--by", metavar="CODE", help=t("report.help.by"))
    @click.option("--force", is_flag=True, help=t("report.help.force"))
    def report(
        *,
        case: str,
        lang: str | None,
        audience: str,
        form: str | None,
        out: Path,
        why: str,
        by: str | None,
        force: bool,
    ) -> None:
        wanted = Audience(audience)
        form = form or (HTML if out.suffix.lower() in (".html", ".htm") else PDF)
        reason = _reason(why)
        if out.exists() and not force:
            raise ReportError(message("report.error.exists", path=str(out)))
        if form == PDF:
            ready()
        made = noted(
            case, audience=wanted, language=lang, by=by, why=reason, own_language=own_language
        )
        content = report_pdf(made) if form == PDF else report_html(made).encode()
        write(out, content, force=force)
        say(message("report.written", path=str(out)))
        if wanted is Audience.MOTHER:
            say(message("report.written.mother"))

    return (report,)


def noted(
    case: str,
    *,
    audience: Audience,
    language: str | None,
    by: str | None,
    why: str,
    own_language: Callable[[], str],
) -> Report:
    """Gather a report from the database that is set, and keep who asked for it and why.

    That is one unit of work: without the record there is no report. A mother's version is in her
    own language unless another is asked for.
    """
    settings = read_settings()
    keys, _ = keyring_or_local_key(settings)
    zone = time_zone(settings)

    def clock() -> datetime:
        return datetime.now(zone)

    with Store.open(settings.database_url, keys, migrate=False) as store:
        service = Service(store, VOORSTUDIE_CORE, channel="terminal", clock=clock)

        def work(transaction: Transaction) -> Report:
            found = transaction.case_by_code(case)
            if found is None:
                raise StorageError("case_unknown", case=case)
            actor = None if by is None else transaction.people.by_code(by).id
            hers = audience is Audience.MOTHER and her_language(service, transaction, found.id)
            made = case_report(
                service,
                transaction,
                found.id,
                language=language or hers or own_language(),
                audience=audience,
                clock=clock,
            )
            transaction.people.note("report_made", actor=actor, case=found.id, detail=why)
            return made

        return store.run(work)


def write(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file that only its owner can read; one that is there stays, unless `force`.

    Raises ReportError `exists`. Where writing fails nothing half is left behind.
    """
    try:
        write_whole(path, content, force=force)
    except FileExistsError as error:
        raise ReportError(message("report.error.exists", path=str(path))) from error


def _reason(why: str) -> str:
    try:
        return written(why)
    except InputError as error:
        raise ReportError(error.problem) from error
