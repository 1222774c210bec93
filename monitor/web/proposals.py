"""What the verdicts say should be changed, each with its back-test, to try and to save in the editor."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.backtest import Proposal, find_proposals
from monitor.config.editing import put_key, read_table, write_key
from monitor.web.desk import Desk
from monitor.web.editor import show_table
from monitor.web.forms import FormFields
from monitor.web.outlets import DAYS
from monitor.web.page import desk_of, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
LIMIT_S = 1.0  # of each back-test: the newest articles then


@router.get("/proposals", response_model=None)
def show_proposals(request: Request) -> HTMLResponse:
    """Those that end most wrong hits first."""
    desk = desk_of(request)
    found = [(one, write_key(one.change.key, one.change.value)) for one in _find(desk)]
    return show_page(request, "proposals.html", proposals=found, names=desk.entry_names())


@router.post("/proposals/{slug}", response_model=None)
def open_proposal(request: Request, slug: str, form: FormFields) -> HTMLResponse:
    """The entry's table with the change in it; nothing is written before it is saved."""
    del form
    desk = desk_of(request)
    found = next((one for one in _find(desk) if one.slug == slug), None)
    if found is None:
        raise not_found("proposal")
    before = read_table(desk.config().folder, found.file, slug)
    table = put_key(before, slug, found.change.key, found.change.value)
    return show_table(request, found.file, slug, table=table, before=before)


def _find(desk: Desk) -> list[Proposal]:
    since = desk.now() - timedelta(days=DAYS)
    return desk.recent.find(
        ("proposals", desk.config().version),
        desk.now(),
        lambda: find_proposals(desk.store, desk.config(), since, limit_s=LIMIT_S),
    )
