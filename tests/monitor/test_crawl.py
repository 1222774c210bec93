"""The worker is watched: a dead, hung or fat one is replaced, and all end together."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor import crawl
from monitor.crawl import Crawler, fetch_probe, find_fault, supervise
from monitor.errors import FetchError
from monitor.store import Store, ledger, schema

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Script(Crawler):
    """Runs a piece of Python in place of Scrapy."""

    code = ""

    def command(self, spider: str, *words: str) -> list[str]:
        return [sys.executable, "-c", self.code, spider, *words]


def make(code: str, tmp_path: Path) -> Crawler:
    kind = type("Play", (Script,), {"code": code})
    return kind(config=str(tmp_path), db=f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.parametrize(
    ("seen", "rss_mb", "started", "why"),
    [
        (NOW - timedelta(seconds=20), 90, NOW - timedelta(hours=1), ""),
        (NOW - timedelta(seconds=61), 90, NOW - timedelta(hours=1), "no heartbeat"),
        (None, 0, NOW - timedelta(seconds=30), ""),
        (None, 0, NOW - timedelta(seconds=90), "no heartbeat"),
        (NOW, 5000, NOW - timedelta(hours=1), "MB of memory"),
        (NOW, 90, NOW - timedelta(hours=25), "a day old"),
    ],
)
def test_a_worker_is_recycled_when_it_hangs_grows_or_is_old(
    sqlite_store: Store, seen: datetime | None, rss_mb: int, started: datetime, why: str
) -> None:
    if seen is not None:
        ledger.beat(sqlite_store, "crawler", 7, seen, rss_mb=rss_mb)
    found = find_fault(sqlite_store, 7, NOW, started)
    assert why in found
    assert bool(found) == bool(why)


def test_a_heartbeat_of_another_worker_does_not_count(sqlite_store: Store) -> None:
    ledger.beat(sqlite_store, "crawler", 8, NOW)
    assert "no heartbeat" in find_fault(sqlite_store, 7, NOW, NOW - timedelta(minutes=5))


def test_a_dead_worker_is_started_again(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl, "SHORTEST_PAUSE_S", 0.01)
    monkeypatch.setattr(crawl, "LONGEST_PAUSE_S", 0.05)
    mark = tmp_path / "starts"
    crawler = make(f"open({str(mark)!r}, 'a').write('x')", tmp_path)

    async def play() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(supervise(crawler, sqlite_store, stop, lambda: datetime.now(UTC)))
        while not mark.exists() or len(mark.read_text()) < 3:
            await asyncio.sleep(0.02)
        stop.set()
        await task

    asyncio.run(asyncio.wait_for(play(), 60))
    assert len(mark.read_text()) >= 3


def test_a_worker_that_ignores_the_signal_is_killed(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "STOP_S", 0.3)
    mark = tmp_path / "pid"
    code = f"import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    crawler = make(code, tmp_path)

    async def play() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(supervise(crawler, sqlite_store, stop, lambda: datetime.now(UTC)))
        while not mark.exists() or not mark.read_text():
            await asyncio.sleep(0.02)
        stop.set()
        await task

    asyncio.run(asyncio.wait_for(play(), 60))
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_a_probe_that_says_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="the last words"):
        fetch_probe(make("import sys; sys.exit('the last words')", tmp_path), "url=https://e.example/")


def test_a_probe_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no answer"):
        fetch_probe(make("import time; time.sleep(60)", tmp_path), "url=https://e.example/", timeout_s=0.5)


def test_a_worker_row_keeps_one_line_a_process(sqlite_store: Store) -> None:
    for second in range(3):
        ledger.beat(sqlite_store, "crawler", 7, NOW + timedelta(seconds=second))
    with sqlite_store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.worker)).scalar_one() == 1
    assert ledger.find_process(sqlite_store, "crawler") == 7
