"""Links with which somebody's browser signs in, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from storage.people import SIGN_IN, PersonRecord
from storage.transaction import Transaction

LINK_LASTS: Final = timedelta(minutes=10)
DEFAULT_ADDRESS: Final = "http://localhost:8700"
"""Where the console is reached where no address is set: on this machine."""


def sign_in_link(transaction: Transaction, person: PersonRecord, *, actor: str | None) -> str:
    """Make a link with which somebody's browser signs in once; gives its token."""
    token = transaction.people.make_link(SIGN_IN, person=person.id, lasts=LINK_LASTS)
    transaction.people.note("sign_in_link_made", actor=actor, person=person.id)
    return token


def sign_in_address(address: str, token: str) -> str:
    """Return the address that a sign-in link opens."""
    return f"{address.rstrip('/')}/sign-in/{token}"
