"""A page with several pictures asks for all of them at once, of a process that has drawn nothing yet."""

from __future__ import annotations

import subprocess
import sys

DRAW = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from monitor.render import chart, figures

sys.setswitchinterval(1e-5)  # threads meet inside of an import
days = [date(2026, 3, day) for day in range(1, 8)]
gate = Barrier(4)
jobs = [
    lambda: figures.draw_calendar([("one", [1] * 7)], days, "svg"),
    lambda: figures.draw_funnel([("found", 3)], days[:2], "svg"),
    lambda: figures.draw_hits([("one", (1,) * 7)], [0] * 7, days, "svg"),
    lambda: chart.draw_days([("one", (1,) * 7)], days[-1], kind="svg"),
]


def draw(job):
    gate.wait()
    return job()


with ThreadPoolExecutor(4) as pool:
    at_once = list(pool.map(draw, jobs))
assert at_once == [job() for job in jobs]
"""


def test_pictures_that_are_drawn_at_once_are_the_same_as_one_by_one() -> None:
    done = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
