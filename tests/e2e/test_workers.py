"""`diplowatch worker`, several real processes on a real PostgreSQL: whatever is killed, stopped or taken away, all comes once."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from loopback import Asked, Desk, Said, Site, make_feed, make_page, open_site
from machines import NoMachines, open_machines
from receivers import Hook
from sqlalchemy.engine import make_url

from monitor import __version__
from monitor.store import Store
from monitor.urls import canonical_url

pytestmark = [pytest.mark.e2e, pytest.mark.postgres, pytest.mark.xdist_group("e2e")]

HOSTS = int(os.environ.get("DIPLOWATCH_WORKERS_HOSTS", "50"))
ARTICLES = int(os.environ.get("DIPLOWATCH_WORKERS_ARTICLES", "3"))  # an outlet, after its baseline
STOPPED_S = float(os.environ.get("DIPLOWATCH_WORKERS_STOPPED", "22"))  # longer than a lease (15 s)
# A message that was under way when its worker was cut off is leased for 90 s, and a page that failed pauses on top of that.
PATIENCE_S = float(os.environ.get("DIPLOWATCH_WORKERS_PATIENCE", "180")) + STOPPED_S
DELAY_S = 0.5
EVERY_S = 3
OUTLETS_A_HOST = 2
TWO_SHARDS = 25  # hosts, with two outlets each: two shards
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

    def __init__(self, folder: Path, site: Site, hook: Hook, store: Store, hosts: int) -> None:
        self.folder, self.site, self.hook, self.store, self.hosts = folder, site, hook, store, hosts
        self.began = time.monotonic()
        self.pace_s = 4.0  # between two articles of one outlet
        self.is_publishing = threading.Event()
        self.desk = Desk(folder)
        self.desk.network = (
            f'allow_private = ["127.0.0.0/8", "{site.address}/32"]\nresolve = {{ '
            + ", ".join(f'"h{n:02d}.test" = "{site.address}"' for n in range(self.hosts))
            + " }\n"
        )
        for host in range(self.hosts):
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
            f'[channel.hook]\nurl = "{hook.url()}"\nper_minute = 100000\nper_hour = 100000\n', "utf-8"
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
            for host in range(self.hosts)
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

    def __init__(
        self, world: World, name: str, *, db: str = "", shards: int = 2, config: Path | None = None, machine: str = ""
    ) -> None:
        self.world, self.name = world, name
        command = ["ip", "netns", "exec", machine] if machine else []
        command += [
            sys.executable,
            "-m",
            "monitor.cli",
            "worker",
            "--config",
            str(config or world.config),
            "--name",
            name,
        ]
        command += ["--db", db or world.store.url, "--shards", str(shards)]
        self.path = world.folder / f"{name}.log"
        with self.path.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=world.folder, start_new_session=True)

    def signal_all(self, number: signal.Signals) -> None:
        """To the worker and its crawler."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.signal_all(signal.SIGKILL)

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
            worker.stop()


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
        yield World(tmp_path, site, hook, postgres_store, HOSTS)
    hook.stop()


@pytest.fixture
def village(tmp_path: Path, postgres_store: Store) -> Iterator[World]:
    """A small world: one shard."""
    hook = Hook().start()
    with open_site() as site:
        yield World(tmp_path, site, hook, postgres_store, 4)
    hook.stop()


class Cable:
    """A TCP way to the PostgreSQL server that can be cut."""

    def __init__(self, url: str, address: str = "127.0.0.1") -> None:
        self.target, self.address = make_url(url), address
        self.server: socket.socket | None = None
        self.ends: list[socket.socket] = []
        with socket.socket() as free:
            free.bind((address, 0))
            self.port = int(free.getsockname()[1])
        self.url = self.target.set(host=address, port=self.port).render_as_string(hide_password=False)

    def plug(self) -> None:
        self.server = socket.create_server((self.address, self.port))
        threading.Thread(target=self._accept, args=(self.server,), daemon=True).start()

    def cut(self) -> None:
        if self.server is not None:
            with contextlib.suppress(OSError):
                self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = server.accept()
                far = socket.create_connection((self.target.host or "127.0.0.1", self.target.port or 5432))
                self.ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cable(postgres_store: Store) -> Iterator[Cable]:
    if not make_url(postgres_store.url).host:
        pytest.skip("the server listens on no port")
    found = Cable(postgres_store.url)
    yield found
    found.cut()


