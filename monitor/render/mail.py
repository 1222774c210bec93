"""Mail: HTML with inline styles, its plain twin, and the week as a picture. Pure."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import plain
from monitor.render import wording as w
from monitor.render.chart import draw_days

PICTURE_DOMAIN = "diplowatch.invalid"  # of Content-IDs, which name no host: RFC 2606
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals.update(w=w)


def render_alert(view: StoryView, kind: AlertKind, zone: str, desk: str) -> list[Message]:
    """One mail."""
    (text,) = plain.render_alert(view, kind, zone, desk)
    html = templates.get_template("alert.html").render(view=view, kind=kind, zone=zone, desk=desk)
    return [Message(key="", title=text.title, body=html, body_format="html", text=text.body)]


def render_digest(view: DigestView, desk: str) -> list[Message]:
    """One mail; where the week had stories it has them as a picture too."""
    (text,) = plain.render_digest(view, desk)
    numbers = {story.story_id: number for number, story in enumerate(view.stories, 1)}
    has_picture = any(any(days) for _, days in view.week)
    html = templates.get_template("digest.html").render(
        view=view, desk=desk, numbers=numbers, picture=f"week@{PICTURE_DOMAIN}" if has_picture else ""
    )
    payload = json.dumps({"pictures": [_draw_week(view)]}) if has_picture else ""
    return [Message(key="", title=text.title, body=html, body_format="html", text=text.body, payload=payload)]


def _draw_week(view: DigestView) -> dict[str, str]:
    last_day = view.window_end.astimezone(ZoneInfo(view.zone)).date()
    png = draw_days(
        [(w.to_line(name), days) for name, days in view.week], last_day, title="Stories a day by watchlist,"
    )
    return {"id": f"week@{PICTURE_DOMAIN}", "name": "week.png", "png": base64.b64encode(png).decode()}


def show_alone(message: Message) -> str:
    """The mail's HTML as one file, its pictures in it."""
    html = message.body
    for picture in json.loads(message.payload or "{}").get("pictures", ()):
        html = html.replace(f"cid:{picture['id']}", f"data:image/png;base64,{picture['png']}")
    return html


def render_notice(title: str, text: str) -> list[Message]:
    """One mail."""
    html = templates.get_template("notice.html").render(title=title, text=text)
    return [Message(key="", title=w.to_line(title), body=html, body_format="html", text=text)]
