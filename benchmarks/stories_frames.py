"""How well the reader of events does on the labelled leads: event F1, participants F1, exact days, stages, places.

    python benchmarks/stories_frames.py [--json] [--wrong]

The leads are those of tests/monitor/stories/leads.txt.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.stories import Frame, read_frame  # noqa: E402
from monitor.text import fold  # noqa: E402

LEADS = ROOT / "tests" / "monitor" / "stories" / "leads.txt"


class Lead(NamedTuple):
    language: str
    published: date
    headline: str
    lead: str
    event: str
    stage: str
    people: list[str]
    states: list[str]
    place: str
    on: date | None


def load_leads() -> list[Lead]:
    leads = []
    for line in LEADS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|")]
            people = [name.strip() for name in cells[6].split(";") if name.strip()]
            on = date.fromisoformat(cells[9]) if cells[9] else None
            leads.append(
                Lead(cells[0], date.fromisoformat(cells[1]), *cells[2:6], people, cells[7].split(), cells[8], on)
            )
    return leads


def find_key(name: str) -> str:
    """People are compared by the beginning of their last word: inflected forms are one name."""
    return fold(name).replace("·", " ").split()[-1][:4]


def count(leads: list[Lead], frames: list[Frame | None]) -> dict[str, float]:
    """F1 of events (macro over events), F1 of participants, shares of exact days, stages and places."""
    right, said, true = Counter(), Counter(), Counter()
    hits = found = wanted = 0
    days = stages = places = 0
    for lead, frame in zip(leads, frames, strict=True):
        event = frame.event if frame else ""
        true[lead.event] += 1
        said[event] += 1
        right[event] += event == lead.event
        ours = {find_key(name) for name in frame.people} | set(frame.states) if frame else set()
        theirs = {find_key(name) for name in lead.people} | set(lead.states)
        hits, found, wanted = hits + len(ours & theirs), found + len(ours), wanted + len(theirs)
        days += (frame.on if frame else None) == lead.on
        stages += (frame.stage if frame else "") == lead.stage
        places += (frame.place if frame else "") == lead.place
    scores = [2 * right[event] / (true[event] + said[event]) for event in true]
    dated = [(lead, frame) for lead, frame in zip(leads, frames, strict=True) if lead.on]
    return {
        "event F1 (macro)": sum(scores) / len(scores),
        "event accuracy": sum(right.values()) / len(leads),
        "participants F1": 2 * hits / (found + wanted),
        "day exact (all)": days / len(leads),
        "day exact (where one is named)": sum((f.on if f else None) == lead.on for lead, f in dated) / len(dated),
        "stage accuracy": stages / len(leads),
        "place accuracy": places / len(leads),
    }


BOUNDS = {
    "event F1 (macro)": 0.85,
    "participants F1": 0.80,
    "day exact (all)": 0.90,
    "day exact (where one is named)": 0.90,
}


def measure() -> list[dict[str, object]]:
    leads = load_leads()
    start = time.process_time()
    frames = [read_frame(lead.headline, lead.lead, lead.language, lead.published) for lead in leads]
    cost = (time.process_time() - start) / len(leads) * 1e3
    rows = [make_row(name, value, bound=BOUNDS.get(name)) for name, value in count(leads, frames).items()]
    for language in dict.fromkeys(lead.language for lead in leads):
        chosen = [i for i, lead in enumerate(leads) if lead.language == language]
        part = count([leads[i] for i in chosen], [frames[i] for i in chosen])
        names = ("event accuracy", "participants F1", "day exact (all)")
        rows += [make_row(f"{language}: {name}", part[name]) for name in names]
    return [*rows, make_row("cost, first use included", cost, unit="ms a lead")]


def make_row(name: str, value: float, *, bound: float | None = None, unit: str = "share") -> dict[str, object]:
    holds = bound is None or value >= bound
    return {"measure": f"frames: {name}", "value": round(value, 3), "unit": unit, "bound": bound, "holds": holds}


def show_wrong() -> None:
    for lead in load_leads():
        frame = read_frame(lead.headline, lead.lead, lead.language, lead.published)
        ours = (
            (
                frame.event,
                frame.stage,
                sorted({find_key(n) for n in frame.people} | set(frame.states)),
                frame.place,
                str(frame.on or ""),
            )
            if frame
            else None
        )
        theirs = (
            lead.event,
            lead.stage,
            sorted({find_key(n) for n in lead.people} | set(lead.states)),
            lead.place,
            str(lead.on or ""),
        )
        if ours != theirs:
            print(f"{lead.language} {lead.headline} / {lead.lead}\n   found {ours}\n   true  {theirs}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="print the leads that are read wrongly")
    options = parser.parse_args()
    if options.wrong:
        show_wrong()
    elif options.json:
        print(json.dumps({"rows": measure()}, ensure_ascii=False))
    else:
        for row in measure():
            print(
                f"{row['measure']:50} {row['value']:>8} {row['unit']}"
                + (f"  (bound {row['bound']}, {'holds' if row['holds'] else 'missed'})" if row["bound"] else "")
            )
