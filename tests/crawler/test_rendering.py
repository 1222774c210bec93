"""Pages made by scripts: a real Chromium that reaches nothing but through the crawler."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from loopback import Desk, Said, Site, make_feed, make_page, open_site
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from crawler import browser
from monitor.store import open_store, schema

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("chromium")]

SHELL = "<!doctype html><html lang=en><head><title>A visit</title></head><body><main id=m></main><script>{script}</script></body></html>"
LOAD = "fetch('/api/visit').then(a => a.text()).then(t => { document.getElementById('m').innerHTML = t; });"


def serve_shell(site: Site, desk: Desk, script: str = LOAD, **keys: object) -> None:
    """An outlet whose one article is made by a script out of /api/visit."""
    body = make_page("A visit", extra="Marta Selwyn came.").body
    assert isinstance(body, str)
    site.pages["/api/visit"] = Said(body[body.index("<article>") : body.index("</main>")])
    site.pages["/visit"] = Said(SHELL.format(script=script))
    site.pages["/feed"] = make_feed(site, [("/visit", "A visit", None)])
    (desk.folder / "config").mkdir(exist_ok=True)
    (desk.folder / "config" / "people.toml").write_text('[marta-selwyn]\nname = "Marta Selwyn"\n', encoding="utf-8")
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], **({"render": True} | keys))


def read_states(desk: Desk) -> dict[str, str]:
    store = open_store(desk.db)
    with store.read() as connection:
        rows = connection.execute(sa.select(schema.candidate.c.url, schema.candidate.c.state)).all()
    store.close()
    return {"/" + row.url.split("/", 3)[3]: row.state for row in rows}


def test_a_page_made_by_its_scripts_is_an_article(site: Site, desk: Desk) -> None:
    serve_shell(site, desk)

    run = desk.crawl("-O", str(desk.folder / "articles.jsonl"))

    assert (run.returncode, run.stderr) == (0, "")
    assert "Marta Selwyn came." in (desk.folder / "articles.jsonl").read_text(encoding="utf-8")
    assert site.paths().count("/visit") == 1
    assert next(one.headers["user-agent"] for one in site.asked if one.path == "/api/visit").startswith("diplowatch/")
    (path,) = (desk.folder / "data" / "warc").glob("*.warc.gz")
    with path.open("rb") as handle:
        records = [(one.rec_type, one.raw_stream.read()) for one in ArchiveIterator(handle, check_digests="raise")]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "conversion"]
    assert b"Marta Selwyn" not in records[1][1]
    assert b"Marta Selwyn" in records[2][1]


def test_without_render_no_script_runs(site: Site, desk: Desk) -> None:
    serve_shell(site, desk, render=False)

    desk.crawl()

    assert read_states(desk) == {"/visit": "no-text"}
    assert "/api/visit" not in site.paths()


def test_a_listing_made_by_scripts_gives_its_links(site: Site, desk: Desk) -> None:
    serve_shell(site, desk)
    link = "document.getElementById('m').innerHTML = '<h2><a href=/other>Another visit to the lake</a></h2>'"
    site.pages |= {"/section": Said(SHELL.format(script=link)), "/other": make_page("Another")}
    desk.add_outlet("two", site.url("/"), listings=[{"url": site.url("/section"), "links": "h2 a"}], render=True)

    desk.crawl()

    assert read_states(desk)["/other"] == "baseline"


ATTACKS = (
    """
