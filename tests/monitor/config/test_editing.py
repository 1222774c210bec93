"""One table of a file changed, all else kept to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.config.editing import EditConflict, draft_table, read_table, save_draft
from monitor.errors import ConfigError

PEOPLE = """# People of the north.

# The minister; asked the embassy about the spelling.
[ilan-torvik]
name = "Ilan Torvik"  # as the ministry writes it
names = { ru = "Илан Торвик" }
offices = [{ title = "Minister", of = "NO", since = 2024-01-01 }]

# Chairs the board.
[marta-selwyn]
name = "Marta Selwyn"

[marta-selwyn.names]
uk = "Марта Селвин"

[odd-borvik]
name = "Odd Borvik"
"""
TORVIK = '# Was minister.\n[ilan-torvik]\nname = "Ilan Torvik"\nsurname = "never"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.toml").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def text(folder: Path) -> str:
    return (folder / "people.toml").read_text(encoding="utf-8")


def save(folder: Path, slug: str, table: str, before: str | None = None) -> None:
    known = read_table(folder, "people", slug) if before is None else before
    save_draft(folder, draft_table(folder, "people", slug, table, before=known), before=known)


def test_a_table_is_read_with_its_comments_and_inner_tables(folder: Path) -> None:
    assert read_table(folder, "people", "marta-selwyn") == (
        '# Chairs the board.\n[marta-selwyn]\nname = "Marta Selwyn"\n\n[marta-selwyn.names]\nuk = "Марта Селвин"'
    )
    assert read_table(folder, "people", "nobody") == ""
    assert read_table(folder, "topics", "ilan-torvik") == ""


def test_a_change_leaves_every_other_line_as_it_was(folder: Path) -> None:
    save(folder, "ilan-torvik", TORVIK)
    head, _, tail = PEOPLE.partition("# The minister")
    assert text(folder) == f"{head}{TORVIK}\n\n{tail[tail.index('# Chairs') :]}"
    assert load_config(folder).people[0].surname == "never"


def test_a_new_table_stands_at_the_end(folder: Path) -> None:
    save(folder, "ada-lind", '[ada-lind]\nname = "Ada Lind"')
    assert text(folder) == f'{PEOPLE}\n[ada-lind]\nname = "Ada Lind"\n'


def test_the_first_table_of_a_missing_file_makes_the_file(tmp_path: Path) -> None:
    save(tmp_path, "ada-lind", '[ada-lind]\nname = "Ada Lind"')
    assert text(tmp_path) == '[ada-lind]\nname = "Ada Lind"\n'


def test_an_empty_table_is_taken_out_with_its_comments(folder: Path) -> None:
    save(folder, "marta-selwyn", "")
    assert "Selwyn" not in text(folder)
    assert "Chairs" not in text(folder)
    assert [person.slug for person in load_config(folder).people] == ["ilan-torvik", "odd-borvik"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[ilan-torvik]\nname = "Ilan', "is no TOML"),
        ('[other]\nname = "Ilan Torvik"', "must hold the table [ilan-torvik] and nothing else"),
        ('[ilan-torvik]\nname = "Ilan Torvik"\n[second]\nname = "Odd Lind"', "nothing else"),
        ('name = "Ilan Torvik"', "must hold the table [ilan-torvik]"),
        ("[ilan-torvik]\nnames = {}", "people.toml:3: ilan-torvik.name: is missing"),
        ('[ilan-torvik]\nname = "Ilan Torvik"\nsurnam = "never"', "unknown key (do you mean surname?)"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_written(folder: Path, table: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        save(folder, "ilan-torvik", table)
    assert words in str(caught.value)
    assert text(folder) == PEOPLE


def test_what_others_refer_to_cannot_be_taken_out(folder: Path) -> None:
    (folder / "watchlists.toml").write_text('[north]\nname = "North"\nmatch = "odd-borvik"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="no person or topic 'odd-borvik'"):
        save(folder, "odd-borvik", "")
    assert text(folder) == PEOPLE


def test_a_newer_table_is_not_overwritten_and_the_difference_is_told(folder: Path) -> None:
    before = read_table(folder, "people", "odd-borvik")
    save(folder, "odd-borvik", '[odd-borvik]\nname = "Odd Arne Borvik"')
    with pytest.raises(EditConflict) as caught:
        save(folder, "odd-borvik", '[odd-borvik]\nname = "O. Borvik"', before)
    assert '+name = "Odd Arne Borvik"' in caught.value.problems
    assert "O. Borvik" not in text(folder)


def test_a_change_of_another_table_in_between_is_kept(folder: Path) -> None:
    before = read_table(folder, "people", "odd-borvik")
    save(folder, "ilan-torvik", TORVIK)
    save(folder, "odd-borvik", '[odd-borvik]\nname = "Odd Arne Borvik"', before)
    assert "Was minister" in text(folder)
    assert "Odd Arne Borvik" in text(folder)


def test_a_line_in_a_text_that_looks_like_a_table_is_never_cut_through(folder: Path) -> None:
    topics = (
        "[first]\nname = \"First\"\nquery = '''\none OR\n[second]\n'''\n\n[second]\nname = \"Second\"\nquery = 'two'\n"
    )
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    known = read_table(folder, "topics", "second")
    with pytest.raises(ConfigError):
        draft_table(folder, "topics", "second", "[second]\nname = 'Second'\nquery = 'three'", before=known)
    assert (folder / "topics.toml").read_text(encoding="utf-8") == topics


def test_a_file_keeps_its_mode_and_no_other_file_is_left(folder: Path) -> None:
    (folder / "people.toml").chmod(0o640)
    save(folder, "ilan-torvik", TORVIK)
    assert (folder / "people.toml").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in folder.iterdir()] == ["people.toml"]


def test_windows_lines_of_a_form_are_one_table(folder: Path) -> None:
    save(folder, "ilan-torvik", TORVIK.replace("\n", "\r\n"))
    assert "\r" not in text(folder)
