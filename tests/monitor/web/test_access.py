"""Beyond this machine the desk asks for its password; guesses are slowed, and nothing else opens it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, fill_world
from starlette.testclient import TestClient

from monitor.errors import ConfigError
from monitor.model import Config
from monitor.store import Store, schema, tokens
from monitor.web import make_app
from monitor.web.password import hash_password, read_password_file

PASSWORD = "correct horse battery"
SECRETS = (
    "/",
    "/outlets",
    "/article/1",
    "/story/1",
    "/deliveries",
    "/watches",
    "/silences",
    "/search?q=strait",
    "/why",
)
MACHINES = ("/api/stories", "/api/openapi.json", "/feeds/all.atom", "/feeds/all.json", "/export/stories.csv", "/events")


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def configure(folder: Path, listen: str = "0.0.0.0:8484", password: str = PASSWORD, mode: int = 0o600) -> Config:
    (folder / "secret").write_text(f"{password}\n", encoding="utf-8")
    (folder / "secret").chmod(mode)
    settings = replace(CONFIG.settings, listen=listen, password_file="secret", web_hosts=("desk.example",))
    return replace(CONFIG, folder=str(folder), settings=settings)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def locked(sqlite_store: Store, tmp_path: Path, clock: Callable[[], datetime]) -> TestClient:
    """A desk that others may reach, asked from another machine."""
    fill_world(sqlite_store)
    config = configure(tmp_path)
    return TestClient(
        make_app(sqlite_store, lambda: config, clock), base_url="http://desk.example", follow_redirects=False
    )


def log_in(client: TestClient, password: str = PASSWORD, next_path: str = "/") -> int:
    token = re.search(r'name="token" value="(\w+)"', client.get("/login").text)
    assert token is not None
    fields = {"token": token[1], "password": password, "next": next_path}
    return client.post("/login", data=fields).status_code


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"reader:{password}".encode()).decode()}


def test_listening_beyond_this_machine_without_a_password_is_refused(sqlite_store: Store) -> None:
    for listen in ("0.0.0.0:8484", "[::]:8484", "10.1.2.3:8484", "desk.example:8484"):
        config = replace(CONFIG, settings=replace(CONFIG.settings, listen=listen))
        with pytest.raises(ConfigError, match="needs a password"):
            make_app(sqlite_store, lambda config=config: config, lambda: NOW)


@pytest.mark.parametrize(
    ("password", "mode", "problem"),
    [("short", 0o600, "fewer than 12"), ("", 0o600, "fewer than 12"), (PASSWORD, 0o644, "can be read by all"),
     ("$argon2id$half", 0o600, "no whole hash")],
)  # fmt: skip
def test_a_password_file_that_is_no_good_is_refused(
    sqlite_store: Store, tmp_path: Path, password: str, mode: int, problem: str
) -> None:
    config = configure(tmp_path, password=password, mode=mode)
    with pytest.raises(ConfigError, match=problem) as caught:
        make_app(sqlite_store, lambda: config, lambda: NOW)
    assert "short" not in str(caught.value)


def test_a_missing_password_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_password_file(tmp_path / "none")


@pytest.mark.parametrize("path", SECRETS)
def test_a_stranger_is_sent_to_the_log_in_and_sees_nothing(locked: TestClient, path: str) -> None:
    response = locked.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/login?next=%2F")
    assert "Torvik" not in response.text


@pytest.mark.parametrize("path", MACHINES)
def test_a_strange_program_is_refused(locked: TestClient, path: str) -> None:
    response = locked.get(path)
    assert response.status_code == 401
    assert "Torvik" not in response.text


def test_a_stranger_cannot_send_a_form(locked: TestClient) -> None:
    assert locked.post("/verdict", data={"hit": "1", "verdict": "good"}).status_code == 401


def test_the_password_opens_the_desk_and_leads_on(locked: TestClient) -> None:
    before = locked.cookies.get("diplowatch")
    assert log_in(locked) == 303
    assert locked.cookies.get("diplowatch") != before
    assert "Torvik meets Selwyn" in locked.get("/").text
    assert locked.get("/login").status_code == 303


def test_a_session_ends_after_a_day_of_work_and_on_request(locked: TestClient, clock: Clock) -> None:
    log_in(locked)
    token = re.search(r'action="/logout"><input type="hidden" name="token" value="(\w+)"', locked.get("/").text)
    assert token is not None
    clock.at += timedelta(hours=11)
    assert locked.get("/").status_code == 200
    clock.at += timedelta(hours=2)
    assert locked.get("/").status_code == 303
    log_in(locked)
    kept = locked.cookies.get("diplowatch")
    token = re.search(r'action="/logout"><input type="hidden" name="token" value="(\w+)"', locked.get("/").text)
    assert token is not None
    assert locked.post("/logout", data={"token": token[1]}).status_code == 303
    locked.cookies.clear()
    assert locked.get("/", headers={"cookie": f"diplowatch={kept}"}).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "visitor." + "0" * 40, "." + "0" * 40])
def test_a_cookie_of_ones_own_making_opens_nothing(locked: TestClient, cookie: str) -> None:
    assert locked.get("/", headers={"cookie": f"diplowatch={cookie}"}).status_code == 303


def test_guesses_are_slowed_even_for_the_right_one(locked: TestClient, clock: Clock) -> None:
    assert [log_in(locked, "wrong password") for _ in range(6)] == [403, 403, 403, 403, 403, 429]
    assert log_in(locked) == 429
    clock.at += timedelta(minutes=2)
    assert log_in(locked) == 303


def test_a_feed_reader_brings_the_password(locked: TestClient) -> None:
    response = locked.get("/feeds/all.atom", headers=basic(PASSWORD))
    assert response.status_code == 200
    assert "Torvik meets Selwyn" in response.text
    assert locked.get("/feeds/all.atom", headers=basic("wrong password")).status_code == 401
    for _ in range(5):
        locked.get("/feeds/all.atom", headers=basic("wrong password"))
    assert locked.get("/api/stories", headers=basic("wrong password")).status_code == 429
    assert locked.post("/verdict", headers=basic(PASSWORD), data={}).status_code == 401


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic " + "eA==", "Bearer x", "Basic //8="])
def test_a_broken_header_opens_nothing(locked: TestClient, header: str) -> None:
    assert locked.get("/api/stories", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil"])
def test_the_log_in_never_leads_elsewhere(locked: TestClient, next_path: str) -> None:
    assert "evil" not in locked.get("/login", params={"next": next_path}).text
    token = re.search(r'name="token" value="(\w+)"', locked.get("/login").text)
    assert token is not None
    fields = {"token": token[1], "password": PASSWORD, "next": next_path}
    assert locked.post("/login", data=fields).headers["location"] == "/"


def test_a_named_host_is_answered_and_others_are_not(locked: TestClient) -> None:
    assert locked.get("/login").status_code == 200
    assert locked.get("/login", headers={"host": "desk.example:443"}).status_code == 200
    assert locked.get("/login", headers={"host": "evil.example"}).status_code == 421


def test_a_hashed_password_file_works_as_well(sqlite_store: Store, tmp_path: Path) -> None:
    config = configure(tmp_path, password=hash_password(PASSWORD))
    client = TestClient(
        make_app(sqlite_store, lambda: config, lambda: NOW), base_url="http://desk.example", follow_redirects=False
    )
    assert log_in(client) == 303


def test_cookies_are_kept_from_scripts_and_foreign_forms(locked: TestClient) -> None:
    cookie = locked.get("/login").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    https = locked.get("https://desk.example/login", headers={"cookie": ""}).headers["set-cookie"]
    assert "Secure" in https


def test_health_is_open_and_says_nothing_else(locked: TestClient) -> None:
    assert locked.get("/healthz").json() == {"status": "ok"}


READER = "only for the reading room"


@pytest.fixture
def library(sqlite_store: Store, tmp_path: Path, clock: Callable[[], datetime]) -> TestClient:
    """A desk with a second password, for those who may only read."""
    fill_world(sqlite_store)
    config = configure(tmp_path)
    (tmp_path / "readers").write_text(READER, encoding="utf-8")
    (tmp_path / "readers").chmod(0o600)
    config = replace(config, settings=replace(config.settings, reader_password_file="readers"))
    return TestClient(
        make_app(sqlite_store, lambda: config, clock), base_url="http://desk.example", follow_redirects=False
    )


def form_token(client: TestClient) -> str:
    found = re.search(r'name="token" value="(\w+)"', client.get("/article/1").text)
    assert found is not None
    return found[1]


def test_a_reader_sees_everything_and_changes_nothing(library: TestClient) -> None:
    assert log_in(library, READER) == 303
    assert "Torvik meets Selwyn" in library.get("/").text
    token = form_token(library)
    for path in ("/verdict", "/silences", "/deliveries/retry", "/edit/people/torvik", "/outlets/courier/poll"):
        answer = library.post(path, data={"token": token, "hit": "1", "verdict": "good"})
        assert answer.status_code == 403, path
        assert "needs the password of editors" in answer.text
    assert library.post("/logout", data={"token": token}).status_code == 303


def test_an_editor_of_the_same_desk_changes_things(library: TestClient) -> None:
    log_in(library)
    fields = {"token": form_token(library), "hit": "1", "verdict": "good", "next": "/"}
    assert library.post("/verdict", data=fields).status_code == 303


def test_the_readers_password_opens_feeds(library: TestClient) -> None:
    assert library.get("/feeds/all.atom", headers=basic(READER)).status_code == 200


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_opens_the_api_as_far_as_its_scope_goes(locked: TestClient, sqlite_store: Store) -> None:
    reading = tokens.make_token(sqlite_store, "dashboard", "read", NOW)
    writing = tokens.make_token(sqlite_store, "robot", "write", NOW)
    judgement = {"hit": 1, "verdict": "good"}
    assert locked.get("/api/stories", headers=bearer(reading)).status_code == 200
    assert locked.get("/", headers=bearer(reading)).status_code == 303  # the page is for people
    refused = locked.post("/api/verdicts", headers=bearer(reading), json=judgement)
    assert (refused.status_code, "scope write" in refused.text) == (403, True)
    assert locked.post("/api/verdicts", headers=bearer(writing), json=judgement).status_code == 201
    assert tokens.end_token(sqlite_store, "robot")
    assert locked.post("/api/verdicts", headers=bearer(writing), json=judgement).status_code == 401


def test_a_token_is_kept_as_a_hash_and_its_name_is_its_own(sqlite_store: Store) -> None:
    token = tokens.make_token(sqlite_store, "dashboard", "read", NOW)
    with sqlite_store.read() as connection:
        rows = connection.execute(sa.select(schema.meta)).all()
    assert not any(token in f"{row.key} {row.value}" for row in rows)
    assert tokens.make_token(sqlite_store, "dashboard", "write", NOW) == ""
    assert [(one.name, one.scope) for one in tokens.list_tokens(sqlite_store)] == [("dashboard", "read")]
    assert not tokens.end_token(sqlite_store, "nobody")


@pytest.mark.parametrize("token", [b"", b"dw_", b"dw_" + b"x" * 43, b"x" * 500, b"dw_\xe9"])
def test_an_unknown_token_opens_nothing(locked: TestClient, token: bytes) -> None:
    header = [(b"authorization", b"Bearer " + token)]
    assert locked.get("/api/stories", headers=header).status_code == 401


def test_without_a_password_a_change_by_the_api_still_needs_a_token(sqlite_store: Store) -> None:
    """A page of another site could send it: it has no token."""
    fill_world(sqlite_store)
    client = TestClient(make_app(sqlite_store, lambda: CONFIG, lambda: NOW), base_url="http://127.0.0.1:8484")
    assert client.post("/api/verdicts", json={"hit": 1, "verdict": "good"}).status_code == 403
    writing = tokens.make_token(sqlite_store, "robot", "write", NOW)
    until = (NOW + timedelta(days=1)).isoformat()
    mute = {"kind": "outlet", "value": "courier", "until": until, "reason": "a test"}
    assert client.post("/api/silences", json=mute, headers=bearer(writing)).status_code == 201
    for wrong in (mute | {"value": "nobody"}, mute | {"until": NOW.isoformat()}, mute | {"reason": ""}):
        assert client.post("/api/silences", json=wrong, headers=bearer(writing)).status_code == 422
