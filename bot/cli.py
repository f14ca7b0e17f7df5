"""The program `volgorde`: its commands, and one line for each thing that can go wrong."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click
from rich.console import Console

from bot.export.commands import export_group
from bot.export.errors import ExportError
from bot.interventions import interventions_data, read_age, tell_interventions
from bot.language_commands import language_commands
from bot.people_commands import people_commands
from bot.report.commands import report_commands
from bot.report.errors import ReportError
from bot.rules_document import data, diagram, document
from bot.scenario import ScenarioError, differences, read_scenario
from bot.service import TRANSLATORS, Service
from bot.settings import (
    PREFIX,
    Settings,
    SettingsError,
    keyring,
    keyring_or_local_key,
    offered_languages,
    read_settings,
)
from bot.sheet_columns import SheetError
from bot.sign_in_links import sign_in_address, sign_in_link
from bot.strict_json import TwiceError, read_json
from bot.terminal.lines import Keyboard, Pipe
from bot.terminal.replay import replay
from bot.terminal.screen import TerminalScreen
from bot.terminal.session import Session
from bot.transcript import Entry, entries
from flows.conversation import propose
from flows.facts import Facts, FactsError, parse_facts
from flows.inputs import InputError
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import FULL, QUICK, RESPONDENTS, THERAPIST
from flows.readings import ReadingError, read_readings
from flows.telling import tell
from flows.telling_why import tell_why
from flows.utterances import Line
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import Catalogue, catalogue, languages, nearest
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.errors import StorageError
from storage.keyfile import load_or_create_key_file
from storage.migrate import upgrade
from storage.paths import default_database_file, default_key_file
from storage.store import Store

WRONG_INPUT = 2
_ENVIRONMENT = ("LC_ALL", "LC_MESSAGES", "LANG")


def own_language(among: Collection[str] | None = None) -> str:
    """Return the language of this terminal, of all or of these; or the source language."""
    tag = next((os.environ[name] for name in _ENVIRONMENT if os.environ.get(name)), None)
    return nearest(tag, among)


def _t(key: str, **params: str) -> str:
    return catalogue(own_language()).say(message(key, **params))


class ProblemError(Exception):
    """Something that ends the program with one line and exit code 2."""

    def __init__(self, text: Message) -> None:
        self.text = text
        super().__init__(text.id)


def main() -> None:
    """Run the program. Every known problem is one line on stderr and exit code 2."""
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except _PROBLEMS as problem:
        _complain(_t_message(_text_of(problem)))
    except click.exceptions.NoArgsIsHelpError as problem:
        _write(sys.stdout, problem.ctx.get_help() if problem.ctx else "")
    except click.ClickException as problem:
        _complain(_t("cli.usage", problem=problem.format_message()))
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as problem:
        _complain(_t("cli.system", problem=problem.strerror or type(problem).__name__))


_PROBLEMS = (
    *(ProblemError, SettingsError, StorageError, ScenarioError),
    *(SheetError, ExportError, ReportError),
)


def _text_of(
    problem: ProblemError
    | SettingsError
    | StorageError
    | ScenarioError
    | SheetError
    | ExportError
    | ReportError,
) -> Message:
    if isinstance(problem, StorageError):
        return message(f"storage.{problem.code}", **problem.params)
    return problem.text if isinstance(problem, ProblemError) else problem.problem


def _t_message(text: Message) -> str:
    return catalogue(own_language()).say(text)


def _complain(line: str) -> None:
    plain = "".join(char if char.isprintable() else " " for char in line)
    sys.stderr.write(f"volgorde: {plain}\n")
    sys.exit(WRONG_INPUT)


def _settings_help() -> str:
    names = ", ".join(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
    return _t("cli.settings", names=names)


_LANGUAGE = click.option("--lang", type=click.Choice(languages()), help=_t("cli.option.lang"))


@click.group(help=_t("cli.help"), epilog=_settings_help())
@click.version_option(version("volgorde"), prog_name="volgorde")
def cli() -> None:
    """Hold the commands."""


@cli.command(help=_t("cli.chat"))
@_LANGUAGE
@click.option(
    "--respondent",
    type=click.Choice(RESPONDENTS),
    default=THERAPIST,
    help=_t("cli.option.respondent"),
)
@click.option("--quick", "mode", flag_value=QUICK, help=_t("cli.option.quick"))
@click.option("--full", "mode", flag_value=FULL, help=_t("cli.option.full"))
@click.option("--case", "case", metavar="CODE", help=_t("cli.option.case"))
@click.option("--new", is_flag=True, help=_t("cli.option.new"))
@click.option("--after-danger", is_flag=True, help=_t("cli.option.after_danger"))
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_t("cli.option.answers"),
)
def chat(
    *,
    lang: str | None,
    respondent: str,
    mode: str | None,
    case: str | None,
    new: bool,
    after_danger: bool,
    answers: Path | None,
) -> int:
    """Hold an interview in the terminal."""
    settings = read_settings()
    _log_to(settings)
    if answers is not None:
        return _play(settings, answers, lang)
    console = Console(soft_wrap=False, highlight=False, markup=False)
    screen = TerminalScreen(console)
    offered = offered_languages(settings, demonstration=not settings.database_is_chosen)
    # Who asks for a language by its option has named it.
    screen.language = language = lang or own_language(offered)
    # A mother's questions are few and all hers; the quick intake is the therapist's.
    chosen_mode = mode or (QUICK if respondent == THERAPIST else FULL)
    keyring, made = keyring_or_local_key(settings)
    if made is not None:
        screen.say(message("terminal.key_made", path=str(made)), "detail")
    with Store.open(settings.database_url, keyring) as store:
        service = Service(store, VOORSTUDIE_CORE, channel="terminal", clock=_now)
        opened = service.open(respondent=respondent, mode=chosen_mode, case=case, new=new)
        typed = sys.stdin or StringIO()  # a closed standard input is one that has ended
        interactive = typed.isatty() and sys.stdout.isatty()
        session = Session(
            service,
            screen,
            Keyboard() if interactive else Pipe(typed, console),
            new_key=lambda: secrets.token_hex(8),
            language=language,
            offered=offered if lang in (None, *offered) else (*offered, str(lang)),
            choose_language=lang is not None,
            respondent=respondent,
            mode=chosen_mode,
            change_mode=mode is not None,
            after_danger=after_danger,
        )
        session.run(opened)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _play(settings: Settings, path: Path, lang: str | None) -> int:
    """Play a scenario; without a chosen database it leaves nothing behind."""
    scenario = read_scenario(path)
    console = Console(highlight=False, markup=False)
    with contextlib.ExitStack() as stack:
        url, keyring = settings.database_url, Keyring(MasterKey.generate())
        if settings.database_is_chosen:
            keyring, _ = keyring_or_local_key(settings)
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="volgorde-"))
            url = sqlite_url(Path(folder) / "scenario.db")
        store = stack.enter_context(Store.open(url, keyring))
        service = Service(store, VOORSTUDIE_CORE, channel="scenario", clock=_now)
        interview, screen = replay(service, VOORSTUDIE_CORE, scenario, console, lang)
        return _compare(screen, interview, scenario.expect)


def _compare(screen: TerminalScreen, interview: Any, expect: Any) -> int:
    if not expect:
        return 0
    found = propose(VOORSTUDIE_CORE, interview).to_data(screen.words)
    wrong = list(differences(expect, found))
    if "state" in expect and interview.state != expect["state"]:
        wrong.append(f"state: expected {expect['state']}, got {interview.state}")
    for line in wrong:
        screen.say(message("scenario.difference", what=line))
    if not wrong:
        screen.say(message("scenario.as_expected", count=len(expect)))
    return 1 if wrong else 0


_FACTS_FILE = click.argument("file", type=click.File("rb"), default="-")
_AS_JSON = click.option("--json", "as_json", is_flag=True, help=_t("cli.option.json"))
_READINGS = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="AMBIG-n=Mn",
    help=_t("cli.option.reading"),
)


@cli.command(help=_t("cli.decide"))
@_FACTS_FILE
@_AS_JSON
@click.option("--batch", type=click.File("rb"), metavar="FILE", help=_t("cli.option.batch"))
@_READINGS
@_LANGUAGE
def decide(
    file: BinaryIO,
    *,
    as_json: bool,
    batch: BinaryIO | None,
    readings: tuple[str, ...],
    lang: str | None,
) -> None:
    """Turn facts into a proposal."""
    words = catalogue(lang or own_language())
    protocol = _protocol(readings)
    if batch is not None:
        for line in batch:
            sys.stdout.write(_one_line(_batch_line(protocol, line, words)))
        return
    proposal = protocol.propose(_facts(file))
    if as_json:
        _print_json(proposal.to_data(words.say))
    else:
        _print_lines(tell(protocol, proposal), words)


@cli.command(help=_t("cli.explain"))
@_FACTS_FILE
@_AS_JSON
@_READINGS
@_LANGUAGE
def explain(file: BinaryIO, *, as_json: bool, readings: tuple[str, ...], lang: str | None) -> None:
    """Say why this order follows from the facts, why no other, and what would change it."""
    words = catalogue(lang or own_language())
    protocol = _protocol(readings)
    explanation = protocol.explain(_facts(file))
    if as_json:
        _print_json(explanation.to_data(words.say))
    else:
        _print_lines(tell_why(protocol, explanation), words)


def _protocol(readings: tuple[str, ...]) -> Protocol:
    """Return the protocol with the source read as asked."""
    try:
        chosen = read_readings(readings, VOORSTUDIE_CORE.all_rules.ambiguities)
    except ReadingError as error:
        raise ProblemError(error.message) from error
    return VOORSTUDIE_CORE.under(chosen)


def _facts(file: BinaryIO) -> Facts:
    try:
        return parse_facts(_json(file.read()))
    except FactsError as error:
        raise ProblemError(error.message) from error


def _batch_line(protocol: Protocol, line: bytes, words: Catalogue) -> dict[str, Any]:
    try:
        return protocol.propose(parse_facts(_json(line))).to_data(words.say)
    except FactsError as error:
        return {"error": {"field": error.field, "message": words.say(error.message)}}


def _one_line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _json(raw: bytes) -> Any:
    """Read JSON; raises FactsError also for a key that stands twice, which could hide a danger."""
    try:
        return read_json(raw.decode("utf-8"))
    except TwiceError as error:
        raise FactsError(error.key, error.value, message("facts.allowed.once")) from error
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or a number beyond measure
        shown = raw[:40].decode("utf-8", errors="replace").strip()
        raise FactsError("facts", shown, message("facts.allowed.object")) from error


def _print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _print_lines(lines: Iterable[Line], words: Catalogue) -> None:
    screen = TerminalScreen(Console(highlight=False, markup=False))
    screen.language = words.language
    for line in lines:
        screen.write(line)


@cli.command(help=_t("intervention.help"))
@click.option("--age-months", metavar="N", help=_t("intervention.help.age_months"))
@click.option("--json", "as_json", is_flag=True, help=_t("intervention.help.json"))
@_LANGUAGE
def interventions(*, age_months: str | None, as_json: bool, lang: str | None) -> None:
    """Print the catalogue of interventions and criteria."""
    words = catalogue(lang or own_language())
    try:
        months = read_age(age_months)
    except FactsError as error:
        raise ProblemError(error.message) from error
    if as_json:
        data = interventions_data(months, words.say)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return
    screen = TerminalScreen(Console(highlight=False, markup=False))
    screen.language = words.language
    for line in tell_interventions(months):
        screen.write(line)


@cli.command(help=_t("document.help"))
@click.option(
    "--format",
    "form",
    type=click.Choice(("md", "json", "mermaid")),
    default="md",
    help=_t("document.help.format"),
)
@_LANGUAGE
def rules(*, form: str, lang: str | None) -> None:
    """Print the rules and passages as a document."""
    language = lang or own_language()
    if form == "json":
        _print_json(data(VOORSTUDIE_CORE, language))
    elif form == "mermaid":
        _write(sys.stdout, diagram(VOORSTUDIE_CORE, language))
    else:
        sys.stdout.write(document(VOORSTUDIE_CORE, language))


@cli.command(help=_t("cli.transcript"))
@click.argument("case")
@_LANGUAGE
def transcript(case: str, lang: str | None) -> None:
    """Print a case's transcript, beside the words that were shown."""
    settings = read_settings()
    keyring, _ = keyring_or_local_key(settings)
    language = lang or own_language()
    words = catalogue(language)
    with Store.open(settings.database_url, keyring, migrate=False) as store:
        service = Service(store, VOORSTUDIE_CORE, channel="terminal", clock=_now)
        for number, (record, events) in enumerate(service.events_of(case), start=1):
            _write(
                sys.stdout,
                words.say(
                    message(
                        "transcript.title",
                        case=record.case_code,
                        respondent=message(f"respondent.{record.respondent}"),
                        protocol=f"{record.protocol_id} {record.protocol_version}",
                    )
                ),
            )
            for entry in entries(VOORSTUDIE_CORE, record.respondent, events, language):
                _write(sys.stdout, "")
                who = words.say(message(f"respondent.{entry.speaker}"))
                place = f"{number}.{entry.place}"
                version = f" · {entry.words}" if entry.words else ""
                _write(sys.stdout, f"[{entry.at:%Y-%m-%d %H:%M:%S} · {place}{version}] {who}")
                for shown, reader in _side_by_side(entry.shown, entry.reader):
                    _write(sys.stdout, f"  {shown}" + (f"\n    = {reader}" if reader else ""))
                for line in _translated(entry, place, case):
                    _write(sys.stdout, f"    = {words.say(line)}")


