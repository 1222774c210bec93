"""What happens to what is owed when processes die, the database is locked, receivers refuse, and the world says everything at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import apprise.plugins.telegram
import pytest
import sqlalchemy as sa
from newsroom import NOON, drain, make_config, states, tell_story
from receivers import Hook, Mailbox

from monitor.alerts import find_editions
from monitor.dispatch import Dispatch
from monitor.errors import StoreError
from monitor.model import Channel, DigestPlan
from monitor.schedule import Schedule
from monitor.store import Store, database, open_store, schema

ROOT = Path(__file__).parents[3]
WORLD = ROOT / "benchmarks" / "delivery_world.py"
TELEGRAM = Channel(slug="chat", url="tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawAB/-1001234", per_minute=1000)
LOG = Channel(slug="log", url="file:out.txt")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A receiver that also stands in for Telegram's host."""
    server = Hook().start()
    monkeypatch.setattr(apprise.plugins.telegram.NotifyTelegram, "notify_url", f"{server.address}/bot")
    yield server
    server.stop()


def make(store: Store, folder: Path, *channels: Channel) -> Dispatch:
    return Dispatch(store, make_config(str(folder), channels), random.Random(1))


def play(dispatch: Dispatch, start: datetime, span_s: float, step_s: float = 1.0) -> datetime:
    now, end = start, start + timedelta(seconds=span_s)
    while now < end:
        dispatch.render_owed(now)
        dispatch.send_due(now)
        now += timedelta(seconds=step_s)
    return now


