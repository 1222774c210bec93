"""Retry-After: a host that asks us to wait is not asked before, not even after a restart. Touches the store."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from monitor.store import politeness

log = logging.getLogger(__name__)
LONGEST_S = 24 * 3600.0  # FAULTS row 11
UNSAID_S = 600.0  # a 429 that does not say how long; a guess


class Waiting(IgnoreRequest):
    """Not asked: the host wants to be left alone for now."""


class WaitGate:
    """Downloader middleware: remembers Retry-After per host, and refuses requests until then."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.until: dict[str, datetime] | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> WaitGate:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises: Waiting."""
        if self.until is None:
            spider, now = self.crawler.spider, datetime.now(UTC)
            self.until = await spider.in_writer(lambda: politeness.load_waits(spider.store, now))
        until = self.until.get(urlparse_cached(request).netloc.lower())
        if until is not None and until > datetime.now(UTC):
            raise Waiting(f"the host asked us to wait until {until:%Y-%m-%d %H:%M} UTC")

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the wish of a 429 or 503."""
        if response.status in (429, 503):
            said = response.headers.get("Retry-After")
            wait_s = parse_retry_after(said.decode("latin-1") if said else "", datetime.now(UTC))
            if wait_s is None and response.status == 429:
                wait_s = UNSAID_S
            if wait_s:
                netloc = urlparse_cached(request).netloc.lower()
                until = datetime.now(UTC) + timedelta(seconds=wait_s)
                if self.until is not None:
                    self.until[netloc] = until
                spider = self.crawler.spider
                await spider.in_writer(lambda: politeness.save_host(spider.store, netloc, retry_after_at=until))
                log.warning("%s: asked us to wait %.0f s", netloc, wait_s)
        return response


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Seconds of a Retry-After header, at most a day; None when it says nothing that can be read. Source: RFC 9110, 10.2.3."""
    text = text.strip()
    if text.isdigit():
        return min(float(text[:12]), LONGEST_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait_s = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(wait_s, 0.0), LONGEST_S)
