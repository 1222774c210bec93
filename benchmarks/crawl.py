"""How fast one crawler process takes pages through fetch, clean, match, story and store, and what an unchanged poll costs.

    python benchmarks/crawl.py [--quick] [--json]

Generated pages of 15–26 kB with an article of 4 kB, served over loopback by another process; delay 0 s; the shipped people and topics.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import crawl_rhythm

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Peer:
    """What crawl_peer.py prints."""

    articles: int
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        return self.articles / self.wall_s

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / self.articles


@dataclass(frozen=True)
class Bench:
    """One site and one desk over it."""

    folder: Path
    port: int

    def configure(self, hosts: int, feed: str) -> None:
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        for name in ("people.toml", "topics.toml"):
            (config / name).write_bytes((ROOT / "config" / name).read_bytes())
        tables = [
            f'[o{n}]\nname = "o{n}"\nhome = "http://h{n}.test:{self.port}/"\nfeeds = ["http://h{n}.test:{self.port}/{feed}"]\n'
            for n in range(hosts)
        ]
        (config / "outlets.toml").write_text("\n".join(tables), encoding="utf-8")
        resolve = ", ".join(f'"h{n}.test" = "127.0.0.1"' for n in range(hosts))
        (config / "settings.toml").write_text(
            f'[network]\ndelay = "0s"\nallow_private = ["127.0.0.0/8"]\nresolve = {{ {resolve} }}\n', encoding="utf-8"
        )

    def crawl(self, *words: str) -> Run:
        environment = os.environ | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "DIPLOWATCH_CONFIG": str(self.folder / "config"),
            "DIPLOWATCH_DB": f"sqlite:///{self.folder / 'diplowatch.db'}",
        }
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()
        command = [sys.executable, "-m", "scrapy", "crawl", "outlets", "-a", "once=1", *words]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Run(monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    def ask(self, path: str) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else {}


@contextlib.contextmanager
def open_bench(hosts: int, pages: int) -> Iterator[Bench]:
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "crawl_site.py"), str(hosts), str(pages)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Bench(Path(folder), int(server.stdout.readline()))
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def measure_articles(hosts: int, pages: int) -> list[dict[str, Any]]:
    """Articles that ring: the first poll finds empty feeds, then everything is published."""
    with open_bench(hosts, pages) as bench:
        bench.configure(hosts, "feed")
        idle = bench.crawl()
        bench.ask("/control/open")
        run = bench.crawl()
        seen = bench.ask("/control/report")
        peer = measure_peer(bench, hosts)
    count = seen.get("news", 0)
    rate = count / max(run.wall_s - idle.wall_s, 0.001)  # to the last commit, less start and end of the process
    cpu_ms = 1000 * (run.cpu_s - idle.cpu_s) / max(count, 1)
    return [
        make_row(
            f"articles a second, one process ({count} of {hosts * pages} fetched)",
            rate,
            "1/s",
            ">= 80 (first version: 25)",
            rate >= 80,
        ),
        make_row("CPU per article: fetch, clean, match, story, store", cpu_ms, "ms", "<= 10", cpu_ms <= 10),
        make_row("stock Scrapy, BeautifulSoup, a row each, no more: articles a second", peer.rate, "1/s", "", True),
        make_row("the same: CPU per article", peer.cpu_ms, "ms", "", True),
        make_row("ours / the peer: articles a second", rate / peer.rate, "x", "", True),
        make_row("ours / the peer: CPU per article", cpu_ms / peer.cpu_ms, "x", "", True),
    ]


def measure_peer(bench: Bench, hosts: int) -> Peer:
    """The same pages right after, through crawl_peer.py: what this machine gives at this hour."""
    script = str(ROOT / "benchmarks" / "crawl_peer.py")
    command = [sys.executable, script, str(bench.port), str(hosts), str(bench.folder / "peer.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Peer(**json.loads(done.stdout))


def measure_unchanged(hosts: int) -> list[dict[str, Any]]:
    """Polls answered 304, less what starting and ending the process costs (a run over one outlet)."""
    with open_bench(hosts, 1) as bench:
        bench.configure(hosts, "feed")
        bench.crawl()
        one = bench.crawl("-a", "only=o0")
        many = bench.crawl()
    cpu_ms = 1000 * (many.cpu_s - one.cpu_s) / (hosts - 1)
    wall_ms = 1000 * (many.wall_s - one.wall_s) / (hosts - 1)
    return [
        make_row(f"CPU per unchanged poll ({hosts} outlets)", cpu_ms, "ms", "<= 5", cpu_ms <= 5),
        make_row("wall per unchanged poll", wall_ms, "ms", "", True),
    ]


def measure_robots(hosts: int) -> list[dict[str, Any]]:
    """Disallowed pages that were fetched all the same: nine of ten links of each fresh host."""
    with open_bench(hosts, 1) as bench:
        bench.configure(hosts, "mixed")
        bench.crawl()
        seen = bench.ask("/control/report")
    bad = seen.get("private", 0)
    fair = seen.get("open", 0) == hosts
    return [make_row(f"robots violations over {hosts} hosts × 9 disallowed links", bad, "", "0", bad == 0 and fair)]


def measure_rhythm() -> list[dict[str, Any]]:
    """The last row of crawl_rhythm.py, of its short run: a simulation, no pages."""
    return crawl_rhythm.measure(4, 6)[-1:]


def make_row(measure: str, value: float, unit: str, bound: str, holds: bool) -> dict[str, Any]:
    return {"measure": measure, "value": round(value, 2), "unit": unit, "bound": bound, "holds": bool(holds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer outlets and pages")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    rows = measure_articles(20, 15 if words.quick else 60)
    rows += measure_unchanged(150 if words.quick else 1000)
    rows += measure_robots(40 if words.quick else 1000)
    rows += measure_rhythm()
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if words.quick:
        print(
            "shortened: 300 articles instead of 1,200, 150 unchanged outlets instead of 1,000, 40 hosts with robots.txt instead of 1,000"
        )
    for row in rows:
        print(
            f"{row['measure']:75s} {row['value']:>9} {row['unit']:4s} {row['bound']:26s} {'holds' if row['holds'] else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
