"""What the pipeline must make of the demo world, worked out without the pipeline: the yardstick of the end-to-end tests. Reads package files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.demo.archive import Archive, DemoArticle
from monitor.demo.furniture import article_path

FACTS = frozenset(
    {"second-voice", "person", "number", "place", "date"}
)  # any own text may have one that others have not
SAME_POLL = 720  # minutes of the two days within which articles may be read in any order


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One article: where it stands, the ledger state in which it must end, and whom it must ring."""

    article: DemoArticle
    host: str
    path: str
    state: str
    states: frozenset[
        str
    ]  # those that are right as well: whichever of a text and its copy is read second is the duplicate
    watchlists: tuple[str, ...]  # slugs that its hits satisfy; only where it may ring at all
    news: frozenset[str]  # kinds of news that it may tell of a story that rang before; a copy none


def find_expected(archive: Archive) -> tuple[Expected, ...]:
    """Every article of the archive, in order of time."""
    return tuple(_expect(archive, article) for article in archive.articles)


def find_ringing(archive: Archive) -> frozenset[tuple[str, str]]:
    """All (story, watchlist) pairs of which at least one alert must be told, and beside which none may be."""
    return frozenset((one.article.story, slug) for one in find_expected(archive) for slug in one.watchlists)


def find_turning(archive: Archive) -> frozenset[tuple[str, str]]:
    """(story, watchlist) pairs of which an update must be told: a later article brings the event to a new stage.

    Only where no article of the turn can be read in the poll that brings the first one.
    """
    turning = set()
    for story, slug in find_ringing(archive):
        told = [one for one in find_expected(archive) if one.article.story == story and slug in one.watchlists]
        first = min(one.article.at for one in told)
        turns = [one.article.at for one in told if "stage" in one.article.turns]
        if turns and min(turns) > first + SAME_POLL:
            turning.add((story, slug))
    return frozenset(turning)


def find_watchlists(hits: Collection[str]) -> tuple[str, ...]:
    """The watchlists of the demo configuration that these entries satisfy together."""
    return tuple(slug for slug, table in _watchlists().items() if _is_satisfied(table, hits))


def _expect(archive: Archive, article: DemoArticle) -> Expected:
    outlet = archive.outlets[article.outlet]
    own = "baseline" if article.is_old else article.outcome or ("matched" if article.hits else "no-match")
    watchlists = find_watchlists(article.hits) if own == "matched" and not article.copy_of else ()
    has_copy = any(article.id == one.copy_of for one in archive.articles)
    first = "baseline" if article.is_old else "matched"
    states = {first, "duplicate"} if article.copy_of or has_copy else {own}
    if article.published_minute != article.at:
        states.add("too-old")
    state = "duplicate" if article.copy_of else own
    return Expected(
        article=article,
        host=outlet.host,
        path=article_path(outlet, article),
        state=state,
        states=frozenset(states),
        watchlists=watchlists,
        news=FACTS | set(article.turns) if watchlists else frozenset(),
    )


@cache
def _watchlists() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("monitor.demo").joinpath("config", "watchlists.toml").read_text("utf-8"))


def _is_satisfied(table: Mapping[str, Any], hits: Collection[str]) -> bool:
    if "match" not in table:
        return any(slug in hits for slug in (*table.get("people", ()), *table.get("topics", ())))
    return _evaluate(re.findall(r"[()]|[\w-]+", table["match"]), hits)


def _evaluate(words: list[str], hits: Collection[str]) -> bool:
    """`words` of an expression of slugs, NOT, AND, OR and parentheses (all that the demo's watchlists use); consumes them."""
    value = _evaluate_and(words, hits)
    while words and words[0] == "OR":
        words.pop(0)
        right = _evaluate_and(words, hits)
        value = value or right
    return value


def _evaluate_and(words: list[str], hits: Collection[str]) -> bool:
    value = _evaluate_leaf(words, hits)
    while words and words[0] == "AND":
        words.pop(0)
        right = _evaluate_leaf(words, hits)
        value = value and right
    return value


def _evaluate_leaf(words: list[str], hits: Collection[str]) -> bool:
    word = words.pop(0)
    if word == "NOT":
        return not _evaluate_leaf(words, hits)
    if word != "(":
        return word in hits
    value = _evaluate(words, hits)
    words.pop(0)  # the closing parenthesis
    return value
