"""APScheduler's only door: wakes us at intervals, and is never the truth about what was done. Touches timers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


class Schedule:
    """Actions at intervals, each in a thread and never twice at once. What was missed runs once when there is time.

    The ledger in the store says what is due: a tick that comes late or not at all delays work and loses none.
    """

    def __init__(self) -> None:
        # No grace time: the default of 1 s drops a tick that a busy machine delays (DESIGN: measured).
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def every(self, seconds: float, name: str, action: Callable[[], object]) -> None:
        """Runs `action` every so many seconds."""
        self._scheduler.add_job(action, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begins to tick; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ends without waiting for what runs."""
        self._scheduler.shutdown(wait=False)


def _log_failure(event: JobExecutionEvent) -> None:
    log.error("%s: %s: %s", event.job_id, type(event.exception).__name__, event.exception)
