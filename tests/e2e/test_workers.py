"""`diplowatch worker`, several real processes on a real PostgreSQL: whatever is killed, stopped or taken away, all comes once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from loopback import Asked, Desk, Said, Site, make_feed, make_page, open_site
from receivers import Hook

from monitor.store import Store
from monitor.urls import canonical_url

pytestmark = [pytest.mark.e2e, pytest.mark.postgres, pytest.mark.xdist_group("e2e")]

HOSTS = int(os.environ.get("DIPLOWATCH_WORKERS_HOSTS", "50"))
ARTICLES = int(os.environ.get("DIPLOWATCH_WORKERS_ARTICLES", "3"))  # an outlet, after its baseline
STOPPED_S = float(os.environ.get("DIPLOWATCH_WORKERS_STOPPED", "22"))  # longer than a lease (15 s)
PATIENCE_S = 200 + STOPPED_S
DELAY_S = 0.5
EVERY_S = 3
OUTLETS_A_HOST = 2
CITIES = (
    "Ankara",
    "Lagos",
    "Quito",
    "Hanoi",
    "Tunis",
    "Oslo",
    "Lima",
    "Doha",
    "Baku",
    "Riga",
    "Accra",
    "Dakar",
    "Malé",
    "Suva",
)
MATTERS = (
    "grain",
    "ports",
    "visas",
    "rail",
    "water",
    "gas",
    "fishing",
    "steel",
    "loans",
    "mines",
    "satellites",
    "tariffs",
)


class World:
    """Hosts with two outlets each, which publish while the workers crawl; one article in two names the watched person."""

    def __init__(self, folder: Path, site: Site, hook: Hook, store: Store) -> None:
        self.folder, self.site, self.hook, self.store = folder, site, hook, store
        self.began = time.monotonic()
        self.pace_s = 4.0  # between two articles of one outlet
        self.is_publishing = threading.Event()
        self.desk = Desk(folder)
        self.desk.network = (
            'allow_private = ["127.0.0.0/8"]\nresolve = { '
            + ", ".join(f'"h{n:02d}.test" = "127.0.0.1"' for n in range(HOSTS))
            + " }\n"
        )
        for host in range(HOSTS):
            for part in range(OUTLETS_A_HOST):
                self._add_outlet(f"h{host:02d}.test", f"o{host:02d}-{part}")
        self.config = Path(self.desk.write().config)
        settings = self.config / "settings.toml"
        settings.write_text(settings.read_text("utf-8").replace('delay = "0s"', f'delay = "{DELAY_S}s"'), "utf-8")
        (self.config / "people.toml").write_text('[ilan-torvik]\nname = "Ilan Torvik"\n', "utf-8")
        (self.config / "watchlists.toml").write_text(
            '[north]\nname = "North"\npeople = ["ilan-torvik"]\ninstant = ["hook"]\n', "utf-8"
        )
        (self.config / "channels.toml").write_text(
            f'[channel.hook]\nurl = "{hook.url()}"\nper_hour = 100000\n', "utf-8"
        )

    def _add_outlet(self, host: str, slug: str) -> None:
        feed = f"/{slug}/feed"
        self.desk.add_outlet(
            slug, self.site.url("/", host), feeds=[self.site.url(feed, host)], every=f"{EVERY_S}s", family=slug
        )
        self.site.pages[host + feed] = lambda asked, slug=slug, host=host: self._feed(asked, slug, host)  # type: ignore[misc]
        for number in range(ARTICLES + 1):
            self.site.pages[f"{host}/{slug}/{number}"] = make_story(slug, number)

    def _feed(self, _: Asked, slug: str, host: str) -> Said:
        count = 0
        if self.is_publishing.is_set():
            count = min(ARTICLES, int((time.monotonic() - self.began) / self.pace_s) + 1)
        return make_feed(self.site, [(f"/{slug}/{n}", make_title(slug, n), None) for n in range(count, -1, -1)], host)

    def publish(self) -> None:
        self.began = time.monotonic()
        self.is_publishing.set()

    def urls(self) -> set[str]:
        """What comes after the baseline."""
        return {
            canonical_url(self.site.url(f"/o{host:02d}-{part}/{n}", f"h{host:02d}.test"))
            for host in range(HOSTS)
            for part in range(OUTLETS_A_HOST)
            for n in range(1, ARTICLES + 1)
        }

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with self.store.read() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def number(self, query: str) -> int:
        return int(str(self.ask(query)[0][0]))

    def find_gaps(self, least_s: float) -> list[tuple[str, float]]:
        """Host and seconds of every two requests that came too close to one another, as the server saw it."""
        last: dict[str, float] = {}
        short = []
        for asked in sorted(self.site.asked, key=lambda one: one.at):
            if asked.host in last and asked.at - last[asked.host] < least_s:
                short.append((asked.host, round(asked.at - last[asked.host], 3)))
            last[asked.host] = asked.at
        return short


def make_title(slug: str, number: int) -> str:
    rng = random.Random(f"{slug} {number}")
    who = "Ilan Torvik" if number % 2 else "A delegation"
    return f"{who} in {rng.choice(CITIES)} for {rng.choice(MATTERS)} and {rng.choice(MATTERS)}, {slug} says in note {number}"


def make_story(slug: str, number: int) -> Said:
    """An article whose every sentence is its own: no two are one story."""
    return make_page(make_title(slug, number), extra=f"Note {slug} {number}.")


class Worker:
    """A real `diplowatch worker` in a session of its own, so that it and its crawler can be stopped together."""

    def __init__(self, world: World, name: str, *, db: str = "", shards: int = 2) -> None:
        self.world, self.name = world, name
        command = [sys.executable, "-m", "monitor.cli", "worker", "--config", str(world.config), "--name", name]
        command += ["--db", db or world.store.url, "--shards", str(shards)]
        self.path = world.folder / f"{name}.log"
        with self.path.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=world.folder, start_new_session=True)

    def signal_all(self, number: signal.Signals) -> None:
        """To the worker and its crawler."""
        os.killpg(self.process.pid, number)

    def log(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")

    def leads(self) -> bool:
        return self.log().rfind("leads: it schedules") > self.log().rfind("leads no more")


@contextmanager
def working(world: World, *names: str) -> Iterator[list[Worker]]:
    workers = [Worker(world, name) for name in names]
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.process.poll() is None:
                worker.signal_all(signal.SIGCONT)
                worker.process.terminate()
        for worker in workers:
            try:
                worker.process.wait(20)
            except subprocess.TimeoutExpired:
                worker.signal_all(signal.SIGKILL)


def wait_for(happened: Callable[[], bool], workers: list[Worker], patience_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + patience_s
    while not happened():
        tails = "\n".join(f"--- {worker.name}\n{worker.log()[-1500:]}" for worker in workers)
        assert time.monotonic() < end, f"it did not happen\n{tails}"
        time.sleep(0.2)


@pytest.fixture
def world(tmp_path: Path, postgres_store: Store) -> Iterator[World]:
    hook = Hook().start()
    with open_site() as site:
        yield World(tmp_path, site, hook, postgres_store)
    hook.stop()


def test_all_comes_once_when_one_worker_is_killed_and_another_is_stopped(world: World) -> None:
    with working(world, "w1", "w2", "w3", "w4") as workers:
        w1, w2 = workers[:2]
        outlets = HOSTS * OUTLETS_A_HOST
        wait_for(lambda: world.number("SELECT count(*) FROM outlet WHERE baseline_at IS NOT NULL") == outlets, workers)
        world.publish()
        wait_for(lambda: world.number("SELECT count(*) FROM article WHERE NOT is_baseline") > outlets // 4, workers)
        w1.process.kill()
        w2.signal_all(signal.SIGSTOP)
        stopped_at = time.monotonic()
        wait_for(lambda: time.monotonic() - stopped_at > STOPPED_S, workers)
        w2.signal_all(signal.SIGCONT)
        wait_for(lambda: is_settled(world), workers)
        time.sleep(3)  # what the stopped one still had in hand

        check_once(world)
        assert world.find_gaps(DELAY_S) == []
        shares = {name: "it schedules" in worker.log() for name, worker in zip("1234", workers, strict=True)}
        assert any(shares.values())


def is_settled(world: World) -> bool:
    """Every article is in, nothing is under way, nothing is owed."""
    articles = world.number("SELECT count(*) FROM article WHERE NOT is_baseline")
    waiting = world.number("SELECT count(*) FROM candidate WHERE state IN ('found', 'fetching', 'failed')")
    owed = world.number("SELECT count(*) FROM alert WHERE state = 'owed'")
    unsent = world.number("SELECT count(*) FROM message WHERE state NOT IN ('sent', 'dead')")
    return articles >= len(world.urls()) and not (waiting or owed or unsent)


def check_once(world: World) -> None:
    """All articles, alerts and deliveries once; no row twice."""
    assert {row[0] for row in world.ask("SELECT url FROM article WHERE NOT is_baseline")} == world.urls()
    twice = "SELECT count(*) FROM (SELECT 1 FROM {} GROUP BY {} HAVING count(*) > 1) AS t"
    assert world.number(twice.format("article", "url")) == 0
    assert world.number(twice.format("hit", 'article_id, entry, field, start, "end"')) == 0
    assert world.number(twice.format("version", "article_id, seen_at")) == 0
    assert world.number(twice.format("step WHERE step = 'state'", "candidate_id")) == 0
    assert world.number(twice.format("alert", "story_id, watchlist, kind, reason")) == 0
    wanted = world.number(
        "SELECT count(DISTINCT story_id) FROM article a JOIN hit h ON h.article_id = a.id WHERE NOT a.is_baseline"
    )
    assert world.number("SELECT count(*) FROM alert WHERE kind = 'instant'") == wanted
    posts = Counter(post.headers["Idempotency-Key"] for post in world.hook.posts)
    assert len(posts) == world.number("SELECT count(*) FROM message WHERE state = 'sent'")
    assert (
        sum(posts.values()) - len(posts) <= 4
    )  # the killed sender may have sent what it could not record: at most what it had under way
