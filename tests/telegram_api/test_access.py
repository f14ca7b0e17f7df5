"""The table of who may do what, cell by cell, through the desk: with forged buttons too.

Each attempt is a press on a button that the person was never shown. What is not allowed changes
nothing and says nothing of the case: for them there is no such case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.access import ADMIN, OPERATOR, ROLES, STRANGER, SUPERVISOR, TERMINAL, Action, Scope, scope
from bot.reviewing import what_is_read
from bot.service import Service
from bot.telegram.desk import Desk
from bot.telegram.incoming import Did, Incoming
from bot.telegram.turn import CHANNEL, Job
from bot.telegram.view import HERS, HOME, View, button_data
from flows import events as ev
from flows.conversation import mark
from flows.interview import walk
from flows.questions import MOTHER, QUICK, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from storage.transaction import Transaction

KEY = Keyring(MasterKey(bytes(range(32))))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(slots=True)
class House:
    """A shelter with one case, its people, and somebody who tries something."""

    store: Store
    service: Service
    desk: Desk
    case: str
    code: str
    own: str
    hers: str
    colleague: str
    number: int = 0

    @property
    def read(self) -> str:
        """The mark of what would be signed off."""

        def work(transaction: Transaction) -> str:
            kept = transaction.latest_proposal(self.own)
            return "" if kept is None else what_is_read(self.service, transaction, kept)

        return self.store.run(work)

    @property
    def mark(self) -> str:
        """What the button that says that it is safe again carries."""
        return self.store.run(lambda transaction: mark(self.service.look(transaction, self.hers)))


WHO = (
    *(f"{THERAPIST} own", f"{THERAPIST} other", f"{SUPERVISOR} assigned", f"{SUPERVISOR} other"),
    *(ADMIN, f"{MOTHER} own", f"{MOTHER} other", STRANGER),
)
HANDLES = {who: str(100 + number) for number, who in enumerate(WHO)}


def expected(who: str, action: Action) -> bool:
    """What the table says of this person and this case."""
    role, _, whose = who.partition(" ")
    return {
        Scope.NONE: False,
        Scope.OWN: whose == "own",
        Scope.ASSIGNED: whose == "assigned",
        Scope.ALL: True,
    }[scope(role, action)] or (action is Action.BEGIN and role == THERAPIST)


# What is pressed, and of which interview the button says to be.
PRESSES: dict[Action, tuple[str, str]] = {
    Action.LIST: ("home", ""),
    Action.BEGIN: (f"new:{QUICK}", ""),
    Action.ANSWER: ("give:no", "own"),
    Action.PROPOSAL: ("case:{house.case}", ""),
    Action.SUBMIT: ("submit", "own"),
    Action.OVERRIDE: ("edit:override_order", "own"),
    Action.INVITE: ("inviteremind:no", ""),
    Action.SUPERVISE: ("with", ""),
    Action.STOP_HERS: ("stophers", ""),
    Action.LET_GO_ON: ("letgoon:{house.mark}", ""),
    Action.HER_ANSWERS: ("heranswers", ""),
    Action.RECORD: ("record", ""),
    Action.SHARE: ("shareyes", ""),
    Action.REVIEW: ("signyes:{house.read}", ""),
    Action.HAND_OVER: ("handoverto:{house.colleague}", ""),
    Action.ANSWER_HERS: ("give:no", "hers"),
    Action.SEE_PLAN: ("plan", "hers"),
}
STATE = {
    # How far the two interviews are when it is tried.
    Action.SUBMIT: "proposed",
    Action.OVERRIDE: "proposed",
    Action.SHARE: "proposed",
    Action.LET_GO_ON: "danger",
    Action.REVIEW: "in_review",
    Action.SEE_PLAN: "shared",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Store.open(sqlite_url(tmp_path / "volgorde.db"), KEY, clock=lambda: NOW) as store:
        service = Service(store, VOORSTUDIE_CORE, channel=CHANNEL, clock=lambda: NOW)
        desk = Desk(store, service, open_therapists=False, clock=lambda: NOW)
        yield store.run(lambda transaction: furnished(transaction, store, service, desk))


def furnished(transaction: Transaction, store: Store, service: Service, desk: Desk) -> House:
    people = transaction.people
    for who in WHO:
        role, _, whose = who.partition(" ")
        if role in (MOTHER, STRANGER):
            continue
        person = people.add(role)
        transaction.chats.bind(CHANNEL, HANDLES[who], person.id, view=View("nl").to_data())
        if whose == "own":
            own = person.id
        if who == f"{THERAPIST} other":
            colleague = person.id
        if whose == "assigned":
            people.assign(own, person.id)
    opened = service.open_for(transaction, own, mode=QUICK)
    case_id = transaction.interview(opened.id).case_id
    hers = service.open_hers(transaction, case_id)
    other = service.open_for(transaction, colleague, mode=QUICK)
    others = service.open_hers(transaction, transaction.interview(other.id).case_id)
    for who, interview in ((f"{MOTHER} own", hers.id), (f"{MOTHER} other", others.id)):
        view = View("nl", page="interview", interview=interview)
        chat = transaction.chats.open(CHANNEL, HANDLES[who], role=MOTHER, view=view.to_data())
        transaction.bind_interview(interview, chat.person_id)
        service.apply(transaction, interview, ev.ChooseLanguage("nl"), update_key=interview)
    return House(
        store,
        service,
        desk,
        case_id,
        transaction.case(case_id).code,
        opened.id,
        hers.id,
        colleague,
    )


def forward(house: House, state: str) -> None:
    """Bring both interviews to where the attempt makes sense."""

    def do(transaction: Transaction, interview: str, *events: ev.Event) -> None:
        for event in events:
            house.number += 1
            house.service.apply(transaction, interview, event, update_key=f"f{house.number}")

    def work(transaction: Transaction) -> None:
        do(transaction, house.own, ev.ChooseLanguage("nl"), ev.Proceed())
        door = (ev.Check("company", "alone"), ev.Check("safe", "yes"), ev.Proceed())
        do(transaction, house.hers, *door)
        if state == "danger":
            do(transaction, house.hers, ev.Give("acute_unsafety", "yes"))
        if state in ("proposed", "shared", "in_review"):
            for _ in range(40):
                asked = walk(VOORSTUDIE_CORE, house.service.look(transaction, house.own)).next
                if asked is None:
                    break
                do(transaction, house.own, ev.Skip(asked.id))
            do(transaction, house.own, ev.Proceed())
        if state == "in_review":
            do(transaction, house.own, ev.Submit())
        if state == "shared":
            do(transaction, house.hers, ev.SharePlan(("relationship", "parent", "child")))

    house.store.run(work)


def kept(house: House) -> list[tuple[object, ...]]:
    """Everything about the case that an attempt could change, and what was done about it."""

    def work(transaction: Transaction) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        given = {"case": house.case, "own": house.own, "hers": house.hers}
        for query in (
            "SELECT id, revision, state FROM interviews WHERE case_id = :case ORDER BY id",
            "SELECT count(*) FROM events WHERE interview_id IN (:own, :hers)",
            "SELECT id, therapist_id FROM cases ORDER BY id",
            "SELECT count(*) FROM tokens",
            "SELECT interview_id, therapist_id FROM supervisions",
            "SELECT count(*) FROM acts",
            "SELECT count(*) FROM proposals",
            "SELECT count(*) FROM reviews",
        ):
            wanted = {name: value for name, value in given.items() if f":{name}" in query}
            rows.extend(tuple(row) for row in transaction._connection.execute(text(query), wanted))
        return rows

    return house.store.run(work)


def attempt(house: House, who: str, action: Action) -> tuple[Job | None, bool]:
    """Press a button that does this, as if it had been shown; says whether anything changed."""
    name, whose = PRESSES[action]
    name = name.format(house=house)
    interview = {"own": house.own, "hers": house.hers}.get(whose, "")
    question = {Action.ANSWER: "acute_unsafety", Action.ANSWER_HERS: "acute_unsafety"}

    def forge(transaction: Transaction) -> str:
        chat = transaction.chats.find(CHANNEL, HANDLES[who])
        if chat is None:
            return "made.0"
        view = View.from_data(chat.view)
        if chat.role != MOTHER:
            view = replace(view, page=HOME if name == "home" else HERS, case=house.case)
        view = view.with_screen(interview, question.get(action, ""), [name])
        transaction.chats.show(chat, view.to_data(), due=False)
        return button_data(view.live, 0)

    if action in (Action.ANSWER_HERS, Action.SEE_PLAN):
        house.store.run(
            lambda transaction: transaction.people.supervise(
                house.hers,
                _own(house, transaction),
                with_her=True,
                lasts=house.desk.house.supervision,
            )
        )
    data = house.store.run(forge)
    before = kept(house)
    result = house.desk.take(
        Incoming(f"try.{who}.{action}", int(HANDLES[who]), Did.PRESSED, text=data, query="q")
    ).result()
    return (result if isinstance(result, Job) else None), kept(house) != before


def _own(house: House, transaction: Transaction) -> str:
    return transaction.case(house.case).therapist_id or ""


READS = (Action.LIST, Action.PROPOSAL, Action.HER_ANSWERS, Action.SEE_PLAN)
"""What only shows something."""


def shows(house: House, job: Job | None, action: Action) -> bool:
    words = "" if job is None or job.page is None else "\n".join(job.page.parts)
    if action is Action.SEE_PLAN:
        return "hulp voor je kind en jou samen" in words
    if action is Action.HER_ANSWERS:
        return "Haar antwoorden" in words
    if action is Action.PROPOSAL:
        return house.code in words or "gevaar" in words
    return house.code in words


@pytest.mark.parametrize("action", list(PRESSES), ids=str)
def test_every_cell_of_a_row(house: House, action: Action) -> None:
    forward(house, STATE.get(action, ""))
    # Those who may not come first: whatever they try leaves everything as it was for the rest.
    for who in sorted(WHO, key=lambda item: expected(item, action)):
        job, changed = attempt(house, who, action)
        allowed = expected(who, action)
        if action in READS:
            assert shows(house, job, action) is allowed, who
            assert allowed or not changed, who
        elif action is Action.ANSWER_HERS and who == f"{THERAPIST} own":
            # Written down by the therapist, and marked so; never as if it came from her.
            answers = house.store.run(lambda tx: house.service.look(tx, house.hers)).answers
            assert answers["acute_unsafety"].by == THERAPIST
        else:
            assert changed is allowed, who
        if not allowed and job is not None and job.page is not None:
            listed = expected(who, Action.LIST)
            assert listed or house.code not in "\n".join(job.page.parts), who


def test_every_action_with_a_case_has_its_cells() -> None:
    assert set(PRESSES) == set(Action) - {Action.PEOPLE}
    assert set(ROLES) == {who.partition(" ")[0] for who in WHO}


@pytest.mark.parametrize("action", list(Action), ids=str)
def test_at_the_terminal_only_the_operator_does_anything(action: Action) -> None:
    assert scope(OPERATOR, action, TERMINAL) is Scope.ALL
    for role in ROLES:
        assert scope(role, action, TERMINAL) is Scope.NONE
        assert action is not Action.PEOPLE or scope(role, action) is Scope.NONE
