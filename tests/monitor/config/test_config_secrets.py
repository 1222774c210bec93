"""Secrets come from outside, and are never said."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from monitor.config import load_config
from monitor.config.secrets import has_secret
from monitor.errors import ConfigError

CANARY = "cAnArY-s3cr3t/with@signs#and spaces"


def write_channel(folder: Path, url: str, mode: int = 0o644) -> None:
    path = folder / "channels.toml"
    path.write_text(f"[channel.desk]\nurl = '{url}'\n", encoding="utf-8")
    path.chmod(mode)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load_config(folder)
    return refused.value.problems


def test_a_variable_is_filled_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TOKEN", "123:abc")
    monkeypatch.setenv("DESK_CHAT", "42")
    write_channel(tmp_path, "tgram://${DESK_TOKEN}/${DESK_CHAT}")

    assert load_config(tmp_path).channels[0].url == "tgram://123:abc/42"


def test_a_variable_is_filled_from_the_file_that_is_named_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("123:abc\n", encoding="utf-8")
    monkeypatch.delenv("DESK_TOKEN", raising=False)
    monkeypatch.setenv("DESK_TOKEN_FILE", str(tmp_path / "token"))
    write_channel(tmp_path, "tgram://${DESK_TOKEN}/42")

    assert load_config(tmp_path).channels[0].url == "tgram://123:abc/42"


def test_a_whole_address_may_be_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_URL", "mailto://me:p%40ss@mail.example")
    write_channel(tmp_path, "${DESK_URL}")

    assert load_config(tmp_path).channels[0].url == "mailto://me:p%40ss@mail.example"


def test_a_password_may_hold_any_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_USER", "me@wire.example")
    monkeypatch.setenv("SMTP_PASSWORD", CANARY)
    write_channel(tmp_path, "mailto://${SMTP_USER}:${SMTP_PASSWORD}@127.0.0.1:25?from=a@wire.example&to=b@wire.example")

    parts = urlsplit(load_config(tmp_path).channels[0].url)

    assert parts.hostname == "127.0.0.1"
    assert (unquote(parts.username or ""), unquote(parts.password or "")) == ("me@wire.example", CANARY)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "DESK_TOKEN_FILE names a file that cannot be read: no such file or directory"),
        (b"", "DESK_TOKEN is empty"),
        (b"one\ntwo", "DESK_TOKEN is more than one line, or holds control characters"),
        (b"\xff", "DESK_TOKEN_FILE names a file that cannot be read: not UTF-8"),
    ],
)
def test_a_file_without_a_usable_secret_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, said: str
) -> None:
    monkeypatch.delenv("DESK_TOKEN", raising=False)
    monkeypatch.setenv("DESK_TOKEN_FILE", str(tmp_path / "token"))
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    write_channel(tmp_path, "tgram://${DESK_TOKEN}/42")

    assert problems_of(tmp_path) == [f"{tmp_path}/channels.toml:2: channel.desk.url: {said}"]


def test_every_missing_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DESK_ONE", "DESK_TWO"):
        monkeypatch.delenv(name, raising=False)
    write_channel(tmp_path, "slack://${DESK_ONE}/${DESK_TWO}")

    first, second = problems_of(tmp_path)

    assert "DESK_ONE is not set" in first
    assert "DESK_TWO is not set" in second


@pytest.mark.parametrize("rest", ["/${DIPLOWATCH_TEST_UNSET}", "/${", "/../x"])
def test_a_problem_never_shows_a_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rest: str) -> None:
    monkeypatch.setenv("DESK_TOKEN", CANARY)
    write_channel(tmp_path, "file:${DESK_TOKEN}" + rest)

    assert all("cAnArY" not in problem for problem in problems_of(tmp_path))


def test_neither_repr_nor_version_tells_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_channel(tmp_path, "json://${DESK_TOKEN}")
    monkeypatch.setenv("DESK_TOKEN", "cAnArY")
    config = load_config(tmp_path)
    monkeypatch.setenv("DESK_TOKEN", "another")

    assert "cAnArY" not in repr(config)
    assert load_config(tmp_path).version == config.version


def test_a_literal_secret_is_allowed_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    write_channel(tmp_path, "mailto://anna:letmein@mail.example", mode=0o600)

    assert load_config(tmp_path).channels[0].slug == "desk"


@pytest.mark.parametrize(
    "url",
    [
        "mailto://anna:letmein@mail.example",
        "mailto://anna:let]me[in@mail.example",
        "mailto://anna:letmein@${SMTP_HOST}?to=b@wire.example",
        "mailto://mail.example?user=anna&pass=letmein",
        "jsons://hooks.example/in?token=letmein",
        "jsons://hooks.example/in?+X-API-Key=letmein&key=letmein",
        "tgram://123456789:AAExampleExampleExampleExample/42",
        "tgram://123456789:AAExampleExampleExampleExample/${CHAT}",
        "discord://123456789012345678/Example-Example_Example-1",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk",
    ],
)
def test_a_written_out_secret_is_seen(url: str) -> None:
    assert has_secret(url)


@pytest.mark.parametrize(
    "url",
    [
        "console:",
        "file:alerts-2026-01-31-anna-berg-and-others.log",
        "mailto://${USER}:${PASSWORD}@mail.example?from=desk@wire.example&to=anna@wire.example",
        "mailto://localhost:2525?from=desk@wire.example&to=anna@wire.example",
        "tgram://${TOKEN}/${CHAT}",
        "jsons://notifications.a-long-name-of-a-company.example/diplowatch",
        "ntfys://ntfy.example/diplomatic-news-of-the-north",
        "jsons://ec2-54-123-133-144.compute.example/diplowatch",
        "syslog://",
    ],
)
def test_an_address_without_a_secret_is_left_alone(url: str) -> None:
    assert not has_secret(url)
