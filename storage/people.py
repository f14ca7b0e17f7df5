"""People who work here, their one-time links, who supervises whom, and what was done about them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    insert,
    not_,
    or_,
    select,
    update,
)

from flows.questions import THERAPIST
from storage.chats import ServiceCipher
from storage.codes import new_code, parse_code
from storage.errors import StorageError
from storage.schema import (
    acts,
    assignments,
    attempts,
    cases,
    chats,
    interviews,
    people,
    supervisions,
    tokens,
    web_sessions,
)

ENROL, INVITE, SIGN_IN, GO_ON = "enrol", "invite", "sign_in", "go_on"
"""What a link is for: a colleague's account, a mother's interview, a colleague's browser, or going
on with one interview in it."""

GUESSES: Final = 5
GUESS_WINDOW: Final = timedelta(hours=1)
"""After so many wrong guesses within this time nothing more is looked up until it is over."""

_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody who works here. `bound` says that a messenger account belongs to them."""

    id: str
    code: str
    role: str
    label: str = field(repr=False)
    bound: bool
    disabled: bool
    created_at: datetime


class TokenRecord(NamedTuple):
    """What a link was for: a person's account, or an interview."""

    purpose: str
    person_id: str | None
    interview_id: str | None
    payload: dict[str, Any]


class Act(NamedTuple):
    """Something that was done: when, what, by whom (None: the operator), about whom and what."""

    at: datetime
    act: str
    actor_id: str | None
    person_id: str | None
    case_id: str | None
    detail: str


class SupervisionRecord(NamedTuple):
    """A therapist who is there while a mother answers."""

    interview_id: str
    therapist_id: str
    with_her: bool
    since: datetime
    until: datetime


