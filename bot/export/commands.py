"""The commands `volgorde export …`: what is taken out, each time with who asks and why."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import click

from bot.export import feedback, fhir, fhir_form, record, research
from bot.export.errors import ExportError, refused
from bot.export.files import make_folder, refuse_existing, write_private
from bot.export.periods import Period, period
from bot.settings import keyring_or_local_key, read_settings, time_zone
from flows.interview import Interview
from flows.messages import Message, message
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from storage.errors import StorageError
from storage.store import Store
from storage.transaction import Transaction

T = TypeVar("T")
Command = Callable[..., Any]

_DAY = click.DateTime(["%Y-%m-%d"])
_FORMATS = {"csv": research.as_csv, "json": research.as_json}


def export_group(own_language: Callable[[], str]) -> click.Group:
    """Make `export`, speaking the language of the terminal."""

    def t(key: str) -> str:
        return catalogue(own_language()).say(message(key))

    def say(text: Message, *, aside: bool = False) -> None:
        stream = sys.stderr if aside else sys.stdout
        stream.write(catalogue(own_language()).say(text) + "\n")

    why = click.option("--why", required=True, metavar="TEXT", help=t("export.option.why"))
    by = click.option("--by", metavar="CODE", help=t("export.option.by"))
    lang = click.option("--lang", type=click.Choice(languages()), help=t("cli.option.lang"))
    out = click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=t("export.option.out"),
    )
    force = click.option("--force", is_flag=True, help=t("export.option.force"))

    def days(*, needed: bool) -> Callable[[Command], Command]:
        def options(command: Command) -> Command:
            last = click.option(
                "--to",
                "last",
                type=_DAY,
                required=needed,
                metavar="DATE",
                help=t("export.option.to"),
            )
            first = click.option(
                "--from",
                "first",
                type=_DAY,
                required=needed,
                metavar="DATE",
                help=t("export.option.from"),
            )
            return first(last(command))

        return options

    def deliver(text: str, path: Path | None, *, force: bool) -> None:
        if path is None:
            sys.stdout.write(text)
            return
        write_private({path: text}, force=force)
        say(message("export.written", path=str(path)))

    @click.group(name="export", help=t("cli.export"))
    def group() -> None:
        """Hold what can be taken out."""

    @group.command(name="fhir", help=t("export.fhir.help"))
    @click.argument("case")
    @why
    @by
    @out
    @force
    @click.option("--texts", is_flag=True, help=t("export.option.texts"))
    @lang
    def fhir_bundle(
        *,
        case: str,
        why: str,
        by: str | None,
        out: Path | None,
        force: bool,
        texts: bool,
        lang: str | None,
    ) -> None:
        asked = record.asked(why, by)
        refuse_existing([out] if out else [], force=force)

        def work(transaction: Transaction) -> dict[str, Any]:
            found = transaction.case_by_code(case)
            if found is None:
                raise StorageError("case_unknown", case=case)
            held = list(_held(transaction, found.id))
            if not held:
                raise ExportError(message("export.fhir.nothing", case=found.code))
            made = fhir.bundle(
                VOORSTUDIE_CORE,
                held,
                lang or own_language(),
                made_at=datetime.now(UTC),
                new_id=lambda: str(uuid4()),
                with_texts=texts,
            )
            record.note(transaction, record.FHIR, asked, case=found.id)
            return made

        deliver(_as_json(_in_store(work)), out, force=force)

    @group.command(name="fhir-questionnaire", help=t("export.fhir.help.form"))
    @out
    @force
    @lang
    def form(*, out: Path | None, force: bool, lang: str | None) -> None:
        # Nobody's data: no reason is asked, and there is nothing to log.
        refuse_existing([out] if out else [], force=force)
        made = fhir_form.questionnaire(VOORSTUDIE_CORE, lang or own_language())
        fhir.validate("Questionnaire", made)
        deliver(_as_json(made), out, force=force)

    @group.command(name="check-fhir", help=t("export.fhir.help.check"))
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    def check(*, file: Path) -> int:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise refused("Bundle", file, message("export.fhir.allowed.bundle")) from error
        read = fhir.interviews_from(fhir.read_json(text), VOORSTUDIE_CORE)
        lines, same = fhir.check_lines(VOORSTUDIE_CORE, read)
        for line in lines:
            say(line)
        return 0 if same else 1

    @group.command(name="research", help=t("export.research.help"))
    @why
    @by
    @click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        required=True,
        metavar="FOLDER",
        help=t("export.option.folder"),
    )
    @days(needed=False)
    @click.option(
        "--format",
        "form",
        type=click.Choice(tuple(_FORMATS)),
        default="csv",
        help=t("export.option.format"),
    )
    @force
    def for_research(
        *,
        why: str,
        by: str | None,
        out: Path,
        first: datetime | None,
        last: datetime | None,
        form: str,
        force: bool,
    ) -> None:
        asked, chosen = record.asked(why, by), _period(first, last)
        rows_file, dictionary_file = out / f"research.{form}", out / "dictionary.csv"
        make_folder(out)
        refuse_existing([rows_file, dictionary_file], force=force)

        def work(transaction: Transaction) -> research.Research:
            found = research.gather(transaction, chosen, secrets.randbelow)
            record.note(transaction, record.RESEARCH, asked, of=found.cases)
            return found

        found = _in_store(work)
        files = {rows_file: _FORMATS[form](found.rows), dictionary_file: research.dictionary()}
        write_private(files, force=force)
        say(message("export.research.done", count=len(found.rows), path=str(out)))
        for reason, count in sorted(found.left_out.items()):
            say(message(f"export.left_out.{reason}", count=count))
        if found.rare:
            say(message("export.research.rare", rows=found.rare, few=research.FEW))
        say(message("export.research.personal"))

    @group.command(name="feedback-round", help=t("export.feedback.help"))
    @days(needed=True)
    @why
    @by
    @click.option(
        "--format",
        "form",
        type=click.Choice(("md", "json")),
        default="md",
        help=t("export.option.format"),
    )
    @out
    @force
    @lang
    def feedback_round(
        *,
        first: datetime,
        last: datetime,
        why: str,
        by: str | None,
        form: str,
        out: Path | None,
        force: bool,
        lang: str | None,
    ) -> None:
        asked, chosen = record.asked(why, by), _period(first, last)
        refuse_existing([out] if out else [], force=force)

        def work(transaction: Transaction) -> feedback.Gathered:
            found = feedback.gather(transaction, chosen)
            record.note(transaction, record.FEEDBACK, asked, of=found.cases)
            return found

        made = feedback.report(_in_store(work))
        language = lang or own_language()
        if form == "json":
            text = _as_json(feedback.as_data(made, VOORSTUDIE_CORE, chosen, language))
        else:
            text = feedback.as_markdown(made, VOORSTUDIE_CORE, chosen, language)
        deliver(text, out, force=force)
        say(message("export.feedback.read_first"), aside=True)

    @group.command(name="log", help=t("export.log.help"))
    def log() -> None:
        zone = time_zone(read_settings())
        found = _in_store(lambda transaction: list(record.exports(transaction)))
        for item in found:
            say(
                message(
                    "export.log.row",
                    at=f"{item.at.astimezone(zone):%Y-%m-%d %H:%M}",
                    by=item.by or message("export.log.operator"),
                    what=message(f"export.kind.{item.kind}"),
                    case=item.case or "–",
                    why=item.why,
                )
            )
        if not found:
            say(message("export.log.nothing"))

    return group


def _held(transaction: Transaction, case_id: str) -> Iterator[fhir.Held]:
    """Give a case's interviews; of each respondent's the last one counts."""
    records = transaction.interviews_of(case_id)
    last = {item.respondent: item.id for item in records}
    for item in records:
        kept = transaction.latest_proposal(item.id)
        yield fhir.Held(
            Interview.from_data(item.projection),
            item.updated_at,
            counts=last[item.respondent] == item.id,
            kept=kept.content_hash if kept else "",
        )


def _period(first: datetime | None, last: datetime | None) -> Period:
    return period(first, last, ZoneInfo(read_settings().time_zone))


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _in_store(work: Callable[[Transaction], T]) -> T:
    """Do a unit of work in the database that is set; what it gives is kept first."""
    settings = read_settings()
    keys, _ = keyring_or_local_key(settings)
    with Store.open(settings.database_url, keys, migrate=False) as store:
        return store.run(work)


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    yield from (f"export.kind.{kind}" for kind in record.KINDS)
    yield from research.message_ids()
    yield from feedback.message_ids()
