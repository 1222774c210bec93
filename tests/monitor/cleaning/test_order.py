from monitor.cleaning import clean_page
from monitor.cleaning.order import place_removed
from monitor.model import Removed


def test_a_removed_block_knows_how_much_of_the_article_stands_above_it():
    cuts = [
        Removed(rule="promotion", text="Sign up"),
        Removed(rule="menu", text="Home"),
        Removed(rule="tail", text="More"),
    ]

    placed = place_removed(["Home", "One.", "Sign up", "Two.", "More"], cuts, ["One.", "Two."])

    assert [(block.text, block.above) for block in placed] == [("Sign up", 1), ("Home", 0), ("More", 2)]


def test_a_block_that_stands_twice_is_placed_twice():
    cuts = [Removed(rule="menu", text="Share"), Removed(rule="menu", text="Share"), Removed(rule="menu", text="Share")]

    placed = place_removed(["Share", "One.", "Share"], cuts, ["One."])

    assert [block.above for block in placed] == [0, 1, -1]


def test_a_page_tells_the_places_of_what_was_cut():
    words = "The two ministers agreed on a timetable for the ferry line and on who pays for the new harbour wall. "
    html = f"<body><nav><a href=/>Home page of the paper</a></nav><article><h1>Ferry line agreed</h1><p>{words}One.</p><p>{words}Two.</p><p>{words}Three.</p></article><footer>All rights reserved by the paper</footer></body>"

    page = clean_page(html, "https://paper.test/1")

    above = {block.text: block.above for block in page.removed}
    assert above["Home page of the paper"] == 0
    assert above["All rights reserved by the paper"] == len(page.body.split("\n\n"))
