"""The days that an export is about, as they are counted where the house stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.export.errors import refused
from flows.messages import message


@dataclass(frozen=True, slots=True)
class Period:
    """From one day up to and including another; None where there is no end to it."""

    first: date | None
    last: date | None
    zone: tzinfo

    def has(self, moment: datetime) -> bool:
        """Whether a moment is in it."""
        day = self.day(moment)
        return (self.first or day) <= day <= (self.last or day)

    def day(self, moment: datetime) -> date:
        """Return the day on which a moment was."""
        return moment.astimezone(self.zone).date()


def period(first: datetime | None, last: datetime | None, zone: tzinfo) -> Period:
    """Make a period of what was typed. Raises ExportError where it ends before it begins."""
    if first is not None and last is not None and first > last:
        allowed = message("export.allowed.period", last=last.date().isoformat())
        raise refused("--from", first.date().isoformat(), allowed)
    return Period(first and first.date(), last and last.date(), zone)
