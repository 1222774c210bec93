"""What only the leading worker does: windows, health, configuration, shards on offer, stuck jobs. Touches the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from monitor.config import load_config
from monitor.dispatch import Dispatch
from monitor.errors import ConfigError
from monitor.model import Config
from monitor.schedule import Schedule
from monitor.store import Store, crawling, learned, reruns, shards
from monitor.upkeep import schedule_upkeep
from monitor.workers.queue import Queue, find_waiting

log = logging.getLogger(__name__)

OFFER_S = 1.0  # how soon a shard that is due is on offer
SWEEP_S = 5.0
PARTS_S = 2.0
PARTS = 40  # of a rerun on offer at a time
CONFIG_S = 2.0


class Duties:
    """A schedule that runs while this worker leads. Every duty may be done twice: the ledger in the store says what is due."""

    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        queue: Queue,
        now: Callable[[], datetime],
        config: Callable[[], Config],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.store, self.dispatch, self.queue, self.now, self.config, self.loop = (
            store,
            dispatch,
            queue,
            now,
            config,
            loop,
        )
        self.schedule: Schedule | None = None
        self.adopted = ""

    def change(self, leads: bool) -> None:
        """Begins or ends to lead."""
        log.info("%s", "leads: it schedules" if leads else "leads no more")
        if self.schedule is not None:
            self.schedule.stop()
            self.schedule = None
        if not leads:
            return
        self.adopted = ""
        self.schedule = schedule = Schedule()
        schedule.every(CONFIG_S, "configuration", self.adopt)
        schedule_upkeep(schedule, self.store, self.dispatch, self.now)
        schedule.every(OFFER_S, "shards", self.offer_shards)
        schedule.every(SWEEP_S, "stuck jobs", self.sweep)
        schedule.every(PARTS_S, "parts", self.offer_parts)
        schedule.start()

    def adopt(self) -> None:
        """Makes this worker's configuration the one in force: outlets, shards, its version in the store."""
        config = self.config()
        try:
            fresh = load_config(config.folder)
        except ConfigError as error:
            log.error("configuration refused, the old one stays: %s", error.problems[0])
            fresh = config
        if fresh.version == self.adopted:
            return
        crawling.sync_outlets(self.store, fresh.outlets, self.now())
        count = shards.save_shards(self.store, fresh.outlets)
        with self.store.write() as connection:
            learned.save_meta(connection, "config_version", fresh.version)
        self.adopted = fresh.version
        log.info("configuration %s in force: %d outlets in %d shards", fresh.version[:8], len(fresh.outlets), count)

    def offer_shards(self) -> None:
        """A job for each shard that is due and nobody holds."""
        with self.store.read() as connection:
            due = shards.find_due_shards(connection, self.now())
        waiting = find_waiting(self.store) if due else set()
        for shard in due:
            if shard not in waiting:
                self._run(self.queue.offer_shard(shard))

    def offer_parts(self) -> None:
        """A job for each of the next parts of the archive."""
        with self.store.read() as connection:
            ready = reruns.find_ready(connection)[:PARTS]
        for rerun, step, first in ready:
            self._run(self.queue.offer_part(rerun, step, first))

    def sweep(self) -> None:
        """Ends the jobs of the dead."""
        swept = self._run(self.queue.sweep(self.store))
        if swept:
            log.warning("%d stuck jobs ended; their shards are on offer again", swept)

    def _run(self, action: Coroutine[Any, Any, Any]) -> Any:
        """In the event loop that holds the queue's connections."""
        return asyncio.run_coroutine_threadsafe(action, self.loop).result(10)
