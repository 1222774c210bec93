"""What the always-on crawler is like after hours: lag of polls, CPU, memory, open files; hostile outlets; addresses that it must not dial.

    python benchmarks/soak.py [--quick] [--json]

The real spider, without once=1, as a child process on SQLite over a loopback site of many hosts in another process (soak_site.py; the last
rows: soak_ways.py); delay 0 s; the shipped people and topics. Lag: the time between two requests of one feed as the site saw them, less
`every`. The crawler looks for due outlets every 0.25 s, and so an increase by less than that counts as none. The bounds are those of a
machine that does nothing else. The full run takes about an hour and a half and 3 GB of temporary disk.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import math
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT)]

import soak_ways  # noqa: E402
from soak_site import HOSTILE  # noqa: E402

from monitor.crawl import Crawler  # noqa: E402
from monitor.store import open_store  # noqa: E402

CLOCK_HZ = os.sysconf("SC_CLK_TCK")
IDLE_S = 0.25  # crawler.spiders.outlets.IDLE_S: less than this is no difference
A_DAY = 288_000  # polls of 1,000 outlets every five minutes
USUAL_PACE = 0.05  # articles a poll: 14,400 a day of 1,000 outlets
OVERDUE_S = 1.0  # a poll that is still to come at the end counts with its lag so far when it is later than this


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and how wide each measure is."""

    lag_outlets: int
    lag_every_s: int
    lag_s: float
    memory_outlets: int
    fill_pace: int  # articles a poll in the first half
    articles: int
    fill_s: float  # at most
    polls: int
    steady_s: float  # at most
    good: int
    bad: int
    hostile_every_s: int
    hostile_s: float
    at_once: int  # measures, and runs of the hostile one
    patience_s: float  # for the first round


