"""The road: alerts and windows owed → messages → claimed → sent → recorded. Touches store and channels."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.alerts import find_due_window
from monitor.dispatch.rendering import Rendering
from monitor.dispatch.sending import Sending
from monitor.errors import StoreError
from monitor.model import Config, DigestPlan, Message
from monitor.store import Store, digests, sending

log = logging.getLogger(__name__)

LOOK_S = 0.3  # between looks for work
REST_S = 2.0  # after the store failed
PREVIEW = timedelta(days=1)  # what a digest asked for by hand covers at least
WAIT_S = 1.5  # for attempts under way, when all is to end; the lease makes up for the rest


class Dispatch:
    """Renders and sends for one configuration; `adopt` replaces it."""

    def __init__(self, store: Store, config: Config, rng: random.Random | None = None) -> None:
        self.store, self.rng = store, rng or random.Random()
        self.sending = Sending(store, config, self.rng)
        self.adopt(config)

    def adopt(self, config: Config) -> None:
        """Makes this configuration the one in force."""
        self.config = config
        self.rendering = Rendering(self.store, config)
        self.sending.adopt(config)

    def run_forever(self, ended: threading.Event, now: Callable[[], datetime]) -> None:
        """Works until `ended`; whatever fails is said and tried again."""
        self._recover()
        while not ended.is_set():
            try:
                busy = self.render_owed(now()) + self.sending.start_due(now)
            except StoreError as error:
                log.error("%s", error)
                ended.wait(REST_S)
            except Exception:  # nothing may end the sender while the daemon lives
                log.exception("the sender stumbled")
                ended.wait(REST_S)
            else:
                if not busy:
                    self.sending.wait_for_change(LOOK_S)
        self.sending.wait_until_idle(WAIT_S)

    def _recover(self) -> None:
        """On SQLite no other sender lives beside us: what was claimed is a dead one's."""
        if not self.store.is_sqlite:
            return
        try:
            sending.release_leases(self.store)
        except StoreError as error:
            log.error("%s", error)

    def owe_windows(self, now: datetime) -> int:
        """Owes every digest whose edition has passed; returns how many."""
        owed = 0
        for plan in self.config.digests:
            with self.store.write(alone=True) as connection:
                window = find_due_window(plan, digests.load_last_end(connection, plan.slug, now), now)
                if window is not None:
                    owed += digests.owe_window(connection, plan.slug, *window, now)
        return owed

    def render_owed(self, now: datetime) -> int:
        """Alerts and windows owed become messages, held ones whose time has come one message; returns how many were."""
        return self.rendering.render_owed(now)

    def send_due(self, now: Callable[[], datetime] | datetime) -> int:
        """Claims what is due, sends it, a few at once, and waits; returns how many attempts were made."""
        clock = now if callable(now) else lambda: now
        started = self.sending.start_due(clock)
        self.sending.wait_until_idle(None)
        return started

    def preview_digest(self, plan: DigestPlan, end: datetime, channel_kind: str) -> list[Message]:
        """The digest of the window that would end then, rendered and not owed."""
        with self.store.write() as connection:
            start = digests.load_last_end(connection, plan.slug, end - PREVIEW)
        return self.rendering.preview_digest(plan, min(start, end - PREVIEW), end, channel_kind)

    def owe_digest(self, plan: DigestPlan, end: datetime) -> None:
        """Owes the digest that ends then, as by hand."""
        with self.store.write(alone=True) as connection:
            start = digests.load_last_end(connection, plan.slug, end - PREVIEW)
            digests.owe_window(connection, plan.slug, min(start, end), end, end)
        self.render_owed(end)
