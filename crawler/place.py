"""Where the crawler works: the configuration and the database that its environment names. Touches the disk."""

from __future__ import annotations

import functools
import os
import sys
from dataclasses import dataclass

from crawler.settings import DOWNLOAD_HANDLERS
from monitor import __version__
from monitor.config import load_config
from monitor.errors import ConfigError
from monitor.model import Config

STRETCH = 1.25  # with ±20 % of jitter: 1 to 1.5 times the delay


@dataclass(frozen=True, slots=True)
class Place:
    folder: str
    db: str
    config: Config

    @property
    def user_agent(self) -> str:
        """Who asks, and where to complain. Source: RFC 9110, 10.1.5."""
        contact = self.config.settings.contact
        return f"diplowatch/{__version__}" + (f" (+{contact})" if contact else "")

    def scrapy_settings(self) -> dict[str, object]:
        """What the configuration says of Scrapy's settings. The delay varies upwards only: it is the least time."""
        settings: dict[str, object] = {
            "USER_AGENT": self.user_agent,
            "DOWNLOAD_DELAY": self.config.settings.delay_s * STRETCH,
        }
        if os.environ.get("DIPLOWATCH_WORKER"):
            turns = "crawler.politeness.turns.TurnHandler"
            settings["DOWNLOAD_HANDLERS"] = DOWNLOAD_HANDLERS | {"http": turns, "https": turns}
        return settings


@functools.lru_cache(maxsize=1)
def load_place() -> Place:
    """The place of this process. A configuration that is refused ends it with exit code 2, a line a problem."""
    folder = os.environ.get("DIPLOWATCH_CONFIG", "config")
    try:
        config = load_config(folder)
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    return Place(folder, os.environ.get("DIPLOWATCH_DB", "sqlite:///data/diplowatch.db"), config)
