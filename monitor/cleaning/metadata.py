"""What a page says of itself: headline, dates, authors, language, canonical URL, paywall. Pure."""

from __future__ import annotations

import html as entities
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.authors import choose_authors
from monitor.cleaning.dates import choose_modified, choose_published, find_latest
from monitor.cleaning.headline import choose_headline, read_heading
from monitor.cleaning.language import parse_language
from monitor.urls import canonical_url

ARTICLE = re.compile(r"(?:Article|Posting|Report|LiveBlog\w*)$")
LOCKED = frozenset(("locked", "metered", "premium", "paid", "subscriber", "subscribers"))
MOST_JSON = 500  # objects of one page that are looked at; a guess
TELLING = ('"articleBody"', '"headline"', '"datePublished"', '"isAccessibleForFree"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    headline: str = ""
    title: str = ""  # of the tab
    said_headline: str = ""  # of og:title and JSON-LD
    standfirst: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    latest: datetime | None = None  # the last moment that a date may have
    language: str = ""
    canonical_url: str = ""
    paywalled: bool = False
    body: str = ""  # articleBody of JSON-LD
    is_article: bool = False  # says of itself that it is one
    has_password: bool = False


def read_metadata(tree: LexborHTMLParser, url: str, fetched_at: datetime | None) -> Metadata:
    """The most trustworthy place first. Dates after the fetch and a day are no dates."""
    meta = _read_meta(tree)
    article = _read_json_ld(tree)
    latest = find_latest(fetched_at)
    title = _text_of(tree, "title")
    og_title = meta.get("og:title", "")
    told = entities.unescape(_as_text(article.get("headline")))
    h1s = [read_heading(node, (og_title, told)) for node in tree.css("h1")[:8]]
    return Metadata(
        headline=choose_headline(h1s, og_title, told, title, meta.get("og:site_name", "")),
        title=title,
        said_headline=f"{og_title} {told}".strip(),
        standfirst=" ".join(meta.get("og:description", meta.get("description", "")).split()),
        authors=choose_authors(article.get("author"), meta, tree),
        published_at=choose_published(tree, [_as_text(article.get("datePublished"))], meta, latest),
        modified_at=choose_modified([_as_text(article.get("dateModified"))], meta, latest),
        latest=latest,
        language=_choose_language(tree, meta, article),
        canonical_url=_choose_address(tree, meta, url),
        paywalled=_is_paywalled(article, meta),
        body=_as_text(article.get("articleBody")),
        is_article=bool(article) or meta.get("og:type", "").lower() in ("article", "newsarticle", "news"),
        has_password=tree.css_first('input[type="password"]') is not None,
    )


def _read_meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _read_json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    """The article object of a page's JSON-LD, with the longest articleBody; {} when there is none."""
    best: dict[str, Any] = {}
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        text = node.text() or ""
        if not any(word in text for word in TELLING):
            continue
        try:
            stack = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        for item in _walk(stack):
            if _is_article(item) and len(_as_text(item.get("articleBody"))) >= len(_as_text(best.get("articleBody"))):
                best = (
                    item if len(item) >= 3 and (not best or item.get("headline") or not best.get("headline")) else best
                )
    return best


def _walk(stack: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while stack and len(found) < MOST_JSON:
        item = stack.pop(0)
        if isinstance(item, list):
            stack = item[:MOST_JSON] + stack
        elif isinstance(item, dict):
            found.append(item)
            stack += [value for value in item.values() if isinstance(value, dict | list)]
    return found


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and ARTICLE.search(kind) for kind in kinds)


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join((node.text() if node is not None else "").split())


def _choose_language(tree: LexborHTMLParser, meta: dict[str, str], article: dict[str, Any]) -> str:
    root = tree.css_first("html")
    attributes = root.attributes if root is not None else {}
    for tag in (
        attributes.get("lang"),
        attributes.get("xml:lang"),
        _as_text(article.get("inLanguage")),
        meta.get("og:locale"),
        meta.get("content-language"),
        meta.get("dc.language"),
    ):
        if language := parse_language(tag or ""):
            return language
    return ""


def _choose_address(tree: LexborHTMLParser, meta: dict[str, str], url: str) -> str:
    link = tree.css_first('link[rel="canonical"]')
    href = (link.attributes.get("href") or "") if link is not None else meta.get("og:url", "")
    if not href.strip():
        return ""
    try:
        return canonical_url(urljoin(url, href.strip()))
    except ValueError:
        return ""


def _is_paywalled(article: dict[str, Any], meta: dict[str, str]) -> bool:
    free = article.get("isAccessibleForFree")
    return free is False or str(free).lower() == "false" or meta.get("article:content_tier", "").lower() in LOCKED
