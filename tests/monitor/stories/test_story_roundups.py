import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.stories.roundups import LIVE, ROUND_UP, find_kind
from monitor.text import fold


@pytest.mark.parametrize(
    ("headline", "kind"),
    [
        ("Morning briefing: talks in Ankara", "round-up"),
        ("World news round-up", "round-up"),
        ("Обзор прессы: визит в Анкару", "round-up"),
        ("Revue de presse du 4 mars", "round-up"),
        ("Das Wichtigste am Morgen", "round-up"),
        ("一周回顾：外长会谈", "round-up"),
        ("Talks in Ankara; pact in Oslo; strike in Rome", "round-up"),
        ("Live updates: talks in Ankara", "live"),
        ("EN DIRECT - Sommet à Bruxelles", "live"),
        ("直播：外长会谈", "live"),
        ("Ministers brief the council on talks in Ankara", "news"),
        ("Ambassador to live in Ankara", "news"),
        ("", "news"),
    ],
)
def test_the_headline_tells_the_kind(headline, kind):
    assert find_kind(headline, "The ministers met.") == kind


def test_a_body_of_entries_with_times_is_a_live_blog():
    body = "\n".join(f"{hour}:15 Something happened." for hour in range(10, 16))

    assert find_kind("Talks in Ankara", body) == "live"


@given(st.from_regex(LIVE) | st.from_regex(ROUND_UP))
def test_no_headline_that_the_expressions_find_is_taken_for_news(headline):
    folded = fold(headline)
    assume(LIVE.search(folded) or ROUND_UP.search(folded))

    assert find_kind(headline, "") != "news"
