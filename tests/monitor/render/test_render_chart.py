"""Charts: the same bytes for the same values, whatever the names and numbers are."""

from __future__ import annotations

from datetime import date

import pytest
from newsroom import make_digest, make_story

from monitor.render import render_digest
from monitor.render.chart import draw_days
from monitor.render.mail import show_alone

DAY = date(2026, 3, 2)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_values_give_the_same_bytes(kind: str) -> None:
    series = [("North", (0, 1, 2, 0, 3, 1, 2)), ("South", (1, 1, 0, 0, 0, 0, 5))]
    assert draw_days(series, DAY, kind=kind) == draw_days(series, DAY, kind=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "series",
    [
        [],
        [("nothing", (0,) * 7)],
        [("_hidden $x$ \n line " + "long " * 30, (1,) * 7)],
        [("北京 نورلاند", (10**6,) * 7)],
        [(f"list {number}", (number,) * 7) for number in range(40)],
    ],
)
def test_odd_names_and_numbers_are_drawn(series: list[tuple[str, tuple[int, ...]]]) -> None:
    assert draw_days(series, DAY).startswith(b"\x89PNG")


def test_a_chart_says_its_range_and_the_rest_beyond_six() -> None:
    svg = draw_days([(f"list {n}", (n, 1, 1, 1, 1, 1, 1)) for n in range(9)], DAY, kind="svg").decode()
    assert "24 Feb to 02 Mar 2026" in svg and "3 others" in svg


def test_a_previewed_digest_holds_its_picture_in_itself() -> None:
    (mail,) = render_digest(make_digest(make_story()), "mail", key="k")
    shown = show_alone(mail)
    assert 'src="cid:' in mail.body and "cid:" not in shown
    assert shown.count('src="data:image/png;base64,iVBOR') == 1


def test_a_week_without_stories_has_no_picture() -> None:
    (mail,) = render_digest(make_digest(week=(("The north", (0,) * 7),)), "mail", key="k")
    assert mail.payload == "" and "<img" not in mail.body
