"""The JSON API, with its OpenAPI document under /api/openapi.json."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import State
from starlette.responses import Response

import monitor
from monitor.errors import StoreError
from monitor.store import crawling, ledger, outbox, reading, silences, verdicts, views
from monitor.store import desk as stories
from monitor.web import api_shapes as shapes
from monitor.web.page import desk_of
from monitor.web.pages import FilterFields, to_wanted
from monitor.web.searching import find_articles
from monitor.web.silences import LONGEST, find_problem

Id = Annotated[int, Path(ge=1, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=500)]


router = APIRouter()


def make_api(state: State) -> FastAPI:
    """The API as an application of its own, mounted under /api. A change needs a token with the scope write."""
    api = FastAPI(title="diplowatch", version=monitor.__version__, docs_url=None, redoc_url=None)
    api.state = state
    api.add_exception_handler(HTTPException, _say_problem)
    api.add_exception_handler(StoreError, _say_store)
    api.router.routes.extend(router.routes)
    return api


@router.get("/stories", summary="Stories, last updated first, with the filters of the page")
def list_stories(request: Request, filters: FilterFields, limit: Limit = 50) -> list[shapes.Story]:
    desk = desk_of(request)
    with desk.store.read() as connection:
        wanted = to_wanted(filters, desk)
        ids = stories.filter_stories(connection, wanted, skip=(filters.page - 1) * limit, limit=limit)
        found = views.load_story_views(connection, ids, desk.config(), find=desk.find_watchlists)
    return [shapes.to_story(view) for view in found]


@router.get("/stories/{story_id}", summary="One story with its articles", responses=shapes.NOT_FOUND)
def show_story(request: Request, story_id: Id) -> shapes.WholeStory:
    desk = desk_of(request)
    with desk.store.read() as connection:
        found = views.load_story_views(connection, [story_id], desk.config(), find=desk.find_watchlists)
        rows = views.load_story_articles(connection, story_id)
    if not found:
        raise HTTPException(404, "no such story")
    return shapes.to_whole_story(found[0], rows)


@router.get("/articles/{article_id}", summary="One article with its hits", responses=shapes.NOT_FOUND)
def show_article(request: Request, article_id: Id) -> shapes.Article:
    with desk_of(request).store.read() as connection:
        found = reading.load_reading(connection, article_id)
    if found is None:
        raise HTTPException(404, "no such article")
    return shapes.to_article(found)


@router.get("/outlets", summary="Each outlet's state, as `diplowatch outlets --json`")
def list_outlets(request: Request) -> list[shapes.Outlet]:
    desk = desk_of(request)
    return [shapes.to_outlet(health) for health in crawling.load_healths(desk.store, desk.now())]


@router.get("/deliveries", summary="Messages, newest first, as `diplowatch deliveries --json`")
def list_deliveries(
    request: Request, state: shapes.DeliveryState | None = None, limit: Limit = 100
) -> list[shapes.Delivery]:
    rows = outbox.list_deliveries(desk_of(request).store, state=state, limit=limit)
    return [shapes.Delivery(**row) for row in rows]


@router.get("/silences", summary="Silences in force")
def list_silences(request: Request) -> list[shapes.Silence]:
    desk = desk_of(request)
    return [shapes.to_silence(item) for item in silences.list_silences(desk.store, desk.now())]


@router.get("/search", summary="The archive, with the topic language", responses=shapes.UNREADABLE)
def search(
    request: Request, q: str, days: Annotated[int, Query(ge=1, le=3660)] = 30, limit: Limit = 40
) -> shapes.Search:
    result, problem = find_articles(desk_of(request), q, days=days, limit=limit)
    if problem is not None:
        raise HTTPException(422, str(problem))
    return shapes.to_search(result)


@router.get("/why", summary="The whole trace of one URL", responses=shapes.NOT_FOUND)
def why(request: Request, url: str) -> shapes.Trace:
    found = ledger.load_trace(desk_of(request).store, url)
    if found is None:
        raise HTTPException(404, "never seen in a source of a configured outlet")
    return shapes.Trace(url=found["url"], state=found["state"], steps=[shapes.Step(**step) for step in found["steps"]])


@router.post("/verdicts", summary="A reader's judgement of a hit", responses=shapes.NOT_FOUND, status_code=201)
def judge(request: Request, given: shapes.NewVerdict) -> shapes.Done:
    desk = desk_of(request)
    if not verdicts.save_verdict(desk.store, given.hit, given.verdict, desk.now()):
        raise HTTPException(404, "no such hit")
    desk.recent.forget()
    return shapes.Done(id=given.hit)


@router.post(
    "/silences", summary="Mutes a person, topic, story or outlet", responses=shapes.UNREADABLE, status_code=201
)
def add_silence(request: Request, given: shapes.NewSilence) -> shapes.Done:
    desk = desk_of(request)
    problem = find_problem(desk, given.kind, given.value)
    if problem or not desk.now() < given.until <= desk.now() + LONGEST:
        raise HTTPException(422, problem or "a silence ends in the future, within a year")
    made = silences.add_silence(desk.store, given.kind, given.value, given.until, given.reason, desk.now())
    return shapes.Done(id=made)


def _say_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"problem": str(error.detail)}, error.status_code)


def _say_store(_request: Request, error: Exception) -> Response:
    return JSONResponse({"problem": str(error)}, 503)
