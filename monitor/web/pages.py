"""The desk's pages: stories, one story, outlets, deliveries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from monitor.model import Mention
from monitor.store import crawling, outbox, views
from monitor.web.desk import Desk

router = APIRouter(default_response_class=HTMLResponse)
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
)
DAYS = (1, 2, 7, 30)
PAGE = 60  # stories on a page


@router.get("/", response_model=None)
def show_stories(request: Request, watch: str = "", days: int = 2, everything: bool = False) -> HTMLResponse:
    """Stories with a hit, newest first; `everything` shows those without one too."""
    desk = _desk(request)
    since = desk.now() - timedelta(days=max(1, min(days, 366)))
    with desk.store.read() as connection:
        ids = views.find_stories(connection, since=since, limit=PAGE, only_hits=not everything)
        found = views.load_story_views(connection, ids, desk.config())
    names = {item.slug: item.name for item in desk.config().watchlists}
    if watch in names:
        found = [view for view in found if names[watch] in view.watchlists]
    healths = crawling.load_healths(desk.store, desk.now())
    return _page(
        request,
        "stories.html",
        stories=found,
        watch=watch,
        watches=names,
        days=days,
        everything=everything,
        healths=healths,
    )


@router.get("/story/{story_id}", response_model=None)
def show_story(request: Request, story_id: int) -> HTMLResponse:
    """One story: its articles in order, its alerts and what became of them."""
    desk = _desk(request)
    with desk.store.read() as connection:
        found = views.load_story_views(connection, [story_id], desk.config())
        articles = views.load_story_articles(connection, story_id)
    if not found:
        raise HTTPException(404)
    deliveries = outbox.list_deliveries(desk.store, story=story_id, limit=200)
    return _page(request, "story.html", story=found[0], articles=articles, deliveries=deliveries)


@router.get("/outlets", response_model=None)
def show_outlets(request: Request) -> HTMLResponse:
    """Each outlet's state in words."""
    desk = _desk(request)
    return _page(request, "outlets.html", healths=crawling.load_healths(desk.store, desk.now()))


@router.get("/deliveries", response_model=None)
def show_deliveries(request: Request, state: str = "") -> HTMLResponse:
    """What is owed, held, sent and failed."""
    rows = outbox.list_deliveries(_desk(request).store, state=state or None, limit=200)
    return _page(request, "deliveries.html", deliveries=rows, state=state)


@router.get("/healthz", response_model=None)
def say_health(request: Request) -> JSONResponse:
    """200 while the store answers."""
    with _desk(request).store.read() as connection:
        views.find_stories(connection, since=_desk(request).now(), limit=1)
    return JSONResponse({"status": "ok"})


@router.get("/favicon.ico", response_model=None)
def show_icon() -> RedirectResponse:
    """The icon that browsers ask for on their own."""
    return RedirectResponse("/static/icon.svg")


def _page(request: Request, name: str, **values: object) -> HTMLResponse:
    desk = _desk(request)
    html = templates.get_template(name).render(
        desk=desk, path=request.url.path, highlight=highlight, safe_url=safe_url, now=desk.now(), **values
    )
    return HTMLResponse(html)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def highlight(mention: Mention) -> Markup:
    """The sentence with the mention marked."""
    before, found, after = mention.sentence.partition(mention.text) if mention.text else (mention.sentence, "", "")
    mark = Markup("<mark>{}</mark>").format(found) if found else ""
    return Markup("{}{}{}").format(escape(before), mark, escape(after))


def safe_url(url: str) -> str:
    """The URL when it is http(s); "#" for anything that a link must not do."""
    return url if urlsplit(url).scheme in ("http", "https") else "#"
