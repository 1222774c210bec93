"""Two outlets that report talks on a strait, and the road that their pages take. The second one is the first one's sister."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.ingest import Outcome, Room, ingest_page
from monitor.model import Candidate, Config, Listing, Outlet, Page, Person, Topic, Watchlist
from monitor.store import Store, listings, schema

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PARAGRAPHS = [
    "Foreign minister Ilan Torvik of Norland met the president of Vestria on Tuesday for talks on the Halvard Strait, the first in three years.",
    "The two sides agreed to open the strait to grain ships before the end of the month, and to keep a line between the two coast guards.",
    "Torvik said after four hours of talks that much was left to do, and that he would be back in spring with a draft of the accord.",
    "The president thanked the mediators, who had carried papers between two rooms before both delegations sat down at one table.",
]
CONFIG = Config(
    folder=".",
    version="1",
    outlets=(
        Outlet(
            slug="north",
            name="The North",
            home="https://north.example/",
            family="north",
            listings=(Listing(url="https://north.example/", links="a"),),
        ),
        Outlet(
            slug="sister",
            name="The Sister",
            home="https://sister.example/",
            family="north",
            feeds=("https://sister.example/feed",),
        ),
    ),
    people=(Person(slug="ilan-torvik", name="Ilan Torvik"), Person(slug="odd-borvik", name="Odd Borvik")),
    topics=(Topic(slug="strait", name="The strait", query='"Halvard Strait"'),),
    watchlists=(Watchlist(slug="north-watch", name="The north", match="ilan-torvik AND strait", instant=("screen",)),),
)


def page(
    url: str = "https://north.example/news/talks",
    outlet: str = "north",
    paragraphs: list[str] = PARAGRAPHS,
    published: datetime = NOW - timedelta(minutes=20),
    headline: str = "Norland and Vestria hold talks on the strait",
    canonical: str = "",
    **more: Any,
) -> Page:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    link = f"<link rel='canonical' href='{canonical}'>" if canonical else ""
    html = (
        f"<!doctype html><html lang='en'><head><title>Talks on the strait</title><meta property='article:published_time' content='{published.isoformat()}'>"
        f"{link}</head><body><nav><a href='/'>Home</a></nav><article><h1>{headline}</h1>{body}</article>"
        "<aside><h3>Related articles</h3><p><a href='/x'>Odd Borvik opens a museum of knots in the old harbour of Kestovar</a></p></aside></body></html>"
    )
    return Page(url=url, final_url=url, outlet=outlet, html=html.encode(), fetched_at=NOW, **more)


def take(room: Room, found: Page, now: datetime = NOW) -> Outcome:
    with room.store.write() as connection:
        candidate = Candidate(url=found.url, outlet=found.outlet, source="https://north.example/")
        listings.note_candidates(connection, [candidate], now=now, baseline=set())
    return ingest_page(found, room, now=now)


def alerts(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(sa.select(schema.alert).order_by(schema.alert.c.id)))
