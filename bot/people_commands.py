"""The commands about people: who works here, their links, and who sees whose cases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from bot.access import STAFF, SUPERVISOR, TELEGRAM
from bot.export.record import CONSENT
from bot.links import deep_link, qr_text, say_duration
from bot.service import Service
from bot.settings import (
    PREFIX,
    SettingsError,
    keyring_or_local_key,
    offered_languages,
    read_settings,
)
from bot.sign_in_links import (
    DEFAULT_ADDRESS,
    LINK_LASTS,
    interview_address,
    sign_in_address,
    sign_in_link,
)
from flows.messages import Message, message
from flows.questions import THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from storage.errors import StorageError
from storage.people import ENROL, PersonRecord
from storage.store import Store
from storage.transaction import Transaction

T = TypeVar("T")

ENROL_HOURS = 24


def people_commands(own_language: Callable[..., str]) -> tuple[click.Command, ...]:
    """Make `user`, `case` and `invite`, speaking the language of the terminal."""

    def t(key: str, **params: Any) -> str:
        return catalogue(own_language()).say(message(key, **params))

    def say(text: Message) -> None:
        sys.stdout.write(catalogue(own_language()).say(text) + "\n")

    hours_valid = click.option(
        "--hours",
        type=click.IntRange(1, 24 * 7),
        default=ENROL_HOURS,
        help=t("cli.option.hours"),
    )

    @click.group(help=t("cli.user"))
    def user() -> None:
        """Hold the commands about people."""

    @user.command(name="add", help=t("cli.user.add"))
    @click.option("--role", type=click.Choice(STAFF), required=True, help=t("cli.option.role"))
    @click.option("--label", default="", metavar="TEXT", help=t("cli.option.label"))
    @hours_valid
    def add(*, role: str, label: str, hours: int) -> None:
        def work(transaction: Transaction) -> tuple[PersonRecord, str, str]:
            person = transaction.people.add(role, label=label.strip()[:40])
            token = transaction.people.make_link(
                ENROL, person=person.id, lasts=timedelta(hours=hours)
            )
            return person, token, transaction.recall("telegram_bot")

        person, token, bot = _in_store(work)
        say(message("cli.user.added", code=person.code, role=message(f"role.{role}")))
        say(say_link(token, bot, timedelta(hours=hours)))

    @user.command(name="link", help=t("cli.user.link"))
    @click.argument("code")
    @hours_valid
    def link(*, code: str, hours: int) -> None:
        def work(transaction: Transaction) -> tuple[str, str]:
            person = transaction.people.by_code(code)
            if person.bound:
                raise StorageError("person_bound")
            token = transaction.people.make_link(
                ENROL, person=person.id, lasts=timedelta(hours=hours)
            )
            transaction.people.note("link_made", actor=None, person=person.id)
            return token, transaction.recall("telegram_bot")

        token, bot = _in_store(work)
        say(say_link(token, bot, timedelta(hours=hours)))

    @user.command(name="sign-in", help=t("web.help.sign_in"))
    @click.argument("code")
    def sign_in(*, code: str) -> None:
        settings = read_settings()
        address = settings.web_address or DEFAULT_ADDRESS

        def work(transaction: Transaction) -> str:
            person = transaction.people.by_code(code)
            if person.disabled:
                raise StorageError("person_unknown")
            return sign_in_link(transaction, person, actor=None)

        link = sign_in_address(address, _in_store(work))
        say(message("web.sign_in.link", link=link, lasts=say_duration(LINK_LASTS)))

    @user.command(name="forget-passkeys", help=t("web.help.forget_passkeys"))
    @click.argument("code")
    def forget_passkeys(*, code: str) -> None:
        def work(transaction: Transaction) -> tuple[str, int]:
            person = transaction.people.by_code(code)
            count = transaction.web.remove_passkeys(person.id)
            transaction.web.end_all(person.id)
            transaction.people.note("passkeys_removed", actor=None, person=person.id)
            return person.code, count

        person, count = _in_store(work)
        say(message("web.passkey.removed", count=count, code=person))

    @user.command(name="list", help=t("cli.user.list"))
    def listed() -> None:
        def work(transaction: Transaction) -> list[tuple[PersonRecord, list[str]]]:
            people = transaction.people.all()
            codes = {person.id: person.code for person in people}
            return [
                (person, [codes[one] for one in transaction.people.supervisors_of(person.id)])
                for person in people
            ]

        found = _in_store(work)
        if not found:
            say(message("cli.user.nobody"))
        for person, supervisors in found:
            state = "disabled" if person.disabled else "active" if person.bound else "invited"
            parts = [person.code, t(f"role.{person.role}"), t(f"cli.user.state.{state}")]
            if person.label:
                parts.append(person.label)
            if supervisors:
                parts.append(t("cli.user.supervised_by", codes=", ".join(supervisors)))
            sys.stdout.write("  ".join(parts) + "\n")

    @user.command(name="role", help=t("cli.user.role"))
    @click.argument("code")
    @click.argument("role", type=click.Choice(STAFF))
    def role_of(*, code: str, role: str) -> None:
        person = _on_person(code, lambda people, person: people.set_role(person.id, role))
        say(message("cli.user.role_set", code=person.code, role=message(f"role.{role}")))

    @user.command(name="disable", help=t("cli.user.disable"))
    @click.argument("code")
    def disable(*, code: str) -> None:
        person = _on_person(
            code, lambda people, person: people.set_disabled(person.id, disabled=True)
        )
        say(message("cli.user.disabled", code=person.code))

    @user.command(name="enable", help=t("cli.user.enable"))
    @click.argument("code")
    def enable(*, code: str) -> None:
        person = _on_person(
            code, lambda people, person: people.set_disabled(person.id, disabled=False)
        )
        say(message("cli.user.enabled", code=person.code))

    @user.command(name="assign", help=t("cli.user.assign"))
    @click.argument("therapist")
    @click.option("--to", "supervisor", required=True, metavar="CODE", help=t("cli.option.to"))
    @click.option("--end", is_flag=True, help=t("cli.option.end"))
    def assign(*, therapist: str, supervisor: str, end: bool) -> None:
        def work(transaction: Transaction) -> tuple[str, str]:
            people = transaction.people
            one, other = people.by_code(therapist), people.by_code(supervisor)
            if one.role != THERAPIST:
                raise StorageError("person_role", person=one.code, role=THERAPIST)
            if other.role != SUPERVISOR:
                raise StorageError("person_role", person=other.code, role=SUPERVISOR)
            (people.unassign if end else people.assign)(one.id, other.id)
            return one.code, other.code

        one, other = _in_store(work)
        say(message(f"cli.user.{'unassigned' if end else 'assigned'}", therapist=one, to=other))

    @click.group(help=t("cli.case"))
    def case() -> None:
        """Hold the commands about cases."""

    @case.command(name="handover", help=t("cli.case.handover"))
    @click.argument("code")
    @click.option("--to", "therapist", required=True, metavar="CODE", help=t("cli.option.to"))
    def handover(*, code: str, therapist: str) -> None:
        def work(transaction: Transaction) -> tuple[str, str]:
            found = transaction.case_by_code(code)
            if found is None:
                raise StorageError("case_unknown", case=code)
            person = transaction.people.by_code(therapist)
            if person.role != THERAPIST or person.disabled:
                raise StorageError("person_role", person=person.code, role=THERAPIST)
            transaction.people.hand_over(found.id, person.id)
            return found.code, person.code

        given, to = _in_store(work)
        say(message("cli.case.handed_over", case=given, to=to))

    @case.command(name="research", help=t("export.case.help"))
    @click.argument("code")
    @click.option(
        "--consent",
        type=click.Choice(tuple(CONSENT)),
        required=True,
        help=t("export.option.consent"),
    )
    def in_research(*, code: str, consent: str) -> None:
        def work(transaction: Transaction) -> str:
            found = transaction.case_by_code(code)
            if found is None:
                raise StorageError("case_unknown", case=code)
            transaction.interviews_of(found.id)  # refuses a case that nobody can read any more
            transaction.people.note(CONSENT[consent], actor=None, case=found.id)
            return found.code

        said = _in_store(work)
        say(message(f"export.case.{consent}", case=said))

    def _on_person(code: str, change: Callable[[Any, PersonRecord], None]) -> PersonRecord:
        def work(transaction: Transaction) -> PersonRecord:
            person = transaction.people.by_code(code)
            change(transaction.people, person)
            return person

        return _in_store(work)

    @click.command(name="invite", help=t("cli.invite"))
    @click.argument("code")
    @click.option("--lang", type=click.Choice(languages()), help=t("cli.option.her_language"))
    @click.option("--reminders", is_flag=True, help=t("cli.option.reminders"))
    @click.option("--web", is_flag=True, help=t("browser.cli.web"))
    def invite(*, code: str, lang: str | None, reminders: bool, web: bool) -> None:
        settings = read_settings()
        lasts = timedelta(minutes=settings.invitation_minutes)
        offered = offered_languages(settings, demonstration=settings.open_therapists)
        language = lang or own_language(offered)
        if language not in offered:
            name = f"{PREFIX}DRAFT_LANGUAGES"
            own = catalogue(language).name
            raise SettingsError(message("settings.draft", name=name, code=language, language=own))
        with _store() as store:
            service = Service(
                store, VOORSTUDIE_CORE, channel=TELEGRAM, clock=lambda: datetime.now(UTC)
            )

            def work(transaction: Transaction) -> tuple[str, str]:
                found = transaction.case_by_code(code)
                if found is None:
                    raise StorageError("case_unknown", case=code)
                token = service.invite(
                    transaction,
                    found.id,
                    actor=None,
                    language=language,
                    reminders=reminders,
                    lasts=lasts,
                )
                return token, transaction.recall("telegram_bot")

            token, bot = store.run(work)
        if web:
            link = interview_address(settings.web_address or DEFAULT_ADDRESS, token)
            told = message(
                "browser.cli.link", link=link, qr=qr_text(link), lasts=say_duration(lasts)
            )
            say(told)
        else:
            say(say_link(token, bot, lasts))

    return user, case, invite


def _store() -> Store:
    """Open the database that is set."""
    settings = read_settings()
    keys, _ = keyring_or_local_key(settings)
    return Store.open(settings.database_url, keys, migrate=False)


def _in_store(work: Callable[[Transaction], T]) -> T:
    """Do a unit of work in the database that is set."""
    with _store() as store:
        return store.run(work)


def say_link(token: str, bot: str, lasts: timedelta) -> Message:
    """Say how a link is opened and for how long; with a QR code where the bot's name is known."""
    if not bot:
        return message("cli.link.command", command=f"/start {token}", lasts=say_duration(lasts))
    address = deep_link(bot, token)
    return message("cli.link.qr", link=address, qr=qr_text(address), lasts=say_duration(lasts))


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    for role in STAFF:
        yield f"role.{role}"
    for state in ("active", "invited", "disabled"):
        yield f"cli.user.state.{state}"
    for said in CONSENT:
        yield f"export.case.{said}"
    for done in ("assigned", "unassigned"):
        yield f"cli.user.{done}"
