"""Stories and digests as renderers and the page show them. Touches the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import EVENT_PREFIX, Config, DigestPlan, DigestView, Mention, OutletHealth, StoryView
from monitor.store import happenings, schema
from monitor.store.archive import in_own_zone

EXCERPT = 300  # characters: quoting law and DESIGN agree on short
MENTIONS = 12  # of one story
DIGEST_STORIES = 200
# An article counts as seen when its page was fetched; its transaction may end a little after a window did. What the last window could not
# see yet belongs to the next one. A guess: longer than any transaction waits.
LATE = timedelta(minutes=5)

Find = Callable[[frozenset[str]], list[str]]  # entries → slugs of the watchlists that they belong to


def find_stories(
    connection: Connection, *, since: datetime, limit: int, only_hits: bool = False, until: datetime | None = None
) -> list[int]:
    """Ids of stories updated since then, newest first."""
    s, a, h = schema.story.c, schema.article.c, schema.hit.c
    select = (
        sa.select(s.id).where(s.updated_at >= since, s.merged_into.is_(None)).order_by(s.updated_at.desc(), s.id.desc())
    )
    if until is not None:
        select = select.where(s.first_seen_at <= until)
    if only_hits:
        hit = (
            sa.select(a.story_id)
            .join(schema.hit, h.article_id == a.id)
            .where(h.suppressed.is_(False), a.seen_at >= since - timedelta(days=3))
        )
        select = select.where(s.id.in_(hit))
    return list(connection.execute(select.limit(limit)).scalars())


def load_story_articles(connection: Connection, story_id: int) -> list[Any]:
    """The articles of a story in order of arrival: rows of the article table."""
    a = schema.article.c
    return list(connection.execute(sa.select(schema.article).where(a.story_id == story_id).order_by(a.seen_at, a.id)))


def load_story_views(
    connection: Connection,
    ids: Sequence[int],
    config: Config,
    *,
    find: Find | None = None,
    told: frozenset[int] = frozenset(),
    article_id: int | None = None,
) -> list[StoryView]:
    """Stories in the order of their ids given; unknown ids are left out. `article_id`: the article to lead with."""
    if not ids:
        return []
    a, h = schema.article.c, schema.hit.c
    stories = {row.id: row for row in connection.execute(sa.select(schema.story).where(schema.story.c.id.in_(ids)))}
    articles: dict[int, list[Any]] = {}
    for row in connection.execute(
        sa.select(schema.article, schema.body.c.body)
        .join(schema.body, schema.body.c.article_id == a.id)
        .where(a.story_id.in_(ids))
        .order_by(a.seen_at, a.id)
    ):
        articles.setdefault(row.story_id, []).append(row)
    hits: dict[int, list[Any]] = {}
    for row in connection.execute(
        sa.select(schema.hit, a.story_id)
        .join(schema.article, a.id == h.article_id)
        .where(a.story_id.in_(ids), h.suppressed.is_(False))
        .order_by(h.article_id, h.id)
    ):
        hits.setdefault(row.story_id, []).append(row)
    return [
        _view(stories[id], articles[id], hits.get(id, []), config, find, id in told, article_id)
        for id in ids
        if id in stories and id in articles
    ]


def _view(
    story: Any,
    articles: list[Any],
    hits: list[Any],
    config: Config,
    find: Find | None,
    is_update: bool,
    article_id: int | None,
) -> StoryView:
    outlets = {outlet.slug: outlet for outlet in config.outlets}
    lead = next((row for row in articles if row.id == (article_id or story.lead_article_id)), articles[0])
    outlet = outlets.get(lead.outlet)
    own = [hit for hit in hits if hit.article_id == lead.id] + [hit for hit in hits if hit.article_id != lead.id]
    entries = frozenset(hit.entry for hit in hits) | frozenset(
        f"{EVENT_PREFIX}{row.event_kind}" for row in articles if row.event_kind
    )
    others = [row for row in articles if row.id != lead.id]
    families = {
        (outlets[row.outlet].family or row.outlet) if row.outlet in outlets else row.outlet
        for row in articles
        if row.duplicate_of is None
    }
    names = {watchlist.slug: watchlist.name for watchlist in config.watchlists}
    return StoryView(
        story_id=story.id,
        headline=lead.headline,
        language=lead.language,
        outlet=outlet.name if outlet else lead.outlet,
        outlet_slug=lead.outlet,
        country=outlet.country if outlet else "XX",
        orientation=outlet.orientation if outlet else "independent",
        url=lead.link or lead.url,
        published_at=in_own_zone(lead.published_at, lead.published_offset_s),
        first_seen_at=story.first_seen_at,
        updated_at=story.updated_at,
        excerpt=make_excerpt(lead.standfirst or lead.body),
        mentions=_mentions(own, config),
        watchlists=tuple(names.get(slug, slug) for slug in (find(entries) if find else ())),
        also_in=tuple(
            (outlets[row.outlet].name if row.outlet in outlets else row.outlet, row.link or row.url) for row in others
        ),
        voices=max(1, len(families)),
        new=tuple(lead.new or ()),
        is_update=is_update,
        event=happenings.say_story_event(articles),
    )


def _mentions(hits: list[Any], config: Config) -> tuple[Mention, ...]:
    """Each entry once, people first, with the first sentence that named it."""
    names: dict[str, tuple[str, str]] = {person.slug: (person.name, "person") for person in config.people}
    names |= {topic.slug: (topic.name, "topic") for topic in config.topics}
    found: dict[str, Mention] = {}
    for hit in hits:
        if hit.entry not in found:
            name, kind = names.get(hit.entry, (hit.entry, hit.kind))
            found[hit.entry] = Mention(
                entry=hit.entry,
                name=name,
                kind="person" if kind == "person" else "topic",
                sentence=hit.sentence,
                text=hit.text,
                hit_id=hit.id,
            )
    ordered = sorted(found.values(), key=lambda mention: mention.kind)
    return tuple(ordered[:MENTIONS])


def make_excerpt(text: str, longest: int = EXCERPT) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > longest // 2 else cut) + "…"


def load_digest_view(
    connection: Connection,
    plan: DigestPlan,
    config: Config,
    *,
    start: datetime,
    end: datetime,
    find: Find,
    health: Sequence[OutletHealth],
) -> DigestView:
    """A digest of the stories whose articles, first seen in (start, end], belong to one of its watchlists."""
    mine = {watchlist.slug for watchlist in config.watchlists if plan.slug in watchlist.digests}
    told = _load_told(connection, plan.slug, end)
    late = _entries_by_story(connection, start - LATE, start)
    by_story = {id: entries for id, entries in late.items() if id not in told}
    by_story |= _entries_by_story(connection, start, end)
    chosen = [id for id, entries in by_story.items() if mine & set(find(entries))]
    views = load_story_views(connection, chosen, config, find=find, told=told)
    views.sort(key=lambda view: (-view.voices, view.is_update, -view.updated_at.timestamp()))
    more = len(views[DIGEST_STORIES:])
    views = views[:DIGEST_STORIES]
    return DigestView(
        slug=plan.slug,
        name=plan.name,
        window_start=start,
        window_end=end,
        zone=plan.zone,
        stories=tuple(views),
        people=_groups(views, [(p.slug, p.name) for p in config.people], _watched(config, mine)),
        topics=_groups(views, [(t.slug, t.name) for t in config.topics], _watched(config, mine)),
        corrections=_corrections(connection, start, end, {view.story_id for view in views}),
        health=tuple(health),
        week=_week(connection, end, find, config, mine),
        more=more,
        one_sided=tuple(happenings.list_one_sided(connection, start, end, config)),
    )


def _load_told(connection: Connection, digest: str, end: datetime) -> frozenset[int]:
    """Stories that stood in an earlier window of this digest."""
    t, w = schema.told.c, schema.digest_window.c
    select = sa.select(t.story_id).join(schema.digest_window, w.id == t.window_id)
    return frozenset(connection.execute(select.where(w.digest == digest, w.window_end < end)).scalars())


def _entries_by_story(connection: Connection, start: datetime, end: datetime) -> dict[int, frozenset[str]]:
    """Story → entries that its articles of the window hit, and their events; an article counts by its own, baselines do not."""
    a, h = schema.article.c, schema.hit.c
    rows = connection.execute(
        sa.select(a.story_id, h.entry)
        .join(schema.hit, h.article_id == a.id)
        .where(a.seen_at > start, a.seen_at <= end, a.is_baseline.is_(False), h.suppressed.is_(False))
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for story_id, entry in rows:
        found.setdefault(story_id, set()).add(entry)
    events = connection.execute(
        sa.select(a.story_id, a.event_kind)
        .where(a.seen_at > start, a.seen_at <= end, a.is_baseline.is_(False), a.event_kind != "")
        .distinct()
    )
    for story_id, event in events:
        found.setdefault(story_id, set()).add(f"{EVENT_PREFIX}{event}")
    return {story_id: frozenset(entries) for story_id, entries in found.items()}


def _watched(config: Config, mine: set[str]) -> str:
    return " ".join(watchlist.match for watchlist in config.watchlists if watchlist.slug in mine)


def _groups(
    views: Sequence[StoryView], entries: Sequence[tuple[str, str]], watched: str
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """(name, story ids) for every entry that the digest's watchlists name, empty ones included; the fullest first."""
    words = set(watched.replace("(", " ").replace(")", " ").split())
    groups = [
        (name, tuple(view.story_id for view in views if any(mention.entry == slug for mention in view.mentions)))
        for slug, name in entries
        if slug in words
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group[1]), group[0])))


