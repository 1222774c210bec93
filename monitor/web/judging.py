"""Verdicts without a log-in: the page behind the signed link of an alert. It shows one story's hits and takes verdicts on them, nothing else."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.model import StoryView
from monitor.store import desk as stories
from monitor.store import edits, links, verdicts, views
from monitor.web.desk import Desk
from monitor.web.forms import SmallForm
from monitor.web.page import VERDICTS, desk_of, go_to, show_page

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/judge/{link}", response_model=None)
def show_hits(request: Request, link: str) -> HTMLResponse:
    """The story's people and topics, each with its sentence. Looking changes nothing: mail programs open links on their own."""
    desk = desk_of(request)
    story = _find_story(desk, link)
    with desk.store.read() as connection:
        judged = stories.load_verdicts(connection, [mention.hit_id for mention in story.mentions])
    return show_page(request, "judge.html", story=story, link=link, judged=judged)


@router.post("/judge/{link}", response_model=None)
def judge(request: Request, link: str, form: SmallForm) -> RedirectResponse:
    """A verdict on one of these hits; the newest counts."""
    desk = desk_of(request)
    hits = {str(mention.hit_id): mention.hit_id for mention in _find_story(desk, link).mentions}
    if form["verdict"] not in VERDICTS or form["hit"] not in hits:
        raise HTTPException(422, "A verdict names a hit of this story and one of: " + ", ".join(VERDICTS) + ".")
    verdicts.save_verdict(desk.store, hits[form["hit"]], form["verdict"], desk.now())
    desk.recent.forget()
    return go_to(f"/judge/{link}", "verdict")


def _find_story(desk: Desk, link: str) -> StoryView:
    with desk.store.read() as connection:
        key = links.load_key(connection)
        story_id, is_in_time = links.read_link(key, link, desk.now()) if key else (0, False)
        if not story_id:
            raise HTTPException(
                404, "This link is not one of ours; perhaps it was cut short. Open the one in the message."
            )
        if not is_in_time:
            raise HTTPException(410, f"This link is older than {links.LASTS.days} days. Judge the story on the page.")
        found = views.load_story_views(connection, [edits.find_root(connection, story_id)], desk.config())
    if not found:
        raise HTTPException(410, "This story is older than what is kept.")
    return found[0]
