"""The demo world through the real cleaner and matcher: every article whole, nothing around it, exactly the expected entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cleaning import clean_page
from monitor.config import load_config
from monitor.demo import find_expected, load_archive, write_config
from monitor.demo.clock import DemoClock
from monitor.demo.furniture import article_path
from monitor.demo.sites import Site
from monitor.matching import Matcher
from monitor.model import CleanPage, Config
from monitor.urls import canonical_url

ARCHIVE = load_archive()
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
CLOCK = DemoClock(made_at=NOW, zero_at=NOW, seconds=2880)
TEXTS = [one for one in ARCHIVE.articles if not one.captions]
by_id = {"ids": lambda article: article.id}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return load_config(str(write_config(Path(tmp_path_factory.mktemp("demo")) / "config", 8000)))


@pytest.fixture(scope="module")
def matcher(config: Config) -> Matcher:
    return Matcher.compile(config.people, config.topics)


def clean(article, config: Config) -> CleanPage:
    site = Site(archive=ARCHIVE, outlet=ARCHIVE.outlets[article.outlet], clock=CLOCK, port=8000)
    path = article_path(site.outlet, article)
    answer = site.answer(path, max(article.at, 0))
    assert answer is not None
    rules = next(outlet.cleaning for outlet in config.outlets if outlet.slug == article.outlet)
    return clean_page(answer.body, site.base + path, rules=rules, fetched_at=NOW + timedelta(days=2))


def test_the_configuration_of_the_demo_is_valid(config: Config) -> None:
    assert len(config.outlets) == 5
    assert config.settings.allow_private == ("127.0.0.0/8",)


@pytest.mark.parametrize("article", TEXTS, **by_id)
def test_a_page_is_cleaned_to_exactly_its_paragraphs(article, config: Config) -> None:
    page = clean(article, config)

    assert page.headline == article.headline
    assert page.body.split("\n\n") == list(article.body)


@pytest.mark.parametrize("article", ARCHIVE.articles, **by_id)
def test_date_language_and_address_are_the_articles_own(article, config: Config) -> None:
    page = clean(article, config)

    assert page.published_at == CLOCK.moment_of(article.published_minute)
    assert page.language == article.language
    assert page.canonical_url == canonical_url(
        f"http://{ARCHIVE.outlets[article.outlet].host}:8000{article_path(ARCHIVE.outlets[article.outlet], article)}"
    )


@pytest.mark.parametrize("article", ARCHIVE.articles, **by_id)
def test_exactly_the_expected_entries_are_hit(article, config: Config, matcher: Matcher) -> None:
    page = clean(article, config)

    hits = matcher.find(page.headline, page.body, language=page.language, at=page.published_at)

    assert {hit.entry for hit in hits} == set(article.hits)


def test_people_who_stand_around_articles_only_are_never_hit(config: Config, matcher: Matcher) -> None:
    found = set()
    for one in find_expected(ARCHIVE):
        if not one.article.is_old and one.article.published_minute == one.article.at:
            page = clean(one.article, config)
            found |= {hit.entry for hit in matcher.find(page.headline, page.body, language=page.language)}

    assert found & {"kaspar-lindqvale", "oleana-prisk"} == set()
