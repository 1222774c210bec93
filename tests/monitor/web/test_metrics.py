"""What a service manager and Prometheus are told of the desk."""

from __future__ import annotations

import re
from datetime import timedelta

from desk_world import NOW
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from monitor.store import Store, ledger


def read_metrics(desk: TestClient) -> dict[tuple[str, ...], float]:
    response = desk.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name.removeprefix("diplowatch_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_the_desk_is_ready_while_its_processes_live(desk: TestClient, sqlite_store: Store) -> None:
    ledger.beat(sqlite_store, "monitor", 1, NOW)
    answer = desk.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "missing": ["a crawler"]})
    ledger.beat(sqlite_store, "crawler", 2, NOW - timedelta(seconds=59))
    assert desk.get("/readyz").json() == {"status": "ready"}
    ledger.beat(sqlite_store, "crawler", 2, NOW - timedelta(seconds=60))
    assert desk.get("/readyz").status_code == 503


def test_metrics_count_outlets_pages_messages_and_processes(desk: TestClient, sqlite_store: Store) -> None:
    ledger.beat(sqlite_store, "crawler", 2, NOW - timedelta(seconds=5), polls=7, pages=11, rss_mb=90)
    found = read_metrics(desk)
    assert found["outlets", "disabled"] == 1
    assert found["candidates_last_day", "matched"] == 3
    assert [found["messages", "desk", state] for state in ("sent", "failed", "dead")] == [1, 1, 1]
    assert found["oldest_owed_seconds",] == 2 * 3600
    assert found["process_heartbeat_age_seconds", "crawler-2"] == 5
    assert found["process_resident_bytes", "crawler-2"] == 90 * 2**20
    assert found["process_pages", "crawler-2"] == 11


def test_no_metric_names_an_address_or_a_text(desk: TestClient) -> None:
    assert not re.search("https?:|torvik|script", desk.get("/metrics").text, re.I)
