"""A family with a signed-off proposal and a plan that was shared, and reports about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.report import Audience, Report, case_report, report_pdf
from bot.report.demonstration import clock, demonstrate
from bot.service import Service
from flows.protocol import Protocol
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store

MADE = datetime(2026, 11, 28, 15, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))


@dataclass
class Family:
    """The demonstration's family in a database of its own."""

    folder: Path
    key: MasterKey = field(default_factory=MasterKey.generate)

    def __post_init__(self) -> None:
        self.clock: Callable[[], datetime] = clock()
        self.store = Store.open(self.url, Keyring(self.key), clock=self.clock)
        self.service = self.under(VOORSTUDIE_CORE)
        self.case_id = demonstrate(self.store, self.service)
        self._pdfs: dict[tuple[str, Audience], bytes] = {}

    @property
    def url(self) -> str:
        return sqlite_url(self.folder / "family.db")

    @property
    def settings(self) -> dict[str, str]:
        return {"VOLGORDE_DATABASE_URL": self.url, "VOLGORDE_MASTER_KEY": self.key.text()}

    def under(self, protocol: Protocol) -> Service:
        return Service(self.store, protocol, channel="test", clock=self.clock)

    def report(
        self, language: str, audience: Audience = Audience.FILE, service: Service | None = None
    ) -> Report:
        return self.store.run(
            lambda transaction: case_report(
                service or self.service,
                transaction,
                self.case_id,
                language=language,
                audience=audience,
                clock=lambda: MADE,
            )
        )

    def pdf(self, language: str, audience: Audience = Audience.FILE) -> bytes:
        """The PDF; drawn once."""
        key = (language, audience)
        if key not in self._pdfs:
            self._pdfs[key] = report_pdf(self.report(language, audience))
        return self._pdfs[key]
