"""A therapist and a mother, each with a phone, as far as a test wants them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from flows.messages import message
from locales import SOURCE_LANGUAGE, catalogue
from storage.people import ENROL
from storage.transaction import Transaction
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running

THERAPIST, MOTHER = 11, 22


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
    code = re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}", phone.screen())
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
