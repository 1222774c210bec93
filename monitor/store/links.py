"""Signed links by which who reads an alert judges it without logging in. Touches the database for the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.engine import Connection

from monitor.store.learned import load_meta, save_meta

KEY = "link-key"  # of `meta`
LASTS = timedelta(days=30)  # as long as the page counts verdicts; a guess
SIGNED = 18  # bytes of the signature: no guess is worth a try


def load_key(connection: Connection) -> bytes:
    """The key of this database; empty while it has signed nothing."""
    return bytes.fromhex(load_meta(connection, KEY) or "")


def make_key(connection: Connection) -> bytes:
    """The key of this database, made when there is none yet. The connection must be one that writes."""
    if not load_key(connection):
        save_meta(connection, KEY, secrets.token_hex(32))
    return load_key(connection)


def make_link(key: bytes, story_id: int, now: datetime) -> str:
    """What stands behind `/judge/`: the story, the last day on which it holds, and the signature of both."""
    words = f"{story_id}.{(now.astimezone(UTC).date() + LASTS).toordinal()}"
    return f"{words}.{_sign(key, words)}"


def read_link(key: bytes, link: str, now: datetime) -> tuple[int, bool]:
    """(story, is it still in time); (0, False) for a link that is none of ours."""
    words, _, signature = link.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(key, words).encode()):
        return 0, False
    story, _, last_day = words.partition(".")
    return int(story), now.astimezone(UTC).date() <= date.fromordinal(int(last_day))


def _sign(key: bytes, words: str) -> str:
    digest = hmac.new(key, f"judge:{words}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:SIGNED]).decode()
