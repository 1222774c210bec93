"""What went wrong with a request, in a ledger state and in words. Pure."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import IgnoreRequest

from crawler.causes import describe_cause
from crawler.guard import refusals
from crawler.politeness.robots import Disallowed
from crawler.politeness.waits import Waiting
from monitor.urls import host_of

CHALLENGES = (
    b"cf-challenge",
    b"cf_chl_",
    b"_incapsula_resource",
    b"tspd_101",
    b"/_sec/cp_challenge",
    b"ddos-guard",
    b"captcha-delivery",
    b"aws-waf-token",
    b"px-captcha",
)
FEW_BYTES = 60_000  # a challenge page is short; an article may mention one


def describe_failure(exception: BaseException, url: str) -> tuple[str, str]:
    """Kind (`disallowed waiting refused failing`) and words of a request that gave no answer."""
    if isinstance(exception, Disallowed):
        return "disallowed", str(exception)
    if isinstance(exception, Waiting):
        return "waiting", str(exception)
    if isinstance(exception, IgnoreRequest):
        return "failing", str(exception) or "too many redirects"
    refusal = refusals.get(host_of(url))
    if refusal:
        return "refused", refusal
    return "failing", describe_cause(exception)


def describe_status(status: int) -> tuple[str, str]:
    """Kind (`blocked moved failing`) and words of an answer that is no page; ("", "") of a good one."""
    if status in (401, 403, 451):
        return "blocked", f"the server refuses us ({status})"
    if status == 410:
        return "moved", "gone for good (410)"
    if status == 404:
        return "failing", "not found (404)"
    if status == 429:
        return "failing", "too many requests (429)"
    if status >= 500:
        return "failing", f"the server failed ({status})"
    if status >= 300:
        return "failing", f"an answer that is no page ({status})"
    return "", ""


def find_challenge(body: bytes) -> str:
    """Words when a page with status 200 is a robot check, "" otherwise."""
    if len(body) >= FEW_BYTES:
        return ""
    lowered = body.lower()
    return "a robot check instead of the page" if any(sign in lowered for sign in CHALLENGES) else ""


def summarise(failure: Any) -> tuple[str, str]:
    """`describe_failure` of a Twisted failure with its request."""
    return describe_failure(failure.value, failure.request.url)
