"""Quiet hours, on the days when the clock is changed too."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quiet_hours import QuietHours, read_quiet_hours

HOURS = QuietHours()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-24 20:59", "2026-11-24 20:59"),
        ("2026-11-24 21:00", "2026-11-25 08:00"),
        ("2026-11-25 02:00", "2026-11-25 08:00"),
        ("2026-11-25 07:59", "2026-11-25 08:00"),
        # The clock goes forward in the night of 28 to 29 March 2026, back on 25 October.
        ("2026-03-28 23:30", "2026-03-29 08:00"),
        ("2026-03-29 03:30", "2026-03-29 08:00"),
        ("2026-10-24 23:30", "2026-10-25 08:00"),
        ("2026-10-25 02:30", "2026-10-25 08:00"),
    ],
)
def test_what_falls_in_quiet_hours_waits_for_their_end(moment: str, allowed: str) -> None:
    assert HOURS.next_allowed(local(moment)) == local(allowed).astimezone(UTC)


def test_the_second_of_two_same_hours_is_quiet_too() -> None:
    for fold in (0, 1):
        moment = local("2026-10-25 02:30").replace(fold=fold)
        assert HOURS.next_allowed(moment) == local("2026-10-25 08:00").astimezone(UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
    st.times().map(lambda item: item.replace(second=0, microsecond=0)),
    st.times().map(lambda item: item.replace(second=0, microsecond=0)),
    st.sampled_from(["Europe/Amsterdam", "America/Curacao", "Australia/Lord_Howe", "UTC"]),
)
def test_what_is_allowed_is_soon_and_never_quiet(
    moment: datetime, start: time, end: time, zone: str
) -> None:
    hours = QuietHours(start, end, zone)
    aware = moment.replace(tzinfo=UTC)
    allowed = hours.next_allowed(aware)
    assert allowed >= aware
    assert allowed - aware <= timedelta(hours=26)
    if hours.are_at(aware):
        assert not hours.are_at(allowed) or start == end
    else:
        assert allowed == aware


def test_hours_are_read_as_they_are_written() -> None:
    assert read_quiet_hours("22:30 - 07:15", "Europe/Amsterdam") == QuietHours(
        time(22, 30), time(7, 15)
    )
    assert read_quiet_hours("13:00-14:00", "UTC").are_at(datetime(2026, 1, 1, 13, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hours", "zone"),
    [("21:00", "UTC"), ("later-08:00", "UTC"), ("21:00-08:00", "Europe/Nowhere"), ("", "UTC")],
)
def test_anything_else_is_refused(hours: str, zone: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for developers
        read_quiet_hours(hours, zone)
