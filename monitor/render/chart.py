"""Charts as PNG or SVG: stories a day for each watchlist. Pure, but for the fonts that matplotlib reads.

Figures are made without pyplot, whose state is global and not for threads. Source: matplotlib.org/stable/users/faq, "embedding without GUI".
"""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN, HEIGHT_IN, DPI = 6.8, 2.4, 200  # 680 points wide, drawn at double size for sharp screens
MOST_SERIES = 6  # more colours are not told apart; the rest is summed up
LONGEST_NAME = 32
INK, PALE = "#1b2530", "#d9dee3"
# Seven colours that the colour-blind tell apart. Source: Okabe and Ito, "Color Universal Design", 2008 (without yellow, too light on white).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#5a6672")

Series = tuple[str, tuple[int, ...]]
P = ParamSpec("P")
T = TypeVar("T")
PEN = RLock()  # held by who draws


def drawn_alone(draw: Callable[P, T]) -> Callable[P, T]:
    """One drawing at a time: what matplotlib imports, its settings and Python's warnings are global, and the page draws in threads."""

    @functools.wraps(draw)
    def draw_alone(*args: P.args, **kwargs: P.kwargs) -> T:
        with PEN:
            return draw(*args, **kwargs)

    return draw_alone


@drawn_alone
def draw_days(
    series: Sequence[Series], last_day: date, *, kind: Literal["png", "svg"] = "png", title: str = ""
) -> bytes:
    """Stacked bars, a bar per day, the last one at `last_day`; the title ends with the range. The same bytes for the same values."""
    from matplotlib.figure import Figure  # slow to import, and most processes draw nothing

    length = max((len(counts) for _, counts in series), default=7)
    days = [last_day - timedelta(days=length - 1 - number) for number in range(length)]
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    shown = shorten_series(series)
    bottoms = [0] * length
    for number, (name, counts) in enumerate(shown):
        axes.bar(range(length), counts, bottom=bottoms, width=0.62, color=COLOURS[number], label=name)
        bottoms = [below + count for below, count in zip(bottoms, counts, strict=True)]
    _dress(axes, days, max(bottoms, default=0))
    axes.set_title(f"{title} {days[0]:%d %b} to {days[-1]:%d %b %Y}".strip(), loc="left", fontsize=9, color=INK)
    if shown:
        figure.legend(loc="outside right upper", fontsize=7, frameon=False, labelcolor=INK)
    return save_figure(figure, kind)


def shorten_series(series: Sequence[Series]) -> list[Series]:
    """The fullest series by name, the rest as one."""
    ordered = sorted(series, key=lambda one: -sum(one[1]))
    kept, rest = ordered[:MOST_SERIES], ordered[MOST_SERIES:]
    found = [(_plain(name), counts) for name, counts in kept]
    if rest:
        found.append((f"{len(rest)} others", tuple(map(sum, zip(*(counts for _, counts in rest), strict=True)))))
    return found


def _plain(name: str) -> str:
    """A name for a legend: one line, no mathematics, no leading underscore (which hides it)."""
    line = " ".join(name.split())
    cut = line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
    return cut.replace("$", r"\$").lstrip("_") or "–"


def _dress(axes: Axes, days: Sequence[date], peak: int) -> None:
    """Whole numbers from zero, quiet lines, a weekday below each bar."""
    axes.set_xticks(range(len(days)), [f"{day:%a %d}" for day in days], fontsize=7, color=INK)
    dress_axis(axes, max(peak * 1.1, 1))


def dress_axis(axes: Axes, top: float) -> None:
    """Counts from zero to `top`, quiet lines."""
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.tick_params(axis="y", labelsize=7, labelcolor=INK, length=0)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(PALE)


def save_figure(figure: object, kind: str) -> bytes:
    """The figure as PNG or SVG, without a date: the same bytes for the same values."""
    import matplotlib as mpl

    found = io.BytesIO()
    metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with warnings.catch_warnings(), mpl.rc_context({"svg.hashsalt": "diplowatch"}):
        warnings.simplefilter("ignore", UserWarning)  # a sign that the font does not hold is drawn as a box
        figure.savefig(found, format=kind, metadata=metadata)  # type: ignore[attr-defined]
    return found.getvalue()
