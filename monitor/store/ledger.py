"""The ledger of candidates: each URL that a source gave, its state, its trace. Touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import schema
from monitor.store.bulk import is_among
from monitor.store.database import Store
from monitor.store.later import find_ahead, write_later
from monitor.store.learned import upsert

FINAL = (
    "matched", "no-match", "baseline", "duplicate", "changed", "unchanged", "too-old", "out-of-scope",
    "disallowed", "blocked", "failed", "no-text", "paywalled",
)  # fmt: skip
MOST_ATTEMPTS = 6  # of a page that failed; a guess: with the pauses below more than two days
RETRY_S = (600, 3600, 6 * 3600, 24 * 3600, 24 * 3600)  # pauses between them
READ = (
    "matched",
    "no-match",
    "changed",
    "unchanged",
)  # of a page that became an article; one that is due is looked at again
MOST_RECHECKS = 7
CRASHED = "the crawler died each time it was fetched"
Step = tuple[str, str, str]  # step, outcome, detail


def take_candidates(connection: Connection, outlet: str, *, now: datetime, limit: int, lease_s: float) -> list[Any]:
    """Claims what is due of an outlet, newest first: rows of the candidate table, now `fetching`.

    A page that is looked at again keeps its state.
    """
    c = schema.candidate.c
    due = (
        sa.select(c.id)
        .where(c.outlet == outlet, _is_due(now))
        .order_by(c.is_baseline, sa.func.coalesce(c.listed_at, c.found_at).desc(), c.id)
        .limit(limit)
    )
    ids = connection.execute(due).scalars().all()
    if not ids:
        return []
    taken = sa.update(schema.candidate).where(c.id.in_(ids)).values(next_at=now + timedelta(seconds=lease_s))
    connection.execute(taken.where(c.state.in_(READ)).values(rechecks=c.rechecks + 1))
    fresh = taken.where(c.state.not_in(READ))
    connection.execute(fresh.values(state="fetching", state_at=now, attempts=c.attempts + 1))
    rows = {row.id: row for row in connection.execute(sa.select(schema.candidate).where(c.id.in_(ids)))}
    return [rows[id] for id in ids]


def find_due(connection: Connection, outlets: Sequence[str], now: datetime) -> set[str]:
    """The outlets that have anything for `take_candidates`."""
    c = schema.candidate.c
    select = sa.select(c.outlet).where(c.outlet.in_(outlets), _is_due(now)).distinct()
    return set(connection.execute(select).scalars())


def release_candidates(connection: Connection, now: datetime, outlets: Sequence[str] | None = None) -> None:
    """After a crash: what was being fetched (of these outlets) is due at once; what was there at every crash is given up."""
    c = schema.candidate.c
    fetching = sa.and_(c.state == "fetching", sa.true() if outlets is None else c.outlet.in_(outlets))
    ended = (
        sa.update(schema.candidate)
        .where(fetching, c.attempts >= MOST_ATTEMPTS)
        .values(state="failed", reason=CRASHED, state_at=now, next_at=None)
        .returning(c.id)
    )
    for id in connection.execute(ended).scalars().all():
        add_steps(connection, id, now, [("state", "failed", CRASHED)])
    connection.execute(sa.update(schema.candidate).where(fetching).values(next_at=None))


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    c = schema.candidate.c
    is_tried_again = sa.and_(c.attempts < MOST_ATTEMPTS, c.next_at.is_not(None))
    is_wanted = sa.and_(
        c.state.in_(["found", "fetching", "failed"]),
        sa.or_(c.next_at.is_(None), c.next_at <= now),
        sa.or_(c.state != "failed", is_tried_again),
    )
    return sa.or_(is_wanted, sa.and_(c.next_at <= now, c.state.in_(READ), c.rechecks < MOST_RECHECKS))


def _end_by_id() -> sa.Update:
    values = {"state": "_state", "reason": "_reason", "state_at": "_at", "article_id": "_article", "next_at": "_next"}
    update = sa.update(schema.candidate).where(schema.candidate.c.id == sa.bindparam("_id"))
    return update.values({name: sa.bindparam(key) for name, key in values.items()})


# Made once: they run for every page.
FIND_CANDIDATE = sa.select(schema.candidate.c.id, schema.candidate.c.attempts, schema.candidate.c.article_id).where(
    schema.candidate.c.url == sa.bindparam("_url")
)
END_CANDIDATE, ADD_STEP = _end_by_id(), sa.insert(schema.step)


def read_ahead(connection: Connection, urls: Sequence[str]) -> None:
    """Looks for the candidates of all of these URLs at once, for what this transaction does with each."""
    c = schema.candidate.c
    ahead = find_ahead(connection, "candidate")
    ahead.update(dict.fromkeys(urls))
    select = sa.select(c.id, c.attempts, c.article_id, c.url).where(is_among(connection, c.url, urls))
    ahead.update({row.url: row for row in connection.execute(select)})


def _find_candidate(connection: Connection, url: str) -> Any:
    ahead = find_ahead(connection, "candidate")
    return ahead[url] if url in ahead else connection.execute(FIND_CANDIDATE, {"_url": url}).first()


def finish_candidate(
    connection: Connection,
    url: str,
    *,
    state: str,
    reason: str,
    now: datetime,
    article_id: int | None = None,
    steps: Iterable[Step] = (),
    again: bool = False,
) -> None:
    """The final state of a candidate, with its trace. `again`: a failure that may pass is tried later."""
    row = _find_candidate(connection, url)
    if row is None:
        return
    pause = RETRY_S[min(row.attempts, len(RETRY_S)) - 1] if again and 0 < row.attempts < MOST_ATTEMPTS else None
    next_at = now + timedelta(seconds=pause) if pause else None
    end = {
        "_id": row.id,
        "_state": state,
        "_reason": reason,
        "_at": now,
        "_article": article_id or row.article_id,
        "_next": next_at,
    }
    write_later(connection, END_CANDIDATE, [end])
    add_steps(connection, row.id, now, [*steps, ("state", state, reason)])


def postpone_candidate(connection: Connection, url: str, *, reason: str, until: datetime, now: datetime) -> None:
    """Not asked after all: `found` again, due at `until`, without a counted attempt."""
    c = schema.candidate.c
    again = sa.update(schema.candidate).where(c.url == url, c.state.in_(READ), c.rechecks > 0)
    connection.execute(again.values(next_at=until, rechecks=c.rechecks - 1))
    connection.execute(
        sa.update(schema.candidate)
        .where(c.url == url, c.state == "fetching")
        .values(state="found", reason=reason, state_at=now, next_at=until, attempts=c.attempts - 1)
    )


def add_steps(connection: Connection, candidate_id: int, now: datetime, steps: Sequence[Step]) -> None:
    """Adds lines to the trace of a candidate."""
    add_step_rows(connection, [(candidate_id, now, *step) for step in steps])


def note_steps(connection: Connection, url: str, now: datetime, steps: Sequence[Step]) -> None:
    """The same for the candidate of a URL; of an unknown one, nothing."""
    row = _find_candidate(connection, url)
    if row is not None and steps:
        add_steps(connection, row.id, now, steps)


def add_step_rows(connection: Connection, rows: Sequence[tuple[int, datetime, str, str, str]]) -> None:
    """Adds lines to the traces of several candidates: candidate id, time, step, outcome, detail."""
    names = ("candidate_id", "at", "step", "outcome", "detail")
    write_later(connection, ADD_STEP, [dict(zip(names, row, strict=True)) for row in rows])


def count_states(store: Store, since: datetime, outlet: str | None = None) -> dict[str, int]:
    """How many candidates came into each state since then."""
    c = schema.candidate.c
    select = sa.select(c.state, sa.func.count()).where(c.state_at >= since).group_by(c.state)
    if outlet is not None:
        select = select.where(c.outlet == outlet)
    with store.read() as connection:
        return {state: count for state, count in connection.execute(select)}


def load_trace(store: Store, url: str) -> dict[str, Any] | None:
    """The whole story of one URL: `url`, `state`, `article_id` and `steps` in order, deliveries included; None when unknown."""
    c, s = schema.candidate.c, schema.step.c
    with store.read() as connection:
        select = sa.select(schema.candidate)
        row = connection.execute(select.where(c.url == url)).first()
        if row is None:  # no index: every candidate is looked at
            row = connection.execute(select.where(c.address == url)).first()
        if row is None:
            return None
        steps = [
            dict(found._mapping)
            for found in connection.execute(
                sa.select(s.at, s.step, s.outcome, s.detail).where(s.candidate_id == row.id).order_by(s.at, s.id)
            )
        ]
        steps += _delivery_steps(connection, row.article_id)
    return {"url": row.address or row.url, "state": row.state, "article_id": row.article_id, "steps": steps}


def _delivery_steps(connection: Connection, article_id: int | None) -> list[dict[str, Any]]:
    if article_id is None:
        return []
    a, m, t = schema.alert.c, schema.message.c, schema.attempt.c
    rows = connection.execute(
        sa.select(t.at, t.outcome, t.detail, m.channel)
        .join(schema.message, m.id == t.message_id)
        .join(schema.alert, a.id == m.alert_id)
        .where(a.article_id == article_id)
        .order_by(t.at, t.id)
    )
    return [
        {"at": r.at, "step": "delivery", "outcome": r.outcome, "detail": f"{r.channel} {r.detail}".strip()}
        for r in rows
    ]


def beat(
    store: Store,
    kind: str,
    pid: int,
    now: datetime,
    *,
    polls: int = 0,
    pages: int = 0,
    rss_mb: int = 0,
    name: str = "",
) -> None:
    """A process says that it is alive. `name`: where one machine's process ids are not enough."""
    values = {"pid": pid, "at": now, "polls": polls, "pages": pages, "rss_mb": rss_mb, "kind": kind}
    with store.write() as connection:
        insert = upsert(connection, schema.worker).values(name=name or f"{kind}-{pid}", started_at=now, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
        connection.execute(sa.delete(schema.worker).where(schema.worker.c.at < now - timedelta(days=1)))


def find_process(store: Store, kind: str) -> int | None:
    """The process id of the newest process of a kind."""
    w = schema.worker.c
    with store.read() as connection:
        return connection.execute(sa.select(w.pid).where(w.kind == kind).order_by(w.at.desc()).limit(1)).scalar()


def find_heartbeat(store: Store, kind: str) -> datetime | None:
    """When a process of a kind was last alive."""
    w = schema.worker.c
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.max(w.at)).where(w.kind == kind)).scalar()


def summarise_polls(store: Store, since: datetime, slugs: Iterable[str]) -> tuple[int, dict[str, str]]:
    """How many of these outlets were polled well since then, and why the others were not."""
    o = schema.outlet.c
    with store.read() as connection:
        rows = {row.slug: row for row in connection.execute(sa.select(o.slug, o.last_success_at, o.why))}
    good, failures = 0, {}
    for slug in slugs:
        row = rows.get(slug)
        if row is not None and row.last_success_at is not None and row.last_success_at >= since:
            good += 1
        else:
            failures[slug] = (row.why if row is not None else "") or "not polled"
    return good, failures
