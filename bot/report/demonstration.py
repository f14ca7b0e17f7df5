"""A made-up family, from the first question to a signed-off proposal, for pictures and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.reviewing import Review, Verdict, give, what_is_read
from bot.scenario import Player, Scenario
from bot.service import Service
from flows import events as ev
from flows.questions import FULL, MOTHER, THERAPIST
from storage.store import Store
from storage.transaction import Transaction

CASE = "K7F-2M9"
_BEGAN = datetime(2026, 11, 23, 9, 4, tzinfo=UTC)

_HERS: Mapping[str, Any] = {
    "acute_unsafety": "no",
    "food_secure": "yes",
    "safe_roof": "yes",
    "threat_stopped": "yes",
    "help_request": "ክድቅስ ይደሊ",
    "change_wish": "yes",
    "positive_expectation": "unknown",
    "preference_first": "relationship",
    "preference_second": "child",
    "supports": ["network"],
    "desired_intensity": "higher",
}
_THERAPISTS: Mapping[str, Any] = {
    "acute_unsafety": "no",
    "food_secure": "yes",
    "safe_roof": "yes",
    "threat_stopped": "yes",
    "complaints": "slaapt slecht, schrikt van harde geluiden",
    "barriers_present": ["debts", "court_cases"],
    "barriers_first": ["none"],
    "components_started": ["none"],
    "parent_trauma": "severe",
    "parent_trauma_source": "interview",
    "loss_of_control": "no",
    "preoccupied": "no",
    "change_wish": "yes",
    "positive_expectation": "yes",
    "disruptive_parenting": "some",
    "parent_unavailable": "no",
    "parent_features": ["parent_depression", "avoidance"],
    "child_age_months": "3;4",
    "child_trauma": "some",
    "child_trauma_source": "interview_0_6",
    "ongoing_traumatisation": "no",
    "child_consent_support": "yes",
    "preference_first": "parent",
    "preference_second": "none",
    "supports": ["network"],
    "coordination_done": "yes",
    "coordination_who": "jeugdbescherming en huisarts",
}
_MENDED: Mapping[str, Any] = {**_THERAPISTS, "child_features": ["child_worries"]}
_COMMENT = ("child_features", "Vul aan wat er verder bij het kind speelt.")
_OWN = (
    "Zij komt nu nauwelijks aan slapen toe; daar wil zij zelf ook iets aan doen.",
    "parent_relationship_child",
    "Zolang zij zo weinig slaapt, lukt samen spelen haar nog niet.",
)
_SHARED = ("parent", "relationship", "child")


def clock(began: datetime = _BEGAN) -> Callable[[], datetime]:
    """Return a clock on which every look takes half a minute."""
    looks = count()
    return lambda: began + timedelta(seconds=30) * next(looks)


def demonstrate(store: Store, service: Service, *, language: str = "nl") -> str:
    """Play the whole of it on a new case; gives the case's id."""
    return _Played(store, service, language).case_id


class _Played:
    """The demonstration, being played."""

    def __init__(self, store: Store, service: Service, language: str) -> None:
        self.store, self.service, self.number = store, service, count()
        self.therapist, self.supervisor, self.case_id = store.run(self._people)
        hers = service.open(respondent=MOTHER, mode=FULL, case=CASE)
        therapists = service.open(respondent=THERAPIST, mode=FULL, case=CASE)
        self._answered(hers.id, "ti", _HERS)
        self._answered(therapists.id, language, _THERAPISTS)
        self._own_view(therapists.id)
        self._do(therapists.id, ev.Submit())
        self._review(Review(Verdict.RETURNED, (_COMMENT,)))
        self._do(therapists.id, ev.Edit(_COMMENT[0]))
        self._answered(therapists.id, "", _MENDED)
        self._do(therapists.id, ev.Submit())
        self._review(Review(Verdict.SIGNED_OFF))
        self._do(hers.id, ev.SharePlan(_SHARED))
        written = self._place_of(hers.id, "help_request")
        service.translate(
            CASE, f"1.{written}", language="nl", text="ik wil slapen", by="interpreter"
        )

    def _people(self, transaction: Transaction) -> tuple[str, str, str]:
        people = transaction.people
        therapist, supervisor = people.add(THERAPIST).id, people.add("supervisor").id
        people.assign(therapist, supervisor)
        return therapist, supervisor, transaction.create_case(CASE, therapist_id=therapist)

    def _do(self, interview: str, event: ev.Event) -> Any:
        turn = self.service.handle(interview, event, update_key=f"demo:{next(self.number)}")
        self.service.acknowledge(turn.deliveries)
        return turn.deliveries[-1].said.utterance if turn.deliveries else None

    def _answered(self, interview: str, language: str, answers: Mapping[str, Any]) -> None:
        scenario = Scenario(title="", answers=answers, otherwise="skip")
        player = Player(self.service.protocol, scenario)
        shown = self._do(interview, ev.ChooseLanguage(language) if language else ev.Show())
        while (event := player.next_event(shown)) is not None:
            shown = self._do(interview, event)

    def _own_view(self, interview: str) -> None:
        view, order, reason = _OWN
        for question, value in (
            ("own_view", view),
            ("override_order", order),
            ("override_reason", reason),
        ):
            self._do(interview, ev.Edit(question))
            self._do(interview, ev.Give(question, value))
        self._do(interview, ev.Proceed())

    def _review(self, review: Review) -> None:
        def work(transaction: Transaction) -> None:
            record = transaction.latest_interview(self.case_id, THERAPIST)
            kept = None if record is None else transaction.latest_proposal(record.id)
            if kept is None:
                raise RuntimeError("a demonstration without a proposal")
            give(
                self.service,
                transaction,
                self.case_id,
                review,
                reviewer=self.supervisor,
                read=what_is_read(self.service, transaction, kept),
                key=f"demo:{next(self.number)}",
            )

        self.store.run(work)

    def _place_of(self, interview: str, question: str) -> int:
        return self.store.run(
            lambda transaction: next(
                event.seq
                for event in transaction.events(interview)
                if event.kind == "answered" and event.payload.get("question") == question
            )
        )