class People:
    """The people of one unit of work; `Transaction.people` gives it."""

    def __init__(
        self,
        connection: Connection,
        cipher: ServiceCipher,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        """Work in an open transaction."""
        self._connection = connection
        self._cipher = cipher
        self._clock = clock
        self._new_id = new_id

    # Who works here ------------------------------------------------------------------------------

    def add(self, role: str, *, label: str = "", actor: str | None = None) -> PersonRecord:
        """Keep somebody who works here; `label` is what colleagues call them, and is sealed."""
        person_id = self._new_id()
        self._connection.execute(
            insert(people).values(
                id=person_id,
                role=role,
                code=self._unused_code(),
                label=self._seal({"label": label}, "people", "label", person_id) if label else None,
                created_at=self._clock(),
            )
        )
        self.note("user_added", actor=actor, person=person_id)
        return self.person(person_id)

    def add_respondent(self, role: str) -> str:
        """Keep somebody who only answers, in a browser: no code, no name, no account; gives the id.

        It tells one screen from another, and that is all.
        """
        person_id = self._new_id()
        self._connection.execute(
            insert(people).values(id=person_id, role=role, created_at=self._clock())
        )
        return person_id

    def _unused_code(self) -> str:
        while True:
            code = new_code()
            if not self._connection.execute(
                select(people.c.id).where(people.c.code == code)
            ).first():
                return code

    def person(self, person_id: str) -> PersonRecord:
        """Give somebody who is there."""
        row = self._connection.execute(select(people).where(people.c.id == person_id)).one()
        return self._person(row)

    def by_code(self, code: str) -> PersonRecord:
        """Give the colleague with this code. Raises StorageError `person_unknown`."""
        try:
            wanted = parse_code(code)
        except ValueError:
            raise StorageError("person_unknown") from None
        row = self._connection.execute(select(people).where(people.c.code == wanted)).one_or_none()
        if row is None:
            raise StorageError("person_unknown")
        return self._person(row)

    def all(self) -> list[PersonRecord]:
        """Give everybody who works here, the first one first; mothers are not among them."""
        rows = self._connection.execute(
            select(people).where(people.c.code.is_not(None)).order_by(people.c.created_at)
        )
        return [self._person(row) for row in rows]

    def set_role(self, person_id: str, role: str, *, actor: str | None = None) -> None:
        """Give somebody another role, from now on."""
        self._change(person_id, role=role)
        self.note(f"role_{role}", actor=actor, person=person_id)

    def set_disabled(self, person_id: str, *, disabled: bool, actor: str | None = None) -> None:
        """Shut somebody out from now on, with their links and browsers; or let them in again."""
        self._change(person_id, disabled_at=self._clock() if disabled else None)
        if disabled:
            self._expire(tokens.c.person_id == person_id)
            self._expire(tokens.c.interview_id.in_(_interviews_of(person_id)))
            # A browser that was left behind is not let in again with its owner.
            self._connection.execute(
                update(web_sessions)
                .where(web_sessions.c.person_id == person_id, web_sessions.c.ended_at.is_(None))
                .values(ended_at=self._clock())
            )
        self.note("user_disabled" if disabled else "user_enabled", actor=actor, person=person_id)

    def _expire(self, which: ColumnElement[bool]) -> None:
        """Let links that were not used yet open nothing any more."""
        self._connection.execute(
            update(tokens).where(which, tokens.c.used_at.is_(None)).values(expires_at=self._clock())
        )

    def expire_links(self, interview_id: str) -> None:
        """Let the links to an interview open nothing any more."""
        self._expire(tokens.c.interview_id == interview_id)

    def _change(self, person_id: str, **values: Any) -> None:
        self._connection.execute(update(people).where(people.c.id == person_id).values(values))
        self.redraw(person_id)

    def redraw(self, *person_ids: str) -> None:
        """Note that their screens are not what they should be any more.

        The version too is another one: what is on its way to a screen now is not the last word.
        """
        self._connection.execute(
            update(chats)
            .where(chats.c.person_id.in_(person_ids))
            .values(due_at=self._clock(), version=chats.c.version + 1)
        )

    # Who supervises whom -------------------------------------------------------------------------

    def assign(self, therapist_id: str, supervisor_id: str, *, actor: str | None = None) -> None:
        """Let a supervisor see a therapist's cases; safe to repeat."""
        if supervisor_id not in self.supervisors_of(therapist_id):
            self._connection.execute(
                insert(assignments).values(
                    therapist_id=therapist_id, supervisor_id=supervisor_id, made_at=self._clock()
                )
            )
            self.note("supervisor_assigned", actor=actor, person=therapist_id)

    def unassign(self, therapist_id: str, supervisor_id: str, *, actor: str | None = None) -> None:
        """Let a supervisor no longer see a therapist's cases."""
        self._connection.execute(
            delete(assignments).where(
                assignments.c.therapist_id == therapist_id,
                assignments.c.supervisor_id == supervisor_id,
            )
        )
        self.redraw(supervisor_id)
        self.note("supervisor_unassigned", actor=actor, person=therapist_id)

    def supervisors_of(self, therapist_id: str) -> list[str]:
        """Give the ids of those who see a therapist's cases."""
        rows = self._connection.execute(
            select(assignments.c.supervisor_id)
            .where(assignments.c.therapist_id == therapist_id)
            .order_by(assignments.c.made_at)
        )
        return list(rows.scalars())

    # Cases ---------------------------------------------------------------------------------------

    def cases_of(self, person_id: str, *, only: str | None = None) -> list[str]:
        """Give the ids of a therapist's cases, the newest first; `only` asks about one of them."""
        return self._cases(cases.c.therapist_id == person_id, only)

    def cases_supervised_by(self, person_id: str, *, only: str | None = None) -> list[str]:
        """Give the ids of the cases of those whom this person supervises, likewise."""
        theirs = exists().where(
            assignments.c.supervisor_id == person_id,
            assignments.c.therapist_id == cases.c.therapist_id,
        )
        return self._cases(theirs, only)

    def _cases(self, condition: ColumnElement[bool], only: str | None) -> list[str]:
        query = select(cases.c.id).where(condition, cases.c.closed_at.is_(None))
        if only is not None:
            query = query.where(cases.c.id == only)
        rows = self._connection.execute(query.order_by(cases.c.created_at.desc(), cases.c.id))
        return list(rows.scalars())

    def hand_over(self, case_id: str, to: str, *, actor: str | None = None) -> None:
        """Make a case another therapist's; whoever was there for the mother is there no longer, and
        the links that they made open nothing."""
        before = self._connection.execute(
            select(cases.c.therapist_id).where(cases.c.id == case_id)
        ).scalar_one()
        self._connection.execute(update(cases).where(cases.c.id == case_id).values(therapist_id=to))
        if before is not None:
            self.redraw(before, *self.supervisors_of(before))
        of_the_case = select(interviews.c.id).where(interviews.c.case_id == case_id)
        # It runs out now, so that her questions are paused by whoever looks after such things.
        self._connection.execute(
            update(supervisions)
            .where(supervisions.c.interview_id.in_(of_the_case))
            .values(until=self._clock())
        )
        self._expire(tokens.c.interview_id.in_(of_the_case))
        self._connection.execute(
            update(web_sessions)
            .where(web_sessions.c.interview_id.in_(of_the_case), web_sessions.c.ended_at.is_(None))
            .values(ended_at=self._clock())
        )
        self.note("case_handed_over", actor=actor, person=to, case=case_id)

    # Links ---------------------------------------------------------------------------------------

    def make_link(
        self,
        purpose: str,
        *,
        lasts: timedelta,
        person: str | None = None,
        interview: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> str:
        """Make the token of a one-time link; one of the same kind made before opens no longer."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        digest = self._digest(token)
        now = self._clock()
        self._expire(
            and_(
                tokens.c.purpose == purpose,
                tokens.c.person_id == person,
                tokens.c.interview_id == interview,
            )
        )
        self._connection.execute(
            insert(tokens).values(
                digest=digest,
                purpose=purpose,
                person_id=person,
                interview_id=interview,
                payload=None
                if payload is None
                else self._seal(payload, "tokens", "payload", digest.hex()),
                made_at=now,
                expires_at=now + lasts,
            )
        )
        return token

    def use_link(self, token: str) -> None:
        """Note that a link was used; `look_at_link` says first whether it can be."""
        self._connection.execute(
            update(tokens)
            .where(tokens.c.digest == self._digest(token))
            .values(used_at=self._clock())
        )

    def look_at_link(self, token: str) -> TokenRecord:
        """Say what a link is for.

        Raises StorageError `link_unknown`, `link_expired` or `link_used`.
        """
        row = self._link(token)
        if row is None:
            raise StorageError("link_unknown")
        if row.used_at is not None:
            raise StorageError("link_used")
        if row.expires_at <= self._clock():
            raise StorageError("link_expired")
        return self._token(row)

    def used_link(self, token: str) -> TokenRecord | None:
        """Give what a link that was used before was for, so that its owner can be warned."""
        row = self._link(token)
        return None if row is None or row.used_at is None else self._token(row)

    def _link(self, token: str) -> Row[*tuple[Any, ...]] | None:
        return self._connection.execute(
            select(tokens).where(tokens.c.digest == self._digest(token))
        ).one_or_none()

    def _token(self, row: Row[*tuple[Any, ...]]) -> TokenRecord:
        payload = (
            {}
            if row.payload is None
            else self._cipher.open(
                row.payload, table="tokens", column="payload", row_id=row.digest.hex()
            )
        )
        return TokenRecord(row.purpose, row.person_id, row.interview_id, payload)

    def digest_of_word(self, word: str) -> str:
        """Give the digest by which a word that only its owner knows is recognised."""
        return self._cipher.digest("word", word).hex()

    def _digest(self, token: str) -> bytes:
        return self._cipher.digest("token", token)

    # Guessing ------------------------------------------------------------------------------------

    def may_guess(self, who: str) -> bool:
        """Whether somebody may try a link or a word, after the wrong ones of the last hour."""
        since = self._clock() - GUESS_WINDOW
        self._connection.execute(delete(attempts).where(attempts.c.since < since))
        failed = self._connection.execute(
            select(attempts.c.failed).where(
                attempts.c.digest == self._cipher.digest("attempt", who)
            )
        ).scalar_one_or_none()
        return (failed or 0) < GUESSES

    def guessed_wrong(self, who: str) -> None:
        """Count a wrong guess."""
        digest = self._cipher.digest("attempt", who)
        counted = self._connection.execute(
            update(attempts).where(attempts.c.digest == digest).values(failed=attempts.c.failed + 1)
        )
        if not counted.rowcount:
            self._connection.execute(
                insert(attempts).values(digest=digest, failed=1, since=self._clock())
            )

    # Being there while a mother answers ----------------------------------------------------------

    def supervise(
        self, interview_id: str, therapist_id: str, *, with_her: bool, lasts: timedelta
    ) -> SupervisionRecord:
        """Note that a therapist is there for an interview, for so long unless they say more."""
        now = self._clock()
        self.end_supervision(interview_id)
        self._connection.execute(
            insert(supervisions).values(
                interview_id=interview_id,
                therapist_id=therapist_id,
                with_her=with_her,
                since=now,
                until=now + lasts,
            )
        )
        return SupervisionRecord(interview_id, therapist_id, with_her, now, now + lasts)

    def prolong(self, therapist_id: str, *, lasts: timedelta, only: str | None = None) -> None:
        """Note that a therapist is still there, for what is not over yet; `only` one interview."""
        now = self._clock()
        theirs = and_(supervisions.c.therapist_id == therapist_id, supervisions.c.until > now)
        if only is not None:
            theirs = and_(theirs, supervisions.c.interview_id == only)
        self._connection.execute(update(supervisions).where(theirs).values(until=now + lasts))

    def end_supervision(self, interview_id: str) -> None:
        """Note that nobody is there for an interview any more."""
        self._connection.execute(
            delete(supervisions).where(supervisions.c.interview_id == interview_id)
        )

    def supervision(self, interview_id: str) -> SupervisionRecord | None:
        """Give who is there for an interview now; None where nobody is (any more)."""
        row = self._connection.execute(
            select(supervisions).where(supervisions.c.interview_id == interview_id, self._lasts())
        ).one_or_none()
        return None if row is None else _supervision(row)

    def supervised_by(self, therapist_id: str) -> list[SupervisionRecord]:
        """Give the interviews that a therapist is there for now."""
        rows = self._connection.execute(
            select(supervisions).where(supervisions.c.therapist_id == therapist_id, self._lasts())
        )
        return [_supervision(row) for row in rows]

    def _lasts(self) -> ColumnElement[bool]:
        """Tell of a supervision that it did not run out, and that the therapist may be there."""
        shut_out = select(people.c.id).where(
            or_(people.c.disabled_at.is_not(None), people.c.role != THERAPIST)
        )
        return and_(
            supervisions.c.until > self._clock(), supervisions.c.therapist_id.not_in(shut_out)
        )

    def lapsed_supervisions(self) -> list[SupervisionRecord]:
        """Give those that ran out and were not ended yet, and those of who may not be there any
        more."""
        rows = self._connection.execute(select(supervisions).where(not_(self._lasts())))
        return [_supervision(row) for row in rows]

    # What was done -------------------------------------------------------------------------------

    def note(
        self,
        act: str,
        *,
        actor: str | None,
        person: str | None = None,
        case: str | None = None,
        detail: str = "",
    ) -> None:
        """Keep what was done about a person or a case, and by whom (None: the operator).

        `detail` says why, or how much of it, and is sealed.
        """
        act_id = self._new_id()
        self._connection.execute(
            insert(acts).values(
                id=act_id,
                at=self._clock(),
                act=act,
                actor_id=actor,
                person_id=person,
                case_id=case,
                detail=self._seal({"detail": detail}, "acts", "detail", act_id) if detail else None,
            )
        )

    def acts(self, case: str | None = None) -> list[Act]:
        """Give what was done, the first thing first; `case` asks about one of them."""
        query = select(acts).order_by(acts.c.at, acts.c.id)
        if case is not None:
            query = query.where(acts.c.case_id == case)
        return [
            Act(row.at, row.act, row.actor_id, row.person_id, row.case_id, self._detail(row))
            for row in self._connection.execute(query)
        ]

    def _detail(self, row: Row[*tuple[Any, ...]]) -> str:
        if row.detail is None:
            return ""
        opened = self._cipher.open(row.detail, table="acts", column="detail", row_id=row.id)
        return str(opened["detail"])

    def _seal(self, payload: Mapping[str, Any], table: str, column: str, row_id: str) -> bytes:
        return self._cipher.seal(payload, table=table, column=column, row_id=row_id)

    def _person(self, row: Row[*tuple[Any, ...]]) -> PersonRecord:
        label = ""
        if row.label is not None:
            label = self._cipher.open(row.label, table="people", column="label", row_id=row.id)[
                "label"
            ]
        return PersonRecord(
            id=row.id,
            code=row.code or "",
            role=row.role,
            label=label,
            bound=row.handle is not None,
            disabled=row.disabled_at is not None,
            created_at=row.created_at,
        )


def _interviews_of(therapist_id: str) -> Select[str]:
    """Give the interviews about a therapist's cases."""
    return (
        select(interviews.c.id)
        .join(cases, cases.c.id == interviews.c.case_id)
        .where(cases.c.therapist_id == therapist_id)
    )


def _supervision(row: Row[*tuple[Any, ...]]) -> SupervisionRecord:
    return SupervisionRecord(row.interview_id, row.therapist_id, row.with_her, row.since, row.until)
