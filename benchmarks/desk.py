"""How quickly the desk answers over a big archive: every screen, its size, its first paint, and how soon a hit is shown.

    python benchmarks/desk.py [--quick] [--json]

A generated archive on SQLite (three articles a story over sixty days, shipped outlets, people and topics), the desk in a process of its
own on loopback. Bounds: p95 of a screen < 100 ms, < 150 kB, first paint < 300 ms, a hit is told within 2 s. There is no peer.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa
from desk_archive import VOCABULARY, fill, make_hit, make_word

from monitor.config import load_config
from monitor.store import Store, open_store, schema

# Resolves when the browser has painted, or did already; a script of the page's own would be stopped by its Content-Security-Policy.
FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""
ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="20,000 articles instead of 100,000, 15 requests a screen instead of 60"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", metavar="DB", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.serve:
        serve(words.serve)
        return
    articles, times = (20_000, 15) if words.quick else (100_000, 60)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), articles, times)
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {articles:,} articles on SQLite"
    )
    if words.quick:
        print("shortened: 20,000 articles instead of 100,000, 15 requests a screen instead of 60")
    for row in rows:
        verdict = {True: "holds", False: "MISSED", None: ""}[row["holds"]]
        print(f"{row['measure']:58s} {row['value']!s:>9} {row['unit']:4s} {row['bound']:8s} {verdict}")


def measure(folder: Path, articles: int, times: int) -> list[Row]:
    """All rows of the table."""
    db = f"sqlite:///{folder / 'desk.db'}"
    store = open_store(db)
    began = time.monotonic()
    fill(store, articles)
    rows = [make_row(f"filling {articles:,} articles", time.monotonic() - began, "s", "", None)]
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__)), "--serve", db], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        for name, path in find_screens(store):
            rows += measure_screen(port, name, path, times)
        rows.append(measure_event(store, port))
        rows += measure_paint(port, 3 if times < 60 else 10)
    finally:
        server.kill()
        server.wait()
        store.close()
    return rows


def make_row(measure: str, value: float, unit: str, bound: str, holds: bool | None) -> Row:
    return {"measure": measure, "value": round(value, 1), "unit": unit, "bound": bound, "holds": holds}


def find_screens(store: Store) -> list[tuple[str, str]]:
    """(name, path) of every screen; those with an id look at what is in the middle of the archive."""
    with store.read() as connection:
        stories = connection.execute(sa.select(schema.story.c.id).order_by(schema.story.c.id)).scalars().all()
        story = stories[len(stories) // 2]
        article = connection.execute(sa.select(sa.func.max(schema.article.c.id))).scalar_one() // 2
        outlet = connection.execute(
            sa.select(schema.article.c.outlet).where(schema.article.c.id == article)
        ).scalar_one()
        entry = connection.execute(sa.select(schema.hit.c.entry).limit(1)).scalar_one()
        watch = load_config(ROOT / "config").watchlists[0].slug
    return [
        ("stories of two days", "/"),
        ("stories, a page further", "/?page=2"),
        ("stories of sixty days, a watchlist", f"/?days=60&watch={watch}"),
        ("stories of sixty days, one person", f"/?days=60&entry={entry}"),
        ("stories, official only, with those without a hit", "/?days=7&official=1&everything=1"),
        ("a story", f"/story/{story}"),
        ("an article", f"/article/{article}"),
        ("watches", "/watches"),
        ("a watchlist", f"/watches/{watch}"),
        ("outlets", "/outlets"),
        ("an outlet", f"/outlets/{outlet}"),
        ("deliveries", "/deliveries"),
        ("silences", "/silences"),
        ("search, a rare word", "/search?q=" + make_word(VOCABULARY - 5)),
        ("search, a common phrase", f"/search?q=%22{make_word(3)}+{make_word(4)}%22"),
        ("feed of a watchlist", f"/feeds/{watch}.atom"),
        ("API: stories", "/api/stories"),
    ]  # fmt: skip


def measure_screen(port: int, name: str, path: str, times: int) -> list[Row]:
    """p95 of a screen and its size."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    spans, size, status = [], 0, 0
    for number in range(times + 1):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        size, status = len(answer.read()), answer.status
        if number:  # the first one compiles templates
            spans.append(1000 * (time.perf_counter() - began))
    if status != 200:
        return [make_row(f"{name}: status", status, "", "200", False)]
    p95 = statistics.quantiles(spans, n=20)[-1]
    return [
        make_row(f"{name}: p95", p95, "ms", "< 100", p95 < 100),
        make_row(f"{name}: size", size / 1000, "kB", "< 150", size < 150_000),
    ]


def measure_event(store: Store, port: int) -> Row:
    """From the commit of a hit to the event on an open page."""
    with store.read() as connection:
        newest = connection.execute(sa.select(sa.func.max(schema.hit.c.id))).scalar_one()
        article = connection.execute(sa.select(sa.func.max(schema.article.c.id))).scalar_one()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/events?after={newest}")
    stream = connection.getresponse()
    told = threading.Event()

    def read() -> None:
        while not told.is_set():
            if stream.readline().startswith(b"event: stories"):
                told.set()

    threading.Thread(target=read, daemon=True).start()
    time.sleep(1.5)
    with store.write() as writing:
        writing.execute(sa.insert(schema.hit), [make_hit(article, "sergey-lavrov", "a hit that came just now")])
    began = time.perf_counter()
    seen = told.wait(20)
    span = time.perf_counter() - began
    return make_row("a hit is told to an open page", span, "s", "< 2", seen and span < 2)


def measure_paint(port: int, times: int) -> list[Row]:
    """First contentful paint in Chromium; a line that says so when there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("no Playwright here: first paint is not measured", file=sys.stderr)
        return []
    chromium = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
    if chromium is None:
        print("no Chromium here: first paint is not measured", file=sys.stderr)
        return []
    spans = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for _ in range(times + 1):
            page.goto(f"http://127.0.0.1:{port}/")
            spans.append(page.evaluate(FIRST_PAINT))
        browser.close()
    paint = statistics.median(spans[1:])
    return [make_row("first paint of the stories, median", paint, "ms", "< 300", paint < 300)]


def serve(db: str) -> None:
    """The desk over a database on a free port, which it prints."""
    import socket

    import uvicorn

    from monitor.web import make_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.listen(64)
        port = probe.getsockname()[1]
        shipped = load_config(ROOT / "config")
        config = replace(shipped, settings=replace(shipped.settings, listen=f"127.0.0.1:{port}"))
        app = make_app(open_store(db), lambda: config, lambda: datetime.now(UTC))
        print(port, flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[probe])


if __name__ == "__main__":
    main()
