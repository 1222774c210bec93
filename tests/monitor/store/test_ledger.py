"""Every candidate ends in exactly one counted state; nothing is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import Candidate
from monitor.store import Store, ledger, listings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


def candidate(path: str, **more: object) -> Candidate:
    url = f"https://example.org/{path}"
    return Candidate(url=url, outlet="one", source="https://example.org/feed", title=f"About {path}", **more)  # type: ignore[arg-type]


def note(store: Store, *found: Candidate, baseline: tuple[str, ...] = ()) -> int:
    with store.write() as connection:
        return len(listings.note_candidates(connection, found, now=NOW, baseline=set(baseline)))


def take(store: Store, now: datetime = NOW, limit: int = 10) -> list[str]:
    with store.write() as connection:
        rows = ledger.take_candidates(connection, "one", now=now, limit=limit, lease_s=600)
    return [row.url.rsplit("/", 1)[1] for row in rows]


def finish(store: Store, path: str, state: str, now: datetime = NOW, *, again: bool = False) -> None:
    with store.write() as connection:
        url = f"https://example.org/{path}"
        ledger.finish_candidate(connection, url, state=state, reason="because", now=now, again=again)


def test_a_url_is_new_once(store: Store) -> None:
    assert note(store, candidate("a"), candidate("b")) == 2
    assert note(store, candidate("a"), candidate("c")) == 1


def test_the_newest_is_taken_first_and_baseline_last(store: Store) -> None:
    old, new = candidate("old", published_at=NOW - timedelta(days=1)), candidate("new", published_at=NOW)
    note(store, candidate("base", published_at=NOW), old, new, baseline=("https://example.org/base",))

    assert take(store) == ["new", "old", "base"]


def test_what_is_being_fetched_is_not_taken_twice_but_again_when_its_lease_ends(store: Store) -> None:
    note(store, candidate("a"))

    assert take(store) == ["a"]
    assert take(store) == []
    assert take(store, NOW + timedelta(seconds=601)) == ["a"]


def test_a_crash_makes_what_was_being_fetched_due_at_once(store: Store) -> None:
    note(store, candidate("a"))
    take(store)
    with store.write() as connection:
        ledger.release_candidates(connection, NOW)

    assert take(store) == ["a"]


def test_a_page_that_kills_the_crawler_each_time_is_given_up(store: Store) -> None:
    note(store, candidate("a"))
    for _ in range(ledger.MOST_ATTEMPTS):
        assert take(store) == ["a"]
        with store.write() as connection:
            ledger.release_candidates(connection, NOW)

    assert take(store) == []
    assert ledger.count_states(store, NOW) == {"failed": 1}


def test_a_failure_that_may_pass_is_tried_again_with_longer_pauses_and_not_for_ever(store: Store) -> None:
    note(store, candidate("a"))
    now, pauses = NOW, []
    while take(store, now):
        finish(store, "a", "failed", now, again=True)
        began = now
        while now - began < timedelta(days=3) and not due(store, now):
            now += timedelta(minutes=10)
        pauses.append(now - began)

    assert pauses[:3] == [timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
    assert len(pauses) == ledger.MOST_ATTEMPTS


def due(store: Store, now: datetime) -> bool:
    with store.read() as connection:
        return "one" in ledger.find_due(connection, ["one", "two"], now)


def test_a_failure_for_good_is_not_tried_again(store: Store) -> None:
    note(store, candidate("a"))
    take(store)
    finish(store, "a", "failed")

    assert not due(store, NOW + timedelta(days=9))


def test_a_host_that_wants_to_be_left_alone_costs_no_attempt(store: Store) -> None:
    note(store, candidate("a"))
    for hours in range(20):
        moment = NOW + timedelta(hours=hours)
        assert take(store, moment) == ["a"]
        with store.write() as connection:
            ledger.postpone_candidate(
                connection, "https://example.org/a", reason="waits", until=moment + timedelta(hours=1), now=moment
            )

    assert ledger.count_states(store, NOW) == {"found": 1}


def test_what_is_not_fetched_at_all_ends_with_its_reason_once(store: Store) -> None:
    note(store, candidate("a"))
    for state in ("too-old", "out-of-scope"):
        with store.write() as connection:
            listings.end_found(connection, [("https://example.org/a", state, "because")], now=NOW)

    assert ledger.count_states(store, NOW) == {"too-old": 1}
    assert ledger.count_states(store, NOW, "two") == {}
    assert take(store) == []


def test_another_headline_makes_a_known_page_due_again_at_most_hourly(store: Store) -> None:
    note(store, candidate("a"))
    take(store)
    finish(store, "a", "no-match")
    edited = Candidate(url="https://example.org/a", outlet="one", source="s", title="Corrected")

    def recheck(now: datetime) -> int:
        with store.write() as connection:
            return listings.recheck_changed(connection, [edited], now=now)

    assert recheck(NOW + timedelta(minutes=5)) == 0
    assert recheck(LATER) == 1
    assert take(store, LATER) == ["a"]
    finish(store, "a", "changed", LATER)
    assert recheck(LATER + timedelta(hours=2)) == 0


def test_the_trace_of_a_url_tells_all_of_it_in_order(store: Store) -> None:
    note(store, candidate("a"))
    take(store)
    finish(store, "a", "no-match", LATER)

    trace = ledger.load_trace(store, "https://example.org/a")

    assert trace is not None
    assert trace["state"] == "no-match"
    assert [(step["step"], step["outcome"]) for step in trace["steps"]] == [
        ("found", "https://example.org/feed"),
        ("state", "no-match"),
    ]
    assert ledger.load_trace(store, "https://example.org/unknown") is None


def test_a_process_is_alive_by_its_newest_beat(store: Store) -> None:
    ledger.beat(store, "crawler", 7, NOW)
    ledger.beat(store, "crawler", 8, LATER, pages=3)

    assert ledger.find_heartbeat(store, "crawler") == LATER
    assert ledger.find_process(store, "crawler") == 8
    assert ledger.find_heartbeat(store, "monitor") is None
