"""Why a story that was told rings again, in words. Pure."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import StoryView

WORDS = {
    "cancellation": "called off",
    "denial": "denied",
    "stage": "a new stage",
    "change": "an official text was changed",
    "withdrawal": "an official text is gone",
    "confirmation": "first official source",
    "second-voice": "second independent voice",
    "person": "a new name",
    "number": "a new number",
    "place": "a new place",
    "date": "a new date",
}


STAGES = {"announced": "announced", "running": "under way", "done": "done"}


def say_reason(reason: str) -> str:
    """ "first official source" for `confirmation`, "a new stage, treaty done" for `stage:treaty:done`; the reason where it is not known."""
    kind, *more = reason.split(":")
    said = WORDS.get(kind, reason)
    if kind != "stage" or len(more) < 2:
        return said
    return f"{said}, {more[0]} {STAGES.get(more[1], more[1])}"


def tell_news(view: StoryView, reason: str, sentence: str) -> StoryView:
    """The story with what an update rings for as the first of what is new."""
    first = f"{say_reason(reason)}: {sentence}" if sentence else say_reason(reason)
    return replace(view, new=(first, *(other for other in view.new if other != sentence)), is_update=True)
