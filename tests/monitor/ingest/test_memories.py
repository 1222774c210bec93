"""Site memories come and go; what they were taught does not."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.ingest.memories import SiteMemories
from monitor.store import Store

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MENU = "Harbour weather and tides"


def make_page(number: int) -> bytes:
    words = " ".join(f"word{number}x{place}" for place in range(60))
    return f"<html><body><article><h1>Title {number}</h1><p>{words}.</p><p>{MENU}</p></article></body></html>".encode()


def teach(memories: SiteMemories, outlet: str, pages: range) -> None:
    for number in pages:
        memories.learn(outlet, make_page(number), f"https://{outlet}.test/{number}")


def knows_menu(memories: SiteMemories, outlet: str) -> bool:
    return memories.find(outlet).recurs(MENU, f"https://{outlet}.test/new")


def test_those_that_were_read_longest_ago_are_let_go_and_come_back(store: Store) -> None:
    memories = SiteMemories(store, most=2)
    teach(memories, "courier", range(4))
    memories.save("courier", NOW)
    first = memories.find("courier")
    assert memories.find("herald") is memories.find("herald")
    assert memories.find("courier") is first, "two are held"
    memories.find("gazette")
    memories.find("herald")  # courier was read longest ago
    assert memories.find("courier") is not first
    assert knows_menu(memories, "courier")
    assert not knows_menu(memories, "herald")


def test_what_was_taught_and_not_saved_is_not_let_go(store: Store) -> None:
    memories = SiteMemories(store, most=1)
    teach(memories, "courier", range(4))
    for outlet in ("herald", "gazette", "envoy"):
        memories.find(outlet)
    assert knows_menu(memories, "courier")
    assert not knows_menu(SiteMemories(store), "courier"), "nothing was saved"
    memories.save("courier", NOW)
    assert knows_menu(SiteMemories(store), "courier")


def test_one_that_was_only_read_is_not_written(store: Store) -> None:
    teach(here := SiteMemories(store), "courier", range(4))
    there = SiteMemories(store)
    assert not knows_menu(there, "courier")
    here.save("courier", NOW)
    there.save("courier", NOW)
    assert knows_menu(SiteMemories(store), "courier")
