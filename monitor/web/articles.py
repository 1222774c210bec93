"""One article: what was kept with its hits, what was cut by which rule, its trace, and the reader's verdict."""

from __future__ import annotations

import difflib

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape

from monitor.sentences import split_sentences
from monitor.store import ledger, reading, verdicts
from monitor.store.reading import OldVersion, Reading, ShownHit
from monitor.web.forms import FormFields, safe_next
from monitor.web.page import VERDICTS, desk_of, go_to, not_found, show_page

router = APIRouter(default_response_class=HTMLResponse)
LONGEST_DIFF = 400  # sentences; comparing costs the square of it


@router.get("/article/{article_id}", response_model=None)
def show_article(request: Request, article_id: int) -> HTMLResponse:
    """Kept text, removed blocks, hits, copies, versions and the whole trace."""
    desk = desk_of(request)
    with desk.store.read() as connection:
        article = reading.load_reading(connection, article_id)
    if article is None:
        raise not_found("article")
    return show_page(
        request,
        "article.html",
        article=article,
        paragraphs=mark_paragraphs(article),
        headline=mark_text(article.page.headline, [hit for hit in article.hits if hit.field == "headline"]),
        rules=group_removed(article),
        names=desk.outlet_names(),
        entries=desk.entry_names(),
        trace=ledger.load_trace(desk.store, article.url),
        changes=[(old, diff_sentences(old, newer)) for old, newer in _pairs(article)],
    )


@router.get("/why", response_model=None)
def show_why(request: Request, url: str = "") -> HTMLResponse:
    """The trace of any URL, found or not."""
    trace = ledger.load_trace(desk_of(request).store, url.strip()) if url.strip() else None
    return show_page(request, "why.html", url=url, trace=trace)


@router.post("/verdict", response_model=None)
def judge(request: Request, form: FormFields) -> RedirectResponse:
    """A reader's verdict of a hit; then back to where it was given."""
    desk = desk_of(request)
    if form["verdict"] not in VERDICTS or not form["hit"].isdecimal() or len(form["hit"]) > 18:
        raise HTTPException(422, "A verdict names a hit and one of: " + ", ".join(VERDICTS) + ".")
    if not verdicts.save_verdict(desk.store, int(form["hit"]), form["verdict"], desk.now()):
        raise not_found("hit")
    desk.recent.forget()
    return go_to(safe_next(form["next"]), "verdict", "#hits")


def group_removed(article: Reading) -> list[tuple[str, list[str]]]:
    """(rule, the blocks that it cut), in the order of the page."""
    found: dict[str, list[str]] = {}
    for block in article.page.removed:
        found.setdefault(block.rule, []).append(block.text)
    return list(found.items())


def mark_paragraphs(article: Reading) -> list[Markup]:
    """The body's paragraphs with the hits marked."""
    found, start = [], 0
    hits = [hit for hit in article.hits if hit.field == "body"]
    for paragraph in article.page.body.split("\n\n"):
        end = start + len(paragraph)
        found.append(mark_text(paragraph, [hit for hit in hits if start <= hit.start < end], start))
        start = end + 2
    return found


def mark_text(text: str, hits: list[ShownHit], start: int = 0) -> Markup:
    """`text`, that begins at offset `start` of its field, with its hits marked; of overlapping ones the first."""
    out, at = Markup(""), 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        first, last = hit.start - start, min(hit.end - start, len(text))
        if first < at or last <= first:
            continue
        out += escape(text[at:first]) + Markup('<mark class="{}" title="{} ({})">{}</mark>').format(
            hit.kind, hit.entry, hit.rule, text[first:last]
        )
        at = last
    return out + escape(text[at:])


def diff_sentences(old: OldVersion, newer: tuple[str, str]) -> list[tuple[str, str]]:
    """("same" | "gone" | "new", sentence) from an old version to the next one; only around what changed."""
    before, after = _sentences(old.headline, old.body), _sentences(*newer)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            lines += [("same", sentence) for sentence in after[b1:b2][:1] + after[b1:b2][-1:]][: b2 - b1]
            continue
        lines += [("gone", sentence) for sentence in before[a1:a2]]
        lines += [("new", sentence) for sentence in after[b1:b2]]
    return lines


def _sentences(headline: str, body: str) -> list[str]:
    found = [headline]
    for paragraph in body.split("\n\n"):
        found += [paragraph[start:end].strip() for start, end in split_sentences(paragraph)]
    return found[:LONGEST_DIFF]


def _pairs(article: Reading) -> list[tuple[OldVersion, tuple[str, str]]]:
    """Each old version with what came after it, newest first."""
    nexts = [(article.page.headline, article.page.body)]
    nexts += [(version.headline, version.body) for version in article.versions]
    return list(zip(article.versions, nexts, strict=False))
