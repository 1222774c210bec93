"""The configuration on the page: one table at a time, checked, tried over the archive, then written. Touches the configuration folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from anyascii import anyascii
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from monitor.backtest import Difference, Trial, backtest_archive, try_entry
from monitor.config.checks import check_slug
from monitor.config.editing import EDITED, Draft, EditConflict, draft_table, read_table, save_draft
from monitor.config.warnings import find_new_warnings, list_watched
from monitor.crawl import Crawler, fetch_probe
from monitor.errors import ConfigError, DiplowatchError
from monitor.matching.suggest import suggest_names
from monitor.model import Person, Topic
from monitor.web.desk import Desk
from monitor.web.forms import FormFields
from monitor.web.page import desk_of, go_to, not_found, show_page
from monitor.web.probing import describe_probe

router = APIRouter(default_response_class=HTMLResponse)
TRIED = timedelta(days=30)
TRIAL_S = 4.0  # how long the archive is looked at; what was not reached is said
SURE = 0.9  # of a suggested spelling from which it stands in the draft; the others are shown beside it
WHAT = {"people": "person", "topics": "topic", "watchlists": "watchlist", "outlets": "outlet"}
BACK = {"people": "/watches", "topics": "/watches", "watchlists": "/watches", "outlets": "/outlets"}


@router.get("/edit/{file}", response_model=None)
def begin(request: Request, file: str, name: str = "") -> HTMLResponse:
    """A new table: for a name a draft of it, with the spellings that other scripts give it."""
    desk = desk_of(request)
    _check_file(file)
    if not name.strip():
        return show_page(request, "new.html", file=file, what=WHAT[file], problem="")
    slug = make_slug(name)
    if slug in taken_slugs(desk, file):
        raise HTTPException(409, f"There is a [{slug}] already: edit that one, or give this one another name.")
    suggestions = suggest_names(name, desk.config().people) if file == "people" else []
    return show_table(
        request, file, slug, table=draft_text(file, slug, " ".join(name.split()), suggestions), suggestions=suggestions
    )


@router.post("/edit/outlets/probe", response_model=None)
def probe(request: Request, form: FormFields) -> HTMLResponse:
    """Looks at a site: its ways in, a sample of its pages with what is kept and cut, the table that follows."""
    desk, url = desk_of(request), form["url"].strip()
    if not re.match(r"https?://[^/\s]+", url):
        return show_page(
            request, "new.html", status=422, file="outlets", what="outlet", problem="An address begins with https://"
        )
    try:
        found = describe_probe(fetch_probe(Crawler(config=desk.config().folder, db=desk.store.url), f"url={url}"))
    except DiplowatchError as error:
        return show_page(request, "new.html", status=422, file="outlets", what="outlet", problem=str(error))
    if not found.table:
        problem = found.problem or "No feed, sitemap or list of articles was found there."
        return show_page(request, "new.html", status=422, file="outlets", what="outlet", problem=problem)
    slug = found.slug
    return show_table(request, "outlets", slug, table=found.table, probe=found)


@router.get("/edit/{file}/{slug}", response_model=None)
def edit(request: Request, file: str, slug: str) -> HTMLResponse:
    """A table as it stands in its file, comments included."""
    _check_file(file)
    table = read_table(desk_of(request).config().folder, file, slug)
    if not table:
        raise not_found(WHAT[file])
    return show_table(request, file, slug, table=table, before=table)


@router.post("/edit/{file}/{slug}", response_model=None)
def change(request: Request, file: str, slug: str, form: FormFields) -> Response:
    """Checks a table and shows what it would find; or writes it. A newer table in the file is not overwritten."""
    desk = desk_of(request)
    _check_file(file)
    table, before = form["table"], form["before"]
    try:
        check_slug(slug)
        draft = draft_table(desk.config().folder, file, slug, table, before=before)
        if form["do"] == "save":
            save_draft(desk.config().folder, draft, before=before)
            return go_to(BACK[file], "saved" if _is_told(draft) else "saved-alone")
    except EditConflict as conflict:
        return show_table(request, file, slug, status=409, table=table, before=before, conflict=conflict.problems)
    except ConfigError as error:
        return show_table(
            request, file, slug, status=422, table=table, before=before, problems=_short(error.problems, desk)
        )
    except ValueError as error:
        return show_table(request, file, slug, status=422, table=table, before=before, problems=[f"[{slug}]: {error}"])
    return show_table(request, file, slug, table=table, before=before, **try_draft(desk, draft))


def try_draft(desk: Desk, draft: Draft) -> dict[str, Any]:
    """What a draft would find in the archive: of a person or topic its articles, of a watchlist what comes and goes."""
    since = desk.now() - TRIED
    trial: Trial | None = None
    difference: Difference | None = None
    entries: dict[str, Person | Topic] = {person.slug: person for person in draft.config.people}
    entries |= {topic.slug: topic for topic in draft.config.topics}
    if draft.file in ("people", "topics") and draft.slug in entries:
        trial = try_entry(desk.store, entries[draft.slug], since, limit_s=TRIAL_S)
    elif draft.file == "watchlists":
        found = backtest_archive(desk.store, draft.config, since, limit_s=TRIAL_S)
        difference = next((one for one in found if one.watchlist == draft.slug), None)
    warnings = find_new_warnings(draft.config, desk.config())
    return {
        "is_checked": True,
        "trial": trial,
        "difference": difference,
        "warnings": warnings,
        "is_told": _is_told(draft),
    }


def _is_told(draft: Draft) -> bool:
    """Does a watchlist name the person or topic of a draft, so that somebody is told? What is neither, or was taken out, needs none."""
    people, topics = draft.config.people, draft.config.topics
    slugs = {"people": [person.slug for person in people], "topics": [topic.slug for topic in topics]}
    return draft.slug not in slugs.get(draft.file, ()) or draft.slug in list_watched(draft.config)


def draft_text(file: str, slug: str, name: str, suggestions: Iterable[tuple[str, str, float]]) -> str:
    """A table to begin with. Spellings that are nearly sure stand in it; nothing is written before the reader saves it."""
    lines = [f"[{slug}]", f"name = {_quoted(name)}"]
    if file == "people":
        sure: dict[str, str] = {}
        for language, spelling, score in suggestions:
            if score >= SURE and language != "und":
                sure.setdefault(language, spelling)
        if sure:
            lines.append(
                "names = { " + ", ".join(f"{key} = {_quoted(text)}" for key, text in sorted(sure.items())) + " }"
            )
        lines += ['surname = "auto"']
    elif file == "topics":
        lines.append(f"query = {_quoted(chr(34) + name + chr(34))}")
    elif file == "watchlists":
        lines += ['match = ""', "instant = []", "digests = []"]
    return "\n".join(lines)


def make_slug(name: str) -> str:
    """A slug of a name in any script."""
    return re.sub(r"[^a-z0-9]+", "-", str(anyascii(name)).lower()).strip("-")[:60] or "new"


def taken_slugs(desk: Desk, file: str) -> set[str]:
    """Slugs that a new table may not have; people and topics share theirs."""
    config = desk.config()
    if file in ("people", "topics"):
        return {person.slug for person in config.people} | {topic.slug for topic in config.topics}
    return {item.slug for item in (config.watchlists if file == "watchlists" else config.outlets)}


def show_table(
    request: Request, file: str, slug: str, *, table: str, before: str = "", status: int = 200, **more: Any
) -> HTMLResponse:
    """The page of one table, with what is known of a change."""
    values: dict[str, object] = {
        "problems": (), "conflict": (), "suggestions": (), "probe": None, "trial": None, "difference": None, "is_checked": False, "proposal": None,
    }  # fmt: skip
    values |= {"file": file, "what": WHAT[file], "slug": slug, "table": table, "before": before} | more
    return show_page(request, "edit.html", status=status, **values)


def _short(problems: Iterable[str], desk: Desk) -> list[str]:
    """Without the folder in front of each line."""
    return [problem.removeprefix(f"{desk.config().folder}/") for problem in problems]


def _check_file(file: str) -> None:
    if file not in EDITED:
        raise not_found("file to edit")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
