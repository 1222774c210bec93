"""HTML → the article: one parse, the outlet's own rules or a general extractor, then rules by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import trafilatura
from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborHTMLParser

from monitor.cleaning.language import find_language
from monitor.cleaning.lines import is_credit, is_promotion, is_reading_time, is_tail_heading
from monitor.cleaning.memory import SiteMemory
from monitor.cleaning.metadata import Metadata, read_metadata
from monitor.model import CleaningRules, CleanPage, Removed
from monitor.text import fold

MOST_BYTES = 3_000_000
DEEPEST = 250  # levels; BeautifulSoup takes 17 s for 200,000 (DESIGN: traps)
FEW_CHARACTERS = 140
STRIPPED = ["script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "form", "button", "select"]
BLOCKS = ["p", "h2", "h3", "h4", "li", "blockquote", "pre", "td", "figcaption"]
NOT_HTML = (
    (b"%PDF", "a PDF, not a page"),
    (b"\x89PNG", "a picture, not a page"),
    (b"\xff\xd8\xff", "a picture, not a page"),
    (b"PK\x03\x04", "an archive, not a page"),
)


def clean_page(
    html: bytes | str,
    url: str,
    rules: CleaningRules | Mapping[str, list[str]] | None = None,
    memory: SiteMemory | None = None,
    fetched_at: datetime | None = None,
) -> CleanPage:
    """The article of a page; never raises: `problem` says why there is none."""
    problem = _find_problem(html)
    if problem:
        return CleanPage(url=url, problem=problem)
    text = _decode(html)
    tree = LexborHTMLParser(text)
    found = read_metadata(tree, url, fetched_at)
    own = _to_rules(rules)
    blocks, removed = _own_blocks(text, own) if own else ([], [])
    if not blocks:
        blocks, removed = _general_blocks(text, tree, url)
    page = _filter(blocks, removed, found, url, memory)
    return page if page.body else replace(page, problem=_describe(page, found))


def _to_rules(rules: CleaningRules | Mapping[str, list[str]] | None) -> CleaningRules | None:
    if rules is None or isinstance(rules, CleaningRules):
        return rules
    return CleaningRules(keep=tuple(rules.get("keep", ())), drop=tuple(rules.get("drop", ())))


def _find_problem(html: bytes | str) -> str:
    if not html or not html.strip():
        return "an empty page"
    if isinstance(html, bytes):
        for sign, words in NOT_HTML:
            if html.startswith(sign):
                return words
        if b"<" not in html[:100_000]:
            return "not HTML"
    elif "<" not in html[:100_000]:
        return "not HTML"
    return ""


def _decode(html: bytes | str) -> str:
    if isinstance(html, str):
        return html[:MOST_BYTES].replace("\x00", "")
    data = html[:MOST_BYTES]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").replace("\x00", "")
    match = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", data[:2048])
    for name in ("utf-8", match.group(1).decode("ascii", "replace") if match else "", "windows-1252"):
        try:
            if name:
                return data.decode(name).replace("\x00", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", errors="replace").replace("\x00", "")


def _own_blocks(text: str, rules: CleaningRules) -> tuple[list[str], list[Removed]]:
    """Blocks inside of the outlet's `keep`, without its `drop`; ([], []) when `keep` finds nothing."""
    if _is_deep(text):
        return [], []
    soup = BeautifulSoup(text, "html.parser")
    for tag in soup(STRIPPED):
        tag.decompose()
    removed = _drop(soup, rules)
    if not rules.keep:
        return _texts(soup), removed
    kept: list[str] = []
    for selector in rules.keep:
        for tag in soup.select(selector):
            kept += [line for line in _texts(tag) if line not in kept]
    inside = set(kept)
    removed += [Removed(rule="outside of keep", text=line) for line in _texts(soup) if line not in inside]
    return kept, removed


def _drop(soup: BeautifulSoup, rules: CleaningRules) -> list[Removed]:
    removed = []
    for selector in rules.drop:
        for tag in soup.select(selector):
            if not tag.decomposed:
                removed += [Removed(rule=f"drop {selector}", text=line) for line in _texts(tag)]
                tag.decompose()
    return removed


