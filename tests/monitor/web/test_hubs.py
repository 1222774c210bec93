"""A hub is asked, verifies, and calls: the outlet is due at once. Nobody else's call is believed."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from desk_world import CONFIG, NOW, fill_world
from starlette.testclient import TestClient

from monitor.hubs import renew_subscriptions
from monitor.model import Config
from monitor.store import Store, crawling, politeness, schema
from monitor.web import make_app

FEED, TOPIC = "https://gazette.test/feed", "https://gazette.test/feed?self"
OUTLET = CONFIG.outlets[0].slug


class Hub:
    """A hub on loopback that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hub.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                self.send_response(hub.status)
                self.end_headers()

            def log_message(self, *words: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hub"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    found = Hub()
    yield found
    found.close()


@pytest.fixture
def config(tmp_path: Any) -> Config:
    settings = replace(
        CONFIG.settings, web_url="https://desk.test/", web_hosts=("desk.test",), allow_private=("127.0.0.0/8",)
    )
    return replace(CONFIG, folder=str(tmp_path), settings=settings)


@pytest.fixture
def desk(sqlite_store: Store, config: Config) -> Iterator[TestClient]:
    fill_world(sqlite_store)
    crawling.sync_outlets(sqlite_store, config.outlets, NOW)
    with TestClient(make_app(sqlite_store, lambda: config, lambda: NOW), base_url="https://desk.test") as client:
        yield client


def offer(store: Store, hub: str, topic: str = TOPIC) -> None:
    """The outlet's feed names this hub."""
    politeness.save_source(store, FEED, outlet=OUTLET, kind="feed", hub=hub, topic=topic)


def load_row(store: Store) -> Any:
    with store.read() as connection:
        return connection.execute(sa.select(schema.subscription)).one()


def is_due(store: Store) -> bool:
    o = schema.outlet.c
    with store.read() as connection:
        at = connection.execute(sa.select(o.next_poll_at).where(o.slug == OUTLET)).scalar()
    return bool(at == NOW)


def rest(store: Store) -> None:
    """The outlet is not due for an hour."""
    o = schema.outlet
    with store.write() as connection:
        connection.execute(sa.update(o).where(o.c.slug == OUTLET).values(next_poll_at=NOW + timedelta(hours=1)))


@pytest.fixture
def path(desk: TestClient, sqlite_store: Store, config: Config, hub: Hub) -> str:
    """Where the hub calls for a subscription that was asked for and is not verified yet."""
    offer(sqlite_store, hub.url)
    assert renew_subscriptions(sqlite_store, config, NOW) == 1
    rest(sqlite_store)
    return urlsplit(hub.asked[0]["hub.callback"]).path


def verify(desk: TestClient, path: str, **more: str) -> Any:
    words = {"mode": "subscribe", "topic": TOPIC, "challenge": "c0ffee", "lease_seconds": "864000"} | more
    return desk.get(path, params={f"hub.{name}": value for name, value in words.items()})


def test_a_subscription_is_asked_for_verified_and_brings_a_poll(
    desk: TestClient, sqlite_store: Store, hub: Hub, path: str
) -> None:
    asked = hub.asked[0]
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", TOPIC)
    assert asked["hub.callback"].startswith("https://desk.test/websub/")
    assert "hub.secret" not in asked  # not over plain HTTP

    assert verify(desk, path).text == "c0ffee"
    row = load_row(sqlite_store)
    assert (row.state, row.lease_until) == ("active", NOW + timedelta(days=10))

    assert not is_due(sqlite_store)
    assert desk.post(path, content=b"<rss/>").status_code == 202
    assert is_due(sqlite_store)


def test_a_second_call_within_a_minute_asks_for_no_further_poll(
    desk: TestClient, sqlite_store: Store, path: str
) -> None:
    desk.post(path, content=b"")
    rest(sqlite_store)

    assert desk.post(path, content=b"").status_code == 202
    assert not is_due(sqlite_store)


def test_strangers_and_other_topics_are_turned_away(desk: TestClient, sqlite_store: Store, path: str) -> None:
    assert verify(desk, "/websub/somebody").status_code == 404
    assert desk.post("/websub/somebody", content=b"").status_code == 404
    assert verify(desk, path, topic="https://elsewhere.test/feed").status_code == 404
    assert verify(desk, path, mode="unsubscribe").status_code == 404
    assert load_row(sqlite_store).state == "asked"
    assert not is_due(sqlite_store)


def test_a_hub_that_refuses_is_asked_again_a_day_later(
    desk: TestClient, sqlite_store: Store, hub: Hub, path: str, config: Config
) -> None:
    verify(desk, path, mode="denied", reason="no such topic")
    assert load_row(sqlite_store).state == "refused"
    assert "no such topic" in load_row(sqlite_store).why
    assert renew_subscriptions(sqlite_store, config, NOW + timedelta(hours=23)) == 0
    assert renew_subscriptions(sqlite_store, config, NOW + timedelta(hours=25)) == 1
    assert hub.asked[1]["hub.callback"] == hub.asked[0]["hub.callback"]


def test_a_lease_is_renewed_before_it_ends(desk: TestClient, sqlite_store: Store, path: str, config: Config) -> None:
    verify(desk, path)

    assert renew_subscriptions(sqlite_store, config, NOW + timedelta(days=8)) == 0
    assert renew_subscriptions(sqlite_store, config, NOW + timedelta(days=9, hours=1)) == 1


def test_a_hub_that_is_no_longer_named_is_forgotten(
    desk: TestClient, sqlite_store: Store, path: str, config: Config
) -> None:
    offer(sqlite_store, "")
    renew_subscriptions(sqlite_store, config, NOW)

    assert desk.post(path, content=b"").status_code == 404


def test_a_hub_that_is_down_is_said_and_harms_nothing(
    sqlite_store: Store, desk: TestClient, config: Config, hub: Hub
) -> None:
    hub.status = 503
    offer(sqlite_store, hub.url)
    renew_subscriptions(sqlite_store, config, NOW)

    assert (load_row(sqlite_store).state, load_row(sqlite_store).why) == ("failed", "hub: it answered 503")


def test_a_hub_in_a_private_network_is_not_asked(
    sqlite_store: Store, desk: TestClient, config: Config, hub: Hub
) -> None:
    offer(sqlite_store, hub.url)
    closed = replace(config, settings=replace(config.settings, allow_private=()))
    renew_subscriptions(sqlite_store, closed, NOW)

    assert hub.asked == []
    assert load_row(sqlite_store).state == "failed"


@pytest.mark.parametrize("web_url", ["", "http://localhost:8484/", "http://127.0.0.1:8484/"])
def test_nobody_is_asked_who_could_not_reach_us(
    sqlite_store: Store, desk: TestClient, config: Config, hub: Hub, web_url: str
) -> None:
    offer(sqlite_store, hub.url)
    home = replace(config, settings=replace(config.settings, web_url=web_url))

    assert renew_subscriptions(sqlite_store, home, NOW) == 0
    assert hub.asked == []


@pytest.mark.parametrize(
    ("method", "secret", "is_believed"),
    [("sha256", "", True), ("sha1", "", True), ("sha256", "another", False), ("md5", "", False)],
)
def test_where_the_hub_has_our_secret_only_what_it_signed_is_believed(
    desk: TestClient, sqlite_store: Store, config: Config, method: str, secret: str, *, is_believed: bool
) -> None:
    offer(sqlite_store, "https://127.0.0.1:1/hub")  # nobody answers there; the subscription is kept
    renew_subscriptions(sqlite_store, config, NOW)
    rest(sqlite_store)
    row = load_row(sqlite_store)
    signature = hmac.new((secret or row.secret).encode(), b"<rss/>", getattr(hashlib, method)).hexdigest()

    answer = desk.post(f"/websub/{row.token}", content=b"<rss/>", headers={"X-Hub-Signature": f"{method}={signature}"})

    assert answer.status_code == 202
    assert is_due(sqlite_store) is is_believed
