import pytest

from monitor.cleaning import clean_page


@pytest.mark.parametrize("charset", ["utf-8", "cp037"])  # in EBCDIC no byte of a tag is that of ASCII
def test_a_page_that_is_nested_too_deep_is_said_in_any_character_set(charset: str) -> None:
    page = b'<meta charset="%s">\xff' % charset.encode() + ("<div>" * 2000 + "text " * 40).encode(charset)

    assert clean_page(page, "https://gazette.test/1").problem == "its tags are nested too deep to be read"
