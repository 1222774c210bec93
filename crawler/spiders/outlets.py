"""The one spider: polls outlets that are due, for ever, or (`-a once=1`) each once. Touches network and store."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response

from crawler.discovery import Reading, parse_feed, parse_listing, parse_sitemap
from crawler.failures import describe_status, find_challenge, summarise
from crawler.lifeline import Lifeline
from crawler.place import load_place
from crawler.polls import PAGES_A_POLL, Poll, sort_entries
from monitor.config import load_config
from monitor.errors import ConfigError, StoreError
from monitor.ingest import close_poll, open_room, reload_room
from monitor.model import Page
from monitor.store import crawling, learned, ledger, open_store, politeness

log = logging.getLogger(__name__)
T = TypeVar("T")

LEASE_S = 900.0  # a poll that takes longer extends it
IDLE_S = 0.25  # between looks for outlets that are due
BEAT_S = 5.0
CLAIMS = 40  # outlets polled at the same time
FULL_EVERY = timedelta(days=1)  # a source is asked without conditions once a day: its etag may lie
DEAD_SOURCE = timedelta(days=7)  # a 410 is asked once a week


class OutletsSpider(scrapy.Spider):
    """Feeds, sitemaps and listings of claimed outlets → candidates → pages."""

    name = "outlets"

    def __init__(self, once: str = "", only: str = "", **words: Any) -> None:
        super().__init__(**words)
        self.once = once not in ("", "0")
        self.only = [slug for slug in only.split(",") if slug]
        self.place = load_place()
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self.polls: dict[str, Poll] = {}
        self.polled = self.pages = 0
        self.began_at = datetime.now(UTC)

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Who we are and how slow we go stands in the configuration."""
        super().update_settings(settings)
        place = load_place()
        settings.set("USER_AGENT", place.user_agent, priority="spider")
        settings.set("DOWNLOAD_DELAY", place.config.settings.delay_s, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """Claims what is due and asks its sources; ends only when once, orphaned or refused."""
        await self.in_writer(self._open)
        beat = asyncio.ensure_future(self._beat_for_ever())
        try:
            while True:
                room = CLAIMS - len(self.polls)
                claims = await self._claim(room) if room > 0 else []
                for claim in claims:
                    for request in await self._begin(claim):
                        yield request
                if self.once and not claims and not self.polls:
                    return
                await asyncio.sleep(0.02 if self.once else IDLE_S)
        finally:
            beat.cancel()

    def _open(self) -> None:
        try:
            self.store = open_store(self.place.db)
        except StoreError as error:
            log.error("%s", error)
            raise CloseSpider("no database") from None
        self.lifeline = Lifeline(self.store)
        if not self.lifeline.take():
            log.error("another crawler works on this database")
            raise CloseSpider("not alone")
        unknown = set(self.only) - {outlet.slug for outlet in self.place.config.outlets}
        if unknown:
            log.error("no such outlet: %s", ", ".join(sorted(unknown)))
            raise CloseSpider("unknown outlet")
        crawling.sync_outlets(self.store, self.place.config.outlets, datetime.now(UTC))
        self.room = open_room(self.store, self.place.config)
        self.version = self.place.config.version

    async def _claim(self, limit: int) -> list[crawling.Claim]:
        before = self.began_at if self.once else None
        owner = f"crawler-{os.getpid()}"
        try:
            return await self.in_writer(
                lambda: crawling.claim_outlets(
                    self.store, owner, datetime.now(UTC), lease_s=LEASE_S, limit=limit, only=self.only, before=before
                )
            )
        except StoreError as error:
            log.error("%s", error)
            await asyncio.sleep(2)
            return []

    async def _begin(self, claim: crawling.Claim) -> list[Request]:
        outlet = self.room.outlets.get(claim.slug)
        if outlet is None:
            return []
        now = datetime.now(UTC)
        poll = self.polls[claim.slug] = Poll(claim, outlet, now)
        known = await self.in_writer(lambda: politeness.load_sources(self.store, claim.slug))
        wanted = [("feed", url, "") for url in outlet.feeds] + [("sitemap", url, "") for url in outlet.sitemaps]
        wanted += [("listing", listing.url, listing.links) for listing in outlet.listings]
        requests = [self._ask(poll, kind, url, links, known.get(url)) for kind, url, links in wanted]
        asked = [request for request in requests if request is not None]
        if not asked:
            if wanted:
                poll.problems.append(("moved", "every source is gone for good (410)"))
            await self._end_poll(poll)
        return asked

    def _ask(self, poll: Poll, kind: str, url: str, links: str, known: Any) -> Request | None:
        now = datetime.now(UTC)
        headers = {}
        if known is not None:
            if known.asleep_until is not None and known.asleep_until > now:
                return None
            if known.full_at is not None and now - known.full_at < FULL_EVERY and not poll.claim.is_first:
                headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        poll.pending += 1
        poll.sources_pending += 1
        return Request(
            url,
            headers={name: value for name, value in headers.items() if value},
            callback=self.parse_source,
            errback=self.fail_source,
            dont_filter=True,
            priority=10,
            meta={"poll": poll, "kind": kind, "links": links, "source": url, "handle_httpstatus_all": True},
        )

    async def parse_source(self, response: Response) -> AsyncIterator[Request]:
        """Candidates of one source; when it is the last one of its poll, the pages that are due."""
        poll, kind, url = response.meta["poll"], response.meta["kind"], response.meta["source"]
        now = datetime.now(UTC)
        further: list[Request] = []
        if response.status == 304:
            poll.good += 1
            poll.unchanged += 1
            await self.in_writer(
                lambda: politeness.save_source(
                    self.store, url, outlet=poll.outlet.slug, kind=kind, status=304, checked_at=now
                )
            )
        else:
            problem_kind, problem = describe_status(response.status)
            reading = Reading(problem=problem) if problem else _read(response, kind)
            if problem or reading.problem:
                challenge = find_challenge(response.body)
                self._note_problem(
                    poll, "blocked" if challenge else problem_kind or "empty", url, challenge or reading.problem
                )
            else:
                poll.good += 1
                poll.entries += len(reading.entries)
                further = self._follow(poll, reading)
                await self._note_entries(poll, url, reading)
            await self._save_source(poll, kind, url, response, reading)
        for request in further:
            yield request
        for request in await self._end_source(poll):
            yield request

    async def fail_source(self, failure: Any) -> AsyncIterator[Request]:
        """A source that gave no answer."""
        poll, url = failure.request.meta["poll"], failure.request.meta["source"]
        kind, words = summarise(failure)
        self._note_problem(poll, "blocked" if kind == "disallowed" else "failing", url, words)
        for request in await self._end_source(poll):
            yield request

    def _note_problem(self, poll: Poll, kind: str, url: str, words: str) -> None:
        poll.problems.append((kind, f"{words}: {url}"))

    def _follow(self, poll: Poll, reading: Reading) -> list[Request]:
        chosen = reading.further[: poll.sitemaps_left]
        poll.sitemaps_left -= len(chosen)
        requests = [self._ask(poll, "sitemap", url, "", None) for url in chosen]
        return [request for request in requests if request is not None]

    async def _note_entries(self, poll: Poll, url: str, reading: Reading) -> None:
        now = datetime.now(UTC)
        found = sort_entries(poll, url, reading.entries, now, self.room.config.settings.max_age_s)

        def note() -> int:
            with self.store.write() as connection:
                new = ledger.note_candidates(connection, found.candidates, now=now, baseline=set(found.baseline))
                ledger.end_found(connection, found.ended, now=now)
                ledger.recheck_changed(connection, found.candidates, now=now)
            return len(new)

        poll.new += await self.in_writer(note)

    async def _save_source(self, poll: Poll, kind: str, url: str, response: Response, reading: Reading) -> None:
        now = datetime.now(UTC)
        values: dict[str, Any] = {
            "outlet": poll.outlet.slug,
            "kind": kind,
            "status": response.status,
            "checked_at": now,
            "entries": len(reading.entries),
            "problem": reading.problem or reading.note,
        }
        if response.status == 200 and not reading.problem:
            asked = response.request.headers if response.request is not None else {}
            conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
            values |= {
                "etag": _header(response, "ETag"),
                "last_modified": _header(response, "Last-Modified"),
                "changed_at": now,
            }
            values |= {} if conditional else {"full_at": now}
        if response.status == 410:
            values["asleep_until"] = now + DEAD_SOURCE
        await self.in_writer(lambda: politeness.save_source(self.store, url, **values))

    async def _end_source(self, poll: Poll) -> list[Request]:
        poll.pending -= 1
        poll.sources_pending -= 1
        if poll.sources_pending:
            return []
        return await self._next_pages(poll)

    async def _next_pages(self, poll: Poll) -> list[Request]:
        now = datetime.now(UTC)

        def take() -> list[Any]:
            with self.store.write() as connection:
                if poll.good:
                    crawling.complete_baseline(connection, poll.claim, now)
                return ledger.take_candidates(
                    connection, poll.outlet.slug, now=now, limit=PAGES_A_POLL, lease_s=LEASE_S
                )

        rows = await self.in_writer(take)
        poll.pending += len(rows)
        if not poll.pending:
            await self._end_poll(poll)
        return [
            Request(
                row.address or row.url,
                callback=self.parse_page,
                errback=self.fail_request,
                dont_filter=True,
                meta={"poll": poll, "row": row, "handle_httpstatus_all": True},
            )
            for row in rows
        ]

    async def parse_page(self, response: Response) -> AsyncIterator[Page]:
        """The page of a candidate, for the pipeline; or its failure, for the ledger."""
        poll, row = response.meta["poll"], response.meta["row"]
        kind, words = describe_status(response.status)
        challenge = "" if kind else find_challenge(response.body)
        if kind or challenge:
            state = "blocked" if challenge or kind == "blocked" else "failed"
            await self.fail_page(
                row.url, state, challenge or words, again=response.status >= 500 or response.status == 429
            )
            await self._end_request(poll)
            return
        self.pages += 1
        yield Page(
            url=row.url,
            final_url=response.url,
            outlet=poll.outlet.slug,
            html=response.body,
            fetched_at=datetime.now(UTC),
            content_type=_header(response, "Content-Type"),
            listed_title=row.title,
            listed_at=row.listed_at,
            is_baseline=row.is_baseline,
        )

    async def fail_request(self, failure: Any) -> None:
        """A page that gave no answer."""
        poll, row = failure.request.meta["poll"], failure.request.meta["row"]
        kind, words = summarise(failure)
        await self.fail_page(
            row.url, "disallowed" if kind == "disallowed" else "failed", words, again=kind in ("failing", "waiting")
        )
        await self._end_request(poll)

    async def fail_page(self, url: str, state: str, reason: str, *, again: bool = False) -> None:
        """A candidate's end without a page."""

        def fail() -> None:
            with self.store.write() as connection:
                ledger.finish_candidate(
                    connection,
                    url,
                    state=state,
                    reason=reason,
                    now=datetime.now(UTC),
                    steps=[("fetch", state, reason)],
                    again=again,
                )

        await self.in_writer(fail)

    async def end_page(self, page: Page) -> None:
        """Called by the pipeline when a page is done, well or not."""
        poll = self.polls.get(page.outlet)
        if poll is not None:
            await self._end_request(poll)

    async def _end_request(self, poll: Poll) -> None:
        poll.pending -= 1
        if not poll.pending and not poll.sources_pending:
            await self._end_poll(poll)

    async def _end_poll(self, poll: Poll) -> None:
        self.polls.pop(poll.outlet.slug, None)
        self.polled += 1

        def end() -> None:
            crawling.finish_poll(self.store, poll.claim, poll.result(), datetime.now(UTC))
            if poll.new:
                close_poll(self.room, poll.outlet.slug, now=datetime.now(UTC))

        try:
            await self.in_writer(end)
        except StoreError as error:
            log.error("%s: %s", poll.outlet.slug, error)
        for kind, words in poll.problems:
            log.info("%s: %s: %s", poll.outlet.slug, kind, words)

    async def _beat_for_ever(self) -> None:
        """A heartbeat, the parent's life, a new configuration."""
        ticks = 0
        while True:
            if self.lifeline.is_orphan():
                log.warning("the monitor is gone; ending")
                os._exit(0)  # nothing of ours is half-written: every transaction ends in its thread or is rolled back
            try:
                if ticks % 5 == 0:
                    await self.in_writer(self._beat)
                await self.in_writer(self._reload)
            except StoreError as error:
                log.error("%s", error)
            ticks += 1
            await asyncio.sleep(1)

    def _beat(self) -> None:
        rss_mb = _resident_mb()
        ledger.beat(
            self.store, "crawler", os.getpid(), datetime.now(UTC), polls=self.polled, pages=self.pages, rss_mb=rss_mb
        )

    def _reload(self) -> None:
        """The monitor checked a new configuration and named its version; we read the same files."""
        if self.once:
            return
        with self.store.read() as connection:
            version = learned.load_meta(connection, "config_version")
        if version in (None, self.version):
            return
        try:
            config = load_config(self.place.folder)
        except ConfigError:
            return  # half-written; the monitor says what is wrong with it
        if config.version == version:
            reload_room(self.room, config)
            self.version = version
            log.info("configuration %s", version[:8])

    async def in_writer(self, action: Callable[[], T]) -> T:
        """Runs in the one thread that cleans, matches and writes."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, action)

    def closed(self, reason: str) -> None:
        """Scrapy's last call."""
        log.info("ended: %s", reason)
        self.writer.shutdown(wait=True)


def _read(response: Response, kind: str) -> Reading:
    if kind == "sitemap":
        return parse_sitemap(response.body)
    if kind == "listing":
        return parse_listing(response.body, response.url, response.meta["links"])
    return parse_feed(response.body, response.url, {"content-type": _header(response, "Content-Type")})


def _header(response: Response, name: str) -> str:
    """A header on one line; it comes from outside."""
    value = response.headers.get(name)
    return " ".join(value.decode("latin-1").split())[:300] if value else ""


def _resident_mb() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as handle:  # noqa: PTH123 (no path arithmetic here)
            return int(handle.read().split()[1]) * resource.getpagesize() // 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
