"""Quiet hours: when nobody is sent anything unasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time of day to another, in a time zone; over midnight where `start` is the later."""

    start: time = time(21)
    end: time = time(8)
    zone: str = "Europe/Amsterdam"

    def are_at(self, moment: datetime) -> bool:
        """Whether it is quiet at this moment."""
        local = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def local(self, moment: datetime) -> datetime:
        """Give a moment as the clock on the wall shows it."""
        return moment.astimezone(ZoneInfo(self.zone))

    def next_allowed(self, moment: datetime) -> datetime:
        """Give this moment, or the end of the quiet hours that it falls in, in UTC."""
        if not self.are_at(moment):
            return moment.astimezone(UTC)
        zone = ZoneInfo(self.zone)
        local = moment.astimezone(zone)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        # Where the clock is set forward over the end, there is no such time: then the hour after.
        return datetime.combine(day, self.end, zone).astimezone(UTC)


def read_quiet_hours(text: str, zone: str) -> QuietHours:
    """Read hours such as `21:00-08:00`. Raises ValueError for anything else, or an unknown zone."""
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"no hours: {text!r}")
    try:
        ZoneInfo(zone)
    except (KeyError, OSError) as error:
        raise ValueError(zone) from error
    return QuietHours(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()), zone)
