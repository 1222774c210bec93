"""Renders a template as an answer, with what every page needs. Reads the templates' folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from monitor.model import Mention
from monitor.web.desk import Desk

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    lstrip_blocks=True,
)
FINE = ("healthy", "new", "unchanged", "disabled")
VERDICTS = ("good", "cruft", "wrong-person", "off-topic", "duplicate")
SAID = {  # what a page says after a form was done; keys stand in URLs, the words never do
    "verdict": "Your verdict is kept.",
    "test": "A test message is owed to that channel; below stands what becomes of it.",
    "retry": "The message is due now; the sender takes it within a second.",
    "replay": "It is owed once more, as a message of its own.",
    "no-replay": "Only what was sent can be sent again.",
    "no-retry": "That message needs no retry: it was sent, or it is on its way.",
    "poll": "The outlet is due now.",
    "no-poll": "That outlet is not polled: it is disabled or gone.",
    "silence": "The silence is in force.",
    "saved": "Saved; it is in force within a second.",
    "saved-alone": "Saved; it is in force within a second. No watchlist names it yet, and so nobody is told of it: add its slug to the match of one.",
    "merged": "The other story is part of this one now.",
    "merge-known": "That story is part of this one already.",
    "split": "These articles are a story of their own now.",
    "silence-known": "That very silence is in force already.",
    "silence-ended": "The silence is over.",
    "no-silence": "No silence in force has this number.",
}


def show_page(request: Request, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A template of the desk, filled."""
    desk = desk_of(request)
    html = templates.get_template(name).render(
        desk=desk,
        path=request.url.path,
        query=request.url.query,
        now=desk.now(),
        token=desk.sessions.make_token(request.state.visitor),
        has_password=bool(desk.sessions.secret_hash),
        is_in=request.state.is_in,
        said=SAID.get(request.query_params.get("said", ""), ""),
        **values,
    )
    return HTMLResponse(html, status)


def desk_of(request: Request) -> Desk:
    """The desk that a request belongs to."""
    desk: Desk = request.app.state.desk
    return desk


def go_to(path: str, said: str = "", anchor: str = "") -> RedirectResponse:
    """After a form: the page that shows what was done, so that a reload does not send it again."""
    joint = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{joint}said={said}{anchor}" if said else f"{path}{anchor}", 303)


def not_found(what: str) -> HTTPException:
    """What a page that is not there says."""
    return HTTPException(404, f"There is no such {what} here (it may be older than what is kept).")


def highlight(mention: Mention) -> Markup:
    """The sentence with the mention marked."""
    return mark_first(mention.sentence, mention.text)


def mark_first(sentence: str, text: str) -> Markup:
    """A sentence with the first place of `text` marked."""
    before, found, after = sentence.partition(text) if text else (sentence, "", "")
    mark = Markup("<mark>{}</mark>").format(found) if found else ""
    return Markup("{}{}{}").format(escape(before), mark, escape(after))


def safe_url(url: str) -> str:
    """The URL when it is http(s); "#" for anything that a link must not do."""
    return url if urlsplit(url).scheme in ("http", "https") else "#"


def with_query(path: str, values: Mapping[str, object]) -> str:
    """A path with those parameters that say something."""
    query = urlencode({key: value for key, value in values.items() if value not in ("", None, False, 0)})
    return f"{path}?{query}" if query else path


def combine(values: Mapping[str, object], key: str, value: object) -> dict[str, object]:
    """The values with one of them set; the same value once more takes it off."""
    return {**values, key: "" if values.get(key) == value else value}


templates.filters["combine"] = combine
templates.globals.update(
    highlight=highlight, mark_first=mark_first, safe_url=safe_url, with_query=with_query, FINE=FINE, VERDICTS=VERDICTS
)
