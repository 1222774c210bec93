"""`doctor`: is everything that diplowatch needs in order?"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.engine import make_url

from monitor.cli.options import config_option, db_option, json_option
from monitor.cli.output import print_json
from monitor.config import load_config
from monitor.errors import ConfigError, DeliveryError, DiplowatchError
from monitor.evidence import find_folder, list_files, measure_folder
from monitor.health import say_alike
from monitor.model import Config, Message
from monitor.notify import check_channel, send
from monitor.store import Store, crawling, ledger, open_store

FREE_MB = 500  # a guess: a year of a desk is about 2 GB
FINE = ("healthy", "new", "unchanged", "disabled")
T = TypeVar("T")
Finding = tuple[str, bool, str]  # what, is it fine, in words


@click.command()
@click.option("--send-test", metavar="CHANNEL", help="Send a test message through this channel.")
@json_option
@config_option
@db_option
def doctor(send_test: str | None, as_json: bool, config: str, db: str) -> None:
    """Check clock, disk, configuration, database, daemon, channels and each outlet's last state.

    \b
    Example: diplowatch doctor --send-test screen
    """
    findings = list(_examine(config, db, send_test))
    if as_json:
        print_json([{"what": what, "fine": fine, "detail": detail} for what, fine, detail in findings])
    else:
        for what, fine, detail in findings:
            click.echo(f"{'ok  ' if fine else 'BAD '} {what}: {detail}")
    if not all(fine for _, fine, _ in findings):
        raise click.exceptions.Exit(1)


def _examine(config: str, db: str, send_test: str | None) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield "python", sys.version_info >= (3, 11), version
    now = datetime.now(UTC)
    yield "clock", now.year >= 2025, f"{now:%Y-%m-%d %H:%M:%S} UTC, local {now.astimezone():%H:%M %Z}"
    loaded, finding = _tried("configuration", lambda: load_config(config))
    yield finding or ("configuration", True, f"{config}: valid")
    store, finding = _tried("database", lambda: open_store(db))
    yield finding or ("database", True, _shown(db))
    if store is not None:
        yield from _examine_store(store, db, now)
    if loaded is not None:
        yield _examine_evidence(find_folder(loaded.settings, config, db), loaded.settings.warc_mb)
        yield from _examine_channels(loaded, send_test)
        if store is not None:
            crawling.sync_outlets(store, loaded.outlets, now)
            yield from _examine_outlets(store, now)


def _tried(what: str, action: Callable[[], T]) -> tuple[T | None, Finding | None]:
    try:
        return action(), None
    except ConfigError as error:
        return None, (what, False, f"{error.problems[0]} ({len(error.problems)} problems; see `diplowatch check`)")
    except DiplowatchError as error:
        return None, (what, False, str(error))


def _shown(db: str) -> str:
    return make_url(db).render_as_string(hide_password=True)


def _examine_store(store: Store, db: str, now: datetime) -> Iterator[Finding]:
    database = make_url(db).database
    if store.is_sqlite and database:
        free_mb = shutil.disk_usage(Path(database).resolve().parent).free // 2**20
        yield "disk", free_mb >= FREE_MB, f"{free_mb} MB free where the database is"
    for kind in ("monitor", "crawler"):
        seen = ledger.find_heartbeat(store, kind)
        if seen is None:
            yield kind, True, "not started yet on this database"
        else:
            age_s = (now - seen).total_seconds()
            yield (
                kind,
                True,
                f"alive {max(age_s, 0):.0f} s ago"
                if age_s < 60
                else f"not running (last seen {seen:%Y-%m-%d %H:%M} UTC)",
            )


def _examine_evidence(folder: Path, mb: int) -> Finding:
    if not mb:
        return "evidence", True, "none is kept (settings.toml: archive.warc_mb = 0)"
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK):
        return "evidence", False, f"{folder}: cannot be written to"
    files, used = len(list_files(folder)), measure_folder(folder) / 1e6
    return "evidence", True, f"{folder}: {files} files, {used:.1f} of {mb} MB"


def _examine_channels(config: Config, send_test: str | None) -> Iterator[Finding]:
    for channel in config.channels:
        problem = check_channel(channel)
        yield (
            f"channel {channel.slug}",
            problem is None,
            problem or f"its address can be read (try it: --send-test {channel.slug})",
        )
        if channel.slug == send_test:
            message = Message(
                key=f"test-{datetime.now(UTC):%Y%m%d%H%M%S}",
                title="diplowatch: a test message",
                body="If you can read this, the channel works.",
                body_format="text",
            )
            try:
                send(channel, message, config.folder, allow_private=config.settings.allow_private)
                yield f"test through {channel.slug}", True, "accepted"
            except DeliveryError as error:
                yield f"test through {channel.slug}", False, str(error)
    if send_test and send_test not in {channel.slug for channel in config.channels}:
        yield f"test through {send_test}", False, "no such channel in channels.toml"


def _examine_outlets(store: Store, now: datetime) -> Iterator[Finding]:
    rows = crawling.load_healths(store, now)
    alike = say_alike(rows)
    if alike:
        yield "outlets", False, alike
    for row in rows:
        if row.state != "disabled" and not (alike and row.state == "failing"):
            detail = " – ".join(part for part in (row.state, row.why, row.todo) if part)
            yield f"outlet {row.slug}", row.state in FINE, detail
