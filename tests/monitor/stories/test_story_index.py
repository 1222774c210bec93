from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo import load_archive
from monitor.stories import Piece, StoryIndex

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
MEETING = (
    "Turkish Foreign Minister Hakan Fidan met his Iranian counterpart Abbas Araghchi in Ankara on Tuesday. They spoke about Syria and about gas "
    "deliveries over the winter. A joint commission is to meet within 30 days. Neither side took questions after the talks, which lasted two hours."
)
FOLLOW_UP = (
    "A day after Hakan Fidan received Abbas Araghchi in Ankara, Iran named conditions for the gas deliveries to Turkey. Oil Minister Mohsen Paknejad said "
    "some 450 million cubic metres were at stake. The joint commission on gas and Syria may convene earlier than planned."
)
OTHER = (
    "Japan and Norway signed an agreement on fishing quotas in Oslo on Tuesday. The text covers cod and mackerel and runs for five years. Fishermen in "
    "Tromsø welcomed it, while environmental groups asked for lower limits."
)


def make_piece(headline: str, body: str, at: datetime = NOON, **more) -> Piece:
    facts = {
        "outlet": "herald",
        "family": "herald",
        "language": "en",
        "published_at": at,
        "seen_at": at,
        "entries": frozenset(),
    }
    return Piece(headline=headline, body=body, **{**facts, **more})


@pytest.fixture
def index() -> StoryIndex:
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi meet in Ankara", MEETING), 1, 100)
    return index


def test_the_first_article_starts_a_story():
    placement = StoryIndex().place(make_piece("Fidan and Araghchi meet in Ankara", MEETING))

    assert (placement.story_id, placement.duplicate_of, placement.new) == (None, None, ())


def test_the_same_text_elsewhere_is_a_copy_in_the_same_story(index):
    placement = index.place(make_piece("Ankara talks", MEETING, NOON + timedelta(hours=1), outlet="mirror"))

    assert (placement.story_id, placement.duplicate_of) == (100, 1)


def test_a_copy_of_a_copy_names_the_first_article(index):
    index.add(make_piece("Ankara talks", MEETING, outlet="mirror"), 2, 100, duplicate_of=1)

    assert index.place(make_piece("Talks", MEETING, outlet="third")).duplicate_of == 1


def test_a_follow_up_joins_and_says_what_is_new(index):
    placement = index.place(
        make_piece(
            "Iran names conditions for gas deliveries to Turkey",
            FOLLOW_UP,
            NOON + timedelta(hours=20),
            outlet="gazette",
            family="gazette",
        )
    )

    assert (placement.story_id, placement.duplicate_of) == (100, None)
    assert any("450 million" in sentence for sentence in placement.new)
    assert {"second-voice", "number"} <= set(placement.reasons)


def test_another_event_starts_another_story(index):
    assert index.place(make_piece("Japan and Norway sign fishing pact in Oslo", OTHER)).story_id is None


TOLD = [  # Polish, a language in which no events are read
    "Przedstawiciele obu państw rozmawiali w poniedziałek o odbudowie mostu granicznego nad rzeką.",
    "Koszty prac oszacowano wstępnie na czterysta milionów złotych.",
    "Most został zamknięty po wiosennej powodzi, która podmyła dwa z sześciu filarów.",
    "Kierowcy muszą od tego czasu nadkładać niemal siedemdziesiąt kilometrów.",
    "Burmistrz miasteczka skarży się, że sklepy straciły połowę klientów.",
]
ADDED = [
    "Ekipy geologów wejdą na plac budowy dopiero jesienią, kiedy opadnie woda.",
    "Inżynierowie proponują tymczasową przeprawę pontonową dla karetek.",
    "Związkowcy kolejowi domagają się natomiast uruchomienia dodatkowych składów.",
    "Wojewoda zapowiedział kontrolę wałów przeciwpowodziowych na całym odcinku.",
    "Ubezpieczyciele wypłacili dotąd jedną trzecią zgłoszonych roszczeń.",
    "Mieszkańcy zebrali podpisy pod petycją w sprawie promu dla pieszych.",
    "Szkoła podstawowa po drugiej stronie przeniosła lekcje do remizy.",
    "Przetarg ma zostać rozstrzygnięty przed końcem roku budżetowego.",
]


