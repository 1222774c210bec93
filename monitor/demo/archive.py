"""The invented articles and outlets, as data. Reads the package's own files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

END_MINUTE = 2880  # two days


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutlet:
    """An invented publisher: one host, one page template."""

    slug: str
    name: str
    host: str
    template: str  # fox6, drupal, ministry or agency
    language: str
    tagline: str = ""
    zone_min: int = 0  # its clock, minutes east of UTC
    sister_of: str = ""  # slug of the outlet whose articles it repeats
    sections: Mapping[str, str] = field(default_factory=dict)  # path part → name
    comments: tuple[str, ...] = ()  # readers' words under its articles
    about: str = ""  # the author box

    @property
    def zone(self) -> timezone:
        """The zone of its clock."""
        return timezone(timedelta(minutes=self.zone_min))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """An invented article, with what the pipeline must make of it (keys as in articles/README.md)."""

    slug: str
    outlet: str
    section: str
    at: int
    language: str
    headline: str
    body: tuple[str, ...]  # paragraphs
    dated: int | None = None
    standfirst: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()  # of a photo gallery
    edit_at: int | None = None
    edit_headline: str = ""
    edit_body: tuple[str, ...] = ()
    story: str = ""
    copy_of: str = ""  # id of the article that it repeats word for word
    turns: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    outcome: str = ""

    @property
    def id(self) -> str:
        """`outlet/slug`, unique in the archive."""
        return f"{self.outlet}/{self.slug}"

    @property
    def is_old(self) -> bool:
        """Whether it stood there before the first poll, which makes it a baseline."""
        return self.at < 0

    @property
    def published_minute(self) -> int:
        """The minute that its page prints as its date."""
        return self.at if self.dated is None else self.dated

    def at_minute(self, minute: float) -> DemoArticle:
        """The version that the outlet shows at that minute: the first one, or the update."""
        if self.edit_at is None or minute < self.edit_at:
            return self
        return replace(self, headline=self.edit_headline or self.headline, body=self.edit_body or self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The whole invented world: outlets by slug, articles in order of their minute."""

    outlets: Mapping[str, DemoOutlet]
    articles: tuple[DemoArticle, ...]

    def of_outlet(self, slug: str) -> tuple[DemoArticle, ...]:
        """The articles of one outlet, oldest first."""
        return tuple(article for article in self.articles if article.outlet == slug)

    def article(self, article_id: str) -> DemoArticle:
        """The article with that id. Raises: KeyError."""
        for article in self.articles:
            if article.id == article_id:
                return article
        raise KeyError(article_id)


@cache
def load_archive() -> Archive:
    """All outlets and articles of the package, copies on sister hosts included."""
    tables = [
        tomllib.loads(entry.read_text("utf-8"))
        for entry in sorted(files("monitor.demo").joinpath("articles").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    outlets = {table["outlet"]["slug"]: _read_outlet(table["outlet"]) for table in tables}
    articles = [
        _read_article(row, outlets[table["outlet"]["slug"]]) for table in tables for row in table.get("article", ())
    ]
    by_id = {article.id: article for article in articles}
    for table in tables:
        outlet = outlets[table["outlet"]["slug"]]
        articles += [
            _copy(by_id[f"{outlet.sister_of}/{row['of']}"], outlet, row["at"]) for row in table.get("copy", ())
        ]
    return Archive(outlets=outlets, articles=tuple(sorted(articles, key=lambda article: (article.at, article.id))))


def _read_outlet(row: dict[str, Any]) -> DemoOutlet:
    return DemoOutlet(**{**row, "comments": tuple(row.get("comments", ()))})


def _read_article(row: dict[str, Any], outlet: DemoOutlet) -> DemoArticle:
    lists = {key: tuple(row.get(key, ())) for key in ("tags", "captions", "turns", "hits", "never")}
    texts = {key: _paragraphs(row.get(key, "")) for key in ("body", "edit_body")}
    return DemoArticle(**{"language": outlet.language, **row, **lists, **texts, "outlet": outlet.slug})


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip().replace("\n", " ") for part in text.split("\n\n") if part.strip())


def _copy(article: DemoArticle, outlet: DemoOutlet, at: int) -> DemoArticle:
    return replace(
        article,
        outlet=outlet.slug,
        at=at,
        copy_of=article.id,
        outcome="duplicate",
        edit_at=None,
        edit_headline="",
        edit_body=(),
    )
