"""What the crawler reads from and writes to the store. Every method runs in the one writer thread (crawler.writer)."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.heard import Heard
from crawler.lifeline import Lifeline
from crawler.place import Place
from crawler.polls import PAGES_A_POLL, Answer, Asked, Poll, is_elsewhere, read_answer, sort_entries
from monitor.completeness import WAYS
from monitor.config import load_config
from monitor.crawl import find_name
from monitor.errors import ConfigError, StoreError
from monitor.evidence import Evidence, find_folder
from monitor.ingest import close_poll, open_room, reload_room, withdraw_article
from monitor.model import Settings
from monitor.store import claims, crawling, learned, ledger, listings, open_store, politeness, rechecks, shards
from monitor.store.clock import read_clock

log = logging.getLogger(__name__)
LEASE_S = 900.0  # a poll that takes longer extends it
GONE, NOT_THERE = 410, (404, 410)  # statuses of a page that is no more
DEAD_SOURCE = timedelta(days=7)  # FAULTS row 10: a 410 is asked once a week


class Refused(Exception):
    """The crawler cannot work here; its text is the one line that is said."""


class Record:
    """Claims, ledger, sources and heartbeats of one crawler."""

    def __init__(self, place: Place, *, is_once: bool, only: Sequence[str]) -> None:
        self.place, self.is_once, self.only = place, is_once, list(only)
        self.began_at = datetime.now(UTC)
        self.worker = os.environ.get("DIPLOWATCH_WORKER", "")  # "" = alone on this database
        self.owner = self.worker or f"crawler-{os.getpid()}"
        self.stumbled: set[str] = set()  # outlets of which something could not be written
        self.heard = Heard()
        self.ahead = timedelta(0)  # the database's clock before ours: with workers on several machines its clock counts

    def now(self) -> datetime:
        """The time by which leases are judged."""
        return datetime.now(UTC) + self.ahead

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
            if self.worker:
                self._set_clock()
                shards.free_claims(self.store, self.worker)
            else:
                crawling.sync_outlets(self.store, self.place.config.outlets, self.now())
                claims.release_claims(self.store, self.now())
            self.room = open_room(self.store, self.place.config)
            self.room.evidence = Evidence(*self._find_evidence(self.place.config.settings))
            self.room.evidence.open()
        except StoreError as error:
            raise Refused(str(error)) from None
        self.version = self.place.config.version

    def claim(self, limit: int) -> list[Poll]:
        """Outlets that are due, with what is known of their sources."""
        now = self.now()
        taken = claims.claim_outlets(
            self.store,
            self.owner,
            now,
            lease_s=LEASE_S,
            limit=limit,
            only=self.only,
            before=self.began_at if self.is_once else None,
            worker=self.worker,
        )
        known_here = [claim for claim in taken if claim.slug in self.room.outlets]
        if len(known_here) < len(taken):  # the monitor has read a newer configuration than we have yet
            claims.give_back(self.store, [claim for claim in taken if claim not in known_here])
        slugs = [claim.slug for claim in known_here]
        if not slugs:
            return []
        with self.store.read() as connection:
            known = politeness.load_sources_of(connection, slugs)
            due = ledger.find_due(connection, slugs, now)
        return [
            Poll(claim, self.room.outlets[claim.slug], now, known=known[claim.slug], has_due=claim.slug in due)
            for claim in known_here
        ]

    def read_source(self, poll: Poll, asked: Asked, answer: Answer) -> tuple[str, ...]:
        """Enters what a source lists into the ledger; returns the sitemaps to read next."""
        now = self.now()
        if self.is_heard(poll, asked, answer):
            return self._note_same(poll, asked, answer, now)
        reading, kind = read_answer(asked, answer)
        values: dict[str, Any] = {"outlet": poll.outlet.slug, "kind": asked.kind, "status": answer.status}
        values |= {"checked_at": now, "problem": reading.problem or reading.note}
        if not reading.problem and is_elsewhere(asked, answer):
            poll.moved_to = answer.moved_to
        if answer.status == 304 and not reading.problem:
            poll.good += 1
            poll.unchanged += 1
        elif reading.problem:
            poll.note_problem(kind, f"{reading.problem}: {asked.url}")
        else:
            poll.good += 1
            poll.entries += len(reading.entries)
            self._note_entries(poll, asked, reading.entries, now)
            if not reading.further:
                self.heard.note(asked, answer, now)
            values |= {"etag": answer.etag, "last_modified": answer.last_modified, "changed_at": now}
            values |= {"hub": reading.hub, "topic": reading.topic, "entries": len(reading.entries)}
            values |= {} if asked.is_conditional else {"full_at": now}
        if answer.status == 410:
            values["asleep_until"] = now + DEAD_SOURCE
        poll.sources[asked.url] = values
        further = reading.further[: poll.sitemaps_left]
        poll.sitemaps_left -= len(further)
        if len(further) < len(reading.further):
            poll.notes.append(f"{asked.url}: only {len(further)} of {len(reading.further)} sitemaps are read")
        return further

    def is_heard(self, poll: Poll, asked: Asked, answer: Answer) -> bool:
        """Is it byte for byte what was read of the source a short while ago? Touches nothing."""
        return not (poll.claim.is_first or asked.is_unread) and self.heard.knows(asked, answer, self.now())

    def _note_same(self, poll: Poll, asked: Asked, answer: Answer, now: datetime) -> tuple[str, ...]:
        """A server that knows no conditions, or was asked for all: it has nothing new either way."""
        poll.good += 1
        poll.unchanged += 1
        values: dict[str, Any] = {"outlet": poll.outlet.slug, "kind": asked.kind, "status": answer.status}
        values |= {"checked_at": now, "problem": "", "etag": answer.etag, "last_modified": answer.last_modified}
        poll.sources[asked.url] = values | ({} if asked.is_conditional else {"full_at": now})
        return ()

    def _note_entries(self, poll: Poll, asked: Asked, entries: Any, now: datetime) -> None:
        found = sort_entries(poll, asked, entries, now, self.room.config.settings.max_age_s)
        with self.store.write() as connection:
            claims.hold_claim(connection, poll.outlet.slug, poll.claim.epoch)
            new = listings.note_candidates(
                connection, found.candidates, now=now, baseline=set(found.baseline), way=WAYS[asked.kind]
            )
            listings.end_found(connection, found.ended, now=now)
            rechecked = listings.recheck_changed(connection, found.candidates, now=now)
        poll.new += len(new)
        dates = [one.published_at for one in found.candidates if one.published_at and one.published_at <= now]
        poll.note_reading(asked, dates, len(found.candidates), len(new))
        poll.has_due = bool(poll.has_due or new or rechecked)
        if poll.claim.is_first:
            poll.dates += dates

    def has_pages(self, poll: Poll) -> bool:
        """Is there anything to fetch or a baseline to complete? Touches nothing."""
        return bool(poll.has_due or (poll.good and poll.claim.is_first))

    def take_pages(self, poll: Poll) -> list[Any]:
        """Candidate rows to fetch now; completes the baseline of an outlet that could be read."""
        now = self.now()
        with self.store.write() as connection:
            claims.hold_claim(connection, poll.outlet.slug, poll.claim.epoch)
            if poll.good:
                claims.complete_baseline(connection, poll.claim, now)
            return ledger.take_candidates(connection, poll.outlet.slug, now=now, limit=PAGES_A_POLL, lease_s=LEASE_S)

    def fail_page(self, poll: Poll, url: str, state: str, reason: str, again: bool) -> None:
        """A candidate's end without a page."""
        with self.store.write() as connection:
            claims.hold_claim(connection, poll.outlet.slug, poll.claim.epoch)
            ledger.finish_candidate(
                connection,
                url,
                state=state,
                reason=reason,
                now=self.now(),
                steps=[("fetch", state, reason)],
                again=again,
            )

    def miss_page(self, poll: Poll, url: str, status: int, words: str) -> None:
        """The page of a known article gave no article. `status` 0 = no answer at all, which says nothing of the article."""
        now = self.now()
        with self.store.write(alone=True) as connection:
            claims.hold_claim(connection, poll.outlet.slug, poll.claim.epoch)
            if status not in NOT_THERE:
                rechecks.end_recheck(connection, url, "failed", words, now)
                return
            article_id = rechecks.miss_page(connection, url, words, now, is_sure=status == GONE)
            if article_id is not None:
                withdraw_article(connection, self.room, article_id, url, words, now)

    def postpone_page(self, poll: Poll, url: str, reason: str, until: datetime) -> None:
        """A candidate whose host is left alone: due again then, and no attempt is counted."""
        with self.store.write() as connection:
            claims.hold_claim(connection, poll.outlet.slug, poll.claim.epoch)
            ledger.postpone_candidate(connection, url, reason=reason, until=until, now=self.now())

    def end_polls(self, polls: Sequence[Poll]) -> None:
        """Their outlets are due again later; what their pages taught is kept."""
        now = self.now()
        ends = [crawling.PollEnd(claim=poll.claim, result=poll.result(), sources=poll.sources) for poll in polls]
        crawling.finish_polls(self.store, ends, now)
        for poll in polls:
            if poll.pages:
                close_poll(self.room, poll.outlet.slug, now=now)

    def beat(self, polls: int, pages: int, rss_mb: int, under_way: Sequence[Poll]) -> list[Poll]:
        """A heartbeat; long polls keep their claim. Returns those whose claim another worker took."""
        if self.worker:
            self._set_clock()
        counts = {"polls": polls, "pages": pages, "rss_mb": rss_mb}
        ledger.beat(self.store, "crawler", os.getpid(), datetime.now(UTC), **counts, name=find_name(self.worker))
        now = self.now()
        slugs = self.stumbled - {poll.outlet.slug for poll in under_way}
        if slugs:
            claims.release_stumbled(self.store, self.owner, sorted(slugs), now)
            self.stumbled -= slugs
        for poll in under_way:
            if (now - poll.extended_at).total_seconds() > LEASE_S / 3:
                poll.extended_at = now
                claims.extend_lease(self.store, poll.claim, now, LEASE_S)
        if not (self.worker and under_way):
            return []
        lost = claims.find_lost(self.store, [poll.claim for poll in under_way])
        return [poll for poll in under_way if poll.claim in lost]

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
        if not self.worker:
            crawling.sync_outlets(self.store, config.outlets, self.now())
        reload_room(self.room, config)
        self.heard.clear()
        if self.room.evidence is not None:
            self.room.evidence.adopt(*self._find_evidence(config.settings))
        self.version = version
        log.info("configuration %s", version[:8])
        return is_other_network(self.place, config.settings)

    def _find_evidence(self, settings: Settings) -> tuple[Path, int]:
        return find_folder(settings, self.place.folder, self.place.db), settings.warc_mb

    def _set_clock(self) -> None:
        with self.store.read() as connection:
            self.ahead = read_clock(connection) - datetime.now(UTC)


def is_other_network(place: Place, settings: Any) -> bool:
    """Did a setting change that guard, user agent or delay were built from?"""
    names = ("contact", "allow_private", "resolve", "delay_s")
    return any(getattr(place.config.settings, name) != getattr(settings, name) for name in names)
