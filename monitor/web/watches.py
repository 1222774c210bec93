"""Watchlists: how often each caught something, how well, and when last; one in detail with its spellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from monitor.matching.watch import compile_match, slugs_of
from monitor.model import EVENT_PREFIX, Watchlist
from monitor.store import archive, tallies
from monitor.web.desk import Desk
from monitor.web.outlets import DAYS, last_days
from monitor.web.page import desk_of, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
WIDTH, HEIGHT = 180, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One watchlist over the last thirty days. `by_day`: articles, oldest day first."""

    watchlist: Watchlist
    by_day: tuple[int, ...]
    good: int
    judged: int
    last_at: datetime | None

    @property
    def total(self) -> int:
        return sum(self.by_day)

    @property
    def precision(self) -> str:
        """Share of good verdicts, with how many there were: a share of three says little."""
        return f"{100 * self.good / self.judged:.0f} % of {self.judged}" if self.judged else "not judged yet"


@router.get("/watches", response_model=None)
def show_watches(request: Request) -> HTMLResponse:
    """A row a watchlist; one that caught nothing is said to."""
    desk = desk_of(request)
    rows = find_rows(desk)
    with desk.store.read() as connection:
        beginning = archive.find_beginning(connection)
    is_young = beginning is None or desk.now() - beginning < timedelta(days=DAYS)
    return show_page(
        request,
        "watches.html",
        rows=[(row, draw_spark(row.by_day)) for row in rows],
        days=last_days(desk.now()),
        is_young=is_young,
    )


@router.get("/watches/{slug}", response_model=None)
def show_watch(request: Request, slug: str) -> HTMLResponse:
    """One watchlist: its expression, its entries, the spellings under which each was found."""
    desk = desk_of(request)
    row = next((row for row in find_rows(desk) if row.watchlist.slug == slug), None)
    if row is None:
        raise not_found("watchlist")
    names = desk.entry_names()
    entries = list(dict.fromkeys(entry for entry, _, _ in slugs_of(row.watchlist.match)))
    since = desk.now() - timedelta(days=DAYS)

    def count() -> list[tuple[str, list[tuple[str, int, datetime]]]]:
        with desk.store.read() as connection:
            return [(entry, tallies.tally_spellings(connection, since, entry)) for entry in entries]

    spellings = desk.recent.find(("spellings", slug, desk.config().version), desk.now(), count)
    return show_page(
        request, "watch.html", row=row, chart=draw_spark(row.by_day, wide=True), spellings=spellings, names=names,
        days=last_days(desk.now()), files=_files(desk), digests={plan.slug: plan.name for plan in desk.config().digests},
    )  # fmt: skip


def _files(desk: Desk) -> dict[str, str]:
    """The file in which each person and topic stands."""
    config = desk.config()
    return {item.slug: "people" for item in config.people} | {item.slug: "topics" for item in config.topics}


def find_rows(desk: Desk) -> list[WatchRow]:
    """All watchlists in the order of the configuration."""
    return desk.recent.find(("watches", desk.config().version), desk.now(), lambda: _count_rows(desk))


def _count_rows(desk: Desk) -> list[WatchRow]:
    config, now = desk.config(), desk.now()
    since = now - timedelta(days=DAYS)
    entries = {slug: "" for watchlist in config.watchlists for slug, _, _ in slugs_of(watchlist.match)}
    with desk.store.read() as connection:
        events = {slug.removeprefix(EVENT_PREFIX) for slug in entries if slug.startswith(EVENT_PREFIX)}
        sets = tallies.count_entry_sets(connection, since, events)
        judged = tallies.load_judged(connection, since)
        last = tallies.find_last_hits(connection, entries)
    days = last_days(now)
    rows = []
    for watchlist in config.watchlists:
        holds = compile_match(watchlist.match)
        counts = dict.fromkeys(days, 0)
        for day, names, count in sets:
            if day in counts and holds(names):
                counts[day] += count
        verdicts = [verdict for names, _, verdict in judged if holds(names)]
        seen = [last[slug] for slug, _, _ in slugs_of(watchlist.match) if slug in last]
        rows.append(
            WatchRow(
                watchlist=watchlist,
                by_day=tuple(counts.values()),
                good=verdicts.count("good"),
                judged=len(verdicts),
                last_at=max(seen, default=None),
            )
        )
    return rows


def draw_spark(by_day: Sequence[int], *, wide: bool = False) -> Markup:
    """An SVG of bars, a day each; the highest is the highest day."""
    width, height = (WIDTH * 4, HEIGHT * 3) if wide else (WIDTH, HEIGHT)
    step, peak = width / max(1, len(by_day)), max(1, *by_day)
    today = len(by_day) - 1
    bars = Markup("").join(
        Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
            f"{number * step:.1f}",
            f"{height - max(1.0, count / peak * (height - 2)) if count else height - 1:.1f}",
            f"{step - 1:.1f}",
            f"{max(1.0, count / peak * (height - 2)) if count else 1:.1f}",
            "today" if number == today else f"{today - number} days ago",
            count,
        )
        for number, count in enumerate(by_day)
    )
    return Markup('<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, f"{sum(by_day)} articles in {len(by_day)} days, {max(by_day, default=0)} on the busiest", bars
    )
