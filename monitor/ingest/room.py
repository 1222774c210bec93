"""All that road 1 needs, kept between pages: the store, the compiled watches, the story index, the site memories. Touches the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from monitor.alerts import Watching
from monitor.evidence import Evidence
from monitor.ingest.memories import SiteMemories
from monitor.matching import Matcher
from monitor.matching.watch import compile_match
from monitor.model import Config, Outlet
from monitor.store import Store, edits, learned, stories
from monitor.stories import Piece, StoryIndex

CHUNK = 200  # articles read at a time
WINDOW = timedelta(hours=72)  # the story window, as in monitor.stories


@dataclass(slots=True, kw_only=True)
class Room:
    """All that the road needs: one per process, used by one thread."""

    store: Store
    config: Config
    matcher: Matcher
    watching: Watching
    index: StoryIndex
    outlets: dict[str, Outlet]
    memories: SiteMemories
    evidence: Evidence | None = None  # where pages with hits are kept as they were received
    last_article_id: int = 0
    last_edit_id: int = 0


def open_room(store: Store, config: Config) -> Room:
    """A room over a store, with the surname counts that the store has learned."""
    matcher, watching = compile_watches(store, config)
    return Room(
        store=store,
        config=config,
        matcher=matcher,
        watching=watching,
        index=StoryIndex(),
        outlets={outlet.slug: outlet for outlet in config.outlets},
        memories=SiteMemories(store),
    )


def compile_watches(store: Store, config: Config) -> tuple[Matcher, Watching]:
    """Matcher and watchlists of a configuration."""
    matcher = Matcher.compile(config.people, config.topics)
    with store.read() as connection:
        matcher.load_counts(learned.load_counts(connection))
    return matcher, Watching.compile(config.watchlists, compile_match)


def reload_room(room: Room, config: Config) -> None:
    """Swaps the configuration at once; nothing is sent for the past."""
    matcher, watching = compile_watches(room.store, config)
    room.config, room.matcher, room.watching = config, matcher, watching
    room.outlets = {outlet.slug: outlet for outlet in config.outlets}


def forget_stories(room: Room) -> None:
    """After a transaction that failed: what the index holds of it is no more; the next page reads the window from the store."""
    room.index = StoryIndex()
    room.last_article_id = room.last_edit_id = 0


def close_poll(room: Room, outlet: str, *, now: datetime) -> None:
    """Keeps what the outlet's pages taught, and joins stories that turned out to be one; called when a poll has ended."""
    room.memories.save(outlet, now)
    join_stories(room, now)


def join_stories(room: Room, now: datetime) -> int:
    """A merge pass over the stories that changed, each merge in its own transaction; returns how many."""
    joined = 0
    while (pair := room.index.find_merge()) is not None:
        with room.store.write(alone=True) as connection:
            joined += edits.merge_stories(connection, *pair, by="program", now=now)
        room.index.join(*pair)
    return joined


def catch_up(connection: Connection, room: Room, now: datetime) -> None:
    """Adds what other processes (or an earlier run) saved since, follows their edits; drops what left the window."""
    is_more = True
    while is_more:  # a chunk at a time: PostgreSQL ends a session that is silent for too long in a transaction
        found = stories.load_pieces(connection, after_id=room.last_article_id, since=now - WINDOW, limit=CHUNK)
        for stored in found:
            piece = make_piece(stored, room.outlets.get(stored.outlet))
            room.index.add(piece, stored.article_id, stored.story_id, stored.duplicate_of)
            room.last_article_id = max(room.last_article_id, stored.article_id)
        is_more = len(found) == CHUNK
    for edit in edits.load_edits(connection, after_id=room.last_edit_id, since=now - WINDOW):
        if edit.kind == "merge":
            room.index.join(edit.story_id, edit.other_id)
        else:
            room.index.part(edit.story_id, edit.other_id, edit.articles)
        room.last_edit_id = edit.id
    room.index.forget(now - WINDOW)


def catch_up_ahead(room: Room, now: datetime) -> None:
    """The same before a page is ingested: other workers must not wait for what takes long."""
    with room.store.read() as connection:
        catch_up(connection, room, now)


def make_piece(stored: stories.StoredPiece, outlet: Outlet | None) -> Piece:
    """An archived article as the story index wants it."""
    return Piece(
        outlet=stored.outlet,
        family=(outlet.family if outlet else "") or stored.outlet,
        headline=stored.headline,
        body=stored.body,
        language=stored.language,
        published_at=stored.published_at,
        seen_at=stored.seen_at,
        entries=stored.entries,
        url=stored.url,
        credits=stored.credits,
        orientation=outlet.orientation if outlet else "independent",
    )
