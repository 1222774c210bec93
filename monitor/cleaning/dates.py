"""When an article was published: what the page says to machines first, a date beside its headline last. Pure.

A date after the fetch and a day is none; a date that stands in a cut block is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.cleaning.days import find_date, parse_date_line

PUBLISHED = """
    article:published_time og:article:published_time og:published_time datepublished date pubdate publishdate publish-date dc.date.issued dc.date
    dc.date.created dcterms.created dcterms.date dcterms.issued sailthru.date parsely-pub-date article.published article_date_original publication_date
    published_at cxenseparse:recs:publishtime cxenseparse:publishtime cxenseparse:recs:articlepublishedtime date.created created originalpublicationdate
    citation_publication_date citation_date rnews:datepublished article:created ptime displaydate weibo:article:create_at search_date news_published
    publish_date release_date
""".split()  # noqa: SIM905 - reads as a list
MODIFIED = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
]
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
NUMBERS = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{4})?$")
IN_URL = re.compile(r"(?:^|[/_-])((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)")
OUTSIDE = frozenset(("aside", "nav", "footer"))
ELSEWHERE = re.compile(
    r"related|sidebar|comment|recommend|latest|popular|most-?read|teaser|promo|widget|footer|\bnav", re.I
)
PUBLISH_MARK = re.compile(r"publish|posted|created|pubdate|entry-date|post-date|article-date|story-date", re.I)
LONGEST_LINE = 80  # characters of a line beside the headline that tells the day
ABOVE = 3  # lines above the headline, or above the text of a page whose headline stands elsewhere
MANY = 5  # paragraphs: an element with so many is the page, whatever it is called
UPDATE_MARK = re.compile(r"updat|modif", re.I)


def parse_moment(text: str) -> datetime | None:
    """A moment in ISO 8601, RFC 2822 or digits, with its zone; without one it is UTC. None when it is none of these."""
    text = " ".join(text.split())
    if not text or len(text) > 80:
        return None
    moment = _parse_iso(text) or _parse_numbers(text) or _parse_mail(text) or find_date(text)
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def choose_published(
    tree: LexborHTMLParser, said: Iterable[str], meta: Mapping[str, str], latest: datetime | None
) -> datetime | None:
    """JSON-LD, then meta, then microdata, then `<time>` in the article's header."""
    return (
        choose_first(said, latest)
        or choose_first((meta[name] for name in PUBLISHED if name in meta), latest)
        or choose_first(_read_microdata(tree), latest)
        or choose_first(_read_times(tree), latest)
    )


def choose_modified(said: Iterable[str], meta: Mapping[str, str], latest: datetime | None) -> datetime | None:
    """JSON-LD, then meta."""
    return choose_first([*said, *(meta[name] for name in MODIFIED if name in meta)], latest)


def choose_first(texts: Iterable[str], latest: datetime | None) -> datetime | None:
    """The first that is a moment between 1995 and `latest`."""
    for text in texts:
        moment = parse_moment(text) if text else None
        if moment is not None and moment >= EARLIEST and (latest is None or moment <= latest):
            return moment
    return None


def read_url_date(url: str, latest: datetime | None) -> datetime | None:
    """The day in a URL's path: /2025/04/13/… or …-20250413."""
    match = IN_URL.search(urlsplit(url).path)
    return choose_first(["-".join(match.groups())], latest) if match else None


def find_near(
    texts: Sequence[str], tokens: Sequence[list[str]], headline: list[str], first: int, latest: datetime | None
) -> datetime | None:
    """The day that a short line between the headline and the first paragraph tells, or one right above.

    `tokens` of the page's blocks, `headline` as tokens, `first`: place of the first paragraph.
    """
    above = [place for place in range(first) if tokens[place] == headline]
    start = max(0, (above[-1] if above else first) - ABOVE)
    for text, words in zip(texts[start:first], tokens[start:first], strict=True):
        if words == headline:  # it may tell the day of what it is about
            continue
        moment = parse_date_line(text) or find_date(text) if len(text) <= LONGEST_LINE else None
        if moment is not None and moment >= EARLIEST and (latest is None or moment <= latest):
            return moment
    return None


def search_page(html: str, url: str, latest: datetime | None) -> datetime | None:
    """The day by htmldate's expressions, for a page that names none to machines; asides, menus, comments and teasers are left out.

    Source: A. Barbaresi, htmldate, JOSS 5(51) 2020.
    """
    import htmldate  # 4 MB, and most pages name their day to machines
    import htmldate.utils

    tree = htmldate.utils.load_html(html)
    if tree is None:
        return None
    for node in list(tree.iter("aside", "nav", "footer", "section", "div", "ul")):
        names = f"{node.get('class', '')} {node.get('id', '')}"
        is_outside = node.tag in OUTSIDE or ELSEWHERE.search(names) is not None
        if is_outside and node.getparent() is not None and not _holds_article(node):
            node.drop_tree()
    try:
        day = htmldate.find_date(tree, extensive_search=False, original_date=True, url=url or None, max_date=latest)
    except (ValueError, TypeError, OverflowError):  # of its parsers, on odd dates
        return None
    return choose_first([day], latest) if day else None


def _holds_article(node: Any) -> bool:
    """Builders of pages call everything a widget, the article too."""
    return node.find(".//h1") is not None or len(node.findall(".//p")) >= MANY


def find_latest(fetched_at: datetime | None) -> datetime | None:
    """The last moment that a publication date may have."""
    return fetched_at + timedelta(days=1) if fetched_at else None


def _parse_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(
            re.sub(r"\s*([+-]\d\d):?(\d\d)$", r"\1:\2", text.replace(" UTC", "Z").replace(" GMT", "Z"))
        )
    except ValueError:
        return None


def _parse_numbers(text: str) -> datetime | None:
    match = COMPACT.match(text) or NUMBERS.search(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = (match.group(7) or "").replace("UTC", "Z").replace("GMT", "Z")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    if zone and zone != "Z":
        written = moment.isoformat()[:19] + (zone if ":" in zone else f"{zone[:3]}:{zone[3:]}")
        return datetime.fromisoformat(written)
    return moment


def _parse_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_microdata(tree: LexborHTMLParser) -> list[str]:
    found = []
    for node in tree.css('[itemprop~="datePublished"]')[:4]:
        if not _is_outside(node):
            attributes = node.attributes
            found.append(attributes.get("datetime") or attributes.get("content") or node.text(deep=True) or "")
    return found


def _read_times(tree: LexborHTMLParser) -> list[str]:
    """`<time datetime>` outside of navigation and asides; those that say "published" first, those that say "updated" last."""
    ranked: list[tuple[int, int, str]] = []
    for place, node in enumerate(tree.css("time[datetime]")[:6]):
        if _is_outside(node):
            continue
        names = " ".join(str(value) for value in node.attributes.values() if value)
        rank = 0 if PUBLISH_MARK.search(names) else 2 if UPDATE_MARK.search(names) else 1
        ranked.append((rank, place, node.attributes.get("datetime") or ""))
    return [text for _, _, text in sorted(ranked)[:2]]


def _is_outside(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in OUTSIDE:
            return True
        parent = parent.parent
    return False
