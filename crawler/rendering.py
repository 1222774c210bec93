"""Outlets with `render = true`: a browser makes the page of what the crawler fetched. Touches processes.

The browser has no network of its own: what its page asks for comes through the crawler, so robots.txt, the guard, delays and sizes hold for it.
"""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.place import load_place
from monitor.browsers import find_chromium, find_missing

log = logging.getLogger(__name__)
STARTS = (b"<", b"\xef\xbb\xbf<")
FORWARDED = ("accept", "origin")  # of what the page's own requests say


class RenderGate:
    """Downloader middleware, the last that sees an answer."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.browser: Any = None
        self.said: set[str] = set()
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> RenderGate:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The answer with the markup that its scripts made; unchanged where no browser is asked for, or none can be had."""
        if not _is_wanted(request, response):
            return response
        html = await self._render(request.meta["poll"].outlet.slug, response)
        if not html:
            return response
        request.meta["is_rendered"] = True
        return response.replace(body=html)

    async def _render(self, slug: str, response: Response) -> bytes:
        missing = find_missing()
        if missing:
            self._say(slug, f"{slug}: its pages are read without their scripts (render = true needs: {missing})")
            return b""
        from crawler.browser import Browser, BrowserTrouble  # an optional part

        if self.browser is None:
            most = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
            self.browser = Browser(find_chromium(), load_place().user_agent, self._fetch, most)
        try:
            html: bytes = await self.browser.render(response.url, response.body, response.headers)
        except BrowserTrouble as trouble:
            log.warning("%s: read without its scripts: %s", response.url, trouble)
            return b""
        return html

    async def _fetch(self, url: str, headers: dict[str, str]) -> Response:
        """What a page's script asks for, by the crawler's own road. Raises: whatever stands in the way."""
        kept = {name: headers[name] for name in FORWARDED if name in headers}
        request = Request(url, headers=kept, callback=NO_CALLBACK, dont_filter=True)
        answer: Response = await self.crawler.engine.download_async(request)
        return answer

    def _say(self, key: str, words: str) -> None:
        if key not in self.said:
            log.warning("%s", words)
        self.said.add(key)

    async def close(self) -> None:
        """Scrapy's last call."""
        if self.browser is not None:
            await self.browser.close()


def _is_wanted(request: Request, response: Response) -> bool:
    poll, asked = request.meta.get("poll"), request.meta.get("asked")
    if poll is None or not poll.outlet.render or response.status != 200:
        return False
    is_page = "row" in request.meta or (asked is not None and asked.kind == "listing")
    return is_page and response.body.lstrip()[:4].startswith(STARTS)
