"""What goes into the store and comes out. Moments are aware; payloads are JSON-able."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in an interview. The payload is sealed, the kind is not."""

    kind: str
    payload: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be delivered by a channel. The payload is sealed, the channel's name is not."""

    channel: str
    payload: Mapping[str, Any] = field(repr=False)


class ProtocolPin(NamedTuple):
    """The protocol that an interview is held under: id, version and content hash."""

    protocol_id: str
    protocol_version: str
    protocol_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One family with one index child, under a pseudonymous code."""

    id: str
    code: str
    therapist_id: str | None
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRecord:
    """One respondent's conversation about a case, as it stands at `revision`.

    `beside_id` is the last interview about the same case with the other respondent.
    """

    id: str
    case_id: str
    case_code: str
    respondent: str
    person_id: str | None
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    state: str
    language: str
    mode: str
    revision: int
    projection: dict[str, Any] = field(repr=False)
    opened_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    beside_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """An event as it was appended: `seq` counts from 1 in its interview."""

    id: str
    seq: int
    revision: int
    kind: str
    at: datetime
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRecord:
    """Something to be delivered: `seq` is its place in its interview's order."""

    id: str
    interview_id: str
    seq: int
    channel: str
    payload: dict[str, Any] = field(repr=False)
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRecord:
    """A proposal as it was made, for one revision of an interview and one protocol version."""

    id: str
    interview_id: str
    revision: int
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    content_hash: str
    payload: dict[str, Any] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """A supervisor's verdict on a proposal."""

    id: str
    proposal_id: str
    reviewer_id: str
    verdict: str
    reason: str | None = field(repr=False)
    at: datetime


class Saved(NamedTuple):
    """What came of saving: the interview's new revision, and the place of the first reply."""

    revision: int
    first: int
