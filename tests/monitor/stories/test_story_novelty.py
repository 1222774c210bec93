from datetime import UTC, datetime, timedelta

import pytest

from monitor.stories import Frame, Piece, StoryIndex
from monitor.stories.novelty import KINDS, find_facts, find_news, find_turn

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
FIRST = (
    "Turkish Foreign Minister Hakan Fidan will meet his Iranian counterpart Abbas Araghchi in Ankara on Friday, officials said. They want to speak about "
    "Syria and about gas deliveries. A joint commission is to meet within 30 days."
)


def make_piece(headline: str, body: str, **more) -> Piece:
    facts = {
        "outlet": "herald",
        "family": "herald",
        "language": "en",
        "published_at": NOON,
        "seen_at": NOON,
        "entries": frozenset(),
    }
    return Piece(headline=headline, body=body, **{**facts, **more})


def find_kinds(headline: str, body: str, **more) -> list[tuple[str, str]]:
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi to meet in Ankara", FIRST), 1, 1)
    piece = make_piece(headline, body, **more)
    return [
        (item.kind, item.sentence)
        for item in find_news(piece, index._read(piece).terms, index.stories[1], index._read(piece).sentences)
    ]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("They want to speak about gas deliveries and about Syria.", None),
        ("They want to speak with Oil Minister Mohsen Paknejad about gas deliveries.", "person"),
        ("The gas deliveries are to reach 450 million cubic metres.", "number"),
        ("A joint commission is to meet in Muscat.", "place"),
        ("A joint commission is to meet on 14 April.", "date"),
        ("Farmers hope that cheaper fertiliser follows before the spring sowing season.", "detail"),
    ],
)
def test_a_sentence_is_new_for_its_weightiest_fact(sentence, kind):
    found = find_kinds("Fidan and Araghchi to meet in Ankara", sentence)

    assert found == ([(kind, sentence)] if kind else [])


@pytest.mark.parametrize(
    ("headline", "body", "kind"),
    [
        (
            "Meeting of Fidan and Araghchi in Ankara cancelled",
            "The meeting of Hakan Fidan and Abbas Araghchi in Ankara has been cancelled.",
            "cancellation",
        ),
        (
            "Iran denies meeting in Ankara",
            "Iran denied that a meeting of Hakan Fidan and Abbas Araghchi was planned.",
            "denial",
        ),
        ("Fidan and Araghchi met in Ankara", "Hakan Fidan met Abbas Araghchi in Ankara.", "stage"),
    ],
)
def test_another_stage_of_the_event_comes_first(headline, body, kind):
    assert find_kinds(headline, body)[0] == (kind, headline)


def test_the_first_official_source_confirms_and_a_second_family_is_a_second_voice():
    found = [kind for kind, _ in find_kinds("Ankara talks", FIRST, outlet="mfa", family="mfa", orientation="official")]

    assert found == ["confirmation"]
    assert [kind for kind, _ in find_kinds("Ankara talks", FIRST, outlet="gazette", family="gazette")] == [
        "second-voice"
    ]


def test_a_third_voice_is_no_news():
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi to meet in Ankara", FIRST), 1, 1)
    index.add(make_piece("Ankara talks", FIRST, family="gazette"), 2, 1)
    third = make_piece("Ankara talks", FIRST, family="courier")

    assert find_news(third, index._read(third).terms, index.stories[1], index._read(third).sentences) == []


def test_only_the_weightiest_sentences_are_told():
    body = " ".join(f"The ship number {number} carried {number * 7} tonnes of rice." for number in range(100, 130))

    found = find_kinds("Rice", body)

    assert len(found) == 5
    assert [KINDS.index(kind) for kind, _ in found] == sorted(KINDS.index(kind) for kind, _ in found)


def test_a_fact_is_new_only_once():
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi to meet in Ankara", FIRST), 1, 1)
    follow_up = "The gas deliveries are to reach 450 million cubic metres, Hakan Fidan said in Ankara after he received Abbas Araghchi."
    index.add(make_piece("Gas deliveries", follow_up, seen_at=NOON + timedelta(hours=1)), 2, 1)
    again = make_piece("Gas", "Some 450 million cubic metres of gas are at stake in Ankara.")

    assert "number" not in [
        item.kind for item in find_news(again, index._read(again).terms, index.stories[1], index._read(again).sentences)
    ]


def test_an_empty_article_adds_nothing():
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi to meet in Ankara", FIRST), 1, 1)
    piece = make_piece("", "")

    assert find_news(piece, index._read(piece).terms, index.stories[1], index._read(piece).sentences) == []


@pytest.mark.parametrize(
    ("known", "event", "turn"),
    [
        (("meeting announced",), "meeting running", "stage"),
        (("meeting done",), "meeting announced", ""),
        (("meeting running", "meeting done"), "meeting done", ""),
        (("meeting announced",), "meeting cancelled", "cancellation"),
        (("meeting cancelled",), "meeting announced", "stage"),
        (("meeting done",), "treaty done", "stage"),
        (("meeting done",), "statement done", ""),
        (("statement done",), "meeting done", ""),
        ((), "meeting done", ""),
        (("meeting done",), "treaty denied", ""),
    ],
)
def test_an_event_that_comes_further_is_news_and_one_that_went_back_is_none(known, event, turn):
    def make_frame(words: str) -> Frame:
        name, stage = words.split()
        return Frame(event=name, stage=stage)

    assert find_turn(make_frame(event), [make_frame(words) for words in known]) == turn


def test_an_update_names_the_first_sentence_of_each_kind_and_no_mere_detail():
    index = StoryIndex()
    index.add(make_piece("Fidan and Araghchi to meet in Ankara", FIRST), 1, 1)
    body = "Hakan Fidan met Abbas Araghchi in Ankara. Some 450 million cubic metres were at stake. Some 460 million more may follow."
    piece = make_piece("Fidan and Araghchi met in Ankara", body)
    terms = index._read(piece).terms

    facts = find_facts(find_news(piece, terms, index.stories[1], index._read(piece).sentences), terms.frame)

    assert [(fact.reason, fact.kind) for fact in facts] == [("stage:meeting:done", "stage"), ("number", "number")]
    assert facts[1].sentence == "Some 450 million cubic metres were at stake."
