"""A fake server, and a bot against it by polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.running import Running, running


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def polling(telegram: FakeTelegram, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(telegram, tmp_path / "volgorde.db") as found:
        yield found


@pytest.fixture(params=["polling", "webhook"])
async def either(
    request: pytest.FixtureRequest, telegram: FakeTelegram, tmp_path: Path
) -> AsyncIterator[Running]:
    """The bot both ways, one after the other."""
    webhook = request.param == "webhook"
    async with running(telegram, tmp_path / "volgorde.db", webhook=webhook) as found:
        yield found
