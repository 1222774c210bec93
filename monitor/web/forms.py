"""What a form of the desk sends: read whole, small, and only with the token that the page gave. Touches the request."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, HTTPException, Request

from monitor.web.page import desk_of

LARGEST = 64 * 1024  # bytes
MOST_FIELDS = 500  # the longest form has a box for each article of a story


class Form(dict[str, str]):
    """Fields by name; a missing one is ""."""

    def __missing__(self, key: str) -> str:
        return ""


async def read_fields(request: Request) -> Form:
    """The fields of a small form, wherever it comes from. Raises: HTTPException 413, 415, 400."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Only forms are taken here.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413, "This form is too long.")
    try:
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "This form cannot be read.") from None


async def read_form(request: Request) -> Form:
    """The fields of a form of ours.

    Raises: HTTPException 403 without our token or from another origin, 413, 415, 400.
    """
    fields = await read_fields(request)
    if not _is_from_us(request) or not desk_of(request).sessions.is_token(request.state.visitor, fields["token"]):
        raise HTTPException(403, "This form is not from this page, or too old. Load the page again and repeat it.")
    return fields


def _is_from_us(request: Request) -> bool:
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    # "null" is what a browser sends under our own Referrer-Policy (no-referrer); the token then decides alone.
    return origin in (None, "null") or urlsplit(origin or "").netloc == request.headers.get("host")


def safe_next(path: str) -> str:
    """A path of ours to go on to; "/" for anything else (another host, a control character)."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"


SmallForm = Annotated[Form, Depends(read_fields)]
FormFields = Annotated[Form, Depends(read_form)]
