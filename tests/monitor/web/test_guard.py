"""The page answers only under its own address, and lets nothing foreign in."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from monitor.web.guard import Guard


def make_client(listen: str = "127.0.0.1:8484") -> TestClient:
    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("ours"))])
    return TestClient(Guard(app, listen=lambda: listen), base_url="http://127.0.0.1:8484")


@pytest.mark.parametrize("host", ["127.0.0.1:8484", "localhost:8484", "LOCALHOST:8484", "[::1]:8484", "localhost"])
def test_its_own_names_are_answered(host: str) -> None:
    assert make_client().get("/", headers={"host": host}).text == "ours"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8484", "127.0.0.1.evil.example:8484", "127.0.0.1:9999", "", "[::2]:8484"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    response = make_client().get("/", headers={"host": host})
    assert response.status_code == 421
    assert "ours" not in response.text


def test_every_answer_forbids_foreign_content() -> None:
    headers = make_client().get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
