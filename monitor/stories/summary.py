"""What a whole story reports: one event from the frames of its articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.stories.frames import Frame

ONWARD = ("announced", "running", "done")
MOST_STATES = 4  # that are said
STAGES = {"announced": "announced", "running": "under way", "done": "", "denied": "denied", "cancelled": "called off"}


def sum_up(frames: Sequence[Frame]) -> Frame | None:
    """The event that most articles report (a statement only when there is nothing else), with its latest stage; None without any.

    `frames` in order of arrival. States in the order of how many name them; place and day the most frequent ones.
    """
    telling = [frame for frame in frames if frame.event != "statement"] or list(frames)
    if not telling:
        return None
    event = _most(frame.event for frame in telling)
    mine = [frame for frame in telling if frame.event == event]
    states = Counter(state for frame in mine for state in dict.fromkeys(frame.states))
    return replace(
        mine[0],
        event=event,
        stage=_latest([frame.stage for frame in mine]),
        people=tuple(dict.fromkeys(name for frame in mine for name in frame.people)),
        states=tuple(state for state, _ in states.most_common()),
        place=_most(frame.place for frame in mine if frame.place),
        on=next(iter(Counter(frame.on for frame in mine if frame.on)), None),
    )


def say_event(frame: Frame) -> str:
    """ "meeting, under way · NO, FI · Oslo · 10 Mar 2026": what is known of it."""
    stage = STAGES.get(frame.stage, frame.stage)
    facts = [f"{frame.event}, {stage}" if stage else frame.event, ", ".join(frame.states[:MOST_STATES])]
    facts.append(frame.place.replace("-", " ").title() if frame.place.islower() else "")
    facts.append(f"{frame.on:%-d %b %Y}" if frame.on else "")
    return " · ".join(fact for fact in facts if fact)


def _latest(stages: Sequence[str]) -> str:
    """What was called off or denied last is that; else the furthest on its way."""
    if stages[-1] not in ONWARD:
        return stages[-1]
    return max((stage for stage in stages if stage in ONWARD), key=ONWARD.index)


def _most(values: Iterable[str]) -> str:
    """The most frequent value, the first of equals; "" without any."""
    return next((value for value, _ in Counter(values).most_common(1)), "")
