"""What people and strangers send that is no answer: kindness or silence, and nothing kept."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.telegram.webhook import SECRET_HEADER
from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import SECRET, Running, running
from tests.telegram_api.test_in_the_hand import begun

FILE = {"file_id": "f", "file_unique_id": "u"}
USER = {"id": 9, "is_bot": False, "first_name": "Ahmed"}
KINDS: dict[str, dict[str, Any]] = {
    "sticker": {
        "sticker": {
            **FILE,
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    },
    "photo": {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "kijk"},
    "voice": {"voice": {**FILE, "duration": 1}},
    "contact": {"contact": {"phone_number": "0612345678", "first_name": "Ahmed"}},
    "location": {"location": {"latitude": 52.1, "longitude": 5.1}},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_no_text_gets_a_kind_word_and_goes(kind: str, polling: Running) -> None:
    phone = await begun(polling)
    sent = await phone.send_kind(**KINDS[kind])
    assert "Choose" in phone.screen() or "Kies een knop" in phone.screen()
    assert "gevaar" in phone.screen()
    assert sent in polling.telegram.deleted[phone.user]
    await phone.press("nee")
    assert "Kies een knop" not in phone.screen()


async def test_forwarded_words_are_not_taken_for_an_answer(polling: Running) -> None:
    phone = await begun(polling)
    sent = await phone.send("nee", forward_origin={"type": "user", "date": 1, "sender_user": USER})
    assert "Doorgestuurde" in phone.screen()
    assert "gevaar" in phone.screen()
    assert sent in polling.telegram.deleted[phone.user]


async def test_an_edited_message_changes_nothing(polling: Running) -> None:
    phone = await begun(polling)
    before = phone.screen()
    await polling.telegram.push(
        {
            "edited_message": {
                "message_id": 99,
                "date": 1,
                "edit_date": 2,
                "chat": phone.chat,
                "from": phone.person,
                "text": "ja",
            }
        }
    )
    await polling.telegram.settled()
    assert phone.screen() == before


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"chat": {"id": -5, "type": "group", "title": "g"}, "text": "hoi"}},
        {"channel_post": {"chat": {"id": -6, "type": "channel", "title": "c"}, "text": "hoi"}},
        {"something_new": {"chat": {"id": 7}}},
        {"message": {"chat": "not a chat"}},
        {"message_reaction": {"nonsense": True}},
    ],
    ids=["group", "channel", "unknown kind", "malformed", "half a reaction"],
)
async def test_what_is_not_for_us_is_passed_over_in_silence(
    update: dict[str, Any], either: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = await begun(either)
    kept, calls = rows_of(either), len(either.telegram.calls)
    for body in update.values():
        if isinstance(body, dict):
            body.setdefault("message_id", 1)
            body.setdefault("date", 1)
            body.setdefault("from", USER)
    await either.telegram.push(update)
    await either.telegram.settled()
    assert len(either.telegram.calls) == calls
    assert rows_of(either) == kept
    assert "Traceback" not in capsys.readouterr().err
    await phone.press("nee")
    assert "genoeg te eten" in phone.screen()


def rows_of(running: Running) -> list[int]:
    """How much is kept of anything that comes in."""

    def work(transaction: Transaction) -> list[int]:
        connection = transaction._connection
        return [
            int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608
            for table in ("people", "chats", "chat_messages", "inbox", "events")
        ]

    return running.store.run(work)


async def test_a_very_long_text_is_refused_kindly(polling: Running) -> None:
    phone = await begun(polling, "volledig")
    while "hulpvraag" not in phone.screen().casefold():
        await phone.press("Overslaan")
    await phone.send("a" * 100_000)
    assert "100.000" in phone.screen()
    assert "hulpvraag" in phone.screen().casefold()


async def test_a_long_draft_is_shown_in_part_and_kept_whole(polling: Running) -> None:
    phone = await begun(polling, "volledig")
    while "hulpvraag" not in phone.screen().casefold():
        await phone.press("Overslaan")
    await phone.send("<b> & begin " + "woord " * 600 + "einde")
    assert "<b> & begin" in phone.screen()
    assert "[…]" in phone.screen()
    assert "einde" in phone.screen()
    assert len(phone.messages) == 1
    await phone.press("Klaar")
    await phone.send("/edit")
    assert "woord " * 550 in phone.screen()
    assert polling.telegram.refused == []


async def test_signs_that_turn_text_around_are_not_kept(polling: Running) -> None:
    phone = await begun(polling, "volledig")
    while "hulpvraag" not in phone.screen().casefold():
        await phone.press("Overslaan")
    await phone.send("rust\u202e\u200b\u2066 thuis")
    assert "rust thuis" in phone.screen()
    await phone.press("Weet ik niet")
    await phone.send("/back")
    await phone.send("\u200b\u202e")
    assert "hulpvraag" in phone.screen().casefold()


async def test_a_stranger_learns_nothing_and_leaves_nothing(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", open_therapists=False) as bot:
        stranger = bot.phone(66)
        before = rows_of(bot)
        await stranger.send("/start")
        assert "alleen voor wie is uitgenodigd" in stranger.screen()
        await stranger.send("/start")
        await stranger.press_data("abc.1")
        assert stranger.screen() == "bot: Dit gesprek is alleen voor wie is uitgenodigd."
        assert rows_of(bot) == before


async def test_a_stranger_cannot_press_somebody_elses_button(polling: Running) -> None:
    phone = await begun(polling)
    stranger = polling.phone(66)
    await stranger.press_data(phone.data("nee"))
    assert "gevaar" not in stranger.screen()
    assert "gevaar" in phone.screen()


@pytest.mark.parametrize("secret", ["", "wrong", "thé-secret"])
async def test_the_webhook_hears_nobody_without_the_secret(
    secret: str, telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", webhook=True) as bot:
        phone = Phone(telegram, 7)
        assert telegram.webhook is not None
        url = telegram.webhook[0]
        update = {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": phone.chat,
                "from": phone.person,
                "text": "/start",
            },
        }
        async with aiohttp.ClientSession() as session:
            headers = {SECRET_HEADER: secret.encode("utf-8").decode("latin-1")}
            async with session.post(url, json=update, headers=headers) as answer:
                assert answer.status == 404
                assert await answer.text() == ""
        assert rows_of(bot)[:2] == [0, 0]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 200), (b"{}", 200), (b"x" * 1_100_000, 413)],
    ids=["half", "a list", "empty", "too large"],
)
async def test_the_webhook_takes_no_nonsense(
    body: bytes, status: int, telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", webhook=True):
        assert telegram.webhook is not None
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                telegram.webhook[0], data=BytesIO(body), headers={SECRET_HEADER: SECRET}
            ) as answer,
        ):
            assert answer.status == status
