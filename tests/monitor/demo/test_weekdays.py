"""The demo tells its two days as today and tomorrow, whatever the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.demo import load_archive, move_weekdays
from monitor.stories.stream import StoryStream

TUESDAY = date(2026, 3, 3)


def place_all(today: date) -> list[int]:
    """The stories of the new articles, played within a minute at noon of that day."""
    stream, noon = StoryStream(), datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    rows = [
        {
            "id": article.id,
            "published_at": (noon + timedelta(seconds=article.at / 48)).isoformat(),
            "outlet": article.outlet,
            "headline": article.headline,
            "body": "\n\n".join(article.body),
            "language": article.language,
        }
        for article in move_weekdays(load_archive(), today).articles
        if not article.is_old and not article.copy_of
    ]
    return [stream.place(row)["story"] for row in rows]


def test_on_the_day_that_the_articles_name_nothing_is_moved() -> None:
    assert move_weekdays(load_archive(), TUESDAY) == load_archive()


@pytest.mark.parametrize("days", range(1, 7))
def test_the_stories_are_those_of_that_day_on_all_days(days: int) -> None:
    assert place_all(TUESDAY + timedelta(days=days)) == place_all(TUESDAY)


def test_each_language_has_its_words_for_it() -> None:
    def tell(article_id: str, days: int) -> str:
        article = move_weekdays(load_archive(), TUESDAY + timedelta(days=days)).article(article_id)
        return " ".join((article.headline, *article.body))

    texts = {
        language: next(
            article.id
            for article in load_archive().articles
            if article.language == language and not article.is_old and word in " ".join(article.body)
        )
        for language, word in (
            ("en", "on Tuesday"), ("de", "Dienstagmorgen"), ("fr", "mardi"), ("ru", "во вторник"), ("ar", "الثلاثاء"), ("zh", "星期二"),
        )
    }  # fmt: skip
    for language, word in (
        ("en", "on Friday"), ("de", "Freitagmorgen"), ("fr", "vendredi"), ("ru", " в пятницу"), ("ar", "الجمعة"), ("zh", "星期五"),
    ):  # fmt: skip
        assert word in tell(texts[language], 3)
    assert "вторник" not in tell(texts["ru"], 3)


def test_what_is_older_than_the_two_days_keeps_its_days() -> None:
    old = [article for article in load_archive().articles if article.is_old]
    moved = move_weekdays(load_archive(), TUESDAY + timedelta(days=2))
    assert [article for article in moved.articles if article.is_old] == old
