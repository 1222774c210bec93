"""Looks at one address: a page as the crawler would fetch it (`-a page=1`), or the ways into a site. Prints one JSON document."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import scrapy
from scrapy.http import Request, Response

from crawler.answers import find_stranger
from crawler.discovery import Reading, parse_feed, parse_listing, parse_sitemap
from crawler.discovery.listings import is_too_deep
from crawler.failures import describe_status, find_challenge, summarise
from crawler.place import load_place
from crawler.proposal import find_listing_selector, find_sources, make_table
from monitor.cleaning import SiteMemory, clean_page
from monitor.store import open_store
from monitor.urls import canonical_url, site_of

T = TypeVar("T")
SAMPLES = 4  # article pages that are fetched, cleaned and shown


class ProbeSpider(scrapy.Spider):
    """Same guard, robots.txt and delay as the outlets spider; stores nothing but what politeness must remember."""

    name = "probe"

    def __init__(self, url: str = "", page: str = "", **words: Any) -> None:
        super().__init__(**words)
        self.url, self.page = url, page not in ("", "0")
        self.answer: dict[str, Any] = {"url": url}
        self.samples: dict[str, bytes] = {}
        self.pending = 0
        self.store = open_store(load_place().db)

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Who we are and how slow we go stands in the configuration."""
        super().update_settings(settings)
        settings.setdict(load_place().scrapy_settings(), priority="spider")
        settings.set("ITEM_PIPELINES", {}, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """The address itself first."""
        yield self._ask(self.url, self.parse_page if self.page else self.parse_home)

    def _ask(self, url: str, callback: Any, **meta: Any) -> Request:
        return Request(url, callback=callback, errback=self.fail, dont_filter=True, meta=meta)

    async def in_writer(self, action: Callable[[], T]) -> T:
        """What the politeness middlewares run their store look-ups with."""
        return await asyncio.get_running_loop().run_in_executor(None, action)

    async def parse_page(self, response: Response) -> None:
        """The page as it came."""
        problem = describe_status(response.status)[1] or find_challenge(response.body)
        self.answer |= {
            "final_url": response.url,
            "status": response.status,
            "html_b64": base64.b64encode(response.body).decode(),
        }
        if problem:
            self.answer["problem"] = problem

    async def parse_home(self, response: Response) -> AsyncIterator[Request]:
        """Ways in that the home page names, and those that sites usually have."""
        problem = describe_status(response.status)[1] or find_challenge(response.body) or find_stranger(response)
        self.answer |= {"final_url": response.url, "status": response.status, "sources": [], "samples": []}
        if problem:
            self.answer["problem"] = problem
            return
        reading = parse_feed(response.body, response.url)
        if not reading.problem:  # the address is a feed itself
            self._note("feed", response.url, reading)
            for request in self._sample(reading):
                yield request
            return
        self.home = response.body
        for kind, url in find_sources(response.body, response.url):
            yield self._ask(url, self.parse_source, kind=kind)
        selector = find_listing_selector(response.body, response.url)
        if selector:
            listing = parse_listing(response.body, response.url, selector)
            self._note("listing", response.url, listing, links=selector)
            for request in self._sample(listing):
                yield request

    async def parse_source(self, response: Response) -> AsyncIterator[Request]:
        """A feed or sitemap that was guessed or named."""
        kind = response.meta["kind"]
        problem = describe_status(response.status)[1]
        if problem:
            return
        reading = parse_sitemap(response.body) if kind == "sitemap" else parse_feed(response.body, response.url)
        if reading.problem or not (reading.entries or reading.further):
            return
        self._note(kind, response.url, reading)
        for request in self._sample(reading):
            yield request

    def _note(self, kind: str, url: str, reading: Reading, links: str = "") -> None:
        if any(
            canonical_url(source["url"]) == canonical_url(url) and source["kind"] == kind
            for source in self.answer["sources"]
        ):
            return
        count = len(reading.entries) or len(reading.further)
        self.answer["sources"].append(
            {"kind": kind, "url": url, "entries": count, "links": links, "problem": reading.note}
        )

    def _sample(self, reading: Reading) -> list[Request]:
        wanted = []
        for found in reading.entries:
            key = canonical_url(found.address)
            if key and site_of(key) == site_of(self.url) and key not in self.samples and len(self.samples) < SAMPLES:
                self.samples[key] = b""
                wanted.append(self._ask(found.address, self.parse_sample, key=key))
        return wanted

    async def parse_sample(self, response: Response) -> None:
        """An article page: kept and removed text are shown at the end."""
        if not describe_status(response.status)[1]:
            self.samples[response.meta["key"]] = response.body

    async def fail(self, failure: Any) -> None:
        """An address that gave no answer; only the first one matters."""
        if failure.request.url == self.url or canonical_url(failure.request.url) == canonical_url(self.url):
            self.answer["problem"] = summarise(failure)[1]

    def closed(self, reason: str) -> None:  # noqa: ARG002 (Scrapy's signature)
        """Cleans the samples with what their site taught, and prints the document."""
        pages = {url: html for url, html in self.samples.items() if html and not is_too_deep(html)}
        memory = SiteMemory()
        for url, html in pages.items():
            memory.learn(html, url)
        for url, html in pages.items():
            clean = clean_page(html, url, memory=memory, fetched_at=datetime.now(UTC))
            self.answer["samples"].append(
                {
                    "url": url,
                    "headline": clean.headline,
                    "published_at": clean.published_at.isoformat() if clean.published_at else None,
                    "body": clean.body,
                    "problem": clean.problem,
                    "removed": [{"rule": removed.rule, "text": removed.text[:300]} for removed in clean.removed],
                }
            )
        if not self.page and not self.answer.get("problem"):
            if self.answer["sources"]:
                self.answer["toml"] = make_table(self.url, self.answer["sources"], list(pages))
            else:
                self.answer["problem"] = (
                    "no feed, sitemap or listing was found: name the front page, or a page of links"
                )
        sys.stdout.write(json.dumps(self.answer, ensure_ascii=False) + "\n")
        self.store.close()
