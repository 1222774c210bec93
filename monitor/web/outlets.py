"""Each outlet's state in words, its last thirty days as a strip, the way from candidate to alert; one outlet in detail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from monitor.store import crawling, ledger, subscriptions, tallies, visits
from monitor.web.desk import Desk
from monitor.web.forms import read_form
from monitor.web.page import FINE, desk_of, go_to, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
DAYS = 30
CELL, GAP = 7, 1
NEWS = ("matched", "no-match", "changed", "duplicate")
TROUBLE = ("failed", "blocked", "no-text", "disallowed", "paywalled")
Month = dict[date, dict[str, int]]


@router.get("/outlets", response_model=None)
def show_outlets(request: Request, state: str = "") -> HTMLResponse:
    """A row an outlet, those that need a look first."""
    desk = desk_of(request)
    healths = crawling.load_healths(desk.store, desk.now())
    months = find_months(desk)
    days = last_days(desk.now())
    rows = [(health, draw_small_strip(months.get(health.slug, {}), days)) for health in healths]
    counts: dict[str, int] = {}
    for health in healths:
        counts[health.state] = counts.get(health.state, 0) + 1
    if state == "look":
        rows = [row for row in rows if row[0].state not in FINE]
    elif state:
        rows = [row for row in rows if row[0].state == state]
    rows.sort(key=lambda row: (row[0].state == "disabled", row[0].state in FINE, row[0].name.casefold()))
    return show_page(
        request, "outlets.html", rows=rows, counts=counts, state=state, funnel=find_funnel(desk), since=days[0],
        sick=sum(health.state not in FINE for health in healths), total=len(healths), outlets=_configured(desk),
    )  # fmt: skip


@router.get("/outlets/{slug}", response_model=None)
def show_outlet(request: Request, slug: str, state: str = "") -> HTMLResponse:
    """One outlet: its sources, its ledger, its latest candidates."""
    desk = desk_of(request)
    healths = crawling.load_healths(desk.store, desk.now(), [slug])
    if not healths:
        raise not_found("outlet")
    with desk.store.read() as connection:
        sources = visits.load_outlet_sources(connection, slug)
        candidates = visits.load_candidates(connection, slug, state=state)
        hubs = subscriptions.load_subscriptions(connection, slug)
    month, days = find_months(desk).get(slug, {}), last_days(desk.now())
    states: dict[str, int] = {}
    for counts in month.values():
        for name, count in counts.items():
            states[name] = states.get(name, 0) + count
    return show_page(
        request, "outlet.html", health=healths[0], outlet=_configured(desk).get(slug), sources=sources, hubs=hubs,
        candidates=candidates, strip=draw_strip(month, days), states=sorted(states.items(), key=lambda item: -item[1]),
        state=state, since=days[0], newest=next((row.article_id for row in candidates if row.article_id), None),
    )  # fmt: skip


@router.post("/outlets/{slug}/poll", response_model=None, dependencies=[Depends(read_form)])
def ask_poll(request: Request, slug: str) -> RedirectResponse:
    """Makes an outlet due now."""
    desk = desk_of(request)
    done = visits.ask_poll(desk.store, slug, desk.now())
    if not done and slug not in _configured(desk):
        raise not_found("outlet")
    return go_to(f"/outlets/{slug}", "poll" if done else "no-poll")


def find_months(desk: Desk) -> dict[str, Month]:
    """Outlet → day → ledger state → count, over the last thirty days."""

    def count() -> dict[str, Month]:
        with desk.store.read() as connection:
            return tallies.count_states_by_day(connection, desk.now() - timedelta(days=DAYS))

    return desk.recent.find("months", desk.now(), count)


def find_funnel(desk: Desk) -> list[tuple[str, int]]:
    """(stage, count) of the last day, from what was found to what was sent."""

    def count() -> list[tuple[str, int]]:
        since = desk.now() - timedelta(days=1)
        states = ledger.count_states(desk.store, since)
        with desk.store.read() as connection:
            out = tallies.count_outputs(connection, since)
        return [("candidates", sum(states.values())), *out.items()]

    return desk.recent.find("funnel", desk.now(), count)


def last_days(now: datetime) -> list[date]:
    """The last thirty days (UTC), today last."""
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def draw_strip(month: Month, days: list[date]) -> Markup:
    """An SVG with a cell a day: good (articles), trouble (more than half of the pages could not be read), or nothing. A word on each."""
    cells = Markup("").join(
        Markup('<rect class="{}" x="{}" y="0" width="{}" height="16"><title>{}</title></rect>').format(
            grade_day(month.get(day, {})), number * (CELL + GAP), CELL, _say_day(day, month.get(day, {}))
        )
        for number, day in enumerate(days)
    )
    return _frame(month, days, cells)


def draw_small_strip(month: Month, days: list[date]) -> Markup:
    """The same for a long list: a path a grade, a tenth of the bytes."""
    paths: dict[str, list[str]] = {}
    for number, day in enumerate(days):
        paths.setdefault(grade_day(month.get(day, {})), []).append(f"M{number * (CELL + GAP)} 0h{CELL}v16h-{CELL}z")
    cells = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(grade, "".join(path)) for grade, path in paths.items()
    )
    return _frame(month, days, cells)


def _frame(month: Month, days: list[date], cells: Markup) -> Markup:
    news = sum(_news(month.get(day, {})) for day in days)
    return Markup('<svg class="strip" viewBox="0 0 {} 16" role="img" aria-label="{}">{}</svg>').format(
        len(days) * (CELL + GAP), f"{news} articles in {len(days)} days", cells
    )


def grade_day(states: dict[str, int]) -> str:
    """`none some many trouble`: what a day gave."""
    news, trouble = _news(states), sum(states.get(name, 0) for name in TROUBLE)
    if trouble > news:
        return "trouble"
    if not news:
        return "none"
    return "many" if news >= 20 else "some"  # 20 a day: a busy outlet; a guess


def _say_day(day: date, states: dict[str, int]) -> str:
    words = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "nothing new"
    return f"{day:%d %b}: {words}"


def _news(states: dict[str, int]) -> int:
    return sum(states.get(name, 0) for name in NEWS)


def _configured(desk: Desk) -> dict[str, object]:
    return {outlet.slug: outlet for outlet in desk.config().outlets}
