"""Announced meetings as a calendar that other programs subscribe to. Source: RFC 5545."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from icalendar import Calendar, Event
from starlette.responses import Response

from monitor.store import happenings
from monitor.stories import say_event
from monitor.web.page import desk_of

router = APIRouter()
BACK = timedelta(days=30)  # announcements older than that are not looked at


@router.get("/feeds/meetings.ics", response_model=None)
def send_calendar(request: Request) -> Response:
    """A whole day for each event that was announced with a day, called off ones as such."""
    desk = desk_of(request)
    base = str(request.base_url).rstrip("/")
    calendar = Calendar()
    calendar.add("prodid", "-//diplowatch//announced meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "diplowatch: announced")
    with desk.store.read() as connection:
        found = happenings.list_announced(connection, desk.now() - BACK, desk.now().date() - timedelta(days=1))
    for one in found:
        event = Event()
        event.add("uid", f"story-{one.story_id}@diplowatch")
        event.add("dtstamp", one.updated_at)
        event.add("dtstart", one.on)
        event.add("summary", " ".join(one.headline.split()))
        event.add("description", say_event(one.frame))
        event.add("url", f"{base}/story/{one.story_id}")
        event.add("status", "CANCELLED" if one.frame.stage == "cancelled" else "CONFIRMED")
        if one.frame.place.islower():
            event.add("location", one.frame.place.replace("-", " ").title())
        calendar.add_component(event)
    return Response(calendar.to_ical(), media_type="text/calendar; charset=utf-8")
