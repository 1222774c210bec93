"""`diplowatch run` on the demo world, with real receivers: each alert once, no cruft, whatever dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from receivers import Hook, Mailbox, free_port

from monitor.demo import DemoServer, find_expected, find_ringing, find_turning, load_archive, write_config
from monitor.store import Store, open_store, schema
from monitor.urls import path_of

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

SECONDS = float(os.environ.get("DIPLOWATCH_E2E_SECONDS", "30"))  # how long the two days take
DOWN_S = float(os.environ.get("DIPLOWATCH_E2E_DOWN", "12"))  # how long the receivers are down
PATIENCE_S = 150 + DOWN_S


class Daemon:
    """A real `diplowatch run` in a folder."""

    def __init__(self, folder: Path, config: Path, db: str) -> None:
        self.folder, self.config = folder, config
        self.db = db or f"sqlite:///{folder / 'e2e.db'}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(self.config), "--db", self.db]
        log = (self.folder / "daemon.log").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        log.close()

    def kill(self) -> None:
        """As a power cut would: the monitor alone; its worker is an orphan now."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; returns how long it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text(encoding="utf-8", errors="replace")


def test_every_alert_comes_once_on_each_channel_and_a_second_run_is_silent(tmp_path: Path) -> None:
    with receiving() as (mail, hook):
        server, daemon = begin(tmp_path, mail, hook)
        try:
            wait_for(lambda: is_settled(server, daemon), daemon)
            check_told(daemon, mail, hook)
            took_s = daemon.stop()
            assert took_s < 10
            told = len(mail.mails), len(hook.posts)
            daemon.start()
            polled = count_polls(server)
            wait_for(lambda: count_polls(server) >= polled + 10, daemon)
            daemon.stop()
            assert (len(mail.mails), len(hook.posts)) == told
        finally:
            end(server, daemon)


@pytest.mark.postgres
def test_the_same_on_postgresql(tmp_path: Path, postgres_store: Store) -> None:
    with receiving() as (mail, hook):
        server, daemon = begin(tmp_path, mail, hook, postgres_store.url)
        try:
            wait_for(lambda: is_settled(server, daemon), daemon)
            check_told(daemon, mail, hook)
            assert daemon.stop() < 10
        finally:
            end(server, daemon)


def test_nothing_is_lost_or_doubled_when_processes_die_and_receivers_are_down(tmp_path: Path) -> None:
    with receiving() as (mail, hook):
        server, daemon = begin(tmp_path, mail, hook)
        try:
            wait_for(lambda: len(hook.posts) >= 3, daemon)
            os.kill(find_worker(daemon), signal.SIGKILL)
            wait_for(lambda: len(hook.posts) >= 6, daemon)
            mail.on_data = lambda: "451 4.7.1 try again later"
            hook.always = (503, {}, {})
            down_at = time.monotonic()
            daemon.kill()
            daemon.start()
            wait_for(lambda: time.monotonic() - down_at > DOWN_S, daemon)
            mail.on_data = lambda: ""
            hook.always = None
            wait_for(lambda: is_settled(server, daemon), daemon)
            check_told(daemon, mail, hook, crashes=2)
            assert daemon.stop() < 10
        finally:
            end(server, daemon)


@contextmanager
def receiving() -> Iterator[tuple[Mailbox, Hook]]:
    mail, hook = Mailbox().start(), Hook().start()
    try:
        yield mail, hook
    finally:
        mail.stop()
        hook.stop()


def begin(folder: Path, mail: Mailbox, hook: Hook, db: str = "") -> tuple[DemoServer, Daemon]:
    server = DemoServer(seconds=SECONDS)
    config = write_config(folder / "config", server.start(), listen=f"127.0.0.1:{free_port()}", every="1s")
    channels = config / "channels.toml"
    caps = "per_minute = 600\nper_hour = 600\n"  # two days pass in seconds
    more = f'\n[channel.mail]\nurl = "{mail.url()}"\n{caps}[channel.hook]\nurl = "{hook.url()}"\n{caps}'
    channels.write_text(channels.read_text(encoding="utf-8") + more, encoding="utf-8")
    watchlists = config / "watchlists.toml"
    text = watchlists.read_text(encoding="utf-8").replace("instant = [", 'instant = ["mail", "hook", ')
    watchlists.write_text(text, encoding="utf-8")
    daemon = Daemon(folder, config, db)
    daemon.start()
    return server, daemon


def end(server: DemoServer, daemon: Daemon) -> None:
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.process.kill()
        daemon.process.wait()
    server.stop()


