"""Real PDFs through the reader's process, and files that would break it."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.pdf import clean_pdf, is_pdf, reader
from monitor.pdf.reader import HINT

URL = "https://ministry.test/statement.pdf"
LINES = (
    "Minister Ilan Torvik met envoys from four capitals on the shore of the lake and",
    "spoke for an hour about grain.",
    "Delegates said that the draft names ports, dates and observers, and that two of",
    "its clauses are still in brackets.",
)


def make_pdf(lines: tuple[str, ...] = LINES, *, title: str = "Statement on grain", pages: int = 1) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle(title)
    for number in range(pages):
        canvas.setFont("Helvetica", 10)
        for at, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * at, line)
        canvas.drawString(280, 40, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_statement_becomes_an_article() -> None:
    page = clean_pdf(make_pdf(("4 March 2026", *LINES)), URL)

    assert (page.url, page.headline, page.problem, page.language) == (URL, "Statement on grain", "", "en")
    assert page.body.split("\n\n") == [" ".join(LINES[:2]), " ".join(LINES[2:])]
    assert page.published_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_the_time_of_making_stands_in_for_a_date() -> None:
    page = clean_pdf(make_pdf(), URL)

    assert page.published_at is not None
    assert abs((page.published_at - datetime.now(UTC)).total_seconds()) < 3600


def locked(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf()))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_that_only_forbids_printing_is_read_and_one_with_a_password_is_said() -> None:
    assert clean_pdf(locked(""), URL).body
    assert clean_pdf(locked("secret"), URL).problem == "a PDF that asks for a password"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "cannot be read"),
        (b"%PDF-1.7 1 0 obj <<>>", "cannot be read"),
        (make_pdf()[:700], ""),
        (make_pdf(()), "without text"),
        (b"%PDF-" + bytes(9_000_000), "larger than 8 MB"),
        (
            b"%PDF-1.4\ntrailer\n<</Root 1 0 R>>\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\n%%EOF",
            "a PDF",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(data: bytes, words: str) -> None:
    page = clean_pdf(data, URL)

    assert page.problem
    assert words in page.problem
    assert "\n" not in page.problem
    assert page.body == ""


def test_a_reader_that_hangs_or_breaks_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(reader, "CHILD", child)
    child.write_text("import time\nwhile True: time.sleep(1)\n")
    assert reader._read(b"", deadline_s=0.3)["problem"] == "a PDF that takes longer than 0 s to read"
    child.write_text("import os\nos.abort()\n")
    assert clean_pdf(make_pdf(), URL).problem == "a PDF that broke its reader"


BOMB = """
import resource, sys, zlib
sys.path[:0] = [{root!r}]
from pathlib import Path
from monitor.pdf import clean_pdf
stream = zlib.compress(zlib.compress(bytes(3_000_000_000 // 4)) * 1)
head = b"%PDF-1.4\\n1 0 obj\\n<</Type/Catalog/Pages 2 0 R>>\\nendobj\\n2 0 obj\\n<</Type/Pages/Kids[3 0 R]/Count 1>>\\nendobj\\n"
head += b"3 0 obj\\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\\nendobj\\n4 0 obj\\n<</Filter[/FlateDecode/FlateDecode]/Length %d>>\\nstream\\n" % len(stream)
page = clean_pdf(head + stream + b"\\nendstream\\nendobj\\ntrailer\\n<</Root 1 0 R>>\\n%%EOF", "u")
print(page.problem)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_a_page_that_unpacks_to_gigabytes_takes_bounded_memory() -> None:
    root = str(Path(__file__).parents[3])
    run = subprocess.run([sys.executable, "-c", BOMB.format(root=root)], capture_output=True, text=True, check=True)

    problem, most_mb = run.stdout.splitlines()
    assert problem
    assert int(most_mb) < 1100


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert clean_pdf(make_pdf(), URL).problem == HINT


@pytest.mark.parametrize(
    ("data", "expected"), [(b"%PDF-1.7", True), (b"\n %PDF-1.4", True), (b"<html>%PDF-", False), ("%PDF-", False)]
)
def test_a_pdf_is_known_by_its_beginning(data: bytes | str, expected: bool) -> None:
    assert is_pdf(data) is expected