FULL = Plan(
    lag_outlets=1000, lag_every_s=300, lag_s=1200, memory_outlets=50, fill_pace=10, articles=100_000, fill_s=3000,
    polls=20_000, steady_s=1200, good=600, bad=400, hostile_every_s=120, hostile_s=600, at_once=1, patience_s=120,
)  # fmt: skip
QUICK = Plan(
    lag_outlets=4, lag_every_s=1, lag_s=8, memory_outlets=40, fill_pace=1, articles=100_000, fill_s=5,
    polls=20_000, steady_s=5, good=21, bad=14, hostile_every_s=1, hostile_s=4, at_once=2, patience_s=12,
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """A crawler at work: its folder, its site's port, its outlets that behave, its process."""

    folder: Path
    port: int
    good: int
    crawler: subprocess.Popen[bytes]

    def ask(self, wish: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/{wish}", timeout=10) as answer:
            return dict(json.loads(answer.read()))

    def wait(self, happened: Callable[[], bool], seconds: float) -> None:
        """Until it happened, at most so long. Raises: RuntimeError when the crawler has ended."""
        end = time.monotonic() + seconds
        while not happened() and time.monotonic() < end:
            if self.crawler.poll() is not None:
                raise RuntimeError(f"the crawler ended: {(self.folder / 'log').read_text(encoding='utf-8')[-2000:]}")
            time.sleep(max(0.1, seconds / 3000))

    def read_status(self, name: str) -> int:
        """A number of /proc/PID/status: VmRSS in kB, Threads."""
        text = Path(f"/proc/{self.crawler.pid}/status").read_text(encoding="ascii")
        return int(text.split(f"{name}:")[1].split()[0])

    def cpu_s(self) -> float:
        words = Path(f"/proc/{self.crawler.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / CLOCK_HZ

    def find_lags(self, every_s: float, since: float) -> list[float]:
        """Of all polls of outlets that behave whose predecessor came after `since`, sorted; at least one."""
        now, times = time.monotonic(), list(self.ask("times").values())
        pairs = itertools.chain.from_iterable(map(itertools.pairwise, times))
        lags = [later - earlier - every_s for earlier, later in pairs if earlier >= since]
        waiting = [one[-1] for one in times] + [since] * (self.good - len(times))
        lags += [late for last in waiting if (late := now - max(last, since) - every_s) > OVERDUE_S]
        return sorted(lags) or [0.0]


@contextlib.contextmanager
def open_bench(plan: Plan, good: int, every_s: int, bad: int = 0) -> Iterator[Bench]:
    """Site and crawler, after the first round of the outlets that behave."""
    hosts = [f"good{n}.test" for n in range(good)] + [f"{HOSTILE[n % len(HOSTILE)]}{n}.test" for n in range(bad)]
    command = [sys.executable, str(ROOT / "benchmarks" / "soak_site.py")]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        site = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(site.kill)
        assert site.stdout is not None
        port = int(site.stdout.readline())
        configure(folder, port, hosts, every_s)
        crawler = Crawler(config=str(folder), db=f"sqlite:///{folder / 'soak.db'}")
        open_store(crawler.db).close()  # as `diplowatch run` does: the crawler finds a database that is up to date
        log = stack.enter_context((folder / "log").open("wb"))
        words, environment = crawler.command("outlets"), crawler.environment()
        child = stack.enter_context(subprocess.Popen(words, env=environment, cwd=ROOT, stderr=log))
        stack.callback(child.kill)
        bench = Bench(folder, port, good, child)
        bench.wait(lambda: bench.ask("count")["outlets"] >= good, plan.patience_s)
        yield bench


def configure(folder: Path, port: int, hosts: list[str], every_s: int) -> None:
    """One outlet a host; the shipped people and topics."""
    for name in ("people.toml", "topics.toml"):
        (folder / name).write_bytes((ROOT / "config" / name).read_bytes())
    tables = []
    for host in hosts:
        home = f"http://{host}:{port}"
        more = f'sitemaps = ["{home}/feed/map"]\n' if host.startswith("nested") else ""
        tables.append(
            f'[{host[:-5]}]\nname = "{host}"\nhome = "{home}/"\nfeeds = ["{home}/feed"]\nevery = "{every_s}s"\n{more}'
        )
    (folder / "outlets.toml").write_text("\n".join(tables), encoding="utf-8")
    resolve = ", ".join(f'"{host}" = "127.0.0.1"' for host in hosts)
    settings = f'[network]\ndelay = "0s"\nallow_private = ["127.0.0.0/8"]\nresolve = {{ {resolve} }}\n'
    (folder / "settings.toml").write_text(settings, encoding="utf-8")


def measure_lag(plan: Plan) -> list[dict[str, Any]]:
    """Outlets that are due one after the other, as they are after some hours."""
    with open_bench(plan, plan.lag_outlets, plan.lag_every_s) as bench:
        spread_polls(bench.folder / "soak.db", plan.lag_every_s)
        bench.ask(f"pace?{USUAL_PACE}")
        began, cpu_s = time.monotonic(), bench.cpu_s()
        bench.wait(lambda: False, plan.lag_s)
        cpu = 100 * (bench.cpu_s() - cpu_s) / (time.monotonic() - began)
        lags = bench.find_lags(plan.lag_every_s, began)
    name, p95 = f"{plan.lag_outlets} outlets every {plan.lag_every_s} s, {len(lags)} polls", find_p95(lags)
    return [
        make_row(f"lag of polls, p95: {name}", p95, "s", "< 10", p95 < 10),
        make_row("CPU of the crawler over that time, of one core", cpu, "%", "< 30", cpu < 30),
    ]


def spread_polls(db: Path, every_s: int) -> None:
    """Makes the outlets due evenly over one round."""
    connection = sqlite3.connect(db, timeout=30)
    with connection:
        slugs = [slug for (slug,) in connection.execute("SELECT slug FROM outlet")]
        for number, slug in enumerate(slugs):
            due = datetime.now(UTC) + timedelta(seconds=every_s * number / len(slugs))
            connection.execute("UPDATE outlet SET next_poll_at = ? WHERE slug = ?", (f"{due:%F %T.%f}", slug))
    connection.close()


@dataclass(frozen=True)
class Sample:
    polls: int
    pages: int
    rss_mb: float
    files: int
    threads: int


def measure_memory(plan: Plan) -> list[dict[str, Any]]:
    """First half: new articles at every poll. Second half: one at every twentieth poll, as in a usual day; the slope has in it what the story index keeps of them."""
    samples: list[Sample] = []

    def is_over(polls: int, pages: int) -> bool:
        count, files = bench.ask("count"), sum(1 for _ in Path(f"/proc/{bench.crawler.pid}/fd").iterdir())
        rss_mb, threads = bench.read_status("VmRSS") / 1024, bench.read_status("Threads")
        samples.append(Sample(count["polls"], count["pages"], rss_mb, files, threads))
        return bool(count["polls"] >= polls and count["pages"] >= pages)

    with open_bench(plan, plan.memory_outlets, 1) as bench:
        bench.ask(f"pace?{plan.fill_pace}")
        bench.wait(lambda: is_over(0, plan.articles), plan.fill_s)
        bench.ask(f"pace?{USUAL_PACE}")
        filled = len(samples)
        bench.wait(lambda: is_over(max(plan.polls, 2 * samples[filled - 1].polls), 0), plan.steady_s)
    first, fill, last, most = samples[0], samples[filled - 1], samples[-1], max(one.rss_mb for one in samples)
    points, went_on = [(one.polls, one.rss_mb) for one in samples[filled:]], last.polls > samples[filled].polls
    slope = 1000 * statistics.linear_regression(*zip(*points, strict=True)).slope if went_on else 0.0
    a_day = slope * A_DAY / 1000
    growth = 1000 * (fill.rss_mb - first.rss_mb) / max(fill.pages - first.pages, 1)
    files, threads = last.files - first.files, last.threads - first.threads
    return [
        make_row(f"most memory: {last.polls} polls, {last.pages} articles", most, "MB", "< 150", most < 150),
        make_row("memory at the start, before the first article", first.rss_mb, "MB"),
        make_row("memory per 1,000 new articles, first half", growth, "MB"),
        make_row(f"memory per 1,000 polls, second half ({last.polls - fill.polls} polls)", slope, "MB"),
        make_row(f"the same a day, at {A_DAY:,} polls", a_day, "MB", "< 1", went_on and a_day < 1),
        make_row(f"open files, end less start ({first.files})", files, "", "within 2", abs(files) <= 2),
        make_row(f"threads, end less start ({first.threads})", threads, "", "within 2", abs(threads) <= 2),
    ]


def measure_hostile(plan: Plan) -> list[dict[str, Any]]:
    """p95 of lags of the outlets that behave, alone and beside hostile ones. An increase by less than 0.25 s counts as none."""
    with ThreadPoolExecutor(plan.at_once) as runs:
        p95 = list(runs.map(lambda bad: find_hostile_p95(plan, bad), (0, plan.bad)))
    rise_s = p95[1] - p95[0]
    rise = 100 * rise_s / max(p95[0], 0.001) if rise_s >= IDLE_S else 0.0
    return [
        make_row(f"lag of {plan.good} outlets alone, every {plan.hostile_every_s} s, p95", p95[0], "s"),
        make_row(f"lag of the same beside {plan.bad} hostile ones, p95", p95[1], "s"),
        make_row("increase (less than 0.25 s counts as none)", rise, "%", "< 10", rise < 10),
    ]


def find_hostile_p95(plan: Plan, bad: int) -> float:
    with open_bench(plan, plan.good, plan.hostile_every_s, bad) as bench:
        bench.ask(f"pace?{USUAL_PACE}")
        began = time.monotonic() - plan.hostile_every_s  # the round that met the hostile outlets first counts, too
        bench.wait(lambda: False, plan.hostile_s)
        return find_p95(bench.find_lags(plan.hostile_every_s, began))


def measure_ways(_plan: Plan) -> list[dict[str, Any]]:
    """Addresses of this house behind everything that an outlet can say; every way must work where it is allowed."""
    found = soak_ways.try_ways()
    works = len(found.arrived) == len(soak_ways.PLACES)
    ways = f"{len(soak_ways.VECTORS)} vectors × {len(soak_ways.PLACES)} places"
    return [
        make_row(f"requests at the canary: {ways}", found.canary, "", "0", found.canary == 0 and works),
        make_row("addresses dialled that were not allowed", found.dialled, "", "0", found.dialled == 0 and works),
        make_row("places from which an allowed address was reached", len(found.arrived), "", f"{len(soak_ways.PLACES)}", works),
    ]  # fmt: skip


def find_p95(values: list[float]) -> float:
    """Of sorted values."""
    return values[math.ceil(0.95 * len(values)) - 1]


def make_row(measure: str, value: float, unit: str, bound: str = "", holds: bool = True) -> dict[str, Any]:
    return {"measure": measure, "value": round(value, 3), "unit": unit, "bound": bound, "holds": bool(holds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="seconds instead of an hour and a half")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    plan = QUICK if words.quick else FULL
    with ThreadPoolExecutor(plan.at_once) as pool:
        memory, lag, ways = (pool.submit(measure, plan) for measure in (measure_memory, measure_lag, measure_ways))
    rows = lag.result() + memory.result() + measure_hostile(plan) + ways.result()
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    if words.quick:
        print(SHORTENED)
    for one in rows:
        verdict = ("holds" if one["holds"] else "MISSED") if one["bound"] else ""
        print(f"{one['measure']:75s} {one['value']:>9} {one['unit']:3s} {one['bound']:9s} {verdict}".rstrip())


SHORTENED = (
    f"shortened: {QUICK.lag_outlets} outlets every second for {QUICK.lag_s:.0f} s instead of 1,000 every 300 s for 20 min (as many polls a second); "
    f"{QUICK.fill_s + QUICK.steady_s:.0f} s of polls and articles instead of 20,000 and 100,000, too few for a slope: MB a day is noise here; "
    f"{QUICK.good} good and {QUICK.bad} hostile outlets every second for {QUICK.hostile_s:.0f} s instead of 600 and 400 every 120 s for 10 min; "
    "two measures at once instead of one after the other"
)


if __name__ == "__main__":
    main()
