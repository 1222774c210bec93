"""What is owed becomes messages: one row per target and part, all of an alert in one transaction. Touches the store."""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor import notify
from monitor.alerts import Watching, quiet_until
from monitor.failpoints import pass_failpoint
from monitor.matching.watch import compile_match
from monitor.model import Channel, Config, DigestPlan, DigestView, Message, StoryView
from monitor.render import render_alert, render_digest, render_held, render_notice, tell_news
from monitor.store import Store, crawling, digests, edits, learned, links, outbox, sending, views

log = logging.getLogger(__name__)

BATCH = 100  # alerts rendered in one transaction
MINUTE = timedelta(minutes=1)
HELD_STORIES = 50  # of one message that tells held alerts; the rest is counted and stands on the desk


class Rendering:
    """Renders for one configuration."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store, self.config = store, config
        self.channels: dict[str, Channel] = {channel.slug: channel for channel in config.channels}
        self.plans: dict[str, DigestPlan] = {plan.slug: plan for plan in config.digests}
        self.critical = {watchlist.slug for watchlist in config.watchlists if watchlist.severity == "critical"}
        self.watching = Watching.compile(config.watchlists, compile_match)
        self.desk = config.settings.desk
        self.limits = {channel.slug: notify.limit_of(channel.url) for channel in config.channels}
        self._installation = ""
        self._link_key = b""
        self._full: dict[str, datetime] = {}  # channels that had their cap at this look, and until when

    def render_owed(self, now: datetime) -> int:
        """Returns how many alerts, windows and held groups became messages."""
        with self.store.read() as connection:
            alerts = outbox.load_owed_alerts(connection, BATCH)
            windows = digests.load_owed_windows(connection)
            groups = sending.load_held_groups(connection, now)
        self._full.clear()
        if alerts:
            with self.store.write(alone=True) as connection:
                for alert in alerts:
                    self._render_alert(connection, alert, now)
                pass_failpoint("rendered")
            pass_failpoint("after-rendered")
        for window in windows:
            self._render_window(window, now)
        for slug, rows in groups.items():
            self._render_held(slug, rows, now)
        return len(alerts) + len(windows) + len(groups)

    def _render_alert(self, connection: Connection, alert: Any, now: datetime) -> None:
        messages: list[tuple[str, Message]] = []
        held: dict[str, datetime] = {}
        try:
            with connection.begin_nested():
                view = None if alert.kind == "notice" else self._view_story(connection, alert)
                for slug in alert.channels:
                    channel = self.channels.get(slug)
                    if channel is not None:  # else it was taken out of the configuration since
                        messages += self._make_messages(connection, alert, view, channel)
                        self._hold(connection, alert, channel, held, now)
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
        except SQLAlchemyError:
            raise
        except Exception:  # one story that cannot be shown must not stop the others
            log.exception("alert %d cannot be rendered", alert.id)
            outbox.mark_dead(connection, alert.id)
            self._say_unrendered(connection, alert, now)

    def _view_story(self, connection: Connection, alert: Any) -> StoryView | None:
        root = edits.find_root(connection, alert.story_id)
        found = views.load_story_views(connection, [root], self.config, find=self.find, article_id=alert.article_id)
        if not found:
            return None
        view = replace(found[0], judge=links.make_link(self._load_link_key(connection), root, alert.owed_at))
        return tell_news(view, alert.reason, alert.text) if alert.kind == "update" else view

    def _make_messages(
        self, connection: Connection, alert: Any, view: StoryView | None, channel: Channel
    ) -> list[tuple[str, Message]]:
        key = f"{self._load_installation(connection)}-a{alert.id}-{channel.slug}"
        kind = notify.kind_of(channel.url)
        if alert.kind == "notice":
            parts = render_notice(alert.title, alert.text, kind, key=key)
        elif view is None:
            return []
        else:
            thread = outbox.find_thread(connection, alert.story_id, channel.slug) if alert.kind == "update" else ""
            parts = self._make_alert(view, alert, channel, kind, key=key, thread=thread)
        return [(channel.slug, part) for part in parts]

    def _make_alert(
        self, view: StoryView, alert: Any, channel: Channel, kind: str, *, key: str, thread: str
    ) -> list[Message]:
        """In the user's own words where the channel has some; in ours when those fail on this story."""
        make = functools.partial(
            render_alert, view, alert.kind, kind, key=key, zone=self.config.settings.zone, desk=self.desk, thread=thread,
            longest=self.limits.get(channel.slug), is_critical=alert.watchlist in self.critical,
        )  # fmt: skip
        if channel.template:
            try:
                return make(template=channel.template)
            except Exception as error:  # it was tried on samples, and stories are many
                log.warning("%s: its template fails on alert %d: %s", channel.slug, alert.id, error)
        return make()

    def _hold(
        self, connection: Connection, alert: Any, channel: Channel, held: dict[str, datetime], now: datetime
    ) -> None:
        """Quiet hours, a burst and a full hour hold an alert, and never drop it; notices and critical watchlists pass quiet hours."""
        if alert.kind == "notice":
            return
        until = None if alert.watchlist in self.critical else quiet_until(channel.quiet, now)
        until = until or self._find_free_at(connection, channel, now)
        if until is not None:
            held[channel.slug] = until

    def _find_free_at(self, connection: Connection, channel: Channel, now: datetime) -> datetime | None:
        """When the channel is free again. Full once is full for the rest of a batch: a storm must not count itself for each of its alerts."""
        if channel.slug not in self._full:
            until = outbox.find_free_at(connection, channel.slug, channel.per_hour, now)
            until = until or outbox.find_free_at(connection, channel.slug, channel.per_minute, now, MINUTE)
            if until is None:
                return None
            self._full[channel.slug] = until
        return self._full[channel.slug]

    def _say_unrendered(self, connection: Connection, alert: Any, now: datetime) -> None:
        owner = self.config.settings.owner_channel
        channels = [owner] if owner else list(alert.channels)[:1]
        if alert.kind != "notice" and channels:
            text = f"Alert {alert.id} of {alert.watchlist} cannot be shown: see {self.desk}/story/{alert.story_id}"
            title = "diplowatch: an alert cannot be shown"
            outbox.owe_notice(connection, f"unrendered-{alert.id}", title=title, text=text, channels=channels, now=now)

    def _render_held(self, slug: str, rows: Sequence[Any], now: datetime) -> None:
        """Alerts of one channel that were held become one message."""
        channel = self.channels.get(slug)
        if channel is None:
            return  # each ends as a dead letter when it is its turn
        with self.store.read() as connection:
            stories = list(dict.fromkeys(edits.find_root(connection, row.story_id) for row in rows))
            found = views.load_story_views(connection, stories[:HELD_STORIES], self.config, find=self.find)
        with self.store.write(alone=True) as connection:
            key = f"{self._load_installation(connection)}-h{rows[0].id}-{slug}"
            parts = render_held(
                found,
                notify.kind_of(channel.url),
                key=key,
                zone=channel.quiet.zone if channel.quiet else self.config.settings.zone,
                now=now,
                more=len(stories) - len(found),
                desk=self.desk,
                longest=self.limits.get(slug),
            )
            outbox.save_messages(connection, [(slug, part) for part in parts], kind="digest", now=now)
            sending.merge_held(connection, [row.id for row in rows], parts[-1].key)
            pass_failpoint("held-rendered")

    def _render_window(self, window: Any, now: datetime) -> None:
        plan = self.plans.get(window.digest)
        if plan is None:
            with self.store.write(alone=True) as connection:
                digests.mark_window(connection, window.id, (), now)
            return
        view = self._view_digest(plan, window.window_start, window.window_end, now)
        with self.store.write(alone=True) as connection:
            installation = self._load_installation(connection)
            messages = []
            for slug in plan.channels:
                channel = self.channels.get(slug)
                if channel is not None:
                    key, kind = f"{installation}-d{window.id}-{slug}", notify.kind_of(channel.url)
                    parts = render_digest(view, kind, key=key, desk=self.desk, longest=self.limits.get(slug))
                    messages += [(slug, part) for part in parts]
            outbox.save_messages(connection, messages, kind="digest", now=now, window_id=window.id)
            digests.mark_window(connection, window.id, [story.story_id for story in view.stories], now)
            pass_failpoint("window-rendered")

    def _view_digest(self, plan: DigestPlan, start: datetime, end: datetime, now: datetime) -> DigestView:
        health = crawling.load_healths(self.store, now)
        with self.store.read() as connection:
            return views.load_digest_view(
                connection, plan, self.config, start=start, end=end, find=self.find, health=health
            )

    def preview_digest(self, plan: DigestPlan, start: datetime, end: datetime, channel_kind: str) -> list[Message]:
        """The digest of a window, owed to nobody."""
        view = self._view_digest(plan, start, end, end)
        return render_digest(view, channel_kind, key=f"preview-{plan.slug}", desk=self.desk)

    def _load_installation(self, connection: Connection) -> str:
        """A word of this database: two of them must not give two messages one id."""
        if not self._installation:
            known = learned.load_meta(connection, "installation")
            if known is None:
                known = uuid.uuid4().hex[:8]
                learned.save_meta(connection, "installation", known)
            self._installation = known
        return self._installation

    def _load_link_key(self, connection: Connection) -> bytes:
        self._link_key = self._link_key or links.make_key(connection)
        return self._link_key

    def find(self, entries: frozenset[str]) -> list[str]:
        """Slugs of the watchlists that an article with these entries belongs to."""
        return [watchlist.slug for watchlist in self.watching.find_watchlists(entries)]
