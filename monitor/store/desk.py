"""Stories as the page filters them, and what came in since it was opened. Touches the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import EVENT_PREFIX
from monitor.store import schema
from monitor.store.edits import with_merged

BLOCK = 200  # stories looked at at a time when a watchlist must be evaluated
MOST_LOOKED_AT = 20_000  # stories: what one page may cost; a guess

Holds = Callable[[frozenset[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """What a reader wants to see. Empty fields ask for nothing; `outlets` None = all."""

    since: datetime
    outlets: tuple[str, ...] | None = None
    language: str = ""
    entry: str = ""
    event: str = ""  # of one of its articles
    only_hits: bool = True
    holds: Holds | None = None  # of a watchlist, evaluated on the hits of one article


def filter_stories(connection: Connection, wanted: StoryFilter, *, skip: int = 0, limit: int = 40) -> list[int]:
    """Ids of the stories that pass, last updated first, after `skip` of them."""
    select = _select(wanted)
    if wanted.holds is None:
        return list(connection.execute(select.offset(skip).limit(limit)).scalars())
    found: list[int] = []
    for start in range(0, MOST_LOOKED_AT, BLOCK):
        ids = list(connection.execute(select.offset(start).limit(BLOCK)).scalars())
        entries = load_entry_sets(connection, ids)
        found += [id for id in ids if any(wanted.holds(names) for names in entries.get(id, ()))]
        if len(ids) < BLOCK or len(found) >= skip + limit:
            break
    return found[skip : skip + limit]


def load_entry_sets(connection: Connection, ids: Sequence[int]) -> dict[int, list[frozenset[str]]]:
    """Story → the entries of each of its articles, with its event; suppressed hits do not count."""
    a, h = schema.article.c, schema.hit.c
    events = connection.execute(
        sa.select(a.story_id, a.id, a.event_kind).where(a.story_id.in_(ids), a.event_kind != "")
    )
    rows = connection.execute(
        sa.select(a.story_id, a.id, h.entry)
        .join(schema.hit, h.article_id == a.id)
        .where(a.story_id.in_(ids), h.suppressed.is_(False))
        .distinct()
    )
    by_article: dict[tuple[int, int], set[str]] = {
        (story_id, article_id): {f"{EVENT_PREFIX}{event}"} for story_id, article_id, event in events
    }
    for story_id, article_id, entry in rows:
        by_article.setdefault((story_id, article_id), set()).add(entry)
    found: dict[int, list[frozenset[str]]] = {}
    for (story_id, _), names in by_article.items():
        found.setdefault(story_id, []).append(frozenset(names))
    return found


def find_newest_hit(connection: Connection) -> int:
    """The id of the newest hit: where `count_new_stories` goes on."""
    return connection.execute(sa.select(sa.func.max(schema.hit.c.id))).scalar() or 0


def count_new_stories(connection: Connection, after_hit: int) -> int:
    """How many stories have a hit that was stored after this one."""
    a, h = schema.article.c, schema.hit.c
    return connection.execute(
        sa.select(sa.func.count(sa.distinct(a.story_id)))
        .select_from(schema.hit)
        .join(schema.article, a.id == h.article_id)
        .where(h.id > after_hit, h.suppressed.is_(False), a.is_baseline.is_(False))
    ).scalar_one()


def load_delivery_states(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str, datetime]]]:
    """Story → (channel, state, moment) of its alerts' first parts, oldest first; the moment is when it was sent or is due."""
    m = schema.message.c
    rows = connection.execute(
        sa.select(m.story_id, m.channel, m.state, sa.func.coalesce(m.sent_at, m.next_at, m.owed_at).label("at"))
        .where(m.story_id.in_(ids), m.part == 1)
        .order_by(m.id)
    )
    found: dict[int, list[tuple[str, str, datetime]]] = {}
    for row in rows:
        found.setdefault(row.story_id, []).append((row.channel, row.state, row.at))
    return found


def load_news(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[datetime, list[str]]]:
    """Story → when it last rang, and the new sentences of the articles that came since; only stories that have some."""
    a, m = schema.article.c, schema.alert.c
    rang: dict[int, datetime] = {
        story_id: at
        for story_id, at in connection.execute(
            sa.select(m.story_id, sa.func.max(m.owed_at)).where(m.story_id.in_(ids)).group_by(m.story_id)
        )
        if at is not None
    }
    rows = connection.execute(
        sa.select(a.story_id, a.seen_at, a.new)
        .where(a.story_id.in_(list(rang)), a.duplicate_of.is_(None), a.new.is_not(None))
        .order_by(a.seen_at.desc(), a.id.desc())
    )
    found: dict[int, tuple[datetime, list[str]]] = {}
    for row in rows:
        if row.new and row.seen_at > rang[row.story_id]:
            found.setdefault(row.story_id, (rang[row.story_id], []))[1].extend(row.new)
    return found


def load_verdicts(connection: Connection, hits: Sequence[int]) -> dict[int, str]:
    """Hit → the newest verdict on it."""
    v = schema.verdict.c
    rows = connection.execute(sa.select(v.hit_id, v.verdict).where(v.hit_id.in_(hits)).order_by(v.id))
    return {row.hit_id: row.verdict for row in rows}


def load_alert_moments(connection: Connection, story_id: int) -> list[tuple[datetime, str, str, str]]:
    """(owed at, watchlist, kind, state) of every alert of a story, oldest first."""
    a = schema.alert.c
    rows = connection.execute(
        sa.select(a.owed_at, a.watchlist, a.kind, a.state).where(with_merged(a.story_id, story_id)).order_by(a.id)
    )
    return [(row.owed_at, row.watchlist, row.kind, row.state) for row in rows]


def _select(wanted: StoryFilter) -> sa.Select[int]:
    s, a, h = schema.story.c, schema.article.c, schema.hit.c
    select = (
        sa.select(s.id)
        .where(s.updated_at >= wanted.since, s.merged_into.is_(None))
        .order_by(s.updated_at.desc(), s.id.desc())
    )
    article = sa.select(sa.literal(1)).select_from(schema.article).where(a.story_id == s.id)
    if wanted.outlets is not None:
        select = select.where(article.where(a.outlet.in_(wanted.outlets)).exists())
    if wanted.language:
        select = select.where(article.where(a.language.like(f"{wanted.language}%")).exists())
    if wanted.event:
        select = select.where(article.where(a.event_kind == wanted.event).exists())
    if wanted.entry:  # few articles: found once, not sought for anew under each story
        named = (
            sa.select(a.story_id)
            .join(schema.hit, h.article_id == a.id)
            .where(h.entry == wanted.entry, h.suppressed.is_(False))
        )
        select = select.where(s.id.in_(named))
    elif wanted.holds is not None:
        hit = sa.select(sa.literal(1)).where(h.article_id == a.id, h.suppressed.is_(False)).exists()
        select = select.where(article.where(sa.or_(a.event_kind != "", hit)).exists())
    elif wanted.only_hits:
        select = select.where(article.join(schema.hit, h.article_id == a.id).where(h.suppressed.is_(False)).exists())
    return select
