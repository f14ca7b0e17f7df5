"""What a request is answered with: data for a page, or the way to another one.

Pages are made of plain data that was read in one unit of work; they are drawn after its commit, so
that what has to be kept before something is shown was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.messages import Message


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be drawn: its template and what stands in it."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another page to go to, by GET; `cookie` is a new session's token, "" ends the session.

    `interview` likewise is the token of a session in which one interview is answered.
    """

    to: str
    cookie: str | None = field(default=None, repr=False)
    interview: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """Something to be kept as a file (`name`), or shown as it is.

    `body` is made after the commit; `policy` is the content security policy where it has its own.
    """

    body: Callable[[], bytes] = field(repr=False)
    kind: str
    name: str = ""
    policy: str = ""


Answer = Page | Redirect | File


class NotThereError(Exception):
    """Nothing is there for this person: the same whether it exists or not."""


class SignInError(Exception):
    """Nobody is signed in in this browser (any more)."""


class ProofError(Exception):
    """Who is signed in has to show a passkey first."""


class RefusedError(Exception):
    """Something that cannot be done; `problem` says why and what to do."""

    def __init__(self, problem: Message, *, status: int = 400, back: str = "") -> None:
        self.problem = problem
        self.status = status
        self.back = back
        super().__init__(problem.id)
