"""robots.txt as RFC 9309 wants it: one fetch a host and day, 5xx forbids, 4xx allows, Crawl-delay is kept. Touches network and store."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.causes import describe_cause
from crawler.guard import refusals
from crawler.place import STRETCH, load_place
from crawler.politeness.waits import Waiting
from monitor.store import politeness
from monitor.urls import host_of

log = logging.getLogger(__name__)
MOST_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
MOST_SENT = 32 * 1024 * 1024  # a longer one is not begun: `_limit` stops at the 512th KiB, but not what is packed
FRESH_S = 24 * 3600.0  # RFC 9309, 2.4: not longer than a day
TRY_AGAIN_S = 600.0  # after a 5xx; a guess
LONGEST_DELAY_S = 120.0  # a longer Crawl-delay is kept at this; a guess
AGENT = "diplowatch"


class Disallowed(IgnoreRequest):
    """robots.txt forbids it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says, until it is read again. `parser` None = everything is allowed; `closed` = nothing is."""

    until: datetime
    parser: Protego | None = None
    closed: str = ""


class RobotsGate:
    """Downloader middleware; a lock per host, so that requests that come at once wait for one robots.txt (Scrapy's own lets some through)."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.rules: dict[str, Rules] = {}
        self.locks: dict[str, asyncio.Lock] = {}
        self.received: dict[int, int] = {}
        crawler.signals.connect(self._limit, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Any) -> RobotsGate:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises: Disallowed."""
        request.meta["download_slot"] = (
            urlparse_cached(request).hostname or ""
        )  # a redirect keeps the slot of its origin
        if request.meta.get("is_robots"):
            request.meta["asked"].append(host_of(request.url))
            return
        netloc = urlparse_cached(request).netloc.lower()
        async with self.locks.setdefault(netloc, asyncio.Lock()):
            rules = self.rules.get(netloc)
            if rules is None or rules.until <= datetime.now(UTC):
                rules = self.rules[netloc] = await self._read(request, netloc)
        if rules.closed:
            raise Waiting(rules.closed, rules.until)
        if rules.parser is not None:
            if not rules.parser.can_fetch(request.url, AGENT):
                raise Disallowed("robots.txt forbids it")
            self._keep_delay(request, rules.parser)

    async def _read(self, request: Request, netloc: str) -> Rules:
        spider, now = self.crawler.spider, datetime.now(UTC)
        known = await spider.in_writer(lambda: politeness.load_host(spider.store, netloc))
        if known is not None and known.robots_at is not None and now - known.robots_at < timedelta(seconds=FRESH_S):
            return _rules(known.robots_status, known.robots_text, known.robots_at)
        parts = urlparse_cached(request)
        asked: list[str] = []
        robots = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            priority=1000,
            meta={"is_robots": True, "download_maxsize": MOST_SENT, "asked": asked},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        cause = ""
        try:
            response = await self.crawler.engine.download_async(robots)
            status, body = response.status, response.body[:MOST_BYTES]
        except Waiting:
            raise
        except IgnoreRequest:  # too many redirects: RFC 9309, 2.3.1.2
            status, body = 404, b""
        except Exception as error:  # whatever the network did: we do not know the rules, so nothing is fetched
            log.info("%s: robots.txt: %s", netloc, error)
            status, body, cause = 0, b"", _describe(error, [host_of(robots.url), *asked])
        finally:
            self.received.pop(id(robots), None)
        if status in (0, 429) or status >= 500:
            return await self._keep_last(
                netloc, known, cause or f"robots.txt cannot be read ({status}), so nothing is fetched", now
            )
        text = body.decode("utf-8", errors="replace") if status < 300 else ""
        await self._save(netloc, robots_text=text, robots_status=status, robots_at=now, robots_tried_at=now)
        return _rules(status, text, now)

    async def _save(self, netloc: str, **values: Any) -> None:
        spider = self.crawler.spider
        await spider.in_writer(lambda: politeness.save_host(spider.store, netloc, **values))

    async def _keep_last(self, netloc: str, known: Any, cause: str, now: datetime) -> Rules:
        """RFC 9309, 2.3.1.4: unreachable means disallow, unless there is a last good copy."""
        await self._save(netloc, robots_tried_at=now)
        again = now + timedelta(seconds=TRY_AGAIN_S)
        if known is not None and known.robots_at is not None:
            last = _rules(known.robots_status, known.robots_text, known.robots_at)
            return Rules(again, last.parser)
        return Rules(again, closed=cause)

    def _keep_delay(self, request: Request, parser: Protego) -> None:
        delay_s = parser.crawl_delay(AGENT)
        if not delay_s:
            return
        key = request.meta["download_slot"]
        least_s = load_place().config.settings.delay_s
        wanted_s = max(least_s, min(float(delay_s), LONGEST_DELAY_S)) * STRETCH
        self.crawler.engine.downloader.per_slot_settings.setdefault(key, {})["delay"] = wanted_s
        slot = self.crawler.engine.downloader.slots.get(key)
        if slot is not None and slot.delay < wanted_s:
            slot.delay = wanted_s

    def _limit(self, data: bytes, request: Request) -> None:
        """Reads no more of a robots.txt than the RFC asks for."""
        if not request.meta.get("is_robots"):
            return
        total = self.received[id(request)] = self.received.get(id(request), 0) + len(data)
        if total >= MOST_BYTES:
            raise StopDownload(fail=False)


def _describe(error: Exception, asked: list[str]) -> str:
    """Why there is no robots.txt. `asked`: the hosts on the way, each redirect's after the one that sent us there."""
    first, last = asked[0], asked[-1]
    cause = refusals.get(last) or describe_cause(error)
    return cause if first == last else f"robots.txt leads to {last}: {cause}"


def _rules(status: int, text: str, read_at: datetime) -> Rules:
    until = read_at + timedelta(seconds=FRESH_S)
    return Rules(until, Protego.parse(text) if status < 300 and text else None)
