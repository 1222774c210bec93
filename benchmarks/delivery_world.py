"""What the delivery benchmark and the crash test share: a child process that owes alerts and sends them, and real receivers that count.

As a program: `delivery_world.py owe|send|run DB FOLDER COUNT`. The child reads its channels' ports from FOLDER/ports.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from monitor.dispatch import Dispatch
from monitor.failpoints import pass_failpoint
from monitor.model import Alert, Channel, CleanPage, Config, Hit, Outlet, Person, Settings, Watchlist
from monitor.store import Store, archive, open_store, outbox, schema, stories

CHANNELS = ("mail", "hook", "log")
PAUSE_S = 0.08  # between two alerts: owing and sending go on side by side in every life of a process that is killed
SENTENCE = "Foreign minister Ilan Torvik came to town on Monday."


def make_config(folder: Path) -> Config:
    """Three channels: SMTP, webhook, file."""
    ports = json.loads((folder / "ports").read_text(encoding="utf-8"))
    return Config(
        folder=str(folder),
        version="1",
        outlets=(Outlet(slug="gazette", name="The Gazette", home="https://gazette.test/"),),
        people=(Person(slug="ilan-torvik", name="Ilan Torvik"),),
        watchlists=(Watchlist(slug="north", name="The north", match="ilan-torvik", instant=CHANNELS),),
        channels=(
            Channel(
                slug="mail",
                url=f"mailto://127.0.0.1:{ports['mail']}/?from=watch@desk.test&to=reader@desk.test&mode=insecure",
                per_minute=10**6,
                per_hour=10**6,
            ),
            Channel(slug="hook", url=f"json://127.0.0.1:{ports['hook']}/hook", per_minute=10**6, per_hour=10**6),
            Channel(slug="log", url="file:out.jsonl", per_minute=10**6, per_hour=10**6),
        ),
        settings=Settings(allow_private=("127.0.0.0/8",)),
    )


def tell_story(store: Store, number: int, now: datetime, channels: tuple[str, ...] = CHANNELS) -> bool:
    """One article with its hit, story and alert in one transaction; False when it is known."""
    url = f"https://gazette.test/{number}"
    page = CleanPage(url=url, headline=f"Torvik visits town {number}", body=SENTENCE, language="en", published_at=now)
    hit = Hit(
        entry="ilan-torvik", kind="person", rule="full", field="body", start=17, end=28, text="Ilan Torvik",
        sentence=SENTENCE,
    )  # fmt: skip
    with store.write(alone=True) as connection:
        if connection.execute(sa.select(schema.article.c.id).where(schema.article.c.url == url)).first():
            return False
        story_id = stories.start_story(connection, page, now)
        article_id = archive.save_article(
            connection, page, outlet="gazette", url=url, link=url, text_hash=str(number), story_id=story_id,
            duplicate_of=None, new=(), is_baseline=False, listed_at=None, now=now,
        )  # fmt: skip
        stories.lead_story(connection, story_id, article_id)
        archive.save_hits(connection, article_id, [hit], [])
        alert = Alert(watchlist="north", kind="instant", reason="", channels=channels)
        outbox.owe_alert(connection, alert, story_id=story_id, article_id=article_id, now=now)
        pass_failpoint("owing")
    return True


def _now() -> datetime:
    return datetime.now(UTC)


def owe(store: Store, count: int, *, pause_s: float = 0.0) -> None:
    """Tells stories up to number count - 1, from the first that is not known, so that it may be started again."""
    with store.read() as connection:
        known = connection.execute(sa.select(sa.func.count()).select_from(schema.article)).scalar_one()
    for number in range(known, count):
        tell_story(store, number, _now())
        time.sleep(pause_s)


def send(store: Store, folder: Path, count: int) -> None:
    """Sends until all messages of `count` alerts are sent."""
    dispatch, ended = Dispatch(store, make_config(folder)), threading.Event()
    sender = threading.Thread(target=dispatch.run_forever, args=(ended, _now), daemon=True)
    sender.start()
    while count_sent(store) < count * len(CHANNELS):
        time.sleep(0.1)
    ended.set()
    sender.join(5)


def count_sent(store: Store) -> int:
    """Messages that are recorded as sent."""
    with store.read() as connection:
        return int(
            connection.execute(
                sa.select(sa.func.count()).select_from(schema.message).where(schema.message.c.state == "sent")
            ).scalar_one()
        )


def main(verb: str, db: str, folder: str, count: str) -> None:
    """Runs one part, or both at once."""
    store = open_store(db)
    print("up", flush=True)
    if verb == "owe":
        owe(store, int(count))
    elif verb == "send":
        send(store, Path(folder), int(count))
    else:
        teller = threading.Thread(target=owe, args=(store, int(count)), kwargs={"pause_s": PAUSE_S}, daemon=True)
        teller.start()
        send(store, Path(folder), int(count))


__all__ = ["CHANNELS", "count_sent", "make_config", "owe", "send", "tell_story"]

if __name__ == "__main__":
    main(*sys.argv[1:5])
