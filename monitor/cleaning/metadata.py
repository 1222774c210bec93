"""Headline, dates, authors, language and canonical URL of a page. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.language import parse_language
from monitor.text import fold
from monitor.urls import canonical_url

ARTICLE = re.compile(r"(Article|Posting|Report|LiveBlog)$")
PUBLISHED = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "parsely-pub-date",
    "sailthru.date",
    "og:published_time",
    "publication_date",
    "article.published",
)
MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified", "dcterms.modified")
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    headline: str = ""
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str = ""
    canonical_url: str = ""
    paywalled: bool = False
    body: str = ""  # articleBody of JSON-LD


def read_metadata(tree: LexborHTMLParser, url: str, fetched_at: datetime | None) -> Metadata:
    """What a page says of itself, the most trustworthy place first. Dates after the fetch and a day are no dates."""
    meta = _meta(tree)
    article = _json_ld(tree)
    latest = (fetched_at or datetime.now(UTC)) + timedelta(days=1) if fetched_at else None
    published = [str(article.get("datePublished") or ""), *(meta.get(name, "") for name in PUBLISHED), *_times(tree)]
    modified = [str(article.get("dateModified") or ""), *(meta.get(name, "") for name in MODIFIED)]
    link = tree.css_first('link[rel="canonical"]')
    href = (link.attributes.get("href") or "") if link is not None else meta.get("og:url", "")
    html = tree.css_first("html")
    language = parse_language((html.attributes.get("lang") or "") if html is not None else "")
    free = article.get("isAccessibleForFree")
    return Metadata(
        headline=_headline(tree, meta, article),
        standfirst=" ".join(meta.get("og:description", meta.get("description", "")).split()),
        authors=_authors(article, meta),
        published_at=_first_date(published, latest),
        modified_at=_first_date(modified, latest),
        language=language
        or parse_language(str(article.get("inLanguage") or "") if isinstance(article.get("inLanguage"), str) else ""),
        canonical_url=canonical_url(urljoin(url, href)) if href else "",
        paywalled=free is False
        or str(free).lower() == "false"
        or meta.get("article:content_tier", "") in ("locked", "metered"),
        body=str(article.get("articleBody") or ""),
    )


def parse_moment(text: str) -> datetime | None:
    """An ISO 8601 or RFC 2822 moment with its zone; a bare date is midnight UTC. None when it is neither."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first_date(texts: list[str], latest: datetime | None) -> datetime | None:
    for text in texts:
        moment = parse_moment(text)
        if moment is not None and moment >= EARLIEST and (latest is None or moment <= latest):
            return moment
    return None


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    """The article object of a page's JSON-LD; {} when there is none."""
    best: dict[str, Any] = {}
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        try:
            stack = [json.loads(node.text() or "", strict=False)]
        except ValueError:
            continue
        seen = 0
        while stack and seen < 500:
            item = stack.pop()
            seen += 1
            if isinstance(item, list):
                stack += item
            elif isinstance(item, dict):
                kinds = item.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and ARTICLE.search(kind) for kind in kinds) and not best:
                    best = item
                stack += [value for value in item.values() if isinstance(value, dict | list)]
    return best


def _times(tree: LexborHTMLParser) -> list[str]:
    """`<time>` in the article's header: before the first paragraph, outside of asides and navigation."""
    found = []
    for node in tree.css("time[datetime]")[:3]:
        parent, inside = node.parent, False
        while parent is not None:
            if parent.tag in ("aside", "nav", "footer"):
                inside = True
            parent = parent.parent
        if not inside:
            found.append(node.attributes.get("datetime") or "")
    return found[:1]


def _headline(tree: LexborHTMLParser, meta: dict[str, str], article: dict[str, Any]) -> str:
    """The h1 that agrees best with what the page says of itself, else what it says."""
    said = " ".join(str(article.get("headline") or meta.get("og:title") or meta.get("twitter:title") or "").split())
    title = tree.css_first("title")
    title_text = " ".join((title.text() if title is not None else "").split())
    reference = set(fold(said or title_text).split())
    best, best_score = "", 0.0
    for node in tree.css("h1")[:8]:
        text = " ".join((node.text(deep=True) or "").split())
        words = set(fold(text).split())
        score = len(words & reference) / (len(words | reference) or 1)
        if text and score > best_score:
            best, best_score = text, score
    if best_score >= 0.3:
        return best
    return said or re.split(r"\s+[|–—-]\s+", title_text)[0] or best


def _authors(article: dict[str, Any], meta: dict[str, str]) -> tuple[str, ...]:
    raw = article.get("author")
    items = raw if isinstance(raw, list) else [raw]
    names = [str(item.get("name") or "") if isinstance(item, dict) else str(item or "") for item in items]
    names = names if any(names) else [meta.get("author", "") or meta.get("article:author", "")]
    clean = (" ".join(name.split()) for name in names)
    return tuple(dict.fromkeys(name for name in clean if 1 < len(name) <= 80 and not name.startswith("http")))
