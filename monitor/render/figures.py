"""Figures of the desk as PNG or SVG: hits with alerts, outlets as a calendar, the way to an alert, who met whom, volume against its band.

Pure, but for the fonts that matplotlib reads. Each title ends with its date range.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from monitor.render.chart import (
    COLOURS,
    DPI,
    INK,
    PALE,
    WIDTH_IN,
    Series,
    drawn_alone,
    dress_axis,
    save_figure,
    shorten_series,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Kind = Literal["png", "svg"]
ROW_IN = 0.19  # height of a row of a calendar or matrix
GRADES = (PALE, "#7fb89a", "#2f7d54", "#d0695c")  # nothing, some, many, trouble
BAND = "#cfe0ee"


@drawn_alone
def draw_hits(series: Sequence[Series], alerts: Sequence[int], days: Sequence[date], kind: Kind) -> bytes:
    """Articles a day by entry, stacked; a triangle on the days with alerts, with how many."""
    figure, axes = _begin(2.9)
    bottoms = [0] * len(days)
    shown = shorten_series(series)
    for number, (name, counts) in enumerate(shown):
        axes.bar(range(len(days)), counts, bottom=bottoms, width=0.7, color=COLOURS[number], label=name)
        bottoms = [below + count for below, count in zip(bottoms, counts, strict=True)]
    peak = max((*bottoms, 1))
    rung = [(place, count) for place, count in enumerate(alerts) if count]
    axes.plot([place for place, _ in rung], [peak * 1.08] * len(rung), "v", color=INK, markersize=4, label="alerts")
    for place, count in rung:
        axes.annotate(str(count), (place, peak * 1.11), ha="center", fontsize=6, color=INK)
    _dress_days(axes, days, peak * 1.2)
    figure.legend(loc="outside right upper", fontsize=7, frameon=False, labelcolor=INK)
    return _end(figure, axes, "Articles a day by person and topic, and alerts", days, kind)


@drawn_alone
def draw_calendar(rows: Sequence[tuple[str, Sequence[int]]], days: Sequence[date], kind: Kind) -> bytes:
    """A row an outlet, a cell a day; grades 0 nothing, 1 some, 2 many, 3 trouble."""
    from matplotlib.colors import ListedColormap

    figure, axes = _begin(max(1.4, 0.7 + ROW_IN * len(rows)))
    if rows:
        cells = [list(grades) for _, grades in rows]
        axes.pcolormesh(cells, cmap=ListedColormap(GRADES), vmin=0, vmax=3, edgecolors="white", linewidth=0.8)
        axes.invert_yaxis()
        axes.set_yticks([number + 0.5 for number in range(len(rows))], [_plain(name) for name, _ in rows], fontsize=6)
    step = max(1, len(days) // 8)
    places = range(0, len(days), step)
    axes.set_xticks([place + 0.5 for place in places], [f"{days[place]:%d %b}" for place in places], fontsize=7)
    axes.tick_params(length=0, labelcolor=INK)
    axes.spines[:].set_visible(False)
    return _end(figure, axes, "Outlets: articles (green), more than half unreadable (red)", days, kind)


@drawn_alone
def draw_funnel(stages: Sequence[tuple[str, int]], days: Sequence[date], kind: Kind) -> bytes:
    """From what was found to what was sent: a bar a stage."""
    figure, axes = _begin(2.2)
    names, counts = [name for name, _ in stages], [count for _, count in stages]
    bars = axes.barh(range(len(stages)), counts, color=COLOURS[0], height=0.62)
    axes.bar_label(bars, fontsize=7, color=INK, padding=3)
    axes.set_yticks(range(len(stages)), names, fontsize=8, color=INK)
    axes.invert_yaxis()
    axes.set_xlim(0, max((*counts, 1)) * 1.12)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return _end(figure, axes, "From found to sent", days, kind)


@drawn_alone
def draw_meetings(names: Sequence[str], counts: Sequence[Sequence[int]], days: Sequence[date], kind: Kind) -> bytes:
    """Who met whom: a matrix of states, the number of stories in each cell."""
    figure, axes = _begin(max(1.6, 0.9 + 0.24 * len(names)))
    if names:
        axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(2, *(max(row) for row in counts)) * 2.2, aspect="auto")
        for place, row in enumerate(counts):
            for other, count in enumerate(row):
                if count:
                    axes.annotate(str(count), (other, place), ha="center", va="center", fontsize=7, color=INK)
        axes.set_xticks(range(len(names)), names, fontsize=7)
        axes.set_yticks(range(len(names)), names, fontsize=7)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
    axes.tick_params(length=0, labelcolor=INK)
    axes.spines[:].set_visible(False)
    return _end(figure, axes, "Who met, visited or called whom: stories", days, kind)


@drawn_alone
def draw_volume(
    counts: Sequence[int], low: Sequence[float], high: Sequence[float], days: Sequence[date], kind: Kind
) -> bytes:
    """Articles a day over the band that earlier days of the same weekday give."""
    figure, axes = _begin(2.2)
    places = range(len(days))
    axes.fill_between(places, low, high, color=BAND, linewidth=0, label="usual", step="mid")
    axes.plot(places, counts, color=COLOURS[0], linewidth=1.6, marker="o", markersize=3, label="articles")
    _dress_days(axes, days, max((*counts, *high, 1)) * 1.1)
    figure.legend(loc="outside right upper", fontsize=7, frameon=False, labelcolor=INK)
    return _end(figure, axes, "Articles a day, and what is usual", days, kind)


def _begin(height_in: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout="constrained")
    return figure, figure.add_subplot()


def _dress_days(axes: Axes, days: Sequence[date], top: float) -> None:
    dress_axis(axes, top)
    step = max(1, len(days) // 8)
    axes.set_xticks(
        range(0, len(days), step), [f"{days[place]:%d %b}" for place in range(0, len(days), step)], fontsize=7
    )


def _end(figure: Figure, axes: Axes, title: str, days: Sequence[date], kind: Kind) -> bytes:
    axes.set_title(f"{title}, {days[0]:%d %b} to {days[-1]:%d %b %Y} (UTC)", loc="left", fontsize=9, color=INK)
    return save_figure(figure, kind)


def _plain(name: str) -> str:
    line = " ".join(name.split())
    return (line if len(line) <= 28 else line[:27] + "…").replace("$", r"\$")
