"""The clock of the demo world: when which minute of the two days is. Pure: the present is passed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from monitor.demo.archive import END_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClock:
    """Two days pressed into `seconds` that begin at `zero_at`; what is older counts from `made_at`, so that its date never moves."""

    made_at: datetime  # aware UTC, like zero_at
    zero_at: datetime
    seconds: float

    def minute_at(self, now: datetime) -> float:
        """The minute of the demo world at that moment; 0 before it began."""
        return max(0.0, (now - self.zero_at).total_seconds() * END_MINUTE / self.seconds)

    def moment_of(self, minute: float, zone_min: int = 0) -> datetime:
        """When that minute is, in whole seconds and in the zone `zone_min` east of UTC.

        Minutes of the two days are pressed; minutes before zero are real ones, so that old articles have old dates. Rounded up: an
        article that appears after the first poll must not be dated before it.
        """
        if minute < 0:
            exact = self.made_at.timestamp() + minute * 60.0
        else:
            exact = self.zero_at.timestamp() + minute * self.seconds / END_MINUTE
        moment = datetime.fromtimestamp(math.ceil(exact), UTC)
        return moment.astimezone(timezone(timedelta(minutes=zone_min)))
