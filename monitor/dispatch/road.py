"""The road: alerts and windows owed → messages → claimed → sent → recorded. Touches store and channels."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor import notify
from monitor.alerts import find_due_window
from monitor.dispatch.rendering import Rendering
from monitor.dispatch.sending import Sending
from monitor.dispatch.watching import find_owner, find_staleness, owe_notices
from monitor.errors import DeliveryError, StoreError
from monitor.model import Config, DigestPlan, Message
from monitor.render import render_notice
from monitor.store import Store, digests, sending

log = logging.getLogger(__name__)

LOOK_S = 0.3  # between looks for work
REST_S = 2.0  # after the store failed
PREVIEW = timedelta(days=1)  # what a digest asked for by hand covers at least
BROKEN = timedelta(minutes=1)  # the store failed for so long: it is said without it
SAY_AGAIN = timedelta(hours=1)
WAIT_S = 1.5  # for attempts under way, when all is to end; the lease makes up for the rest


class Dispatch:
    """Renders and sends for one configuration; `adopt` replaces it."""

    def __init__(self, store: Store, config: Config, rng: random.Random | None = None) -> None:
        self.store, self.rng = store, rng or random.Random()
        self.sending = Sending(store, config, self.rng)
        self._failing_since: datetime | None = None
        self._said_at: datetime | None = None
        self._stale = ""
        self.adopt(config)

    def adopt(self, config: Config) -> None:
        """Makes this configuration the one in force."""
        self.config = config
        self.rendering = Rendering(self.store, config)
        self.sending.adopt(config)

    def run_forever(
        self,
        ended: threading.Event,
        now: Callable[[], datetime],
        render: Callable[[datetime], int] | None = None,
    ) -> None:
        """Works until `ended`; whatever fails is said and tried again. `render`: in place of `render_owed`."""
        render = render or self.render_owed
        self._recover()
        while not ended.is_set():
            try:
                busy = render(now()) + self.sending.start_due(now)
            except StoreError as error:
                log.error("%s", error)
                self.say_broken(error, now())
                ended.wait(REST_S)
            except Exception:  # nothing may end the sender while the daemon lives
                log.exception("the sender stumbled")
                ended.wait(REST_S)
            else:
                self._failing_since = None
                if not busy:
                    self.sending.wait_for_change(LOOK_S)
        self.sending.wait_until_idle(WAIT_S)

    def say_broken(self, error: StoreError, now: datetime) -> None:
        """A store that fails for a minute (a full disk, a server that is away) is said to the owner past the outbox, once an hour."""
        self._failing_since = self._failing_since or now
        if now - self._failing_since < BROKEN or (self._said_at and now - self._said_at < SAY_AGAIN):
            return
        self._said_at = now
        for slug in find_owner(self.config):
            channel = self.rendering.channels[slug]
            text = f"{error}\nWhat is owed waits until the database can be written again."
            key = f"broken-{now:%Y%m%d%H%M}-{slug}"
            (message, *_) = render_notice("diplowatch: the database fails", text, notify.kind_of(channel.url), key=key)
            try:
                notify.send(channel, message, self.config.folder, allow_private=self.config.settings.allow_private)
            except DeliveryError as failure:
                log.error("%s", failure)

    def owe_notices(self, now: datetime) -> int:
        """Owes what is to be said about outlets, disk, digests and channels; returns how many notices."""
        return owe_notices(self.store, self.config, now)

    def send_heartbeat(self, now: datetime) -> bool:
        """Asks for the address of the dead-man's switch while polls run and the outbox is fresh; False when it did not."""
        settings = self.config.settings
        if not settings.heartbeat_url:
            return False
        stale = find_staleness(self.store, now)
        if stale and stale != self._stale:
            log.warning("no heartbeat: %s", stale)
        self._stale = stale
        if stale:
            return False
        try:
            notify.send_heartbeat(settings.heartbeat_url, allow_private=settings.allow_private)
        except DeliveryError as error:
            log.warning("%s", error)
            return False
        return True

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
