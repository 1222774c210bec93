"""The schedule wakes us, whatever fails in between."""

from __future__ import annotations

import asyncio
import logging

import pytest

from monitor.schedule import Schedule


def test_an_action_that_fails_is_logged_and_called_again(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise ValueError("broken")

    async def play() -> None:
        schedule = Schedule()
        schedule.every(0.05, "failing", fail)
        schedule.start()
        while len(calls) < 2:
            await asyncio.sleep(0.01)
        schedule.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(asyncio.wait_for(play(), 20))
    assert "failing: ValueError: broken" in caplog.text
