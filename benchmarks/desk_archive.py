"""The archive that benchmarks/desk.py looks at: three articles a story over sixty days, half of them with hits. A number gives one word."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.config import load_config
from monitor.store import Store, crawling, schema
from monitor.store.fulltext import to_words

ROOT = Path(__file__).resolve().parents[1]
DAYS = 60
ARTICLES_A_STORY = 3
BLOCK = 5000
VOCABULARY = 20_000
Row = dict[str, Any]


def fill(store: Store, count: int) -> None:
    """The archive, in blocks."""
    config = load_config(ROOT / "config")
    now = datetime.now(UTC)
    crawling.sync_outlets(store, config.outlets, now - timedelta(days=DAYS))
    outlets = [outlet.slug for outlet in config.outlets if outlet.enabled]
    entries = [person.slug for person in config.people] + [topic.slug for topic in config.topics]
    dice = random.Random(11)
    for first in range(1, count + 1, BLOCK):
        rows = list(make_articles(range(first, min(first + BLOCK, count + 1)), count, now, outlets, dice))
        hits = [hit for row in rows for hit in make_hits(row, entries, dice)]
        with store.write() as connection:
            connection.execute(sa.insert(schema.story), [make_story(row) for row in rows if row["id"] == row["lead"]])
            connection.execute(
                sa.insert(schema.article),
                [{key: value for key, value in row.items() if key not in ("lead", "body")} for row in rows],
            )
            connection.execute(
                sa.insert(schema.body),
                [{"article_id": row["id"], "body": row["body"], "removed": None} for row in rows],
            )
            connection.execute(
                sa.text("INSERT INTO article_fts(rowid, words) VALUES (:id, :words)"),
                [{"id": row["id"], "words": to_words(row["headline"], row["body"])} for row in rows],
            )
            connection.execute(sa.insert(schema.hit), hits)
            hit_ids = {hit["article_id"] for hit in hits}
            connection.execute(sa.insert(schema.candidate), [make_candidate(row, row["id"] in hit_ids) for row in rows])
            rung = [row for row in rows if row["id"] == row["lead"] and row["id"] in hit_ids][::5]
            connection.execute(sa.insert(schema.alert), [make_alert(row) for row in rung])
            connection.execute(sa.insert(schema.message), [make_message(row) for row in rung])


def make_articles(numbers: range, count: int, now: datetime, outlets: list[str], dice: random.Random) -> Iterator[Row]:
    """Rows of articles, oldest first; every third leads a story."""
    for number in numbers:
        lead = number - (number - 1) % ARTICLES_A_STORY
        seen_at = now - timedelta(days=DAYS) * (1 - number / count)
        headline = make_text(dice, 9)
        yield {
            "id": number, "url": f"https://archive.test/{number}", "link": f"https://archive.test/{number}", "canonical_url": "",
            "outlet": dice.choice(outlets), "headline": headline, "standfirst": "", "language": "en", "authors": [], "credits": [],
            "published_at": seen_at, "seen_at": seen_at, "text_hash": str(number), "story_id": lead, "new": [], "version": 1,
            "body": "\n\n".join(make_text(dice, 60) for _ in range(4)), "lead": lead,
        }  # fmt: skip


def make_hits(row: Row, entries: list[str], dice: random.Random) -> list[Row]:
    """Half of the articles name somebody, up to four entries."""
    if dice.random() < 0.5:
        return []
    return [make_hit(row["id"], entry, row["body"][:160]) for entry in dice.sample(entries, dice.randint(1, 4))]


def make_hit(article: int, entry: str, sentence: str) -> Row:
    return {
        "article_id": article, "entry": entry, "kind": "person", "rule": "full-name", "field": "body", "start": 0, "end": 5,
        "text": sentence[:5], "sentence": sentence, "suppressed": False,
    }  # fmt: skip


def make_story(row: Row) -> Row:
    return {
        "id": row["id"], "headline": row["headline"], "language": "en", "lead_article_id": row["id"],
        "first_seen_at": row["seen_at"], "updated_at": row["seen_at"],
    }  # fmt: skip


def make_candidate(row: Row, is_hit: bool) -> Row:
    return {
        "url": row["url"], "address": row["url"], "outlet": row["outlet"], "source": "https://archive.test/feed", "title": row["headline"],
        "found_at": row["seen_at"], "state": "matched" if is_hit else "no-match", "state_at": row["seen_at"], "article_id": row["id"],
    }  # fmt: skip


def make_alert(row: Row) -> Row:
    return {
        "id": row["id"], "story_id": row["id"], "article_id": row["id"], "watchlist": "benchmark", "kind": "instant", "reason": "",
        "channels": ["screen"], "state": "rendered", "owed_at": row["seen_at"], "rendered_at": row["seen_at"],
    }  # fmt: skip


def make_message(row: Row) -> Row:
    return {
        "key": f"a{row['id']}", "alert_id": row["id"], "story_id": row["id"], "kind": "instant", "channel": "screen", "title": row["headline"],
        "body": row["body"][:400], "body_format": "text", "text": "", "state": "sent", "owed_at": row["seen_at"], "sent_at": row["seen_at"],
    }  # fmt: skip


def make_text(dice: random.Random, size: int) -> str:
    """Words by a rough Zipf's law."""
    words = [make_word(int(VOCABULARY ** dice.random())) for _ in range(size)]
    return " ".join(words).capitalize() + "."


def make_word(number: int) -> str:
    """A word of its own for every number."""
    letters = []
    number += 30
    while number:
        number, rest = divmod(number, 85)
        letters.append("bcdfghjklmnprstvz"[rest % 17] + "aeiou"[rest // 17])
    return "".join(letters)
