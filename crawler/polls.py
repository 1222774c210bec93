"""One poll of one outlet, from its claim to its end. Values only."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import re2

from crawler.discovery import Found, Reading, parse_feed, parse_listing, parse_sitemap
from crawler.failures import describe_status, find_challenge
from monitor.model import Candidate, Outlet, Page
from monitor.store.claims import Claim
from monitor.store.crawling import PollResult
from monitor.urls import canonical_url, path_of, site_of

PAGES_A_POLL = 60  # pages fetched in one poll; the rest waits for the next; a guess
FIRST_PAGES = 30  # of a first poll: what is old is only background
SITEMAPS_A_POLL = 10
LEAST_LISTED = 5  # entries of a feed, all of them new, from which others have gone by unseen; a guess
GRACE = timedelta(minutes=1)  # feeds round their dates down to the minute
FULL_EVERY = timedelta(days=1)  # a source is asked without conditions once a day: its etag may lie


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A source as it is asked in this poll."""

    kind: str  # feed sitemap listing
    url: str
    links: str = ""  # selector of a listing
    etag: str = ""
    last_modified: str = ""
    is_unread: bool = True  # it never gave an answer that could be read

    @property
    def is_conditional(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a source."""

    status: int
    url: str  # after redirects
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""  # every redirect on the way was for good


@dataclass(slots=True)
class Poll:
    """What is under way for one outlet. `pending` counts requests; at zero the poll ends."""

    claim: Claim
    outlet: Outlet
    began_at: datetime
    known: Mapping[str, Any] = field(default_factory=dict)  # source rows by URL
    has_due: bool = False  # are there pages to fetch?
    queue: deque[Any] = field(default_factory=deque)  # requests to come: one at a time, so that a wish to wait holds
    pending: int = 0  # requests in the queue, under way, or in the pipeline
    sources_pending: int = 0
    sitemaps_left: int = SITEMAPS_A_POLL
    entries: int = 0
    new: int = 0
    good: int = 0  # sources that could be read
    unchanged: int = 0  # sources that answered 304
    pages: str = ""  # a letter a page: t text, n no text, p paywalled, b refused
    sizes: list[tuple[int, int, int]] = field(
        default_factory=list
    )  # of pages with text: characters, paragraphs, checksum
    moved_to: str = ""  # where a source answers from, for good
    gap: tuple[datetime, datetime] | None = None  # from the last look at a feed to the oldest that it shows now
    reaches_back_to: datetime | None = None  # the oldest entry of its sitemaps in this poll
    arrivals: int = 0  # articles that were not known and are no baseline
    dates: list[datetime] = field(default_factory=list)  # of arrivals; at a first poll of all that is listed
    problems: list[tuple[str, str]] = field(default_factory=list)  # kind, words
    notes: list[str] = field(default_factory=list)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)  # columns to save by URL
    extended_at: datetime = field(init=False)
    claimed_at: datetime = field(default_factory=lambda: datetime.now(UTC))  # by our own clock

    def __post_init__(self) -> None:
        self.extended_at = self.began_at

    def plan_sources(self, now: datetime) -> list[Asked]:
        """What is asked in this poll: all sources but those that are gone for good."""
        outlet = self.outlet
        wanted = [("feed", url, "") for url in outlet.feeds] + [("sitemap", url, "") for url in outlet.sitemaps]
        wanted += [("listing", listing.url, listing.links) for listing in outlet.listings]
        awake = [one for one in wanted if not self._is_asleep(one[1], now)]
        if wanted and not awake:
            self.note_problem("moved", "every source is gone for good (410); each is asked once a week")
        elif not wanted:
            self.note_problem("failing", "no feed, sitemap or listing is configured")
        return [self.plan_source(kind, url, links, now) for kind, url, links in awake]

    def plan_source(self, kind: str, url: str, links: str, now: datetime) -> Asked:
        """One source, with conditions when it was read in full within a day."""
        row = self.known.get(url)
        is_unread = row is None or row.full_at is None
        if row is None or is_unread or now - row.full_at >= FULL_EVERY or self.claim.is_first:
            return Asked(kind=kind, url=url, links=links, is_unread=is_unread)
        return Asked(
            kind=kind, url=url, links=links, etag=row.etag, last_modified=row.last_modified, is_unread=is_unread
        )

    def note_reading(self, asked: Asked, dates: Sequence[datetime], listed: int, new: int) -> None:
        """Notices a feed that shows nothing of what was known: what it dropped in between went by unseen."""
        if asked.kind == "sitemap" and dates:
            self.reaches_back_to = min([*dates, *([self.reaches_back_to] if self.reaches_back_to else [])])
        row = self.known.get(asked.url)
        if asked.kind != "feed" or self.claim.is_first or asked.is_unread or row is None or row.checked_at is None:
            return
        until = min(dates, default=self.began_at)
        if row.entries and listed == new >= LEAST_LISTED and until > row.checked_at:
            self.gap = (row.checked_at, until)

    @property
    def unseen(self) -> tuple[datetime, datetime] | None:
        """The gap that no sitemap reaches back over."""
        if self.gap is None or (self.reaches_back_to is not None and self.reaches_back_to <= self.gap[0]):
            return None
        return self.gap

    def note_problem(self, kind: str, words: str) -> None:
        self.problems.append((kind, words))

    def note_silence(self, asked: Asked, kind: str, words: str) -> None:
        """A source gave no answer. It was not looked at, so when it last was stays as it is."""
        self.note_problem(kind, f"{words}: {asked.url}")
        self.sources[asked.url] = {"outlet": self.outlet.slug, "kind": asked.kind, "status": 0, "problem": words}

    def note_page(self, state: str, page: Page, body: str = "") -> None:
        """Counts a page by its ledger state and the size of its text; a new article teaches when the outlet publishes."""
        if body:
            self.sizes.append((len(body), body.count("\n\n") + 1, zlib.crc32(body.encode())))
        self.pages += {"no-text": "n", "paywalled": "p"}.get(state, "t")
        if not page.is_baseline and state in ("matched", "no-match", "duplicate", "paywalled"):
            self.arrivals += 1
            self.dates.append(page.listed_at or page.fetched_at)

    def result(self) -> PollResult:
        """What the poll showed, for the outlet's health."""
        kind, words = self.problems[0] if self.problems else ("", "")
        if not self.good:
            words = words or "no source was asked"
            return PollResult(problem=words, problem_kind=kind or "failing", pages=self.pages, sizes=self.sizes)
        return PollResult(
            entries=self.entries,
            is_unchanged=self.unchanged == self.good and not self.problems,
            new=self.new,
            partial=words,
            partial_kind=kind,
            pages=self.pages,
            sizes=self.sizes,
            moved_to=self.moved_to,
            gap=self.unseen,
            arrivals=self.arrivals,
            dates=tuple(self.dates),
        )

    def _is_asleep(self, url: str, now: datetime) -> bool:
        row = self.known.get(url)
        return row is not None and row.asleep_until is not None and row.asleep_until > now


def is_elsewhere(asked: Asked, answer: Answer) -> bool:
    """Has the source moved for good, by more than a scheme, a www or a slash?"""
    if not answer.moved_to:
        return False
    here, there = ((site_of(url), path_of(url).rstrip("/")) for url in (asked.url, answer.moved_to))
    return here != there


def read_answer(asked: Asked, answer: Answer) -> tuple[Reading, str]:
    """A source's answer, read; and the kind of its problem (`blocked moved failing empty layout-changed`), if any."""
    kind, words = describe_status(answer.status)
    if answer.status == 304 and asked.is_conditional:
        return Reading(), ""
    if words:
        return Reading(problem=words), kind
    reading = _read(asked, answer)
    if reading.problem:
        challenge = find_challenge(answer.body)
        return (Reading(problem=challenge), "blocked") if challenge else (reading, reading.kind)
    if answer.moved_to:
        note = f"moved for good to {answer.moved_to}"
        return replace(reading, note=note), ""
    return reading, ""


def _read(asked: Asked, answer: Answer) -> Reading:
    if asked.kind == "sitemap":
        return parse_sitemap(answer.body)
    if asked.kind == "listing":
        return parse_listing(answer.body, answer.url, asked.links)
    return parse_feed(answer.body, answer.url, {"content-type": answer.content_type})


@dataclass(frozen=True, slots=True)
class Sorted:
    """A source's links, sorted: what enters the ledger, which of it is baseline, and what ends at once and why."""

    candidates: tuple[Candidate, ...]
    baseline: frozenset[str]
    ended: tuple[tuple[str, str, str], ...]  # url, state, reason


def sort_entries(poll: Poll, asked: Asked, entries: Sequence[Found], now: datetime, max_age_s: float) -> Sorted:
    """Links of one source as candidates, each URL once, in the source's order."""
    pattern = re2.compile(poll.outlet.articles) if poll.outlet.articles else None
    sites = find_sites(poll.outlet)
    candidates: dict[str, Candidate] = {}
    baseline: set[str] = set()
    ended: list[tuple[str, str, str]] = []
    oldest = now - timedelta(seconds=max_age_s)
    for found in entries:
        url = canonical_url(found.address, asked.url)
        if not url or url in candidates:
            continue
        candidates[url] = _make_candidate(poll.outlet, asked, found, url)
        listed_at = found.published_at
        if site_of(url) not in sites:
            ended.append((url, "out-of-scope", f"on another site: {site_of(url)}"))
        elif pattern is not None and not pattern.search(path_of(found.address)):
            ended.append((url, "out-of-scope", "its path is not one of `articles`"))
        elif is_baseline(poll.claim, asked, listed_at, now):
            baseline.add(url)
            if len(baseline) > FIRST_PAGES:
                ended.append((url, "baseline", "listed before the outlet was added; not fetched"))
        elif listed_at is not None and listed_at < oldest:
            ended.append((url, "too-old", f"listed with the date {listed_at.astimezone(UTC):%Y-%m-%d}"))
    return Sorted(tuple(candidates.values()), frozenset(baseline), tuple(ended))


def is_baseline(claim: Claim, asked: Asked, listed_at: datetime | None, now: datetime) -> bool:
    """Was it published before the outlet was added? Without a date (or with one to come): is it on the first reading?"""
    if listed_at is not None and listed_at <= now:
        return listed_at < (claim.added_at if claim.is_first else claim.added_at - GRACE)
    return claim.is_first or (asked.is_unread and asked.kind != "sitemap")


def find_sites(outlet: Outlet) -> set[str]:
    """The hosts that count as this outlet's own."""
    return {site_of(outlet.home)} | {site_of(url) for url in (*outlet.feeds, *outlet.sitemaps)}


def _make_candidate(outlet: Outlet, asked: Asked, found: Found, url: str) -> Candidate:
    return Candidate(
        url=url,
        outlet=outlet.slug,
        source=asked.url,
        address=found.address,
        title=found.title,
        summary=found.summary,
        published_at=found.published_at,
        language=found.language,
    )
