"""What is done with a page before its transaction: cleaned and matched. Reads the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from monitor.cleaning import clean_page
from monitor.ingest.room import Room
from monitor.ingest.trace import find_suppressed
from monitor.model import CleanPage, Hit, Outlet, Page
from monitor.pdf import clean_pdf, is_pdf
from monitor.store.learned import Count
from monitor.text import fold, list_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page with all that is known of it without its neighbours; no article when `clean` has none."""

    page: Page
    outlet: Outlet
    clean: CleanPage
    text_hash: str = ""
    hits: Sequence[Hit] = ()
    suppressed: Sequence[Hit] = ()
    counts: Sequence[Count] = ()

    @property
    def is_article(self) -> bool:
        return not self.clean.problem and bool(self.clean.body)

    @property
    def addresses(self) -> tuple[str, str, str]:
        """Asked for, answered by, named by the page itself."""
        return self.page.url, self.page.final_url, self.clean.canonical_url


def read_page(page: Page, room: Room) -> Reading:
    """Cleans and matches a page; the outlet's next page is cleaned with what this one taught.

    Raises: StoreError.
    """
    outlet = room.outlets[page.outlet]
    memory = room.memories.find(outlet.slug)
    is_page = not is_pdf(page.html)
    if is_page:
        clean = clean_page(page.html, page.final_url, rules=outlet.cleaning, memory=memory, fetched_at=page.fetched_at)
    else:
        clean = clean_pdf(page.html, page.final_url, fetched_at=page.fetched_at)
    if clean.problem or not clean.body:
        return Reading(page=page, outlet=outlet, clean=clean)
    clean = _with_listed(clean, page)
    language = clean.language or None
    hits = room.matcher.find(clean.headline, clean.body, language=language, at=clean.published_at)
    reading = Reading(
        page=page,
        outlet=outlet,
        clean=clean,
        text_hash=hash_text(clean),
        hits=hits,
        suppressed=find_suppressed(room.matcher, clean, hits),
        counts=room.matcher.count(clean.headline, clean.body, language=language),
    )
    if is_page:  # also when it comes again because it could not be saved: an address has one vote
        room.memories.learn(outlet.slug, page.html, page.final_url)
    return reading


def _with_listed(clean: CleanPage, page: Page) -> CleanPage:
    """Headline and date that the feed gave, where the page itself has none; a date that was searched for counts less."""
    said = None if clean.is_date_searched and page.listed_at else clean.published_at
    return replace(
        clean,
        headline=clean.headline or page.listed_title,
        published_at=said or (page.listed_at.astimezone(UTC) if page.listed_at else None),
    )


def hash_text(clean: CleanPage) -> str:
    """A fingerprint of the words of headline and body, whatever case, marks and white space."""
    words = list_words(fold(f"{clean.headline}\n{clean.body}"))
    return hashlib.blake2b("\n".join(words).encode(), digest_size=16).hexdigest()
