"""A small filled store and its configuration, for the desk's tests: ordinary articles, a copy, a poisoned one, alerts in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from monitor.model import (
    Alert,
    Candidate,
    Channel,
    CleanPage,
    Config,
    DigestPlan,
    Hit,
    Message,
    Outlet,
    Person,
    Removed,
    Settings,
    Topic,
    Watchlist,
)
from monitor.store import Store, archive, crawling, ledger, listings, outbox, schema, stories

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POISON = '<script>alert(1)</script> "><img src=x onerror=alert(1)> javascript:alert(1) \u202etxet desrever {{7*7}} ${HOME} =cmd'
BODY = (
    "Ilan Torvik met Marta Selwyn in Port Amaro.\n\nThey spoke about the strait for two hours. Torvik will travel on."
)
CONFIG = Config(
    folder=".",
    version="1",
    outlets=(
        Outlet(slug="courier", name="The Courier", home="https://courier.test/", country="NO", languages=("en",)),
        Outlet(
            slug="ministry", name="Foreign Ministry", home="https://mfa.test/", country="EE", orientation="official"
        ),
        Outlet(slug="herald", name="Herald", home="https://herald.test/", enabled=False, reason="terms forbid it"),
    ),
    people=(Person(slug="torvik", name="Ilan Torvik"), Person(slug="selwyn", name="Marta Selwyn")),
    topics=(Topic(slug="strait", name="Halvard Strait", query='"the strait"'),),
    watchlists=(
        Watchlist(slug="meetings", name="Meetings", match="torvik AND selwyn", instant=("desk",), digests=("morning",)),
        Watchlist(slug="strait-watch", name="The strait", match="strait"),
        Watchlist(slug="quiet", name="Never seen", match="selwyn AND NOT torvik"),
    ),
    channels=(Channel(slug="desk", url="console:"),),
    digests=(DigestPlan(slug="morning", name="Morning", channels=("desk",), at=(time(7),), zone="Europe/Oslo"),),
    settings=Settings(listen="127.0.0.1:8484", zone="Europe/Oslo"),
)


def hit(entry: str, text: str, body: str, kind: str = "person", at: int | None = None) -> Hit:
    """A mention of `text` in the body."""
    start = body.index(text) if at is None else at
    sentence = body.replace("\n\n", " ")
    return Hit(
        entry=entry, kind=kind, rule="full", field="body", start=start, end=start + len(text), text=text,
        sentence=sentence,
    )  # fmt: skip


def hits_of(body: str) -> list[Hit]:
    """The hits that CONFIG's matcher would find in BODY."""
    found = [hit("torvik", "Ilan Torvik", body), hit("selwyn", "Marta Selwyn", body)]
    found.append(hit("torvik", "Torvik", body, at=body.rindex("Torvik")))
    found.append(hit("strait", "the strait", body, kind="topic"))
    return found


def save_article(
    store: Store,
    url: str,
    headline: str,
    *,
    outlet: str = "courier",
    body: str = BODY,
    language: str = "en",
    story_id: int | None = None,
    duplicate_of: int | None = None,
    hits: list[Hit] | None = None,
    at: datetime = NOW,
) -> tuple[int, int]:
    """An article as `ingest` leaves it, with its candidate and trace: (article id, story id)."""
    page = CleanPage(
        url=url, canonical_url=url, headline=headline, body=body, language=language, authors=("A. Writer",),
        published_at=at, removed=(Removed(rule="related", text="Related articles: Okoro Tembani resigns"),),
    )  # fmt: skip
    found = hits_of(body) if hits is None else hits
    with store.write(alone=True) as connection:
        listings.note_candidates(
            connection, [Candidate(url=url, outlet=outlet, source=f"https://{outlet}.test/feed", title=headline)],
            now=at, baseline=set(),
        )  # fmt: skip
        is_new = story_id is None
        story = stories.start_story(connection, page, at) if story_id is None else story_id
        article = archive.save_article(
            connection, page, outlet=outlet, url=url, link=url, text_hash=body + headline, story_id=story,
            duplicate_of=duplicate_of, new=(), is_baseline=False, listed_at=None, now=at,
        )  # fmt: skip
        removed = replace(hit("selwyn", "Marta", body, at=0), text="Tembani", sentence="Okoro Tembani resigns")
        archive.save_hits(connection, article, found, [removed] if found else [])
        if is_new:
            stories.lead_story(connection, story, article)
        else:
            stories.touch_story(connection, story, at)
        ledger.finish_candidate(
            connection, url, state="matched" if found else "no-match", reason="", now=at, article_id=article,
            steps=[("clean", "article", "2 paragraphs"), ("match", "found", "torvik, selwyn")],
        )  # fmt: skip
    return article, story


