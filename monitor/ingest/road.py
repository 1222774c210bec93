"""ROAD 1: a page that was read becomes an article, its hits, its story and the alerts owed. Touches the store, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from monitor.ingest.changes import find_change
from monitor.ingest.owing import owe
from monitor.ingest.reading import Reading
from monitor.ingest.room import Room
from monitor.ingest.trace import Step, trace_article
from monitor.model import EVENT_PREFIX, CandidateState, CleanPage, Outlet, Page, Placement
from monitor.store import archive, known_articles, ledger, rechecks, stories
from monitor.store.later import write_waiting
from monitor.stories import Frame, Piece, to_record

LEAST_KNOWN_AGAIN = 200  # characters of a text that cannot be somebody else's by chance; a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a page: the ledger state of its candidate, why, and the article when there is one."""

    state: CandidateState
    reason: str = ""
    article_id: int | None = None
    story_id: int | None = None
    clean: CleanPage | None = None
    alerts: int = 0


class Held(NamedTuple):
    """What the story index is to hold once the transaction is through."""

    piece: Piece
    article_id: int
    story_id: int
    duplicate_of: int | None


def save_reading(connection: Connection, room: Room, reading: Reading, now: datetime) -> tuple[Outcome, Held | None]:
    """What is known, the story, the article, its hits, the alerts owed, the ledger state; and what the story index is to hold of it.

    The index holds all that was saved before.
    """
    if not reading.is_article:
        return _end_without_article(connection, reading, now), None
    page, outlet, clean, text_hash = reading.page, reading.outlet, reading.clean, reading.text_hash
    hits, suppressed = reading.hits, reading.suppressed
    known = known_articles.find_article(connection, reading.addresses)
    if known is not None and known.text_hash == text_hash:
        state: CandidateState = "unchanged" if known.url == page.url else "duplicate"
        if known.gone_at is not None:
            archive.mark_gone(connection, known.id, None)
        return _end(connection, page, Outcome(state=state, article_id=known.id, clean=clean), now, []), None
    entries = frozenset(hit.entry for hit in hits)
    piece = _piece(page, outlet, clean, entries, now)
    event = room.index.read_event(piece)
    record = to_record(event) if event is not None else None
    if known is not None:
        write_waiting(connection)  # its text may have come a moment ago
        change = find_change(connection, known, clean, room.memories.find(outlet.slug))
        placement = Placement(story_id=known.story_id, facts=change.tell(known, outlet))
        archive.change_article(connection, known, clean, text_hash, now, event=record, change=change.kind)
        article_id, story_id = known.id, stories.touch_story(connection, known.story_id, now)
    else:
        placement = _place(connection, room, piece, text_hash)
        if placement.story_id is None:
            story_id = stories.start_story(connection, clean, now)
        else:
            story_id = stories.touch_story(connection, placement.story_id, now)
        article_id = archive.save_article(
            connection,
            clean,
            outlet=outlet.slug,
            url=page.url,
            link=page.final_url,
            text_hash=text_hash,
            story_id=story_id,
            duplicate_of=placement.duplicate_of,
            new=placement.new,
            event=record,
            is_baseline=page.is_baseline,
            listed_at=page.listed_at,
            now=now,
        )
        if placement.story_id is None:
            stories.lead_story(connection, story_id, article_id)
    archive.save_hits(connection, article_id, hits, suppressed, is_new=known is None)
    watched = _find_watched(room, entries, event)
    state, reason = _judge(page, room, clean, watched, placement, is_change=known is not None, now=now)
    owed = owe(connection, room, piece, watched, story_id, article_id, placement, is_quiet=_is_quiet(state), now=now)
    outcome = Outcome(
        state=state, reason=reason, article_id=article_id, story_id=story_id, clean=clean, alerts=len(owed)
    )
    _end(connection, page, outcome, now, trace_article(clean, hits, suppressed, placement, story_id, owed))
    if outlet.orientation == "official" and state in ledger.READ and not page.is_recheck:
        rechecks.plan_recheck(connection, page.url, now)
    return outcome, Held(piece, article_id, story_id, placement.duplicate_of)


