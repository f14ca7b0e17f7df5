"""Running the bot: what it refuses, how it stops, what it logs, what it tells those who run it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.cli import main
from bot.speech import Voices
from bot.telegram.pace import Pace
from bot.telegram.run import prepare
from bot.telegram.turn import House
from storage.crypto import MasterKey
from storage.database import sqlite_url
from storage.migrate import upgrade
from tests.telegram_api.fake import TOKEN, FakeTelegram
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import free_port

ROOT = Path(__file__).parents[2]


def test_what_turns_look_up_is_read_before_the_first(tmp_path: Path) -> None:
    class Counted(Voices):
        runs = 0

        def _run(self, *options: str, given: bytes = b"") -> bytes:
            self.runs += 1
            return b"Pty Language\n 5 nl" if options and not given else b""

    voices = Counted(tmp_path, tmp_path / "cache", engine="true")
    prepare(House(voices=voices))
    assert voices.runs == 1
    assert voices.can_say("nl", "question.food_secure.mother")
    assert voices.runs == 1


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """What the bot needs to run here."""
    kept = {name: value for name, value in os.environ.items() if "VOLGORDE" not in name}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "LANG": "nl_NL.UTF-8",
        "HOME": str(tmp_path),
        "VOLGORDE_DATABASE_URL": sqlite_url(tmp_path / "volgorde.db"),
        "VOLGORDE_MASTER_KEY": MasterKey(bytes(range(32))).text(),
        "VOLGORDE_TELEGRAM_TOKEN": TOKEN,
    }


@pytest.fixture
def migrated(settings: dict[str, str]) -> dict[str, str]:
    upgrade(settings["VOLGORDE_DATABASE_URL"])
    return settings


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", "telegram", *arguments]


@pytest.mark.parametrize(
    ("changed", "arguments", "named"),
    [
        ({"VOLGORDE_TELEGRAM_TOKEN": ""}, (), "VOLGORDE_TELEGRAM_TOKEN"),
        ({"VOLGORDE_MASTER_KEY": ""}, (), "VOLGORDE_MASTER_KEY"),
        ({"VOLGORDE_MASTER_KEY": "short"}, (), "VOLGORDE_MASTER_KEY"),
        ({"VOLGORDE_OPEN_THERAPISTS": "1"}, (), "VOLGORDE_OPEN_THERAPISTS"),
        (
            {"VOLGORDE_OPEN_THERAPISTS": "1", "VOLGORDE_TELEGRAM_API": "http://10.0.0.1:8081"},
            (),
            "VOLGORDE_OPEN_THERAPISTS",
        ),
        ({"VOLGORDE_OPEN_THERAPISTS": "perhaps"}, (), "VOLGORDE_OPEN_THERAPISTS"),
        ({"VOLGORDE_TELEGRAM_API": "telegram"}, (), "VOLGORDE_TELEGRAM_API"),
        (
            {},
            ("--webhook", "https://example.org/x", "--listen", "127.0.0.1:1"),
            "VOLGORDE_TELEGRAM_WEBHOOK_SECRET",
        ),
        (
            {"VOLGORDE_TELEGRAM_WEBHOOK_SECRET": "s"},
            ("--webhook", "https://example.org/x"),
            "--listen",
        ),
        ({"VOLGORDE_TELEGRAM_WEBHOOK_SECRET": "s"}, ("--listen", "127.0.0.1:1"), "--webhook"),
        ({}, ("--status", "here"), "--status"),
    ],
)
def test_the_bot_refuses_to_start_and_names_the_setting(
    changed: dict[str, str],
    arguments: tuple[str, ...],
    named: str,
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in os.environ:
        if name.startswith("VOLGORDE"):
            monkeypatch.delenv(name)
    for name, value in {**settings, **changed}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(settings["HOME"])
    monkeypatch.setattr(sys, "argv", ["volgorde", "telegram", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert named in said
    assert TOKEN not in said


def test_a_database_that_was_not_migrated_is_refused(settings: dict[str, str]) -> None:
    done = subprocess.run(
        command(), env=settings, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "volgorde migrate" in done.stderr
    assert done.stderr.count("\n") == 1


async def test_an_unknown_token_is_one_line(
    telegram: FakeTelegram, migrated: dict[str, str]
) -> None:
    settings = {
        **migrated,
        "VOLGORDE_TELEGRAM_API": telegram.url,
        "VOLGORDE_TELEGRAM_TOKEN": "2:other",
    }
    bot = await asyncio.create_subprocess_exec(
        *command(), env=settings, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(bot.communicate(), 60)
    assert bot.returncode == 2
    assert "VOLGORDE_TELEGRAM_TOKEN" in said.decode().splitlines()[-1]
    assert "2:other" not in said.decode()


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_day_of_the_bot(
    telegram: FakeTelegram, migrated: dict[str, str], *, webhook: bool
) -> None:
    """From start to SIGTERM, with health, figures, and a log that gives nothing away."""
    listen, status = free_port(), free_port()
    settings = {
        **migrated,
        "VOLGORDE_TELEGRAM_API": telegram.url,
        "VOLGORDE_OPEN_THERAPISTS": "1",
        "VOLGORDE_TELEGRAM_WEBHOOK_SECRET": "s",
    }
    arguments = ["--status", f"127.0.0.1:{status}"]
    if webhook:
        arguments += ["--webhook", f"http://127.0.0.1:{listen}/h"]
        arguments += ["--listen", f"127.0.0.1:{listen}"]
    bot = await asyncio.create_subprocess_exec(
        *command(*arguments), env=settings, stderr=asyncio.subprocess.PIPE
    )
    phone = Phone(telegram, 7)
    await phone.send("/start", settle=False)
    await until(telegram, lambda: "Nieuw: volledig" in phone.labels)
    await phone.press("Nieuw: volledig", settle=False)
    await until(telegram, lambda: "Beginnen" in phone.labels)
    await phone.press("Beginnen", settle=False)
    await until(telegram, lambda: "gevaar" in phone.screen())
    await phone.send("Geheime woorden", settle=False)
    await until(telegram, lambda: "typ precies" in phone.screen())
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{status}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with session.get(f"http://127.0.0.1:{status}/metrics") as answer:
            assert 'volgorde_updates_total{did="pressed"} 2.0' in await answer.text()
    bot.send_signal(signal.SIGTERM)
    _, said = await asyncio.wait_for(bot.communicate(), 60)
    assert bot.returncode == 0
    log = said.decode()
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events[0] == "started"
    assert events[-1] == "stopped"
    assert events.count("update handled") == 4
    for secret in (TOKEN, "Fatima", "Geheim", "fatima", "woorden", "gevaar", telegram.url):
        assert secret not in log
    assert telegram.refused == []


async def until(telegram: FakeTelegram, holds: object) -> None:
    assert callable(holds)
    async with asyncio.timeout(30), telegram.changed:
        await telegram.changed.wait_for(lambda: bool(holds()))


def test_the_pace_lets_a_burst_go_and_then_one_a_second() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0], overall=30, per_chat=1, burst=3)
    assert [pace.wait(1) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert pace.wait(2) == 0
    now[0] = 10.0
    assert pace.wait(1) == 0


def test_the_pace_for_all_together_is_thirty_a_second() -> None:
    pace = Pace(lambda: 0.0, overall=30, per_chat=1, burst=3)
    waits = [pace.wait(chat) for chat in range(60)]
    assert waits[:30] == [0.0] * 30
    assert waits[59] == pytest.approx(1.0)


def test_a_server_of_ones_own_has_no_pace() -> None:
    pace = Pace(lambda: 0.0, overall=0)
    assert {pace.wait(1) for _ in range(100)} == {0.0}
