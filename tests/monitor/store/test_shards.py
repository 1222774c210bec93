"""Shards: a host in one of them, one owner at a time, and whoever lost one writes nothing more."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ClaimLost
from monitor.model import Candidate, Outlet
from monitor.store import Store, claims, crawling, ledger, listings, politeness, schema, shards
from monitor.store.clock import read_clock


def outlet(slug: str, *hosts: str) -> Outlet:
    hosts = hosts or (f"{slug}.example",)
    return Outlet(slug=slug, name=slug, home=f"https://{hosts[0]}/", feeds=tuple(f"https://{h}/feed" for h in hosts))


OUTLETS = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), max_size=2)),
    max_size=120,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [outlet(f"o{number}", *(f"{h}.example" for h in hosts)) for number, hosts in pairs])


@given(OUTLETS, OUTLETS)
def test_a_host_is_in_one_shard_whatever_was_planned_before(before: list[Outlet], after: list[Outlet]) -> None:
    plan = shards.plan_shards(after, shards.plan_shards(before, {}))

    assert set(plan) == {one.slug for one in after}
    homes: dict[str, set[str]] = {}
    for one in after:
        for url in one.feeds:
            homes.setdefault(url, set()).add(plan[one.slug])
    assert all(len(found) == 1 for found in homes.values())


def test_a_shard_has_twenty_to_fifty_outlets_and_the_last_one_what_is_left() -> None:
    plan = shards.plan_shards([outlet(f"o{n:03d}") for n in range(105)], {})
    sizes = [list(plan.values()).count(shard) for shard in sorted(set(plan.values()))]
    assert sizes == [20, 20, 20, 20, 20, 5]


def test_who_has_a_shard_keeps_it_when_others_come() -> None:
    first = shards.plan_shards([outlet(f"o{n}") for n in range(40)], {})
    second = shards.plan_shards([outlet("a")] + [outlet(f"o{n}") for n in range(40)], first)
    assert {slug: second[slug] for slug in first} == first


def fill(store: Store, count: int = 3) -> str:
    with store.read() as connection:
        now = read_clock(connection)
    outlets = [outlet(f"o{n}") for n in range(count)]
    crawling.sync_outlets(store, outlets, now)
    shards.save_shards(store, outlets)
    return "s00000"


def claim(store: Store, worker: str) -> list[claims.Claim]:
    with store.read() as connection:
        now = read_clock(connection)
    return claims.claim_outlets(store, worker, now, lease_s=900, limit=10, worker=worker)


def end_leases(store: Store) -> None:
    with store.write() as connection:
        past = read_clock(connection) - timedelta(seconds=1)
        connection.execute(sa.update(schema.shard).values(lease_until=past))


def test_a_shard_has_one_owner_until_its_lease_ends_or_it_leaves(store: Store) -> None:
    shard = fill(store)
    mine = shards.take_shard(store, shard, "w1", 15)
    assert mine == 1
    assert shards.take_shard(store, shard, "w2", 15) is None
    end_leases(store)
    assert shards.take_shard(store, shard, "w2", 15) == 2
    assert not shards.keep_shard(store, shard, "w1", 1, 15)
    shards.leave_shard(store, shard, "w1", 1)
    assert shards.keep_shard(store, shard, "w2", 2, 15)
    shards.leave_shard(store, shard, "w2", 2)
    assert shards.take_shard(store, shard, "w1", 15) == 3


def test_only_who_holds_the_shard_claims_its_outlets(store: Store) -> None:
    shard = fill(store)
    assert claim(store, "w1") == []
    epoch = shards.take_shard(store, shard, "w1", 15)
    assert epoch is not None
    assert claim(store, "w2") == []
    assert len(claim(store, "w1")) == 3
    assert shards.count_work(store, shard) == (0, 3)


def test_one_that_is_ending_claims_nothing_more_and_keeps_others_out(store: Store) -> None:
    shard = fill(store)
    epoch = shards.take_shard(store, shard, "w1", 15)
    assert epoch is not None
    assert shards.keep_shard(store, shard, "w1", epoch, 15, ending=True)
    assert claim(store, "w1") == []
    assert shards.take_shard(store, shard, "w2", 15) is None


def test_a_worker_that_lost_its_shard_writes_nothing(store: Store) -> None:
    shard = fill(store, 1)
    shards.take_shard(store, shard, "w1", 15)
    (stale,) = claim(store, "w1")
    with store.write() as connection:
        now = read_clock(connection)
        listings.note_candidates(
            connection, [Candidate(url="https://o0.example/a", outlet="o0", source="f")], now=now, baseline=set()
        )
        assert len(ledger.take_candidates(connection, "o0", now=now, limit=9, lease_s=900)) == 1
    end_leases(store)
    shards.take_shard(store, shard, "w2", 15)
    (fresh,) = claim(store, "w2")

    assert fresh.epoch > stale.epoch
    assert claims.find_lost(store, [stale, fresh]) == [stale]
    with pytest.raises(ClaimLost, match="o0: another worker holds it now"), store.write() as connection:
        claims.hold_claim(connection, "o0", stale.epoch)
    with store.write(later=True) as connection:
        claims.read_ahead(connection, ["o0", "o0"])
        with pytest.raises(ClaimLost):
            claims.hold_claim(connection, "o0", stale.epoch)
        claims.hold_claim(connection, "o0", fresh.epoch)
    assert not crawling.finish_poll(store, stale, crawling.PollResult(), now)
    with store.write() as connection:
        claims.hold_claim(connection, "o0", fresh.epoch)
        assert len(ledger.take_candidates(connection, "o0", now=now, limit=9, lease_s=900)) == 1


def test_a_crawler_that_starts_again_frees_only_its_own_claims(store: Store) -> None:
    fill(store, 2)
    with store.write() as connection:
        now = read_clock(connection)
        until = now + timedelta(seconds=900)
        connection.execute(
            sa.update(schema.outlet).where(schema.outlet.c.slug == "o0").values(lease_owner="w1", lease_until=until)
        )
        connection.execute(
            sa.update(schema.outlet).where(schema.outlet.c.slug == "o1").values(lease_owner="w2", lease_until=until)
        )
    shards.free_claims(store, "w1")
    assert shards.count_work(store, "s00000") == (1, 1)


def test_a_shard_is_due_with_its_first_outlet_and_while_nobody_has_it(store: Store) -> None:
    shard = fill(store)
    with store.read() as connection:
        now = read_clock(connection)
        assert shards.find_due_shards(connection, now) == [shard]
    shards.take_shard(store, shard, "w1", 15)
    with store.read() as connection:
        assert shards.find_due_shards(connection, now) == []
    end_leases(store)
    with store.write() as connection:
        connection.execute(sa.update(schema.outlet).values(next_poll_at=now + timedelta(hours=1)))
    with store.read() as connection:
        assert shards.find_due_shards(connection, read_clock(connection)) == []


def test_a_turn_is_taken_once_however_many_ask_at_once(store: Store) -> None:
    waits: list[float] = []
    threads = [
        threading.Thread(target=lambda: waits.append(politeness.take_turn(store, "h.example", 60))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits)[0] == 0
    assert all(50 < wait <= 60 for wait in sorted(waits)[1:])
    assert politeness.take_turn(store, "other.example", 60) == 0


def test_a_slow_answer_makes_the_next_turn_later(store: Store) -> None:
    assert politeness.take_turn(store, "h.example", 0.01) == 0
    politeness.end_turn(store, "h.example", 60)
    politeness.end_turn(store, "h.example", 30)
    assert 50 < politeness.take_turn(store, "h.example", 0.01) <= 60
