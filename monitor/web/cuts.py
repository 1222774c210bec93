"""A reader says that a block was cut, or kept, wrongly: the outlet's table with a rule that mends it, to try and to save."""

from __future__ import annotations

import base64
import json

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from monitor.cleaning.proposal import propose_rules
from monitor.config.editing import put_key, read_table
from monitor.crawl import Crawler, fetch_probe
from monitor.errors import FetchError
from monitor.model import Outlet
from monitor.store import reading
from monitor.store.reading import Reading
from monitor.web.desk import Desk
from monitor.web.editor import show_table
from monitor.web.forms import Form, FormFields
from monitor.web.page import desk_of, not_found

router = APIRouter(default_response_class=HTMLResponse)


@router.post("/article/{article_id}/rule", response_model=None)
def propose(request: Request, article_id: int, form: FormFields) -> HTMLResponse:
    """Fetches the page once more as the crawler would, and looks for a rule. Nothing is written before the reader saves it."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        article = reading.load_reading(connection, article_id)
    if article is None:
        raise not_found("article")
    outlet = next((one for one in desk.config().outlets if one.slug == article.outlet), None)
    if outlet is None:
        raise HTTPException(409, "Its outlet is not configured any more: a rule of it would cut nothing.")
    text, is_cruft = _find_block(article, form)
    html, url = _fetch(desk, article, outlet)
    found = propose_rules(html, url, outlet.cleaning, text, is_cruft=is_cruft)
    if found is None:
        raise HTTPException(
            422,
            "No rule was found that mends this and nothing else: the block has no name of its own on the page, or the page has changed. "
            f"The table of the outlet can be edited at /edit/outlets/{outlet.slug}.",
        )
    before = read_table(desk.config().folder, "outlets", outlet.slug)
    table = put_key(before, outlet.slug, "cleaning", {"keep": found.rules.keep, "drop": found.rules.drop})
    return show_table(request, "outlets", outlet.slug, table=table, before=before, proposal=found)


def _find_block(article: Reading, form: Form) -> tuple[str, bool]:
    """The text that the reader points at, and whether it is to go."""
    name = "cut" if form["cut"] else "kept"
    blocks = [block.text for block in article.page.removed] if name == "cut" else article.page.body.split("\n\n")
    number = form[name]
    if not number.isdecimal() or len(number) > 5 or int(number) >= len(blocks):
        raise HTTPException(422, "Name a block of this article: cut or kept, by its number.")
    return blocks[int(number)], name == "kept"


def _fetch(desk: Desk, article: Reading, outlet: Outlet) -> tuple[bytes, str]:
    crawler = Crawler(config=desk.config().folder, db=desk.store.url)
    try:
        answer = json.loads(fetch_probe(crawler, f"url={article.page.url}", "page=1"))
    except FetchError as error:
        raise HTTPException(502, f"The page cannot be fetched: {error}") from None
    if answer.get("problem"):
        raise HTTPException(502, f"The page of {outlet.name} cannot be fetched: {answer['problem']}")
    return base64.b64decode(answer["html_b64"]), str(answer["final_url"])
