"""Starts the crawler as a process of its own, watches its heartbeat, starts it again. Touches processes and the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from monitor.errors import FetchError, StoreError
from monitor.store import Store, schema

log = logging.getLogger(__name__)

STALE_S = 60.0  # no heartbeat for so long: the worker hangs (DESIGN: processes)
# It begins at 135 MB; a full story window (monitor.stories.index.MOST_HELD) adds 100 to 130 MB, each outlet up to 0.6.
MEMORY_MB = 700
AGE_S = 24 * 3600.0  # recycled once a day
STOP_S = 6.0  # between SIGTERM and SIGKILL; the daemon has 10 s to end
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0  # before a new start


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawler:
    """How to start the crawler: the configuration folder and the database that it works on."""

    config: str
    db: str
    worker: str = ""  # of the worker whose shards it crawls; "" = alone on its database

    def command(self, spider: str, *words: str) -> list[str]:
        """The argument list of `scrapy crawl SPIDER …`."""
        return [sys.executable, "-m", "scrapy", "crawl", spider, *words]

    def environment(self) -> dict[str, str]:
        """What the child needs to know; secrets of channels stay out of its command line."""
        return os.environ | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "DIPLOWATCH_CONFIG": str(Path(self.config).resolve()),
            "DIPLOWATCH_DB": self.db,
            "DIPLOWATCH_PARENT_PID": str(os.getpid()),
            "DIPLOWATCH_WORKER": self.worker,
            "MALLOC_ARENA_MAX": os.environ.get(
                "MALLOC_ARENA_MAX", "2"
            ),  # glibc would keep a heap for each of 20 threads
        }


def crawl_once(crawler: Crawler, only: Sequence[str]) -> int:
    """Polls the outlets once, now, in a child process; returns its exit code."""
    words = ["-a", "once=1"] + (["-a", "only=" + ",".join(only)] if only else [])
    child = subprocess.Popen(crawler.command("outlets", *words), env=crawler.environment())
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.terminate()
        return child.wait()


def fetch_probe(crawler: Crawler, *words: str, timeout_s: float = 120.0) -> str:
    """What the probe spider prints on stdout (one JSON document).

    Raises: FetchError with the spider's last line when it printed nothing or took too long.
    """
    command = crawler.command("probe", *[word for pair in words for word in ("-a", pair)])
    try:
        done = subprocess.run(
            command, env=crawler.environment(), capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise FetchError(f"{words[0]}: no answer within {timeout_s:.0f} s") from None
    if not done.stdout.strip():
        lines = done.stderr.strip().splitlines() or ["the crawler ended without a word"]
        raise FetchError(f"{words[0]}: {lines[-1]}")
    return done.stdout


async def supervise(crawler: Crawler, store: Store, stop: asyncio.Event, now: Callable[[], datetime]) -> None:
    """Keeps one worker running until `stop`; a hung, fat or old one is recycled, a dead one started again."""
    pause = SHORTEST_PAUSE_S
    while not stop.is_set():
        child = await asyncio.create_subprocess_exec(*crawler.command("outlets"), env=crawler.environment())
        started_at = now()
        log.info("crawler: started, process %d", child.pid)
        why = await _watch(child, store, stop, now, started_at, crawler.worker)
        await _end(child)
        if stop.is_set():
            return
        lived_s = (now() - started_at).total_seconds()
        pause = SHORTEST_PAUSE_S if lived_s > 2 * LONGEST_PAUSE_S else min(2 * pause, LONGEST_PAUSE_S)
        log.warning("crawler: %s after %.0f s; starts again in %.0f s", why, lived_s, pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _watch(
    child: asyncio.subprocess.Process,
    store: Store,
    stop: asyncio.Event,
    now: Callable[[], datetime],
    started_at: datetime,
    worker: str,
) -> str:
    """Returns why the worker must end, or did; "" when all is to stop."""
    waiter, stopper = asyncio.ensure_future(child.wait()), asyncio.ensure_future(stop.wait())
    try:
        while True:
            done, _ = await asyncio.wait({waiter, stopper}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            if stopper in done:
                return ""
            if waiter in done:
                return f"ended with code {child.returncode}"
            if why := await asyncio.to_thread(find_fault, store, child.pid, now(), started_at, find_name(worker)):
                return why
    finally:
        stopper.cancel()


def find_name(worker: str) -> str:
    """The name under which a worker's crawler beats; "" = that of its process."""
    return f"crawler of {worker}" if worker else ""


def find_fault(store: Store, pid: int, now: datetime, started_at: datetime, name: str = "") -> str:
    """Why a running worker must be recycled, "" when it is well: a stale heartbeat, memory, age."""
    w = schema.worker.c
    try:
        with store.read() as connection:
            mine = w.name == name if name else sa.and_(w.kind == "crawler", w.pid == pid)
            row = connection.execute(sa.select(w.at, w.rss_mb).where(mine)).first()
    except StoreError:
        return ""  # the store's trouble is not the worker's
    last = max(row.at, started_at) if row is not None and row.at is not None else started_at
    if (now - last).total_seconds() > STALE_S:
        return f"no heartbeat since {last.astimezone(UTC):%H:%M:%S} UTC"
    if row is not None and row.rss_mb > MEMORY_MB:
        return f"{row.rss_mb} MB of memory"
    return "a day old" if (now - started_at).total_seconds() > AGE_S else ""


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)  # a stopped process would not hear the first
    try:
        await asyncio.wait_for(child.wait(), STOP_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