def fill_world(store: Store) -> dict[str, int]:
    """Fills the store; ids by name: `meeting`, `copy`, `poison`, `arabic`, `plain` (articles), `story`, `dead` (message)."""
    crawling.sync_outlets(store, CONFIG.outlets, NOW - timedelta(days=20))
    meeting, story = save_article(store, "https://courier.test/1", "Torvik meets Selwyn", at=NOW - timedelta(hours=3))
    copy, _ = save_article(
        store, "https://mfa.test/1", "Minister Torvik meets Selwyn", outlet="ministry", story_id=story,
        duplicate_of=meeting, at=NOW - timedelta(hours=2),
    )  # fmt: skip
    poisoned = f"{POISON} Ilan Torvik saw it. the strait"
    poison, _ = save_article(
        store, "https://courier.test/2?a=<script>", f"{POISON} headline", body=poisoned, at=NOW - timedelta(hours=1),
        hits=[hit("torvik", "Ilan Torvik", poisoned), hit("strait", "the strait", poisoned, kind="topic")],
    )  # fmt: skip
    arabic_text = "التقى إيلان تورفيك مارتا سلوين في بورت أمارو."
    arabic, _ = save_article(
        store, "https://courier.test/3", "لقاء في بورت أمارو", body=arabic_text, language="ar",
        hits=[hit("torvik", "إيلان تورفيك", arabic_text)], at=NOW - timedelta(days=1, hours=5),
    )  # fmt: skip
    plain, _ = save_article(
        store, "https://courier.test/4", "Weather stays calm", body="Nothing happened.", hits=[],
        at=NOW - timedelta(minutes=30),
    )  # fmt: skip
    return {
        "meeting": meeting, "copy": copy, "poison": poison, "arabic": arabic, "plain": plain, "story": story,
        "dead": _owe_messages(store, story, meeting),
    }  # fmt: skip


def _owe_messages(store: Store, story: int, article: int) -> int:
    alert = Alert(watchlist="meetings", kind="instant", reason="", channels=("desk",))
    at = NOW - timedelta(hours=2)
    with store.write(alone=True) as connection:
        outbox.owe_alert(connection, alert, story_id=story, article_id=article, now=at)
        alert_id = outbox.load_owed_alerts(connection, 1)[0].id
        messages = [
            ("desk", Message(key=f"a{alert_id}-{n}", title="Torvik meets Selwyn", body=POISON, body_format="text", part=n))
            for n in (1, 2, 3)
        ]  # fmt: skip
        outbox.save_messages(connection, messages, kind="instant", now=at, alert_id=alert_id, story_id=story)
        outbox.mark_rendered(connection, alert_id, at)
    m = schema.message.c
    ends = (
        {"state": "sent", "sent_at": at},
        {"state": "failed", "next_at": NOW + timedelta(minutes=5), "problem": "timeout", "attempts": 2},
        {"state": "dead", "problem": "403: the bot was removed", "attempts": 1},
    )
    with store.write() as connection:
        ids = connection.execute(sa.select(m.id).order_by(m.id)).scalars().all()
        for message_id, end in zip(ids, ends, strict=True):
            connection.execute(sa.update(schema.message).where(m.id == message_id).values(**end))
            attempt = {"message_id": message_id, "at": at, "outcome": end["state"], "detail": end.get("problem", "")}
            connection.execute(sa.insert(schema.attempt).values(attempt))
    return int(ids[-1])
