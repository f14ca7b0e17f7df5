"""A supervisor's turn at a case that waits: reading, signing off, returning, disagreeing.

What is being written stands in the view, sealed, until the verdict is given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from bot.reviewing import (
    Review,
    Verdict,
    give,
    is_handed_in,
    may_review,
    note_reading,
    proposal_to_review,
    rules_to_name,
    said_about,
    waiting,
    what_is_read,
    written,
)
from bot.telegram import actions as act
from bot.telegram.pages import Page, Writer
from bot.telegram.turn import Turn
from bot.telegram.view import COMMENT, DISAGREE, READING, REASON, RETURN, REVIEWS, RULE, SIGN
from flows.inputs import InputError
from flows.messages import message
from flows.questions import THERAPIST
from flows.utterances import Line
from flows.voorstudie.questions import ORDERS
from storage.errors import StorageError

PAGES: Final = (REVIEWS, SIGN, RETURN, COMMENT, DISAGREE, REASON, RULE, READING)
_WRITING: Final = (COMMENT, REASON)
_TOLD: Final = {verdict: f"review_{verdict}" for verdict in Verdict}


class Reviewing(Turn):
    """What a supervisor does with a proposal; a part of a colleague's turn."""

    def review(self, name: str, rest: str) -> None:
        """Do what a button about a review says; the case is the one that is looked at."""
        kept = proposal_to_review(self.transaction, self.view.case)
        if kept is None:
            self._refused("review_not_waiting")
            return
        if not may_review(self.transaction, self.view.case, self.chat.person_id):
            self._refused("review_own")
            return
        read = what_is_read(self.service, self.transaction, kept)
        match name:
            case act.SIGN:
                self._write(SIGN, read=read)
            case act.SIGN_YES:
                self._give(Review(Verdict.SIGNED_OFF), read=rest)
            case act.RETURN:
                self._write(RETURN, read=read)
            case act.COMMENT_ON:
                self._write(COMMENT, **{**self.view.review, "on": rest})
            case act.RETURN_YES:
                comments = tuple((on, text) for on, text in self.view.review.get("comments", ()))
                if comments:
                    self._give(Review(Verdict.RETURNED, comments), read=rest)
            case act.DISAGREE:
                self._write(DISAGREE, read=read)
            case act.DISAGREE_ORDER if rest in ORDERS:
                self._write(REASON, **{**self.view.review, "order": rest})
            case act.DISAGREE_RULE:
                draft = self.view.review
                if draft.get("order") and draft.get("reason"):
                    review = Review(
                        Verdict.DISAGREED, order=draft["order"], reason=draft["reason"], rule=rest
                    )
                    self._give(review, read=str(draft.get("read", "")))

    def read(self, name: str, rest: str) -> None:
        """Read the reasons, or a part of the transcript, of what was handed in."""
        if not is_handed_in(self.transaction, self.view.case):
            self._refused("review_not_waiting")
            return
        note_reading(self.transaction, self.view.case, self.chat.person_id, rest or name)
        self._write(
            READING,
            section=rest if name == act.READ_SECTION else "",
            reasons=name == act.READ_REASONS,
        )

    @property
    def is_writing(self) -> bool:
        """Whether what is typed belongs to a review."""
        return self.view.page in _WRITING

    def review_typed(self, text: str) -> None:
        """Take a comment, or the reason of a disagreement."""
        try:
            said = written(text)
        except InputError as error:
            self.view = replace(self.view, note=error.problem)
            return
        draft = dict(self.view.review)
        if self.view.page == REASON:
            self._write(RULE, **{**draft, "reason": said})
            return
        comments = [*draft.get("comments", ()), [str(draft.pop("on", "")), said]]
        self._write(RETURN, **{**draft, "comments": comments})

    def _write(self, page: str, **draft: Any) -> None:
        self.view = replace(self.view, page=page, review=draft)

    def _refused(self, code: str) -> None:
        self.view = replace(self.view, page=REVIEWS, review={}, note=message(f"storage.{code}"))

    def _give(self, review: Review, *, read: str) -> None:
        case_id = self.view.case
        try:
            give(
                self.service,
                self.transaction,
                case_id,
                review,
                reviewer=self.chat.person_id,
                read=read,
                key=self.incoming.key,
            )
        except StorageError as error:
            if not error.code.startswith("review_"):
                raise
            self._refused(error.code)
            return
        therapist = self.transaction.case(case_id).therapist_id
        if therapist is not None:
            told = self.desk.tell_colleague(
                self.transaction, therapist, case_id, _TOLD[review.verdict]
            )
            self.others.extend(told)
        self.view = replace(
            self.view,
            page=REVIEWS,
            case="",
            review={},
            note=message(f"review.given.{review.verdict}"),
        )

    # --- what is seen -----------------------------------------------------------------------------

    def review_page(self, writer: Writer) -> Page:
        """Show the page of a review."""
        view = self.view
        if view.page == REVIEWS:
            now = self.desk.clock()
            listed = [
                (item.case_id, item.code, now - item.since)
                for item in waiting(self.transaction, self.chat.person_id)
            ]
            return writer.reviews(listed, view.note)
        code = self.transaction.case(view.case).code
        if view.page == READING and not is_handed_in(self.transaction, view.case):
            return writer.reviews([], message("storage.review_not_waiting"))
        if view.page == READING:
            return writer.reading(code, view.case, *self._read(writer.language))
        kept = proposal_to_review(self.transaction, view.case)
        proposal = {} if kept is None else kept.payload["proposal"]
        match view.page:
            case "sign":
                return writer.sign(code, proposal, str(view.review.get("read", "")))
            case "return":
                return writer.return_it(
                    code, self._to_comment_on(), view.review, self._shorts(), view.note
                )
            case "comment":
                on = self.service.question_short(str(view.review.get("on", "")))
                return writer.comment(code, on, view.note)
            case "disagree":
                return writer.disagree(code)
            case "reason":
                return writer.reason(code, str(view.review.get("order", "")), view.note)
        rules = rules_to_name(self.service.protocol, proposal) if proposal else []
        return writer.rule(code, rules)

    def _read(self, language: str) -> tuple[list[Line], tuple[str, ...]]:
        """Give what is read, and the parts of the transcript to choose from."""
        review, protocol = self.view.review, self.service.protocol
        section = str(review.get("section", ""))
        if section in protocol.sections:
            told = said_about(protocol, self.transaction, self.view.case, section, language)
            said = told or [message("review.transcript_empty")]
            return [Line(text, "item") for text in said], protocol.sections
        record = self.transaction.latest_interview(self.view.case, THERAPIST)
        if review.get("reasons") and record is not None:
            return list(self.service.reason_lines(self.transaction, record.id)), ()
        return [Line(message("review.transcript"))], protocol.sections

    def _to_comment_on(self) -> list[tuple[str, Line]]:
        record = self.transaction.latest_interview(self.view.case, THERAPIST)
        return [] if record is None else self.service.standing_lines(self.transaction, record.id)

    def _shorts(self) -> dict[str, Any]:
        return {
            on: self.service.question_short(on) for on, _ in self.view.review.get("comments", ())
        }
