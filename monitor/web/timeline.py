"""The picture of one story: articles and alerts on one axis, a row a voice. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from monitor.model import Outlet
from monitor.web.desk import Desk

WIDTH, LEFT, RIGHT, ROW, TOP = 960, 190, 20, 26, 14
MOST_ROWS = 14
NAME = 24  # characters of a voice's name that fit to the left


def draw_timeline(
    articles: Sequence[Any], alerts: Sequence[tuple[datetime, str, str, str]], outlets: Mapping[str, Outlet], desk: Desk
) -> Markup:
    """An SVG without style attributes and scripts; each mark has a title. Rows: voices in order of arrival, then alerts."""
    moments = [article.seen_at for article in articles] + [alert[0] for alert in alerts]
    first, last = min(moments), max(moments)
    if last - first < timedelta(minutes=10):
        last = first + timedelta(minutes=10)

    def at(moment: datetime) -> str:
        return f"{LEFT + (moment - first) / (last - first) * (WIDTH - LEFT - RIGHT):.1f}"

    rows: dict[str, list[Any]] = {}
    for article in articles:
        outlet = outlets.get(article.outlet)
        rows.setdefault((outlet.family if outlet and outlet.family else article.outlet), []).append(article)
    shown = list(rows.items())[:MOST_ROWS]
    height = TOP + ROW * (len(shown) + bool(alerts)) + 34
    parts = [_row(name, found, TOP + ROW * number, at, outlets, desk) for number, (name, found) in enumerate(shown)]
    if alerts:
        parts.append(_alerts(alerts, TOP + ROW * len(shown), at, desk))
    parts.append(_axis(first, last, height - 26, desk))
    more = f", {len(rows) - MOST_ROWS} more voices are not drawn" if len(rows) > MOST_ROWS else ""
    label = (
        f"{len(articles)} articles of {len(rows)} voices and {len(alerts)} alerts from {desk.moment(first)} "
        f"to {desk.moment(last)}{more}"
    )
    return Markup('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        WIDTH, height, label, Markup("").join(parts)
    )


def _row(name: str, found: list[Any], y: int, at: Any, outlets: Mapping[str, Outlet], desk: Desk) -> Markup:
    outlet = outlets.get(found[0].outlet)
    shown = outlet.name if outlet else name
    marks = Markup("").join(
        Markup(
            '<a href="/article/{}"><circle class="{}" cx="{}" cy="{}" r="6"><title>{}: {}, {}{}</title></circle></a>'
        ).format(
            article.id,
            "copy" if article.duplicate_of else (outlet.orientation if outlet else "independent"),
            at(article.seen_at),
            y + 8,
            shown,
            article.headline,
            desk.moment(article.seen_at),
            " (copy)" if article.duplicate_of else "",
        )
        for article in found
    )
    return Markup('<text x="{}" y="{}">{}</text><line x1="{}" x2="{}" y1="{}" y2="{}"/>{}').format(
        0, y + 13, _cut(shown), LEFT, WIDTH - RIGHT, y + 8, y + 8, marks
    )


def _alerts(alerts: Sequence[tuple[datetime, str, str, str]], y: int, at: Any, desk: Desk) -> Markup:
    marks = Markup("").join(
        Markup('<path class="alert {}" d="M{} {}l6 11h-12z"><title>{} for {}: {}, {}</title></path>').format(
            state, at(moment), y + 2, kind, watchlist, state, desk.moment(moment)
        )
        for moment, watchlist, kind, state in alerts
    )
    return Markup('<text x="0" y="{}">alerts</text><line x1="{}" x2="{}" y1="{}" y2="{}"/>{}').format(
        y + 13, LEFT, WIDTH - RIGHT, y + 8, y + 8, marks
    )


def _axis(first: datetime, last: datetime, y: int, desk: Desk) -> Markup:
    return Markup('<text class="axis" x="{}" y="{}">{}</text><text class="axis end" x="{}" y="{}">{}</text>').format(
        LEFT, y + 18, desk.moment(first), WIDTH - RIGHT, y + 18, desk.moment(last)
    )


def _cut(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
