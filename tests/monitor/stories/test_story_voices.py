from datetime import UTC, datetime

import pytest

from monitor.stories import Piece, find_voice, independent_voices
from monitor.stories.voices import find_agency

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


def make_piece(outlet: str, body: str = "The ministers met.", **more) -> Piece:
    facts = {
        "family": outlet,
        "headline": "",
        "language": "en",
        "published_at": NOON,
        "seen_at": NOON,
        "entries": frozenset(),
    }
    return Piece(outlet=outlet, body=body, **{**facts, **more})


def test_outlets_of_one_family_are_one_voice():
    pieces = [
        make_piece("asianlite.com", family="asianlite"),
        make_piece("asianlite.ae", family="asianlite"),
        make_piece("herald"),
    ]

    assert independent_voices(pieces) == 2


@pytest.mark.parametrize(
    ("body", "agency"),
    [
        ("MOSCOW, March 3 (TASS) — The minister spoke.", "tass"),
        ("MOSCOW, March 3. /TASS/. The minister spoke.", "tass"),
        ("PARIS (AFP) - Le ministre a parlé.", "afp"),
        ("Le ministre a parlé.\n\nAFP", "afp"),
        ("新华社北京3月4日电 外交部长会见来宾。", "xinhua"),
        ("NEW DELHI (ANI): The minister spoke.", "ani"),
        ("The minister told Reuters that nothing was decided.", ""),
        ("The minister spoke (for the first time in years) of peace.", ""),
        ("", ""),
    ],
)
def test_an_agency_is_known_by_dateline_and_last_line_not_by_being_cited(body, agency):
    assert find_agency(make_piece("herald", body)) == agency


def test_an_agency_named_in_the_credits_is_the_voice_but_not_one_that_took_the_picture():
    assert find_voice(make_piece("herald", credits=("source: AFP",))) == "afp"
    assert find_voice(make_piece("herald", credits=("photo: TASS",))) == "family:herald"


def test_two_papers_with_one_wire_are_one_voice():
    wire = "PARIS (AFP) - The ministers met."

    assert independent_voices([make_piece("herald", wire), make_piece("gazette", wire), make_piece("courier")]) == 2
