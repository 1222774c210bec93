"""What diplowatch says about itself, and when it gives no sign of life."""

from __future__ import annotations

import os
import random
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from newsroom import NOON, drain, make_config, tell_story
from receivers import Hook

from monitor.dispatch import Dispatch, watching
from monitor.errors import DeliveryError, StoreError
from monitor.model import Channel, Outlet, Settings
from monitor.notify import send_heartbeat
from monitor.store import Store, crawling, ledger, schema

LOOPBACK = ("127.0.0.0/8",)
LOG = Channel(slug="log", url="file:out.txt")
OWNER = Settings(allow_private=LOOPBACK, owner_channel="log")


def make(store: Store, folder: Path, *channels: Channel, settings: Settings = OWNER) -> Dispatch:
    return Dispatch(store, make_config(str(folder), channels or (LOG,), settings=settings), random.Random(1))


def said(folder: Path) -> str:
    path = folder / "out.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def set_outlet(store: Store, slug: str, state: str, since: datetime) -> None:
    with store.write() as connection:
        connection.execute(
            sa.update(schema.outlet)
            .where(schema.outlet.c.slug == slug)
            .values(
                state=state, state_since=since, why="no new article for 3 days", next_poll_at=since, last_poll_at=since
            )
        )


def add_outlets(store: Store, *slugs: str) -> None:
    outlets = [Outlet(slug=slug, name=f"The {slug}", home=f"https://{slug}.test/") for slug in slugs]
    crawling.sync_outlets(store, outlets, NOON - timedelta(days=9))


def test_an_outlet_that_falls_silent_is_said_once_to_the_owner_and_so_is_its_return(
    store: Store, tmp_path: Path
) -> None:
    dispatch = make(store, tmp_path)
    add_outlets(store, "gazette", "herald")
    set_outlet(store, "gazette", "silent", NOON)

    assert dispatch.owe_notices(NOON + timedelta(minutes=5)) == 0
    assert dispatch.owe_notices(NOON + timedelta(minutes=16)) == 1
    assert dispatch.owe_notices(NOON + timedelta(minutes=17)) == 0
    set_outlet(store, "gazette", "healthy", NOON + timedelta(minutes=20))
    assert dispatch.owe_notices(NOON + timedelta(minutes=40)) == 1
    assert dispatch.owe_notices(NOON + timedelta(minutes=41)) == 0
    drain(dispatch, NOON + timedelta(hours=1))

    assert "The gazette is silent" in said(tmp_path) and "No new article for 3 days" in said(tmp_path)
    assert "The gazette: well again" in said(tmp_path)


def test_many_outlets_that_fail_at_once_are_one_notice(sqlite_store: Store, tmp_path: Path) -> None:
    dispatch = make(sqlite_store, tmp_path)
    slugs = [f"o{number}" for number in range(30)]
    add_outlets(sqlite_store, *slugs)
    for slug in slugs:
        set_outlet(sqlite_store, slug, "failing", NOON)

    assert dispatch.owe_notices(NOON + timedelta(hours=1)) == 1
    drain(dispatch, NOON + timedelta(hours=1))

    assert "30 outlets need a look" in said(tmp_path) and "and 10 more" in said(tmp_path)


def test_a_digest_that_no_receiver_takes_is_said_on_another_channel(
    sqlite_store: Store, hook: Hook, tmp_path: Path
) -> None:
    hook.always = (503, {}, {})
    dispatch = make(sqlite_store, tmp_path, Channel(slug="hook", url=hook.url()), LOG)
    dispatch.owe_windows(NOON)
    edition = NOON + timedelta(hours=18)  # 07:00 in Brussels
    dispatch.owe_windows(edition)
    drain(dispatch, edition)

    assert dispatch.owe_notices(edition + timedelta(minutes=10)) == 0
    assert dispatch.owe_notices(edition + timedelta(minutes=20)) == 1
    drain(dispatch, edition + timedelta(minutes=20))

    assert "Morning of 2026-03-03 06:00 UTC is late" in said(tmp_path)
    assert "It has not reached hook yet: hook: the receiver answered 503" in said(tmp_path)


