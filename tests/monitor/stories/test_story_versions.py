import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import compare_versions

TEXT = "The ministers met in Vienna on Tuesday.\n\nThey agreed to exchange 40 prisoners before the end of the month. Sergei Ivanov said the talks were useful. The date of a second round is not known.\n\nThe text of the agreement was published by the foreign ministry in the evening."


def test_the_same_text_is_no_change():
    assert compare_versions(TEXT, TEXT).kind == "none"


def test_quotes_spaces_and_the_order_of_paragraphs_are_no_change():
    moved = "\n\n".join(reversed(TEXT.replace("  ", " ").split("\n\n")))

    assert compare_versions(TEXT, moved).kind == "none"


def test_another_list_of_teasers_is_no_change():
    old = f"{TEXT}\n\nMarkets close higher in Tokyo\n\nTen films to see this week"
    new = f"{TEXT}\n\nStorm closes the Brenner pass\n\nWhat the budget means for pensions\n\nA short history of tea"

    assert compare_versions(old, new).kind == "none"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("exchange 40 prisoners", "exchange 25 prisoners", "numbers"),
        ("the talks were useful", "the talks were not useful", "negation"),
        ("Sergei Ivanov said", "Sergei Petrov said", "names"),
        ("the talks were useful", "the talks were helpful", "cosmetic"),
        ("They agreed to exchange 40 prisoners before the end of the month. ", "", "removal"),
        ("in the evening.", "in the evening. A translation will follow on Friday.", "addition"),
    ],
)
def test_a_change_has_the_kind_of_its_weightiest_edit(before, after, kind):
    change = compare_versions(TEXT, TEXT.replace(before, after))

    assert change.kind == kind
    assert len(change.edits) == 1
    assert change.is_material == (kind not in ("cosmetic", "addition"))


def test_an_edit_pairs_the_sentence_before_and_after():
    (edit,) = compare_versions(TEXT, TEXT.replace("40", "25")).edits

    assert "40 prisoners" in edit.before
    assert "25 prisoners" in edit.after


def test_an_empty_text_is_a_deletion():
    assert compare_versions(TEXT, " ").kind == "deletion"
    assert compare_versions("", "").kind == "none"


def test_a_negation_that_appears_in_chinese_is_seen():
    assert (
        compare_versions("双方同意举行第二轮会谈并发表声明。", "双方不同意举行第二轮会谈并发表声明。").kind
        == "negation"
    )


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(old, new):
    change = compare_versions(old, new)

    assert compare_versions(old, old).kind == "none"
    assert all(edit.before or edit.after for edit in change.edits)
