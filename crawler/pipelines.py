"""Page → monitor.ingest, in the one writer thread; what comes out is the Clean object that `-O` writes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from scrapy.exceptions import DropItem

from monitor.errors import StoreError
from monitor.ingest import Outcome, catch_up_ahead, ingest_pages
from monitor.model import CleanPage, Page

log = logging.getLogger(__name__)
TOGETHER = 16  # pages in one transaction, when so many wait; a guess: the first ones wait for the last


class IngestPipeline:
    """Hands each page over; a page that cannot be stored stays due."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.waiting: list[tuple[Page, asyncio.Future[Outcome]]] = []
        self.saving: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> IngestPipeline:
        return cls(crawler)

    async def process_item(self, page: Any) -> Any:
        """The article of a page. Raises: DropItem when there is none."""
        spider = self.crawler.spider
        if not isinstance(page, Page):
            return page
        try:
            outcome = await self._ingest(page)
        except StoreError as error:
            log.error("%s: not stored, it is fetched again later: %s", page.url, error, extra={"outlet": page.outlet})
            await spider.end_page(page)
            raise DropItem(str(error), log_level="DEBUG") from None
        except Exception:  # a page that breaks us must not stop the crawl; its trace says what happened
            log.exception("%s: cannot be read", page.url, extra={"outlet": page.outlet})
            if page.outlet in spider.polls:
                words = "the page broke the reader: see the log"
                await spider.fail_page(spider.polls[page.outlet], page.url, "failed", words, again=True)
            await spider.end_page(page)
            raise DropItem("broken", log_level="DEBUG") from None
        await spider.end_page(page, outcome.state, outcome.clean.body if outcome.clean else "")
        if outcome.clean is None or not outcome.clean.body or outcome.article_id is None:
            raise DropItem(outcome.reason, log_level="DEBUG")
        return to_item(outcome.clean, page)

    async def _ingest(self, page: Page) -> Outcome:
        """Waits its turn; pages that come while others are saved are saved together."""
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append((page, ended))
        if self.saving is None or self.saving.done():
            self.saving = asyncio.ensure_future(self._save_waiting())
        return await ended

    async def _save_waiting(self) -> None:
        spider = self.crawler.spider
        while self.waiting:
            taken, self.waiting = self.waiting[:TOGETHER], self.waiting[TOGETHER:]
            try:
                ends = await spider.in_writer(lambda pages=[page for page, _ in taken]: _ingest(pages, spider.record))
            except Exception as error:
                ends = [error] * len(taken)
            for (_, ended), end in zip(taken, ends, strict=True):
                if ended.done():
                    continue  # nobody waits any more
                if isinstance(end, Exception):
                    ended.set_exception(end)
                else:
                    ended.set_result(end)


def _ingest(pages: Sequence[Page], record: Any) -> list[Outcome | Exception]:
    now = record.now()
    if record.worker:
        catch_up_ahead(record.room, now)
    return ingest_pages(pages, record.room, now=now)


def to_item(clean: CleanPage, page: Page) -> dict[str, Any]:
    """The Clean object of INTERFACES, with outlet and fetched_at."""
    return {
        "id": page.url,
        "outlet": page.outlet,
        "url": page.final_url,
        "canonical_url": clean.canonical_url,
        "headline": clean.headline,
        "standfirst": clean.standfirst,
        "body": clean.body,
        "language": clean.language or None,
        "authors": list(clean.authors),
        "credits": list(clean.credits),
        "published_at": clean.published_at.isoformat() if clean.published_at else None,
        "modified_at": clean.modified_at.isoformat() if clean.modified_at else None,
        "paywalled": clean.paywalled,
        "removed": [{"rule": removed.rule, "text": removed.text} for removed in clean.removed],
        "fetched_at": page.fetched_at.isoformat(),
    }
