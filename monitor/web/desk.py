"""What every page of the desk needs: the store, the configuration in force, the time, and how to show a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.alerts import Watching
from monitor.matching.watch import compile_match
from monitor.model import Config
from monitor.store import Store
from monitor.web.recent import Recent
from monitor.web.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    store: Store
    config: Callable[[], Config]
    now: Callable[[], datetime]
    sessions: Sessions = field(default_factory=Sessions)
    recent: Recent = field(default_factory=Recent)
    stop: asyncio.Event | None = None  # set when the program ends: open streams end too

    def moment(self, value: datetime | None) -> str:
        """A moment in the reader's zone, with the zone; "–" when there is none."""
        if value is None:
            return "–"
        local = value.astimezone(ZoneInfo(self.config().settings.zone))
        year = "" if local.year == self.now().year else " %Y"
        return local.strftime(f"%a %d %b{year} %H:%M %Z")

    def clock(self, value: datetime) -> str:
        """The hour and minute in the reader's zone; with the day when it is another one than today."""
        zone = ZoneInfo(self.config().settings.zone)
        local, today = value.astimezone(zone), self.now().astimezone(zone)
        return local.strftime("%H:%M" if local.date() == today.date() else "%a %d %b %H:%M")

    def iso(self, value: datetime | None) -> str:
        """A moment for machines; "" when there is none."""
        return "" if value is None else value.astimezone(UTC).isoformat(timespec="seconds")

    def ago(self, value: datetime | None) -> str:
        """How long ago, or ahead, in one unit."""
        if value is None:
            return "never"
        seconds = (self.now() - value).total_seconds()
        return f"in {self.span(seconds)}" if seconds < 0 else f"{self.span(seconds)} ago"

    def due(self, value: datetime) -> str:
        """How soon; "now" when it has passed."""
        return "now" if value <= self.now() else self.ago(value)

    def span(self, seconds: float | None) -> str:
        """A length of time in one unit; "–" when it is not known."""
        if seconds is None:
            return "–"
        for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
            if abs(seconds) >= size:
                return f"{abs(seconds) / size:.0f} {unit}"
        return f"{abs(seconds):.0f} s"

    def outlet_names(self) -> dict[str, str]:
        """Name by slug of every configured outlet."""
        return {outlet.slug: outlet.name for outlet in self.config().outlets}

    def entry_names(self) -> dict[str, str]:
        """Name by slug of every person and topic."""
        config = self.config()
        return {item.slug: item.name for item in config.people} | {item.slug: item.name for item in config.topics}

    def entries(self) -> list[tuple[str, str]]:
        """(slug, name) of every person and topic, by name."""
        return sorted(self.entry_names().items(), key=lambda entry: entry[1].casefold())

    def find_watchlists(self, entries: frozenset[str]) -> list[str]:
        """Slugs of the watchlists that an article with these entries belongs to."""
        watching = Watching.compile(self.config().watchlists, compile_match)
        return [watchlist.slug for watchlist in watching.find_watchlists(entries)]
