"""What the crawler reads from and writes to the store. Every method runs in the one writer thread (crawler.writer)."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.lifeline import Lifeline
from crawler.place import Place
from crawler.polls import PAGES_A_POLL, Answer, Asked, Poll, read_answer, sort_entries
from monitor.config import load_config
from monitor.errors import ConfigError, StoreError
from monitor.ingest import close_poll, open_room, reload_room
from monitor.store import crawling, learned, ledger, listings, open_store, politeness

log = logging.getLogger(__name__)
LEASE_S = 900.0  # a poll that takes longer extends it
DEAD_SOURCE = timedelta(days=7)  # FAULTS row 10: a 410 is asked once a week


class Refused(Exception):
    """The crawler cannot work here; its text is the one line that is said."""


class Record:
    """Claims, ledger, sources and heartbeats of one crawler."""

    def __init__(self, place: Place, *, is_once: bool, only: Sequence[str]) -> None:
        self.place, self.is_once, self.only = place, is_once, list(only)
        self.began_at = datetime.now(UTC)
        self.owner = f"crawler-{os.getpid()}"

    def open(self) -> None:
        """Opens the database and takes its crawler lock. Raises: Refused."""
        unknown = set(self.only) - {outlet.slug for outlet in self.place.config.outlets}
        if unknown:
            raise Refused(f"no such outlet: {', '.join(sorted(unknown))}")
        try:
            self.store = open_store(self.place.db)
            self.lifeline = Lifeline(self.store)
            if not self.lifeline.take():
                raise Refused("another crawler works on this database")
            crawling.sync_outlets(self.store, self.place.config.outlets, datetime.now(UTC))
            crawling.release_claims(self.store, datetime.now(UTC))
            self.room = open_room(self.store, self.place.config)
        except StoreError as error:
            raise Refused(str(error)) from None
        self.version = self.place.config.version

    def claim(self, limit: int) -> list[Poll]:
        """Outlets that are due, with what is known of their sources."""
        now = datetime.now(UTC)
        claims = crawling.claim_outlets(
            self.store,
            self.owner,
            now,
            lease_s=LEASE_S,
            limit=limit,
            only=self.only,
            before=self.began_at if self.is_once else None,
        )
        slugs = [claim.slug for claim in claims]
        if not slugs:
            return []
        with self.store.read() as connection:
            known = politeness.load_sources_of(connection, slugs)
            due = ledger.find_due(connection, slugs, now)
        return [
            Poll(claim, self.room.outlets[claim.slug], now, known=known[claim.slug], has_due=claim.slug in due)
            for claim in claims
            if claim.slug in self.room.outlets
        ]

    def read_source(self, poll: Poll, asked: Asked, answer: Answer) -> tuple[str, ...]:
        """Enters what a source lists into the ledger; returns the sitemaps to read next."""
        now = datetime.now(UTC)
        reading, kind = read_answer(asked, answer)
        values: dict[str, Any] = {"outlet": poll.outlet.slug, "kind": asked.kind, "status": answer.status}
        values |= {"checked_at": now, "problem": reading.problem or reading.note}
        if answer.status == 304 and not reading.problem:
            poll.good += 1
            poll.unchanged += 1
        elif reading.problem:
            poll.note_problem(kind, f"{reading.problem}: {asked.url}")
        else:
            poll.good += 1
            poll.entries += len(reading.entries)
            self._note_entries(poll, asked, reading.entries, now)
            values |= {"etag": answer.etag, "last_modified": answer.last_modified, "changed_at": now}
            values |= {"entries": len(reading.entries)} | ({} if asked.is_conditional else {"full_at": now})
        if answer.status == 410:
            values["asleep_until"] = now + DEAD_SOURCE
        poll.sources[asked.url] = values
        further = reading.further[: poll.sitemaps_left]
        poll.sitemaps_left -= len(further)
        if len(further) < len(reading.further):
            poll.notes.append(f"{asked.url}: only {len(further)} of {len(reading.further)} sitemaps are read")
        return further

    def _note_entries(self, poll: Poll, asked: Asked, entries: Any, now: datetime) -> None:
        found = sort_entries(poll, asked, entries, now, self.room.config.settings.max_age_s)
        with self.store.write() as connection:
            new = listings.note_candidates(connection, found.candidates, now=now, baseline=set(found.baseline))
            listings.end_found(connection, found.ended, now=now)
            rechecked = listings.recheck_changed(connection, found.candidates, now=now)
        poll.new += len(new)
        poll.has_due = bool(poll.has_due or new or rechecked)
        if poll.claim.is_first:
            poll.dates += [one.published_at for one in found.candidates if one.published_at and one.published_at <= now]

    def has_pages(self, poll: Poll) -> bool:
        """Is there anything to fetch or a baseline to complete? Touches nothing."""
        return bool(poll.has_due or (poll.good and poll.claim.is_first))

    def take_pages(self, poll: Poll) -> list[Any]:
        """Candidate rows to fetch now; completes the baseline of an outlet that could be read."""
        now = datetime.now(UTC)
        with self.store.write() as connection:
            if poll.good:
                crawling.complete_baseline(connection, poll.claim, now)
            return ledger.take_candidates(connection, poll.outlet.slug, now=now, limit=PAGES_A_POLL, lease_s=LEASE_S)

    def fail_page(self, url: str, state: str, reason: str, again: bool) -> None:
        """A candidate's end without a page."""
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

    def postpone_page(self, url: str, reason: str, until: datetime) -> None:
        """A candidate whose host is left alone: due again then, and no attempt is counted."""
        with self.store.write() as connection:
            ledger.postpone_candidate(connection, url, reason=reason, until=until, now=datetime.now(UTC))

    def end_polls(self, polls: Sequence[Poll]) -> None:
        """Their outlets are due again later; what their pages taught is kept."""
        now = datetime.now(UTC)
        ends = [crawling.PollEnd(claim=poll.claim, result=poll.result(), sources=poll.sources) for poll in polls]
        crawling.finish_polls(self.store, ends, now)
        for poll in polls:
            if poll.pages:
                close_poll(self.room, poll.outlet.slug, now=now)

    def beat(self, polls: int, pages: int, rss_mb: int, under_way: Sequence[Poll]) -> None:
        """A heartbeat; long polls keep their claim."""
        now = datetime.now(UTC)
        ledger.beat(self.store, "crawler", os.getpid(), now, polls=polls, pages=pages, rss_mb=rss_mb)
        for poll in under_way:
            if (now - poll.extended_at).total_seconds() > LEASE_S / 3:
                poll.extended_at = now
                crawling.extend_lease(self.store, poll.claim, now, LEASE_S)

    def reload(self) -> bool:
        """Takes over a configuration that the monitor checked and named. True = the network settings changed: start anew."""
        with self.store.read() as connection:
            version = learned.load_meta(connection, "config_version")
        if version in (None, self.version):
            return False
        try:
            config = load_config(self.place.folder)
        except ConfigError:
            return False  # half-written; the monitor says what is wrong with it
        if config.version != version:
            return False
        crawling.sync_outlets(self.store, config.outlets, datetime.now(UTC))
        reload_room(self.room, config)
        self.version = version
        log.info("configuration %s", version[:8])
        return is_other_network(self.place, config.settings)


def is_other_network(place: Place, settings: Any) -> bool:
    """Did a setting change that guard, user agent or delay were built from?"""
    names = ("contact", "allow_private", "resolve", "delay_s")
    return any(getattr(place.config.settings, name) != getattr(settings, name) for name in names)