def _place(connection: Connection, room: Room, piece: Piece, text_hash: str) -> Placement:
    """Where a new article belongs. A text that is older than what the index holds is known by the archive."""
    placement = room.index.place(piece)
    if placement.duplicate_of is None and len(piece.body) >= LEAST_KNOWN_AGAIN:
        old = known_articles.find_same_text(connection, text_hash)
        if old is not None:
            return Placement(story_id=old.story_id, duplicate_of=old.id, score=1.0)
    return placement


def _find_watched(room: Room, entries: frozenset[str], event: Frame | None) -> frozenset[str]:
    """The entries that were hit; with the event, when that makes it a watchlist's."""
    if event is None:
        return entries
    named = entries | {f"{EVENT_PREFIX}{event.event}"}
    return named if entries or room.watching.find_watchlists(named) else entries


def _is_quiet(state: CandidateState) -> bool:
    return state in ("baseline", "too-old")


def _judge(
    page: Page,
    room: Room,
    clean: CleanPage,
    watched: frozenset[str],
    placement: Placement,
    *,
    is_change: bool,
    now: datetime,
) -> tuple[CandidateState, str]:
    """The ledger state of an article, the first that holds."""
    published = clean.published_at
    if placement.facts and is_change and not page.is_baseline:
        return "changed", f"an official text became another: {placement.facts[0].sentence[:200]}"
    if placement.duplicate_of is not None:
        return "duplicate", f"the same text as article {placement.duplicate_of}"
    if page.is_baseline:
        return "baseline", "published before the outlet was added"
    if published is not None and _end_of(published) < now - timedelta(seconds=room.config.settings.max_age_s):
        return "too-old", f"published {published:%Y-%m-%d}"
    if is_change:
        return "changed", "a new version of a known article"
    if watched:
        entries = sorted(name for name in watched if not name.startswith(EVENT_PREFIX))
        return "matched", ", ".join(entries or sorted(watched))
    return (
        ("paywalled", "only a teaser can be read") if clean.paywalled else ("no-match", "no watched entry in the text")
    )


def _end_of(published: datetime) -> datetime:
    """A date without a time means any hour of that day."""
    return published + timedelta(days=1) if published.timetz().replace(tzinfo=None) == time() else published


def _end_without_article(connection: Connection, reading: Reading, now: datetime) -> Outcome:
    clean = reading.clean
    state: CandidateState = "paywalled" if clean.paywalled else "no-text"
    outcome = Outcome(state=state, reason=clean.problem or "no article text on the page", clean=clean)
    return _end(connection, reading.page, outcome, now, [("clean", state, outcome.reason)])


def _end(connection: Connection, page: Page, outcome: Outcome, now: datetime, trace: Sequence[Step]) -> Outcome:
    """The candidate's end. A page that was looked at again in vain stays what it was."""
    if not page.is_recheck or outcome.state == "changed":
        ledger.finish_candidate(
            connection,
            page.url,
            state=outcome.state,
            reason=outcome.reason,
            article_id=outcome.article_id,
            now=now,
            steps=trace,
        )
    if page.is_recheck:
        write_waiting(connection)  # the next look is planned on what ended
        rechecks.end_recheck(connection, page.url, outcome.state, outcome.reason, now)
    return outcome


def _piece(page: Page, outlet: Outlet, clean: CleanPage, entries: frozenset[str], now: datetime) -> Piece:
    return Piece(
        outlet=outlet.slug,
        family=outlet.family or outlet.slug,
        headline=clean.headline,
        body=clean.body,
        language=clean.language,
        published_at=clean.published_at,
        seen_at=now,
        entries=entries,
        url=page.url,
        credits=clean.credits,
        orientation=outlet.orientation,
    )
