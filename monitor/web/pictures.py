"""Pictures of the last weeks, each with its date range, as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from monitor.render import figures
from monitor.store import pictures
from monitor.web.desk import Desk
from monitor.web.outlets import find_funnel, find_months, grade_day, last_days
from monitor.web.page import desk_of, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
BEFORE = 56  # days by which what is usual is judged: eight of each weekday
MOST_OUTLETS, MOST_STATES = 40, 14
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
GRADES = {"none": 0, "some": 1, "many": 2, "trouble": 3}
NAMES = {
    "hits": "Articles a day by person and topic; a triangle on days with alerts",
    "health": "Outlets, a cell a day",
    "funnel": "From what was found to what was sent, last 24 hours",
    "meetings": "Who met, visited or called whom, in stories",
    "volume": "Articles a day against what is usual on that weekday",
}


@router.get("/pictures", response_model=None)
def show_pictures(request: Request) -> HTMLResponse:
    """All of them."""
    days = last_days(desk_of(request).now())
    return show_page(request, "pictures.html", names=NAMES, first=days[0], last=days[-1])


@router.get("/pictures/{name}.{kind}", response_model=None)
def send_picture(request: Request, name: str, kind: str) -> Response:
    """One of them."""
    desk = desk_of(request)
    if name not in NAMES or kind not in KINDS:
        raise not_found("picture")
    key = ("picture", name, kind, desk.config().version)
    return Response(
        desk.recent.find(key, desk.now(), lambda: DRAW[name](desk, cast(figures.Kind, kind))), media_type=KINDS[kind]
    )


def _draw_hits(desk: Desk, kind: figures.Kind) -> bytes:
    days, names = last_days(desk.now()), desk.entry_names()
    since = desk.now() - timedelta(days=len(days))
    with desk.store.read() as connection:
        entries = pictures.count_entries_by_day(connection, since)
        alerts = pictures.count_alerts_by_day(connection, since)
    series = [(names.get(slug, slug), tuple(counts[day] for day in days)) for slug, counts in sorted(entries.items())]
    return figures.draw_hits(series, [alerts[day] for day in days], days, kind)


def _draw_health(desk: Desk, kind: figures.Kind) -> bytes:
    days, months = last_days(desk.now()), find_months(desk)
    rows = [
        (outlet.name, [GRADES[grade_day(months.get(outlet.slug, {}).get(day, {}))] for day in days])
        for outlet in desk.config().outlets
        if outlet.enabled
    ]
    rows.sort(key=lambda row: (-row[1].count(GRADES["trouble"]), -row[1].count(GRADES["none"]), row[0]))
    return figures.draw_calendar(rows[:MOST_OUTLETS], days, kind)


def _draw_funnel(desk: Desk, kind: figures.Kind) -> bytes:
    return figures.draw_funnel(find_funnel(desk), last_days(desk.now())[-2:], kind)


def _draw_meetings(desk: Desk, kind: figures.Kind) -> bytes:
    days = last_days(desk.now())
    with desk.store.read() as connection:
        found = pictures.count_meetings(connection, desk.now() - timedelta(days=len(days)))
    totals: dict[str, int] = {}
    for pair, count in found.items():
        for state in pair:
            totals[state] = totals.get(state, 0) + count
    names = sorted(totals, key=lambda state: (-totals[state], state))[:MOST_STATES]
    cells = [[found[min(one, other), max(one, other)] if one != other else 0 for other in names] for one in names]
    return figures.draw_meetings(names, cells, days, kind)


def _draw_volume(desk: Desk, kind: figures.Kind) -> bytes:
    days = last_days(desk.now())
    with desk.store.read() as connection:
        counts = pictures.count_articles_by_day(connection, desk.now() - timedelta(days=len(days) + BEFORE))
    bands = [find_band([counts[day - timedelta(weeks=week)] for week in range(1, BEFORE // 7 + 1)]) for day in days]
    return figures.draw_volume([counts[day] for day in days], [low for low, _ in bands], [high for _, high in bands], days, kind)  # fmt: skip


def find_band(earlier: Sequence[int]) -> tuple[float, float]:
    """What is usual: the median of earlier days and three times their median deviation around it.

    Source: Leys et al. 2013, "Detecting outliers: do not use standard deviation around the mean".
    """
    middle = median(earlier)
    spread = 3 * 1.4826 * median(abs(count - middle) for count in earlier)
    return max(0.0, middle - spread), middle + spread


DRAW: dict[str, Callable[[Desk, figures.Kind], bytes]] = {
    "hits": _draw_hits,
    "health": _draw_health,
    "funnel": _draw_funnel,
    "meetings": _draw_meetings,
    "volume": _draw_volume,
}
