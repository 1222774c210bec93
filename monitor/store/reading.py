"""One article as a reader judges it: its text, hits with their verdicts, copies, versions, trace. Touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.model import CleanPage
from monitor.store import schema
from monitor.store.archive import load_clean_page
from monitor.store.blobs import unpack

OLD_VERSIONS = 10  # shown of one article


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit as stored, with the newest verdict on it ("" = none)."""

    id: int
    entry: str
    kind: str
    rule: str
    field: str  # headline body removed
    start: int
    end: int
    text: str
    sentence: str
    is_suppressed: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A copy of an article, or what it is a copy of."""

    id: int
    outlet: str
    headline: str
    language: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVersion:
    """How an article read until `until`."""

    until: datetime
    headline: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the page shows of one article."""

    id: int
    url: str  # the key: what `why` is asked about
    outlet: str
    story_id: int | None
    seen_at: datetime
    is_baseline: bool
    duplicate_of: int | None
    page: CleanPage
    hits: tuple[ShownHit, ...]
    relatives: tuple[Relative, ...]
    versions: tuple[OldVersion, ...]  # newest first


def load_reading(connection: Connection, article_id: int) -> Reading | None:
    """One archived article; None when there is none of this id."""
    row = connection.execute(sa.select(schema.article).where(schema.article.c.id == article_id)).one_or_none()
    page = load_clean_page(connection, article_id) if row is not None else None
    if row is None or page is None:
        return None
    return Reading(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        story_id=row.story_id,
        seen_at=row.seen_at,
        is_baseline=row.is_baseline,
        duplicate_of=row.duplicate_of,
        page=page,
        hits=load_hits(connection, article_id),
        relatives=_load_relatives(connection, row),
        versions=_load_versions(connection, article_id),
    )


def load_hits(connection: Connection, article_id: int) -> tuple[ShownHit, ...]:
    """The hits of an article in the order of its text, suppressed ones last."""
    h, v = schema.hit.c, schema.verdict.c
    verdicts: dict[int, str] = {
        hit_id: verdict
        for hit_id, verdict in connection.execute(
            sa.select(v.hit_id, v.verdict)
            .join(schema.hit, h.id == v.hit_id)
            .where(h.article_id == article_id)
            .order_by(v.id)
        )
    }
    rows = connection.execute(
        sa.select(schema.hit).where(h.article_id == article_id).order_by(h.suppressed, h.field.desc(), h.start, h.id)
    )
    return tuple(
        ShownHit(
            id=row.id,
            entry=row.entry,
            kind=row.kind,
            rule=row.rule,
            field=row.field,
            start=row.start,
            end=row.end,
            text=row.text,
            sentence=row.sentence,
            is_suppressed=row.suppressed,
            verdict=verdicts.get(row.id, ""),
        )
        for row in rows
    )


def find_article_of_hit(connection: Connection, hit_id: int) -> int | None:
    """The article that a hit stands in."""
    h = schema.hit.c
    return connection.execute(sa.select(h.article_id).where(h.id == hit_id)).scalar()


def _load_relatives(connection: Connection, row: Any) -> tuple[Relative, ...]:
    a = schema.article.c
    root = row.duplicate_of or row.id
    rows = connection.execute(
        sa.select(a.id, a.outlet, a.headline, a.language, a.seen_at)
        .where(a.story_id == row.story_id, sa.or_(a.id == root, a.duplicate_of == root), a.id != row.id)
        .order_by(a.seen_at, a.id)
        .limit(50)
    )
    return tuple(Relative(**found._mapping) for found in rows)


def _load_versions(connection: Connection, article_id: int) -> tuple[OldVersion, ...]:
    v = schema.version.c
    rows = connection.execute(
        sa.select(v.seen_at, v.headline, v.body)
        .where(v.article_id == article_id)
        .order_by(v.id.desc())
        .limit(OLD_VERSIONS)
    )
    return tuple(OldVersion(until=row.seen_at, headline=row.headline, body=unpack(row.body)) for row in rows)