def test_a_disk_that_is_nearly_full_is_said_once_a_day(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch = make(sqlite_store, tmp_path)
    assert dispatch.owe_notices(NOON) == 0
    monkeypatch.setattr(watching, "LEAST_FREE_MB", 10**9)  # no disk is so large

    assert [dispatch.owe_notices(NOON + timedelta(hours=hours)) for hours in (0, 1, 24)] == [1, 0, 1]
    drain(dispatch, NOON)

    assert "the disk is nearly full" in said(tmp_path)


def test_a_database_that_fails_for_a_minute_is_said_past_the_outbox_once_an_hour(
    sqlite_store: Store, tmp_path: Path
) -> None:
    dispatch = make(sqlite_store, tmp_path)
    full = StoreError("d.db: the disk is full")
    for seconds in (0, 30, 61, 70, 3700):
        dispatch.say_broken(full, NOON + timedelta(seconds=seconds))

    assert said(tmp_path).count("the database fails") == 2
    assert "the disk is full" in said(tmp_path)


def test_a_weekly_test_goes_through_every_channel_once_a_week(sqlite_store: Store, hook: Hook, tmp_path: Path) -> None:
    settings = Settings(allow_private=LOOPBACK, zone="Europe/Brussels", test_day="mon", test_at=time(9))
    dispatch = make(sqlite_store, tmp_path, Channel(slug="hook", url=hook.url()), LOG, settings=settings)
    monday = NOON.replace(hour=8)  # 09:00 in Brussels
    moments = [monday - timedelta(minutes=1), monday, monday + timedelta(hours=1), monday + timedelta(days=7)]

    assert [dispatch.owe_notices(moment) for moment in moments] == [0, 2, 0, 2]
    drain(dispatch, monday)

    assert hook.posts[0].document["title"] == "diplowatch: a test message"
    assert "a test message" in said(tmp_path)


def test_a_sign_of_life_is_given_only_while_polls_run_and_the_outbox_is_fresh(
    sqlite_store: Store, hook: Hook, tmp_path: Path
) -> None:
    settings = Settings(allow_private=LOOPBACK, heartbeat_url=f"{hook.address}/ping/CANARY-9876543")
    dispatch = make(sqlite_store, tmp_path, settings=settings)
    assert not dispatch.send_heartbeat(NOON), "no crawler was ever seen"

    ledger.beat(sqlite_store, "crawler", os.getpid(), NOON)
    add_outlets(sqlite_store, "gazette")
    set_outlet(sqlite_store, "gazette", "healthy", NOON + timedelta(minutes=5))
    assert dispatch.send_heartbeat(NOON)
    assert [post.path for post in hook.posts] == ["/ping/CANARY-9876543"]

    tell_story(sqlite_store, 1, NOON - timedelta(minutes=40), channels=("log",))
    assert not dispatch.send_heartbeat(NOON), "an alert was owed 40 minutes ago"
    drain(dispatch, NOON)
    assert dispatch.send_heartbeat(NOON)

    later = NOON + timedelta(minutes=30)
    assert not dispatch.send_heartbeat(later), "the crawler was last seen half an hour ago"
    ledger.beat(sqlite_store, "crawler", os.getpid(), later)
    assert not dispatch.send_heartbeat(later), "the outlet should have been polled 25 minutes ago"


def test_a_switch_that_refuses_is_said_without_its_address(hook: Hook) -> None:
    hook.always = (404, {}, {})
    with pytest.raises(DeliveryError) as caught:
        send_heartbeat(f"{hook.address}/ping/CANARY-9876543", allow_private=LOOPBACK)
    assert "404" in str(caught.value) and "CANARY" not in str(caught.value)


def test_a_switch_on_a_private_address_is_not_asked(hook: Hook) -> None:
    with pytest.raises(DeliveryError, match="not a public address"):
        send_heartbeat(f"{hook.address}/ping")
    assert hook.posts == []
