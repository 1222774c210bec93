"""Puts the desk's pages, its guards and its templates together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import monitor
from monitor.errors import ConfigError, StoreError
from monitor.model import Config
from monitor.store import Store, tokens
from monitor.web import (
    api,
    articles,
    calendar,
    cuts,
    deliveries,
    editor,
    events,
    exports,
    feeds,
    hubs,
    judging,
    login,
    metrics,
    outlets,
    pages,
    pictures,
    proposals,
    searching,
    silences,
    story,
    watches,
)
from monitor.web.access import MACHINES, Access
from monitor.web.desk import Desk
from monitor.web.guard import Guard, is_loopback
from monitor.web.page import show_page
from monitor.web.password import read_password_file
from monitor.web.sessions import Sessions

HERE = Path(__file__).parent
ROOMS = (
    pages,
    story,
    editor,
    articles,
    cuts,
    outlets,
    deliveries,
    pictures,
    silences,
    watches,
    proposals,
    searching,
    judging,
    hubs,
    login,
    calendar,
    feeds,
    exports,
    events,
    metrics,
)


def make_app(
    store: Store, config: Callable[[], Config], now: Callable[[], datetime], stop: asyncio.Event | None = None
) -> FastAPI:
    """The ASGI application over a store; `config` and `now` are asked at each request. `stop` ends open streams.

    Raises: ConfigError when it would listen beyond this machine without a password, or its file is not usable.
    """
    sessions = Sessions(find_password_hash(config()), find_reader_hash(config()))
    app = FastAPI(title="diplowatch", version=monitor.__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(store=store, config=config, now=now, sessions=sessions, stop=stop)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for room in ROOMS:
        app.router.routes.extend(room.router.routes)  # include_router would build them anew, at the first request
    app.mount("/api", api.make_api(app.state))
    app.add_exception_handler(HTTPException, _say_problem)
    app.add_exception_handler(RequestValidationError, _say_invalid)
    app.add_exception_handler(StoreError, _say_store)
    app.add_middleware(Access, sessions=sessions, now=now, find_scope=lambda token: tokens.find_scope(store, token))
    app.add_middleware(Guard, listen=lambda: config().settings.listen, hosts=lambda: config().settings.web_hosts)
    return app


def find_password_hash(config: Config) -> str:
    """The hash of the desk's password; "" when none is needed.

    Raises: ConfigError as `make_app` does.
    """
    settings = config.settings
    if settings.password_file:
        return read_password_file(Path(config.folder) / settings.password_file)
    if not is_loopback(settings.listen):
        raise ConfigError(
            [
                f"settings.toml: web.listen: {settings.listen} can be reached from other machines "
                '(needs a password: password_file = "desk-password")'
            ]
        )
    return ""


def find_reader_hash(config: Config) -> str:
    """The hash of the password that only lets one read; "" when there is none. Raises: ConfigError as `make_app` does."""
    settings = config.settings
    if not settings.reader_password_file:
        return ""
    return read_password_file(Path(config.folder) / settings.reader_password_file, "reader_password_file")


def _say_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = str(error.detail)
    if request.url.path.startswith(MACHINES):
        return JSONResponse({"problem": words}, error.status_code)
    if words == "Not Found":
        words = "There is no such page here."
    return show_page(request, "problem.html", status=error.status_code, words=words)


def _say_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = ", ".join(str(problem["loc"][-1]) for problem in error.errors())
    return _say_problem(request, HTTPException(422, f"This address cannot be read: {places} is not as it should be."))


def _say_store(request: Request, error: Exception) -> Response:
    return _say_problem(request, HTTPException(503, f"The database cannot be read just now: {error}"))
