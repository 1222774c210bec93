import random
from collections import Counter

import numpy as np
import pytest

from monitor.stories.rows import DOUBT, LEAST_ROWS, StoryRows

WIDTH = 6


def as_rows(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def test_articles_come_and_go_as_in_a_plain_table():
    rng = random.Random(2)
    table, held = StoryRows(WIDTH), []
    table.enter(99)
    rows = [table.open(99) for _ in range(30)]
    plain = {row: Counter({99: 1}) for row in rows}
    for _ in range(2000):
        used = as_rows(*rng.sample(rows, 8))
        story = rng.randrange(5)
        table.enter(story)
        table.add(used, story)
        held.append((used, story))
        for row in used.tolist():
            plain[row][story] += 1
        if rng.random() < 0.5:
            gone, story = held.pop(rng.randrange(len(held)))
            assert table.take(gone, story).tolist() == gone.tolist()
            table.leave(story)
            for row in gone.tolist():
                plain[row][story] -= 1

        row = rng.choice(rows)
        assert table.read(row) == dict(+plain[row])
        assert table.count_stories(as_rows(row)).tolist() == [len(+plain[row])]


def test_a_story_speaks_by_its_share_of_the_uses_and_by_the_root_of_its_own():
    table = StoryRows(WIDTH)
    for story in (5, 5, 8):
        table.enter(story)
    row, other = table.open(5), table.open(8)
    table.add(as_rows(row), 5)
    table.add(as_rows(row), 8)

    said = table.speak(as_rows(row, other), np.array([3.0, 1.0]), WIDTH)

    assert said[table.find_place(5)] == pytest.approx(3.0 * 2**1.5 / (3 + DOUBT))
    assert said[table.find_place(8)] == pytest.approx(3.0 / (3 + DOUBT) + 1.0 / (1 + DOUBT))
    assert [table.find_story(table.find_place(story)) for story in (5, 8)] == [5, 8]


def test_no_words_say_nothing():
    table = StoryRows(WIDTH)
    table.enter(1)

    said = table.speak(as_rows(), np.array([]), WIDTH)
    said[table.find_place(1)] += 0.5

    assert said.sum() == 0.5


def test_a_cleared_row_tells_its_uses_once_and_an_article_leaves_it_without_a_trace():
    table = StoryRows(WIDTH)
    for story in range(WIDTH):
        table.enter(story)
    row, other = table.open(0), table.open(0)
    for story in range(1, WIDTH):
        table.add(as_rows(row, other), story)

    assert table.find_full(as_rows(row, other)) == [row, other]
    assert table.clear(row) == WIDTH
    assert table.take(as_rows(row, other), 3).tolist() == [other]
    assert table.read(row) == {}
    assert 3 not in table.read(other)


def test_a_table_grows_and_gives_unused_rows_again():
    table = StoryRows(WIDTH)
    table.enter(1)
    rows = [table.open(1) for _ in range(LEAST_ROWS + 5)]
    table.add(as_rows(*rows), 1)

    assert len(set(rows)) == LEAST_ROWS + 5
    assert all(table.read(row) == {1: 2} for row in rows)

    table.clear(rows[7])
    assert [row for row, is_used in enumerate(table.free([rows[:7], rows[8:]])) if is_used] == sorted(
        rows[:7] + rows[8:]
    )
    opened = {table.open(1) for _ in range(LEAST_ROWS - 4)}
    assert rows[7] in opened
    assert opened.isdisjoint(rows[:7] + rows[8:])


def test_more_stories_than_two_bytes_can_tell_are_still_told_apart(monkeypatch):
    monkeypatch.setattr("monitor.stories.rows.NARROW", 3)
    table = StoryRows(WIDTH)
    table.enter(1)
    row = table.open(1)
    for story in range(2, WIDTH + 1):
        table.enter(story)
        table.add(as_rows(row), story)

    assert table.read(row) == dict.fromkeys(range(1, WIDTH + 1), 1)
