"""One folder a mistake: the files that hold it, and expected.txt with every line that is said of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.errors import ConfigError

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.name for path in BAD.iterdir())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIPLOWATCH_TEST_UNSET", raising=False)
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_refused_with_its_line_and_a_hint(case: str, here: Path) -> None:
    for file in (BAD / case).glob("*.toml"):
        shutil.copyfile(file, here / file.name)
        (here / file.name).chmod(0o644)

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    expected = (BAD / case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert refused.value.problems == expected
    assert all(re.match(r"\w+\.toml:\d+: .+?: \S", line) for line in expected)


def test_all_mistakes_of_all_files_are_told_at_once(here: Path) -> None:
    mistakes = {"outlets": "contry", "people": "nam", "topics": "qery", "watchlists": "mach"}
    for name, key in mistakes.items():
        (here / f"{name}.toml").write_text(f'[one]\nname = "One"\n{key} = "x"\n', encoding="utf-8")
    (here / "channels.toml").write_text('[channel.screen]\nurl = "console:"\nquiet = 1\n', encoding="utf-8")
    (here / "settings.toml").write_text("[web]\nlisen = 1\n", encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    files = [line.split(":")[0] for line in refused.value.problems]
    assert list(dict.fromkeys(files)) == [
        "outlets.toml", "people.toml", "topics.toml", "watchlists.toml", "channels.toml", "settings.toml",
    ]  # fmt: skip
    lines = [int(line.split(":")[1]) for line in refused.value.problems if line.startswith("outlets")]
    assert lines == sorted(lines)


def test_a_file_that_cannot_be_read_does_not_make_its_names_dangle(here: Path) -> None:
    (here / "people.toml").write_text("[anna-berg\n", encoding="utf-8")
    (here / "watchlists.toml").write_text('[north]\nname = "North"\nmatch = "anna-berg"\n', encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert [line.split(":")[0] for line in refused.value.problems] == ["people.toml"]


def test_a_table_with_a_mistake_is_still_there_for_those_who_name_it(here: Path) -> None:
    (here / "people.toml").write_text('[anna-berg]\nname = "Anna Berg"\nsurnam = "auto"\n', encoding="utf-8")
    (here / "watchlists.toml").write_text('[north]\nname = "North"\nmatch = "anna-berg"\n', encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert refused.value.problems == ["people.toml:3: anna-berg.surnam: unknown key (do you mean surname?)"]


@pytest.mark.parametrize("depth", [500, 200_000])
def test_a_file_that_is_nested_without_end_is_one_line(here: Path, depth: int) -> None:
    (here / "topics.toml").write_text("x = " + "[" * depth + "]" * depth, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert len(refused.value.problems) == 1


def test_a_folder_in_place_of_a_file_is_said(here: Path) -> None:
    (here / "topics.toml").mkdir()

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert refused.value.problems == ["topics.toml:1: topics: is a folder"]


def test_a_file_without_end_is_not_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.config.source.MOST_BYTES", 2_000_000)
    (here / "topics.toml").write_bytes(b"#" * 2_000_001)

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert refused.value.problems == ["topics.toml:1: topics: is larger than 2 MB"]


def test_a_link_that_leads_nowhere_is_not_an_empty_file(here: Path) -> None:
    (here / "people.toml").symlink_to(here / "gone.toml")

    with pytest.raises(ConfigError) as refused:
        load_config(".")

    assert refused.value.problems == ["people.toml:1: people: no such file or directory"]


def test_a_missing_folder_and_a_file_in_its_place_are_said(here: Path) -> None:
    (here / "file").touch()

    with pytest.raises(ConfigError) as missing:
        load_config("nowhere")
    with pytest.raises(ConfigError) as wrong:
        load_config("file")

    assert missing.value.problems == ["nowhere: no such folder (diplowatch init nowhere makes one)"]
    assert wrong.value.problems == ["file: is no folder"]
