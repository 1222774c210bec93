"""Times as a person writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from monitor.cli.options import Since, Until


@pytest.mark.parametrize(
    ("text", "span"), [("24h", timedelta(hours=24)), ("30d", timedelta(days=30)), ("15m", timedelta(minutes=15))]
)
def test_a_span_counts_from_now(text: str, span: timedelta) -> None:
    now = datetime.now(UTC)
    assert abs(now - span - Since().convert(text, None, None)) < timedelta(seconds=5)
    assert abs(now + span - Until().convert(text, None, None)) < timedelta(seconds=5)


def test_a_time_without_zone_is_utc() -> None:
    assert Since().convert("2026-11-25T07:00", None, None) == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert Since().convert("2026-11-25T07:00+02:00", None, None) == datetime(2026, 11, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "", "24x", "-3h"])
def test_anything_else_is_a_wrong_word(text: str) -> None:
    with pytest.raises(click.UsageError, match="no time"):
        Since().convert(text, None, None)


@pytest.mark.parametrize("text", ["99999999999d", "9" * 5000 + "d", "0001-01-01T00:00+14:00", "²d", "3"])
@pytest.mark.parametrize("kind", [Since(), Until()], ids=["since", "until"])
def test_a_span_that_reaches_beyond_all_calendars_is_no_time(kind: Since, text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time"):
        kind.convert(text, None, None)
