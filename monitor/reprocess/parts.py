"""One part of a rerun: worked out first, then written in one transaction with its mark, so that it counts once. Touches the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from monitor.ingest.room import Room, open_room
from monitor.model import Config
from monitor.reprocess.texts import Reread, read_again, write_text
from monitor.reprocess.threads import place_again, write_places
from monitor.store import Store, reruns


@dataclass(slots=True)
class Bench:
    """What a part needs, kept between parts."""

    store: Store
    config: Config
    _room: Room | None = None

    @property
    def room(self) -> Room:
        """Compiled watches of the configuration."""
        if self._room is None or self._room.config.version != self.config.version:
            self._room = open_room(self.store, self.config)
        return self._room


class DoneByAnother(Exception):
    """Somebody else finished the part meanwhile: nothing of ours is written."""


def do_part(bench: Bench, rerun: int, step: str, first: int, now: datetime) -> bool:
    """Does one part; False when it was done already, or is for another configuration. Raises: StoreError; then nothing of it was written."""
    with bench.store.read() as connection:
        part = reruns.load_part(connection, rerun, step, first)
        row = reruns.load_rerun(connection, rerun)
    if part is None or row.config != bench.config.version:
        return False
    what = frozenset(row.what.split(","))
    try:
        if step == "texts":
            texts = list(read_again(bench.room, part.first_id, part.last_id, what))
            with bench.store.write() as connection:
                _finish(connection, part, _count(texts), now)
                for text in texts:
                    write_text(connection, text, now)
        else:
            with bench.store.read() as connection:
                places = place_again(connection, bench.room, part.first_id, part.last_id)
            with bench.store.write(alone=True) as connection:
                changed = write_places(connection, places)
                _finish(connection, part, changed, now)
    except DoneByAnother:
        return False
    return True


def do_ready(bench: Bench, rerun: int, now: datetime) -> bool:
    """Does the next part of a rerun; False when there is none that can be done now."""
    with bench.store.read() as connection:
        ready = [one for one in reruns.find_ready(connection) if one[0] == rerun]
    if not ready:
        return False
    do_part(bench, *ready[0], now)
    return True


def _finish(connection: Connection, part: object, changed: Counter[str], now: datetime) -> None:
    if not reruns.finish_part(connection, part, changed, now):
        raise DoneByAnother


def _count(texts: list[Reread]) -> Counter[str]:
    total: Counter[str] = Counter()
    for text in texts:
        total.update(text.changed)
    return total
