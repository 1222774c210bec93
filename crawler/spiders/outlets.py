"""The one spider: polls outlets that are due, for ever, or (`-a once=1`) each once. Touches the network; the store through Record."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response

from crawler.answers import judge_page, make_page, read_response
from crawler.failures import summarise
from crawler.lifeline import resident_mb
from crawler.place import load_place
from crawler.politeness.waits import Waiting
from crawler.polls import Asked, Poll, find_sites
from crawler.record import Record, Refused
from crawler.saying import say_poll
from monitor.errors import ClaimLost, StoreError
from monitor.logs import form_logs
from monitor.model import Page
from monitor.store import Store
from monitor.store.ledger import READ

log = logging.getLogger(__name__)
T = TypeVar("T")

IDLE_S = 0.25  # between looks for outlets that are due
BEAT_S = 5
CLAIMS, MOST_CLAIMS = 100, 400  # outlets polled at the same time, without and with those that are slow
SLOW = timedelta(seconds=3)  # who takes longer keeps nobody waiting; a guess: most polls take one


class OutletsSpider(scrapy.Spider):
    """Feeds, sitemaps and listings of claimed outlets → candidates → pages."""

    name = "outlets"

    def __init__(self, once: str = "", only: str = "", **words: Any) -> None:
        super().__init__(**words)
        form_logs()
        self.is_once = once not in ("", "0")
        self.record = Record(load_place(), is_once=self.is_once, only=[slug for slug in only.split(",") if slug])
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self.polls: dict[str, Poll] = {}
        self.ended: list[Poll] = []  # over, and not written yet
        self.polled = self.pages = 0
        self.is_ending = False
        self.store: Store | None = None  # what the politeness middlewares remember in

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Who we are and how slow we go stands in the configuration."""
        super().update_settings(settings)
        settings.setdict(load_place().scrapy_settings(), priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """Claims what is due and asks its sources; ends only when once, orphaned or refused."""
        try:
            await self.in_writer(self.record.open)
        except Refused as refused:
            log.error("%s", refused)
            raise CloseSpider("refused") from None
        self.store = self.record.store
        beat = asyncio.ensure_future(self._beat_for_ever())
        try:
            while not (self.is_ending and not self.polls):
                claimed = await self._claim()
                for poll in claimed:
                    for request in await self._begin(poll):
                        yield request
                if self.is_once and not claimed and not self.polls:
                    return
                await asyncio.sleep(0.02 if self.is_once else IDLE_S)
        finally:
            beat.cancel()

    async def _claim(self) -> list[Poll]:
        brisk = datetime.now(UTC) - SLOW
        fresh = sum(poll.claimed_at > brisk for poll in self.polls.values())
        room = min(CLAIMS - fresh, MOST_CLAIMS - len(self.polls))
        if room <= 0 or self.is_ending:
            return []
        try:
            return await self.in_writer(lambda: self.record.claim(room))
        except StoreError as error:
            log.error("%s", error)
            await asyncio.sleep(2)
            return []

    async def _begin(self, poll: Poll) -> list[Request]:
        self.polls[poll.outlet.slug] = poll
        for asked in poll.plan_sources(datetime.now(UTC)):
            self._ask(poll, asked)
        if not poll.pending:
            await self._end_poll(poll)
        return self._next(poll)

    def _next(self, poll: Poll) -> list[Request]:
        return [poll.queue.popleft()] if poll.queue else []

    def _ask(self, poll: Poll, asked: Asked) -> None:
        poll.pending += 1
        poll.sources_pending += 1
        conditions = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
        poll.queue.append(
            Request(
                asked.url,
                headers={name: value for name, value in conditions.items() if value},
                callback=self.parse_source,
                errback=self.fail_source,
                dont_filter=True,
                meta={"poll": poll, "asked": asked},
            )
        )

    async def parse_source(self, response: Response) -> AsyncIterator[Request]:
        """Candidates of one source; when it is the last one of its poll, the pages that are due."""
        poll, asked = response.meta["poll"], response.meta["asked"]
        further: tuple[str, ...] = ()
        try:
            answer = read_response(response)
            if answer.status == 304 or self.record.is_heard(poll, asked, answer):
                # nothing to parse, nothing to write: not worth the way to the other thread
                further = self.record.read_source(poll, asked, answer)
            else:
                further = await self.in_writer(lambda: self.record.read_source(poll, asked, answer))
        except StoreError as error:
            self._stumble(error, poll.outlet.slug, [poll.outlet.slug])
            poll.note_problem("failing", f"not stored: {error}")
        except Exception:  # a source that breaks the reader must not stop the crawl
            log.exception("%s: cannot be read", asked.url)
            poll.note_problem("failing", f"it broke the reader (see the log): {asked.url}")
        for url in further:
            self._ask(poll, poll.plan_source("sitemap", url, "", datetime.now(UTC)))
        for request in await self._end_source(poll):
            yield request

    async def fail_source(self, failure: Any) -> AsyncIterator[Request]:
        """A source that gave no answer."""
        poll, asked = failure.request.meta["poll"], failure.request.meta["asked"]
        kind, words = summarise(failure)
        poll.note_silence(asked, "blocked" if kind == "disallowed" else "failing", words)
        for request in await self._end_source(poll):
            yield request

    async def _end_source(self, poll: Poll) -> list[Request]:
        poll.pending -= 1
        poll.sources_pending -= 1
        if poll.sources_pending:
            return self._next(poll)
        rows: list[Any] = []
        try:
            if self.record.has_pages(poll):
                rows = await self.in_writer(lambda: self.record.take_pages(poll))
        except StoreError as error:
            self._stumble(error, poll.outlet.slug, [poll.outlet.slug])
        poll.pending += len(rows)
        for row in rows:
            poll.queue.append(
                Request(
                    row.address or row.url,
                    callback=self.parse_page,
                    errback=self.fail_request,
                    dont_filter=True,
                    meta={"poll": poll, "row": row},
                )
            )
        if not poll.pending:
            await self._end_poll(poll)
        return self._next(poll)

    async def parse_page(self, response: Response) -> AsyncIterator[Page | Request]:
        """The page of a candidate, for the pipeline; or its failure, for the ledger. And the next one, meanwhile."""
        poll, row = response.meta["poll"], response.meta["row"]
        for request in self._next(poll):
            yield request
        state, words = judge_page(response, find_sites(poll.outlet))
        if state and row.state in READ:
            await self._try(lambda: self.record.miss_page(poll, row.url, response.status, words), row.url, [poll])
            await self._end_request(poll)
            return
        if state:
            poll.pages += "b" if state == "blocked" else ""
            await self.fail_page(poll, row.url, state, words, again=response.status >= 500 or response.status == 429)
            await self._end_request(poll)
            return
        self.pages += 1
        yield make_page(response, poll, row, datetime.now(UTC))

    async def fail_request(self, failure: Any) -> AsyncIterator[Request]:
        """A page that gave no answer."""
        poll, row = failure.request.meta["poll"], failure.request.meta["row"]
        for request in self._next(poll):
            yield request
        kind, words = summarise(failure)
        if isinstance(failure.value, Waiting):
            until = failure.value.until
            await self._try(lambda: self.record.postpone_page(poll, row.url, words, until), row.url, [poll])
        elif row.state in READ:
            await self._try(lambda: self.record.miss_page(poll, row.url, 0, words), row.url, [poll])
        else:
            state = "disallowed" if kind == "disallowed" else "failed"
            await self.fail_page(poll, row.url, state, words, again=kind == "failing")
        await self._end_request(poll)

    async def fail_page(self, poll: Poll, url: str, state: str, reason: str, *, again: bool = False) -> None:
        """A candidate's end without a page. When the store is away it stays `fetching`, and is due again after its lease."""
        await self._try(lambda: self.record.fail_page(poll, url, state, reason, again), url, [poll])

    async def _try(self, action: Callable[[], None], where: str, polls: Sequence[Poll]) -> None:
        try:
            await self.in_writer(action)
        except StoreError as error:
            self._stumble(error, where, [poll.outlet.slug for poll in polls])

    def _stumble(self, error: StoreError, where: str, slugs: Sequence[str]) -> None:
        """What could not be written is due again as soon as the database is back; what another worker has by now is its own."""
        log.error("%s: %s", where, error)
        if not isinstance(error, ClaimLost):
            self.record.stumbled.update(slugs)

    async def end_page(self, page: Page, state: str = "", body: str = "") -> None:
        """Called by the pipeline when a page is done; `state` "" = it could not be stored."""
        poll = self.polls.get(page.outlet)
        if not state:
            self.record.stumbled.add(page.outlet)
        if poll is not None and poll.claim.epoch == page.epoch:  # else it was claimed anew meanwhile
            if state:
                poll.note_page(state, page, body)
            await self._end_request(poll)

    async def _end_request(self, poll: Poll) -> None:
        poll.pending -= 1
        if not poll.pending:
            await self._end_poll(poll)

    async def _end_poll(self, poll: Poll) -> None:
        say_poll(poll)
        self.ended.append(poll)
        if len(self.ended) == 1:  # the first one writes for all that end while it waits its turn
            await asyncio.sleep(0)
            ended, self.ended = self.ended, []
            await self._try(lambda: self.record.end_polls(ended), ", ".join(one.outlet.slug for one in ended), ended)
            for one in ended:
                if self.polls.get(one.outlet.slug) is one:
                    self.polls.pop(one.outlet.slug)
            self.polled += len(ended)

    async def _beat_for_ever(self) -> None:
        """A heartbeat, the parent's life, a new configuration."""
        ticks = 0
        while True:
            if self.record.lifeline.is_orphan():
                log.warning("the monitor is gone; ending")
                os._exit(0)  # nothing of ours is half-written: a transaction that was under way is rolled back
            try:
                if ticks % BEAT_S == 0:
                    for poll in await self.in_writer(self._beat):
                        await self._give_up(poll)
                if not self.is_once and await self.in_writer(self.record.reload):
                    log.warning("the network settings changed; starting anew")
                    self.is_ending = True
            except StoreError as error:
                log.error("%s", error)
            ticks += 1
            await asyncio.sleep(1)

    async def _give_up(self, poll: Poll) -> None:
        """Another worker has its outlet: what is still queued is not fetched."""
        poll.pending -= len(poll.queue)
        poll.queue.clear()
        if not poll.pending and self.polls.get(poll.outlet.slug) is poll:
            await self._end_poll(poll)

    def _beat(self) -> list[Poll]:
        return self.record.beat(self.polled, self.pages, resident_mb(), list(self.polls.values()))

    async def in_writer(self, action: Callable[[], T]) -> T:
        """Runs in the one thread that parses feeds, cleans, matches and writes."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, action)

    def closed(self, reason: str) -> None:
        """Scrapy's last call."""
        log.info("ended: %s", reason)
        self.writer.shutdown(wait=True)
