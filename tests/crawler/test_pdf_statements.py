"""A statement that an outlet publishes as PDF is an article like any other."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from loopback import Desk, Said, Site, make_feed
from reportlab.pdfgen.canvas import Canvas

from monitor.store import open_store, schema

pytestmark = pytest.mark.e2e


def make_pdf(title: str, lines: list[str]) -> Said:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle(title)
    for at, line in enumerate(lines):
        canvas.drawString(72, 760 - 16 * at, line)
    canvas.save()
    return Said(out.getvalue(), kind="application/pdf")


def test_a_pdf_is_cleaned_matched_and_stored(site: Site, desk: Desk) -> None:
    (desk.folder / "config").mkdir()
    (desk.folder / "config" / "people.toml").write_text('[marta-selwyn]\nname = "Marta Selwyn"\n', encoding="utf-8")
    lines = ["4 March 2026", *[f"Marta Selwyn met the envoys of {n} capitals and spoke about grain." for n in range(9)]]
    site.pages["/statement.pdf"] = make_pdf("Statement on grain", lines)
    site.pages["/torn.pdf"] = Said(b"%PDF-1.7 and then nothing", kind="application/pdf")
    site.pages["/feed"] = make_feed(site, [("/statement.pdf", "Statement", None), ("/torn.pdf", "Torn", None)])
    desk.add_outlet("ministry", site.url("/"), feeds=[site.url("/feed")])

    run = desk.crawl()

    assert (run.returncode, run.stderr) == (0, "")
    store = open_store(desk.db)
    with store.read() as connection:
        (article,) = connection.execute(sa.select(schema.article)).all()
        hits = connection.execute(sa.select(schema.hit.c.entry, schema.hit.c.suppressed)).all()
        rows = connection.execute(sa.select(schema.candidate.c.url, schema.candidate.c.state)).all()
    store.close()
    assert (article.headline, f"{article.published_at:%Y-%m-%d}") == ("Statement on grain", "2026-03-04")
    assert ("marta-selwyn", False) in hits
    assert {row.url.rsplit("/", 1)[1]: row.state for row in rows} == {
        "statement.pdf": "baseline",
        "torn.pdf": "no-text",
    }
