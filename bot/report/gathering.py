"""Gathering what a report is made of, within one unit of work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.kept import Told, kept_sources, own_answers, told_again
from bot.report.document import (
    Audience,
    Given,
    GivenVerdict,
    Held,
    Material,
    Report,
    file_report,
    mother_report,
)
from bot.report.errors import ReportError
from bot.reviewing import Review, Verdict
from bot.service import TRANSLATED, Service
from flows.conversation import OWN, own_lines, propose
from flows.facts import FactsError
from flows.interview import How, Interview
from flows.messages import Message, message
from flows.moving import is_outdated
from flows.proposal import Proposal
from flows.protocol import Protocol
from flows.questions import MOTHER, THERAPIST, Kind
from flows.sources import Source
from flows.telling_why import source_row
from locales import catalogue
from storage.records import EventRecord, InterviewRecord, ProposalRecord
from storage.transaction import Transaction


def case_report(
    service: Service,
    transaction: Transaction,
    case_id: str,
    *,
    language: str,
    audience: Audience,
    clock: Callable[[], datetime],
) -> Report:
    """Return a case's report, in a language, for the file or for the mother.

    Moments are told by the clock that is given. Note that it was made (`people.note`) in the same
    unit of work. Raises ReportError where there is nothing to report yet, StorageError
    `case_unknown` and `case_unreadable`.
    """
    made = clock()
    code = transaction.case(case_id).code
    if audience is Audience.MOTHER:
        hers = _hers(service, transaction, case_id)
        if hers is None or not hers.plan:
            raise ReportError(message("report.error.no_plan", case=code))
        if hers.danger:
            # Paper can be found; her therapist first sees to it that she is safe.
            raise ReportError(message("report.error.danger", case=code))
        return mother_report(hers, made=made, language=language, draft=catalogue(language).draft)
    record = transaction.latest_interview(case_id, THERAPIST)
    kept = None if record is None else transaction.latest_proposal(record.id)
    if record is None or kept is None:
        raise ReportError(message("report.error.no_proposal", case=code))
    material = _Gathering(service, transaction, case_id, language, made.tzinfo).material(
        record, kept
    )
    return file_report(
        service.protocol, material, language=language, made=made, draft=_draft(language)
    )


def her_language(service: Service, transaction: Transaction, case_id: str) -> str:
    """Return the language of a case's mother; empty where she chose none yet."""
    hers = _hers(service, transaction, case_id)
    return "" if hers is None else hers.language


def _hers(service: Service, transaction: Transaction, case_id: str) -> Interview | None:
    record = transaction.latest_interview(case_id, MOTHER)
    return None if record is None else service.read(record)


def _draft(language: str) -> Message | None:
    words = catalogue(language)
    return message("language.draft_told", language=words.name) if words.draft else None


