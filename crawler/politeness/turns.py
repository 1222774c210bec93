"""Turns: with several workers, the time between two requests to one host is kept in the database, by its clock. Touches network and store."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.place import STRETCH
from monitor.errors import StoreError
from monitor.store import politeness

log = logging.getLogger(__name__)

FRESH = 0.15  # of the delay: a turn is used at once or not at all; a program that was stopped asks for a new one
GAP = 1.2  # of the delay between two turns: what is lost on the way to the host must not make it too short


class TurnHandler(HTTP11DownloadHandler):
    """The last door before the network: what comes by here has waited in its download slot already."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.threads = ThreadPoolExecutor(2, thread_name_prefix="turns")  # not the writer: it is busy with pages

    async def download_request(self, request: Request) -> Response:
        """Waits for the host's turn, then asks it. Raises: StoreError when nobody can say whose turn it is."""
        host = urlparse_cached(request).hostname or ""
        delay_s = self._find_delay(request)
        loop = asyncio.get_running_loop()
        while delay_s:
            asked_at = time.monotonic()
            wait_s = await loop.run_in_executor(self.threads, self._take, host, delay_s * GAP)
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            elif time.monotonic() - asked_at <= FRESH * delay_s:
                break
        try:
            return await super().download_request(request)
        finally:  # the host saw it before it answered: connecting may have taken longer than the turn
            if delay_s:
                await loop.run_in_executor(self.threads, self._end, host, delay_s)

    def _end(self, host: str, delay_s: float) -> None:
        spider: Any = self.crawler.spider
        try:
            politeness.end_turn(spider.store, host, delay_s)
        except StoreError as error:
            log.error("%s: %s", host, error)

    def _take(self, host: str, gap_s: float) -> float:
        spider: Any = self.crawler.spider
        return politeness.take_turn(spider.store, host, gap_s)

    def _find_delay(self, request: Request) -> float:
        """The least time between two requests, as the slot has it (robots.txt may have made it longer)."""
        slot = self.crawler.engine.downloader.slots.get(str(request.meta.get("download_slot")))
        return float(slot.delay if slot is not None else self.crawler.settings.getfloat("DOWNLOAD_DELAY")) / STRETCH

    async def close(self) -> None:
        """Scrapy's last call."""
        self.threads.shutdown(wait=False, cancel_futures=True)
        await super().close()
