from datetime import date

import pytest

from monitor.stories.dates import find_days
from monitor.text import fold

FRIDAY = date(2025, 3, 7)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("on 2 March", "en", date(2025, 3, 2)),
        ("on March 2nd", "en", date(2025, 3, 2)),
        ("on December 30", "en", date(2024, 12, 30)),
        ("on 30 December 2025", "en", date(2025, 12, 30)),
        ("le 1er mars", "fr", date(2025, 3, 1)),
        ("am 2. März", "de", date(2025, 3, 2)),
        ("el 2 de marzo de 2024", "es", date(2024, 3, 2)),
        ("2 марта", "ru", date(2025, 3, 2)),
        ("2 березня", "uk", date(2025, 3, 2)),
        ("في 2 مارس", "ar", date(2025, 3, 2)),
        ("3月2日", "zh", date(2025, 3, 2)),
        ("28日", "zh", date(2025, 2, 28)),
        ("02.03.2025", "de", date(2025, 3, 2)),
        ("2025-03-02", "en", date(2025, 3, 2)),
        ("on Thursday", "en", date(2025, 3, 6)),
        ("next Monday", "en", date(2025, 3, 10)),
        ("в среду", "ru", date(2025, 3, 5)),
        ("у п'ятницю", "uk", date(2025, 3, 7)),
        ("周四", "zh", date(2025, 3, 6)),
        ("yesterday", "en", date(2025, 3, 6)),
        ("завтра", "ru", date(2025, 3, 8)),
        ("أمس", "ar", date(2025, 3, 6)),
    ],
)
def test_a_day_is_resolved_against_the_day_of_publication(text, language, day):
    assert find_days(fold(text), language, FRIDAY)[0].on == day


def test_a_weekday_lies_ahead_for_what_is_announced():
    assert find_days("on monday", "en", FRIDAY, is_ahead=True)[0].on == date(2025, 3, 10)


@pytest.mark.parametrize(
    ("text", "language"), [("on 31 February", "en"), ("in May", "en"), ("3月32日", "zh"), ("", "de"), ("room 2", "en")]
)
def test_no_day_is_made_up(text, language):
    assert find_days(fold(text), language, FRIDAY) == []
