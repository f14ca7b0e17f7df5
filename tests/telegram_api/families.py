"""A therapist and a mother, each with a phone, as far as a test wants them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flows.messages import message
from flows.questions import THERAPIST as THE_THERAPISTS
from locales import SOURCE_LANGUAGE, catalogue
from storage.people import ENROL
from storage.transaction import Transaction
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running

THERAPIST, MOTHER = 11, 22
CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")


@dataclass(slots=True)
class Family:
    """One case: its therapist's phone, and its mother's."""

    running: Running
    therapist: Phone
    mother: Phone
    code: str


async def enrol(running: Running, user: int, role: str = "therapist") -> Phone:
    """Let a colleague in by a link."""

    def work(transaction: Transaction) -> str:
        person = transaction.people.add(role)
        return transaction.people.make_link(ENROL, person=person.id, lasts=timedelta(hours=1))

    token = running.store.run(work)
    phone = running.phone(user)
    await phone.send(f"/start {token}")
    return phone


async def begun(running: Running, user: int = THERAPIST) -> tuple[Phone, str]:
    """A therapist with an intake at its first question; gives the case's code too."""
    phone = await enrol(running, user)
    await phone.press("Nieuw: kort")
    await phone.press("Beginnen")
    await phone.send("/cases")
    code = CODE.search(phone.screen())
    assert code is not None
    return phone, code[0]


async def invite(phone: Phone, *, language: str = SOURCE_LANGUAGE, reminders: bool = False) -> str:
    """Invite the mother from the home page; gives the token of her link."""
    await phone.send("/cases")
    await phone.press("Zij")
    await phone.press("Moeder uitnodigen" if "Moeder uitnodigen" in phone.labels else "Nieuwe link")
    await phone.press(catalogue(language).label)
    await phone.press("Ja, als zij" if reminders else "Nee, geen")
    return token_on(phone)


async def her_page(phone: Phone, code: str) -> None:
    """Open the page about the mother of this case."""
    await phone.send("/cases")
    await phone.press_data(next(row[1][1] for row in phone.rows if code in row[0][0]))


async def another_family(running: Running, therapist: Phone, user: int) -> Family:
    """Another case of a therapist, with a mother at her first question."""
    await therapist.send("/cases")
    before = set(CODE.findall(therapist.screen()))
    await therapist.press("Nieuw: kort")
    await therapist.press("Beginnen")
    await therapist.send("/cases")
    (code,) = set(CODE.findall(therapist.screen())) - before
    await her_page(therapist, code)
    for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen"):
        await therapist.press(label)
    mother = running.phone(user)
    await mother.send(f"/start {token_on(therapist)}")
    await her_page(therapist, code)
    await therapist.press("Ik ben bereikbaar")
    for label in begin_labels(SOURCE_LANGUAGE):
        await mother.press(label)
    return Family(running, therapist, mother, code)


async def lent(phone: Phone, code: str) -> str:
    """Hand a therapist's phone to the mother of this case; gives the digits that return it."""
    await her_page(phone, code)
    if "Op deze telefoon" not in phone.labels:
        for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen"):
            await phone.press(label)
    await phone.press("Op deze telefoon")
    digits = digits_on(phone)
    await phone.press("Geef haar de telefoon")
    return digits


def digits_on(phone: Phone) -> str:
    """Read the digits that return a lent phone."""
    found = re.search(r"\d{6}", phone.screen())
    assert found is not None, phone.screen()
    return found[0]


def token_on(phone: Phone) -> str:
    """Read the link on a screen."""
    found = re.search(r"\?start=([A-Za-z0-9_-]+)", phone.screen())
    assert found is not None, phone.screen()
    return found[1]


async def family(
    running: Running, *, language: str = SOURCE_LANGUAGE, reminders: bool = False
) -> Family:
    """A mother who opened her link, with her therapist at her side."""
    therapist, code = await begun(running)
    token = await invite(therapist, language=language, reminders=reminders)
    mother = running.phone(MOTHER)
    await mother.send(f"/start {token}")
    await therapist.press("Ik ben bij haar")
    return Family(running, therapist, mother, code)


async def answering(
    running: Running, *, language: str = SOURCE_LANGUAGE, reminders: bool = False
) -> Family:
    """A mother at her first question."""
    found = await family(running, language=language, reminders=reminders)
    for label in begin_labels(language):
        await found.mother.press(label)
    if reminders:
        await found.mother.press(begin_labels(language)[1])
    return found


def begin_labels(language: str) -> tuple[str, ...]:
    """What a mother presses up to her first question: alone, safe, takes part, no word."""
    say = catalogue(language).say
    keys = ("mother.check.company.alone", "mother.check.safe.yes")
    buttons = ("consent", "noword")
    return tuple(
        say(message(key)) for key in (*keys, *(f"telegram.button.{name}" for name in buttons))
    )


def change(bot: Running, code: str, what: Callable[[Transaction, str], object]) -> None:
    """Do something to the therapist of a case from the command line."""

    def work(transaction: Transaction) -> None:
        case = transaction.case_by_code(code)
        assert case is not None
        record = transaction.latest_interview(case.id, THE_THERAPISTS)
        assert record is not None
        therapist = transaction.therapist_of(record.id)
        assert therapist is not None
        what(transaction, therapist)

    bot.store.run(work)


def disable(bot: Running, code: str) -> None:
    change(bot, code, lambda tx, person: tx.people.set_disabled(person, disabled=True))


async def supervised(bot: Running, code: str) -> Phone:
    """Give the phone of a supervisor of this case's therapist."""
    phone = await enrol(bot, 13, "supervisor")

    def assign(transaction: Transaction, therapist: str) -> None:
        people = transaction.people
        people.assign(
            therapist, next(item.id for item in people.all() if item.role == "supervisor")
        )

    change(bot, code, assign)
    return phone


def loud(bot: Running, phone: Phone, since: int) -> int:
    """How often a phone sounded since then."""
    return sum(
        name == "sendMessage"
        and int(params["chat_id"]) == phone.user
        and not params.get("disable_notification")
        for name, params in bot.telegram.calls[since:]
    )
