"""How many updates a second the Telegram bot takes, beside a ConversationHandler bot.

Both answer the same phones of the tests' fake server in one run, in turn, several times. Ours keeps
every answer encrypted with `synchronous=FULL`; the other keeps nothing. The medians and their ratio
count, not those of one run. The shell is the least that python-telegram-bot with our HTTP costs: it
keeps nothing and weighs nothing, so no bot on that library gets past it.
`python benchmarks/telegram.py --phones 200 --turns 25` is longer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from storage.crypto import MasterKey  # noqa: E402
from storage.database import sqlite_url  # noqa: E402
from storage.migrate import upgrade  # noqa: E402
from tests.telegram_api.fake import TOKEN, FakeTelegram  # noqa: E402
from tests.telegram_api.phone import Phone  # noqa: E402

OURS, THEIRS, SHELL = "volgorde", "ConversationHandler", "shell"
OTHERS = {THEIRS: "conversation_handler.py", SHELL: "shell.py"}
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one bot; times in milliseconds, memory in MiB."""

    updates_per_second: float
    p50: float
    p95: float
    p99: float
    cpu_per_update: float
    memory: float


async def live(telegram: FakeTelegram, user: int, turns: int, took: list[float]) -> None:
    """Begin, and skip questions; the time from a press to the next screen counts."""
    phone = Phone(telegram, user)
    await phone.send("/start", settle=False)
    await changed(telegram, lambda: bool(phone.rows))
    for label in ("Nieuw: volledig", "Beginnen"):
        if label in phone.labels:
            await press(telegram, phone, label)
    for _ in range(turns):
        begun = time.perf_counter()
        await press(telegram, phone, "Overslaan")
        took.append(time.perf_counter() - begun)


async def press(telegram: FakeTelegram, phone: Phone, label: str) -> None:
    before = [item.text for item in phone.messages if item.buttons][-1]
    data = next(data for row in phone.rows for name, data in row if name == label)
    await phone.press_data(data, settle=False)
    await changed(
        telegram, lambda: [item.text for item in phone.messages if item.buttons][-1] != before
    )


async def changed(telegram: FakeTelegram, holds: object) -> None:
    assert callable(holds)
    async with telegram.changed:
        await telegram.changed.wait_for(lambda: bool(holds()))


async def run(name: str, phones: int, turns: int) -> Result:
    """Run one bot for all phones."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "volgorde.db")
        upgrade(url)
        async with FakeTelegram() as telegram:
            environment = {
                **os.environ,
                "PYTHONPATH": f"{ROOT}:{Path(__file__).parent / 'bots'}",
                "VOLGORDE_DATABASE_URL": url,
                "VOLGORDE_MASTER_KEY": MasterKey.generate().text(),
                "VOLGORDE_TELEGRAM_TOKEN": TOKEN,
                "VOLGORDE_TELEGRAM_API": telegram.url,
                "VOLGORDE_OPEN_THERAPISTS": "1",
            }
            program = (
                ["-m", "bot", "telegram"]
                if name == OURS
                # Without -P this file would be taken for the library of that name.
                else ["-P", str(Path(__file__).parent / "bots" / OTHERS[name])]
            )
            bot = await asyncio.create_subprocess_exec(
                sys.executable, *program, env=environment, stderr=asyncio.subprocess.DEVNULL
            )
            # The first one waits for the start, which does not count.
            await asyncio.wait_for(live(telegram, 1, 2, []), 60)
            cpu, begun, took = cpu_of(bot.pid), time.perf_counter(), list[float]()
            await asyncio.gather(
                *(live(telegram, 100 + number, turns, took) for number in range(phones))
            )
            seconds, used = time.perf_counter() - begun, cpu_of(bot.pid) - cpu
            updates = phones * (turns + (3 if name == OURS else 1))
            memory = int(Path(f"/proc/{bot.pid}/statm").read_text().split()[1]) * _PAGE / 2**20
            bot.send_signal(signal.SIGTERM)
            await bot.wait()
    took.sort()
    at = [took[min(len(took) - 1, int(len(took) * share))] * 1000 for share in (0.5, 0.95, 0.99)]
    return Result(updates / seconds, *at, used * 1000 / updates, memory)


def cpu_of(process: int) -> float:
    """Give the seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    results: dict[str, list[Result]] = {OURS: [], THEIRS: [], SHELL: []}
    for _ in range(given.rounds):
        for name, found in results.items():
            found.append(asyncio.run(run(name, given.phones, given.turns)))
            print(f"  {name:20} {found[-1]}")
    speed = {
        name: statistics.median(item.updates_per_second for item in found)
        for name, found in results.items()
    }
    cpu = {
        name: statistics.median(item.cpu_per_update for item in found)
        for name, found in results.items()
    }
    for name in results:
        print(f"{name:20} {speed[name]:7.0f} updates/s {cpu[name]:6.2f} ms of processor each")
    print(f"ratio of updates/s   {speed[OURS] / speed[THEIRS]:7.2f}")
    print(f"the shell's ratio    {speed[SHELL] / speed[THEIRS]:7.2f}")


if __name__ == "__main__":
    main()
