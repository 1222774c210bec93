"""What every page of the desk needs: the store, the configuration in force, the time, and how to show a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.model import Config
from monitor.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    store: Store
    config: Callable[[], Config]
    now: Callable[[], datetime]

    def moment(self, value: datetime | None) -> str:
        """A moment in the reader's zone, with the zone; "–" when there is none."""
        if value is None:
            return "–"
        return value.astimezone(ZoneInfo(self.config().settings.zone)).strftime("%a %d %b %H:%M %Z")

    def ago(self, value: datetime | None) -> str:
        """How long ago, or ahead, in one unit."""
        if value is None:
            return "never"
        seconds = (self.now() - value).total_seconds()
        words = next(
            (
                f"{abs(seconds) / size:.0f} {unit}"
                for unit, size in (("d", 86400), ("h", 3600), ("min", 60))
                if abs(seconds) >= size
            ),
            f"{abs(seconds):.0f} s",
        )
        return f"in {words}" if seconds < 0 else f"{words} ago"
