"""The desk's first pages: stories with their filters, whether the store answers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.responses import Response

from monitor.matching.watch import compile_match
from monitor.model import EVENT_KINDS
from monitor.store import crawling, learned, views
from monitor.store import desk as stories
from monitor.web.desk import Desk
from monitor.web.page import FINE, desk_of, show_page, with_query

router = APIRouter(default_response_class=HTMLResponse)
PAGE = 30  # stories on a page: under 150 kB of HTML
SHOWN = 6  # mentions on a card
LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The reader's filters as they stand in the URL."""

    watch: str = ""
    entry: str = ""
    country: str = ""
    kind: str = ""
    event: str = ""
    language: str = ""
    official: bool = False
    everything: bool = False
    unread: bool = False  # kept in this browser, so hidden there
    days: int = 2
    page: int = 1

    def link(self, **changes: object) -> str:
        """The URL of these filters with some of them changed."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        values = {key: 1 if value is True else value for key, value in values.items()}
        if values["days"] == 2:
            values["days"] = ""
        return with_query("/", values | ({"page": ""} if values["page"] in (1, "1") else {}))


def read_filters(
    watch: str = "", entry: str = "", country: str = "", kind: str = "", event: str = "", language: str = "",
    official: bool = False, everything: bool = False, unread: bool = False, days: int = 2, page: int = 1,
) -> Filters:  # fmt: skip
    """The filters of a request, within their bounds."""
    return Filters(
        watch=watch, entry=entry, country=country, kind=kind, event=event, language=language[:12], official=official,
        everything=everything, unread=unread, days=max(1, min(days, LONGEST_DAYS)), page=max(1, min(page, 1000)),
    )  # fmt: skip


FilterFields = Annotated[Filters, Depends(read_filters)]


@router.get("/", response_model=None)
def show_stories(request: Request, filters: FilterFields) -> HTMLResponse:
    """Stories with a hit, last updated first; the filters stand in the URL."""
    desk = desk_of(request)
    config = desk.config()
    with desk.store.read() as connection:
        wanted = to_wanted(filters, desk)
        ids = stories.filter_stories(connection, wanted, skip=(filters.page - 1) * PAGE, limit=PAGE + 1)
        found = views.load_story_views(connection, ids[:PAGE], config, find=desk.find_watchlists)
        deliveries = stories.load_delivery_states(connection, ids[:PAGE])
        news = stories.load_news(connection, ids[:PAGE])
        verdicts = stories.load_verdicts(
            connection, [mention.hit_id for story in found for mention in story.mentions[:SHOWN]]
        )
        newest = stories.find_newest_hit(connection)
        refusal = learned.load_meta(connection, learned.REFUSAL)
    healths = desk.recent.find("healths", desk.now(), lambda: crawling.load_healths(desk.store, desk.now()))
    enabled = [health for health in healths if health.state != "disabled"]
    return show_page(
        request,
        "stories.html",
        stories=found,
        has_more=len(ids) > PAGE,
        filters=filters,
        deliveries=deliveries,
        news=news,
        verdicts=verdicts,
        shown=SHOWN,
        events=sorted(EVENT_KINDS),
        newest=newest,
        refusal=refusal,
        enabled=enabled,
        sick=[health for health in enabled if health.state not in FINE],
        watches=config.watchlists,
        entries=desk.entries(),
        countries=sorted({outlet.country for outlet in config.outlets}),
        kinds=sorted({outlet.kind for outlet in config.outlets}),
        languages=sorted({language for outlet in config.outlets for language in outlet.languages}),
    )


def to_wanted(filters: Filters, desk: Desk) -> stories.StoryFilter:
    """The filters as the store takes them; a watchlist that is not configured shows nothing of it."""
    config = desk.config()
    outlets = [
        outlet.slug
        for outlet in config.outlets
        if filters.country in ("", outlet.country)
        and filters.kind in ("", outlet.kind)
        and (not filters.official or outlet.orientation == "official")
    ]
    is_narrowed = bool(filters.country or filters.kind or filters.official)
    watch = next((item for item in config.watchlists if item.slug == filters.watch), None)
    return stories.StoryFilter(
        since=desk.now() - timedelta(days=filters.days),
        outlets=tuple(outlets) if is_narrowed else None,
        language=filters.language,
        event=filters.event,
        entry=filters.entry,
        only_hits=not filters.everything,
        holds=compile_match(watch.match) if watch else None,
    )


@router.get("/healthz", response_model=None)
def say_health(request: Request) -> JSONResponse:
    """200 while the store answers."""
    with desk_of(request).store.read() as connection:
        views.find_stories(connection, since=desk_of(request).now(), limit=1)
    return JSONResponse({"status": "ok"})


@router.get("/favicon.ico", response_model=None)
def show_icon() -> Response:
    """The icon that browsers ask for on their own."""
    return RedirectResponse("/static/icon.svg")
