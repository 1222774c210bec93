"""One Chromium without a network: every request of its pages is answered by us. Touches processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Error, Page, Playwright, Route, async_playwright
from scrapy.http import Response

RENDER_S = 60.0  # for a page with all its scripts, delays included; a guess
ANSWER_S = 5.0  # for what the browser itself does: start, give out the markup, close
QUIET_S = 0.5  # nothing asked for so long: the page is made
MOST_REQUESTS = 40  # of one page; a guess: one a second and host is what politeness leaves
MOST_TOTAL = 4  # times the most that one answer may have, for all of a page's answers
PAGES = 50  # rendered before the browser is started anew: it grows
IDLE_S = 120.0  # without a page: the browser is closed
KINDS = ("script", "xhr", "fetch")  # what makes text; pictures, fonts, frames, media are not asked for
DROPPED = ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection", "alt-svc")
# No name resolves, no proxy answers: what slips past the route handler reaches nobody.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-domain-reliability", "--no-first-run", "--disable-default-apps", "--no-pings", "--disable-gpu",
    "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider", "--js-flags=--max-old-space-size=256",
]  # fmt: skip
PAUSE = f"() => new Promise(done => setTimeout(done, {1000 * QUIET_S:.0f}))"
MARKUP = "most => { const html = document.documentElement.outerHTML; return html.length > most ? null : html; }"

Fetch = Callable[[str, dict[str, str]], Awaitable[Response]]


class BrowserTrouble(Exception):
    """A page could not be rendered; its text says why."""


class Browser:
    """Started when the first page asks for it; one page at a time."""

    def __init__(self, path: str, user_agent: str, fetch: Fetch, most_bytes: int) -> None:
        self.path, self.user_agent, self.fetch, self.most_bytes = path, user_agent, fetch, most_bytes
        self._lock = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._pages = 0
        self._idle: asyncio.TimerHandle | None = None

    async def render(self, url: str, body: bytes, headers: Mapping[Any, Any]) -> bytes:
        """The page's markup after its scripts, UTF-8. Raises: BrowserTrouble; then the browser is started anew for the next page."""
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(RENDER_S + 3 * ANSWER_S):
                    html = await self._render(url, body, headers)
            except (Error, OSError, TimeoutError) as error:
                await self._stop()
                words = str(error).splitlines()[0] if str(error) else f"not made within {RENDER_S:.0f} s"
                raise BrowserTrouble(words[:200]) from None
            except BaseException:
                await self._stop()
                raise
            self._pages += 1
            if self._pages >= PAGES:
                await self._stop()
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._stop_idle)
        if html is None:
            raise BrowserTrouble(f"its scripts made more than {self.most_bytes} characters")
        return html.encode("utf-8", errors="replace")

    async def close(self) -> None:
        """Ends the browser."""
        if self._idle is not None:
            self._idle.cancel()
        async with self._lock:
            await self._stop()

    async def _render(self, url: str, body: bytes, headers: Mapping[Any, Any]) -> str | None:
        chromium = await self._start()
        context = await chromium.new_context(
            user_agent=self.user_agent, service_workers="block", accept_downloads=False, locale="en"
        )
        visit = _Visit(url, body, _read_headers(headers), self.fetch, self.most_bytes)
        await _unplug(context, visit)
        page = await context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENDER_S):
                    await self._load(page, visit)
            async with asyncio.timeout(ANSWER_S):
                found: str | None = await page.evaluate(MARKUP, self.most_bytes)
                return found
        finally:
            visit.cancel()
            async with asyncio.timeout(ANSWER_S):
                await context.close()

    async def _load(self, page: Page, visit: _Visit) -> None:
        await page.goto(visit.url, wait_until="load", timeout=RENDER_S * 1000)
        asked = -1
        while asked != visit.asked:  # a slow machine: what the page has begun may not have come to us yet
            asked = visit.asked
            await page.evaluate(PAUSE)
            while not visit.is_quiet():
                await asyncio.sleep(QUIET_S / 5)

    async def _start(self) -> Chromium:
        if self._chromium is None or not self._chromium.is_connected():
            await self._stop()
            self._playwright = await async_playwright().start()
            arguments = ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else [])  # root has no sandbox
            self._chromium = await self._playwright.chromium.launch(
                executable_path=self.path,
                args=arguments,
                chromium_sandbox=os.geteuid() != 0,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=4 * ANSWER_S * 1000,
            )
            self._pages = 0
        return self._chromium

    async def _stop(self) -> None:
        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = None
        for closing in (chromium.close() if chromium else None, playwright.stop() if playwright else None):
            if closing is not None:
                with contextlib.suppress(Error, OSError, TimeoutError):
                    async with asyncio.timeout(ANSWER_S):
                        await closing

    def _stop_idle(self) -> None:
        self._closing = asyncio.ensure_future(self.close())


