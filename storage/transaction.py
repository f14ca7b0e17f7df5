"""The unit of work: what a caller can do to the store between one BEGIN and one COMMIT."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.chats import Chats, ServiceCipher, ServiceKey
from storage.codes import new_code, parse_code
from storage.crypto import CaseCipher, Keyring, WrappedKey, new_data_key
from storage.errors import DuplicateUpdate, StaleRevision, StorageError
from storage.notices import Notices
from storage.people import People
from storage.records import (
    CaseRecord,
    Event,
    EventRecord,
    InterviewRecord,
    OutboxRecord,
    Outgoing,
    ProposalRecord,
    ProtocolPin,
    ReviewRecord,
    Saved,
)
from storage.schema import (
    UtcDateTime,
    case_keys,
    cases,
    events,
    interviews,
    meta,
    outbox,
    proposals,
    reviews,
    updates,
)
from storage.web import Web

Clock = Callable[[], datetime]
NewId = Callable[[], str]
Payload = Mapping[str, Any]

# What is asked at every turn is built once: making a statement costs more than running it.
_KEYS: Final = (cases.c.code, case_keys.c.master_key_id, case_keys.c.wrapped_key)
_others = interviews.alias("others")
_BESIDE: Final = (
    select(_others.c.id)
    .where(
        _others.c.case_id == interviews.c.case_id,
        _others.c.respondent != interviews.c.respondent,
    )
    .order_by(_others.c.opened_at.desc(), _others.c.id.desc())
    .limit(1)
    .correlate(interviews)
    .scalar_subquery()
    .label("beside_id")
)
_INTERVIEWS: Final = (
    select(interviews, *_KEYS, _BESIDE).join_from(interviews, cases).join(case_keys, isouter=True)
)
_INTERVIEW: Final = _INTERVIEWS.where(interviews.c.id == bindparam("interview"))
_INTERVIEWS_OF: Final = _INTERVIEWS.where(interviews.c.case_id == bindparam("case")).order_by(
    interviews.c.opened_at, interviews.c.id
)
_LATEST_OPEN: Final = (
    _INTERVIEWS.where(
        interviews.c.respondent == bindparam("respondent"),
        interviews.c.ended_at.is_(None),
        case_keys.c.wrapped_key.is_not(None),
    )
    .order_by(interviews.c.updated_at.desc(), interviews.c.opened_at.desc(), interviews.c.id.desc())
    .limit(1)
)
_LATEST_OF: Final = (
    _INTERVIEWS.where(
        interviews.c.case_id == bindparam("case"),
        interviews.c.respondent == bindparam("respondent"),
    )
    .order_by(interviews.c.opened_at.desc(), interviews.c.id.desc())
    .limit(1)
)
_THERAPIST_OF: Final = (
    select(cases.c.therapist_id)
    .join_from(interviews, cases)
    .where(interviews.c.id == bindparam("interview"))
)
_CASE_KEY: Final = (
    select(*_KEYS).join_from(cases, case_keys, isouter=True).where(cases.c.id == bindparam("case"))
)
_SEEN: Final = select(updates.c.update_key).where(updates.c.update_key == bindparam("update"))
_EVENTS_KEPT: Final = (
    select(func.coalesce(func.max(events.c.seq), 0))
    .where(events.c.interview_id == interviews.c.id)
    .scalar_subquery()
)
_OUTBOX_KEPT: Final = (
    select(func.coalesce(func.max(outbox.c.seq), 0))
    .where(outbox.c.interview_id == interviews.c.id)
    .scalar_subquery()
)
# All that `save` needs to know, in one go. SQLite has no row locks and leaves FOR UPDATE out.
_BEFORE_SAVE: Final = (
    select(
        interviews.c.case_id,
        interviews.c.revision,
        interviews.c.ended_at,
        _EVENTS_KEPT.label("events_kept"),
        _OUTBOX_KEPT.label("outbox_kept"),
        exists().where(updates.c.update_key == bindparam("update", type_=Text)).label("seen"),
    )
    .where(interviews.c.id == bindparam("interview"))
    .with_for_update()
)
_MOVE_ON: Final = (
    update(interviews)
    .where(interviews.c.id == bindparam("interview"), interviews.c.revision == bindparam("before"))
    .values(
        {
            name: bindparam(name)
            for name in ("revision", "state", "language", "projection", "updated_at", "ended_at")
        }
    )
)
_PIN: Final = (
    update(interviews)
    .where(interviews.c.id == bindparam("interview"))
    .values({name: bindparam(name) for name in ProtocolPin._fields})
)
_OUTGOING_FROM: Final = (
    select(outbox)
    .where(
        outbox.c.interview_id == bindparam("interview"),
        outbox.c.channel == bindparam("at"),
        outbox.c.seq >= bindparam("first"),
    )
    .order_by(outbox.c.seq)
)
_DELIVER_ALL: Final = (
    update(outbox)
    .where(
        outbox.c.interview_id == bindparam("interview"),
        outbox.c.channel == bindparam("at"),
        outbox.c.seq <= bindparam("up_to"),
        outbox.c.delivered_at.is_(None),
    )
    .values(delivered_at=bindparam("now", type_=UtcDateTime))
)
_RECEIVE: Final = insert(updates)
_APPEND: Final = insert(events)
_PUT_OUT: Final = insert(outbox)


class Transaction:
    """One unit of work, kept whole or not at all; valid only inside its function.

    Let what its methods raise leave the function: after an error of the database there may be no
    transaction left to go on with.
    """

    def __init__(
        self,
        connection: Connection,
        keyring: Keyring,
        service: ServiceKey,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        """Work in an open transaction. `clock` gives aware moments, `new_id` unused row ids."""
        self._connection = connection
        self._keyring = keyring
        self._clock = clock
        self._new_id = new_id
        self._ciphers: dict[str, CaseCipher] = {}
        self._service = service

    @cached_property
    def chats(self) -> Chats:
        """What messengers show, and what came in through them."""
        return Chats(self._connection, self._cipher_of_all, clock=self._clock, new_id=self._new_id)

    @cached_property
    def people(self) -> People:
        """Who works here, their links, and what was done about them."""
        return People(self._connection, self._cipher_of_all, clock=self._clock, new_id=self._new_id)

    @cached_property
    def web(self) -> Web:
        """Who is signed in with a browser, and the passkeys of those who work here."""
        return Web(self._connection, self._cipher_of_all, clock=self._clock, new_id=self._new_id)

    @cached_property
    def notices(self) -> Notices:
        """What somebody has to be told of."""
        return Notices(self._connection, clock=self._clock, new_id=self._new_id)

    @cached_property
    def _cipher_of_all(self) -> ServiceCipher:
        return self._service.cipher(self._connection, self._clock)

    def remember(self, name: str, value: str) -> None:
        """Keep something that the program knows of itself, such as its bot's name; no secrets."""
        self._connection.execute(delete(meta).where(meta.c.key == name))
        self._connection.execute(insert(meta).values(key=name, value=value))

    def recall(self, name: str) -> str:
        """Give what `remember` kept; empty where nothing was."""
        found = self._connection.execute(select(meta.c.value).where(meta.c.key == name))
        return found.scalar_one_or_none() or ""

    def therapist_of(self, interview_id: str) -> str | None:
        """Give whose case an interview is about; None where it is nobody's, or not there."""
        return self._connection.execute(
            _THERAPIST_OF, {"interview": interview_id}
        ).scalar_one_or_none()

    def bind_interview(self, interview_id: str, person_id: str) -> None:
        """Note which person answers an interview."""
        self._connection.execute(
            update(interviews).where(interviews.c.id == interview_id).values(person_id=person_id)
        )

    # Cases ---------------------------------------------------------------------------------------

    def unused_code(self, randbelow: Callable[[int], int] = secrets.randbelow) -> str:
        """Draw a case code that no case has yet."""
        while True:
            code = new_code(randbelow)
            if self.case_by_code(code) is None:
                return code

    def create_case(self, code: str, *, therapist_id: str | None = None) -> str:
        """Keep a new case and make its data key; gives the case's id.

        Raises StorageError `case_code_malformed` (it might be a name) or `case_exists`.
        """
        try:
            code = parse_code(code)
        except ValueError:
            raise StorageError("case_code_malformed") from None
        if self.case_by_code(code) is not None:
            raise StorageError("case_exists", case=code)
        case_id = self._new_id()
        data_key = new_data_key()
        wrapped = self._keyring.wrap(data_key, case_id=case_id)
        now = self._now()
        try:
            self._connection.execute(
                insert(cases).values(
                    id=case_id, code=code, therapist_id=therapist_id, created_at=now
                )
            )
        except IntegrityError as error:
            raise StorageError("case_exists", case=code) from error
        self._connection.execute(
            insert(case_keys).values(
                case_id=case_id,
                master_key_id=wrapped.master_key_id,
                wrapped_key=wrapped.sealed,
                created_at=now,
            )
        )
        self._ciphers[case_id] = CaseCipher(data_key, case=code)
        return case_id

    def case(self, case_id: str) -> CaseRecord:
        """Give a case. Raises StorageError `case_unknown`."""
        row = self._connection.execute(select(cases).where(cases.c.id == case_id)).one_or_none()
        if row is None:
            raise StorageError("case_unknown", case=case_id)
        return _case(row)

    def case_by_code(self, code: str) -> CaseRecord | None:
        """Give the case with this code, however it is typed; None where there is none."""
        try:
            code = parse_code(code)
        except ValueError:
            return None
        row = self._connection.execute(select(cases).where(cases.c.code == code)).one_or_none()
        return None if row is None else _case(row)

    def cases(self) -> list[CaseRecord]:
        """Give all cases, the oldest first."""
        rows = self._connection.execute(select(cases).order_by(cases.c.created_at, cases.c.id))
        return [_case(row) for row in rows]

    # Interviews ----------------------------------------------------------------------------------

    def open_interview(
        self,
        case_id: str,
        *,
        respondent: str,
        protocol_id: str,
        protocol_version: str,
        protocol_hash: str,
        state: str,
        language: str,
        mode: str,
        projection: Payload,
        person_id: str | None = None,
    ) -> InterviewRecord:
        """Open an interview at revision 0.

        Raises StorageError `case_unknown`, `case_unreadable`, or `interview_open_already` where the
        case has an open interview with this respondent.
        """
        cipher = self._cipher(case_id)
        code = self.case(case_id).code
        open_already = StorageError("interview_open_already", case=code, respondent=respondent)
        others = select(interviews.c.id).where(
            interviews.c.case_id == case_id,
            interviews.c.respondent == respondent,
            interviews.c.ended_at.is_(None),
        )
        if self._connection.execute(others).first() is not None:
            raise open_already
        interview_id = self._new_id()
        now = self._now()
        values = {
            "id": interview_id,
            "case_id": case_id,
            "respondent": respondent,
            "person_id": person_id,
            "protocol_id": protocol_id,
            "protocol_version": protocol_version,
            "protocol_hash": protocol_hash,
            "state": state,
            "language": language,
            "mode": mode,
            "revision": 0,
            "projection": _seal(cipher, interviews.c.projection, interview_id, projection),
            "opened_at": now,
            "updated_at": now,
        }
        try:
            self._connection.execute(insert(interviews).values(values))
        except IntegrityError as error:
            raise open_already from error
        return self.interview(interview_id)

    def interview(self, interview_id: str) -> InterviewRecord:
        """Give an interview. Raises StorageError `interview_unknown` or `case_unreadable`."""
        row = self._connection.execute(_INTERVIEW, {"interview": interview_id}).one_or_none()
        if row is None:
            raise StorageError("interview_unknown", interview=interview_id)
        return self._interview(row)

    def interviews_of(self, case_id: str) -> list[InterviewRecord]:
        """Give a case's interviews, the oldest first. Raises StorageError `case_unreadable`."""
        rows = self._connection.execute(_INTERVIEWS_OF, {"case": case_id}).all()
        return [self._interview(row) for row in rows]

    def latest_open_interview(self, respondent: str) -> InterviewRecord | None:
        """Give the open interview with this respondent that was saved last, or None.

        Cases whose key was destroyed are passed over. Raises StorageError `case_unreadable`.
        """
        row = self._connection.execute(_LATEST_OPEN, {"respondent": respondent}).first()
        return None if row is None else self._interview(row)

    def latest_interview(self, case_id: str, respondent: str) -> InterviewRecord | None:
        """Give a case's last interview with this respondent, open or ended.

        Raises StorageError `case_unreadable`.
        """
        row = self._connection.execute(
            _LATEST_OF, {"case": case_id, "respondent": respondent}
        ).first()
        return None if row is None else self._interview(row)

    def seen(self, update_key: str) -> bool:
        """Tell whether an update was applied already."""
        return self._connection.execute(_SEEN, {"update": update_key}).first() is not None

    def save(
        self,
        interview_id: str,
        *,
        update_key: str | None,
        expected_revision: int,
        state: str,
        language: str,
        projection: Payload,
        events: Sequence[Event] = (),
        outbox: Sequence[Outgoing] = (),
        ended: bool = False,
        moved_to: ProtocolPin | None = None,
    ) -> Saved:
        """Apply an update: key, events, projection and outbox together; gives the new revision
        and the place of the first reply in the interview's order.

        `moved_to` pins the interview to another version of its protocol from now on.

        `update_key` names the channel's update, None where it can never be delivered twice; like
        the state, the language and the kinds it is not sealed, so it must identify nobody. Ending
        is once and for all: an interview that has ended can only be saved with `ended`, and keeps
        its first moment. Raises StorageError `interview_unknown`, DuplicateUpdate where the update
        was applied already, StaleRevision where the interview is no longer at `expected_revision`,
        StorageError `interview_ended` or `case_unreadable`; nothing is done then.
        """
        before = self._connection.execute(
            _BEFORE_SAVE, {"interview": interview_id, "update": update_key}
        ).one_or_none()
        if before is None:
            raise StorageError("interview_unknown", interview=interview_id)
        # Asked before the revision: an update that comes again always comes late.
        if update_key is not None and before.seen:
            raise DuplicateUpdate(update_key)
        if before.revision != expected_revision:
            raise StaleRevision(interview_id, expected_revision)
        if before.ended_at is not None and not ended:
            raise StorageError("interview_ended", interview=interview_id)
        cipher = self._cipher(before.case_id)
        revision = expected_revision + 1
        now = self._now()
        changed = self._connection.execute(
            _MOVE_ON,
            {
                "interview": interview_id,
                "before": expected_revision,
                "revision": revision,
                "state": state,
                "language": language,
                "projection": _seal(cipher, interviews.c.projection, interview_id, projection),
                "updated_at": now,
                "ended_at": (before.ended_at or now) if ended else None,
            },
        )
        if changed.rowcount != 1:
            raise StaleRevision(interview_id, expected_revision)
        if moved_to is not None:
            self._connection.execute(_PIN, {"interview": interview_id, **moved_to._asdict()})
        if update_key is not None:
            self._receive(update_key, interview_id, revision, now)
        self._append(interview_id, revision, events, cipher, after=before.events_kept, now=now)
        self._put_out(interview_id, outbox, cipher, after=before.outbox_kept, now=now)
        return Saved(revision, before.outbox_kept + 1)

    def _receive(self, update_key: str, interview_id: str, revision: int, now: datetime) -> None:
        try:
            self._connection.execute(
                _RECEIVE,
                {
                    "update_key": update_key,
                    "interview_id": interview_id,
                    "revision": revision,
                    "received_at": now,
                },
            )
        except IntegrityError as error:
            raise DuplicateUpdate(update_key) from error

    def _append(
        self,
        interview_id: str,
        revision: int,
        added: Sequence[Event],
        cipher: CaseCipher,
        *,
        after: int,
        now: datetime,
    ) -> None:
        rows = []
        for seq, event in enumerate(added, start=after + 1):
            row_id = self._new_id()
            rows.append(
                {
                    "id": row_id,
                    "interview_id": interview_id,
                    "seq": seq,
                    "revision": revision,
                    "kind": event.kind,
                    "at": now,
                    "payload": _seal(cipher, events.c.payload, row_id, event.payload),
                }
            )
        if rows:
            self._connection.execute(_APPEND, rows)

    def _put_out(
        self,
        interview_id: str,
        added: Sequence[Outgoing],
        cipher: CaseCipher,
        *,
        after: int,
        now: datetime,
    ) -> None:
        rows = []
        for seq, outgoing in enumerate(added, start=after + 1):
            row_id = self._new_id()
            rows.append(
                {
                    "id": row_id,
                    "interview_id": interview_id,
                    "seq": seq,
                    "channel": outgoing.channel,
                    "payload": _seal(cipher, outbox.c.payload, row_id, outgoing.payload),
                    "created_at": now,
                    "attempts": 0,
                }
            )
        if rows:
            self._connection.execute(_PUT_OUT, rows)

    def events(self, interview_id: str) -> list[EventRecord]:
        """Give an interview's events in order. Raises StorageError as `interview` does."""
        cipher = self._cipher_of_interview(interview_id)
        rows = self._connection.execute(
            select(events).where(events.c.interview_id == interview_id).order_by(events.c.seq)
        )
        return [
            EventRecord(
                id=row.id,
                seq=row.seq,
                revision=row.revision,
                kind=row.kind,
                at=row.at,
                payload=_open(cipher, events.c.payload, row.id, row.payload),
            )
            for row in rows
        ]

    # Outbox --------------------------------------------------------------------------------------

    def undelivered(self, interview_id: str | None, channel: str) -> list[OutboxRecord]:
        """Give what a channel has still to deliver, for one interview or all (None), in order.

        What belongs to a case whose key was destroyed is left out. Raises StorageError
        `case_unreadable`.
        """
        chosen = true() if interview_id is None else outbox.c.interview_id == interview_id
        rows = self._connection.execute(
            select(outbox, interviews.c.case_id)
            .join_from(outbox, interviews)
            .join(case_keys, case_keys.c.case_id == interviews.c.case_id)
            .where(
                chosen,
                outbox.c.channel == channel,
                outbox.c.delivered_at.is_(None),
                case_keys.c.wrapped_key.is_not(None),
            )
            .order_by(outbox.c.created_at, outbox.c.interview_id, outbox.c.seq)
        ).all()
        return [_outgoing(row, self._cipher(row.case_id)) for row in rows]

    def outgoing_from(self, interview_id: str, channel: str, first: int) -> list[OutboxRecord]:
        """Give what a channel was given for an interview from this place on, delivered or not.

        Raises StorageError as `interview` does.
        """
        cipher = self._cipher_of_interview(interview_id)
        rows = self._connection.execute(
            _OUTGOING_FROM, {"interview": interview_id, "at": channel, "first": first}
        )
        return [_outgoing(row, cipher) for row in rows]

    def mark_all_delivered(self, interview_id: str, channel: str, *, up_to: int) -> None:
        """Note that everything up to this place in an interview's order was delivered."""
        self._connection.execute(
            _DELIVER_ALL,
            {"interview": interview_id, "at": channel, "up_to": up_to, "now": self._now()},
        )

    def last_event(self, interview_id: str, kind: str) -> datetime | None:
        """Say when something of this kind was last kept in an interview; None for never."""
        return self._connection.execute(
            select(events.c.at)
            .where(events.c.interview_id == interview_id, events.c.kind == kind)
            .order_by(events.c.seq.desc())
            .limit(1)
        ).scalar_one_or_none()

    def was_reviewed(self, interview_id: str) -> bool:
        """Tell whether a supervisor has given a verdict in this interview."""
        return self.last_event(interview_id, "reviewed") is not None

    def mark_delivered(self, ids: Collection[str]) -> None:
        """Note that these outbox rows were delivered; those noted before keep their moment."""
        if not ids:
            return
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == bindparam("row"), outbox.c.delivered_at.is_(None))
            .values(delivered_at=self._now()),
            [{"row": row_id} for row_id in ids],
        )

    # Proposals and reviews -----------------------------------------------------------------------

    def add_proposal(
        self,
        interview_id: str,
        *,
        revision: int,
        protocol_id: str,
        protocol_version: str,
        protocol_hash: str,
        content_hash: str,
        payload: Payload,
    ) -> str:
        """Keep a proposal made for a revision of an interview; gives its id.

        Raises StorageError as `interview` does.
        """
        cipher = self._cipher_of_interview(interview_id)
        proposal_id = self._new_id()
        self._connection.execute(
            insert(proposals).values(
                id=proposal_id,
                interview_id=interview_id,
                revision=revision,
                protocol_id=protocol_id,
                protocol_version=protocol_version,
                protocol_hash=protocol_hash,
                content_hash=content_hash,
                payload=_seal(cipher, proposals.c.payload, proposal_id, payload),
                at=self._now(),
            )
        )
        return proposal_id

    def proposals(self, interview_id: str) -> list[ProposalRecord]:
        """Give an interview's proposals, the oldest first. Raises as `interview` does."""
        cipher = self._cipher_of_interview(interview_id)
        rows = self._connection.execute(
            select(proposals)
            .where(proposals.c.interview_id == interview_id)
            .order_by(proposals.c.revision, proposals.c.at, proposals.c.id)
        )
        return [_proposal(row, cipher) for row in rows]

    def latest_proposal(self, interview_id: str) -> ProposalRecord | None:
        """Give an interview's last proposal, None where it has none. Raises as `interview` does."""
        cipher = self._cipher_of_interview(interview_id)
        row = self._connection.execute(
            select(proposals)
            .where(proposals.c.interview_id == interview_id)
            .order_by(proposals.c.revision.desc(), proposals.c.at.desc(), proposals.c.id.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _proposal(row, cipher)

    def add_review(
        self, proposal_id: str, *, reviewer_id: str, verdict: str, reason: str | None = None
    ) -> str:
        """Keep a person's verdict on a proposal and its sealed reason; gives its id.

        Raises StorageError `proposal_unknown` or `case_unreadable`.
        """
        cipher = self._cipher_of_proposal(proposal_id)
        review_id = self._new_id()
        sealed = (
            None
            if reason is None
            else _seal(cipher, reviews.c.reason, review_id, {"reason": reason})
        )
        self._connection.execute(
            insert(reviews).values(
                id=review_id,
                proposal_id=proposal_id,
                reviewer_id=reviewer_id,
                verdict=verdict,
                reason=sealed,
                at=self._now(),
            )
        )
        return review_id

    def reviews(self, proposal_id: str) -> list[ReviewRecord]:
        """Give the verdicts on a proposal, the oldest first. Raises as `add_review` does."""
        cipher = self._cipher_of_proposal(proposal_id)
        return self._reviews(cipher, reviews.c.proposal_id == proposal_id)

    def reviews_of(self, interview_id: str) -> list[ReviewRecord]:
        """Give the verdicts on all proposals of an interview, likewise. Raises as `interview`."""
        cipher = self._cipher_of_interview(interview_id)
        theirs = select(proposals.c.id).where(proposals.c.interview_id == interview_id)
        return self._reviews(cipher, reviews.c.proposal_id.in_(theirs))

    def _reviews(self, cipher: CaseCipher, which: ColumnElement[bool]) -> list[ReviewRecord]:
        rows = self._connection.execute(
            select(reviews).where(which).order_by(reviews.c.at, reviews.c.id)
        )
        return [
            ReviewRecord(
                id=row.id,
                proposal_id=row.proposal_id,
                reviewer_id=row.reviewer_id,
                verdict=row.verdict,
                reason=(
                    None
                    if row.reason is None
                    else _open(cipher, reviews.c.reason, row.id, row.reason)["reason"]
                ),
                at=row.at,
            )
            for row in rows
        ]

    # Keys and time -------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self._clock()

    def _cipher(self, case_id: str) -> CaseCipher:
        # Kept for one unit of work and no longer: a key destroyed meanwhile must not live on here.
        cipher = self._ciphers.get(case_id)
        if cipher is None:
            row = self._connection.execute(_CASE_KEY, {"case": case_id}).one_or_none()
            if row is None:
                raise StorageError("case_unknown", case=case_id)
            cipher = self._unwrap(case_id, row)
        return cipher

    def _unwrap(self, case_id: str, row: Row[*tuple[Any, ...]]) -> CaseCipher:
        """Make the cipher of a case from a row that has the columns `_KEYS`."""
        if row.wrapped_key is None:
            raise StorageError("case_unreadable", case=row.code)
        wrapped = WrappedKey(row.master_key_id, row.wrapped_key)
        data_key = self._keyring.unwrap(wrapped, case_id=case_id, case=row.code)
        cipher = self._ciphers[case_id] = CaseCipher(data_key, case=row.code)
        return cipher

    def _cipher_of_interview(self, interview_id: str) -> CaseCipher:
        case_id = self._only(
            select(interviews.c.case_id).where(interviews.c.id == interview_id),
            StorageError("interview_unknown", interview=interview_id),
        )
        return self._cipher(case_id)

    def _cipher_of_proposal(self, proposal_id: str) -> CaseCipher:
        case_id = self._only(
            select(interviews.c.case_id)
            .join_from(proposals, interviews)
            .where(proposals.c.id == proposal_id),
            StorageError("proposal_unknown", proposal=proposal_id),
        )
        return self._cipher(case_id)

    def _only(self, query: Select[str], otherwise: StorageError) -> str:
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise otherwise
        return found

    def _interview(self, row: Row[*tuple[Any, ...]]) -> InterviewRecord:
        cipher = self._ciphers.get(row.case_id) or self._unwrap(row.case_id, row)
        return InterviewRecord(
            id=row.id,
            case_id=row.case_id,
            case_code=row.code,
            respondent=row.respondent,
            person_id=row.person_id,
            protocol_id=row.protocol_id,
            protocol_version=row.protocol_version,
            protocol_hash=row.protocol_hash,
            state=row.state,
            language=row.language,
            mode=row.mode,
            revision=row.revision,
            projection=_open(cipher, interviews.c.projection, row.id, row.projection),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            ended_at=row.ended_at,
            beside_id=row.beside_id,
        )


def _case(row: Row[*tuple[Any, ...]]) -> CaseRecord:
    return CaseRecord(
        id=row.id,
        code=row.code,
        therapist_id=row.therapist_id,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def _outgoing(row: Row[*tuple[Any, ...]], cipher: CaseCipher) -> OutboxRecord:
    return OutboxRecord(
        id=row.id,
        interview_id=row.interview_id,
        seq=row.seq,
        channel=row.channel,
        payload=_open(cipher, outbox.c.payload, row.id, row.payload),
        created_at=row.created_at,
        attempts=row.attempts,
    )


def _proposal(row: Row[*tuple[Any, ...]], cipher: CaseCipher) -> ProposalRecord:
    return ProposalRecord(
        id=row.id,
        interview_id=row.interview_id,
        revision=row.revision,
        protocol_id=row.protocol_id,
        protocol_version=row.protocol_version,
        protocol_hash=row.protocol_hash,
        content_hash=row.content_hash,
        payload=_open(cipher, proposals.c.payload, row.id, row.payload),
        at=row.at,
    )


def _seal(cipher: CaseCipher, column: Column[Any], row_id: str, payload: Payload) -> bytes:
    return cipher.seal(payload, table=column.table.name, column=column.name, row_id=row_id)


def _open(cipher: CaseCipher, column: Column[Any], row_id: str, sealed: bytes) -> dict[str, Any]:
    return cipher.open(sealed, table=column.table.name, column=column.name, row_id=row_id)
