"""The daemon: puts worker, schedule, sender and page together over one store, and ends them together. Touches processes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import uvicorn
from sqlalchemy.engine import make_url

from monitor.config import find_voids, load_config
from monitor.crawl import Crawler, supervise
from monitor.dispatch import Dispatch
from monitor.errors import ConfigError, DiplowatchError
from monitor.logs import Form, start_logs
from monitor.model import Config
from monitor.schedule import Schedule
from monitor.service import find_watchdog_s, tell_service
from monitor.store import Store, crawling, learned, ledger, open_store
from monitor.upkeep import schedule_upkeep
from monitor.web import make_app

log = logging.getLogger("diplowatch")

STOP_S = 9.0  # all must have ended; a supervisor such as systemd kills later
CONFIG_S = 1.0  # how soon a changed configuration is noticed


@dataclass(slots=True)
class Daemon:
    """What runs, and the configuration that it runs on; `config` is replaced as a whole."""

    folder: str
    db: str
    store: Store
    config: Config
    dispatch: Dispatch
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    seen: str = ""  # stamp of the folder as it was last read, so that a refusal is said once


def run_daemon(folder: str, db: str, *, web: bool, level: str, form: Form | None = None) -> None:
    """Runs until SIGTERM or SIGINT, then ends within 10 s. SIGHUP reads the configuration again.

    Raises: ConfigError; StoreError; DiplowatchError when a daemon already runs on this database.
    """
    start_logs(level, form)
    config = load_config(folder)
    path = make_url(db).database or ""
    is_new = db.startswith("sqlite:") and path != "" and not Path(path).exists()
    store = open_store(db)
    if is_new:
        log.info("database: %s is new: the archive is empty", path)
    with held_alone(store):
        asyncio.run(_run(Daemon(folder, db, store, config, Dispatch(store, config)), web=web))


async def _run(daemon: Daemon, *, web: bool) -> None:
    _install_signals(daemon)
    adopt(daemon, daemon.config)
    ended = threading.Event()
    sender = threading.Thread(target=daemon.dispatch.run_forever, args=(ended, _now), name="sender", daemon=True)
    schedule = Schedule()
    schedule_upkeep(schedule, daemon.store, daemon.dispatch, _now)
    schedule.every(CONFIG_S, "configuration", lambda: reload_if_changed(daemon))
    schedule.every(5, "heartbeat", lambda: ledger.beat(daemon.store, "monitor", os.getpid(), _now()))
    ledger.beat(daemon.store, "monitor", os.getpid(), _now())
    watchdog_s = find_watchdog_s()
    if watchdog_s is not None:
        schedule.every(watchdog_s, "watchdog", lambda: _tell_alive(sender))
    schedule.start()
    sender.start()
    worker = asyncio.create_task(
        supervise(Crawler(config=daemon.folder, db=daemon.db), daemon.store, daemon.stop, _now), name="crawler"
    )
    server = _make_server(daemon) if web else None
    page = asyncio.create_task(_serve(server, daemon), name="page") if server else None
    watched = sum(outlet.enabled for outlet in daemon.config.outlets)
    log.info("watching %d outlets", watched)
    tell_service("READY=1", f"STATUS=watching {watched} outlets", f"MAINPID={os.getpid()}")
    await daemon.stop.wait()
    log.info("ending")
    tell_service("STOPPING=1")
    ended.set()
    schedule.stop()
    if server:
        server.should_exit = True
    tasks = [task for task in (worker, page) if task]
    await asyncio.wait(tasks, timeout=STOP_S)
    await asyncio.to_thread(sender.join, 2)
    daemon.store.close()
    log.info("ended")


def _tell_alive(sender: threading.Thread) -> None:
    """A sign of life to the service manager, unless what sends has died: then it starts us again."""
    if sender.is_alive():
        tell_service("WATCHDOG=1")


def adopt(daemon: Daemon, config: Config) -> None:
    """Makes a configuration the one in force, here and (by its version in the store) in the crawler."""
    daemon.config = config
    for void in find_voids(config):
        log.warning("%s", void)
    crawling.sync_outlets(daemon.store, config.outlets, _now())
    daemon.dispatch.adopt(config)
    with daemon.store.write() as connection:
        learned.save_meta(connection, "config_version", config.version)


def reload_if_changed(daemon: Daemon, *, forced: bool = False) -> None:
    """Reads the configuration when its files changed; a wrong one is refused, said once, and the old one stays."""
    stamp = _stamp(daemon.folder)
    if not forced and stamp == daemon.seen:
        return
    try:
        config = load_config(daemon.folder)
    except ConfigError as error:
        daemon.seen = stamp
        for problem in error.problems:
            log.error("configuration refused, the old one stays: %s", problem)
        _note_refusal(daemon, error.problems[0])
        return
    _note_refusal(daemon, "")
    if config.version == daemon.config.version:
        daemon.seen = stamp
        return
    for line in _difference(daemon.config, config):
        log.info("configuration: %s", line)
    adopt(daemon, config)
    daemon.seen = stamp  # of before it was read: what was written meanwhile is read at the next look


def _note_refusal(daemon: Daemon, problem: str) -> None:
    """What the page says while the files on the disk are not the ones in force."""
    with daemon.store.read() as connection:
        known = learned.load_meta(connection, learned.REFUSAL) or ""
    if problem != known:
        with daemon.store.write() as connection:
            learned.save_meta(connection, learned.REFUSAL, problem)


def _difference(old: Config, new: Config) -> Iterator[str]:
    for what in ("outlets", "people", "topics", "watchlists", "channels", "digests"):
        before = {item.slug: item for item in getattr(old, what)}
        after = {item.slug: item for item in getattr(new, what)}
        for verb, slugs in (
            ("added", after.keys() - before.keys()),
            ("removed", before.keys() - after.keys()),
            ("changed", {slug for slug in after.keys() & before.keys() if after[slug] != before[slug]}),
        ):
            if slugs:
                yield f"{what} {verb}: {', '.join(sorted(slugs))}"
    if old.settings != new.settings:
        yield "settings changed"


def _stamp(folder: str) -> str:
    """Changes when a file of the folder does."""
    found = sorted([*Path(folder).glob("*.toml"), *Path(folder).glob("templates/*")])
    return " ".join(f"{path.name}:{path.stat().st_mtime_ns}" for path in found)


@contextlib.contextmanager
def held_alone(store: Store) -> Iterator[None]:
    """Only one daemon on a SQLite database: a lock that the kernel drops when we die.

    Raises: DiplowatchError when another one holds it.
    """
    path = make_url(store.url).database
    if not store.is_sqlite or not path:
        yield
        return
    with Path(f"{path}.daemon.lock").open("w", encoding="utf-8") as handle:
        _lock(handle, path)
        yield


def _lock(handle: TextIO, path: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise DiplowatchError(f"{path}: another diplowatch runs on this database (stop it first)") from None


def _install_signals(daemon: Daemon) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, daemon.stop.set)
    loop.add_signal_handler(
        signal.SIGHUP, lambda: loop.run_in_executor(None, lambda: reload_if_changed(daemon, forced=True))
    )


def _make_server(daemon: Daemon) -> uvicorn.Server:
    host, _, port = daemon.config.settings.listen.rpartition(":")
    app = make_app(daemon.store, lambda: daemon.config, _now, daemon.stop)
    config = uvicorn.Config(
        app, host=host.strip("[]"), port=int(port), log_level="warning", access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # ours end all parts together
    return server


async def _serve(server: uvicorn.Server, daemon: Daemon) -> None:
    """The page; when its port is taken the rest goes on, and it is said."""
    log.info("page: http://%s/", daemon.config.settings.listen)
    try:
        await server._serve()  # not serve(): that one takes the signals for itself
    except (SystemExit, OSError):
        log.error(
            "page: %s is taken by another program: there is no page, the rest goes on (name another in settings.toml: web.listen)",
            daemon.config.settings.listen,
        )


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["Daemon", "adopt", "reload_if_changed", "run_daemon"]
