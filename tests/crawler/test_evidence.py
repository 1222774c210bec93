"""A real crawl, then the pages with hits read as any WARC reader would."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from loopback import Desk, Said, Site, make_feed, make_page
from warcio.archiveiterator import ArchiveIterator

pytestmark = pytest.mark.e2e

PEOPLE = '[marta-selwyn]\nname = "Marta Selwyn"\n[ada-lind]\nname = "Ada Lind"\n'


@pytest.fixture
def watching(site: Site, desk: Desk) -> Desk:
    (desk.folder / "config").mkdir()
    (desk.folder / "config" / "people.toml").write_text(PEOPLE, encoding="utf-8")
    desk.add_outlet("one", site.url("/"), feeds=[site.url("/feed")], orientation="official")
    hit, none = make_page("A visit", extra="Marta Selwyn came."), make_page("The weather")
    assert isinstance(hit.body, str)
    site.pages["/hit"] = Said(gzip.compress(hit.body.encode()), headers={"Content-Encoding": "gzip", "X-One": "1"})
    site.pages["/moved"] = Said("", 301, headers={"Location": site.url("/hit")})
    site.pages["/none"] = none
    site.pages["/feed"] = make_feed(site, [("/moved", "A visit", None), ("/none", "The weather", None)])
    return desk


def read_records(path: Path) -> list[tuple[Any, bytes]]:
    """Records with their raw payload, digests checked."""
    with path.open("rb") as handle:
        return [(one, one.raw_stream.read()) for one in ArchiveIterator(handle, check_digests="raise")]


def run(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor.cli", *words, "--db", desk.db, "--config", str(desk.folder / "config")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_only_pages_with_hits_are_kept_as_they_came_over_the_wire(site: Site, watching: Desk) -> None:
    crawl = watching.crawl()

    assert (crawl.returncode, crawl.stderr) == (0, "")
    (path,) = (watching.folder / "data" / "warc").glob("*.warc.gz")
    (info, _), (record, payload) = read_records(path)
    assert (info.rec_type, record.rec_type) == ("warcinfo", "response")
    assert record.rec_headers.get_header("WARC-Target-URI") == site.url("/hit")
    assert record.rec_headers.get_header("X-Diplowatch-URL").endswith("/moved")
    said = site.pages["/hit"]
    assert isinstance(said, Said)
    assert payload == said.body
    assert record.http_headers.get_header("Content-Encoding") == "gzip"
    assert record.http_headers.get_header("Content-Length") == str(len(payload))
    assert record.http_headers.get_header("X-One") == "1"


def test_an_export_holds_the_chosen_pages_and_their_hits(site: Site, watching: Desk) -> None:
    watching.crawl()
    out = watching.folder / "evidence.warc.gz"

    done = run(watching, "export", "--warc", "--since", "24h", "--entry", "marta-selwyn", str(out))

    assert (done.returncode, done.stdout) == (0, "")
    assert "1 records of 1 articles" in done.stderr
    (info, _), (page, body), (about, said) = read_records(out)
    assert (info.rec_type, page.rec_type, about.rec_type) == ("warcinfo", "response", "metadata")
    assert "Marta Selwyn" in gzip.decompress(body).decode()
    assert about.rec_headers.get_header("WARC-Refers-To") == page.rec_headers.get_header("WARC-Record-ID")
    assert {hit["entry"] for hit in json.loads(said)["hits"]} == {"marta-selwyn"}
    again = run(watching, "export", "--warc", str(out))
    assert (again.returncode, again.stderr.strip()) == (1, f"{out}: exists already; name a new file")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--warc"], 2, "belong together"),
        (["x.warc.gz"], 2, "belong together"),
        (["--warc", "--entry", "nobody", "x.warc.gz"], 2, "--entry nobody: no such person or topic"),
        (["--warc", "--entry", "ada-lind", "x.warc.gz"], 1, "no article with a hit is among them"),
        (["--warc", "no/such/folder/x.warc.gz"], 1, "x.warc.gz: no such file or directory"),
    ],
)
def test_an_export_that_cannot_be_says_why_in_one_line(watching: Desk, words: list[str], code: int, said: str) -> None:
    watching.crawl()

    done = run(watching, "export", *words)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_budget_or_a_folder_to_write_to_the_crawl_goes_on(watching: Desk) -> None:
    (watching.folder / "data").mkdir()
    (watching.folder / "data" / "warc").write_text("in the way", encoding="utf-8")
    watching.network = 'allow_private = ["127.0.0.0/8"]\n[archive]\nwarc_mb = 0\n'
    quiet = watching.crawl()
    other = Desk(watching.folder / "other", outlets=watching.outlets)
    other.folder.mkdir()
    (other.folder / "config").mkdir()
    (other.folder / "config" / "people.toml").write_text(PEOPLE, encoding="utf-8")
    (other.folder / "data").mkdir()
    (other.folder / "data" / "warc").write_text("in the way", encoding="utf-8")

    loud = other.crawl("-O", str(other.folder / "articles.jsonl"))

    assert (quiet.returncode, quiet.stderr) == (0, "")
    assert loud.returncode == 0
    assert loud.stderr.count("evidence is not kept") == 1
    assert len((other.folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()) == 2
