"""ROAD 2: what is owed becomes messages, messages are sent, outcomes are recorded. Touches store and channels."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from monitor import notify
from monitor.alerts import Watching, find_due_window, quiet_until, retry_at
from monitor.errors import DeliveryError, StoreError
from monitor.failpoints import pass_failpoint
from monitor.matching.watch import compile_match
from monitor.model import Channel, Config, DigestPlan, DigestView, Message
from monitor.render import render_alert, render_digest, render_notice
from monitor.store import Store, crawling, digests, outbox, views

log = logging.getLogger(__name__)

SENDERS = 4  # messages under way at once; also the bound on duplicates after a crash
LEASE_S = 90.0  # longer than an attempt can take
LOOK_S = 0.3  # between looks for work
MOST_ATTEMPTS = 200  # about two days at one attempt a quarter of an hour, then a dead letter
SLOW_PREVIEW = timedelta(days=1)


class Dispatch:
    """Renders and sends for one configuration; `adopt` replaces it."""

    def __init__(self, store: Store, config: Config, rng: random.Random | None = None) -> None:
        self.store, self.rng = store, rng or random.Random()
        self.owner = f"sender-{os.getpid()}"
        self.adopt(config)

    def adopt(self, config: Config) -> None:
        """Makes this configuration the one in force."""
        self.config = config
        self.channels: dict[str, Channel] = {channel.slug: channel for channel in config.channels}
        self.plans: dict[str, DigestPlan] = {plan.slug: plan for plan in config.digests}
        self.watching = Watching.compile(config.watchlists, compile_match)
        self.desk = f"http://{config.settings.listen}"

    def run_forever(self, ended: threading.Event, now: Callable[[], datetime]) -> None:
        """Works until `ended`; a store that fails is tried again."""
        while not ended.is_set():
            try:
                busy = self.render_owed(now()) + self.send_due(now)
            except StoreError as error:
                log.error("%s", error)
                busy = 0
                ended.wait(2)
            if not busy:
                ended.wait(LOOK_S)

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
        """Alerts and windows owed become messages, each in one transaction; returns how many were."""
        with self.store.read() as connection:
            alerts = outbox.load_owed_alerts(connection, 50)
            windows = digests.load_owed_windows(connection)
        for alert in alerts:
            self._render_alert(alert, now)
        for window in windows:
            self._render_window(window, now)
        return len(alerts) + len(windows)

    def _render_alert(self, alert: Any, now: datetime) -> None:
        with self.store.write(alone=True) as connection:
            messages: list[tuple[str, Message]] = []
            held: dict[str, datetime] = {}
            found = (
                []
                if alert.kind == "notice"
                else views.load_story_views(
                    connection, [alert.story_id], self.config, find=self._find, article_id=alert.article_id
                )
            )
            for slug in alert.channels:
                channel = self.channels.get(slug)
                if channel is None:
                    continue  # taken out of the configuration since
                key = f"a{alert.id}-{slug}"
                kind = notify.kind_of(channel.url)
                if alert.kind == "notice":
                    parts = render_notice(alert.title, alert.text, kind, key=key)
                elif found and not self._is_over_cap(connection, channel, now):
                    zone = self.config.settings.zone
                    thread = outbox.find_thread(connection, alert.story_id, slug) if alert.kind == "update" else ""
                    parts = render_alert(found[0], alert.kind, kind, key=key, zone=zone, desk=self.desk, thread=thread)
                    until = quiet_until(channel.quiet, now)
                    if until is not None and not self._is_critical(alert.watchlist):
                        held[slug] = until
                else:
                    parts = []
                messages += [(slug, part) for part in parts]
            outbox.save_messages(
                connection,
                messages,
                kind=alert.kind,
                now=now,
                alert_id=alert.id,
                story_id=alert.story_id or None,
                held_until=held,
            )
            outbox.mark_rendered(connection, alert.id, now)
            pass_failpoint("rendered")

    def _is_over_cap(self, connection: Any, channel: Channel, now: datetime) -> bool:
        """Over the hourly cap an alert goes to the digest alone (which holds every story anyway)."""
        return outbox.count_sent(connection, channel.slug, now - timedelta(hours=1)) >= channel.per_hour

    def _is_critical(self, watchlist: str) -> bool:
        return any(item.slug == watchlist and item.severity == "critical" for item in self.config.watchlists)

    def _render_window(self, window: Any, now: datetime) -> None:
        plan = self.plans.get(window.digest)
        with self.store.write(alone=True) as connection:
            if plan is None:
                digests.mark_window(connection, window.id, (), now)
                return
            view = self._view_digest(connection, plan, window.window_start, window.window_end, now)
            messages = []
            for slug in plan.channels:
                channel = self.channels.get(slug)
                if channel is not None:
                    parts = render_digest(view, notify.kind_of(channel.url), key=f"d{window.id}-{slug}", desk=self.desk)
                    messages += [(slug, part) for part in parts]
            outbox.save_messages(connection, messages, kind="digest", now=now, window_id=window.id)
            digests.mark_window(connection, window.id, [story.story_id for story in view.stories], now)
            pass_failpoint("window-rendered")

    def _view_digest(
        self, connection: Any, plan: DigestPlan, start: datetime, end: datetime, now: datetime
    ) -> DigestView:
        health = crawling.load_healths(self.store, now)
        return views.load_digest_view(
            connection, plan, self.config, start=start, end=end, find=self._find, health=health
        )

    def preview_digest(self, plan: DigestPlan, end: datetime, channel_kind: str) -> list[Message]:
        """The digest of the window that would end then, rendered and not owed."""
        with self.store.write() as connection:
            start = digests.load_last_end(connection, plan.slug, end - SLOW_PREVIEW)
        start = min(start, end - SLOW_PREVIEW)
        with self.store.read() as connection:
            view = self._view_digest(connection, plan, start, end, end)
        return render_digest(view, channel_kind, key=f"preview-{plan.slug}", desk=self.desk)

    def owe_digest(self, plan: DigestPlan, end: datetime) -> None:
        """Owes the digest that ends then, as by hand."""
        with self.store.write(alone=True) as connection:
            start = digests.load_last_end(connection, plan.slug, end - SLOW_PREVIEW)
            digests.owe_window(connection, plan.slug, min(start, end), end, end)
        self.render_owed(end)

    def send_due(self, now: Callable[[], datetime] | datetime) -> int:
        """Claims what is due and sends it, a few at once; returns how many attempts were made."""
        clock = now if callable(now) else lambda: now
        rows = outbox.claim_messages(self.store, self.owner, clock(), lease_s=LEASE_S, limit=SENDERS)
        if len(rows) == 1:
            self._send(rows[0], clock)
        elif rows:
            with ThreadPoolExecutor(SENDERS) as pool:
                list(pool.map(lambda row: self._send(row, clock), rows))
        return len(rows)

    def _send(self, row: Any, now: Callable[[], datetime]) -> None:
        channel = self.channels.get(row.channel)
        if channel is None:
            outbox.record(self.store, row.id, state="dead", now=now(), detail="the channel is no longer configured")
            return
        message = Message(
            key=row.key, title=row.title, body=row.body, body_format=row.body_format, text=row.text,
            thread=row.thread, payload=row.payload, part=row.part, parts=row.parts,
        )  # fmt: skip
        pass_failpoint("before-send")
        try:
            note = notify.send(channel, message, self.config.folder, allow_private=self.config.settings.allow_private)
        except DeliveryError as error:
            self._record_failure(row, error, now())
            return
        pass_failpoint("after-send")
        outbox.record(self.store, row.id, state="sent", now=now(), detail=note)

    def _record_failure(self, row: Any, error: DeliveryError, now: datetime) -> None:
        if error.permanent or row.attempts >= MOST_ATTEMPTS:
            outbox.record(self.store, row.id, state="dead", now=now, detail=str(error))
            log.error("%s: message %d is a dead letter: %s", row.channel, row.id, error)
            self._owe_dead_letter(row, error, now)
            return
        next_at = retry_at(row.attempts, now, retry_after_s=error.retry_after_s, rng=self.rng)
        outbox.record(self.store, row.id, state="failed", now=now, detail=str(error), next_at=next_at)
        log.warning("%s: message %d: %s; again at %s UTC", row.channel, row.id, error, f"{next_at:%H:%M:%S}")

    def _owe_dead_letter(self, row: Any, error: DeliveryError, now: datetime) -> None:
        """Says it on another channel: the owner's, else any other one; at most once an hour a channel."""
        owner = self.config.settings.owner_channel
        others = [slug for slug in ([owner] if owner else list(self.channels)) if slug and slug != row.channel]
        if row.kind == "notice" or not others:
            return
        with self.store.write() as connection:
            outbox.owe_notice(
                connection,
                f"dead-{row.channel}-{now:%Y%m%d%H}",
                title=f"diplowatch: {row.channel} does not take messages",
                text=f"{error}\n“{row.title}” was not delivered.\nWhen it is mended: diplowatch deliveries retry {row.id}",
                channels=others[:1],
                now=now,
            )

    def _find(self, entries: frozenset[str]) -> list[str]:
        return [watchlist.slug for watchlist in self.watching.find_watchlists(entries)]