def _translated(entry: Entry, place: str, case: str) -> Iterator[Message]:
    """Give the translations of what somebody wrote, or the place for one."""
    for made in entry.translations:
        yield message(
            "transcript.translation",
            text=made.text,
            by=message(f"translator.{made.by}"),
            at=made.at.date(),
        )
    if entry.written and not entry.translations:
        yield message("transcript.no_translation", command=f"volgorde translate {case} {place}")


@cli.command(help=_t("cli.translate"))
@click.argument("case")
@click.argument("place")
@_LANGUAGE
@click.option(
    "--by", type=click.Choice(TRANSLATORS), required=True, help=_t("cli.option.translated_by")
)
def translate(*, case: str, place: str, lang: str | None, by: str) -> None:
    """Keep a translation of what somebody wrote, beside the original."""
    settings = read_settings()
    keyring, _ = keyring_or_local_key(settings)
    text = (sys.stdin or StringIO()).read()
    with Store.open(settings.database_url, keyring, migrate=False) as store:
        service = Service(store, VOORSTUDIE_CORE, channel="terminal", clock=_now)
        try:
            kept = service.translate(case, place, language=lang or own_language(), text=text, by=by)
        except InputError as error:
            raise ProblemError(error.problem) from error
    _write(sys.stdout, _t("transcript.translation_kept", text=kept))


