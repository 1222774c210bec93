"""The alerts that one article makes owed, and what is written down of them. Touches the store, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from monitor.alerts import plan_alerts
from monitor.ingest.room import Room
from monitor.ingest.trace import say_owed
from monitor.model import Placement
from monitor.store import outbox, silences
from monitor.stories import Piece


def owe(
    connection: Connection,
    room: Room,
    piece: Piece,
    watched: frozenset[str],
    story_id: int,
    article_id: int,
    placement: Placement,
    *,
    is_quiet: bool,
    now: datetime,
    only_updates: bool = False,
) -> list[str]:
    """Plans and owes the alerts of one article; returns a line for each, muted ones included. `watched`: entries, and its event.

    `only_updates`: who was not told of the story is not told now either.
    """
    if not watched:
        return []
    facts = {fact.reason: fact.sentence for fact in placement.facts if fact.kind in room.config.settings.updates}
    alerts = plan_alerts(
        room.watching,
        entries=watched,
        outlet=piece.outlet,
        story_id=story_id,
        told=outbox.load_told(connection, story_id),
        silences=silences.load_silences(connection, now),
        is_copy=placement.duplicate_of is not None,
        is_quiet=is_quiet,
        new=tuple(facts),
        now=now,
    )
    lines = []
    for alert in alerts:
        if only_updates and alert.kind != "update":
            continue
        text = facts.get(alert.reason, "") if alert.kind == "update" else ""
        outbox.owe_alert(connection, alert, story_id=story_id, article_id=article_id, now=now, text=text)
        lines.append(say_owed(alert))
    return lines
