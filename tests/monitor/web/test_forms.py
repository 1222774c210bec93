"""Forms do what they say once, and only when they come from our own page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from desk_world import NOW
from starlette.testclient import TestClient

from monitor.store import Store, outbox, schema, silences
from monitor.web.forms import safe_next

GOOD = {"hit": "1", "verdict": "good", "next": "/article/1"}


def token_of(desk: TestClient, path: str = "/article/1") -> str:
    found = re.search(r'name="token" value="(\w+)"', desk.get(path).text)
    assert found is not None
    return found[1]


def count(store: Store, table: sa.Table) -> int:
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_verdict_is_kept_shown_and_counted(desk: TestClient) -> None:
    token = token_of(desk)
    response = desk.post("/verdict", data=GOOD | {"token": token}, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"] == "/article/1?said=verdict#hits"
    desk.post("/verdict", data=GOOD | {"token": token, "hit": "2", "verdict": "wrong-person"})
    assert 'chosen" name="verdict" value="good"' in desk.get("/article/1").text
    assert "50 % of 2" in desk.get("/watches").text


@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token": "0" * 40}])
def test_a_form_without_our_token_is_refused(desk: TestClient, sqlite_store: Store, fields: dict[str, str]) -> None:
    desk.get("/")
    assert desk.post("/verdict", data=GOOD | fields).status_code == 403
    assert count(sqlite_store, schema.verdict) == 0


def test_the_token_of_another_visitor_is_refused(desk: TestClient) -> None:
    token = token_of(desk)
    desk.cookies.clear()
    assert desk.post("/verdict", data=GOOD | {"token": token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "http://127.0.0.1:9999"}],
)  # fmt: skip
def test_a_form_from_another_site_is_refused_even_with_the_token(desk: TestClient, headers: dict[str, str]) -> None:
    assert desk.post("/verdict", data=GOOD | {"token": token_of(desk)}, headers=headers).status_code == 403


def test_other_content_and_long_forms_are_refused(desk: TestClient) -> None:
    token = token_of(desk)
    assert desk.post("/verdict", json=GOOD | {"token": token}).status_code == 415
    assert desk.post("/verdict", data=GOOD | {"token": token, "x": "x" * 70_000}).status_code == 413
    many = {f"f{number}": "" for number in range(600)}
    assert desk.post("/verdict", data=GOOD | many | {"token": token}).status_code == 400


@pytest.mark.parametrize(
    "change", [{"verdict": "great"}, {"hit": "x"}, {"hit": ""}, {"hit": "9" * 30}, {"verdict": ""}]
)
def test_a_verdict_of_no_kind_is_refused(desk: TestClient, change: dict[str, str]) -> None:
    assert desk.post("/verdict", data=GOOD | change | {"token": token_of(desk)}).status_code == 422


def test_a_verdict_of_a_foreign_hit_is_not_found(desk: TestClient) -> None:
    assert desk.post("/verdict", data=GOOD | {"hit": "999", "token": token_of(desk)}).status_code == 404


@pytest.mark.parametrize(
    "next_path", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil", "", "javascript:1"]
)
def test_a_form_never_leads_elsewhere(desk: TestClient, next_path: str) -> None:
    assert safe_next(next_path) == "/"
    response = desk.post("/verdict", data=GOOD | {"next": next_path, "token": token_of(desk)}, follow_redirects=False)
    assert response.headers["location"].startswith("/?said=")


def test_a_dead_message_is_owed_again_once(desk: TestClient, sqlite_store: Store, world: dict[str, int]) -> None:
    fields = {"id": str(world["dead"]), "token": token_of(desk, "/deliveries"), "next": "/deliveries"}
    first = desk.post("/deliveries/retry", data=fields, follow_redirects=False)
    again = desk.post("/deliveries/retry", data=fields, follow_redirects=False)
    assert first.headers["location"].endswith("said=retry")
    assert again.headers["location"].endswith("said=no-retry")
    assert next(row for row in outbox.list_deliveries(sqlite_store) if row["id"] == world["dead"])["state"] == "owed"


def test_an_outlet_is_polled_on_request_unless_it_is_off(desk: TestClient, sqlite_store: Store) -> None:
    fields = {"token": token_of(desk, "/outlets/courier")}
    assert desk.post("/outlets/courier/poll", data=fields, follow_redirects=False).headers["location"].endswith("=poll")
    assert (
        desk.post("/outlets/herald/poll", data=fields, follow_redirects=False).headers["location"].endswith("=no-poll")
    )
    assert desk.post("/outlets/nobody/poll", data=fields).status_code == 404
    with sqlite_store.read() as connection:
        o = schema.outlet.c
        assert connection.execute(sa.select(o.next_poll_at).where(o.slug == "courier")).scalar() == NOW


def test_a_silence_is_previewed_added_once_and_ended(desk: TestClient, sqlite_store: Store) -> None:
    preview = desk.get("/silences?kind=story&value=1&reason=known").text
    assert "would have muted 1 alert" in preview
    fields = {
        "kind": "story",
        "value": "1",
        "span": "8h",
        "reason": "known to\r\nall",
        "token": token_of(desk, "/silences?kind=story&value=1"),
    }
    assert "The silence is in force" in desk.post("/silences", data=fields).text
    assert "in force already" in desk.post("/silences", data=fields).text
    (silence,) = silences.list_silences(sqlite_store, NOW)
    assert (silence.reason, (silence.until - NOW).total_seconds()) == ("known to all", 8 * 3600)
    ended = {"id": str(silence.id), "token": fields["token"]}
    assert "The silence is over" in desk.post("/silences/end", data=ended).text
    assert "No silence in force" in desk.post("/silences/end", data=ended).text
    assert silences.list_silences(sqlite_store, NOW) == []


@pytest.mark.parametrize(
    "change",
    [{"kind": "all"}, {"value": "nobody"}, {"reason": " "}, {"reason": "x" * 301}, {"until": "tomorrow"},
     {"until": "2020-01-01T00:00"}, {"until": "2999-01-01T00:00"}, {"kind": "story", "value": "one"}, {"kind": "outlet"}],
)  # fmt: skip
def test_a_wrong_silence_is_refused_in_words(desk: TestClient, sqlite_store: Store, change: dict[str, str]) -> None:
    fields = {
        "kind": "entry",
        "value": "torvik",
        "reason": "noise",
        "token": token_of(desk, "/silences?kind=entry&value=torvik"),
    }
    response = desk.post("/silences", data=fields | change)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert silences.list_silences(sqlite_store, NOW) == []


def test_the_end_of_a_silence_is_meant_in_the_readers_zone(desk: TestClient, sqlite_store: Store) -> None:
    fields = {
        "kind": "entry",
        "value": "torvik",
        "reason": "noise",
        "until": "2026-03-01T18:00",
        "token": token_of(desk, "/silences?kind=entry&value=torvik"),
    }
    desk.post("/silences", data=fields)
    assert silences.list_silences(sqlite_store, NOW)[0].until.isoformat() == "2026-03-01T17:00:00+00:00"


def test_reading_changes_nothing(desk: TestClient) -> None:
    for path in ("/verdict", "/deliveries/retry", "/silences/end", "/outlets/courier/poll", "/logout"):
        assert desk.get(path).status_code in (404, 405, 422)


def test_a_test_message_is_owed_to_its_channel_once_a_minute(desk: TestClient, sqlite_store: Store) -> None:
    token = token_of(desk)
    for _ in range(2):
        assert desk.post("/channels/desk/test", data={"token": token}, follow_redirects=False).status_code == 303
    with sqlite_store.read() as connection:
        owed = [alert for alert in outbox.load_owed_alerts(connection, 10) if alert.kind == "notice"]
    assert [(alert.title, list(alert.channels)) for alert in owed] == [("diplowatch: a test message", ["desk"])]
    assert desk.post("/channels/nobody/test", data={"token": token}).status_code == 404


def test_a_sent_message_is_sent_again_as_one_of_its_own(desk: TestClient, sqlite_store: Store) -> None:
    token = token_of(desk)
    before = count(sqlite_store, schema.message)
    for _ in range(2):
        desk.post("/deliveries/1/replay", data={"token": token})
    assert count(sqlite_store, schema.message) == before + 1
    m = schema.message.c
    with sqlite_store.read() as connection:
        rows = connection.execute(sa.select(m.key, m.state, m.title, m.attempts).order_by(m.id)).all()
    assert rows[0].key != rows[-1].key
    assert (rows[-1].state, rows[-1].title, rows[-1].attempts) == ("owed", rows[0].title, 0)
    assert "Only what was sent can be sent again." in desk.post("/deliveries/3/replay", data={"token": token}).text
