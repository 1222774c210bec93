"""Work over the archive again, cut into parts: planned once, each part done once, whoever does it. Touches the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.database import Store

PART = {"texts": 200, "stories": 2000}  # articles of one part: seconds of work, and one transaction
ORDER = ("texts", "stories")  # stories are made of what the texts gave


def begin_rerun(store: Store, what: Sequence[str], since: datetime | None, config: str, now: datetime) -> int:
    """Plans the parts; one that was begun with the same words and configuration, and did not end, is gone on with. Returns its id."""
    r = schema.rerun.c
    words = ",".join(what)
    with store.write(alone=True) as connection:
        known = connection.execute(
            sa.select(r.id)
            .where(r.state == "going", r.what == words, r.config == config)
            .order_by(r.id.desc())
            .limit(1)
        ).scalar()
        if known is not None:
            return int(known)
        values = {"what": words, "since": since, "config": config, "began_at": now}
        rerun = int(connection.execute(sa.insert(schema.rerun).values(values).returning(r.id)).scalar_one())
        steps = [
            step
            for step in ORDER
            if (step == "stories" and "stories" in what) or (step == "texts" and {"clean", "match"} & set(what))
        ]
        for step in steps:
            _cut(connection, rerun, step, since)
        return rerun


def _cut(connection: Connection, rerun: int, step: str, since: datetime | None) -> None:
    a = schema.article.c
    select = sa.select(a.id).order_by(a.id)
    if since is not None:
        select = select.where(a.seen_at >= since)
    ids = list(connection.execute(select).scalars())
    parts = [ids[start : start + PART[step]] for start in range(0, len(ids), PART[step])]
    rows = [{"rerun_id": rerun, "step": step, "first_id": part[0], "last_id": part[-1]} for part in parts]
    if rows:
        connection.execute(sa.insert(schema.rerun_part), rows)


def count_parts(connection: Connection, rerun: int) -> int:
    """How many parts it has."""
    p = schema.rerun_part.c
    count = sa.select(sa.func.count()).select_from(schema.rerun_part).where(p.rerun_id == rerun)
    return int(connection.execute(count).scalar_one())


def load_rerun(connection: Connection, rerun: int) -> Any:
    """The row of one rerun."""
    return connection.execute(sa.select(schema.rerun).where(schema.rerun.c.id == rerun)).one()


def find_ready(connection: Connection) -> list[tuple[int, str, int]]:
    """(rerun, step, first article) of parts that can be done now: texts in any order, then stories one after the other."""
    p, r = schema.rerun_part.c, schema.rerun.c
    select = sa.select(p.rerun_id, p.step, p.first_id).join(schema.rerun, r.id == p.rerun_id)
    rows = connection.execute(
        select.where(p.state == "owed", r.state == "going").order_by(p.rerun_id, p.first_id)
    ).all()
    texts = [row for row in rows if row.step == "texts"]
    waiting = {row.rerun_id for row in texts}
    stories: dict[int, Any] = {}
    for row in rows:
        if row.step == "stories" and row.rerun_id not in waiting:
            stories.setdefault(row.rerun_id, row)
    return [(row.rerun_id, row.step, row.first_id) for row in [*texts, *stories.values()]]


def load_part(connection: Connection, rerun: int, step: str, first: int) -> Any | None:
    """A part that is owed; None when it is done."""
    p = schema.rerun_part.c
    mine = (p.rerun_id == rerun, p.step == step, p.first_id == first)
    return connection.execute(sa.select(schema.rerun_part).where(*mine, p.state == "owed")).first()


def finish_part(connection: Connection, part: Any, changed: Mapping[str, int], now: datetime) -> bool:
    """Inside the transaction that changes the archive. False when another one did it: then nothing may be written."""
    p = schema.rerun_part.c
    mine = (p.rerun_id == part.rerun_id, p.step == part.step, p.first_id == part.first_id, p.state == "owed")
    update = sa.update(schema.rerun_part).where(*mine).values(state="done", changed=dict(changed), done_at=now)
    return connection.execute(update).rowcount == 1


def end_rerun(store: Store, rerun: int, now: datetime) -> None:
    """All its parts are done."""
    with store.write() as connection:
        connection.execute(sa.update(schema.rerun).where(schema.rerun.c.id == rerun).values(state="done", ended_at=now))


def sum_parts(store: Store, rerun: int) -> tuple[int, int, dict[str, int]]:
    """Parts done, parts in all, and what changed → how many."""
    p = schema.rerun_part.c
    total: Counter[str] = Counter()
    done = every = 0
    with store.read() as connection:
        for row in connection.execute(sa.select(p.state, p.changed).where(p.rerun_id == rerun)):
            every += 1
            done += row.state == "done"
            total.update(row.changed or {})
    return done, every, dict(total)
