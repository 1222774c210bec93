"""ROAD 1: a fetched page becomes an article, its hits, its story and the alerts owed, in one transaction. Touches the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from monitor.cleaning import clean_page
from monitor.ingest.changes import find_change
from monitor.ingest.keeping import keep_evidence
from monitor.ingest.owing import owe
from monitor.ingest.room import Room, catch_up, load_site_memory
from monitor.ingest.trace import Step, find_suppressed, trace_article
from monitor.model import EVENT_PREFIX, CandidateState, CleanPage, Hit, Outlet, Page, Placement
from monitor.pdf import clean_pdf, is_pdf
from monitor.store import archive, claims, learned, ledger, rechecks, stories
from monitor.stories import Frame, Piece, to_record
from monitor.text import fold, list_words

COUNTED_ALREADY = ("unchanged", "duplicate")  # states of a text whose surnames were counted before
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


class _Held(NamedTuple):
    """What the story index is to hold once the transaction is through."""

    piece: Piece
    article_id: int
    story_id: int
    duplicate_of: int | None


def ingest_page(page: Page, room: Room, *, now: datetime) -> Outcome:
    """Cleans, matches and saves one page; the candidate ends in the state that is returned.

    Raises: StoreError; then nothing of the page was saved and its candidate is due again. ClaimLost when another worker has its outlet.
    """
    outlet = room.outlets[page.outlet]
    memory = load_site_memory(room, outlet.slug)
    is_page = not is_pdf(page.html)
    if is_page:
        clean = clean_page(page.html, page.final_url, rules=outlet.cleaning, memory=memory, fetched_at=page.fetched_at)
    else:
        clean = clean_pdf(page.html, page.final_url, fetched_at=page.fetched_at)
    if clean.problem or not clean.body:
        return _end_without_article(page, room, clean, now)
    clean = _with_listed(clean, page)
    hits = room.matcher.find(clean.headline, clean.body, language=clean.language or None, at=clean.published_at)
    suppressed = find_suppressed(room.matcher, clean, hits)
    counts = room.matcher.count(clean.headline, clean.body, language=clean.language or None)
    text_hash = hash_text(clean)
    keep_evidence(page, room, clean, hits, text_hash)
    with room.store.write(alone=True) as connection:
        claims.hold_claim(connection, page.outlet, page.epoch)
        outcome, held = _save(connection, page, room, outlet, clean, text_hash, hits, suppressed, now)
        if outcome.state not in COUNTED_ALREADY:
            learned.add_counts(connection, counts)
    # What this process remembers follows the commit: after one that failed the page comes again, and must not be its own copy.
    if held is not None:
        room.index.add(held.piece, held.article_id, held.story_id, held.duplicate_of)
        room.last_article_id = max(room.last_article_id, held.article_id)
    if outcome.state not in COUNTED_ALREADY:
        room.matcher.add_counts(counts)
    if outcome.alerts and not hits and room.evidence is not None:  # what happened rang, without a name
        room.evidence.keep(page)
    if is_page:
        memory.learn(page.html, page.final_url)
    return outcome


def _save(
    connection: Connection,
    page: Page,
    room: Room,
    outlet: Outlet,
    clean: CleanPage,
    text_hash: str,
    hits: Sequence[Hit],
    suppressed: Sequence[Hit],
    now: datetime,
) -> tuple[Outcome, _Held | None]:
    """The one transaction: what is known, the story, the article, its hits, the alerts owed, the ledger state."""
    known = archive.find_article(connection, [page.url, page.final_url, clean.canonical_url])
    if known is not None and known.text_hash == text_hash:
        state: CandidateState = "unchanged" if known.url == page.url else "duplicate"
        if known.gone_at is not None:
            archive.mark_gone(connection, known.id, None)
        return _end(connection, page, Outcome(state=state, article_id=known.id, clean=clean), now, []), None
    catch_up(connection, room, now)
    entries = frozenset(hit.entry for hit in hits)
    piece = _piece(page, outlet, clean, entries, now)
    event = room.index.read_event(piece)
    record = to_record(event) if event is not None else None
    if known is not None:
        change = find_change(connection, known, clean, load_site_memory(room, outlet.slug))
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
    return outcome, _Held(piece, article_id, story_id, placement.duplicate_of)


def _place(connection: Connection, room: Room, piece: Piece, text_hash: str) -> Placement:
    """Where a new article belongs. A text that is older than what the index holds is known by the archive."""
    placement = room.index.place(piece)
    if placement.duplicate_of is None and len(piece.body) >= LEAST_KNOWN_AGAIN:
        old = archive.find_same_text(connection, text_hash)
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


def _with_listed(clean: CleanPage, page: Page) -> CleanPage:
    """Headline and date that the feed gave, where the page itself has none; a date that was searched for counts less."""
    said = None if clean.is_date_searched and page.listed_at else clean.published_at
    return replace(
        clean,
        headline=clean.headline or page.listed_title,
        published_at=said or (page.listed_at.astimezone(UTC) if page.listed_at else None),
    )


def _end_without_article(page: Page, room: Room, clean: CleanPage, now: datetime) -> Outcome:
    state: CandidateState = "paywalled" if clean.paywalled else "no-text"
    outcome = Outcome(state=state, reason=clean.problem or "no article text on the page", clean=clean)
    with room.store.write() as connection:
        claims.hold_claim(connection, page.outlet, page.epoch)
        return _end(connection, page, outcome, now, [("clean", state, outcome.reason)])


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


def hash_text(clean: CleanPage) -> str:
    """A fingerprint of the words of headline and body, whatever case, marks and white space."""
    words = list_words(fold(f"{clean.headline}\n{clean.body}"))
    return hashlib.blake2b("\n".join(words).encode(), digest_size=16).hexdigest()
