"""A worker's shift at one shard: take it, keep it while its crawler polls what is due, leave it. Touches the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field

from monitor.errors import StoreError
from monitor.store import Store, shards

log = logging.getLogger(__name__)

LEASE_S = 15.0  # a worker that dies, or is stopped, loses its shards after so long
LOOK_S = 1.0  # between two looks; a third of the lease at most
IDLE_S = 2.0  # nothing due and nothing under way for so long ends the shift
SHIFT_S = 300.0  # then others may have it, so that shards go round


@dataclass(slots=True)
class Shift:
    """One shard held by this worker."""

    store: Store
    worker: str
    shard: str
    stop: asyncio.Event
    epoch: int = 0
    began: float = field(default_factory=time.monotonic)
    busy: float = field(default_factory=time.monotonic)  # when there was work last

    async def work(self) -> None:
        """Ends when there is no more to do, when the shard is another's, or when the worker is to stop."""
        epoch = await asyncio.to_thread(shards.take_shard, self.store, self.shard, self.worker, LEASE_S)
        if epoch is None:
            return
        self.epoch = epoch
        log.debug("%s: taken, epoch %d", self.shard, epoch)
        try:
            while not self.stop.is_set() and await self._look():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stop.wait(), LOOK_S)
        finally:
            with contextlib.suppress(StoreError):
                await asyncio.to_thread(shards.leave_shard, self.store, self.shard, self.worker, epoch)

    async def _look(self) -> bool:
        """False when the shift is over."""
        now = time.monotonic()
        is_ending = now - self.began > SHIFT_S
        try:
            kept = await asyncio.to_thread(self._keep, is_ending)
            if not kept:
                log.warning("%s: another worker took it; what was under way there is dropped", self.shard)
                return False
            due, polled = await asyncio.to_thread(shards.count_work, self.store, self.shard)
        except StoreError as error:
            log.error("%s: %s", self.shard, error)
            return True  # whether it is still ours, the next look says
        if is_ending:
            return polled > 0
        if due or polled:
            self.busy = now
        return now - self.busy < IDLE_S

    def _keep(self, is_ending: bool) -> bool:
        return shards.keep_shard(self.store, self.shard, self.worker, self.epoch, LEASE_S, ending=is_ending)
