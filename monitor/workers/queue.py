"""Procrastinate's only door: jobs on the same PostgreSQL, each shard once, stuck ones swept by ourselves. Touches the database."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import make_url

from monitor.store import Store
from monitor.store.database import OURS, find_patience
from monitor.store.migrate import MIGRATION_LOCK

log = logging.getLogger(__name__)

SHARDS, PARTS = "shards", "parts"  # queues
YOUNG_S = 10  # a job that began so lately may not have taken its shard yet
# Jobs under way whose shard nobody holds, or whose worker is gone: the engine would keep them for ever, and their lock with them
# (its issue 1518: a worker that was pruned leaves jobs that its own search for stalled ones cannot find).
STUCK = """
SELECT job.id FROM procrastinate_jobs AS job
LEFT JOIN shard ON shard.slug = job.args->>'shard'
LEFT JOIN procrastinate_workers AS w ON w.id = job.worker_id AND w.last_heartbeat > now() - interval '40 seconds'
WHERE job.status = 'doing'
  AND CASE WHEN job.queue_name = 'shards' THEN shard.lease_until IS NULL OR shard.lease_until <= now() ELSE w.id IS NULL END
  AND NOT EXISTS (SELECT 1 FROM procrastinate_events AS e
                  WHERE e.job_id = job.id AND e.type = 'started' AND e.at > now() - make_interval(secs => :young))
"""
Shift = Callable[[str], Awaitable[None]]
Part = Callable[[int, str, int], Awaitable[None]]


class Queue:
    """Jobs of one database. Engine retries are not used (its issues 1599, 1543): what is undone is found due again."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        connector = procrastinate.PsycopgConnector(conninfo=plain, kwargs=find_patience(parsed), min_size=1, max_size=4)
        self.app = procrastinate.App(connector=connector)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # a job that ends twice is told with a traceback

    def on_shard(self, shift: Shift) -> None:
        """What a worker does with a shard."""
        self.app.task(name="poll-shard", queue=SHARDS)(_named_shift(shift))

    def on_part(self, part: Part) -> None:
        """What a worker does with a part of the archive."""
        self.app.task(name="rerun-part", queue=PARTS)(_named_part(part))

    async def work(self, *, name: str, concurrency: int) -> None:
        """Takes jobs until it is cancelled, or the database is gone."""
        await self.app.run_worker_async(
            queues=[SHARDS, PARTS],
            name=name,
            concurrency=concurrency,
            fetch_job_polling_interval=2.0,
            install_signal_handlers=False,
            delete_jobs="always",
            shutdown_graceful_timeout=5.0,
        )

    async def offer_shard(self, shard: str) -> None:
        """One job for a shard, unless one waits already."""
        await self._offer("poll-shard", SHARDS, f"hosts-{shard}", f"shard-{shard}", 1, {"shard": shard})

    async def offer_part(self, rerun: int, step: str, first: int) -> None:
        """One job for a part of the archive; parts of `stories` go one after the other, and shards go before."""
        key = f"part-{rerun}-{step}-{first}"
        lock = f"stories-{rerun}" if step == "stories" else key
        await self._offer("rerun-part", PARTS, lock, key, 0, {"rerun": rerun, "step": step, "first": first})

    async def _offer(self, task: str, queue: str, lock: str, key: str, priority: int, words: dict[str, Any]) -> None:
        deferrer = self.app.configure_task(task, queue=queue, lock=lock, queueing_lock=key, priority=priority)
        try:
            await deferrer.defer_async(**words)
        except AlreadyEnqueued:
            log.debug("%s waits already", key)

    async def sweep(self, store: Store) -> int:
        """Ends jobs that nobody works on any more; returns how many."""
        with store.read() as connection:
            ids = list(connection.execute(sa.text(STUCK), {"young": YOUNG_S}).scalars())
        for job_id in ids:
            await self.app.job_manager.finish_job_by_id_async(
                job_id=job_id, status=procrastinate.jobs.Status.FAILED, delete_job=True
            )
        return len(ids)


def _named_shift(shift: Shift) -> Callable[..., Awaitable[None]]:
    async def poll_shard(shard: str) -> None:
        await shift(shard)

    return poll_shard


def _named_part(part: Part) -> Callable[..., Awaitable[None]]:
    async def rerun_part(rerun: int, step: str, first: int) -> None:
        await part(rerun, step, first)

    return rerun_part


def prepare_queue(store: Store) -> None:
    """Makes the engine's tables where they are missing."""
    with store.write() as connection:
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({OURS})"), {"key": MIGRATION_LOCK})
        if connection.execute(sa.text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
            connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def find_waiting(store: Store) -> set[str]:
    """Shards with a job that waits or is under way."""
    with store.read() as connection:
        select = sa.text(
            "SELECT args->>'shard' FROM procrastinate_jobs WHERE queue_name = 'shards' AND status IN ('todo', 'doing')"
        )
        return set(connection.execute(select).scalars())
