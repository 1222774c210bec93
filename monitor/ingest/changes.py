"""What became of a known article: another version, or a page that is gone. Touches the store, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from monitor.cleaning import SiteMemory
from monitor.ingest.owing import owe
from monitor.ingest.room import Room, make_piece
from monitor.model import CleanPage, Fact, Outlet, Placement
from monitor.store import archive, known_articles, ledger, stories
from monitor.stories import Change, compare_versions

LONGEST_DIFFERENCE = 600  # characters of an update that says what became what
MOST_EDITS = 3  # sentences of one


@dataclass(frozen=True, slots=True)
class Found:
    """How the text became another."""

    change: Change

    @property
    def kind(self) -> str:
        return self.change.kind

    def tell(self, known: known_articles.KnownArticle, outlet: Outlet) -> tuple[Fact, ...]:
        """An official source that changes what it said is news of its own, once a version."""
        if outlet.orientation != "official" or not self.change.is_material:
            return ()
        return (Fact(reason=f"change:{known.id}:{known.version + 1}", sentence=say_difference(self.change)),)


def find_change(
    connection: Connection, known: known_articles.KnownArticle, clean: CleanPage, memory: SiteMemory
) -> Found:
    """The kept text beside the new one; no change when the kept one was let go.

    What the cleaner cuts today, or has learned to recur on the outlet's pages, was no part of the text then either.
    """
    old = archive.load_text(connection, known.id)
    cut = {_plain(line) for removed in clean.removed for line in removed.text.splitlines()}
    kept = [line for line in old.split("\n") if _plain(line) not in cut and not memory.recurs(line, known.url)]
    return Found(compare_versions("\n".join(kept), f"{clean.headline}\n\n{clean.body}") if old else Change(kind="none"))


def _plain(line: str) -> str:
    return " ".join(line.split())


def say_difference(change: Change) -> str:
    """ "before" → "after", the sentences that differ, within LONGEST_DIFFERENCE characters."""
    lines = []
    for edit in change.edits[:MOST_EDITS]:
        if edit.before and edit.after:
            lines.append(f"“{edit.before}” → “{edit.after}”")
        else:
            lines.append(f"new: “{edit.after}”" if edit.after else f"gone: “{edit.before}”")
    said = "; ".join(lines)
    return said if len(said) <= LONGEST_DIFFERENCE else f"{said[: LONGEST_DIFFERENCE - 1]}…"


def withdraw_article(connection: Connection, room: Room, article_id: int, url: str, words: str, now: datetime) -> None:
    """An official page is gone: its text is kept here, marked, and those are told who were told of its story."""
    piece = next(iter(stories.load_pieces(connection, after_id=article_id - 1, until_id=article_id)), None)
    if piece is None or piece.gone_at is not None:
        return
    archive.mark_gone(connection, article_id, now)
    outlet = room.outlets.get(piece.outlet)
    fact = Fact(reason=f"withdrawal:{article_id}", sentence=f"“{piece.headline}”: {words}")
    owed = owe(
        connection,
        room,
        make_piece(piece, outlet),
        piece.entries | piece.events,
        piece.story_id,
        article_id,
        Placement(story_id=piece.story_id, facts=(fact,)),
        is_quiet=piece.is_baseline or outlet is None or outlet.orientation != "official",
        now=now,
        only_updates=True,
    )
    ledger.note_steps(connection, url, now, [("alert", "owed", line) for line in owed])
