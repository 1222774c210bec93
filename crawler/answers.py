"""What a server answered: is it a page of the outlet, and what of it matters. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scrapy.http import Response

from crawler.discovery.listings import is_too_deep
from crawler.failures import describe_status, find_challenge
from crawler.polls import Answer, Poll
from monitor.model import Page
from monitor.store.ledger import READ
from monitor.urls import site_of


def judge_page(response: Response, sites: set[str]) -> tuple[str, str]:
    """Ledger state and words when an answer is no page of the outlet; ("", "") when it is one."""
    kind, words = describe_status(response.status)
    if kind:
        return ("blocked" if kind == "blocked" else "failed"), words
    challenge = find_challenge(response.body)
    if challenge:
        return "blocked", challenge
    if site_of(response.url) not in sites:
        return "out-of-scope", f"redirected to another site: {site_of(response.url)}"
    return "", ""


def find_stranger(response: Response) -> str:
    """Why an answer is neither a site's page nor a feed; "" when it may be."""
    kind = read_header(response, "Content-Type").partition(";")[0].lower()
    if kind.startswith(("image/", "audio/", "video/", "font/")) or kind in ("application/pdf", "application/zip"):
        return f"no page but {kind}: name the front page of the site"
    if response.body.startswith(b"%PDF-"):
        return "no page but a PDF: name the front page of the site"
    return "its tags are nested too deep to be read" if is_too_deep(response.body) else ""


def make_page(response: Response, poll: Poll, row: Any, now: datetime) -> Page:
    """The page of a candidate row, for the pipeline."""
    return Page(
        url=row.url,
        final_url=response.url,
        outlet=poll.outlet.slug,
        html=response.body,
        fetched_at=now,
        content_type=read_header(response, "Content-Type"),
        listed_title=row.title,
        listed_at=row.listed_at,
        is_baseline=row.is_baseline,
        epoch=poll.claim.epoch,
        is_recheck=row.state in READ,
        received=response.meta.get("received"),
        is_rendered="is_rendered" in response.meta,
    )


def read_response(response: Response) -> Answer:
    """What the record needs of an answer."""
    reasons = response.meta.get("redirect_reasons", ())
    return Answer(
        status=response.status,
        url=response.url,
        body=response.body,
        content_type=read_header(response, "Content-Type"),
        etag=read_header(response, "ETag"),
        last_modified=read_header(response, "Last-Modified"),
        moved_to=response.url if reasons and all(reason in (301, 308) for reason in reasons) else "",
    )


def read_header(response: Response, name: str) -> str:
    """A header on one line; it comes from outside."""
    value = response.headers.get(name)
    return " ".join(value.decode("latin-1").split())[:300] if value else ""
