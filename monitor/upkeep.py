"""What is done regularly wherever diplowatch runs, alone or on the leading worker. Touches the store.

Each of it may be done twice: the ledger in the store says what is due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from monitor.dispatch import Dispatch
from monitor.health import say_alike
from monitor.hubs import renew_subscriptions
from monitor.schedule import Schedule
from monitor.store import Store, captures, crawling, retention
from monitor.store.fulltext import index_waiting

log = logging.getLogger(__name__)
WINDOWS_S = 5.0  # how often digest windows are looked for
HEALTH_S = 30.0  # how often outlets are judged
SIGN_S = 60.0  # between two signs of life to the dead-man's switch
INDEX_S = 1.0  # how soon an article can be searched
CAPTURES_S = 3600.0  # how often it is counted which ways into an outlet showed what
HUBS_S = 300.0  # how soon a feed's hub is subscribed to
MONTH_S = 3600.0  # how soon a new month has its partitions


def schedule_upkeep(schedule: Schedule, store: Store, dispatch: Dispatch, now: Callable[[], datetime]) -> None:
    """Digest windows, outlet health and completeness, hubs, notices, the sign of life; on PostgreSQL also full text and partitions."""
    network = Network()
    schedule.every(WINDOWS_S, "digest windows", lambda: dispatch.owe_windows(now()))
    schedule.every(HEALTH_S, "outlet health", lambda: network.judge(store, now()))
    schedule.every(HEALTH_S, "notices", lambda: dispatch.owe_notices(now()))
    schedule.every(CAPTURES_S, "completeness", lambda: captures.count_captures(store, now()))
    schedule.every(HUBS_S, "hubs", lambda: renew_subscriptions(store, dispatch.config, now()))
    schedule.every(SIGN_S, "sign of life", lambda: dispatch.send_heartbeat(now()))
    if not store.is_sqlite:
        schedule.every(INDEX_S, "full text", lambda: index_waiting(store, blocks=20))
        schedule.every(MONTH_S, "partitions", lambda: retention.begin_month(store, now()))


class Network:
    """Judges the outlets; says once when nearly all of them fail for one reason, and once when that is over."""

    def __init__(self) -> None:
        self._said = False

    def judge(self, store: Store, now: datetime) -> None:
        """Judges every outlet. Raises: StoreError."""
        crawling.judge_outlets(store, now)
        alike = say_alike(crawling.load_healths(store, now))
        if alike and not self._said:
            log.warning("%s", alike)
        elif self._said and not alike:
            log.info("outlets answer again")
        self._said = bool(alike)
