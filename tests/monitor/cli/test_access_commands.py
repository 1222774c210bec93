"""`diplowatch password`, `diplowatch token`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import diplowatch
from monitor.store import open_store, tokens
from monitor.web.password import check_password, read_password_file


def call(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(diplowatch, list(words), input=typed, standalone_mode=False)


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'd.db'}"


def test_a_password_is_written_as_a_hash_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "desk-password"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    run = call("password", str(path), typed="correct horse battery\ncorrect horse battery\n")
    assert run.exception is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert "correct" not in path.read_text(encoding="utf-8")
    assert check_password("correct horse battery", read_password_file(path))


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    run = call("password", str(tmp_path / "p"), typed="short\nshort\n")
    assert "12 characters" in str(run.exception)
    assert not (tmp_path / "p").exists()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    run = call("password", str(tmp_path / "none" / "p"), typed="correct horse battery\ncorrect horse battery\n")
    assert "cannot be written: no such file or directory" in str(run.exception)


def test_a_token_is_made_listed_and_taken_back(db: str) -> None:
    made = call("token", "add", "dashboard", "--scope", "write", "--db", db).output.strip()
    assert tokens.find_scope(open_store(db), made) == "write"
    (row,) = json.loads(call("token", "list", "--json", "--db", db).output)
    assert (row["name"], row["scope"]) == ("dashboard", "write")
    assert made not in call("token", "list", "--db", db).output
    assert "there is a token of that name" in str(call("token", "add", "dashboard", "--db", db).exception)
    assert call("token", "end", "dashboard", "--db", db).exception is None
    assert tokens.find_scope(open_store(db), made) == ""
    assert "no such token" in str(call("token", "end", "dashboard", "--db", db).exception)
