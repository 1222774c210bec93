"""One story: its timeline, articles, read-outs and alerts; joined with another one, or parted, by hand."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.errors import StoreError
from monitor.store import desk as stories
from monitor.store import edits, happenings, ledger, outbox, views
from monitor.store.reading import load_reading
from monitor.stories import ReadOuts
from monitor.web.forms import FormFields
from monitor.web.page import desk_of, go_to, not_found, show_page
from monitor.web.timeline import draw_timeline
from monitor.web.versions import diff_versions

router = APIRouter(default_response_class=HTMLResponse)
MOST_CHANGED, MOST_TRACED = (
    10,
    10,
)  # articles of one story whose versions and traces are shown; the others have pages of their own
FIELD = "article-"  # of a form: a box for each article


@router.get("/story/{story_id}", response_model=None)
def show_story(request: Request, story_id: int) -> HTMLResponse | RedirectResponse:
    """Its articles in order, its timeline, its alerts and what became of them; a merged one leads to what it is part of."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        root = edits.find_root(connection, story_id)
        found = views.load_story_views(connection, [root], desk.config(), find=desk.find_watchlists)
        articles = views.load_story_articles(connection, root)
        alerts = stories.load_alert_moments(connection, root)
        changes = edits.load_story_edits(connection, root)
        changed = [row.id for row in articles if row.version > 1][:MOST_CHANGED]
        readings = [reading for id in changed if (reading := load_reading(connection, id)) is not None]
    if not found:
        raise not_found("story")
    if root != story_id:
        return go_to(f"/story/{root}")
    outlets = {outlet.slug: outlet for outlet in desk.config().outlets}
    return show_page(
        request,
        "story.html",
        story=found[0],
        articles=articles,
        names=desk.outlet_names(),
        deliveries=outbox.list_deliveries(desk.store, story=root, limit=200),
        alerts=alerts,
        timeline=draw_timeline(articles, alerts, outlets, desk),
        readouts=[(one, _sides(one, articles)) for one in happenings.find_readouts(articles, desk.config())],
        edits=changes,
        changes=[(reading, diff_versions(reading)) for reading in readings],
        traces=[trace for row in articles[:MOST_TRACED] if (trace := ledger.load_trace(desk.store, row.url))],
        field=FIELD,
    )


@router.post("/story/{story_id}/merge", response_model=None)
def merge_story(request: Request, story_id: int, form: FormFields) -> RedirectResponse:
    """Puts another story into this one. The same form sent twice merges once."""
    desk, other = desk_of(request), _number(form["other"])
    with desk.store.write(alone=True) as connection:
        root = edits.find_root(connection, story_id)
        if edits.find_root(connection, other) == root:
            return go_to(f"/story/{root}", "merge-known")
        try:
            edits.merge_stories(connection, root, edits.find_root(connection, other), by="hand", now=desk.now())
        except StoreError as error:
            raise HTTPException(422, f"{error}.") from None
    desk.recent.forget()
    return go_to(f"/story/{root}", "merged")


@router.post("/story/{story_id}/split", response_model=None)
def split_story(request: Request, story_id: int, form: FormFields) -> RedirectResponse:
    """Makes the chosen articles a story of their own, and goes there."""
    desk = desk_of(request)
    chosen = [_number(name.removeprefix(FIELD)) for name in form if name.startswith(FIELD)]
    if not chosen:
        raise HTTPException(422, "Choose the articles that are another story.")
    try:
        with desk.store.write(alone=True) as connection:
            new = edits.split_story(connection, story_id, chosen, now=desk.now())
    except StoreError as error:
        raise HTTPException(422, f"{error}.") from None
    desk.recent.forget()
    return go_to(f"/story/{new}", "split")


def _sides(one: ReadOuts, articles: list[Any]) -> list[tuple[str, list[Any]]]:
    """Each side of a meeting with its articles, those that have told first."""
    by_id = {row.id: row for row in articles}
    told = [(side, [by_id[id] for id in ids]) for side, ids in one.told.items()]
    return told + [(side, []) for side in one.missing]


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 17:
        raise HTTPException(422, "A story and an article are named by their numbers.")
    return int(text)