def test_a_database_that_is_away_is_waited_for_and_one_that_goes_away_loses_nothing(
    village: World, cable: Cable
) -> None:
    worker = Worker(village, "w1", db=cable.url)
    try:
        wait_for(lambda: "no database server answers there; trying again every 5 s" in worker.log(), [worker])
        cable.plug()
        wait_for(lambda: village.number("SELECT count(*) FROM outlet WHERE baseline_at IS NOT NULL") == 8, [worker])
        village.publish()
        wait_for(lambda: village.number("SELECT count(*) FROM article WHERE NOT is_baseline") >= 4, [worker])
        cable.cut()
        wait_for(lambda: worker.log().count("no database server answers there") >= 3, [worker])
        cable.plug()
        wait_for(lambda: is_settled(village), [worker])
        check_once(village)
        assert worker.process.poll() is None
    finally:
        worker.stop()


def test_one_leads_and_another_takes_over_when_it_dies_or_is_stopped_and_no_window_is_missed(village: World) -> None:
    minutes = [datetime.now(UTC) + timedelta(minutes=n) for n in range(6)]
    with (village.config / "channels.toml").open("a", encoding="utf-8") as file:
        times = ", ".join(f'"{moment:%H:%M}"' for moment in minutes)
        file.write(f'[digest.often]\nchannels = ["hook"]\nat = [{times}]\nzone = "UTC"\n')
    with working(village, "w1", "w2", "w3") as workers:
        wait_for(lambda: any(worker.leads() for worker in workers), workers)
        wait_for(lambda: village.number("SELECT count(*) FROM meta WHERE key LIKE 'digest_since%'") == 1, workers)
        (first,) = [worker for worker in workers if worker.leads()]
        wait_for(lambda: datetime.now(UTC).second >= 55, workers)
        others = [worker for worker in workers if worker is not first]
        first.process.kill()
        took_s = [time_take_over(others)]
        (second,) = [worker for worker in others if worker.leads()]
        (third,) = [worker for worker in others if worker is not second]
        second.signal_all(signal.SIGSTOP)
        took_s.append(time_take_over([third]))
        second.signal_all(signal.SIGCONT)
        wait_for(lambda: second.log().rstrip().endswith("leads no more") or not second.leads(), [second, third])
        wait_for(lambda: len(village.ask("SELECT 1 FROM digest_window")) >= 1, [second, third])
        print(f"taken over after {took_s[0]:.1f} s (killed), {took_s[1]:.1f} s (stopped)")

        assert max(took_s) < 30
        assert third.leads()
        windows = village.ask("SELECT window_start, window_end FROM digest_window ORDER BY window_end")
        assert all(before[1] == after[0] for before, after in itertools.pairwise(windows))
        assert len({row[1] for row in windows}) == len(windows)


def time_take_over(workers: list[Worker]) -> float:
    began = time.monotonic()
    wait_for(lambda: any(worker.leads() for worker in workers), workers, 60)
    return time.monotonic() - began


def test_a_worker_with_another_configuration_waits_until_its_folder_is_the_same(village: World, tmp_path: Path) -> None:
    with working(village, "w1") as workers:
        wait_for(
            lambda: "configuration" in workers[0].log() and village.number("SELECT count(*) FROM shard") > 0, workers
        )
        other = tmp_path / "other"
        shutil.copytree(village.config, other)
        (other / "people.toml").write_text('[somebody-else]\nname = "Somebody Else"\n', "utf-8")
        (other / "watchlists.toml").write_text(
            '[north]\nname = "N"\npeople = ["somebody-else"]\ninstant = ["hook"]\n', "utf-8"
        )
        late = Worker(village, "w2", config=other)
        workers.append(late)
        wait_for(lambda: "is not the one in force" in late.log(), workers)
        for name in ("people.toml", "watchlists.toml"):
            shutil.copy(village.config / name, other / name)
        wait_for(lambda: "is in force" in late.log(), workers)


def refuse(world: World, name: str = "w9", db: str = "") -> str:
    """What a worker says that ends by itself."""
    worker = Worker(world, name, db=db)
    assert worker.process.wait(30) == 1
    lines = [line for line in worker.log().strip().splitlines() if " INFO " not in line]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_worker_of_another_version_refuses_and_says_which(village: World) -> None:
    with village.store.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO worker (name, kind, version, at) VALUES ('old-1', 'worker', '0.0.9', clock_timestamp())"
            )
        )
    assert f"old-1 is at work with diplowatch 0.0.9, this one is {__version__}: upgrade the older one" in refuse(
        village
    )