class _Visit:
    """One page: its document, and what its scripts asked for."""

    def __init__(self, url: str, body: bytes, headers: dict[str, str], fetch: Fetch, most_bytes: int) -> None:
        self.url, self.body, self.headers, self.fetch = url, body, headers, fetch
        self.most_total = MOST_TOTAL * most_bytes
        self.is_given = False  # the document was
        self.asked = self.total = 0
        self.waiting: set[asyncio.Task[Any]] = set()
        self.last_at = 0.0

    async def answer(self, route: Route) -> None:
        """Gives the document once, fetches what makes text, refuses all else."""
        request = route.request
        with contextlib.suppress(Error):  # the page is gone meanwhile
            if request.is_navigation_request():
                is_ours = not self.is_given and urldefrag(request.url)[0] == urldefrag(self.url)[0]
                self.is_given = self.is_given or is_ours
                if is_ours:
                    await route.fulfill(status=200, headers=self.headers, body=self.body)
                else:  # with 204 a page stays where it is; when refused it would give way to the browser's own words
                    await route.fulfill(status=204)
            elif self._may_ask(request.method, request.resource_type, request.url):
                await self._pass_on(route)
            else:
                await route.abort("blockedbyclient")

    def is_quiet(self) -> bool:
        """Has nothing been asked for a while?"""
        return not self.waiting and asyncio.get_running_loop().time() - self.last_at >= QUIET_S

    def cancel(self) -> None:
        """What is still fetched is for nobody."""
        for task in self.waiting:
            task.cancel()

    def _may_ask(self, method: str, kind: str, url: str) -> bool:
        is_room = self.asked < MOST_REQUESTS and self.total < self.most_total
        return is_room and method == "GET" and kind in KINDS and urlsplit(url).scheme in ("http", "https")

    async def _pass_on(self, route: Route) -> None:
        self.asked += 1
        task = asyncio.ensure_future(self.fetch(route.request.url, route.request.headers))
        self.waiting.add(task)
        try:
            found = await task
        except (Exception, asyncio.CancelledError) as error:  # robots.txt, the guard, the network; or the page is over
            if isinstance(error, asyncio.CancelledError) and not task.cancelled():
                raise
            await route.abort("failed")
            return
        finally:
            self.waiting.discard(task)
            self.last_at = asyncio.get_running_loop().time()
        self.total += len(found.body)
        if self.total > self.most_total:
            await route.abort("failed")
            return
        await route.fulfill(status=found.status, headers=_read_headers(found.headers), body=found.body)


async def _unplug(context: BrowserContext, visit: _Visit) -> None:
    await context.route("**/*", visit.answer)
    await context.route_web_socket("**/*", lambda socket: socket.close())


def _read_headers(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Headers by name as the browser may see them; the body that goes with them is unpacked."""
    named: dict[str, str] = {}
    for name, values in headers.items():
        key = name.decode("latin-1").lower()
        if key not in DROPPED:
            named[key] = ", ".join(value.decode("latin-1") for value in values)
    return named
