"""One worker: a crawler of its own, shards from the queue, a sender; and the schedule while it leads. Touches processes and the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor import __version__
from monitor.config import load_config
from monitor.crawl import Crawler, supervise
from monitor.dispatch import Dispatch
from monitor.errors import ConfigError, StoreAway, StoreError
from monitor.logs import Form, start_logs
from monitor.model import Config
from monitor.reprocess import Bench, do_part
from monitor.store import Store, learned, open_store, presence
from monitor.store.clock import read_clock
from monitor.workers.duties import Duties
from monitor.workers.lead import Lead
from monitor.workers.queue import Queue, prepare_queue
from monitor.workers.sender import run_sender
from monitor.workers.shift import Shift

log = logging.getLogger("diplowatch")

BEAT_S = 5.0
REST_S = 2.0  # after the queue failed
AGAIN_S = 5.0  # between looks for a database that does not answer
SAY_S = 60.0  # how often that is said
STOP_S = 9.0  # all must have ended; a supervisor such as systemd kills later


@dataclass(slots=True)
class Worker:
    """What runs. `config` is replaced as a whole; `fits` while it is the one in force."""

    name: str
    folder: str
    store: Store
    config: Config
    dispatch: Dispatch
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    fits: asyncio.Event = field(default_factory=asyncio.Event)
    ahead: timedelta = timedelta(0)  # the database's clock before ours
    strange: str = ""  # the last version in force that was not its own
    problem: str = ""  # why it ended by itself

    def now(self) -> datetime:
        """The time by the database's clock."""
        return datetime.now(UTC) + self.ahead


def run_worker(folder: str, db: str, *, name: str, shards: int, level: str, form: Form | None = None) -> None:
    """Works until SIGTERM or SIGINT, then ends within 10 s. `shards`: held at a time.

    Raises: ConfigError; StoreError when the database refuses it, or is not PostgreSQL.
    """
    start_logs(level, form)
    for noisy in ("procrastinate", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    config = load_config(folder)
    store = wait_for_store(db, time.sleep)
    if store.is_sqlite:
        raise StoreError(
            f"{db}: workers need PostgreSQL: `diplowatch copy` moves this database there; alone: `diplowatch run`"
        )
    name = name or f"{socket.gethostname()}-{os.getpid()}"
    presence.enter(store, name, os.getpid(), __version__, config.version)
    prepare_queue(store)
    worker = Worker(name, folder, store, config, Dispatch(store, config))
    asyncio.run(_run(worker, db, shards))
    if worker.problem:
        raise StoreError(worker.problem)


def wait_for_store(url: str, rest: Callable[[float], None]) -> Store:
    """Opens the database; one that does not answer is waited for, and that is said. Raises: StoreError for whatever else."""
    said = -SAY_S
    while True:
        try:
            return open_store(url)
        except StoreAway as error:
            if time.monotonic() - said >= SAY_S:
                said = time.monotonic()
                log.warning("%s; trying again every %.0f s", error, AGAIN_S)
            rest(AGAIN_S)


async def _run(worker: Worker, db: str, shards: int) -> None:
    queue = Queue(db)
    async with queue.app.open_async():  # its pool finds back to a database that was away
        await _work(worker, queue, db, shards)


async def _work(worker: Worker, queue: Queue, db: str, shards: int) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop.set)
    queue.on_shard(lambda shard: Shift(worker.store, worker.name, shard, worker.stop).work())
    bench = Bench(worker.store, worker.config)

    async def work_part(rerun: int, step: str, first: int) -> None:
        bench.config = worker.config
        await asyncio.to_thread(do_part, bench, rerun, step, first, worker.now())

    queue.on_part(work_part)
    duties = Duties(worker.store, worker.dispatch, queue, worker.now, lambda: worker.config, loop)
    lead = Lead(worker.store, duties.change)
    ended = threading.Event()
    sender = threading.Thread(
        target=run_sender, args=(worker.store, worker.dispatch, worker.name, ended, worker.now), daemon=True
    )
    sender.start()
    crawler = Crawler(config=worker.folder, db=db, worker=worker.name)
    tasks = [
        asyncio.create_task(lead.run(worker.stop), name="lead"),
        asyncio.create_task(_beat_for_ever(worker), name="beat"),
        asyncio.create_task(_work_for_ever(worker, queue, shards), name="queue"),
        asyncio.create_task(supervise(crawler, worker.store, worker.stop, lambda: datetime.now(UTC)), name="crawler"),
    ]
    log.info("%s: at work with diplowatch %s, %d shards at a time", worker.name, __version__, shards)
    await worker.stop.wait()
    log.info("ending")
    ended.set()
    await asyncio.wait(tasks, timeout=STOP_S)
    await asyncio.to_thread(sender.join, 2)
    with contextlib.suppress(StoreError):
        await asyncio.to_thread(presence.leave, worker.store, worker.name)
    worker.store.close()
    log.info("ended")


async def _work_for_ever(worker: Worker, queue: Queue, shards: int) -> None:
    """Takes jobs while its configuration is the one in force; a lost database is tried again."""
    while not worker.stop.is_set():
        await _first(worker.fits, worker.stop)
        if worker.stop.is_set():
            return
        try:
            await _take_jobs(worker, queue, shards)
        except Exception as error:  # whatever the engine stumbles over, it begins anew
            log.error("queue: %s", str(error).splitlines()[0] if str(error) else type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker.stop.wait(), REST_S)


async def _take_jobs(worker: Worker, queue: Queue, shards: int) -> None:
    job = asyncio.create_task(queue.work(name=worker.name, concurrency=shards))
    stopped = asyncio.create_task(worker.stop.wait())
    try:
        while worker.fits.is_set() and not job.done() and not stopped.done():
            await asyncio.wait({job, stopped}, timeout=1, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        if not job.done():
            job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await job


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _beat_for_ever(worker: Worker) -> None:
    """A heartbeat, the clock, the configuration."""
    while not worker.stop.is_set():
        try:
            await asyncio.to_thread(_beat, worker)
        except StoreAway as error:
            log.error("%s", error)
        except StoreError as error:
            worker.problem = str(error)
            worker.stop.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker.stop.wait(), 1.0 if not worker.fits.is_set() else BEAT_S)


def _beat(worker: Worker) -> None:
    with worker.store.read() as connection:
        worker.ahead = read_clock(connection) - datetime.now(UTC)
        in_force = learned.load_meta(connection, "config_version")
    presence.beat(worker.store, worker.name, os.getpid(), __version__, worker.config.version)
    if in_force != worker.config.version:
        _read_again(worker)
    if in_force == worker.config.version:
        if not worker.fits.is_set():
            log.info("%s: configuration %s is in force", worker.name, in_force[:8])
        worker.fits.set()
        worker.strange = ""
    elif in_force and worker.strange != in_force:
        worker.strange = in_force
        worker.fits.clear()
        words = "its configuration is not the one in force (%s): it takes no shards until the folder is the same"
        log.warning("%s: " + words, worker.name, in_force[:8])


def _read_again(worker: Worker) -> None:
    try:
        config = load_config(worker.folder)
    except ConfigError as error:
        log.error("configuration refused: %s", error.problems[0])
        return
    if config.version != worker.config.version:
        worker.config = config
        worker.dispatch.adopt(config)
