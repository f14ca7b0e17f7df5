"""Nothing that was typed can be read in the database, its log, an error or a log line."""

import json
import logging
from pathlib import Path

import pytest

from storage import Event, Keyring, Outgoing, Store, Transaction
from tests.storage.helpers import begin, open_store, raw

MARKS = (
    "Ze is bang voor hem",
    "hij weet waar zij woont",
    "خائفة منه",
    "de jongste slaapt niet",
    "ik vind dit te vroeg",
)


def spellings(text: str) -> set[bytes]:
    """The ways in which a text could stand in a file."""
    return {
        text.encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        json.dumps(text)[1:-1].encode(),
        text.encode().hex().encode(),
    }


def tell_everything(tx: Transaction) -> str:
    case_id = tx.create_case(tx.unused_code())
    interview = begin(tx, case_id, projection={"story": MARKS[0]})
    tx.save(
        interview.id,
        update_key="u1",
        expected_revision=0,
        state="asking",
        language="ar",
        projection={"story": MARKS[1], MARKS[1]: 1},
        events=[Event("answered", {"text": MARKS[2]})] * 40,
        outbox=[Outgoing("terminal", {"text": MARKS[3]})] * 40,
    )
    proposal = tx.add_proposal(
        interview.id,
        revision=1,
        protocol_id="p",
        protocol_version="1",
        protocol_hash="h",
        content_hash="c",
        payload={"text": MARKS[3]},
    )
    tx.add_review(
        proposal, reviewer_id=tx.people.add("supervisor").id, verdict="disagreed", reason=MARKS[4]
    )
    return interview.id


def hits(directory: Path) -> list[tuple[str, str]]:
    return [
        (path.name, mark)
        for path in directory.rglob("*")
        for mark in MARKS
        for spelling in spellings(mark)
        if spelling in path.read_bytes()
    ]


def test_nothing_typed_stands_in_the_database_its_log_or_its_index(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        interview_id = store.run(tell_everything)
        assert {found.name for found in path.parent.iterdir()} == {
            "volgorde.db",
            "volgorde.db-wal",
            "volgorde.db-shm",
        }
        assert hits(path.parent) == []
        assert store.run(lambda tx: tx.events(interview_id))[0].payload == {"text": MARKS[2]}
    assert [found.name for found in path.parent.iterdir()] == ["volgorde.db"]
    assert hits(path.parent) == []


def test_no_key_stands_in_the_database(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:
        store.run(tell_everything)
        for found in path.parent.iterdir():
            content = found.read_bytes()
            assert keyring.current.secret not in content
            assert keyring.current.text().encode() not in content


def test_the_same_answer_of_two_families_looks_different(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:
        store.run(tell_everything)
        store.run(
            lambda tx: begin(tx, tx.create_case(tx.unused_code()), projection={"story": MARKS[1]})
        )
    with raw(path) as connection:
        sealed = [row[0] for row in connection.execute("SELECT projection FROM interviews")]
        sealed += [row[0] for row in connection.execute("SELECT payload FROM events")]
    assert len(set(sealed)) == len(sealed) == 42


def test_neither_an_error_nor_a_log_line_repeats_what_was_typed(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def clash(tx: Transaction) -> None:
        tell_everything(tx)
        tx._connection.exec_driver_sql("INSERT INTO meta VALUES ('product', ?)", (MARKS[0],))

    with pytest.raises(Exception, match="UNIQUE constraint failed") as caught:
        store.run(clash)
    assert MARKS[0] not in str(caught.value)
    assert MARKS[0] not in caplog.text
    with pytest.raises(TypeError) as refused:
        store.run(lambda tx: begin(tx, tx.create_case("K7F-2M9"), projection={MARKS[0]: object()}))
    assert MARKS[0] not in str(refused.value)


def test_records_do_not_show_their_payload_in_a_repr(store: Store) -> None:
    interview_id = store.run(tell_everything)
    records: list[object] = [
        store.run(lambda tx: tx.interview(interview_id)),
        *store.run(lambda tx: tx.events(interview_id)),
        *store.run(lambda tx: tx.undelivered(None, "terminal")),
        *store.run(lambda tx: tx.proposals(interview_id)),
        Event("answered", {"text": MARKS[0]}),
        Outgoing("terminal", {"text": MARKS[0]}),
    ]
    for mark in MARKS:
        assert mark not in repr(records)
