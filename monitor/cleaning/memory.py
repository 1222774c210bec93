"""What recurs on the pages of one outlet. A value that grows; no I/O."""

from __future__ import annotations

import hashlib
import json
import zlib

from selectolax.lexbor import LexborHTMLParser

from monitor.text import fold
from monitor.urls import canonical_url

ENOUGH_PAGES = 2  # other pages that have a line before it is furniture
MOST_URLS, MOST_LINES = 400, 20_000  # what is remembered; older pages are forgotten
LEAST_LENGTH = 12  # of a line; shorter ones recur by chance
BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, dd, dt, figcaption, blockquote, a, span"


class SiteMemory:
    """Lines and the pages that have them, one vote a canonical URL."""

    def __init__(self) -> None:
        self._pages: dict[str, list[str]] = {}  # URL key → line keys, oldest page first
        self._votes: dict[str, int] = {}

    def learn(self, html: bytes | str, url: str) -> None:
        """Counts the lines of a page; the page's earlier visit is replaced."""
        page = _key(canonical_url(url) or url)
        lines = sorted({_key(line) for line in _lines(html)})[:3000]
        self._forget(page)
        self._pages[page] = lines
        for line in lines:
            self._votes[line] = self._votes.get(line, 0) + 1
        while len(self._pages) > MOST_URLS or len(self._votes) > MOST_LINES:
            self._forget(next(iter(self._pages)))

    def recurs(self, line: str, url: str) -> bool:
        """Do other pages of the outlet have this line?"""
        if len(line) < LEAST_LENGTH:
            return False
        key = _key(line)
        own = key in self._pages.get(_key(canonical_url(url) or url), ())
        return self._votes.get(key, 0) - own >= ENOUGH_PAGES

    def to_bytes(self) -> bytes:
        """The memory for the store."""
        return zlib.compress(json.dumps({"version": 1, "pages": self._pages}).encode())

    @classmethod
    def from_bytes(cls, blob: bytes) -> SiteMemory:
        """The memory that `to_bytes` gave; an unreadable one begins anew."""
        memory = cls()
        try:
            pages = json.loads(zlib.decompress(blob))["pages"]
        except (zlib.error, ValueError, KeyError, TypeError):
            return memory
        memory._pages = pages
        for lines in pages.values():
            for line in lines:
                memory._votes[line] = memory._votes.get(line, 0) + 1
        return memory

    def _forget(self, page: str) -> None:
        for line in self._pages.pop(page, ()):
            left = self._votes.get(line, 0) - 1
            if left > 0:
                self._votes[line] = left
            else:
                self._votes.pop(line, None)


def _lines(html: bytes | str) -> set[str]:
    tree = LexborHTMLParser(html[:2_000_000])
    tree.strip_tags(["script", "style", "noscript", "template"])
    found = set()
    for node in tree.css(BLOCKS)[:4000]:
        text = " ".join((node.text(deep=True) or "").split())
        if LEAST_LENGTH <= len(text) <= 3000:
            found.add(text)
    return found


def _key(text: str) -> str:
    return hashlib.blake2b(fold(" ".join(text.split())).encode(), digest_size=6).hexdigest()
