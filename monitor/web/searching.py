"""Search of the archive with the topic language; a mistake is said with its place."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.errors import QueryError
from monitor.matching import compile_query
from monitor.store import lookup
from monitor.web.desk import Desk
from monitor.web.page import desk_of, show_page

router = APIRouter(default_response_class=HTMLResponse)
COUNTED_S = 0.02  # from the beginning, until which more than one page of matches is counted
BUDGET_S = 1.0  # of reading for one page; then it says how far it came
LONGEST_QUERY = 2000  # characters
DAYS = 30


@router.get("/search", response_model=None)
def show_search(
    request: Request,
    q: str = "",
    days: int = DAYS,
    outlet: str = "",
    language: str = "",
    entry: str = "",
    before: int = 0,
) -> HTMLResponse:
    """Articles that the query matches, newest first."""
    desk = desk_of(request)
    days = max(1, min(days, 3660))
    result, problem = find_articles(desk, q, days=days, outlet=outlet, language=language, entry=entry, before=before)
    config = desk.config()
    return show_page(
        request, "search.html", status=200 if problem is None else 422, q=q[:LONGEST_QUERY], days=days, outlet=outlet,
        language=language, entry=entry, entries=desk.entry_names(), before=before, result=result, problem=problem, names=desk.outlet_names(),
        outlets=sorted(config.outlets, key=lambda item: item.name.casefold()),
        languages=sorted({language for item in config.outlets for language in item.languages}),
    )  # fmt: skip


def find_articles(
    desk: Desk,
    q: str,
    *,
    days: int,
    outlet: str = "",
    language: str = "",
    entry: str = "",
    before: int = 0,
    limit: int = 40,
) -> tuple[lookup.Search | None, QueryError | None]:
    """The result, or why the query cannot be read; (None, None) for no query."""
    if not q.strip():
        return None, None
    if len(q) > LONGEST_QUERY:
        return None, QueryError("the query is too long", hint=f"{LONGEST_QUERY} characters at most")
    try:
        query = compile_query(q)
    except QueryError as error:
        return None, error
    start = monotonic()
    result = lookup.look_up(
        desk.store,
        query,
        since=desk.now() - timedelta(days=days),
        before=before or None,
        outlet=outlet,
        language=language[:12],
        entry=entry,
        limit=limit,
        is_spent=lambda: monotonic() > start + BUDGET_S,
        is_counted=lambda: monotonic() > start + COUNTED_S,
    )
    return result, None
