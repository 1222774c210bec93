import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from monitor.stories import StoryStream, cluster_stream

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def stream():
    spec = importlib.util.spec_from_file_location("stories_stream", ROOT / "benchmarks" / "stories_stream.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["stories_stream"] = module
    spec.loader.exec_module(module)
    return module.make_stream(seed=5)


def test_the_made_up_stream_is_large_and_varied(stream):
    kinds = Counter(kind for _, _, kind in stream)

    assert len(stream) >= 300
    assert len({row["language"] for row, _, _ in stream}) >= 6
    assert min(kinds[kind] for kind in ("copy", "edited", "follow-up", "round-up")) >= 7


def test_stories_of_the_made_up_stream_are_found_without_gluing_others(stream):
    rows = [row for row, _, _ in stream]

    found = [result["story"] for result in cluster_stream(rows)]

    true = [story for _, story, _ in stream]
    both = Counter(zip(true, found, strict=True))
    together = sum(n * (n - 1) for n in both.values())
    assert together / sum(n * (n - 1) for n in Counter(found).values()) > 0.9
    assert together / sum(n * (n - 1) for n in Counter(true).values()) > 0.7  # without any watched person known


def test_every_copy_is_told_and_names_an_article_of_its_story(stream):
    story = {row["id"]: story for row, story, _ in stream}

    results = list(cluster_stream(row for row, _, _ in stream))

    copies = {row["id"] for row, _, kind in stream if kind in ("copy", "edited")}
    assert copies <= {result["id"] for result in results if result["duplicate_of"]}
    assert all(story[result["duplicate_of"]] == story[result["id"]] for result in results if result["duplicate_of"])


def test_results_come_in_the_order_of_the_input(stream):
    rows = [row for row, _, _ in stream][:60]

    results = list(cluster_stream(iter(rows)))

    assert [result["id"] for result in results] == [row["id"] for row in rows]
    assert all(set(result) == {"id", "story", "duplicate_of", "new"} for result in results)


def test_a_row_without_a_date_or_with_a_bare_one_is_placed():
    stream = StoryStream()

    assert stream.place({"id": 1, "headline": "One"})["story"] == 1
    assert stream.place({"id": 2, "headline": "Two", "published_at": "2025-03-04T10:00:00"})["story"] == 2
    assert stream.place({"id": 3, "headline": "Three", "published_at": None})["story"] == 3


def test_a_bad_date_is_an_error_that_stops_nothing_else():
    stream = StoryStream()

    with pytest.raises(ValueError, match="Invalid isoformat"):
        stream.place({"id": 1, "headline": "One", "published_at": "yesterday"})
    with pytest.raises(KeyError):
        stream.place({"headline": "One"})
    assert stream.place({"id": 2, "headline": "Two"})["story"] == 1
