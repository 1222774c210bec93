"""One poll of one outlet, from its claim to its end. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import re2

from crawler.discovery import Found
from monitor.model import Candidate, Outlet
from monitor.store.crawling import Claim, PollResult
from monitor.urls import canonical_url, path_of, site_of

PAGES_A_POLL = 60  # pages fetched in one poll; the rest waits for the next; a guess
FIRST_PAGES = 30  # of a first poll: what is old is only background
SITEMAPS_A_POLL = 10
SOURCE_KINDS = ("feed", "sitemap", "listing")


@dataclass(slots=True)
class Poll:
    """What is under way for one outlet. `pending` counts requests; at zero the poll ends."""

    claim: Claim
    outlet: Outlet
    began_at: datetime
    pending: int = 0
    sources_pending: int = 0
    sitemaps_left: int = SITEMAPS_A_POLL
    entries: int = 0
    new: int = 0
    good: int = 0  # sources that could be read
    unchanged: int = 0  # sources that answered 304
    problems: list[tuple[str, str]] = field(default_factory=list)  # kind, words
    notes: list[str] = field(default_factory=list)

    def result(self) -> PollResult:
        """What the poll showed, for the outlet's health."""
        if not self.good:
            kind, words = self.problems[0] if self.problems else ("failing", "no source was asked")
            return PollResult(problem=words, problem_kind=kind)
        return PollResult(
            entries=self.entries, is_unchanged=self.unchanged == self.good and not self.problems, new=self.new
        )


@dataclass(frozen=True, slots=True)
class Sorted:
    """A source's links, sorted: what enters the ledger, which of it is baseline, and what ends at once and why."""

    candidates: tuple[Candidate, ...]
    baseline: frozenset[str]
    ended: tuple[tuple[str, str, str], ...]  # url, state, reason


def sort_entries(poll: Poll, source: str, entries: tuple[Found, ...], now: datetime, max_age_s: float) -> Sorted:
    """Links of one source as candidates, each URL once, in the source's order."""
    pattern = re2.compile(poll.outlet.articles) if poll.outlet.articles else None
    sites = {site_of(poll.outlet.home)} | {site_of(feed) for feed in poll.outlet.feeds}
    candidates: dict[str, Candidate] = {}
    baseline: set[str] = set()
    ended: list[tuple[str, str, str]] = []
    for found in entries:
        url = canonical_url(found.address, source)
        if not url or url in candidates:
            continue
        listed_at = found.published_at
        candidates[url] = Candidate(
            url=url,
            outlet=poll.outlet.slug,
            source=source,
            address=found.address,
            title=found.title,
            summary=found.summary,
            published_at=listed_at,
            language=found.language,
        )
        if site_of(url) not in sites:
            ended.append((url, "out-of-scope", f"on another site: {site_of(url)}"))
        elif pattern is not None and not pattern.search(path_of(found.address)):
            ended.append((url, "out-of-scope", "its path is not one of `articles`"))
        elif poll.claim.is_first and (listed_at is None or listed_at < poll.claim.added_at):
            baseline.add(url)
            if len(baseline) > FIRST_PAGES:
                ended.append((url, "baseline", "listed before the outlet was added; not fetched"))
        elif listed_at is not None and listed_at < now - timedelta(seconds=max_age_s):
            ended.append((url, "too-old", f"listed with the date {listed_at.astimezone(UTC):%Y-%m-%d}"))
    return Sorted(tuple(candidates.values()), frozenset(baseline), tuple(ended))
