"""`match` and `clean` read the same bytes alike, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli import diplowatch
from monitor.cli.output import look_ahead
from monitor.errors import DiplowatchError

PEOPLE = '[anna-berg]\nname = "Anna Berg"\nnames = { ru = "Анна Берг" }\n'
SENTENCE = "Анна Берг прибыла в столицу на переговоры с соседями о рыбной ловле."


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "people.toml").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "topics.toml").write_text("", encoding="utf-8")
    return tmp_path


def match(config: Path, source: str, data: bytes = b"") -> tuple[int, str]:
    words = ["match", source, "--config", str(config), "--db", f"sqlite:///{config / 'none.db'}"]
    result = CliRunner().invoke(diplowatch, words, input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit | DiplowatchError)
    return result.exit_code, f"{result.output}{result.exception or ''}"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251", "koi8-r"])
@pytest.mark.parametrize("source", ["file", "-"])
def test_a_note_in_any_character_set_is_matched(config: Path, charset: str, source: str) -> None:
    data = SENTENCE.encode(charset)
    (config / "note.txt").write_bytes(data)

    _, said = match(config, str(config / "note.txt") if source == "file" else "-", data)

    assert "anna-berg" in said


def test_a_declared_character_set_counts(config: Path) -> None:
    more = (
        "Министры говорили три часа в старой таможне.",
        "О числе судов договорились ещё весной, сказал представитель порта.",
    )
    body = "".join(f"<p>{one}</p>" for one in (SENTENCE, *more))
    page = (
        f'<html><head><meta charset="windows-1251"><title>x</title></head><body><article>{body}</article></body></html>'
    )
    (config / "page.html").write_bytes(page.encode("cp1251"))

    _, said = match(config, str(config / "page.html"))

    assert "anna-berg" in said


def test_binary_data_are_no_text(config: Path) -> None:
    (config / "noise.bin").write_bytes(bytes(range(256)) * 40)

    _, said = match(config, str(config / "noise.bin"))

    assert "binary data, not a text" in said


def test_a_batch_answers_what_it_read_before_a_line_that_it_cannot_read(config: Path) -> None:
    lines = [f'{{"id": "{number}", "body": "Anna Berg came."}}' for number in range(3)]
    (config / "in.jsonl").write_text("\n".join([lines[0], '{"id": "x", "language": 5}', *lines[1:]]), encoding="utf-8")

    words = [
        "match",
        "--batch",
        str(config / "in.jsonl"),
        "--config",
        str(config),
        "--db",
        f"sqlite:///{config / 'no.db'}",
    ]
    result = CliRunner().invoke(diplowatch, words)

    answers = result.output.splitlines()
    assert [("anna-berg" in line, "language is not a text" in line) for line in answers[:4]] == [
        (True, False),
        (False, True),
        (True, False),
        (True, False),
    ]


def test_a_batch_of_a_name_that_is_no_file_is_one_line(config: Path) -> None:
    words = ["match", "--batch", "x" * 5000, "--config", str(config), "--db", f"sqlite:///{config / 'no.db'}"]
    result = CliRunner().invoke(diplowatch, words)

    assert isinstance(result.exception, DiplowatchError)
    assert "file name too long" in str(result.exception)


def test_rows_before_a_broken_one_are_answered() -> None:
    def rows() -> Iterator[dict[str, Any] | str]:
        yield from ({"id": number} for number in range(3))
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")

    seen: list[object] = []
    with pytest.raises(UnicodeDecodeError):
        seen.extend(look_ahead(rows(), lambda group: None))

    assert len(seen) == 3
