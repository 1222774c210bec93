"""Delivery: kill -9 at random moments, latency under load, digest windows over two years, an SMTP server that is down.

Real receivers on loopback (aiosmtpd, HTTP), real processes that are killed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks"), str(ROOT)]

import delivery_world as world  # noqa: E402
from receivers import Hook, Mailbox  # noqa: E402

from monitor.alerts import find_due_window, find_editions  # noqa: E402
from monitor.dispatch import Dispatch  # noqa: E402
from monitor.dispatch.sending import SENDERS  # noqa: E402
from monitor.model import DigestPlan  # noqa: E402
from monitor.store import open_store  # noqa: E402

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
        done, began, start_s = 0, time.monotonic(), _measure_start(command, environment)
        while True:
            child = subprocess.Popen(command, env=environment)
            try:
                # Killed some time after it has come up: before, there is nothing to lose.
                child.wait(start_s + rng.uniform(0.0, 0.5) if done < kills else None)
                break
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                done += 1
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
        row(f"{done} random kill -9, {alerts} alerts × 3 targets: lost", lost, "messages", "0", lost == 0),
        row("the same: doubled", doubled, "messages", f"≤ {done * SENDERS}", doubled <= done * SENDERS),
        row("the same: mails with two Message-IDs", sum(len(s) > 1 for s in ids.values()), "mails", "0", all(len(s) == 1 for s in ids.values())),
        row("the same: wall", round(wall_s, 1), "s", "", True),
    ]  # fmt: skip


def _measure_start(command: list[str], environment: dict[str, str]) -> float:
    """Seconds until such a process is up: with no alert to tell it ends at once."""
    began = time.monotonic()
    subprocess.run([*command[:-1], "0"], env=environment, check=True)
    return time.monotonic() - began


def measure_latency(alerts: int, per_minute: int) -> list[Row]:
    """From the transaction that owes an alert to the SMTP server's 250, at a steady rate, one sender, three channels."""
    mailbox, hook = Mailbox().start(), Hook().start()
    accepted: dict[str, float] = {}
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ports").write_text(json.dumps({"mail": mailbox.port, "hook": hook.port}), encoding="utf-8")
        store = open_store(f"sqlite:///{folder / 'd.db'}")
        ended = threading.Event()
        dispatch = Dispatch(store, world.make_config(folder))
        sender = threading.Thread(target=dispatch.run_forever, args=(ended, lambda: datetime.now(UTC)), daemon=True)
        sender.start()
        seen = 0
        next_at = time.monotonic()
        number = 0
        while len(accepted) < alerts:
            if number < alerts and time.monotonic() >= next_at:
                told[f"Torvik visits town {number}"] = time.monotonic()
                world.tell_story(store, number, datetime.now(UTC))
                number, next_at = number + 1, next_at + 60 / per_minute
            for mail in mailbox.mails[seen:]:
                accepted[mail["Subject"]] = time.monotonic()
                seen += 1
            time.sleep(0.002)
        ended.set()
        sender.join(5)
        store.close()
    mailbox.stop()
    hook.stop()
    waits = sorted(accepted[title] - told[title] for title in told)
    p95, p99 = waits[int(len(waits) * 0.95)], waits[min(int(len(waits) * 0.99), len(waits) - 1)]
    return [
        row(f"owed → accepted by SMTP, {per_minute} alerts a minute, {alerts} of them: p95", round(p95, 3), "s", "< 2", p95 < 2),
        row("the same: p99", round(p99, 3), "s", "< 5", p99 < 5),
    ]  # fmt: skip


def measure_windows(seed: int) -> list[Row]:
    """Two years with both clock changes, three zones, 50 random restarts with downtime: each edition in exactly one window."""
    wrong, editions = 0, 0
    for zone in ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe"):
        rng = random.Random(f"{seed}{zone}")
        plan = DigestPlan(slug="d", name="D", channels=(), at=(clock_time(2, 30), clock_time(7)), zone=zone)
        start = now = datetime(2025, 1, 1, tzinfo=UTC)
        end = start + timedelta(days=730)
        downs = sorted(start + timedelta(days=rng.uniform(0, 730)) for _ in range(50))
        windows, last = [], start
        while now < end:
            found = find_due_window(plan, last, now)
            if found:
                windows.append(found)
                last = found[1]
            now += timedelta(seconds=rng.uniform(5, 600))
            if downs and now > downs[0]:
                now += timedelta(hours=rng.uniform(0, 30))
                downs.pop(0)
        expected = [moment for moment in find_editions(plan, start, end) if moment <= last]
        editions += len(expected)
        wrong += sum(sum(a < moment <= b for a, b in windows) != 1 for moment in expected)
    return [row(f"digest editions over two years, three zones, 50 restarts each ({editions})", wrong, "not exactly once", "0", wrong == 0)]  # fmt: skip


def measure_outage(alerts: int) -> list[Row]:
    """SMTP that answers 451, answers 421, refuses the connection, for two hours of virtual time."""
    rows = []
    for way in ("451", "421", "refused"):
        mailbox, hook = Mailbox().start(), Hook().start()
        port = mailbox.port
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "ports").write_text(json.dumps({"mail": port, "hook": hook.port}), encoding="utf-8")
            store = open_store(f"sqlite:///{folder / 'd.db'}")
            dispatch = Dispatch(store, world.make_config(folder), random.Random(1))
            now = datetime(2026, 3, 2, 12, tzinfo=UTC)
            if way == "refused":
                mailbox.stop()
            else:
                mailbox.on_data = lambda way=way: f"{way} 4.3.0 later"
            for number in range(alerts):
                world.tell_story(store, number, now)
            end = now + timedelta(hours=2)
            while now < end:
                while dispatch.render_owed(now) + dispatch.send_due(now):
                    pass
                now += timedelta(seconds=15)
            attempts = mailbox.attempts
            if way == "refused":
                mailbox.start_on(port)
            mailbox.on_data = lambda: ""
            end = now + timedelta(minutes=25)
            while now < end:
                while dispatch.render_owed(now) + dispatch.send_due(now):
                    pass
                now += timedelta(seconds=15)
            store.close()
        titles = [mail["Subject"] for mail in mailbox.mails]
        in_order = titles == [f"Torvik visits town {number}" for number in range(alerts)]
        mailbox.stop()
        hook.stop()
        rows.append(
            row(f"SMTP down two hours ({way}): mails in order afterwards", len(titles), "mails", f"{alerts}", in_order)
        )
        if way != "refused":
            rows.append(row(f"the same ({way}): attempts while down", attempts, "attempts", "≤ 30", attempts <= 30))
    return rows


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
    rows = measure_windows(words.seed)
    rows += measure_outage(10 if quick else 50)
    rows += measure_latency(25 if quick else 200, 100)
    rows += measure_kills(60 if quick else 1000, 5 if quick else 200, words.seed)
    if words.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False, indent=1))
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite, receivers on loopback"
    )
    if quick:
        print(
            "quick: 5 kills instead of 200, 60 alerts instead of 1,000, 25 timed alerts instead of 200, 10 mails an outage"
        )
    for found in rows:
        print(
            f"{'ok ' if found['holds'] else 'NOT'}  {found['measure']}: {found['value']} {found['unit']}  {found['bound']}"
        )


if __name__ == "__main__":
    main()