def _corrections(connection: Connection, start: datetime, end: datetime, stories: set[int]) -> tuple[str, ...]:
    """Articles of these stories that were changed after they were first seen, within the window."""
    a, v = schema.article.c, schema.version.c
    rows = connection.execute(
        sa.select(a.headline, v.headline.label("before"), a.outlet)
        .join(schema.version, v.article_id == a.id)
        .where(v.seen_at > start, v.seen_at <= end, a.story_id.in_(stories))
        .order_by(v.id)
    )
    return tuple(
        f"{row.outlet}: “{row.before}” is now “{row.headline}”"
        if row.before != row.headline
        else f"{row.outlet}: the text of “{row.headline}” changed"
        for row in rows
    )


def _week(
    connection: Connection, end: datetime, find: Find, config: Config, mine: set[str]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Stories per watchlist and day of the last seven, oldest day first."""
    names = {watchlist.slug: watchlist.name for watchlist in config.watchlists if watchlist.slug in mine}
    counts = {slug: [0] * 7 for slug in names}
    for back in range(7):
        day_end = end - timedelta(days=back)
        for entries in _entries_by_story(connection, day_end - timedelta(days=1), day_end).values():
            for slug in set(find(entries)) & names.keys():
                counts[slug][6 - back] += 1
    return tuple((names[slug], tuple(days)) for slug, days in counts.items())
