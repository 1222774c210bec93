"""Mail: HTML with inline styles and its plain twin. Pure."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.model import AlertKind, DigestView, Message, StoryView
from monitor.render import plain
from monitor.render import wording as w

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
    """One mail."""
    (text,) = plain.render_digest(view, desk)
    numbers = {story.story_id: number for number, story in enumerate(view.stories, 1)}
    html = templates.get_template("digest.html").render(view=view, desk=desk, numbers=numbers, peak=_peak(view))
    return [Message(key="", title=text.title, body=html, body_format="html", text=text.body)]


def render_notice(title: str, text: str) -> list[Message]:
    """One mail."""
    html = templates.get_template("notice.html").render(title=title, text=text)
    return [Message(key="", title=w.to_line(title), body=html, body_format="html", text=text)]


def _peak(view: DigestView) -> int:
    return max((max(days) for _, days in view.week), default=0) or 1
