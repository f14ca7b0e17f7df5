"""Chats: people are found without their names being kept, and the ledger forgets nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import Keyring, StorageError, Store, sqlite_url
from storage.chats import ChatRecord, Chats
from storage.crypto import MasterKey
from storage.migrations import REVISIONS
from storage.transaction import Transaction
from tests.storage.helpers import open_store, take_back

HANDLE = "4815162342"


def opened(chats: Chats, handle: str = HANDLE) -> ChatRecord:
    return chats.open("telegram", handle, role="therapist", view={"page": "home"})


def test_a_person_is_found_by_what_the_channel_calls_them(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:
        made = store.run(lambda tx: opened(tx.chats))
        assert made.handle == HANDLE
        assert store.run(lambda tx: tx.chats.find("telegram", HANDLE)) == made
        assert store.run(lambda tx: tx.chats.find("telegram", "1")) is None
        assert store.run(lambda tx: tx.chats.find("other", HANDLE)) is None
    # And by the next program too, with the key that is kept in the database.
    with open_store(path, keyring) as store:
        assert store.run(lambda tx: tx.chats.find("telegram", HANDLE)) == made


def test_no_name_and_no_number_of_a_person_stands_in_the_files(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        store.run(lambda tx: opened(tx.chats))
        store.run(lambda tx: tx.chats.receive("telegram:1", {"from": HANDLE}))
    for file in path.parent.iterdir():
        assert HANDLE.encode() not in file.read_bytes()


def test_another_master_key_is_refused_for_the_chats_alone_too(
    path: Path, keyring: Keyring
) -> None:
    with open_store(path, keyring) as store:
        store.run(lambda tx: opened(tx.chats))
    with pytest.raises(StorageError) as refused:
        Store.open(sqlite_url(path), Keyring(MasterKey.generate()))
    assert refused.value.code == "key_wrong"


def test_a_screen_is_due_until_the_delivery_of_that_version_settles_it(
    path: Path, keyring: Keyring
) -> None:
    def work(tx: Transaction) -> None:
        chats = tx.chats
        chat = opened(chats)
        assert chats.due("telegram") == []
        version = chats.show(chat, {"page": "help"}, due=True)
        assert version == chat.version + 1
        (due,) = chats.due("telegram")
        assert (due.version, due.view, due.due) == (version, {"page": "help"}, True)
        chats.settle(chat.id, {"page": "help", "messages": [1]}, done=False)
        assert chats.due("telegram")[0].view == {"page": "help", "messages": [1]}
        chats.settle(chat.id, {"page": "help"}, done=True)
        assert chats.due("telegram") == []
        version = chats.show(chat, {}, due=True)
        chats.arrived(chat.id, version - 1)
        assert len(chats.due("telegram")) == 1
        chats.arrived(chat.id, version)
        assert chats.due("telegram") == []
        chats.show(chat, {}, due=True)
        chats.block(chat.id, blocked=True)
        assert chats.due("telegram") == []
        chats.block(chat.id, blocked=False)
        assert len(chats.due("telegram")) == 1

    with open_store(path, keyring) as store:
        store.run(work)


def test_a_delivery_of_before_does_not_settle_what_a_change_about_people_asks_for(
    path: Path, keyring: Keyring
) -> None:
    def work(tx: Transaction) -> None:
        person = tx.people.add("therapist")
        chat = tx.chats.bind("telegram", HANDLE, person.id, view={"page": "home"})
        shown = tx.chats.show(chat, {"page": "hers"}, due=True)
        tx.people.set_role(person.id, "admin")
        tx.chats.arrived(chat.id, shown)
        (due,) = tx.chats.due("telegram")
        tx.chats.arrived(chat.id, due.version)
        assert tx.chats.due("telegram") == []

    with open_store(path, keyring) as store:
        store.run(work)


def test_the_ledger_of_messages(path: Path, keyring: Keyring) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        chats = tx.chats
        chat, other = opened(chats), opened(chats, "2")
        for hours, number in ((0, 5), (1, 9), (2, 7)):
            chats.note(chat.id, number, ours=number == 9, sent_at=start + timedelta(hours=hours))
        chats.note(chat.id, 5, ours=True)  # noted before, and stays as it was
        chats.note(other.id, 5, ours=True, sent_at=start + timedelta(hours=9))
        kept = chats.messages(chat.id)
        assert [(item.number, item.ours) for item in kept] == [(5, False), (7, False), (9, True)]
        later = start + timedelta(hours=1, minutes=30)
        found = chats.chats_with_messages_before("telegram", later)
        assert [item.id for item in found] == [chat.id]
        chats.block(chat.id, blocked=True)
        assert chats.chats_with_messages_before("telegram", later) == []
        chats.block(chat.id, blocked=False)
        chats.gone(chat.id, [9, 1000])
        assert chats.refused(chat.id, [5, 1000]) == 1
        assert chats.refused(chat.id, [5]) == 0
        assert [item.refused for item in chats.messages(chat.id)] == [True, False]
        assert chats.chats_with_messages_before("telegram", later) == []

    with open_store(path, keyring) as store:
        store.run(work)


def test_the_inbox_keeps_an_update_once_and_in_order(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:

        def receive(tx: Transaction) -> None:
            for number in (1, 2, 1):
                tx.chats.receive(f"t:{number}", {"n": number})

        store.run(receive)
        assert [item.payload["n"] for item in store.run(lambda tx: tx.chats.received())] == [1, 2]
        store.run(lambda tx: tx.chats.handled("t:1"))
        assert [item.update_key for item in store.run(lambda tx: tx.chats.received())] == ["t:2"]


def test_a_therapists_cases_are_their_own(path: Path, keyring: Keyring) -> None:
    with open_store(path, keyring) as store:

        def work(tx: Transaction) -> None:
            one, other = opened(tx.chats), opened(tx.chats, "2")
            first = tx.create_case(tx.unused_code(), therapist_id=one.person_id)
            tx.create_case(tx.unused_code(), therapist_id=other.person_id)
            second = tx.create_case(tx.unused_code(), therapist_id=one.person_id)
            assert set(tx.people.cases_of(one.person_id)) == {first, second}

        store.run(work)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_database_of_an_earlier_version_is_brought_to_this_one(
    path: Path, keyring: Keyring, revision: str
) -> None:
    with open_store(path, keyring) as store:
        case = store.run(lambda tx: tx.create_case("K7F-2M9"))
    take_back(path, revision)
    with open_store(path, keyring) as store:
        assert store.run(lambda tx: tx.case(case)).code == "K7F-2M9"
        assert store.run(lambda tx: opened(tx.chats)).handle == HANDLE
