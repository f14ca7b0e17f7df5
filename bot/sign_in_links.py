"""Links into a browser, each good once: to sign in, or to go on with one interview."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from storage.people import GO_ON, SIGN_IN, PersonRecord
from storage.transaction import Transaction

LINK_LASTS: Final = timedelta(minutes=10)
DEFAULT_ADDRESS: Final = "http://localhost:8700"
"""Where the console is reached where no address is set: on this machine."""


def sign_in_link(transaction: Transaction, person: PersonRecord, *, actor: str | None) -> str:
    """Make a link with which somebody's browser signs in once; gives its token."""
    token = transaction.people.make_link(SIGN_IN, person=person.id, lasts=LINK_LASTS)
    transaction.people.note("sign_in_link_made", actor=actor, person=person.id)
    return token


def go_on_link(transaction: Transaction, person: str, interview: str) -> str:
    """Make a link with which a therapist goes on with an interview in a browser, once."""
    return transaction.people.make_link(GO_ON, person=person, interview=interview, lasts=LINK_LASTS)


def sign_in_address(address: str, token: str) -> str:
    """Return the address that a sign-in link opens."""
    return f"{address.rstrip('/')}/sign-in/{token}"


def interview_address(address: str, token: str) -> str:
    """Return the address that opens an interview."""
    return f"{address.rstrip('/')}/i/{token}"