def wait_for(holds: Callable[[], bool], daemon: Daemon) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, f"waited too long\n{daemon.log()[-4000:]}"
        assert daemon.process is not None
        assert daemon.process.poll() is None, f"the daemon ended\n{daemon.log()[-4000:]}"
        time.sleep(0.2)


def is_settled(server: DemoServer, daemon: Daemon) -> bool:
    """The two days are over, every page that was found is done, and nothing is owed."""
    if not server.is_over():
        return False
    store = open_store(daemon.db)
    try:
        with store.read() as connection:
            known = {path_of(url) for url in connection.execute(sa.select(schema.candidate.c.url)).scalars()}
            waiting = count(connection, schema.candidate.c.state.in_(["found", "fetching"]))
            owed = count(connection, schema.alert.c.state == "owed")
            unsent = count(connection, schema.message.c.state.not_in(["sent", "dead"]))
    finally:
        store.close()
    missing = [one.path for one in find_expected(load_archive()) if one.path.rstrip("/") not in known]
    return not (missing or waiting or owed or unsent)


def count(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).where(condition)).scalar_one()


def count_polls(server: DemoServer) -> int:
    return sum(path.endswith((".xml", "/feed", "/feed/")) or "sitemap" in path for _, path, _ in server.requests)


def find_worker(daemon: Daemon) -> int:
    store = open_store(daemon.db)
    w = schema.worker.c
    with store.read() as connection:
        pid = connection.execute(
            sa.select(w.pid).where(w.kind == "crawler").order_by(w.at.desc()).limit(1)
        ).scalar_one()
    store.close()
    return int(pid)


def check_told(daemon: Daemon, mail: Mailbox, hook: Hook, *, crashes: int = 0) -> None:
    """The (story, watchlist) pairs that must ring did and no other; updates told only what their articles can be the first to tell;

    each alert came once on each channel, but for crashes of the sender.
    """
    store = open_store(daemon.db)
    try:
        rung, copies = find_rung(store)
        updated, unfounded = find_updated(store)
    finally:
        store.close()
    assert set(rung) == find_ringing(load_archive())
    assert copies == 0
    # What was under way when a process died is read later than what was published after it: any of it may bring the stage.
    assert [one for one in unfounded if not (crashes and one[2].startswith("stage:"))] == []
    assert find_turning(load_archive()) <= set(updated) <= set(rung)
    mails = Counter(str(message["Message-ID"]) for message in mail.mails)
    posts = Counter(post.headers["Idempotency-Key"] for post in hook.posts)
    assert len(mails) == len(posts) == sum(rung.values()) + sum(updated.values())
    assert sum(mails.values()) - len(mails) <= 4 * crashes
    assert sum(posts.values()) - len(posts) <= 4 * crashes


def find_rung(store: Store) -> tuple[Counter[tuple[str, str]], int]:
    """(story of the archive, watchlist) → instant alerts owed; and how many of them were for a copy."""
    stories = {one.path.rstrip("/"): one.article.story for one in find_expected(load_archive())}
    a, art = schema.alert.c, schema.article.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(art.url, a.watchlist, art.duplicate_of)
            .join(schema.article, art.id == a.article_id)
            .where(a.kind == "instant")
        ).all()
    pairs = Counter((stories[path_of(row.url)], row.watchlist) for row in rows)
    return pairs, sum(row.duplicate_of is not None for row in rows)


def find_updated(store: Store) -> tuple[Counter[tuple[str, str]], list[tuple[str, str, str]]]:
    """(story of the archive, watchlist) → updates sent; and those that their article could not be the first to tell."""
    found = find_expected(load_archive())
    by_id = {one.article.id: one for one in found}  # a copy that is read first stands for what it repeats
    expected = {
        (one.article.outlet, one.path.rstrip("/")): by_id[one.article.copy_of or one.article.id] for one in found
    }
    a, art = schema.alert.c, schema.article.c
    with store.read() as connection:
        rows = connection.execute(
            sa.select(art.outlet, art.url, a.watchlist, a.reason)
            .join(schema.article, art.id == a.article_id)
            .where(a.kind == "update", a.state != "along")
        ).all()
    told = [(expected[row.outlet, path_of(row.url)], row.watchlist, row.reason) for row in rows]
    pairs = Counter((one.article.story, watchlist) for one, watchlist, _ in told)
    return pairs, [
        (one.path, watchlist, reason)
        for one, watchlist, reason in told
        if reason.split(":")[0] not in one.news or watchlist not in one.watchlists
    ]
