"""What a site's home page offers a newcomer: ways in, a selector of its article links, a table to paste. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.urls import canonical_url, site_of

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
USUAL = (
    ("feed", "/feed/"),
    ("feed", "/rss.xml"),
    ("feed", "/rss"),
    ("feed", "/feed.xml"),
    ("feed", "/atom.xml"),
    ("sitemap", "/news-sitemap.xml"),
    ("sitemap", "/sitemap_news.xml"),
    ("sitemap", "/sitemap.xml"),
)
LEAST_LINKS = 4  # of a list of articles
LONG_TITLE = 24  # characters; a menu's words are shorter


def find_sources(html: bytes, url: str) -> list[tuple[str, str]]:
    """(kind, URL) of feeds that the page names, then of feeds and sitemaps that sites usually have; each once."""
    found: dict[str, str] = {}
    for link in LexborHTMLParser(html).css(
        "link[rel~=alternate][href], a[href$='.xml'], a[href*='/rss'], a[href*='/feed']"
    )[:40]:
        href = urljoin(url, link.attributes.get("href") or "")
        kind = (link.attributes.get("type") or "").lower()
        if canonical_url(href) and (link.tag == "a" or kind in FEED_TYPES) and "comments" not in href:
            found.setdefault(href, "sitemap" if "sitemap" in href else "feed")
    for kind, path in USUAL:
        found.setdefault(urljoin(url, path), kind)
    return [(kind, href) for href, kind in found.items()]


def find_listing_selector(html: bytes, url: str) -> str:
    """A CSS selector of the page's article links: the parent shape that has most links with long titles. "" when none has."""
    shapes: Counter[str] = Counter()
    for anchor in LexborHTMLParser(html).css("a[href]")[:2000]:
        title = " ".join((anchor.text() or "").split())
        href = canonical_url(urljoin(url, anchor.attributes.get("href") or ""))
        if len(title) >= LONG_TITLE and site_of(href) == site_of(url) and urlsplit(href).path.count("/") >= 1:
            shape = _shape(anchor)
            if shape:
                shapes[shape] += 1
    best = shapes.most_common(1)
    return best[0][0] if best and best[0][1] >= LEAST_LINKS else ""


def _shape(anchor: LexborNode) -> str:
    parent = anchor.parent
    while parent is not None and parent.tag in ("span", "b", "strong", "em"):
        parent = parent.parent
    if parent is None or parent.tag in ("body", "html", "nav", "footer"):
        return ""
    names = [name for name in (parent.attributes.get("class") or "").split() if re.fullmatch(r"[A-Za-z][\w-]*", name)]
    return f"{parent.tag}.{names[0]} a" if names else f"{parent.tag} a"


def make_table(url: str, sources: list[dict[str, Any]], articles: list[str]) -> str:
    """The table of outlets.toml to paste."""
    host = site_of(url)
    slug = re.sub(r"[^a-z0-9]+", "-", host.rsplit(".", 1)[0]).strip("-") or "outlet"
    parts = urlsplit(url)
    lines = [f"[{slug}]", f'name = "{host}"', f'home = "{parts.scheme}://{parts.netloc}/"']
    for kind, key in (("feed", "feeds"), ("sitemap", "sitemaps")):
        urls = [source["url"] for source in sources if source["kind"] == kind]
        if urls:
            lines.append(f"{key} = [{', '.join(_quoted(found) for found in urls)}]")
    listings = [source for source in sources if source["kind"] == "listing"]
    if listings and not any(source["kind"] == "feed" for source in sources):
        tables = ", ".join(f"{{ url = {_quoted(s['url'])}, links = {_quoted(s['links'])} }}" for s in listings)
        lines.append(f"listings = [{tables}]")
    pattern = find_pattern(articles)
    if pattern:
        lines.append(f"articles = {_quoted(pattern)}")
    return "\n".join([*lines, 'every = "auto"'])


def find_pattern(articles: list[str]) -> str:
    """A path pattern that the sample articles share: their first directories. "" when they share none."""
    firsts = {urlsplit(article).path.split("/")[1] for article in articles if urlsplit(article).path.count("/") >= 2}
    if not firsts or len(firsts) > 3 or any(urlsplit(article).path.count("/") < 2 for article in articles):
        return ""
    years = all(re.fullmatch(r"(19|20)\d\d", first) for first in firsts)
    return r"^/\d{4}/" if years else f"^/({'|'.join(sorted(map(re.escape, firsts)))})/"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
