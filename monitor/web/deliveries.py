"""What is owed, held, sent and failed; retry by hand; the digests as they would go out."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.alerts import Watching, find_editions
from monitor.matching.watch import compile_match
from monitor.model import DigestPlan, DigestView
from monitor.render import render_digest
from monitor.store import crawling, outbox, posted, views
from monitor.web.desk import Desk
from monitor.web.forms import FormFields, safe_next
from monitor.web.page import desk_of, go_to, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
STATES = ("owed", "held", "sending", "sent", "failed", "dead")
DAY = timedelta(days=1)


@router.get("/deliveries", response_model=None)
def show_deliveries(request: Request, state: str = "") -> HTMLResponse:
    """What is owed, held, sent and failed, with the reason; the next digests."""
    desk = desk_of(request)
    state = state if state in STATES else ""
    rows = outbox.list_deliveries(desk.store, state=state or None, limit=200)
    with desk.store.read() as connection:
        counts = posted.count_messages(connection)
        spent = posted.count_alerts(connection, desk.now() - timedelta(hours=1))
    return show_page(
        request,
        "deliveries.html",
        deliveries=rows,
        state=state,
        states=STATES,
        counts=counts,
        channels=desk.config().channels,
        spent=spent,
        digests=[(plan, find_next_edition(plan, desk.now())) for plan in desk.config().digests],
    )


@router.get("/deliveries/{message_id}", response_model=None)
def show_delivery(request: Request, message_id: int) -> HTMLResponse:
    """One message as it was rendered, with its attempts."""
    with desk_of(request).store.read() as connection:
        found = posted.load_message(connection, message_id)
        attempts = posted.load_attempts(connection, message_id)
    if found is None:
        raise not_found("message")
    return show_page(request, "delivery.html", message=found, attempts=attempts)


@router.post("/deliveries/retry", response_model=None)
def retry(request: Request, form: FormFields) -> RedirectResponse:
    """Makes a message due now; asked twice, it is due once."""
    if not form["id"].isdecimal() or len(form["id"]) > 18:
        raise HTTPException(422, "A retry names a message.")
    desk = desk_of(request)
    done = outbox.retry(desk.store, int(form["id"]), desk.now())
    return go_to(safe_next(form["next"] or "/deliveries"), "retry" if done else "no-retry")


@router.post("/deliveries/{message_id}/replay", response_model=None)
def replay(request: Request, message_id: int, form: FormFields) -> RedirectResponse:
    """Owes a sent message once more: for who deleted it, or was added to the list since."""
    del form
    desk = desk_of(request)
    done = outbox.replay(desk.store, message_id, desk.now())
    return go_to("/deliveries", "replay" if done else "no-replay")


@router.post("/channels/{slug}/test", response_model=None)
def send_test(request: Request, slug: str, form: FormFields) -> RedirectResponse:
    """Owes a test message to a channel, on the road that alerts take; asked twice within a minute, one."""
    del form
    desk = desk_of(request)
    if slug not in {channel.slug for channel in desk.config().channels}:
        raise not_found("channel")
    now = desk.now()
    with desk.store.write(alone=True) as connection:
        outbox.owe_notice(
            connection,
            f"test-{slug}-{now:%Y%m%d%H%M}",
            title="diplowatch: a test message",
            text=f"Asked for on the desk at {desk.moment(now)}. Alerts for {slug} take this road.",
            channels=[slug],
            now=now,
        )
    return go_to("/deliveries", "test")


@router.get("/digests/{slug}", response_model=None)
def preview_digest(request: Request, slug: str) -> HTMLResponse:
    """The digest as it would go out now, as text; nothing is owed."""
    desk = desk_of(request)
    plan = next((plan for plan in desk.config().digests if plan.slug == slug), None)
    if plan is None:
        raise not_found("digest")
    view = desk.recent.find(("digest", slug, desk.config().version), desk.now(), lambda: _view(desk, plan))
    messages = render_digest(view, "plain", key=f"preview-{slug}", desk=desk.config().settings.desk)
    return show_page(
        request, "digest.html", plan=plan, view=view, messages=messages, next_at=find_next_edition(plan, desk.now())
    )


def find_next_edition(plan: DigestPlan, now: datetime) -> datetime | None:
    """When the digest goes out next; None when it has no day in the coming week."""
    return next(iter(find_editions(plan, now, now + 8 * DAY)), None)


def _view(desk: Desk, plan: DigestPlan) -> DigestView:
    now, config = desk.now(), desk.config()
    watching = Watching.compile(config.watchlists, compile_match)
    with desk.store.read() as connection:
        start = posted.find_last_window_end(connection, plan.slug) or now - DAY
        return views.load_digest_view(
            connection,
            plan,
            config,
            start=start,
            end=now,
            find=lambda entries: [watchlist.slug for watchlist in watching.find_watchlists(entries)],
            health=crawling.load_healths(desk.store, now),
        )
