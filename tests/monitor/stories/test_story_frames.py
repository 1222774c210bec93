import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.stories import read_frame
from monitor.stories.lexicon import load_tables
from monitor.stories.places import LANGUAGES, load_places

ROOT = Path(__file__).resolve().parents[3]


def load_benchmark():
    spec = importlib.util.spec_from_file_location("stories_frames", ROOT / "benchmarks" / "stories_frames.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reader_keeps_its_figures_on_the_labelled_leads():
    bench = load_benchmark()
    leads = bench.load_leads()

    figures = bench.count(
        leads, [read_frame(lead.headline, lead.lead, lead.language, lead.published) for lead in leads]
    )

    assert len(leads) >= 200
    assert {name: figures[name] for name, bound in bench.BOUNDS.items() if figures[name] < bound} == {}


def test_a_weekday_with_a_date_in_brackets_is_resolved_against_publication():
    frame = read_frame(
        "", "On Thursday (2 March) the two ministers met in Vienna.", "en", datetime(2023, 3, 3, 9, tzinfo=UTC)
    )

    assert frame.on == date(2023, 3, 2)
    assert (frame.event, frame.place) == ("meeting", "vienna")


def test_the_day_on_which_something_was_said_is_not_the_day_of_the_event():
    frame = read_frame("", "His talks in Oslo were useful, the envoy said on Friday.", "en", date(2025, 3, 7))

    assert frame.event == "meeting"
    assert frame.on is None


def test_a_day_is_not_guessed_when_the_article_has_no_date():
    assert read_frame("", "The ministers met in Vienna on Thursday.", "en", None).on is None


@pytest.mark.parametrize(
    ("text", "language", "stage"),
    [
        ("Norway's foreign minister will visit Ankara.", "en", "announced"),
        ("Der Besuch des norwegischen Außenministers in Ankara ist abgesagt worden.", "de", "cancelled"),
        ("Визит главы МИД Норвегии в Анкару отменен.", "ru", "cancelled"),
        ("Oslo denied that a meeting with Turkish officials took place.", "en", "denied"),
        ("挪威外长将访问安卡拉。", "zh", "announced"),
        ("Norway's foreign minister visited Ankara.", "en", "done"),
    ],
)
def test_the_stage_is_told_by_the_words_around_the_event(text, language, stage):
    assert read_frame("", text, language, date(2025, 3, 7)).stage == stage


def test_a_capital_stands_for_its_state_unless_it_is_the_place():
    acting = read_frame("", "Moscow expelled two Norwegian diplomats.", "en", date(2025, 3, 7))
    place = read_frame("", "The ministers of Norway and Sweden met in Moscow.", "en", date(2025, 3, 7))

    assert acting.states == ("RU", "NO")
    assert (place.states, place.place) == (("NO", "SE"), "moscow")


@pytest.mark.parametrize(
    ("headline", "body", "language"),
    [
        ("", "", ""),
        ("", "", "en"),
        ("1234", "", "en"),
        ("!", "?", "zh"),
        ("Wetter", "Es regnet.", "de"),
        ("Ett möte", "Ett möte hölls.", "sv"),
        ("a" * 5000, "b " * 5000, "en"),
    ],
)
def test_a_text_without_an_event_has_no_frame(headline, body, language):
    assert read_frame(headline, body, language, date(2025, 3, 7)) is None


def test_a_text_in_an_unknown_language_is_read_by_its_script():
    assert read_frame("", "Министры встретились в Вене.", "", date(2025, 3, 7)).event == "meeting"


def test_every_language_has_every_list_and_every_place_a_name():
    tables = load_tables()

    assert tuple(tables) == LANGUAGES
    assert all(table.keys() == tables["en"].keys() for table in tables.values())
    assert all(len(table["months"]) == 12 and len(table["weekdays"]) == 7 for table in tables.values())
    assert all(load_places(language) for language in LANGUAGES)
