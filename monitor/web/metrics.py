"""For service managers and Prometheus: is it ready, and how much of everything is there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from monitor.store import figures
from monitor.store.figures import Figures
from monitor.web.page import desk_of

router = APIRouter()
STALE = timedelta(seconds=60)  # without a heartbeat, from which a process counts as gone; a process beats every 5 s
TEXT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/readyz", response_model=None)
def say_ready(request: Request) -> JSONResponse:
    """200 while the database answers, the daemon and a crawler are alive; else 503 with what is missing."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        processes = figures.load_processes(connection)
    alive = {
        process.kind for process in processes if process.beat_at is not None and desk.now() - process.beat_at < STALE
    }
    missing = [words for kind, words in (("monitor", "the daemon"), ("crawler", "a crawler")) if kind not in alive]
    if "worker" in alive:  # workers do both
        missing = []
    if missing:
        return JSONResponse({"status": "not ready", "missing": missing}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics", response_model=None)
def send_metrics(request: Request) -> Response:
    """Prometheus' text format. Labels are states, channels and processes: never an address, never a text."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        found = figures.load_figures(connection, desk.now())
    registry = CollectorRegistry()
    registry.register(Shown(found, desk.now()))
    return Response(generate_latest(registry), media_type=TEXT)


class Shown(Collector):
    """Figures as Prometheus takes them. Names follow prometheus.io/docs/practices/naming."""

    def __init__(self, found: Figures, now: datetime) -> None:
        self.found, self.now = found, now

    def collect(self) -> Iterable[Metric]:
        """Every figure once."""
        found = self.found
        yield _count("outlets", "Configured outlets by state.", "state", found.outlets)
        yield _count("candidates_last_day", "Pages by the state that they reached in 24 h.", "state", found.ledger)
        messages = GaugeMetricFamily(
            "diplowatch_messages", "Messages by channel and state.", labels=["channel", "state"]
        )
        for (channel, state), count in sorted(found.messages.items()):
            messages.add_metric([channel, state], count)
        yield messages
        waited = self._age(found.oldest_owed_at) if found.oldest_owed_at else 0.0
        yield GaugeMetricFamily(
            "diplowatch_oldest_owed_seconds", "Age of the oldest message that is not sent.", value=waited
        )
        for name, help, values in (
            ("process_heartbeat_age_seconds", "Since the last sign of life.", self._ages()),
            ("process_resident_bytes", "Memory of a crawler.", {p.name: p.rss_mb * 2**20 for p in found.processes}),
            ("process_polls", "Polls since its start.", {p.name: p.polls for p in found.processes}),
            ("process_pages", "Pages since its start.", {p.name: p.pages for p in found.processes}),
        ):
            yield _count(name, help, "process", values)

    def _ages(self) -> dict[str, float]:
        return {process.name: self._age(process.beat_at) for process in self.found.processes if process.beat_at}

    def _age(self, at: datetime) -> float:
        return max(0.0, (self.now - at).total_seconds())


def _count(name: str, help: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"diplowatch_{name}", help, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
