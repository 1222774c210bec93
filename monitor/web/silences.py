"""Silences: what is muted and until when, what a new one would have muted, adding and ending."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.store import silences
from monitor.web.desk import Desk
from monitor.web.forms import Form, FormFields
from monitor.web.page import desk_of, go_to, show_page

router = APIRouter(default_response_class=HTMLResponse)
KINDS = ("entry", "story", "outlet")
LONGEST = timedelta(days=366)
SPANS = {"1h": timedelta(hours=1), "8h": timedelta(hours=8), "1d": timedelta(days=1), "7d": timedelta(days=7),
         "30d": timedelta(days=30)}  # fmt: skip
LONGEST_REASON = 300  # characters


@router.get("/silences", response_model=None)
def show_silences(
    request: Request, kind: str = "", value: str = "", span: str = "1d", until: str = "", reason: str = ""
) -> HTMLResponse:
    """Silences in force and past; with `kind` and `value` in the URL also the preview of a new one."""
    desk = desk_of(request)
    muted, problem = None, ""
    if value and kind in KINDS:
        problem = find_problem(desk, kind, value)
        muted = None if problem else silences.find_muted(desk.store, kind, value, desk.now())
    config, now = desk.config(), desk.now()
    every = silences.list_silences(desk.store, now, everything=True)
    return show_page(
        request, "silences.html", current=[item for item in every if item.until > now],
        past=[item for item in every if item.until <= now][-50:], kind=kind or "entry", value=value, span=span,
        until=until, reason=reason[:LONGEST_REASON], muted=muted, problem=problem, spans=SPANS,
        entries=desk.entries(), outlets=config.outlets,
        names=desk.entry_names() | desk.outlet_names(),
    )  # fmt: skip


@router.post("/silences", response_model=None)
def add_silence(request: Request, form: FormFields) -> RedirectResponse:
    """Mutes one thing until a time, with a reason. The same form sent twice mutes it once."""
    desk = desk_of(request)
    kind, value, reason = form["kind"], form["value"].strip(), " ".join(form["reason"].split())
    problem = find_problem(desk, kind, value)
    if not reason or len(reason) > LONGEST_REASON:
        problem = problem or f"A silence needs a reason, {LONGEST_REASON} characters at most: others will read it."
    if problem:
        raise HTTPException(422, problem)
    until = read_until(form, desk)
    for known in silences.list_silences(desk.store, desk.now()):
        if (known.kind, known.value, known.reason) == (kind, value, reason):
            return go_to("/silences", "silence-known")
    silences.add_silence(desk.store, kind, value, until, reason, desk.now())
    return go_to("/silences", "silence")


@router.post("/silences/end", response_model=None)
def end_silence(request: Request, form: FormFields) -> RedirectResponse:
    """Ends one before its time."""
    if not form["id"].isdecimal() or len(form["id"]) > 18:
        raise HTTPException(422, "Which silence?")
    desk = desk_of(request)
    done = silences.end_silence(desk.store, int(form["id"]), desk.now())
    return go_to("/silences", "silence-ended" if done else "no-silence")


def read_until(form: Form, desk: Desk) -> datetime:
    """When a silence ends: a local time of the reader's zone, or a span from now.

    Raises: HTTPException for a time that has passed, lies over a year ahead, or cannot be read.
    """
    now = desk.now()
    if not form["until"]:
        return now + SPANS.get(form["span"], SPANS["1d"])
    try:
        local = datetime.fromisoformat(form["until"])
        until = local if local.tzinfo else local.replace(tzinfo=ZoneInfo(desk.config().settings.zone))
        until = until.astimezone(UTC)
    except (ValueError, OverflowError):
        raise HTTPException(422, "The end of a silence is a time such as 2026-03-01T18:00.") from None
    if not now < until <= now + LONGEST:
        raise HTTPException(422, "A silence ends in the future, within a year.")
    return until


def find_problem(desk: Desk, kind: str, value: str) -> str:
    """Why this cannot be muted, in words; "" when it can."""
    if kind == "entry":
        return "" if value in desk.entry_names() else f"There is no person or topic “{value}”: use its slug."
    if kind == "outlet":
        return "" if value in desk.outlet_names() else f"There is no outlet “{value}”: use its slug."
    if kind == "story":
        return "" if value.isdecimal() and len(value) < 18 else "A story is named by its number."
    return "A silence is of an entry, a story or an outlet."
