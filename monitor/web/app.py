"""Puts the desk's pages, its guard and its templates together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import monitor
from monitor.model import Config
from monitor.store import Store
from monitor.web import pages
from monitor.web.desk import Desk
from monitor.web.guard import Guard

HERE = Path(__file__).parent


def make_app(store: Store, config: Callable[[], Config], now: Callable[[], datetime]) -> FastAPI:
    """The ASGI application over a store; `config` and `now` are asked at each request."""
    app = FastAPI(title="diplowatch", version=monitor.__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(store=store, config=config, now=now)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(pages.router)
    app.add_middleware(Guard, listen=lambda: config().settings.listen)
    return app
