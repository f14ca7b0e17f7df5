"""What the service does with the store, one unit of work at a time."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import (
    DuplicateUpdate,
    Event,
    Keyring,
    Outgoing,
    StaleRevision,
    StorageError,
    Store,
    Transaction,
    sqlite_url,
)
from tests.storage.helpers import answer, begin, new_interview, open_store, raw

CODE = "K7F-2M9"
UNKNOWN = "0" * 32


def refused(store: Store, work: Callable[[Transaction], object]) -> StorageError:
    with pytest.raises(StorageError) as caught:
        store.run(work)
    return caught.value


def propose(tx: Transaction, interview_id: str) -> str:
    return tx.add_proposal(
        interview_id,
        revision=1,
        protocol_id="voorstudie-core-v1",
        protocol_version="1.0.0",
        protocol_hash="abc",
        content_hash="def",
        payload={"order": ["parent", "relationship", "child"]},
    )


def destroy_the_key(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("UPDATE case_keys SET wrapped_key = NULL, destroyed_at = created_at")


# Cases -------------------------------------------------------------------------------------------


def test_a_case_is_found_by_its_code_however_it_is_typed(store: Store) -> None:
    case_id = store.run(lambda tx: tx.create_case("k7f 2m9"))
    case = store.run(lambda tx: tx.case_by_code("K7F2M9"))
    assert case is not None
    assert (case.id, case.code, case.closed_at) == (case_id, CODE, None)
    assert case.created_at.tzinfo is UTC
    assert store.run(lambda tx: tx.case(case_id)) == case
    assert store.run(lambda tx: tx.cases()) == [case]


def test_cases_come_the_oldest_first(store: Store) -> None:
    ids = [store.run(lambda tx: tx.create_case(tx.unused_code())) for _ in range(5)]
    assert [case.id for case in store.run(lambda tx: tx.cases())] == ids


def test_a_case_code_is_given_out_once(store: Store) -> None:
    store.run(lambda tx: tx.create_case(CODE))
    error = refused(store, lambda tx: tx.create_case("k7f2m9"))
    assert (error.code, error.params) == ("case_exists", {"case": CODE})


def test_an_unused_code_is_one_that_no_case_has(store: Store) -> None:
    draws = iter([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    taken = store.run(lambda tx: tx.unused_code(lambda _: next(draws)))
    store.run(lambda tx: tx.create_case(taken))
    assert store.run(lambda tx: tx.unused_code(lambda _: next(draws))) != taken


def test_a_name_cannot_be_a_case_code_and_is_not_repeated(store: Store) -> None:
    error = refused(store, lambda tx: tx.create_case("Fatima"))
    assert error.code == "case_code_malformed"
    assert "Fatima" not in str(error)


def test_what_is_no_code_finds_no_case(store: Store) -> None:
    assert store.run(lambda tx: tx.case_by_code("Fatima")) is None
    assert store.run(lambda tx: tx.case_by_code(CODE)) is None


def test_a_case_that_is_not_there_is_unknown(store: Store) -> None:
    assert refused(store, lambda tx: tx.case(UNKNOWN)).code == "case_unknown"
    assert refused(store, lambda tx: begin(tx, UNKNOWN)).code == "case_unknown"


# Interviews --------------------------------------------------------------------------------------


def test_an_interview_comes_back_as_it_was_opened(path: Path, keyring: Keyring) -> None:
    projection = {"answers": {"q1": "ja", "q2": None}, "note": "Ze zei: “nee” 🙂 \u0000", "n": 1.5}
    with open_store(path, keyring) as store:
        opened = store.run(
            lambda tx: begin(
                tx, tx.create_case(CODE), respondent="therapist", projection=projection
            )
        )
    assert opened.projection == projection
    assert (opened.case_code, opened.respondent, opened.revision) == (CODE, "therapist", 0)
    assert opened.opened_at == opened.updated_at
    assert opened.ended_at is None
    with open_store(path, keyring) as store:
        assert store.run(lambda tx: tx.interview(opened.id)) == opened
        assert store.run(lambda tx: tx.interviews_of(opened.case_id)) == [opened]


def test_a_case_has_one_open_interview_for_each_respondent(store: Store) -> None:
    case_id = store.run(lambda tx: tx.create_case(CODE))
    mother = store.run(lambda tx: begin(tx, case_id, respondent="mother"))
    therapist = store.run(lambda tx: begin(tx, case_id, respondent="therapist"))
    error = refused(store, lambda tx: begin(tx, case_id, respondent="mother"))
    assert error.code == "interview_open_already"
    assert error.params == {"case": CODE, "respondent": "mother"}
    store.run(lambda tx: answer(tx, mother.id, "u1", ended=True))
    again = store.run(lambda tx: begin(tx, case_id, respondent="mother"))
    of_case = store.run(lambda tx: tx.interviews_of(case_id))
    assert [interview.id for interview in of_case] == [mother.id, therapist.id, again.id]


def test_the_database_itself_refuses_a_second_open_interview(path: Path, store: Store) -> None:
    interview = new_interview(store)
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint"):
        connection.executescript(
            "CREATE TEMP TABLE copy AS SELECT * FROM interviews;"
            "UPDATE copy SET id = 'another';"
            "INSERT INTO interviews SELECT * FROM copy;"
        )
    assert store.run(lambda tx: tx.interviews_of(interview.case_id)) == [interview]


def test_the_latest_open_interview_is_the_one_saved_last(store: Store) -> None:
    first, second = new_interview(store), new_interview(store)
    new_interview(store, respondent="therapist")

    def latest() -> str | None:
        found = store.run(lambda tx: tx.latest_open_interview("mother"))
        return None if found is None else found.id

    assert latest() == second.id
    store.run(lambda tx: answer(tx, first.id, "u1"))
    assert latest() == first.id
    store.run(lambda tx: answer(tx, first.id, "u2", ended=True))
    assert latest() == second.id
    store.run(lambda tx: answer(tx, second.id, "u3", ended=True))
    assert latest() is None


# Saving ------------------------------------------------------------------------------------------


def test_saving_keeps_key_events_projection_and_outbox(store: Store) -> None:
    interview = new_interview(store)
    done = store.run(
        lambda tx: tx.save(
            interview.id,
            update_key="u1",
            expected_revision=0,
            state="summary",
            language="en",
            projection={"answers": {"q1": "yes"}},
            events=[Event("answered", {"q": "q1"}), Event("moved", {"to": "summary"})],
            outbox=[Outgoing("telegram", {"t": 1}), Outgoing("telegram", {"t": 2})],
        )
    )
    assert done == (1, 1)
    saved = store.run(lambda tx: tx.interview(interview.id))
    assert (saved.revision, saved.state, saved.language) == (1, "summary", "en")
    assert saved.projection == {"answers": {"q1": "yes"}}
    assert saved.updated_at > interview.updated_at
    assert store.run(lambda tx: tx.seen("u1"))
    assert not store.run(lambda tx: tx.seen("u2"))
    events = store.run(lambda tx: tx.events(interview.id))
    assert [(event.seq, event.revision, event.kind, event.payload) for event in events] == [
        (1, 1, "answered", {"q": "q1"}),
        (2, 1, "moved", {"to": "summary"}),
    ]
    assert {event.at for event in events} == {saved.updated_at}
    waiting = store.run(lambda tx: tx.undelivered(interview.id, "telegram"))
    assert [(row.seq, row.payload, row.attempts) for row in waiting] == [
        (1, {"t": 1}, 0),
        (2, {"t": 2}, 0),
    ]


def test_a_doubled_update_changes_nothing(store: Store) -> None:
    interview = new_interview(store)
    store.run(lambda tx: answer(tx, interview.id, "u1"))
    before = store.run(lambda tx: tx.interview(interview.id))
    for revision in (0, 1):
        with pytest.raises(DuplicateUpdate) as caught:
            store.run(partial(answer, interview_id=interview.id, key="u1", revision=revision))
        assert caught.value.params == {"update": "u1"}
    assert store.run(lambda tx: tx.interview(interview.id)) == before
    assert len(store.run(lambda tx: tx.events(interview.id))) == 1
    assert len(store.run(lambda tx: tx.undelivered(None, "terminal"))) == 1


def test_an_update_is_known_whatever_interview_it_comes_for(store: Store) -> None:
    one, other = new_interview(store), new_interview(store)
    store.run(lambda tx: answer(tx, one.id, "u1"))
    with pytest.raises(DuplicateUpdate):
        store.run(lambda tx: answer(tx, other.id, "u1"))


def test_a_stale_revision_changes_nothing(store: Store) -> None:
    interview = new_interview(store)
    store.run(lambda tx: answer(tx, interview.id, "u1"))
    for wrong in (0, 2):
        with pytest.raises(StaleRevision):
            store.run(partial(answer, interview_id=interview.id, key="u2", revision=wrong))
    assert store.run(lambda tx: tx.interview(interview.id)).revision == 1
    assert not store.run(lambda tx: tx.seen("u2"))
    assert len(store.run(lambda tx: tx.events(interview.id))) == 1


def test_saving_without_an_update_key_is_never_a_duplicate(store: Store) -> None:
    interview = new_interview(store)
    assert store.run(lambda tx: answer(tx, interview.id, None)) == 1
    assert store.run(lambda tx: answer(tx, interview.id, None)) == 2


def test_a_unit_of_work_is_kept_whole_or_not_at_all(store: Store) -> None:
    interview = new_interview(store)

    def stumble(tx: Transaction) -> None:
        answer(tx, interview.id, "u1")
        propose(tx, interview.id)
        tx.create_case(CODE)
        raise LookupError

    with pytest.raises(LookupError):
        store.run(stumble)
    assert store.run(lambda tx: tx.interview(interview.id)) == interview
    assert store.run(lambda tx: tx.events(interview.id)) == []
    assert store.run(lambda tx: tx.proposals(interview.id)) == []
    assert store.run(lambda tx: tx.undelivered(None, "terminal")) == []
    assert not store.run(lambda tx: tx.seen("u1"))
    assert store.run(lambda tx: tx.case_by_code(CODE)) is None


def test_what_fails_at_its_last_part_leaves_none_of_its_parts(store: Store) -> None:
    interview = new_interview(store)
    with pytest.raises(TypeError):
        store.run(
            lambda tx: tx.save(
                interview.id,
                update_key="u1",
                expected_revision=0,
                state="asking",
                language="nl",
                projection={},
                events=[Event("answered", {})],
                outbox=[Outgoing("terminal", {"not json": object()})],
            )
        )
    assert store.run(lambda tx: tx.interview(interview.id)) == interview
    assert not store.run(lambda tx: tx.seen("u1"))
    assert store.run(lambda tx: tx.events(interview.id)) == []


def test_an_ended_interview_takes_no_more_answers_but_can_end_again(store: Store) -> None:
    interview = new_interview(store)
    store.run(lambda tx: answer(tx, interview.id, "u1", ended=True))
    ended = store.run(lambda tx: tx.interview(interview.id))
    assert ended.ended_at == ended.updated_at
    assert refused(store, lambda tx: answer(tx, interview.id, "u2")).code == "interview_ended"
    store.run(lambda tx: answer(tx, interview.id, "u3", ended=True))
    assert store.run(lambda tx: tx.interview(interview.id)).ended_at == ended.ended_at


def test_an_interview_that_is_not_there_is_unknown(store: Store) -> None:
    works: list[Callable[[Transaction], object]] = [
        lambda tx: tx.interview(UNKNOWN),
        lambda tx: tx.events(UNKNOWN),
        lambda tx: tx.proposals(UNKNOWN),
        lambda tx: propose(tx, UNKNOWN),
        lambda tx: tx.save(
            UNKNOWN,
            update_key="u",
            expected_revision=0,
            state="",
            language="",
            projection={},
        ),
    ]
    for work in works:
        assert refused(store, work).code == "interview_unknown"


def test_updates_from_many_threads_are_each_applied_once(store: Store) -> None:
    interview = new_interview(store)
    # Every update is delivered three times, all at once.
    futures: list[tuple[str, Future[int]]] = [
        (key, store.submit(partial(answer, interview_id=interview.id, key=key)))
        for key in [f"u{n}" for n in range(60)] * 3
    ]
    applied = []
    for key, future in futures:
        try:
            future.result(10)
        except DuplicateUpdate:
            continue
        applied.append(key)
    assert sorted(applied) == sorted(f"u{n}" for n in range(60))
    events = store.run(lambda tx: tx.events(interview.id))
    assert [event.seq for event in events] == list(range(1, 61))
    assert sorted(event.payload["key"] for event in events) == sorted(applied)
    assert len(store.run(lambda tx: tx.undelivered(None, "terminal"))) == 60


# Outbox ------------------------------------------------------------------------------------------


def test_what_is_delivered_is_no_longer_waiting(store: Store) -> None:
    one, other = new_interview(store), new_interview(store)
    store.run(lambda tx: answer(tx, one.id, "u1"))
    store.run(lambda tx: answer(tx, other.id, "u2"))
    store.run(lambda tx: answer(tx, one.id, "u3"))

    def waiting(interview_id: str | None, channel: str = "terminal") -> list[str]:
        rows = store.run(lambda tx: tx.undelivered(interview_id, channel))
        return [row.payload["text"] for row in rows]

    assert waiting(None) == ["after u1", "after u2", "after u3"]
    assert waiting(one.id) == ["after u1", "after u3"]
    assert waiting(None, "telegram") == []
    first = store.run(lambda tx: tx.undelivered(one.id, "terminal"))[0]
    store.run(lambda tx: tx.mark_delivered([first.id]))
    store.run(lambda tx: tx.mark_delivered([first.id, UNKNOWN]))
    store.run(lambda tx: tx.mark_delivered([]))
    assert waiting(one.id) == ["after u3"]


# Proposals and reviews ---------------------------------------------------------------------------


def test_proposals_and_reviews_come_back_as_they_were_given(store: Store) -> None:
    interview = new_interview(store)
    first = store.run(lambda tx: propose(tx, interview.id))
    second = store.run(lambda tx: propose(tx, interview.id))
    found = store.run(lambda tx: tx.proposals(interview.id))
    assert [proposal.id for proposal in found] == [first, second]
    assert found[0].payload == {"order": ["parent", "relationship", "child"]}
    assert (found[0].content_hash, found[0].protocol_version) == ("def", "1.0.0")
    reviewer = store.run(lambda tx: tx.people.add("supervisor").id)
    store.run(
        lambda tx: tx.add_review(
            first, reviewer_id=reviewer, verdict="disagreed", reason="De moeder is nog niet veilig."
        )
    )
    store.run(lambda tx: tx.add_review(first, reviewer_id=reviewer, verdict="agreed"))
    reviews = store.run(lambda tx: tx.reviews(first))
    assert [(review.verdict, review.reason) for review in reviews] == [
        ("disagreed", "De moeder is nog niet veilig."),
        ("agreed", None),
    ]
    assert {review.reviewer_id for review in reviews} == {reviewer}
    assert store.run(lambda tx: tx.reviews(second)) == []


def test_a_proposal_that_is_not_there_is_unknown(store: Store) -> None:
    error = refused(store, lambda tx: tx.add_review(UNKNOWN, reviewer_id="x", verdict="agreed"))
    assert error.code == "proposal_unknown"
    assert refused(store, lambda tx: tx.reviews(UNKNOWN)).code == "proposal_unknown"


# Keys --------------------------------------------------------------------------------------------


def test_a_case_whose_key_was_destroyed_cannot_be_read_and_the_others_can(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        lost = new_interview(store)
        store.run(lambda tx: answer(tx, lost.id, "u1"))
    destroy_the_key(path)
    with open_store(path, keyring) as store:
        code = store.run(lambda tx: tx.case(lost.case_id)).code
        works: list[Callable[[Transaction], object]] = [
            lambda tx: tx.interview(lost.id),
            lambda tx: tx.interviews_of(lost.case_id),
            lambda tx: tx.events(lost.id),
            lambda tx: begin(tx, lost.case_id, respondent="therapist"),
            lambda tx: propose(tx, lost.id),
        ]
        for work in works:
            error = refused(store, work)
            assert (error.code, error.params) == ("case_unreadable", {"case": code})
        # Where one goes on, and what is still to be delivered, pass it over.
        assert store.run(lambda tx: tx.latest_open_interview("mother")) is None
        assert store.run(lambda tx: tx.undelivered(None, "terminal")) == []
        kept = new_interview(store)
        assert store.run(lambda tx: tx.latest_open_interview("mother")) == kept


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE interviews SET projection = (SELECT projection FROM interviews WHERE id = :other)",
        "UPDATE interviews SET projection = (SELECT payload FROM outbox)",
        "UPDATE case_keys SET wrapped_key = "
        "(SELECT wrapped_key FROM case_keys JOIN interviews USING (case_id) WHERE id = :other)",
        "UPDATE interviews SET case_id = (SELECT case_id FROM interviews WHERE id = :other), "
        "respondent = 'x'",
    ],
    ids=["another row", "another column", "another case's key", "another case"],
)
def test_what_somebody_moved_in_the_database_does_not_open(
    path: Path, keyring: Keyring, change: str
) -> None:
    with open_store(path, keyring) as store:
        case_id = store.run(lambda tx: tx.create_case(CODE))
        interview = store.run(lambda tx: begin(tx, case_id))
        store.run(lambda tx: answer(tx, interview.id, "u1"))
        other = new_interview(store)
    with raw(path) as connection:
        where = (
            " WHERE case_id = :case" if change.startswith("UPDATE case_keys") else " WHERE id = :id"
        )
        connection.execute(change + where, {"other": other.id, "id": interview.id, "case": case_id})
    with open_store(path, keyring) as store:
        error = refused(store, lambda tx: tx.interview(interview.id))
        assert error.code == "case_unreadable"
        found = store.run(lambda tx: tx.interview(other.id))
        assert replace(found, beside_id=None) == other


# Time and ids ------------------------------------------------------------------------------------


def test_moments_and_ids_come_from_what_was_injected(path: Path, keyring: Keyring) -> None:
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    ids = iter(f"id-{n}" for n in range(100))
    with Store.open(
        sqlite_url(path),
        keyring,
        clock=lambda: moment + timedelta(0),
        new_id=lambda: next(ids),
    ) as store:
        case_id = store.run(lambda tx: tx.create_case(CODE))
        interview = store.run(lambda tx: begin(tx, case_id))
    assert (case_id, interview.id) == ("id-0", "id-1")
    assert interview.opened_at == moment


def test_a_store_that_was_closed_takes_nothing_more(path: Path, keyring: Keyring) -> None:
    store = open_store(path, keyring)
    store.close()
    store.close()
    assert refused(store, lambda tx: tx.cases()).code == "store_closed"


def test_waiting_for_a_unit_within_a_unit_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="its own writer"):
        store.run(lambda _: store.run(lambda tx: tx.cases()))


def test_every_connection_is_as_safe_as_it_must_be(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "recursive_triggers": 1,
    }

    def look(tx: Transaction) -> dict[str, object]:
        connection = tx._connection
        return {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted}

    assert store.run(look) == wanted
