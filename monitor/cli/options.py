"""The options that every command shares. Touches the environment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
MOST = 2**63 - 1  # a database knows no larger number


def config_option(function: F) -> F:
    """--config DIR."""
    return click.option(
        "--config",
        metavar="DIR",
        default="config",
        envvar="DIPLOWATCH_CONFIG",
        show_default=True,
        help="Folder of the configuration (or DIPLOWATCH_CONFIG).",
    )(function)


def db_option(function: F) -> F:
    """--db URL."""
    return click.option(
        "--db",
        metavar="URL",
        default="sqlite:///data/diplowatch.db",
        envvar="DIPLOWATCH_DB",
        show_default=True,
        help="Database (or DIPLOWATCH_DB); postgresql+psycopg://… works the same.",
    )(function)


def log_options(function: F) -> F:
    """--log LEVEL, --log-format text|json."""
    level = click.option(
        "--log", "level", default="info", show_default=True, type=click.Choice(["debug", "info", "warning"])
    )
    form = click.option(
        "--log-format",
        "form",
        default="text",
        show_default=True,
        envvar="DIPLOWATCH_LOG_FORMAT",
        type=click.Choice(["text", "json"]),
        help="Lines for people, or a JSON object each.",
    )
    return level(form(function))


def json_option(function: F) -> F:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(function)


def batch_options(function: F) -> F:
    """--batch IN.jsonl and --stats FILE."""
    function = click.option(
        "--batch", metavar="IN.jsonl", help="One JSON object a line in, one a line out; - reads stdin."
    )(function)
    return click.option(
        "--stats", metavar="FILE", help="With --batch: writes n, cpu_s, wall_s, compile_s, peak_rss_mb."
    )(function)


class Since(click.ParamType[datetime]):
    """A span back from now ("24h", "30d") or an ISO 8601 moment; a moment without zone is UTC."""

    name, sign = "since", -1

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            if text[:-1].isdecimal() and text[-1:] in UNITS_S:
                return datetime.now(UTC) + timedelta(seconds=self.sign * int(text[:-1]) * UNITS_S[text[-1]])
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{text[:60]!r} is no time (write 24h, 30d, or 2026-11-25T07:00)", param, ctx)


class Until(Since):
    """A span from now ("24h") or an ISO 8601 moment; a moment without zone is UTC."""

    name, sign = "time", 1


class Id(click.ParamType[int]):
    """The number by which a thing is known. `thing`: with its article. `where`: what lists them."""

    name = "id"

    def __init__(self, thing: str, where: str) -> None:
        self.thing, self.where = thing, where

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        if not text.isdecimal() or len(text) > len(str(MOST)) or int(text) > MOST:
            self.fail(f"{text!r} is no id of {self.thing} (a number, see {self.where})", param, ctx)
        return int(text)