# Row 13. After the last one nothing is owed any more: "recorded" comes after the outcome was written.
@pytest.mark.parametrize(
    "place", ["owing:2", "rendered:1", "after-rendered:1", "before-send:2", "after-send:2", "recorded:2"]
)
def test_a_process_that_dies_loses_nothing_and_doubles_at_most_what_was_under_way(
    tmp_path: Path, mailbox: Mailbox, hook: Hook, place: str
) -> None:
    (tmp_path / "ports").write_text(json.dumps({"mail": mailbox.port, "hook": hook.port}), encoding="utf-8")
    command = [sys.executable, str(WORLD), "run", f"sqlite:///{tmp_path / 'd.db'}", str(tmp_path), "6"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    died = subprocess.run(command, env=environment | {"DIPLOWATCH_FAILPOINT": place}, timeout=60)
    assert died.returncode == 137
    assert subprocess.run(command, env=environment, timeout=60).returncode == 0

    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    told = {
        "mail": Counter(mail["X-Diplowatch-Key"] for mail in mailbox.mails),
        "hook": Counter(post.headers["Idempotency-Key"] for post in hook.posts),
        "log": Counter(json.loads(line)["key"] for line in lines),
    }
    assert {name: len(found) for name, found in told.items()} == {"mail": 6, "hook": 6, "log": 6}
    assert sum(found.total() - len(found) for found in told.values()) <= 4
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 6


def test_a_locked_database_drops_nothing_and_does_not_hold_up_the_event_loop(
    sqlite_store: Store, hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 16, with a writer's patience of 0.2 s in place of 10 s and a lock of 1.5 s in place of 30 s."""
    monkeypatch.setattr(database, "BUSY_S", 0.2)
    store = open_store(sqlite_store.url)
    dispatch = make(store, tmp_path, Channel(slug="hook", url=hook.url()))
    tell_story(store, 1, NOON, channels=("hook",))
    ended, lags, refused = threading.Event(), [], []
    sender = threading.Thread(target=dispatch.run_forever, args=(ended, lambda: NOON), daemon=True)
    other = sqlite3.connect(tmp_path / "diplowatch.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")

    async def watch() -> None:
        schedule = Schedule()
        schedule.every(0.1, "windows", lambda: _note(dispatch, refused))
        schedule.start()
        sender.start()
        began = time.monotonic()
        while time.monotonic() - began < 1.5:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            lags.append(time.monotonic() - before - 0.01)
        schedule.stop()

    asyncio.run(watch())
    assert hook.posts == [] and refused
    other.execute("ROLLBACK")
    other.close()
    limit = time.monotonic() + 20
    while not hook.posts and time.monotonic() < limit:
        ended.wait(0.05)
    ended.set()
    sender.join(10)
    store.close()

    assert len(hook.posts) == 1
    assert sorted(lags)[int(len(lags) * 0.95)] < 0.2


def _note(dispatch: Dispatch, refused: list[str]) -> None:
    try:
        dispatch.owe_windows(NOON)
    except StoreError as error:
        refused.append(str(error))


def test_a_reader_that_never_lets_go_starves_the_checkpoint_and_nothing_is_dropped(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Row 16: the log grows while somebody looks at an old state; all is sent, and the log shrinks when he has gone."""
    path = Path(sqlite_store.engine.url.database or "")
    log_file = path.with_name(f"{path.name}-wal")
    dispatch = make(sqlite_store, tmp_path, replace(LOG, per_minute=1000, per_hour=1000))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM alert").fetchone()
        for number in range(150):
            tell_story(sqlite_store, number, NOON, channels=("log",))
        drain(dispatch, NOON)
        grown = log_file.stat().st_size

        assert reader.execute("SELECT count(*) FROM alert").fetchone() == before
        reader.execute("COMMIT")
        busy, *_ = reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    assert states(sqlite_store) == {"sent": 150}
    assert grown > 1_000_000
    assert (busy, log_file.stat().st_size) == (0, 0)


def test_clock_jumps_and_restarts_around_both_clock_changes_leave_each_edition_in_one_window(tmp_path: Path) -> None:
    """Row 17."""
    plan = DigestPlan(slug="d", name="D", channels=("log",), at=(clock_time(2, 30),), zone="Europe/Brussels")
    config = make_config(str(tmp_path), [LOG], digests=(plan,))
    rng = random.Random(3)
    for change in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        url = f"sqlite:///{tmp_path / f'{change:%m}.db'}"
        start = now = change - timedelta(days=2)
        while now < change + timedelta(days=2):
            store = open_store(url)  # each look is a new process
            Dispatch(store, config).owe_windows(now)
            store.close()
            now += timedelta(minutes=rng.uniform(5, 90)) + timedelta(hours=rng.choice((0, 0, 0, 1, -1)))
        store = open_store(url)
        w = schema.digest_window.c
        with store.read() as connection:
            windows = connection.execute(sa.select(w.window_start, w.window_end)).all()
        store.close()
        editions = find_editions(plan, start, max(end for _, end in windows))
        assert len(editions) >= 3
        assert [sum(a < edition <= b for a, b in windows) for edition in editions] == [1] * len(editions)


# Row 19.
@pytest.mark.parametrize("wish_s", [3, 30])
def test_telegrams_retry_after_is_waited_for_and_the_order_kept(
    sqlite_store: Store, hook: Hook, tmp_path: Path, wish_s: int
) -> None:
    hook.answers = [(429, {}, {"ok": False, "error_code": 429, "parameters": {"retry_after": wish_s}})]
    dispatch = make(sqlite_store, tmp_path, TELEGRAM)
    for number in range(3):
        tell_story(sqlite_store, number, NOON, channels=("chat",))

    now = play(dispatch, NOON, wish_s)
    assert hook.posts == [] and len(hook.refused) == 1
    play(dispatch, now, 60)

    towns = [post.document["text"].split("</b>")[0] for post in hook.posts]
    assert towns == [f"<b>Torvik visits town {number}" for number in range(3)]


def test_messages_to_a_group_keep_telegrams_pace(sqlite_store: Store, hook: Hook, tmp_path: Path) -> None:
    dispatch = make(sqlite_store, tmp_path, TELEGRAM)
    for number in range(40):
        tell_story(sqlite_store, number, NOON, channels=("chat",))

    play(dispatch, NOON, 60, step_s=0.25)

    assert 18 <= len(hook.posts) <= 20


def test_a_pace_of_ones_own_replaces_that_of_the_service(sqlite_store: Store, hook: Hook, tmp_path: Path) -> None:
    dispatch = make(sqlite_store, tmp_path, Channel(slug="hook", url=hook.url(), per_minute=1000, pace_s=10))
    for number in range(20):
        tell_story(sqlite_store, number, NOON, channels=("hook",))

    play(dispatch, NOON, 60)

    assert len(hook.posts) == 6


def test_a_bot_that_was_blocked_is_a_dead_letter_and_the_owner_hears_of_it(
    store: Store, hook: Hook, tmp_path: Path
) -> None:
    hook.always = (403, {}, {"ok": False, "description": "Forbidden: bot was blocked by the user"})
    dispatch = make(store, tmp_path, TELEGRAM, LOG)
    tell_story(store, 1, NOON, channels=("chat",))

    drain(dispatch, NOON)

    assert states(store) == {"dead": 1, "sent": 1}
    notice = (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert "chat does not take messages" in notice and "blocked by the user" in notice
    assert "diplowatch deliveries retry 1" in notice


def test_a_storm_is_told_in_a_few_messages_and_none_of_it_is_lost(
    sqlite_store: Store, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Row 20, with 600 hits in a minute in place of 10,000."""
    dispatch = make(sqlite_store, tmp_path, Channel(slug="mail", url=mailbox.url(), per_minute=10, per_hour=60))
    now = NOON
    for number in range(600):
        tell_story(sqlite_store, number, now, channels=("mail",))
        if number % 100 == 99:
            drain(dispatch, now)
            now += timedelta(seconds=10)
    for minutes in range(1, 70):
        drain(dispatch, NOON + timedelta(minutes=minutes))

    singles = [mail for mail in mailbox.mails if mail["Subject"].startswith("Torvik")]
    together = [mail["Subject"] for mail in mailbox.mails if mail["Subject"].startswith("Held alerts")]
    assert len(singles) == 10
    assert 1 <= len(together) <= 3
    assert sum(int(subject.rsplit(": ", 1)[1].split()[0]) for subject in together) == 590
    assert set(states(sqlite_store)) == {"sent"}
