"""Why a story rings again, in words."""

from __future__ import annotations

import pytest
from newsroom import make_story

from monitor.model import UPDATE_KINDS
from monitor.render import render_alert, say_reason, tell_news


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("confirmation", "first official source"),
        ("stage:treaty:done", "a new stage, treaty done"),
        ("stage:visit:running", "a new stage, visit under way"),
        ("stage", "a new stage"),
        ("something else", "something else"),
    ],
)
def test_a_reason_is_told_in_words(reason: str, words: str) -> None:
    assert say_reason(reason) == words


@pytest.mark.parametrize("kind", UPDATE_KINDS)
def test_every_kind_of_update_has_words_of_its_own(kind: str) -> None:
    assert say_reason(kind) != kind


def test_an_update_says_first_what_it_rings_for() -> None:
    story = tell_news(make_story(new=("Ships pass.", "Torvik signs 340 papers.")), "number", "Torvik signs 340 papers.")

    (message,) = render_alert(story, "update", "text", key="i-a1-x", zone="UTC", desk="")

    assert "+ a new number: Torvik signs 340 papers.\n+ Ships pass." in message.body
    assert message.title.startswith("Update: ")


def test_an_update_without_a_sentence_still_says_why() -> None:
    assert tell_news(make_story(), "denial", "").new == ("denied",)
