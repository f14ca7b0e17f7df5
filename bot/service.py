"""The service: the only way from a channel to the store.

One update is one transaction: the update's key, the events, the interview as it now stands, the
replies. A channel delivers the replies after the commit and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flows.conversation import Outcome, advance, new_interview, present, propose
from flows.events import ChooseLanguage, Event, Mark, Write
from flows.identifying import guard
from flows.inputs import read_text
from flows.interview import Answer, How, Interview, answer_message, walk
from flows.machine import ENDED, HANDED_OVER, IN_REVIEW
from flows.messages import Message, message
from flows.moving import is_outdated
from flows.proposal import Proposal
from flows.protocol import Protocol
from flows.questions import FULL, MOTHER, THERAPIST, Kind
from flows.sources import Both, both
from flows.telling import tell
from flows.telling_why import tell_answers, tell_why
from flows.utterances import Line, ProposalMade, Record, Screen, Utterance
from locales import SOURCE_LANGUAGE, catalogue, lexicon
from storage.errors import StorageError
from storage.people import INVITE
from storage.records import Event as StoredEvent
from storage.records import (
    EventRecord,
    InterviewRecord,
    OutboxRecord,
    Outgoing,
    ProtocolPin,
    Saved,
)
from storage.store import Store
from storage.transaction import Transaction

SAID = "said"
"""The kind of event that keeps what was said to the respondent."""
TRANSLATED = "translated"
"""The kind of event that keeps a translation of what somebody wrote."""
TRANSLATORS = ("interpreter", "therapist")
"""Who may have made such a translation."""
_ANSWERS = ("answered", "kept")

ASIDE = (Screen.NOTICE, Screen.PROBLEM, Screen.WHY)
"""Screens that are said beside the one that waits for an answer."""

WITH_OTHERS = (IN_REVIEW, HANDED_OVER, *ENDED)
"""States in which there is nothing left for the respondent to do."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance with the words in which it was said.

    `texts` marks the version of the language's texts; `draft` says that no clinician who speaks the
    language had read them.
    """

    utterance: Utterance
    language: str
    words: tuple[str, ...]
    option_words: tuple[str, ...]
    texts: str = ""
    draft: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON-ready data, for the transcript and the outbox."""
        return {
            "utterance": self.utterance.to_data(),
            "language": self.language,
            "words": list(self.words),
            "option_words": list(self.option_words),
            "texts": self.texts,
            "draft": self.draft,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Said:
        """Rebuild it from what `to_data` returned."""
        return cls(
            Utterance.from_data(data["utterance"]),
            data["language"],
            tuple(data["words"]),
            tuple(data["option_words"]),
            data.get("texts", ""),  # not kept before there were drafts
            data.get("draft", False),
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply that waits to be delivered, until the channel acknowledges it."""

    id: str
    said: Said


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of one update: what was said, from its place in the interview's order on.

    `seen` says that the update had been applied before; then nothing was said now. `records` are
    what was kept for good. `revision` counts what was done in the interview.
    """

    interview: Interview
    said: tuple[Said, ...]
    first: int = 0
    seen: bool = False
    records: tuple[Record, ...] = ()
    revision: int = 0

    @property
    def last(self) -> int:
        """The place of the last thing said."""
        return self.first + len(self.said) - 1


@dataclass(frozen=True, slots=True)
class Delivered:
    """An interview after an update, and all replies that wait to be delivered."""

    interview: Interview
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """An interview that a channel can go on with."""

    id: str
    interview: Interview
    is_new: bool


def say_all(utterance: Utterance, language: str) -> Said:
    """Put an utterance into words."""
    words = catalogue(language or SOURCE_LANGUAGE)
    return Said(
        utterance,
        words.language,
        tuple(words.say(line.text) for line in utterance.lines),
        tuple(words.say(option.label) for option in utterance.options),
        words.texts,
        words.draft,
    )


class Service:
    """Receives updates for interviews under one protocol."""

    def __init__(
        self,
        store: Store,
        protocol: Protocol,
        *,
        channel: str,
        clock: Callable[[], datetime],
        mothers_write: bool = True,
    ) -> None:
        """Serve one channel; `mothers_write` says whether a mother may use her own words there."""
        self._mothers_write = mothers_write
        self._store = store
        self._protocol = protocol
        self._channel = channel
        self._clock = clock

    def open(
        self, *, respondent: str, mode: str, case: str | None = None, new: bool = False
    ) -> Opened:
        """Return the interview to go on with, or open one.

        With a case code: that case's open interview with this respondent, or its first. Without:
        the one that was used last, unless it is with others by now, or `new` asks for a new case.
        Raises StorageError `case_unknown` for a code that is not there.
        """

        def work(transaction: Transaction) -> Opened:
            if case is not None:
                found = transaction.case_by_code(case)
                if found is None:
                    raise StorageError("case_unknown", case=case)
                for record in transaction.interviews_of(found.id):
                    if record.respondent == respondent and record.ended_at is None:
                        return _opened(record)
                return self._open_new(transaction, found.id, found.code, respondent, mode)
            latest = None if new else transaction.latest_open_interview(respondent)
            if latest is not None and latest.state not in WITH_OTHERS:
                return _opened(latest)
            code = transaction.unused_code()
            case_id = transaction.create_case(code)
            return self._open_new(transaction, case_id, code, respondent, mode)

        return self._store.run(work)

    def open_for(self, transaction: Transaction, therapist: str, *, mode: str) -> Opened:
        """Open a new case of this therapist with an interview, within a unit of work."""
        code = transaction.unused_code()
        case_id = transaction.create_case(code, therapist_id=therapist)
        return self._open_new(transaction, case_id, code, THERAPIST, mode, therapist)

    def open_hers(self, transaction: Transaction, case_id: str) -> Opened:
        """Give the mother's open interview of a case, or open one, within a unit of work."""
        latest = transaction.latest_interview(case_id, MOTHER)
        if latest is not None and latest.ended_at is None:
            return _opened(latest)
        code = transaction.case(case_id).code
        if latest is None:
            return self._open_new(transaction, case_id, code, MOTHER, FULL)
        # What she said before she stopped is offered again, and stands only if she says so; danger
        # that she told of holds until her therapist lets her go on.
        before = Interview.from_data(latest.projection)
        answers = {name: replace(answer, set_aside=True) for name, answer in before.answers.items()}
        return self._open_new(
            transaction, case_id, code, MOTHER, FULL, answers=answers, danger=before.danger
        )

    def invite(
        self,
        transaction: Transaction,
        case_id: str,
        *,
        actor: str | None,
        language: str,
        reminders: bool,
        lasts: timedelta,
    ) -> str:
        """Invite a case's mother; gives the token of her link, which is kept nowhere.

        `actor` is who does it, None for the operator; `reminders` lets her be asked about them.
        """
        token = transaction.people.make_link(
            INVITE,
            interview=self.open_hers(transaction, case_id).id,
            lasts=lasts,
            payload={"language": language, "reminders": reminders},
        )
        transaction.people.note("mother_invited", actor=actor, case=case_id)
        return token

    def look(self, transaction: Transaction, interview_id: str) -> Interview:
        """Give an interview as it stands, within a unit of work."""
        return self.read(transaction.interview(interview_id))

    def read(self, record: InterviewRecord) -> Interview:
        """Give an interview from its record, as it is held on this channel."""
        return self._as_here(Interview.from_data(record.projection))

    def progress(self, interview: Interview) -> tuple[int, int]:
        """Say how many questions were answered, and about how many there will be."""
        path = walk(self._protocol, interview)
        return len(path.answered), len(path.answered) + path.about

    def answers_lines(self, interview: Interview) -> tuple[Line, ...]:
        """Tell the answers of a mother's interview to her therapist."""
        return tell_answers(self._protocol, interview)

    def proposal_lines(self, transaction: Transaction, interview_id: str) -> tuple[Line, ...]:
        """Tell the proposal for a therapist's interview as it stands, for somebody else to read."""
        proposal = self.proposal(transaction, interview_id)
        return () if proposal is None else tell(self._protocol, proposal)

    def proposal(self, transaction: Transaction, interview_id: str) -> Proposal | None:
        """Give the proposal for a therapist's interview as it stands; None before it has one."""
        record = transaction.interview(interview_id)
        interview = self._interview(transaction, record)
        if is_outdated(self._protocol, interview) or not interview.confirmed:
            return None
        return propose(self._protocol, interview, self._beside(transaction, record))

    def reason_lines(self, transaction: Transaction, interview_id: str) -> tuple[Line, ...]:
        """Tell why a therapist's interview has this proposal, and why no other order."""
        record = transaction.interview(interview_id)
        interview = self._interview(transaction, record)
        proposal = propose(self._protocol, interview, self._beside(transaction, record))
        return tell_why(self._protocol, self._protocol.explain_proposal(proposal))

    @property
    def protocol(self) -> Protocol:
        """The protocol that interviews are held under."""
        return self._protocol

    def standing_lines(self, transaction: Transaction, interview_id: str) -> list[tuple[str, Line]]:
        """Tell the answers that stand in a therapist's interview, each with its question's id."""
        interview = self._interview(transaction, transaction.interview(interview_id))
        path = walk(self._protocol, interview)
        return [
            (
                question.id,
                Line(
                    message(
                        "conversation.summary.row",
                        number=number,
                        question=question.short,
                        answer=answer_message(question, path.standing[question.id]),
                    ),
                    "item",
                ),
            )
            for number, question in enumerate(path.answered, start=1)
        ]

    def answered_by_both(self, transaction: Transaction, interview_id: str) -> tuple[Both, ...]:
        """Give what a therapist and the mother each answered, for a therapist's interview."""
        record = transaction.interview(interview_id)
        interview = self._interview(transaction, record)
        return both(self._protocol, interview, self._beside(transaction, record))

    def question_short(self, question_id: str) -> Message | None:
        """Name a question in a few words; None where there is none (any more)."""
        question = self._protocol.by_id.get(question_id)
        return None if question is None else question.short

    def _as_here(self, interview: Interview) -> Interview:
        """Let a mother write only where that is allowed."""
        if interview.respondent == MOTHER and interview.free_text != self._mothers_write:
            return replace(interview, free_text=self._mothers_write)
        return interview

    def _open_new(
        self,
        transaction: Transaction,
        case_id: str,
        code: str,
        respondent: str,
        mode: str,
        person: str | None = None,
        *,
        answers: Mapping[str, Answer] | None = None,
        danger: bool = False,
    ) -> Opened:
        interview = new_interview(self._protocol, case=code, respondent=respondent, mode=mode)
        interview = replace(interview, answers=answers or {}, danger=danger)
        record = transaction.open_interview(
            case_id,
            respondent=respondent,
            protocol_id=interview.protocol_id,
            protocol_version=interview.protocol_version,
            protocol_hash=interview.protocol_hash,
            state=interview.state,
            language=interview.language,
            mode=mode,
            projection=interview.to_data(),
            person_id=person,
        )
        return Opened(record.id, interview, is_new=True)

    def submit(self, interview_id: str, event: Event, *, update_key: str) -> Future[Delivered]:
        """Apply one event; the future resolves after the commit.

        An update whose key was seen before changes nothing and gives what is still undelivered.
        Raises UnknownLanguageError for a language without a catalogue.
        """

        def work(transaction: Transaction) -> Delivered:
            turn = self.apply(transaction, interview_id, event, update_key=update_key)
            return Delivered(turn.interview, self._waiting(transaction, interview_id))

        return self._store.submit(work)

    def apply(
        self,
        transaction: Transaction,
        interview_id: str,
        event: Event,
        *,
        update_key: str,
        by: str = "",
    ) -> Applied:
        """Apply one event within a unit of work, for a channel that keeps more along with it.

        `by` is who does it where that is not the respondent. Raises as `submit` does.
        """
        if isinstance(event, ChooseLanguage):
            catalogue(event.language)  # refuses a language that there is not
        key = f"{self._channel}:{update_key}"
        record = transaction.interview(interview_id)
        interview = self._as_here(self._interview(transaction, record))
        if transaction.seen(key):
            return Applied(interview, (), seen=True, revision=record.revision)
        outcome = advance(
            self._protocol,
            interview,
            event,
            self._clock(),
            lexicon(),
            beside=self._beside(transaction, record),
            by=by,
        )
        said = tuple(
            say_all(utterance, outcome.interview.language) for utterance in outcome.utterances
        )
        saved = self._save(transaction, record, event, outcome, said, key)
        records = tuple(effect for effect in outcome.effects if isinstance(effect, Record))
        return Applied(
            outcome.interview, said, saved.first, records=records, revision=saved.revision
        )

    def present(
        self, transaction: Transaction, record: InterviewRecord, *, by: str = ""
    ) -> tuple[Said, ...]:
        """Say where an interview is now, within a unit of work; nothing changes and is kept.

        For a screen on which it did not go on itself. `by` as for `apply`.
        """
        interview = self._as_here(self._interview(transaction, record))
        beside = self._beside(transaction, record)
        utterances = present(
            self._protocol, interview, self._clock(), lexicon(), beside=beside, by=by
        )
        return tuple(say_all(utterance, interview.language) for utterance in utterances)

    def _beside(self, transaction: Transaction, record: InterviewRecord) -> Interview | None:
        """Give the mother's interview about the case of a therapist's, as she held it.

        Whether she may write here changes nothing: the proposal is the same on every channel.
        """
        if record.respondent != THERAPIST or record.beside_id is None:
            return None
        return Interview.from_data(transaction.interview(record.beside_id).projection)

    def handle(self, interview_id: str, event: Event, *, update_key: str) -> Delivered:
        """Apply one event and wait for the commit."""
        return self.submit(interview_id, event, update_key=update_key).result()

    def _interview(self, transaction: Transaction, record: InterviewRecord) -> Interview:
        """Return the interview as it stands.

        One from protocol 1.0.0 does not say itself what was last proposed; the proposals do.
        """
        interview = Interview.from_data(record.projection)
        if is_outdated(self._protocol, interview) and interview.proposed is None:
            kept = transaction.latest_proposal(record.id)
            if kept is not None:
                last = kept.payload["proposal"]
                proposed = {"verdict": last["verdict"], "order": list(last["order"])}
                return replace(interview, proposed=proposed)
        return interview

    def _save(
        self,
        transaction: Transaction,
        record: InterviewRecord,
        event: Event,
        outcome: Outcome,
        said: Sequence[Said],
        key: str,
    ) -> Saved:
        """Keep what came of an event."""
        after = outcome.interview
        events = [
            StoredEvent(effect.kind, {**effect.data, **self._shown_in(effect, after)})
            for effect in outcome.effects
            if isinstance(effect, Record)
        ]
        if not isinstance(event, Write | Mark):
            # While an answer is being made its question is shown again and again; once is enough.
            events.extend(StoredEvent(SAID, item.to_data()) for item in said)
        saved = transaction.save(
            record.id,
            update_key=key,
            expected_revision=record.revision,
            state=after.state,
            language=after.language,
            projection=after.to_data(),
            events=events,
            outbox=[Outgoing(self._channel, item.to_data()) for item in said],
            ended=after.state in ENDED,
            moved_to=_pin(after) if after.protocol_hash != record.protocol_hash else None,
        )
        for effect in outcome.effects:
            if isinstance(effect, ProposalMade):
                self._keep_proposal(transaction, record.id, saved.revision, effect, after.language)
        return saved

    def _shown_in(self, record: Record, interview: Interview) -> dict[str, str]:
        """Mark the words in which a question stood there when it was answered."""
        question = self._protocol.by_id.get(str(record.data.get("question", "")))
        if record.kind not in _ANSWERS or question is None:
            return {}
        labels = [
            question.choice_label(code, interview.respondent)
            for code in (question.choices if question.choice_set else ())
        ]
        say = catalogue(interview.language or SOURCE_LANGUAGE).say
        words = [say(text) for text in (question.text(interview.respondent), *labels)]
        return {"words": sha256("\n".join(words).encode()).hexdigest()[:8]}

    def translate(self, case: str, place: str, *, language: str, text: str, by: str) -> str:
        """Keep a translation of what was written at this place of a case's transcript (`1.12`: the
        first interview, its twelfth event), beside the original; gives it as it was kept.

        What could identify is taken out first. `by` is one of `TRANSLATORS`. Raises StorageError
        `case_unknown` and `text_unknown`, InputError for a text that cannot be taken.
        """
        guarded = guard(read_text(text)).masked

        def work(transaction: Transaction) -> str:
            found = transaction.case_by_code(case)
            if found is None:
                raise StorageError("case_unknown", case=case)
            records = transaction.interviews_of(found.id)
            number, _, seq = place.partition(".")
            at = int(number) - 1 if number.isdecimal() else -1
            if not 0 <= at < len(records):
                raise StorageError("text_unknown", place=place)
            record = records[at]
            events = transaction.events(record.id)
            written = next((item for item in events if str(item.seq) == seq), None)
            if written is None or not is_written(self._protocol, written):
                raise StorageError("text_unknown", place=place)
            payload = {"of": written.seq, "language": language, "text": guarded, "by": by}
            transaction.save(
                record.id,
                update_key=None,
                expected_revision=record.revision,
                state=record.state,
                language=record.language,
                projection=record.projection,
                events=[StoredEvent(TRANSLATED, payload)],
                ended=record.ended_at is not None,
            )
            return guarded

        return self._store.run(work)

    def _keep_proposal(
        self,
        transaction: Transaction,
        interview_id: str,
        revision: int,
        effect: ProposalMade,
        language: str,
    ) -> None:
        """Keep a proposal that differs from the last one; showing it again makes none."""
        proposal = effect.proposal
        kept = transaction.latest_proposal(interview_id)
        own = dict(effect.own)
        if kept and (kept.content_hash, kept.payload.get("own")) == (proposal.hash, own):
            return
        transaction.add_proposal(
            interview_id,
            revision=revision,
            protocol_id=proposal.protocol_id,
            protocol_version=proposal.protocol_version,
            protocol_hash=proposal.protocol_hash,
            content_hash=proposal.hash,
            payload={
                "facts": proposal.facts.to_data(),
                "proposal": proposal.to_data(catalogue(language).say),
                "language": language,
                "sources": [dict(source) for source in effect.sources],
                "own": own,
            },
        )

    def _waiting(self, transaction: Transaction, interview_id: str) -> tuple[Delivery, ...]:
        return _deliveries(transaction.undelivered(interview_id, self._channel))

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Say that these replies reached the person."""
        ids = [delivery.id for delivery in deliveries]
        if ids:
            self._store.run(lambda transaction: transaction.mark_delivered(ids))

    def events_of(self, case: str) -> list[tuple[InterviewRecord, list[EventRecord]]]:
        """Return each interview of a case with its events; raises StorageError `case_unknown`."""

        def work(transaction: Transaction) -> list[tuple[InterviewRecord, list[EventRecord]]]:
            found = transaction.case_by_code(case)
            if found is None:
                raise StorageError("case_unknown", case=case)
            return [
                (record, transaction.events(record.id))
                for record in transaction.interviews_of(found.id)
            ]

        return self._store.run(work)


def is_written(protocol: Protocol, event: EventRecord) -> bool:
    """Whether an event keeps what somebody wrote in their own words."""
    question = protocol.by_id.get(str(event.payload.get("question", "")))
    return (
        event.kind == "answered"
        and question is not None
        and question.kind is Kind.TEXT
        and event.payload.get("how") == How.GIVEN
    )


def superseded_left_out(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Leave out every screen that waits for an answer but the last: it has been overtaken."""
    kept = list(deliveries)
    last = max(
        (n for n, item in enumerate(kept) if item.said.utterance.screen not in ASIDE), default=-1
    )
    return [item for n, item in enumerate(kept) if n == last or item.said.utterance.screen in ASIDE]


def _pin(interview: Interview) -> ProtocolPin:
    return ProtocolPin(interview.protocol_id, interview.protocol_version, interview.protocol_hash)


def _opened(record: InterviewRecord) -> Opened:
    return Opened(record.id, Interview.from_data(record.projection), is_new=False)


def _deliveries(records: Sequence[OutboxRecord]) -> tuple[Delivery, ...]:
    return tuple(Delivery(record.id, Said.from_data(record.payload)) for record in records)
