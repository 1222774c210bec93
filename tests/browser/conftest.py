"""A real desk on loopback over a filled store, and a real Chromium that may go nowhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import uvicorn
from desk_world import CONFIG, NOW, fill_world
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from monitor.store import Store, open_store
from monitor.web import make_app

# What Chromium would otherwise ask the network for on its own.
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--no-first-run", "--disable-default-apps", "--disable-features=OptimizationHints",
]  # fmt: skip


@dataclass
class Visit:
    """A browser tab on the desk, and what went wrong in it."""

    page: Page
    base: str
    store: Store
    ids: dict[str, int]
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status < 400, path
        return self.page


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Store, dict[str, int]]]:
    """(address, store, ids) of a desk that listens."""
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    ids = fill_world(store)
    config = CONFIG
    server = uvicorn.Server(
        uvicorn.Config(make_app(store, lambda: config, lambda: NOW), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    config = replace(CONFIG, settings=replace(CONFIG.settings, listen=f"127.0.0.1:{port}"))
    yield f"http://127.0.0.1:{port}", store, ids
    server.should_exit = server.force_exit = True
    thread.join(10)
    store.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def options() -> dict[str, object]:
    """Options of the browser's context; a test overrides them by parametrizing."""
    return {}


@pytest.fixture
def visit(browser: Browser, served: tuple[str, Store, dict[str, int]], options: dict[str, object]) -> Iterator[Visit]:
    """A tab; at its end there must have been no error, no dialog and no request to elsewhere."""
    base, store, ids = served
    context: BrowserContext = browser.new_context(**({"viewport": {"width": 1200, "height": 850}} | options))  # type: ignore[arg-type]
    page = context.new_page()
    found = Visit(page, base, store, ids)

    def note(request: Request) -> None:
        if not request.url.startswith(base):
            found.foreign.append(request.url)

    context.on("request", note)
    page.on(
        "console", lambda message: found.errors.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("dialog", lambda dialog: (found.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield found
    context.close()
    assert found.errors == []
    assert found.foreign == []
