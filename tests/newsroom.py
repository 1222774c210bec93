"""A small world for the tests of delivery: a configuration, stories in a store, and views for renderers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from monitor.dispatch import Dispatch
from monitor.model import (
    Alert,
    Channel,
    CleanPage,
    Config,
    DigestPlan,
    DigestView,
    Hit,
    Mention,
    Outlet,
    OutletHealth,
    Person,
    Settings,
    StoryView,
    Topic,
    Watchlist,
)  # fmt: skip
from monitor.store import Store, archive, outbox, schema, stories

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_config(folder: str, channels: Iterable[Channel], **more: object) -> Config:
    """One person, one topic, one watchlist that rings on every channel and stands in the digest "morning"."""
    channels = tuple(channels)
    slugs = tuple(channel.slug for channel in channels)
    values: dict[str, object] = {
        "folder": folder,
        "version": "1",
        "outlets": (Outlet(slug="gazette", name="The Gazette", home="https://gazette.test/", country="NL"),),
        "people": (Person(slug="ilan-torvik", name="Ilan Torvik"),),
        "topics": (Topic(slug="border", name="Border talks", query="border"),),
        "watchlists": (
            Watchlist(
                slug="north", name="The north", match="ilan-torvik OR border", instant=slugs, digests=("morning",)
            ),
        ),
        "channels": channels,
        "digests": (DigestPlan(slug="morning", name="Morning", channels=slugs, at=(time(7),), zone="Europe/Brussels"),),
        "settings": Settings(allow_private=("127.0.0.0/8",)),
    }
    return Config(**(values | more))  # type: ignore[arg-type]


def tell_story(store: Store, number: int, now: datetime, *, kind: str = "instant", channels: tuple[str, ...]) -> int:
    """Saves an article with a hit in a story of its own and owes its alert, in one transaction; returns the story."""
    headline = f"Torvik visits town {number}"
    sentence = f"Foreign minister Ilan Torvik came to town {number} on Monday."
    page = CleanPage(
        url=f"https://gazette.test/{number}", headline=headline, body=sentence, language="en", published_at=now
    )
    hit = Hit(
        entry="ilan-torvik",
        kind="person",
        rule="full",
        field="body",
        start=17,
        end=28,
        text="Ilan Torvik",
        sentence=sentence,
    )
    with store.write(alone=True) as connection:
        story_id = stories.start_story(connection, page, now)
        article_id = archive.save_article(
            connection, page, outlet="gazette", url=page.url, link=page.url, text_hash=str(number), story_id=story_id,
            duplicate_of=None, new=(), is_baseline=False, listed_at=None, now=now,
        )  # fmt: skip
        stories.lead_story(connection, story_id, article_id)
        archive.save_hits(connection, article_id, [hit], [])
        alert = Alert(watchlist="north", kind=kind, reason="", channels=channels)  # type: ignore[arg-type]
        outbox.owe_alert(connection, alert, story_id=story_id, article_id=article_id, now=now)
    return story_id


def make_story(number: int = 1, **more: object) -> StoryView:
    """A story as renderers get it."""
    values: dict[str, object] = {
        "story_id": number,
        "headline": f"Torvik visits Vestria ({number})",
        "language": "en",
        "outlet": "The Gazette",
        "outlet_slug": "gazette",
        "country": "NL",
        "orientation": "official",
        "url": f"https://gazette.test/{number}?a=1&b=2",
        "published_at": NOON,
        "first_seen_at": NOON + timedelta(minutes=3),
        "updated_at": NOON + timedelta(minutes=3),
        "excerpt": "The minister arrived on Monday for talks on the border.",
        "mentions": (
            Mention(entry="ilan-torvik", name="Ilan Torvik", kind="person", sentence="Ilan Torvik arrived on Monday."),
            Mention(entry="border", name="Border talks", kind="topic", sentence="They spoke about the border."),
        ),
        "watchlists": ("The north",),
    }
    return StoryView(**(values | more))  # type: ignore[arg-type]


def make_digest(*stories: StoryView, **more: object) -> DigestView:
    """A digest of these stories with one healthy and one late outlet."""
    ids = tuple(story.story_id for story in stories)
    values: dict[str, object] = {
        "slug": "morning",
        "name": "Morning",
        "window_start": NOON - timedelta(days=1),
        "window_end": NOON,
        "zone": "Europe/Brussels",
        "stories": stories,
        "people": (("Ilan Torvik", ids), ("Marta Selwyn", ())),
        "topics": (("Border talks", ids),),
        "corrections": ("gazette: “Old” is now “New”",) if stories else (),
        "health": (make_health("gazette", "healthy"), make_health("herald", "late")),
        "week": (("The north", (0, 1, 2, 0, 3, 1, len(stories))),),
    }
    return DigestView(**(values | more))  # type: ignore[arg-type]


def make_health(slug: str, state: str) -> OutletHealth:
    return OutletHealth(
        slug=slug, name=f"The {slug.title()}", state=state, since=NOON - timedelta(hours=5),
        why="no new article for 5 h, usual gap 1 h" if state == "late" else "", todo="", last_poll_at=NOON,
        last_success_at=NOON, last_article_at=NOON, usual_gap_s=3600.0, next_poll_at=NOON, articles_24h=3,
    )  # fmt: skip


def drain(dispatch: Dispatch, now: datetime) -> None:
    """Renders and sends until nothing is due at this moment."""
    for _ in range(5000):
        if not dispatch.render_owed(now) + dispatch.send_due(now):
            return
    raise AssertionError("the outbox does not come to rest")


def states(store: Store) -> dict[str, int]:
    """How many messages are in each state."""
    m = schema.message.c
    with store.read() as connection:
        return dict(connection.execute(sa.select(m.state, sa.func.count()).group_by(m.state)).all())