def _texts(root: Tag) -> list[str]:
    """The lines of a tree in order: its blocks, each once, else its whole text."""
    lines = []
    for tag in root.find_all(BLOCKS):
        if tag.find_parent(BLOCKS) is None or tag.find_parent(BLOCKS) not in root.descendants:
            line = " ".join(tag.get_text(" ", strip=True).split())
            if line:
                lines.append(line)
    if lines:
        return lines
    whole = " ".join(root.get_text(" ", strip=True).split())
    return [whole] if whole else []


def _is_deep(text: str) -> bool:
    """More levels than any page needs? Counted by opening and closing tags, roughly."""
    depth = deepest = 0
    for match in re.finditer(r"<(/?)(div|span|b|i|p|ul|li|table|tr|td|font|blockquote|section)\b", text):
        depth += -1 if match.group(1) else 1
        deepest = max(deepest, depth)
        if deepest > DEEPEST:
            return True
    return False


def _general_blocks(text: str, tree: LexborHTMLParser, url: str) -> tuple[list[str], list[Removed]]:
    if _is_deep(text):
        return [], []
    found = (
        trafilatura.extract(text, url=url or None, include_comments=False, include_tables=False, favor_precision=True)
        or ""
    )
    if len(found) < FEW_CHARACTERS:
        found = trafilatura.extract(text, url=url or None, include_comments=False) or ""
    kept = [" ".join(line.split()) for line in found.splitlines() if line.strip()]
    inside = {fold(line) for line in kept}
    tree.strip_tags(STRIPPED)
    removed = []
    for node in tree.css("p, li, h2, h3, h4, figcaption, td, dd")[:3000]:
        line = " ".join((node.text(deep=True) or "").split())
        if len(line) > 2 and fold(line) not in inside:
            removed.append(Removed(rule="outside of the article", text=line[:2000]))
    return kept, removed


def _filter(
    blocks: list[str], removed: list[Removed], found: Metadata, url: str, memory: SiteMemory | None
) -> CleanPage:
    """Rules by line over the kept blocks."""
    kept: list[str] = []
    cut: list[Removed] = []
    credits: list[str] = []
    headline = fold(found.headline)
    seen: set[str] = set()
    for number, line in enumerate(blocks):
        key = fold(line)
        if kept and is_tail_heading(line):
            cut += [Removed(rule="tail", text=rest) for rest in blocks[number:]]
            break
        rule = _find_rule(line, key, headline, seen, url, memory)
        if rule == "credit":
            credits.append(line)
        elif rule:
            cut.append(Removed(rule=rule, text=line))
        else:
            kept.append(line)
        seen.add(key)
    standfirst = ""
    if len(kept) > 2 and kept[0] != kept[1] and any(fold(kept[0])[:80] in fold(other) for other in kept[1:]):
        standfirst, kept = kept[0], kept[1:]
    body = "\n\n".join(kept)
    enough = len(body) >= FEW_CHARACTERS
    return CleanPage(
        url=url,
        canonical_url=found.canonical_url,
        headline=found.headline,
        standfirst=standfirst or found.standfirst[:500],
        body=body if enough else "",
        language=found.language or find_language(body),
        authors=found.authors,
        credits=tuple(credits),
        published_at=found.published_at,
        modified_at=found.modified_at,
        paywalled=found.paywalled,
        removed=tuple(cut + removed),
    )


def _find_rule(line: str, key: str, headline: str, seen: set[str], url: str, memory: SiteMemory | None) -> str:
    """The rule that cuts a line; "" when it stays."""
    if key == headline:
        return "headline"
    if key in seen and len(key) > 20:
        return "repeated"
    if is_credit(line):
        return "credit"
    if is_reading_time(line):
        return "reading-time"
    if is_promotion(line):
        return "promotion"
    if memory is not None and memory.recurs(line, url):
        return "recurs on the site"
    return ""


def _describe(page: CleanPage, found: Metadata) -> str:
    if page.paywalled:
        return "only a teaser: the text is behind a paywall"
    return "no article text on the page" if found.headline else "no article on the page"
