"""Fetched pages, one or several, in one transaction; what this process remembers follows it. Touches the store and the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from monitor.errors import ClaimLost
from monitor.ingest.keeping import keep_evidence
from monitor.ingest.reading import Reading, read_page
from monitor.ingest.road import Held, Outcome, save_reading
from monitor.ingest.room import Room, catch_up, forget_stories
from monitor.model import Page
from monitor.store import claims, known_articles, learned, ledger
from monitor.store.learned import Count

COUNTED_ALREADY = ("unchanged", "duplicate")  # states of a text whose surnames were counted before
Ended = Outcome | Exception


def ingest_page(page: Page, room: Room, *, now: datetime) -> Outcome:
    """Cleans, matches and saves one page; the candidate ends in the state that is returned.

    Raises: StoreError; then nothing of the page was saved and its candidate is due again. ClaimLost when another worker has its outlet.
    """
    (ended,) = ingest_pages([page], room, now=now)
    if isinstance(ended, Exception):
        raise ended
    return ended


def ingest_pages(pages: Sequence[Page], room: Room, *, now: datetime) -> list[Ended]:
    """The same for several pages, in their order: each finds its story among those before it. An error stands in its page's place."""
    read = [_read(page, room) for page in pages]
    readings = [one for one in read if isinstance(one, Reading)]
    try:
        keep_evidence(readings, room)
        ends = iter(_Transaction(room, now).save(readings) if readings else ())
    except Exception as error:
        if len(pages) == 1 or isinstance(
            error.__cause__, OperationalError
        ):  # the store is away, full or locked: for all
            return [error if isinstance(one, Reading) else one for one in read]
        return [ended for page in pages for ended in ingest_pages([page], room, now=now)]  # only the bad one is lost
    return [next(ends) if isinstance(one, Reading) else one for one in read]


def _read(page: Page, room: Room) -> Reading | Exception:
    try:
        return read_page(page, room)
    except Exception as error:
        return error


def _read_ahead(connection: Connection, readings: Sequence[Reading]) -> None:
    articles = [one for one in readings if one.is_article]
    urls = [url for one in articles for url in one.addresses]
    known_articles.read_ahead(connection, urls, [one.text_hash for one in articles], len(articles))
    claims.read_ahead(connection, [one.page.outlet for one in readings if one.page.epoch is not None])
    ledger.read_ahead(connection, [one.page.url for one in readings])


class _Transaction:
    """The one that saves several readings."""

    def __init__(self, room: Room, now: datetime) -> None:
        self.room, self.now = room, now
        self.counts: list[Count] = []
        self.waiting: Held | None = (
            None  # for the index: until the commit, or until another article looks for its story
        )
        self.is_ahead = False  # does the index hold what is not committed yet?

    def save(self, readings: Sequence[Reading]) -> list[Ended]:
        """Their ends in order. Raises: what saving raises; then nothing is saved and nothing remembered."""
        has_articles = any(reading.is_article for reading in readings)
        try:
            with self.room.store.write(alone=has_articles, later=True) as connection:
                if has_articles:
                    catch_up(connection, self.room, self.now)
                if len(readings) > 1:
                    _read_ahead(connection, readings)
                ends = [self._save(connection, reading) for reading in readings]
                learned.add_counts(connection, self.counts)
        except BaseException:
            if self.is_ahead:  # a page comes again, and must not be its own copy
                forget_stories(self.room)
            raise
        self._remember()
        self.room.matcher.add_counts(self.counts)
        for reading, end in zip(readings, ends, strict=True):
            if isinstance(end, Outcome) and end.alerts and not reading.hits and self.room.evidence is not None:
                self.room.evidence.keep(reading.page)  # what happened rang, without a name
        return ends

    def _save(self, connection: Connection, reading: Reading) -> Ended:
        if self.waiting is not None:
            self.is_ahead = True
            self._remember()
        try:
            claims.hold_claim(connection, reading.page.outlet, reading.page.epoch)
        except ClaimLost as lost:
            return lost
        outcome, self.waiting = save_reading(connection, self.room, reading, self.now)
        if outcome.state not in COUNTED_ALREADY:
            self.counts += reading.counts
        return outcome

    def _remember(self) -> None:
        if self.waiting is None:
            return
        held, self.waiting = self.waiting, None
        self.room.index.add(held.piece, held.article_id, held.story_id, held.duplicate_of)
        self.room.last_article_id = max(self.room.last_article_id, held.article_id)
