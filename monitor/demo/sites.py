"""What one host of the demo world shows: robots, sources, listings and article pages. Pure: minute and clock are passed in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.demo.archive import Archive, DemoArticle, DemoOutlet
from monitor.demo.clock import DemoClock
from monitor.demo.furniture import article_path, find_furniture

PATHS = {  # what answers besides the articles: template → path → page template
    "fox6": {"/feed/": "rss_fox6.xml", "/news-sitemap.xml": "sitemap.xml", "/": "fox6_front.html"},
    "drupal": {"/rss.xml": "rss_drupal.xml", "/sitemap.xml": "sitemap.xml", "/region/global": "drupal_listing.html"},
    "ministry": {"/sitemap.xml": "sitemap.xml", "/en/press-releases": "ministry_listing.html"},
    "agency": {"/rss.xml": "rss_agency.xml", "/sitemap.xml": "sitemap.xml", "/": "agency_front.html"},
}
FEED_LENGTH = 30  # items; all that is old fits in, so that every old article is seen by a first poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A body, its media type, when it last changed (UTC), and whether it is a source that a crawler polls."""

    body: bytes
    content_type: str
    changed_at: datetime
    is_source: bool = False


@dataclass(frozen=True, kw_only=True)
class Site:
    """One host at one moment."""

    archive: Archive
    outlet: DemoOutlet
    clock: DemoClock
    port: int

    @cached_property
    def base(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.outlet.host}:{self.port}"

    def answer(self, path: str, minute: float) -> Answer | None:
        """What stands under `path` at that minute; None = nothing."""
        visible = [one.at_minute(minute) for one in self.archive.of_outlet(self.outlet.slug) if one.at <= minute]
        visible.reverse()
        if path == "/robots.txt":
            return self._made("robots.txt", "text/plain; charset=utf-8", visible, minute)
        source = PATHS[self.outlet.template].get(path)
        if source is not None:
            kind = "text/html" if source.endswith(".html") else _feed_type(source)
            return self._made(source, f"{kind}; charset=utf-8", visible, minute, is_source=True)
        for article in visible:
            if article_path(self.outlet, article) == path:
                return self._article(article, minute)
        return None

    def _made(
        self, template: str, content_type: str, visible: list[DemoArticle], minute: float, *, is_source: bool = False
    ) -> Answer:
        changed_at = max((self._changed_at(one, minute) for one in visible), default=self.clock.moment_of(0))
        text = self._render(template, minute, items=visible[:FEED_LENGTH], changed_at=changed_at)
        return Answer(body=text.encode(), content_type=content_type, changed_at=changed_at, is_source=is_source)

    def _article(self, article: DemoArticle, minute: float) -> Answer:
        furniture = find_furniture(self.archive, article)
        text = self._render(f"{self.outlet.template}_article.html", minute, article=article, furniture=furniture)
        changed_at = self._changed_at(article, minute)
        return Answer(body=text.encode(), content_type="text/html; charset=utf-8", changed_at=changed_at)

    def _render(self, template: str, minute: float, **values: Any) -> str:
        names = {
            "outlet": self.outlet,
            "base": self.base,
            "wording": _wording(),
            "dated": lambda article: self.clock.moment_of(article.published_minute, self.outlet.zone_min),
            "changed": lambda article: self._changed_at(article, minute).astimezone(self.outlet.zone),
            "url_of": lambda article: self.base + article_path(self.outlet, article),
        }
        return _templates().get_template(template).render(names | values)

    def _changed_at(self, article: DemoArticle, minute: float) -> datetime:
        """When the article appeared or was updated; an old one that resurfaces was touched on that day, as a CMS would say."""
        is_edited = article.edit_at is not None and minute >= article.edit_at
        last = article.edit_at if is_edited and article.edit_at is not None else article.at
        return self.clock.moment_of(last)


def _feed_type(template: str) -> str:
    return "application/rss+xml" if template.startswith("rss") else "application/xml"


@cache
def _wording() -> dict[str, Any]:
    """The agency's words around an article, by language."""
    return tomllib.loads(files("monitor.demo").joinpath("wording.toml").read_text("utf-8"))


@cache
def _templates() -> Environment:
    """Autoescape for all: `.xml` and `.html` alike; a name that a template lacks is an error."""
    environment = Environment(
        loader=PackageLoader("monitor.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rfc822"] = format_datetime
    environment.filters["drupal_date"] = lambda moment: moment.strftime("%a, %m/%d/%Y - %H:%M")
    environment.filters["words"] = lambda text, count: " ".join(text.split()[:count])
    return environment
