"""Atom and JSON feeds of stories, of all watchlists or of one."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.matching.watch import compile_match
from monitor.model import StoryView
from monitor.store import desk as stories
from monitor.store import views
from monitor.web.desk import Desk
from monitor.web.page import desk_of, not_found, safe_url

router = APIRouter()
ATOM = "http://www.w3.org/2005/Atom"
DAYS, MOST = 30, 50
ET.register_namespace("", ATOM)
ALL = "all"


@router.get("/feeds/{watch}.atom", response_model=None)
def send_atom(request: Request, watch: str) -> Response:
    """Atom. Source: RFC 4287."""
    desk = desk_of(request)
    name, found = find_feed(desk, watch)
    base = str(request.base_url).rstrip("/")
    return Response(
        write_atom(name, found, f"{base}/feeds/{watch}.atom", base, desk), media_type="application/atom+xml"
    )


@router.get("/feeds/{watch}.json", response_model=None)
def send_json_feed(request: Request, watch: str) -> Response:
    """JSON Feed 1.1. Source: jsonfeed.org/version/1.1."""
    desk = desk_of(request)
    name, found = find_feed(desk, watch)
    base = str(request.base_url).rstrip("/")
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"diplowatch: {name}",
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feeds/{watch}.json",
        "items": [
            {
                "id": _id(story),
                "url": f"{base}/story/{story.story_id}",
                "external_url": safe_url(story.url),
                "title": story.headline,
                "language": story.language,
                "content_text": _text(story),
                "date_published": desk.iso(story.first_seen_at),
                "date_modified": desk.iso(story.updated_at),
                "authors": [{"name": story.outlet}],
                "tags": [mention.name for mention in story.mentions],
            }
            for story in found
        ],
    }
    return Response(json.dumps(document, ensure_ascii=False), media_type="application/feed+json")


def find_feed(desk: Desk, watch: str) -> tuple[str, list[StoryView]]:
    """The feed's name and stories, last updated first. Raises: HTTPException 404 for an unknown watchlist."""
    watchlist = next((item for item in desk.config().watchlists if item.slug == watch), None)
    if watchlist is None and watch != ALL:
        raise not_found("watchlist")
    wanted = stories.StoryFilter(
        since=desk.now() - timedelta(days=DAYS), holds=compile_match(watchlist.match) if watchlist else None
    )
    with desk.store.read() as connection:
        ids = stories.filter_stories(connection, wanted, limit=MOST)
        found = views.load_story_views(connection, ids, desk.config(), find=desk.find_watchlists)
    return (watchlist.name if watchlist else "all stories"), found


def write_atom(name: str, found: list[StoryView], address: str, base: str, desk: Desk) -> bytes:
    """The feed as a document; characters that XML forbids are left out."""
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", address)
    _add(feed, "title", f"diplowatch: {name}")
    _add(feed, "updated", desk.iso(found[0].updated_at if found else desk.now()))
    _add(feed, "link", rel="self", href=address)
    _add(feed, "link", rel="alternate", href=f"{base}/")
    for story in found:
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", _id(story))
        _add(entry, "title", story.headline)
        _add(entry, "published", desk.iso(story.first_seen_at))
        _add(entry, "updated", desk.iso(story.updated_at))
        _add(entry, "link", rel="alternate", href=f"{base}/story/{story.story_id}")
        _add(entry, "link", rel="via", href=safe_url(story.url))
        _add(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", story.outlet)
        _add(entry, "content", _text(story), type="text")
        for mention in story.mentions:
            _add(entry, "category", term=mention.entry, label=mention.name)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", {key: _legal(value) for key, value in attributes.items()})
    element.text = _legal(text) or None


def _legal(text: str) -> str:
    """Without what XML 1.0 forbids."""
    return "".join(
        c for c in text if (c >= " " or c in "\t\n") and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )


def _id(story: StoryView) -> str:
    return f"tag:diplowatch,2025:story:{story.story_id}"


def _text(story: StoryView) -> str:
    lines = [story.excerpt, *(f"{mention.name}: {mention.sentence}" for mention in story.mentions)]
    return "\n".join(line for line in lines if line)
