"""Retry-After and the breaker: a host that asks us to wait, or fails again and again, is left alone. Touches the store."""

from __future__ import annotations

import logging
from dataclasses import dataclass
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
MANY = 3  # failures in a row that open the breaker; a guess
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60.0, 3600.0  # of the breaker; doubled each time


class Waiting(IgnoreRequest):
    """Not asked: the host is left alone until a moment."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


@dataclass(slots=True)
class Trouble:
    """Failures in a row of one host."""

    count: int = 0
    until: datetime | None = None

    def note(self, now: datetime) -> None:
        """One more; from the third on the host gets a pause."""
        self.count += 1
        if self.count >= MANY:
            self.until = now + timedelta(seconds=min(FIRST_PAUSE_S * 2 ** min(self.count - MANY, 16), LONGEST_PAUSE_S))


class WaitGate:
    """Downloader middleware: remembers Retry-After per host over restarts, and failures in a row while it lives."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.until: dict[str, datetime] | None = None
        self.troubles: dict[str, Trouble] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> WaitGate:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises: Waiting."""
        now = datetime.now(UTC)
        if self.until is None:
            spider = self.crawler.spider
            self.until = await spider.in_writer(lambda: politeness.load_waits(spider.store, now))
        netloc = urlparse_cached(request).netloc.lower()
        until = self.until.get(netloc)
        if until is not None and until > now:
            raise Waiting(f"the host asked us to wait until {until:%Y-%m-%d %H:%M} UTC", until)
        trouble = self.troubles.get(netloc)
        if trouble is not None and trouble.until is not None and trouble.until > now:
            words = f"the host failed {trouble.count} times in a row; left alone until {trouble.until:%H:%M} UTC"
            raise Waiting(words, trouble.until)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Counts what the network did; our own refusals do not count."""
        if not isinstance(exception, IgnoreRequest):
            self._note_trouble(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keeps the wish of a 429 or 503; any other answer below 500 ends the trouble."""
        if response.status in (429, 503):
            await self._keep_wish(request, response)
        if response.status >= 500:
            self._note_trouble(request)
        else:
            self.troubles.pop(urlparse_cached(request).netloc.lower(), None)
        return response

    def _note_trouble(self, request: Request) -> None:
        self.troubles.setdefault(urlparse_cached(request).netloc.lower(), Trouble()).note(datetime.now(UTC))

    async def _keep_wish(self, request: Request, response: Response) -> None:
        said = response.headers.get("Retry-After")
        wait_s = parse_retry_after(said.decode("latin-1") if said else "", datetime.now(UTC))
        if wait_s is None and response.status == 429:
            wait_s = UNSAID_S
        if not wait_s:
            return
        netloc = urlparse_cached(request).netloc.lower()
        until = datetime.now(UTC) + timedelta(seconds=wait_s)
        if self.until is not None:
            self.until[netloc] = until
        spider = self.crawler.spider
        await spider.in_writer(lambda: politeness.save_host(spider.store, netloc, retry_after_at=until))
        log.warning("%s: asked us to wait %.0f s", netloc, wait_s)


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Seconds of a Retry-After header, at most a day; None when it says nothing that can be read. Source: RFC 9110, 10.2.3."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_S)
    try:
        moment = parsedate_to_datetime(text)
        wait_s = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait_s, 0.0), LONGEST_S)
