"""A source that sends the same bytes again: known for a while, and only when nothing about it is different."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.heard import READ_AGAIN, Heard
from crawler.polls import Answer, Asked

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ASKED = Asked(kind="feed", url="https://news.example/feed")
ANSWER = Answer(status=200, url="https://news.example/feed", body=b"<rss/>", content_type="application/rss+xml")


def test_the_same_answer_is_known_and_read_again_after_a_while() -> None:
    heard = Heard()
    assert not heard.knows(ASKED, ANSWER, NOW)
    heard.note(ASKED, ANSWER, NOW)
    assert heard.knows(ASKED, ANSWER, NOW + READ_AGAIN - timedelta(seconds=1))
    assert not heard.knows(ASKED, ANSWER, NOW + READ_AGAIN)
    heard.clear()
    assert not heard.knows(ASKED, ANSWER, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"<rss />"},
        {"status": 304},
        {"url": "https://news.example/other"},
        {"content_type": "text/html"},
        {"moved_to": "https://else.example/feed"},
    ],
)
def test_another_answer_is_not_known(change: dict[str, object]) -> None:
    heard = Heard()
    heard.note(ASKED, ANSWER, NOW)
    assert not heard.knows(ASKED, replace(ANSWER, **change), NOW)  # type: ignore[arg-type]
    assert not heard.knows(replace(ASKED, links="h2 a"), ANSWER, NOW)
    assert not heard.knows(replace(ASKED, url="https://news.example/2"), ANSWER, NOW)
