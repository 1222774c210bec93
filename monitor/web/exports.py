"""The stories of the page as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.store import desk as stories
from monitor.store import views
from monitor.web.page import desk_of
from monitor.web.pages import FilterFields, to_wanted

router = APIRouter()
MOST = 2000  # rows
HEADER = ("story", "first_seen", "updated", "outlet", "country", "language", "headline", "url", "voices", "watchlists",
          "entries", "excerpt")  # fmt: skip


@router.get("/export/stories.csv", response_model=None)
def send_csv(request: Request, filters: FilterFields) -> Response:
    """The stories that the filters let through, with the same filters in the URL as on the page."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        ids = stories.filter_stories(connection, to_wanted(replace(filters, page=1), desk), limit=MOST)
        found = views.load_story_views(connection, ids, desk.config(), find=desk.find_watchlists)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for story in found:
        cells = [
            story.story_id, desk.iso(story.first_seen_at), desk.iso(story.updated_at), story.outlet, story.country,
            story.language, story.headline, story.url, story.voices, "; ".join(story.watchlists),
            "; ".join(mention.name for mention in story.mentions), story.excerpt,
        ]  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    name = {"Content-Disposition": 'attachment; filename="stories.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv", headers=name)


def harmless(cell: object) -> object:
    """A spreadsheet runs a cell that begins with = + - @; a quote mark keeps it text (as OWASP advises)."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@") else cell
