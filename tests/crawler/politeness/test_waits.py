"""How long a host is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.waits import LONGEST_PAUSE_S, Trouble, parse_retry_after

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3", 3), ("3600", 3600), ("1000000000", 86400), ("9" * 400, 86400), ("0", 0), ("Wed, 04 Mar 2026 12:00:30 GMT", 30),
        ("Wed, 04 Mar 2026 11:00:00 GMT", 0), ("Wed, 04 Mar 2099 12:00:00 GMT", 86400), ("", None), ("soon", None), ("-5", None),
        ("3.5", None), ("٣", None), ("Wed, 99 Foo 2026 99:99:99 GMT", None),
    ],
)  # fmt: skip
def test_a_wish_is_read_and_capped_at_a_day(said: str, seconds: float | None) -> None:
    assert parse_retry_after(said, NOW) == seconds


@given(st.text(max_size=40))
def test_no_wish_breaks_it(said: str) -> None:
    found = parse_retry_after(said, NOW)
    assert found is None or 0 <= found <= 86400


def test_a_host_that_fails_again_and_again_gets_longer_and_longer_pauses_up_to_an_hour() -> None:
    trouble, pauses = Trouble(), []
    for _ in range(12):
        trouble.note(NOW)
        pauses.append((trouble.until - NOW) if trouble.until else None)

    assert pauses[:4] == [None, None, timedelta(seconds=60), timedelta(seconds=120)]
    assert pauses[-1] == timedelta(seconds=LONGEST_PAUSE_S)