def _side_by_side(shown: tuple[str, ...], reader: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(shown):
        other = reader[index] if index < len(reader) else ""
        yield line, other if other != line else ""


def _write(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")


@cli.command(help=_t("cli.telegram"))
@click.option("--webhook", metavar="URL", help=_t("cli.option.webhook"))
@click.option("--listen", metavar="HOST:PORT", help=_t("cli.option.listen"))
@click.option("--status", metavar="HOST:PORT", help=_t("cli.option.status"))
def telegram(*, webhook: str | None, listen: str | None, status: str | None) -> None:
    """Run the Telegram bot until it is told to stop."""
    # Loaded only when needed: the messenger's library takes longer than all of the rest.
    from bot.telegram.run import plan, run

    settings = read_settings()
    chosen = plan(settings, webhook=webhook, listen=listen, status=status)
    run(settings, VOORSTUDIE_CORE, chosen)


@cli.command(help=_t("web.help"))
@click.option("--listen", metavar="HOST:PORT", help=_t("web.help.listen"))
@click.option("--demo", is_flag=True, help=_t("web.help.demo"))
def web(*, listen: str | None, demo: bool) -> None:
    """Run the console until it is told to stop."""
    # Loaded only when needed, like the messenger's.
    from bot.web.demo import fill
    from bot.web.run import plan, run

    settings = read_settings()
    if demo and not settings.database_is_chosen:
        settings = settings.model_copy(
            update={"database_url": sqlite_url(default_database_file().with_name("demo.db"))}
        )
    keys, made = keyring_or_local_key(settings) if demo else (keyring(settings), None)
    if made is not None:
        _write(sys.stdout, _t("cli.key_made", path=str(made)))
    chosen = plan(settings, keys, listen=listen, demo=demo)

    def ready(store: Store) -> None:
        if demo:
            _write(sys.stdout, _t("web.demo_preparing"))
            sys.stdout.flush()
            person = fill(store, VOORSTUDIE_CORE)
            token = store.run(lambda transaction: sign_in_link(transaction, person, actor=None))
            link = sign_in_address(chosen.house.address, token)
            _write(sys.stdout, _t("web.demo_ready", link=link))
        else:
            _write(sys.stdout, _t("web.ready", address=chosen.house.address))
        sys.stdout.flush()

    run(settings, VOORSTUDIE_CORE, chosen, migrate=demo, ready=ready)


_exports = export_group(own_language)
for _group in (
    _exports,
    *people_commands(own_language),
    *language_commands(own_language, _exports),
    *report_commands(own_language),
):
    cli.add_command(_group)


@cli.group(help=_t("cli.keys"))
def keys() -> None:
    """Hold the commands about keys."""


@keys.command(name="init", help=_t("cli.keys.init"))
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="FILE")
def keys_init(path: Path | None) -> None:
    """Make a master key in a file; a key that is there stays as it is."""
    where = path or default_key_file()
    _, made = load_or_create_key_file(where)
    text = message("cli.key_made" if made else "cli.key_there", path=str(where))
    _write(sys.stdout, _t_message(text))


@cli.command(help=_t("cli.migrate"))
def migrate() -> None:
    """Bring the database to this version."""
    settings = read_settings()
    done = upgrade(settings.database_url)
    text = message(
        "cli.migrated" if done.before != done.after else "cli.migrated_already",
        revision=done.after,
    )
    _write(sys.stdout, _t_message(text))


@cli.command(help=_t("cli.check"))
@_LANGUAGE
def check(lang: str | None) -> int:
    """Run the static checks; 1 where they find something."""
    # They look at everything, the pages of the web too.
    from bot.checks import findings, language_states

    words = catalogue(lang or own_language())
    found = list(findings(VOORSTUDIE_CORE))
    for finding in found:
        _write(sys.stdout, f"{finding.code}  {finding.place}: {words.say(finding.todo)}")
    for state in language_states():
        _write(sys.stdout, words.say(state))
    if not found:
        _write(sys.stdout, words.say(message("check.clean", count=len(languages()))))
    return 1 if found else 0


def _log_to(settings: Settings) -> None:
    """Log to the file that was set; codes only, never what anybody said."""
    logging.captureWarnings(capture=True)
    if settings.log_file is None:
        return
    try:
        logging.basicConfig(
            filename=settings.log_file,
            level=logging.INFO,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
    except OSError as error:
        raise SettingsError(
            message("settings.log_file", path=str(settings.log_file), name=f"{PREFIX}LOG_FILE")
        ) from error
