"""What passes and is still said."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.config import find_voids, find_warnings
from monitor.model import Channel, Config, DigestPlan, Office, Outlet, Person, Settings, Topic, Watchlist


def make_config(**parts: object) -> Config:
    return Config(folder="config", version="1", **parts)  # type: ignore[arg-type]


def test_two_people_of_one_spelling_are_named_in_whatever_case_or_language() -> None:
    anna = Person(slug="anna-berg", name="Anna Berg", names={"ru": ("Анна Берг",)})
    other = Person(slug="anna-berg-the-singer", name="Anna Berg (singer)", also=("ANNA BERG",))
    third = Person(slug="ole-berg", name="Ole Berg", names={"ru": ("Оле Берг",)})

    warnings = find_warnings(make_config(people=(anna, other, third)))

    assert warnings == [
        "people.toml: anna-berg and anna-berg-the-singer: share the spelling 'Anna Berg', which cannot tell them apart"
    ]


def test_a_spelling_under_a_code_that_is_no_language_is_said_and_kept() -> None:
    anna = Person(slug="anna-berg", name="Anna Berg", names={"jp": ("アンナ・ベルグ",), "ru": ("Анна Берг",)})

    (warning,) = find_warnings(make_config(people=(anna,)))

    assert warning == "people.toml: anna-berg.names: 'jp' is no language (do you mean ja?)"


def test_a_person_may_repeat_a_spelling_of_its_own() -> None:
    anna = Person(slug="anna-berg", name="Anna Berg", names={"de": ("Anna Berg",)}, also=("anna berg",))

    assert find_warnings(make_config(people=(anna,))) == []


def test_two_enabled_outlets_of_one_feed_are_named() -> None:
    one = Outlet(slug="one", name="One", home="https://one.example/", feeds=("https://one.example/rss",))
    two = Outlet(slug="two", name="Two", home="https://two.example/", feeds=("http://one.example/rss/",))
    off = Outlet(slug="off", name="Off", home="https://off.example/", feeds=one.feeds, enabled=False, reason="old")

    (warning,) = find_warnings(make_config(outlets=(one, two, off)))

    assert warning.startswith("outlets.toml: one and two: read the same https://one.example/rss")


def test_an_enabled_outlet_without_a_way_in_is_named() -> None:
    blind = Outlet(slug="blind", name="Blind", home="https://blind.example/")

    assert find_warnings(make_config(outlets=(blind,))) == [
        "outlets.toml: blind: enabled without a feed, sitemap or listing"
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("fjord or treaty", "'or' is searched as a word (do you mean OR? operators are written in capitals)"),
        ("fjord and (treaty OR pact)", "'and' is searched as a word (do you mean AND?"),
        ("fj* NEAR talks", "'NEAR' is searched as a word (do you mean NEAR/6?"),
        ("fjord near/4 talks", "'near' is searched as a word (do you mean NEAR/6?"),
        ("fjord*talks", "'fjord*talks': a * stands only at the end of a word"),
        ("a", "'a' is one letter"),
        ("fjord lang:norwegian", "lang: 'norwegian' is no language"),
    ],
)
def test_a_query_that_was_hardly_meant_so_is_said(query: str, words: str) -> None:
    (warning,) = find_warnings(make_config(topics=(Topic(slug="fjord", name="Fjord", query=query),)))

    assert warning.startswith(f"topics.toml: fjord.query: {words}")


@pytest.mark.parametrize(
    "query",
    [
        'fjord OR "law and order"',
        "“this or that” NEAR/3 talks",
        "fjord w/6 talks /4 treaty",
        "L'Aquila OR fjord* lang:zh-Hant",
        "headline:(fjord OR oresund) NOT orchestra -sand",
        "制裁 OR санкци*",
    ],
)
def test_a_query_as_it_should_be_is_no_matter(query: str) -> None:
    assert find_warnings(make_config(topics=(Topic(slug="fjord", name="Fjord", query=query),))) == []


def test_what_is_empty_is_said_by_what_will_never_happen() -> None:
    off = Outlet(slug="off", name="Off", home="https://off.example/", feeds=("https://off.example/",), enabled=False)

    assert find_voids(make_config(outlets=(off,))) == [
        "outlets.toml: no outlet is enabled: nothing will be fetched",
        "people.toml, topics.toml: nobody and nothing is watched: no article will be flagged",
        "watchlists.toml: no watchlist: nobody will be told of anything",
    ]


def test_what_leads_nowhere_is_named() -> None:
    topics = tuple(Topic(slug=f"topic-{n}", name="T", query="treaty") for n in range(9))
    idle = Watchlist(slug="idle", name="Idle", match="topic-0")
    digest = DigestPlan(slug="morning", name="M", channels=("screen",), at=(), zone="UTC")
    channel = Channel(slug="screen", url="console:")

    warnings = find_warnings(make_config(topics=topics, watchlists=(idle,), digests=(digest,), channels=(channel,)))

    assert warnings == [
        "topics.toml: in no watchlist: topic-1, topic-2, topic-3, topic-4, topic-5, topic-6 and 2 more",
        "watchlists.toml: idle: goes nowhere (instant = […] or digests = […])",
        "channels.toml: digest.morning: no watchlist goes into it",
    ]


def test_offices_that_nobody_confirmed_for_long_are_named_when_the_day_is_known() -> None:
    office = Office(title="Minister", of="NO")
    old = Person(slug="old", name="Old Name", offices=(office,), known_as_of=date(2024, 1, 1))
    fresh = Person(slug="fresh", name="Fresh Name", offices=(office,), known_as_of=date(2026, 1, 1))
    config = make_config(people=(old, fresh))

    assert find_warnings(config) == []
    assert find_warnings(config, today=date(2026, 2, 1)) == [
        "people.toml: offices not confirmed for 550 days or more: old"
    ]


@pytest.mark.parametrize(
    ("listen", "is_open"),
    [
        ("127.0.0.1:8484", False),
        ("localhost:8484", False),
        ("[::1]:8484", False),
        ("0.0.0.0:8484", True),
        ("desk.example:80", True),
    ],
)
def test_a_desk_that_others_can_reach_is_said(listen: str, is_open: bool) -> None:
    warnings = find_warnings(make_config(settings=Settings(listen=listen)))

    assert bool(warnings) is is_open
