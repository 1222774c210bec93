"""ROAD 1: a fetched page becomes an article, its hits, its story and the alerts owed, in one transaction. Touches the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.engine import Connection

from monitor.alerts import plan_alerts
from monitor.cleaning import clean_page
from monitor.ingest.room import Room, catch_up, load_site_memory
from monitor.ingest.trace import Step, find_suppressed, say_owed, trace_article
from monitor.model import CandidateState, CleanPage, Hit, Outlet, Page, Placement
from monitor.store import archive, claims, learned, ledger, outbox, silences, stories
from monitor.stories import Piece
from monitor.text import find_words, fold

COUNTED_ALREADY = ("unchanged", "duplicate")  # states of a text whose surnames were counted before


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
    clean = clean_page(page.html, page.final_url, rules=outlet.cleaning, memory=memory, fetched_at=page.fetched_at)
    if clean.problem or not clean.body:
        return _end_without_article(page, room, clean, now)
    clean = _with_listed(clean, page)
    hits = room.matcher.find(clean.headline, clean.body, language=clean.language or None, at=clean.published_at)
    suppressed = find_suppressed(room.matcher, clean, hits)
    counts = room.matcher.count(clean.headline, clean.body, language=clean.language or None)
    with room.store.write(alone=True) as connection:
        claims.hold_claim(connection, page.outlet, page.epoch)
        outcome, held = _save(connection, page, room, outlet, clean, hits, suppressed, now)
        if outcome.state not in COUNTED_ALREADY:
            learned.add_counts(connection, counts)
    # What this process remembers follows the commit: after one that failed the page comes again, and must not be its own copy.
    if held is not None:
        room.index.add(held.piece, held.article_id, held.story_id, held.duplicate_of)
        room.last_article_id = max(room.last_article_id, held.article_id)
    if outcome.state not in COUNTED_ALREADY:
        room.matcher.add_counts(counts)
    memory.learn(page.html, page.final_url)
    return outcome


def _save(
    connection: Connection,
    page: Page,
    room: Room,
    outlet: Outlet,
    clean: CleanPage,
    hits: Sequence[Hit],
    suppressed: Sequence[Hit],
    now: datetime,
) -> tuple[Outcome, _Held | None]:
    """The one transaction: what is known, the story, the article, its hits, the alerts owed, the ledger state."""
    text_hash = hash_text(clean)
    known = archive.find_article(connection, [page.url, page.final_url, clean.canonical_url])
    if known is not None and known.text_hash == text_hash:
        state: CandidateState = "unchanged" if known.url == page.url else "duplicate"
        return _end(connection, page, Outcome(state=state, article_id=known.id, clean=clean), now, []), None
    catch_up(connection, room, now)
    entries = frozenset(hit.entry for hit in hits)
    piece = _piece(page, outlet, clean, entries, now)
    if known is not None:
        placement = Placement(story_id=known.story_id)
        archive.change_article(connection, known, clean, text_hash, now)
        article_id, story_id = known.id, known.story_id
    else:
        placement = room.index.place(piece)
        story_id = placement.story_id or stories.start_story(connection, clean, now)
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
            is_baseline=page.is_baseline,
            listed_at=page.listed_at,
            now=now,
        )
        if placement.story_id is None:
            stories.lead_story(connection, story_id, article_id)
    if placement.story_id is not None:
        stories.touch_story(connection, story_id, now)
    archive.save_hits(connection, article_id, hits, suppressed, is_new=known is None)
    state, reason = _judge(page, room, clean, hits, placement, is_change=known is not None, now=now)
    owed = _owe(connection, room, piece, story_id, article_id, state, placement, now)
    outcome = Outcome(
        state=state, reason=reason, article_id=article_id, story_id=story_id, clean=clean, alerts=len(owed)
    )
    _end(connection, page, outcome, now, trace_article(clean, hits, suppressed, placement, story_id, owed))
    return outcome, _Held(piece, article_id, story_id, placement.duplicate_of)


def _owe(
    connection: Connection,
    room: Room,
    piece: Piece,
    story_id: int,
    article_id: int,
    state: CandidateState,
    placement: Placement,
    now: datetime,
) -> list[str]:
    """Plans and owes the alerts of one article; returns a line for each, muted ones included."""
    if not piece.entries:
        return []
    facts = {fact.reason: fact.sentence for fact in placement.facts if fact.kind in room.config.settings.updates}
    alerts = plan_alerts(
        room.watching,
        entries=piece.entries,
        outlet=piece.outlet,
        story_id=story_id,
        told=outbox.load_told(connection, story_id),
        silences=silences.load_silences(connection, now),
        is_copy=placement.duplicate_of is not None,
        is_quiet=state in ("baseline", "too-old"),
        new=tuple(facts),
        now=now,
    )
    lines = []
    for alert in alerts:
        text = facts.get(alert.reason, "") if alert.kind == "update" else ""
        outbox.owe_alert(connection, alert, story_id=story_id, article_id=article_id, now=now, text=text)
        lines.append(say_owed(alert))
    return lines


def _judge(
    page: Page,
    room: Room,
    clean: CleanPage,
    hits: Sequence[Hit],
    placement: Placement,
    *,
    is_change: bool,
    now: datetime,
) -> tuple[CandidateState, str]:
    """The ledger state of an article, the first that holds."""
    published = clean.published_at
    if placement.duplicate_of is not None:
        return "duplicate", f"the same text as article {placement.duplicate_of}"
    if page.is_baseline:
        return "baseline", "published before the outlet was added"
    if published is not None and _end_of(published) < now - timedelta(seconds=room.config.settings.max_age_s):
        return "too-old", f"published {published:%Y-%m-%d}"
    if is_change:
        return "changed", "a new version of a known article"
    if hits:
        return "matched", ", ".join(sorted({hit.entry for hit in hits}))
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
    ledger.finish_candidate(
        connection,
        page.url,
        state=outcome.state,
        reason=outcome.reason,
        article_id=outcome.article_id,
        now=now,
        steps=trace,
    )
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
    folded = fold(f"{clean.headline}\n{clean.body}")
    words = (folded[start:end] for start, end in find_words(folded))
    return hashlib.blake2b("\n".join(words).encode(), digest_size=16).hexdigest()
