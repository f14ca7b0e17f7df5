"""A visit: one request of somebody who is signed in, within one unit of work."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bot.access import STAFF, WEB, Action, Scope, scope
from bot.web.answers import NotThereError, SignInError
from flows.messages import Message
from locales import Catalogue, catalogue, nearest
from storage.people import PersonRecord
from storage.records import CaseRecord
from storage.transaction import Transaction
from storage.web import WebSession

LONGEST: Final = timedelta(hours=8)
"""However busy, a session is over after this."""
_FORM: Final = b"volgorde form"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser asked: the cookie's token, what it calls itself, its languages, its form.

    `interview` is the token of the session in which one interview is answered.
    """

    token: str = field(repr=False)
    agent: str
    languages: str
    path: str
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    interview: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who works here, at one request."""

    transaction: Transaction
    session: WebSession
    person: PersonRecord
    language: str
    asked: Asked

    @property
    def words(self) -> Catalogue:
        """The reader's language."""
        return catalogue(self.language)

    def may(self, action: Action) -> bool:
        """Whether they may do this with any case at all."""
        return scope(self.person.role, action, WEB) is not Scope.NONE

    def case(self, code: str, action: Action) -> CaseRecord:
        """Give a case with which they may do this; raises NotThereError where there is none.

        A case that is somebody else's is not there: no answer tells it from one that never was.
        """
        found = self.transaction.case_by_code(code)
        if found is None or found.id not in self.cases(action, only=found.id):
            raise NotThereError
        return found

    def cases(self, action: Action, *, only: str | None = None) -> list[str]:
        """Give the ids of the cases with which they may do this."""
        people = self.transaction.people
        match scope(self.person.role, action, WEB):
            case Scope.OWN:
                return people.cases_of(self.person.id, only=only)
            case Scope.ASSIGNED:
                return people.cases_supervised_by(self.person.id, only=only)
        return []

    def say_later(self, note: Message) -> None:
        """Say something once, at the top of the next page."""
        self.keep(note=note.to_data())

    def keep(self, **changes: Any) -> None:
        """Keep something for this session's next pages."""
        self.session.view.update(changes)
        self.transaction.web.keep(self.session.token, self.session.view)

    def take(self, name: str) -> Any:
        """Give what was kept under a name, and forget it."""
        found = self.session.view.pop(name, None)
        if found is not None:
            self.transaction.web.keep(self.session.token, self.session.view)
        return found


def visit(
    transaction: Transaction, asked: Asked, *, idle: timedelta, offered: tuple[str, ...]
) -> Visit:
    """Say who asks; raises SignInError where nobody is signed in."""
    session = transaction.web.find(asked.token, agent=asked.agent, idle=idle)
    if session is None or session.role not in STAFF or session.interview_id is not None:
        raise SignInError
    language = str(session.view.get("language", ""))
    if language not in offered:
        language = preferred(asked.languages, offered)
    return Visit(
        transaction, session, transaction.people.person(session.person_id), language, asked
    )


def preferred(header: str, offered: tuple[str, ...]) -> str:
    """Return the first language of an Accept-Language header that is offered; else our own."""
    for part in header[:200].split(","):
        tag = part.partition(";")[0].strip()
        found = nearest(tag, offered) if tag else ""
        if found and tag.casefold().startswith(found):
            return found
    return nearest(None, offered)


def form_mark(token: str) -> str:
    """Return what a form of this session carries; who does not hold the cookie cannot know it."""
    return hmac.digest(token.encode(), _FORM, hashlib.sha256).hex()


def is_ours(asked: Asked) -> bool:
    """Whether a form was made for this session."""
    return hmac.compare_digest(asked.form.get("mark", "").encode(), form_mark(asked.token).encode())
