"""Logging in and out."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from monitor.web.access import address_of, make_cookie
from monitor.web.forms import FormFields, read_form, safe_next
from monitor.web.page import desk_of, show_page
from monitor.web.sessions import COOKIE

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/login", response_model=None)
def show_login(request: Request, next: str = "/") -> Response:
    """The form; who is in already goes on."""
    if request.state.is_in:
        return RedirectResponse(safe_next(next), 303)
    return show_page(request, "login.html", next=safe_next(next), problem="")


@router.post("/login", response_model=None)
def log_in(request: Request, form: FormFields) -> Response:
    """A right password opens the desk for twelve hours under a new cookie; guesses are counted."""
    desk, next_path = desk_of(request), safe_next(form["next"])
    address = address_of(request)
    if desk.sessions.has_to_wait(address, desk.now()):
        words = "Too many wrong passwords from here: wait a minute."
        return show_page(request, "login.html", status=429, next=next_path, problem=words)
    cookie = desk.sessions.log_in(form["password"], address, desk.now())
    if not cookie:
        return show_page(request, "login.html", status=403, next=next_path, problem="That is not the password.")
    answer = RedirectResponse(next_path, 303)
    answer.headers["set-cookie"] = make_cookie(cookie, is_https=request.url.scheme == "https")
    return answer


@router.post("/logout", response_model=None, dependencies=[Depends(read_form)])
def log_out(request: Request) -> Response:
    """Ends this visitor's session here and in the browser."""
    desk_of(request).sessions.log_out(request.state.visitor)
    answer = RedirectResponse("/login", 303)
    answer.headers["set-cookie"] = f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    return answer
