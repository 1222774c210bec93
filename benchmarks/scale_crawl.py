"""Workers on one machine over one PostgreSQL: throughput and CPU time per article with 1, 2, 4 of them, and what an idle poll costs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 180.0


@dataclass(frozen=True)
class Measured:
    """One run with so many workers."""

    workers: int
    articles: int
    wall_s: float
    cpu_s: float
    poll_cpu_ms: float

    @property
    def rate(self) -> float:
        return self.articles / self.wall_s

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / self.articles


def measure_workers(url: str, workers: int, hosts: int, pages: int, idle_s: float) -> Measured:
    """All of `hosts` × `pages` articles, published at once after every baseline is done; then polls that find nothing new.

    The first fifth is the warm-up and is not measured.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        _serve(hosts, pages) as port,
        _working(url, Path(name), port, workers, hosts) as pids,
    ):
        store = open_store(url)
        try:
            _wait(lambda: _count(store, "outlet WHERE baseline_at IS NOT NULL") == hosts)
            total, articles = hosts * pages, "article WHERE NOT is_baseline"
            _ask(port, "/control/open")
            _wait(lambda: _count(store, articles) >= total // 5)  # by then every worker has loaded what it loads once
            before, began, first = find_cpu(pids), time.monotonic(), _count(store, articles)
            _wait(lambda: _count(store, articles) >= total)
            wall_s, cpu_s = time.monotonic() - began, find_cpu(pids) - before
            time.sleep(2)
            polls, before = _ask(port, "/control/report").get("feed", 0), find_cpu(pids)
            time.sleep(idle_s)
            polls = _ask(port, "/control/report").get("feed", 0) - polls
            poll_cpu_ms = 1000 * (find_cpu(pids) - before) / max(polls, 1)
        finally:
            store.close()
    return Measured(workers, total - first, wall_s, cpu_s, poll_cpu_ms)


@contextlib.contextmanager
def _serve(hosts: int, pages: int) -> Iterator[int]:
    command = [sys.executable, str(ROOT / "benchmarks" / "crawl_site.py"), str(hosts), str(pages)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@contextlib.contextmanager
def _working(url: str, folder: Path, port: int, workers: int, hosts: int) -> Iterator[list[int]]:
    """The sessions of real workers; 20 outlets a shard, dealt out evenly."""
    configure(folder, port, hosts)
    shards = max(1, -(-hosts // 20 // workers))
    command = [
        sys.executable,
        "-m",
        "monitor.cli",
        "worker",
        "--config",
        str(folder),
        "--db",
        url,
        "--shards",
        str(shards),
        "--log",
        "warning",
    ]
    started = [
        subprocess.Popen([*command, "--name", f"w{n}"], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        for n in range(workers)
    ]
    try:
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(30)


def configure(folder: Path, port: int, hosts: int) -> None:
    """One outlet a host, without a delay, polled every 2 s; the shipped people and topics."""
    for name in ("people.toml", "topics.toml"):
        (folder / name).write_bytes((ROOT / "config" / name).read_bytes())
    tables = [
        f'[o{n}]\nname = "o{n}"\nhome = "http://h{n}.test:{port}/"\nfeeds = ["http://h{n}.test:{port}/feed"]\nevery = "2s"\n'
        for n in range(hosts)
    ]
    (folder / "outlets.toml").write_text("\n".join(tables), encoding="utf-8")
    resolve = ", ".join(f'"h{n}.test" = "127.0.0.1"' for n in range(hosts))
    settings = f'[network]\ndelay = "0s"\nallow_private = ["127.0.0.0/8"]\nresolve = {{ {resolve} }}\n'
    (folder / "settings.toml").write_text(settings, encoding="utf-8")


def find_cpu(sessions: list[int]) -> float:
    """CPU seconds of all processes of these sessions: workers and their crawlers."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = path.read_text().rpartition(")")[2].split()
            if int(words[3]) in sessions:
                total += (int(words[11]) + int(words[12])) / TICK
    return total


def _ask(port: int, path: str) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        text = answer.read()
    return dict(json.loads(text)) if text else {}


def _count(store: Store, what: str) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {what}")).scalar_one())


def _wait(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > end:
            raise RuntimeError("the workers did not finish")
        time.sleep(0.05)


def make_rows(runs: list[Measured]) -> list[dict[str, Any]]:
    """Throughput, CPU and their ratios to one worker."""
    one, rows = runs[0], []
    for run in runs:
        name = f"{run.workers} worker{'s' if run.workers > 1 else ''}, {run.articles} articles"
        rows.append(_row(f"{name}: throughput", run.rate, "articles/s"))
        rows.append(_row(f"{name}: CPU of workers and crawlers per article", run.cpu_ms, "ms"))
        rows.append(
            _row(f"{name}: CPU per poll that finds nothing new, upkeep of the workers included", run.poll_cpu_ms, "ms")
        )
        if run.workers == 2:
            rows.append(
                _row("2 workers / 1: throughput", run.rate / one.rate, "×", "≥ 1.6", run.rate / one.rate >= 1.6)
            )
            rows.append(
                _row(
                    "2 workers / 1: CPU per article",
                    run.cpu_ms / one.cpu_ms,
                    "×",
                    "≤ 1.1",
                    run.cpu_ms / one.cpu_ms <= 1.1,
                )
            )
    return rows


def _row(measure: str, value: float, unit: str, bound: str = "", holds: bool = True) -> dict[str, Any]:
    return {"measure": measure, "value": round(value, 2), "unit": unit, "bound": bound, "holds": bool(holds)}
