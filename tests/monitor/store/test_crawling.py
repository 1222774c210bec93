"""Outlets are claimed by one, polled, judged, and due again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Outlet
from monitor.store import Store, claims, crawling, open_store, politeness
from monitor.store.claims import Claim
from monitor.store.crawling import PollResult

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def outlet(slug: str, **more: object) -> Outlet:
    home = f"https://{slug}.example.org/"
    return Outlet(slug=slug, name=slug, home=home, feeds=(home + "feed",), **more)  # type: ignore[arg-type]


def claim(store: Store, now: datetime = NOW, owner: str = "me", **more: object) -> list[Claim]:
    return claims.claim_outlets(store, owner, now, lease_s=60, limit=10, **more)  # type: ignore[arg-type]


def state(store: Store, slug: str, now: datetime = NOW) -> str:
    (found,) = crawling.load_healths(store, now, [slug])
    return found.state


def test_an_outlet_belongs_to_one_claim_until_its_lease_ends(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)

    assert [one.slug for one in claim(store)] == ["one"]
    assert claim(store, owner="other") == []
    assert [one.epoch for one in claim(store, NOW + timedelta(seconds=61), "other")] == [2]


def test_a_claim_that_was_lost_saves_nothing(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    (stale,) = claim(store)
    (fresh,) = claim(store, NOW + timedelta(seconds=61), "other")

    assert not crawling.finish_poll(store, stale, PollResult(entries=3), NOW, {"https://x/": {"outlet": "one"}})
    assert politeness.load_sources(store, "one") == {}
    assert not claims.extend_lease(store, stale, NOW, 60)
    assert claims.extend_lease(store, fresh, NOW, 60)
    assert crawling.finish_poll(store, fresh, PollResult(entries=3), NOW, {"https://x/": {"outlet": "one"}})
    assert list(politeness.load_sources(store, "one")) == ["https://x/"]


def test_a_claim_that_is_given_back_leaves_the_outlet_as_due_as_it_was(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    claims.give_back(store, claim(store))
    (other,) = claim(store, owner="other")
    claims.give_back(store, [replace(other, epoch=1)])  # a claim of long ago frees nothing

    assert claim(store) == []


def test_a_crawler_that_takes_over_frees_what_the_dead_one_held(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    claim(store)
    claims.release_claims(store, NOW)

    assert [one.slug for one in claim(store)] == ["one"]


def test_an_outlet_is_due_again_after_its_own_pause(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one", every_s=600.0)], NOW)
    (mine,) = claim(store)
    crawling.finish_poll(store, mine, PollResult(entries=1), NOW)

    assert claim(store, NOW + timedelta(seconds=599)) == []
    assert [one.slug for one in claim(store, NOW + timedelta(seconds=600))] == ["one"]


def test_once_means_every_outlet_once_whether_due_or_not(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one"), outlet("two", enabled=False, reason="off")], NOW)
    (mine,) = claim(store)
    crawling.finish_poll(store, mine, PollResult(entries=1), NOW)
    later = NOW + timedelta(seconds=5)

    assert [one.slug for one in claim(store, later, before=later)] == ["one"]
    assert [one.slug for one in claim(store, later, before=later, only=["two"])] == ["two"]


def test_the_first_poll_that_can_be_read_completes_the_baseline(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    (first,) = claim(store)
    crawling.finish_poll(store, first, PollResult(problem="refused", problem_kind="failing"), NOW)
    (second,) = claim(store, NOW + timedelta(days=1))
    with store.write() as connection:
        claims.complete_baseline(connection, second, NOW)
    crawling.finish_poll(store, second, PollResult(), NOW + timedelta(days=1))
    (third,) = claim(store, NOW + timedelta(days=2))

    assert [first.is_first, second.is_first, third.is_first] == [True, True, False]


def test_an_outlet_that_left_the_configuration_is_disabled_and_comes_back_with_its_past(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one"), outlet("two")], NOW)
    (mine,) = claim(store, only=["one"])
    crawling.finish_poll(store, mine, PollResult(entries=1), NOW)
    crawling.sync_outlets(store, [outlet("two")], NOW)
    gone = state(store, "one")
    crawling.sync_outlets(store, [outlet("one"), outlet("two")], NOW + timedelta(days=1))
    (found,) = crawling.load_healths(store, NOW, ["one"])

    assert gone == "disabled"
    assert found.last_success_at == NOW


def test_a_first_poll_teaches_the_rhythm_that_the_feed_shows(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    (mine,) = claim(store)
    dates = tuple(NOW - timedelta(hours=n) for n in range(1, 72))
    crawling.finish_poll(store, mine, PollResult(entries=71, dates=dates), NOW)
    (found,) = crawling.load_healths(store, NOW, ["one"])

    assert found.usual_gap_s == 3600
    assert found.last_article_at == NOW - timedelta(hours=1)
    crawling.judge_outlets(store, NOW + timedelta(hours=8))
    assert state(store, "one", NOW + timedelta(hours=8)) == "silent"


def test_a_rhythm_outlives_a_restart_and_plans_the_next_poll(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'diplowatch.db'}"
    store = open_store(url)
    crawling.sync_outlets(store, [outlet("one")], NOW)
    (mine,) = claim(store)
    mornings = [NOW.replace(hour=8) - timedelta(days=day, minutes=n) for day in range(28) for n in range(0, 60, 10)]
    crawling.finish_poll(store, mine, PollResult(entries=168, dates=mornings), NOW)
    store.close()

    store = open_store(url)
    (found,) = crawling.load_healths(store, NOW, ["one"])
    pauses = []
    for hour in (3, 7):
        now = (NOW + timedelta(days=1)).replace(hour=hour, minute=20)
        (mine,) = claim(store, now)
        crawling.finish_poll(store, mine, PollResult(is_unchanged=True), now)
        (health,) = crawling.load_healths(store, now, ["one"])
        assert health.next_poll_at is not None
        pauses.append((health.next_poll_at - now).total_seconds())
    store.close()

    assert found.usual_gap_s == 83_400  # nine of ten gaps: the night is one of six
    assert found.usual_rhythm.startswith("6 a day, most ")
    assert pauses[0] > 4 * pauses[1]


def test_outlets_that_publish_more_are_asked_more_often_within_the_same_budget(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("busy"), outlet("quiet")], NOW)
    for mine in claim(store):
        step = timedelta(minutes=20) if mine.slug == "busy" else timedelta(hours=30)
        dates = tuple(NOW - step * n for n in range(1, 400) if step * n < timedelta(days=28))
        crawling.finish_poll(store, mine, PollResult(entries=len(dates), dates=dates), NOW)
    crawling.judge_outlets(store, NOW)
    for mine in claim(store, NOW + timedelta(hours=1)):
        crawling.finish_poll(store, mine, PollResult(is_unchanged=True), NOW + timedelta(hours=1))

    busy, quiet = crawling.load_healths(store, NOW)

    assert busy.next_poll_at is not None
    assert quiet.next_poll_at is not None
    assert busy.next_poll_at + timedelta(minutes=10) < quiet.next_poll_at


def test_a_source_that_is_broken_for_long_is_said_though_another_works(store: Store) -> None:
    crawling.sync_outlets(store, [outlet("one")], NOW)
    seen = []
    for day in range(4):
        now = NOW + timedelta(days=day)
        (mine,) = claim(store, now)
        result = PollResult(entries=2, new=1, arrivals=1, partial="not found (404): https://x/", partial_kind="failing")
        crawling.finish_poll(store, mine, result, now)
        seen.append(state(store, "one", now))

    assert seen == ["healthy", "healthy", "failing", "failing"]


def test_wishes_to_wait_are_kept_until_they_end(store: Store) -> None:
    politeness.save_host(store, "example.org:80", retry_after_at=NOW + timedelta(hours=1))
    politeness.save_host(store, "example.org:80", robots_text="x", robots_status=200, robots_at=NOW)

    assert politeness.load_waits(store, NOW) == {"example.org:80": NOW + timedelta(hours=1)}
    assert politeness.load_waits(store, NOW + timedelta(hours=2)) == {}
    found = politeness.load_host(store, "example.org:80")
    assert found is not None
    assert (found.robots_text, found.robots_status) == ("x", 200)