def test_where_no_event_is_read_repeated_sentences_make_a_follow_up(index):
    index.add(make_piece("Most graniczny czeka na odbudowę", " ".join(TOLD), language="pl"), 2, 200)
    later = make_piece(
        "Geolodzy wejdą jesienią",
        " ".join([*ADDED[:4], TOLD[2], TOLD[4], *ADDED[4:], TOLD[3], TOLD[1]]),
        NOON + timedelta(hours=9),
        language="pl",
        outlet="kurier",
    )

    placement = index.place(later)

    assert (placement.story_id, placement.duplicate_of) == (200, None)
    assert TOLD[2] not in placement.new


def test_one_repeated_sentence_makes_no_follow_up(index):
    index.add(make_piece("Most graniczny czeka na odbudowę", " ".join(TOLD), language="pl"), 2, 200)
    later = make_piece("Geolodzy wejdą jesienią", " ".join([*ADDED, TOLD[3]]), NOON + timedelta(hours=9), language="pl")

    assert index.place(later).story_id is None


def test_the_same_people_meeting_on_another_day_are_another_story(index):
    body = (
        MEETING.replace("in Ankara on Tuesday", "in Tehran on Thursday")
        .replace("about Syria", "about Iraq")
        .replace("30 days", "ten weeks")
    )

    placement = index.place(
        make_piece("Fidan and Araghchi meet in Tehran", body, NOON + timedelta(days=2), outlet="gazette")
    )

    assert (placement.story_id, placement.duplicate_of) == (None, None)


def test_a_story_in_another_language_links_through_people_states_place_and_day(index):
    body = "Министр иностранных дел Турции Хакан Фидан во вторник встретился в Анкаре с главой МИД Ирана Аббасом Аракчи. Стороны обсудили поставки газа."

    placement = index.place(
        make_piece(
            "Фидан и Аракчи встретились в Анкаре", body, NOON + timedelta(hours=2), outlet="vestnik", language="ru"
        )
    )

    assert placement.story_id == 100


def test_a_round_up_glues_nothing_and_nothing_joins_it(index):
    briefing = make_piece(
        "Morning briefing: Fidan and Araghchi meet in Ankara",
        f"{MEETING} {OTHER}",
        NOON + timedelta(hours=2),
        outlet="gazette",
    )

    assert index.place(briefing).story_id is None

    index.add(briefing, 2, 200)
    index.add(make_piece("Japan and Norway sign fishing pact in Oslo", OTHER), 3, 300)
    follow_up = index.place(
        make_piece("Iran names conditions for gas deliveries to Turkey", FOLLOW_UP, NOON + timedelta(hours=20))
    )
    assert follow_up.story_id == 100
    assert index.merges() == []


def test_a_live_blog_follows_itself():
    index = StoryIndex()
    index.add(make_piece("Live: talks in Ankara", "10:00 The delegations arrive."), 1, 100)

    assert (
        index.place(
            make_piece("Live: talks in Ankara", "12:40 The delegations leave.", NOON + timedelta(hours=2))
        ).story_id
        == 100
    )


def test_adding_an_article_twice_changes_nothing(index):
    piece = make_piece("Fidan and Araghchi meet in Ankara", MEETING)
    before = index.stories[100].count_terms()

    index.add(piece, 1, 100)

    assert index.stories[100].count_terms() == before
    assert list(index.articles) == [1]


def test_an_edited_headline_leaves_the_article_in_its_story(index):
    index.add(make_piece("Fidan hosts Araghchi", MEETING), 1, 100)

    assert index.place(make_piece("Ankara talks", MEETING, outlet="mirror")).story_id == 100


