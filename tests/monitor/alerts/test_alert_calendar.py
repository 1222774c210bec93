"""Holidays and weekly appointments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import DAYS, find_weekly, quiet_until
from monitor.model import QuietHours

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("2026-12-24T21:00", None),
        ("2026-12-24T22:30", "2026-12-27T07:00"),  # night, two holidays, night
        ("2026-12-25T12:00", "2026-12-27T07:00"),
        ("2026-12-26T23:59", "2026-12-27T07:00"),
        ("2026-12-27T07:00", None),
    ],
)
def test_holidays_are_quiet_from_midnight_to_midnight_and_join_the_nights_around_them(
    clock: str, until: str | None
) -> None:
    zone = ZoneInfo("Europe/Brussels")
    quiet = QuietHours(
        start=time(22), end=time(7), zone="Europe/Brussels", holidays=(date(2026, 12, 25), date(2026, 12, 26))
    )
    found = quiet_until(quiet, datetime.fromisoformat(clock).replace(tzinfo=zone).astimezone(UTC))
    assert found == (until and datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC))


@given(hours=st.integers(0, 24 * 400), clock=st.times(), day=st.sampled_from(DAYS))
def test_a_weekly_appointment_lies_within_the_last_week_on_its_day(hours: int, clock: time, day: str) -> None:
    now = NOW + timedelta(hours=hours)
    at = find_weekly(day, clock.replace(tzinfo=None), "Europe/Brussels", now)
    assert at <= now < at + timedelta(days=7, hours=1)
    assert DAYS[at.astimezone(ZoneInfo("Europe/Brussels")).weekday()] == day