def test_a_worker_whose_database_was_migrated_past_it_ends_and_says_so(village: World) -> None:
    worker = Worker(village, "w1")
    wait_for(lambda: "at work with diplowatch" in worker.log(), [worker])
    with village.store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert worker.process.wait(30) == 1
    assert "has schema 9999 by now" in worker.log()


def test_wrong_credentials_a_server_that_takes_no_writes_and_sqlite_are_one_line_each(
    village: World, tmp_path: Path
) -> None:
    url = make_url(village.store.url)
    assert "no such user" in refuse(
        village, "a", url.set(username="nobody-of-this-name").render_as_string(hide_password=False)
    )
    assert "takes no writes" in refuse(village, "b", f"{village.store.url}%20-cdefault_transaction_read_only%3Don")
    assert "workers need PostgreSQL" in refuse(village, "c", f"sqlite:///{tmp_path / 'a.db'}")


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


def test_two_machines_share_the_work_and_what_one_was_at_when_it_was_cut_off_comes_once(
    tmp_path: Path, postgres_store: Store
) -> None:
    """Each worker in a network namespace of its own, with the sites, the receiver and the database on a third machine."""
    with contextlib.ExitStack() as stack:
        try:
            machines = stack.enter_context(open_machines(2))
        except NoMachines as error:
            pytest.skip(f"no network namespaces here: {error}")
        if not make_url(postgres_store.url).host:
            pytest.skip("the server listens on no port")
        hook = Hook(host=machines.address).start()
        stack.callback(hook.stop)
        cable = Cable(postgres_store.url, machines.address)
        stack.callback(cable.cut)
        cable.plug()
        world = World(tmp_path, stack.enter_context(open_site(machines.address)), hook, postgres_store, TWO_SHARDS)
        workers: list[Worker] = []
        for name, shards in zip(machines.names, (1, 2), strict=True):  # the second may take over what the first has
            workers.append(Worker(world, name, db=cable.url, shards=shards, machine=name))
            stack.callback(workers[-1].stop)
            wait_for(lambda name=name: find_owners(world)[name] == 1, workers)  # type: ignore[misc]
        one, other = workers
        outlets = world.hosts * OUTLETS_A_HOST
        wait_for(lambda: world.number("SELECT count(*) FROM outlet WHERE baseline_at IS NOT NULL") == outlets, workers)
        world.publish()
        wait_for(lambda: world.number("SELECT count(*) FROM article WHERE NOT is_baseline") > outlets // 4, workers)
        machines.cut(one.name)
        cut_at = time.monotonic()
        wait_for(lambda: find_owners(world)[other.name] == 2, workers)
        wait_for(lambda: time.monotonic() - cut_at > STOPPED_S, workers)
        machines.plug(one.name)
        wait_for(lambda: is_settled(world), workers)
        time.sleep(3)  # what the one that was cut off still had in hand

        check_once(world)
        assert world.find_gaps(DELAY_S) == []
        assert one.process.poll() is None


def find_owners(world: World) -> Counter[str]:
    """How many shards each worker has."""
    return Counter(str(owner) for (owner,) in world.ask("SELECT owner FROM shard"))


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


def test_the_archive_is_worked_over_by_the_workers_and_nothing_is_sent(village: World) -> None:
    with working(village, "w1", "w2") as workers:
        wait_for(lambda: village.number("SELECT count(*) FROM article") >= 8, workers)
        known = village.number("SELECT count(*) FROM message")
        people = village.config / "people.toml"
        people.write_text(
            people.read_text("utf-8") + '[delegation]\nname = "Nota Delegata"\nalso = ["A delegation"]\n', "utf-8"
        )
        wait_for(
            lambda: village.number("SELECT count(DISTINCT value) FROM meta WHERE key = 'config_version'") == 1, workers
        )
        command = [sys.executable, "-m", "monitor.cli", "reprocess", "--what", "match,stories", "--json"]
        command += ["--config", str(village.config), "--db", village.store.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        changed = json.loads(done.stdout)["changed"]

        assert changed["articles"] >= 8
        assert changed["entries gained"] >= 8
        assert changed["articles placed"] == changed["articles"]
        assert village.number("SELECT count(*) FROM rerun_part WHERE state <> 'done'") == 0
        assert village.number("SELECT count(*) FROM message") == known