def test_what_left_the_window_gathers_no_articles_but_its_text_is_still_known(index):
    index.forget(NOON + timedelta(hours=73))

    assert not index.articles and not index.stories
    later = NOON + timedelta(days=30)
    assert (
        index.place(make_piece("Iran names conditions for gas deliveries to Turkey", FOLLOW_UP, later)).story_id is None
    )
    resurfaced = index.place(make_piece("Fidan and Araghchi meet in Ankara", MEETING, later, outlet="mirror"))
    assert (resurfaced.story_id, resurfaced.duplicate_of) == (100, 1)


def test_a_form_letter_with_other_numbers_is_no_copy():
    index = StoryIndex()
    letter = "The ministry of defence said that {0} drones were seen over the border on {1}. All of them were tracked by radar. No damage was reported. The ministry thanked the crews for their work."
    index.add(make_piece("Drones over the border: 14", letter.format(14, "Monday")), 1, 100)

    assert (
        index.place(
            make_piece("Drones over the border: 35", letter.format(35, "Tuesday"), NOON + timedelta(days=1))
        ).duplicate_of
        is None
    )


def test_two_languages_of_one_event_that_began_apart_are_merged_later():
    index = StoryIndex()
    entries = frozenset(("hakan-fidan", "abbas-araghchi"))
    russian = (
        "Министр иностранных дел Турции Хакан Фидан во вторник встретился в Анкаре с главой МИД Ирана Аббасом Аракчи."
    )
    index.add(make_piece("Fidan and Araghchi meet in Ankara", MEETING, entries=entries), 1, 100)
    index.add(
        make_piece(
            "Фидан и Аракчи встретились в Анкаре", russian, NOON + timedelta(hours=1), language="ru", entries=entries
        ),
        2,
        200,
    )
    index.add(make_piece("Japan and Norway sign fishing pact in Oslo", OTHER), 3, 300)

    assert index.merges() == [(100, 200)]
    assert index.merges() == []
    assert index.articles[2].story_id == 100


@pytest.mark.parametrize(
    ("headline", "body", "language"),
    [
        ("", "", ""),
        ("One line.", "", "en"),
        ("", "Nur ein Satz.", "de"),
        ("两种语言 two languages", "中文 and English 文本", ""),
        ("Book", "A sentence about nothing. " * 20000, "en"),
        ("\ud800", "\ud800 lone", "en"),
    ],
)
def test_strange_articles_are_placed_and_held(headline, body, language):
    index = StoryIndex()
    piece = make_piece(headline, body, language=language, published_at=None)

    assert index.place(piece).story_id is None
    index.add(piece, 1, 1)
    index.merges()
    index.forget(NOON + timedelta(days=9))
    assert not index.stories


def test_the_breadth_is_between_nought_and_one():
    with pytest.raises(ValueError, match="breadth"):
        StoryIndex(breadth=1.5)


def test_the_window_lets_the_oldest_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.stories.index.MOST_HELD", 3)
    index = StoryIndex()
    for number in range(5):
        index.add(
            make_piece(f"Report number {number}", f"Paper {number} tells of harbour {number}.", NOON), number, number
        )

    assert list(index.articles) == [2, 3, 4]
    assert list(index.stories) == [2, 3, 4]


def test_one_minister_who_signs_two_treaties_has_two_stories_whichever_language_comes_first(index):
    """Across languages the same people and the same sort of event are not enough, where each text names something watched of its own."""
    articles = {article.id: article for article in load_archive().articles}
    placed = {}
    for number, name in enumerate(
        (
            "ministry/fisheries-agreement-with-costa-serena",
            "meridian/acuerdo-pesquero-norland",
            "meridian/traite-mers-calmes",
            "courier/quiet-seas-treaty-gets-its-tenth-signature",
            "meridian/dogovor-tihie-morya-vstupaet-v-silu",
        ),
        start=1,
    ):
        one = articles[name]
        piece = make_piece(
            one.headline,
            "\n\n".join(one.body),
            NOON + timedelta(minutes=one.at),
            language=one.language,
            outlet=one.outlet,
            entries=frozenset(one.hits),
        )
        placed[name] = index.place(piece).story_id or number
        index.add(piece, number, placed[name])

    assert list(placed.values()) == [1, 1, 3, 3, 3]
