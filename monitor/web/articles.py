"""One article: what was kept with its hits, what was cut by which rule, its trace, and the reader's verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape

from monitor.store import ledger, reading, verdicts
from monitor.store.reading import Reading, ShownHit
from monitor.web.forms import FormFields, safe_next
from monitor.web.page import VERDICTS, desk_of, go_to, not_found, show_page
from monitor.web.versions import diff_versions

router = APIRouter(default_response_class=HTMLResponse)
TONES = 6  # colours of rules
MOST_SHOWN = 400  # cut blocks


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
        layout=lay_out(article),
        rules=count_rules(article),
        names=desk.outlet_names(),
        entries=desk.entry_names(),
        trace=ledger.load_trace(desk.store, article.url),
        changes=diff_versions(article),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A block of the page as it stood there. `rule` "" = kept; `tone`: number of the rule's colour; `number`: what a form names."""

    rule: str
    tone: int
    text: str
    number: int


def lay_out(article: Reading) -> list[Region]:
    """The page from top to bottom: kept paragraphs and cut blocks where they stood; those whose place is not known last."""
    tones = {rule: number % TONES for number, (rule, _) in enumerate(count_rules(article))}
    paragraphs = article.page.body.split("\n\n") if article.page.body else []
    cut: dict[int, list[Region]] = {}
    for number, block in enumerate(article.page.removed[:MOST_SHOWN]):
        place = block.above if 0 <= block.above <= len(paragraphs) else len(paragraphs)
        region = Region(rule=block.rule, tone=tones[block.rule], text=block.text, number=number)
        cut.setdefault(place, []).append(region)
    found = list(cut.get(0, ()))
    for number, paragraph in enumerate(paragraphs):
        found.append(Region(rule="", tone=0, text=paragraph, number=number))
        found += cut.get(number + 1, ())
    return found


def count_rules(article: Reading) -> list[tuple[str, int]]:
    """(rule, how many blocks it cut), in the order of their first one."""
    return list(Counter(block.rule for block in article.page.removed).items())


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
