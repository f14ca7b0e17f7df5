"""The commands about languages: reviewers' spreadsheets, a new language, what a mending touched."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.settings import keyring_or_local_key, read_settings
from bot.touched import Touched, touched
from flows.messages import Message, message
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, folders, languages, name_of
from storage.database import database_is_there
from storage.store import Store


def language_commands(
    own_language: Callable[[], str], export_group: click.Group
) -> tuple[click.Command, ...]:
    """Make `export translations`, `import` and `locale`, speaking the language of the terminal."""

    def t(key: str) -> str:
        return catalogue(own_language()).say(message(key))

    def say(text: Message) -> None:
        sys.stdout.write(catalogue(own_language()).say(text) + "\n")

    @export_group.command(name="translations", help=t("cli.export.translations"))
    @click.option("--lang", type=click.Choice(folders()), required=True, help=t("cli.option.lang"))
    @click.option("--to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
    def export_translations(*, lang: str, to: Path | None) -> None:
        from bot.translations import export  # a library for spreadsheets takes its time

        path = to or Path(f"volgorde-{lang}.xlsx")
        rows = export(VOORSTUDIE_CORE, lang, path, own_language())
        say(message("sheet.written", path=str(path), count=rows))

    @click.group(name="import", help=t("cli.import"))
    def import_group() -> None:
        """Hold what can be taken in."""

    @import_group.command(name="translations", help=t("cli.import.translations"))
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--reader", default="", metavar="TEXT", help=t("cli.option.reader"))
    @click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=t("cli.option.read_on"))
    def import_translations(*, file: Path, reader: str, on: datetime | None) -> int:
        from bot.translations import read_back

        read_on = (on or datetime.now(UTC)).date()
        done = read_back(VOORSTUDIE_CORE, file, reader=reader.strip(), read_on=read_on)
        if isinstance(done, list):
            for finding in done:
                say(_row(finding.row, finding.key, finding.problem))
            say(message("sheet.nothing_done", count=len(done)))
            return 1
        say(
            message(
                "sheet.done",
                language=done.language,
                changed=len(done.changed),
                read=len(done.read),
                left=done.left,
            )
        )
        for remark in done.remarks:
            say(_row(*remark))
        catalogue.cache_clear()
        with_cases = _kept(done.language) if done.changed else []
        for item in with_cases:
            say(_case(item))
        return 0

    @click.group(name="locale", help=t("cli.locale"))
    def locale_group() -> None:
        """Hold the commands about a language."""

    @locale_group.command(name="add", help=t("cli.locale.add"))
    @click.argument("code")
    def locale_add(*, code: str) -> None:
        from bot.translations import add_language

        folder = add_language(code)
        say(message("locale.added", path=str(folder), language=name_of(code), code=code))

    @locale_group.command(name="cases", help=t("cli.locale.cases"))
    @click.option(
        "--lang", type=click.Choice(languages()), required=True, help=t("cli.option.lang")
    )
    def locale_cases(*, lang: str) -> None:
        found = _kept(lang)
        for item in found:
            say(_case(item))
        if not found:
            say(message("locale.no_cases"))

    return import_group, locale_group


def _kept(language: str) -> list[Touched]:
    """Give what a mending touched in the database that is set; nothing where there is none yet."""
    settings = read_settings()
    if not database_is_there(settings.database_url):
        return []
    keys, _ = keyring_or_local_key(settings)
    with Store.open(settings.database_url, keys, migrate=False) as store:
        return touched(store, language)


def _row(row: int, key: str, problem: Message | str) -> Message:
    return message("sheet.finding", row=str(row), key=key, problem=problem)


def _case(item: Touched) -> Message:
    return message(
        "locale.case",
        case=item.case,
        respondent=message(f"respondent.{item.respondent}"),
        at=item.at.date(),
        key=item.key,
        shown=item.shown,
        now=item.now,
    )
