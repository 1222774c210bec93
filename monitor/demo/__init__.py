"""An invented world that plays two days of diplomatic news over loopback: what `diplowatch demo` and the end-to-end tests watch."""

from __future__ import annotations

from monitor.demo.archive import Archive, DemoArticle, DemoOutlet, load_archive
from monitor.demo.configuration import write_config
from monitor.demo.expected import Expected, find_expected, find_ringing, find_turning
from monitor.demo.server import DemoServer
from monitor.demo.weekdays import move_weekdays

__all__ = [
    "Archive",
    "DemoArticle",
    "DemoOutlet",
    "DemoServer",
    "Expected",
    "find_expected",
    "find_ringing",
    "find_turning",
    "load_archive",
    "move_weekdays",
    "write_config",
]