class _Gathering:
    """What is gathered of one case, for a reader of one language."""

    def __init__(
        self,
        service: Service,
        transaction: Transaction,
        case_id: str,
        language: str,
        zone: tzinfo | None,
    ) -> None:
        self.service = service
        self.protocol: Protocol = service.protocol
        self.transaction = transaction
        self.case_id = case_id
        self.language = language
        self.zone = zone

    def material(self, record: InterviewRecord, kept: ProposalRecord) -> Material:
        records = self.transaction.interviews_of(self.case_id)
        try:
            told = told_again(self.protocol, kept, self._live(record))
        except FactsError as error:
            raise ReportError(error.message) from error
        own = own_answers(
            self.protocol,
            kept.payload.get("own", {}),
            kept.at,
            str(kept.payload["language"]),
        )
        written = self._translated(records)
        return Material(
            case=record.case_code,
            proposal=told.proposal,
            at=kept.at,
            content_hash=kept.content_hash,
            explanation=None if told.words_of else self.protocol.explain_proposal(told.proposal),
            notices=tuple(self._notices(told, kept)),
            own=own_lines(self.protocol, own),
            answers=tuple(self._answers(kept, written)),
            others=tuple(self._others(records, kept, written)),
            held=tuple(self._held(item) for item in records),
            verdicts=tuple(self._verdicts(record)),
            shorts={question.id: question.short for question in self.protocol.questions},
            therapist=self._therapist(record),
        )

    def _live(self, record: InterviewRecord) -> Proposal | None:
        """Return the proposal for the answers as they stand now, where there is one."""
        interview = self.service.look(self.transaction, record.id)
        if is_outdated(self.protocol, interview) or not interview.confirmed:
            return None
        beside = (
            None
            if record.beside_id is None
            else self.service.look(self.transaction, record.beside_id)
        )
        return propose(self.protocol, interview, beside)

    def _notices(self, told: Told, kept: ProposalRecord) -> Iterator[Message]:
        if kept.protocol_hash != self.protocol.hash:
            yield message(
                "report.notice.protocol",
                before=kept.protocol_version,
                now=self.protocol.version,
            )
        elif not told.is_current:
            yield message("report.notice.changed")
        if told.words_of and told.words_of != self.language:
            name = catalogue(told.words_of).name
            yield message("report.notice.words", language=name)

    # --- what was asked of whom -------------------------------------------------------------------

    def _answers(self, kept: ProposalRecord, written: dict[str, str]) -> Iterator[Given]:
        """Give the answers on which the proposal rests."""
        for source in kept_sources(self.protocol, kept.payload, self.zone):
            if isinstance(source, Source):
                if source.question.id not in OWN:  # told with the order already
                    yield self._given(source, THERAPIST, written)
                continue
            at = datetime.fromisoformat(source["at"]).astimezone(self.zone)
            yield Given(
                "",
                message("transcript.name_gone", name=source["question"]),
                message("value.text", text=source["value"]),
                message(f"respondent.{source['respondent']}"),
                message("value.date", date=at.date()),
                source["language"],
            )

    def _others(
        self, records: list[InterviewRecord], kept: ProposalRecord, written: dict[str, str]
    ) -> Iterator[Given]:
        """Give what was asked besides: what was left out, and where the other's answer counts."""
        counted = {(item["question"], item["respondent"]) for item in kept.payload["sources"]}
        latest = {record.respondent: record for record in records}
        for respondent in (THERAPIST, MOTHER):
            if respondent not in latest:
                continue
            interview = self.service.read(latest[respondent])
            for question in self.protocol.questions:
                answer = interview.answers.get(question.id)
                if answer is None or answer.set_aside or question.id in OWN:
                    continue
                if (question.id, respondent) not in counted:
                    local = replace(answer, at=answer.at.astimezone(self.zone))
                    yield self._given(Source(question, local, respondent), respondent, written)

    def _given(self, source: Source, respondent: str, written: dict[str, str]) -> Given:
        params = dict(source_row(source, respondent).text.params)
        question, answer, who = params["question"], params["answer"], params["who"]
        if not (
            isinstance(question, Message)
            and isinstance(answer, Message)
            and isinstance(who, Message)
        ):
            raise TypeError(f"not a row: {source}")
        translation = written.get(f"{source.respondent}.{source.question.id}")
        if source.question.kind is Kind.TEXT and translation:
            answer = message("report.translated", text=answer, translation=translation)
        return Given(
            source.question.section,
            question,
            answer,
            who,
            message("value.date", date=source.answer.at.date()),
            source.answer.language,
            skipped=source.answer.how is How.SKIPPED,
        )

    def _translated(self, records: list[InterviewRecord]) -> dict[str, str]:
        """Return the translations, into the reader's language, of what was last written at each
        question, by respondent and question."""
        found: dict[str, str] = {}
        for record in records:
            written: dict[int, str] = {}
            for event in self.transaction.events(record.id):
                key = f"{record.respondent}.{event.payload.get('question', '')}"
                if event.kind == "answered" and event.payload.get("how") == How.GIVEN:
                    written[event.seq] = key
                    found.pop(key, None)  # what was said of an earlier text is not said of this one
                elif self._is_translation(event) and int(event.payload["of"]) in written:
                    of = int(event.payload["of"])
                    if of == max(seq for seq, name in written.items() if name == written[of]):
                        found[written[of]] = str(event.payload["text"])
        return found

    def _is_translation(self, event: EventRecord) -> bool:
        return event.kind == TRANSLATED and event.payload["language"] == self.language

    def _held(self, record: InterviewRecord) -> Held:
        return Held(
            record.respondent,
            record.mode,
            record.language,
            record.opened_at.astimezone(self.zone),
            record.updated_at.astimezone(self.zone),
            f"{record.protocol_id} {record.protocol_version}",
        )

    # --- people -----------------------------------------------------------------------------------

    def _verdicts(self, record: InterviewRecord) -> Iterator[GivenVerdict]:
        given = [
            (proposal.content_hash, review)
            for proposal in self.transaction.proposals(record.id)
            for review in self.transaction.reviews(proposal.id)
        ]
        for read, review in sorted(given, key=lambda item: item[1].at):
            reviewer = self.transaction.people.person(review.reviewer_id)
            grounds = json.loads(review.reason or "{}")
            yield GivenVerdict(
                reviewer.code,
                reviewer.role,
                review.at,
                read,
                Review(
                    Verdict(review.verdict),
                    tuple((name, text) for name, text in grounds.get("comments", ())),
                    grounds.get("order", ""),
                    grounds.get("reason", ""),
                    grounds.get("rule", ""),
                ),
            )

    def _therapist(self, record: InterviewRecord) -> str:
        therapist = self.transaction.therapist_of(record.id)
        return "" if therapist is None else self.transaction.people.person(therapist).code