const inner = 'INNER', socket = inner.replace('http', 'ws');
const tries = [
  () => fetch(inner + '/fetch'), () => fetch(inner + '/nocors', {mode: 'no-cors'}), () => fetch('/redirect'),
  () => fetch(inner + '/post', {method: 'POST', body: 'x', mode: 'no-cors'}), () => navigator.sendBeacon(inner + '/beacon', 'x'),
  () => { new Image().src = inner + '/image'; }, () => new WebSocket(socket + '/socket'), () => new EventSource(inner + '/events'),
  () => import(inner + '/module.js'), () => new Worker(URL.createObjectURL(new Blob(["fetch('" + inner + "/worker')"]))),
  () => navigator.serviceWorker.register('/worker.js'), () => window.open(inner + '/popup'),
  () => { for (const [tag, key] of [['iframe', 'src'], ['script', 'src'], ['video', 'src'], ['embed', 'src'], ['object', 'data'], ['link', 'href']]) {
    const e = document.createElement(tag); e.rel = 'stylesheet'; e[key] = inner + '/' + tag; document.body.append(e); } },
  () => { for (const rel of ['prefetch', 'preconnect', 'dns-prefetch', 'preload', 'modulepreload', 'prerender', 'icon']) {
    const e = document.createElement('link'); e.rel = rel; e.as = 'script'; e.href = inner + '/' + rel; document.head.append(e); } },
  () => { const s = document.createElement('script'); s.type = 'speculationrules';
    s.textContent = JSON.stringify({prefetch: [{source: 'list', urls: [inner + '/speculation']}]}); document.head.append(s); },
  () => { const c = new RTCPeerConnection({iceServers: [{urls: 'turn:' + inner.slice(7) + '?transport=tcp', username: 'a', credential: 'b'}]});
    c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)); },
  () => { const f = document.createElement('form'); f.action = inner + '/form'; f.target = '_blank'; document.body.append(f); f.submit(); },
  () => fetch('file:///etc/hostname'), () => setTimeout(() => { location.href = inner + '/navigation'; }, 400),
];
for (const one of tries) { try { const p = one(); if (p && p.catch) p.catch(() => {}); } catch (e) {} }
"""
    + LOAD
)


def test_no_request_of_a_page_reaches_a_private_address(site: Site, desk: Desk) -> None:
    with open_site("127.0.0.2") as inner:
        connections: list[object] = []
        accept = inner._server.verify_request
        inner._server.verify_request = lambda *words: connections.append(words) or accept(*words)  # type: ignore[method-assign]
        for host in ("127.0.0.2", "inner.test"):
            serve_shell(site, desk, ATTACKS.replace("INNER", inner.url("", host)))
            site.pages["/redirect"] = Said("", 302, headers={"Location": inner.url("/redirected", host)})
            site.pages["/worker.js"] = Said(f"fetch('{inner.url('/service', host)}')", kind="text/javascript")
            desk.network = 'allow_private = ["127.0.0.1/32"]\nresolve = { "inner.test" = "127.0.0.2" }\n'

            run = desk.crawl()

            assert (run.returncode, run.stderr) == (0, "")
            assert read_states(desk) == {"/visit": "baseline"}
            assert "/redirect" in site.paths()
            assert (inner.asked, connections) == ([], [])
            desk.outlets = ""
            Path(desk.db.removeprefix("sqlite:///")).unlink()


def test_robots_txt_holds_for_what_scripts_ask_for(site: Site, desk: Desk) -> None:
    serve_shell(site, desk)
    site.pages["/robots.txt"] = Said("User-agent: *\nDisallow: /api/", kind="text/plain")

    desk.crawl()

    assert read_states(desk) == {"/visit": "no-text"}
    assert "/api/visit" not in site.paths()


def test_requests_of_scripts_keep_the_delay_of_their_host(site: Site, desk: Desk) -> None:
    serve_shell(site, desk, "for (let n = 0; n < 3; n++) fetch('/data/' + n);" + LOAD)
    site.pages |= {f"/data/{n}": Said("{}") for n in range(3)}
    desk.network = 'allow_private = ["127.0.0.0/8"]\n'
    crawler = desk.write()
    settings = Path(crawler.config) / "settings.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('delay = "0s"', 'delay = "0.5s"'), encoding="utf-8"
    )
    command = crawler.command("outlets", "-a", "once=1")
    run = subprocess.run(command, env=crawler.environment(), check=True, capture_output=True, text=True)

    assert run.stderr == ""
    at = [one.at for one in site.asked]
    assert {"/data/0", "/data/1", "/data/2", "/api/visit"} <= set(site.paths())
    assert (
        min(after - before for before, after in itertools.pairwise(at)) > 0.2
    )  # a busy machine sees them closer than they were sent


def render(
    chromium: str,
    script: str,
    *,
    fetch: Callable[[str, dict[str, str]], Awaitable[Response]] | None = None,
    most: int = 1_000_000,
    times: int = 1,
) -> list[str]:
    """What a browser makes of a page, again and again; a trouble as its words."""

    async def nothing(url: str, headers: dict[str, str]) -> Response:
        raise OSError("nothing here")

    async def run() -> list[str]:
        found = []
        one = browser.Browser(chromium, "diplowatch/test", fetch or nothing, most)
        try:
            for _ in range(times):
                try:
                    html = await one.render("http://outlet.test/a", SHELL.format(script=script).encode(), {})
                    found.append(html.decode())
                except browser.BrowserTrouble as trouble:
                    found.append(str(trouble))
        finally:
            await one.close()
        return found

    return asyncio.run(run())


def test_a_script_that_never_ends_is_given_up(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "RENDER_S", 1.0)
    monkeypatch.setattr(browser, "ANSWER_S", 3.0)

    assert render(chromium, "while (true) {}", times=2) == ["not made within 1 s"] * 2
    assert find_browsers(os.getpid()) == []


def test_a_page_that_goes_on_asking_is_taken_as_it_is(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "RENDER_S", 2.0)

    async def endless(url: str, headers: dict[str, str]) -> Response:
        await asyncio.sleep(3600)
        raise AssertionError

    (html,) = render(chromium, "document.body.append('made'); setInterval(() => fetch('/more'), 50)", fetch=endless)

    assert "made" in html


def test_what_one_page_may_ask_for_and_make_is_bounded(chromium: str) -> None:
    asked: list[str] = []

    async def answer(url: str, headers: dict[str, str]) -> Response:
        asked.append(url)
        return Response(url, body=b"x" * 300_000)

    many = "for (let n = 0; n < 100; n++) fetch('/' + n);"
    render(chromium, many)
    render(
        chromium, "(async () => { for (let n = 0; n < 60; n++) await fetch('/' + n).catch(() => 0); })()", fetch=answer
    )
    large = render(chromium, "document.body.append('x'.repeat(2000000))")

    assert len(asked) <= 4_000_000 // 300_000 + 1
    assert large == ["its scripts made more than 1000000 characters"]


def test_a_page_that_kills_its_browser_costs_only_itself(chromium: str) -> None:
    first, second = render(chromium, "location.href = 'chrome://crash'; document.body.append('made')", times=2)

    assert "made" in first
    assert "made" in second


def find_browsers(parent: int) -> list[int]:
    """Processes of Chromium below one."""
    parents: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        parents[int(path.parent.name)] = (int(rest.split()[1]), name)
    found = []
    for pid, (above, name) in parents.items():
        while above not in (0, 1, parent):
            above = parents.get(above, (0, ""))[0]
        if above == parent and "chrom" in name:
            found.append(pid)
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_crawler_leaves_no_browser(site: Site, desk: Desk) -> None:
    serve_shell(site, desk, "fetch('/hang')")
    site.pages["/hang"] = Said(hang=True)
    child = desk.start()
    try:
        until = time.monotonic() + 60
        while not (found := find_browsers(child.pid)) or "/hang" not in site.paths():
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()
    until = time.monotonic() + 30
    while any(is_alive(pid) for pid in found):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_without_a_browser_check_and_the_crawler_say_what_is_missing(site: Site, desk: Desk) -> None:
    serve_shell(site, desk)
    crawler = desk.write()
    blind = crawler.environment() | {"DIPLOWATCH_CHROMIUM": "no-such-chromium"}

    check = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "check"], env=blind, capture_output=True, text=True, check=False
    )
    crawl = subprocess.run(
        crawler.command("outlets", "-a", "once=1"), env=blind, capture_output=True, text=True, check=False
    )

    words = "its pages are read without their scripts (render"
    assert (check.returncode, crawl.returncode) == (0, 0)
    assert f"warning: outlets.toml: one.render: {words}" in check.stderr
    assert "install Chromium (apt-get install chromium)" in check.stderr
    assert crawl.stderr.count(words) == 1
    assert read_states(desk) == {"/visit": "no-text"}
