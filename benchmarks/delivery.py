"""Delivery: kill -9 at random moments, latency under load, digest windows over two years, an SMTP server that is down.

Real receivers on loopback (aiosmtpd, HTTP), real processes that are killed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks"), str(ROOT)]

import delivery_crawl  # noqa: E402
import delivery_outage  # noqa: E402
import delivery_world as world  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from receivers import Hook, Mailbox  # noqa: E402

from monitor.alerts import find_editions  # noqa: E402
from monitor.dispatch import Dispatch  # noqa: E402
from monitor.dispatch.sending import SENDERS  # noqa: E402
from monitor.model import Config, DigestPlan  # noqa: E402
from monitor.store import open_store, schema  # noqa: E402

Row = dict[str, Any]


def measure_kills(alerts: int, kills: int, seed: int) -> list[Row]:
    """Random kill -9 of a process that owes and sends at once, until all is sent."""
    rng = random.Random(seed)
    mailbox, hook = Mailbox().start(), Hook().start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ports").write_text(json.dumps({"mail": mailbox.port, "hook": hook.port}), encoding="utf-8")
        db = f"sqlite:///{folder / 'd.db'}"
        command = [sys.executable, world.__file__, "run", db, name, str(alerts)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done, began = 0, time.monotonic()
        while True:
            child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
            assert child.stdout is not None
            child.stdout.readline()  # it has come up: before, there is nothing to lose
            try:
                child.wait(rng.uniform(0.0, 0.8) if done < kills else None)
                break
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                done += 1
            finally:
                child.stdout.close()
        wall_s = time.monotonic() - began
        lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    got = {
        "mail": Counter(mail["X-Diplowatch-Key"] for mail in mailbox.mails),
        "hook": Counter(post.headers["Idempotency-Key"] for post in hook.posts),
        "log": Counter(json.loads(line)["key"] for line in lines if line.endswith("}")),
    }
    ids: dict[str, set[str]] = {}
    for mail in mailbox.mails:
        ids.setdefault(mail["X-Diplowatch-Key"], set()).add(mail["Message-ID"])
    mailbox.stop()
    hook.stop()
    lost = sum(alerts - len(found) for found in got.values())
    doubled = sum(found.total() - len(found) for found in got.values())
    return [
        row(f"{done} random kill -9 of {kills}, {alerts} alerts × 3 targets: lost", lost, "messages", "0", lost == 0 and done == kills),
        row("the same: doubled", doubled, "messages", f"≤ {done * SENDERS}", doubled <= done * SENDERS),
        row("the same: mails with two Message-IDs", sum(len(s) > 1 for s in ids.values()), "mails", "0", all(len(s) == 1 for s in ids.values())),
        row("the same: wall", round(wall_s, 1), "s", "", True),
    ]  # fmt: skip


def measure_latency(alerts: int, per_minute: int) -> list[Row]:
    """From the fetch of an article to the SMTP server's 250 at a steady rate, while a real daemon crawls 50 outlets; three channels."""
    waits, stored = delivery_crawl.measure(50, per_minute, alerts, patience_s=30)
    p95, p99 = (waits[min(int(len(waits) * part), len(waits) - 1)] if waits else 0.0 for part in (0.95, 0.99))
    what = f"seen → accepted by SMTP, {per_minute} alerts a minute while 50 outlets are crawled"
    return [
        row(f"{what}: alerts accepted of {stored} articles", len(waits), "alerts", f"{alerts}", len(waits) == alerts),
        row("the same: p50", round(waits[len(waits) // 2], 2) if waits else 0.0, "s", "", True),
        row("the same: p95", round(p95, 2), "s", "< 2", 0 < p95 < 2),
        row("the same: p99", round(p99, 2), "s", "< 5", 0 < p99 < 5),
    ]


def measure_windows(seed: int, tick_s: tuple[float, float]) -> list[Row]:
    """Two years with both clock changes through the real ledger: three zones, 50 random restarts, after each of which the clock is up to an hour off."""
    rng = random.Random(seed)
    zones = ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe")
    at = (clock_time(2, 30), clock_time(7))
    plans = tuple(DigestPlan(slug=zone.lower().replace("/", "-").replace("_", "-"), name=zone, channels=(), at=at, zone=zone) for zone in zones)  # fmt: skip
    start = now = datetime(2025, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=730)
    downs = sorted(start + timedelta(days=rng.uniform(0, 730)) for _ in range(50))
    with tempfile.TemporaryDirectory() as name:
        config = Config(folder=name, version="1", digests=plans)
        store = open_store(f"sqlite:///{name}/d.db")
        dispatch = Dispatch(store, config)
        while now < end:
            dispatch.owe_windows(now)
            now += timedelta(seconds=rng.uniform(*tick_s))
            if downs and now > downs[0]:
                store.close()
                now += timedelta(hours=rng.uniform(0, 30)) - timedelta(hours=rng.uniform(0, 1))
                downs.pop(0)
                store = open_store(f"sqlite:///{name}/d.db")
                dispatch = Dispatch(store, config)
        w = schema.digest_window.c
        with store.read() as connection:
            rows = connection.execute(sa.select(w.digest, w.window_start, w.window_end)).all()
        store.close()
    wrong, editions = 0, 0
    for plan in plans:
        windows = [(row.window_start, row.window_end) for row in rows if row.digest == plan.slug]
        last = max(ended for _, ended in windows)
        expected = find_editions(plan, start, last)
        editions += len(expected)
        wrong += sum(sum(a < moment <= b for a, b in windows) != 1 for moment in expected)
    return [row(f"digest editions over two years, three zones, 50 restarts with a clock up to ±1 h ({editions})", wrong, "not exactly once", "0", wrong == 0)]  # fmt: skip


def row(measure: str, value: float, unit: str, bound: str, holds: bool) -> Row:
    return {"measure": measure, "value": value, "unit": unit, "bound": bound, "holds": holds}


def main() -> None:
    """Prints the table; --quick shortens kills, alerts and outages, and says so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    quick = words.quick
    logging.disable(logging.WARNING)  # each failed attempt says so, and here they are many
    rows = measure_windows(words.seed, (21600, 64800) if quick else (60, 3600))
    rows += [row(*found) for found in delivery_outage.measure(3 if quick else 50, 120 if quick else 15)]
    rows += measure_latency(6 if quick else 300, 100)
    rows += measure_kills(20 if quick else 1000, 2 if quick else 200, words.seed)
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False, indent=1))
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite, receivers on loopback"
    )
    if quick:
        print(
            "quick: 2 kills instead of 200, 20 alerts instead of 1,000, 6 timed alerts instead of 300, 3 mails an outage instead of 50, "
            "a look at the clock every 6 to 18 hours instead of every 1 to 60 minutes"
        )
    for found in rows:
        print(
            f"{'ok ' if found['holds'] else 'NOT'}  {found['measure']}: {found['value']} {found['unit']}  {found['bound']}"
        )


if __name__ == "__main__":
    main()
