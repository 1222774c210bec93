"""WARC files: what is written can be read, whatever happens to the writer."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from monitor.evidence import Evidence, list_files
from monitor.evidence.folder import measure_folder
from monitor.evidence.index import find_index, load_entries
from monitor.model import Page, Received

NOW = datetime(2026, 3, 4, 12, 30, 15, 123456, tzinfo=UTC)


PENS: list[Evidence] = []


def open_pen(folder: Path, mb: int, file_bytes: int = 100_000_000) -> Evidence:
    PENS.append(Evidence(folder, mb, file_bytes))
    return PENS[-1]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while PENS:
        PENS.pop().close()


def make_page(number: int, *, size: int = 2000, body: bytes = b"", at: datetime = NOW) -> Page:
    text = body or os.urandom(size)
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Name", "\xc3\xa9"))
    return Page(
        url=f"https://outlet.test/{number}",
        final_url=f"https://outlet.test/{number}/",
        outlet="outlet",
        html=text,
        fetched_at=at,
        received=Received(status=200, headers=headers, body=text),
    )


def read_records(path: Path) -> Iterator[ArcWarcRecord]:
    """All records of a file; digests are checked while their content is read."""
    with path.open("rb") as handle, closing(ArchiveIterator(handle, check_digests="raise")) as records:
        for record in records:
            record.body = record.content_stream().read()
            yield record


def read_bodies(folder: Path) -> list[bytes]:
    return [r.body for path in list_files(folder) for r in read_records(path) if r.rec_type == "response"]


def test_a_page_stands_in_the_file_as_it_was_received(tmp_path: Path) -> None:
    page = make_page(1, body=b"<html>\x00\xff body")

    kind = open_pen(tmp_path, 10).keep(page)

    (path,) = list_files(tmp_path)
    info, record = read_records(path)
    assert (kind, path.name) == ("response", "diplowatch-20260304-001.warc.gz")
    assert (info.rec_type, info.rec_headers.get_header("WARC-Filename")) == ("warcinfo", path.name)
    assert record.body == b"<html>\x00\xff body"
    assert record.http_headers.get_statuscode() == "200"
    assert [value for name, value in record.http_headers.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert b"X-Name: \xc3\xa9\r\n" in gzip.decompress(path.read_bytes())
    named = record.rec_headers
    assert named.get_header("WARC-Target-URI") == "https://outlet.test/1/"
    assert named.get_header("WARC-Date") == "2026-03-04T12:30:15.123456Z"
    assert named.get_header("WARC-Payload-Digest").startswith("sha1:")


def test_the_same_bytes_again_are_a_revisit_that_leads_to_the_first(tmp_path: Path) -> None:
    evidence = open_pen(tmp_path, 10)
    page = make_page(1)
    kinds = [evidence.keep(page), evidence.keep(make_page(2, body=page.html, at=NOW + timedelta(hours=1)))]
    evidence.close()
    kinds.append(open_pen(tmp_path, 10).keep(page, again=True))  # after a restart, too

    _, first, second, third = (record for path in list_files(tmp_path) for record in read_records(path))

    assert kinds == ["response", "revisit", "revisit"]
    for record in (second, third):
        named = record.rec_headers
        assert named.get_header("WARC-Refers-To") == first.rec_headers.get_header("WARC-Record-ID")
        assert named.get_header("WARC-Refers-To-Date") == first.rec_headers.get_header("WARC-Date")
        assert named.get_header("WARC-Refers-To-Target-URI") == "https://outlet.test/1/"
        assert named.get_header("WARC-Payload-Digest") == first.rec_headers.get_header("WARC-Payload-Digest")


def test_a_known_text_in_other_bytes_is_not_written_again(tmp_path: Path) -> None:
    evidence = open_pen(tmp_path, 10)
    evidence.keep(make_page(1))

    assert evidence.keep(make_page(1), again=True) == ""
    assert len(read_bodies(tmp_path)) == 1


def test_a_full_file_is_followed_by_another_that_stands_alone(tmp_path: Path) -> None:
    evidence = open_pen(tmp_path, 10, file_bytes=6000)
    page = make_page(0)
    for number in range(6):
        evidence.keep(make_page(number))
        evidence.keep(page)

    names = [path.name for path in list_files(tmp_path)]
    assert names == [f"diplowatch-20260304-00{n}.warc.gz" for n in range(1, len(names) + 1)]
    assert len(names) > 2
    for path in list_files(tmp_path):
        entries = load_entries(path)
        assert {entry.refers_to for entry in entries} - {""} <= {entry.id for entry in entries}


def test_the_oldest_files_go_for_room_and_the_budget_holds(tmp_path: Path) -> None:
    evidence = open_pen(tmp_path, 1)
    pages = [make_page(number, size=60_000) for number in range(60)]
    for page in pages:
        assert evidence.keep(page) == "response"
        assert measure_folder(tmp_path) <= 1_000_000

    kept = read_bodies(tmp_path)
    assert kept == [page.html for page in pages[-len(kept) :]]
    assert len(kept) * 60_000 > 600_000
    assert len(list(tmp_path.glob("*.index"))) == len(list_files(tmp_path))


def test_a_page_larger_than_the_budget_is_said_and_costs_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    evidence = open_pen(tmp_path, 1)
    evidence.keep(make_page(1))

    assert evidence.keep(make_page(2, size=1_200_000)) == ""
    assert evidence.keep(make_page(3)) == "response"
    assert len(read_bodies(tmp_path)) == 2
    assert "no room in archive.warc_mb" in caplog.text


def test_nothing_is_kept_with_a_budget_of_nothing(tmp_path: Path) -> None:
    evidence = open_pen(tmp_path / "warc", 0)
    evidence.open()

    assert evidence.keep(make_page(1)) == ""
    assert not (tmp_path / "warc").exists()


def test_a_torn_record_is_cut_off_and_said_wherever_it_was_torn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = open_pen(tmp_path / "whole", 10)
    pages = [make_page(number, size=300) for number in range(3)]
    for page in pages:
        whole.keep(page)
    (path,) = list_files(tmp_path / "whole")
    last = load_entries(path)[-1]
    data, lines = path.read_bytes(), find_index(path).read_text().splitlines(keepends=True)
    for cut in (1, 2, 9, 10, 11, last.length // 2, last.length - 8, last.length - 1):
        folder = tmp_path / str(cut)
        folder.mkdir()
        torn = folder / path.name
        torn.write_bytes(data[: last.offset + cut])
        find_index(torn).write_text("".join(lines[:-1]) + lines[-1][:20])
        caplog.clear()

        evidence = open_pen(folder, 10)
        evidence.open()
        evidence.keep(make_page(9, body=b"after"))

        assert f"{cut} bytes cut off" in caplog.text
        assert read_bodies(folder) == [pages[0].html, pages[1].html, b"after"]
        assert load_entries(torn)[-1].offset == last.offset


@pytest.mark.parametrize("index", ["", "{}\n", "garbage"])
def test_a_lost_index_is_made_again(tmp_path: Path, index: str) -> None:
    pen = open_pen(tmp_path, 10)
    pen.keep(make_page(1))
    pen.close()
    (path,) = list_files(tmp_path)
    entries = load_entries(path)
    find_index(path).write_text(index)

    open_pen(tmp_path, 10).open()

    assert load_entries(path) == entries
    assert len(find_index(path).read_text().splitlines()) == 2


def test_two_programs_write_two_files(tmp_path: Path) -> None:
    one, other = open_pen(tmp_path, 10), open_pen(tmp_path, 10)
    one.keep(make_page(1))
    other.open()
    other.keep(make_page(2))
    one.keep(make_page(3))

    counts = [len(load_entries(path)) for path in list_files(tmp_path)]
    assert counts == [3, 2]


WRITER = """
import os, sys
sys.path[:0] = {path!r}
from test_keeper import make_page
from monitor.evidence import Evidence
from pathlib import Path
evidence = Evidence(Path(sys.argv[1]), 1000)
evidence.open()
for number in range(10_000):
    evidence.keep(make_page(number, size=200_000))
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_every_page_that_it_said_was_kept(tmp_path: Path) -> None:
    kept = 0
    path = [str(Path(__file__).parent), str(Path(__file__).parents[3])]
    for lines in (1, 2, 3, 5, 8):
        command = [sys.executable, "-c", WRITER.format(path=path), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(lines):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
            kept += lines + len(child.stdout.read().splitlines())

    open_pen(tmp_path, 1000).open()

    assert len(list_files(tmp_path)) == 1
    assert len(read_bodies(tmp_path)) >= kept


FULL = WRITER.replace("range(10_000)", "range(20)").replace(
    "evidence.open()", "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))"
)  # fmt: skip


def test_a_full_disk_is_said_once_and_leaves_a_whole_file(tmp_path: Path) -> None:
    path = [str(Path(__file__).parent), str(Path(__file__).parents[3])]
    run = subprocess.run(
        [sys.executable, "-c", FULL.format(path=path), str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert run.stdout.splitlines()[-1] == "19"
    assert run.stderr.count("evidence is not kept: file too large") == 1
    assert len(read_bodies(tmp_path)) == 4


def count_lines(folder: Path) -> int:
    """Records that the indexes tell of."""
    indexes = [find_index(path) for path in list_files(folder)]
    return sum(len(index.read_text(encoding="utf-8").splitlines()) for index in indexes if index.exists())


def test_pages_kept_together_stand_as_each_would_alone_over_a_new_file_too(tmp_path: Path) -> None:
    pages = [make_page(number) for number in range(12)]
    pages.append(make_page(99, body=pages[-1].html))
    pen = open_pen(tmp_path, 10, file_bytes=12_000)

    with pen.together():
        kinds = [pen.keep(page) for page in pages]
        before = count_lines(tmp_path)

    entries = [entry for path in list_files(tmp_path) for entry in load_entries(path)]
    assert kinds == ["response"] * 12 + ["revisit"]
    assert len(list_files(tmp_path)) > 1
    assert before < count_lines(tmp_path) == len(entries)  # the last file's lines come once its bytes are certain
    assert read_bodies(tmp_path) == [page.html for page in pages[:-1]]
    for path in list_files(tmp_path):
        told = [entry for entry in load_entries(path) if entry.kind in ("response", "revisit")]
        written = [record for record in read_records(path) if record.rec_type in ("response", "revisit")]
        assert [entry.id for entry in told] == [one.rec_headers.get_header("WARC-Record-ID") for one in written]
