"""New addresses for an outlet's sources that are dead, from where they moved to or what its home page offers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.model import Outlet
from monitor.urls import canonical_url

MOVED = "moved for good to "  # how a source's row begins that answers from elsewhere
SICK = (
    "moved",
    "failing",
    "empty",
    "suspicious-empty",
    "layout-changed",
)  # not `blocked`: who refuses us is not evaded
KEYS = {"feed": "feeds", "sitemap": "sitemaps", "listing": "listings"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A configured source that does not do its work. `moved_to` "" = nobody knows where it is now."""

    kind: str  # feed sitemap listing
    url: str
    why: str
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """A source in the place of a broken one. `links`: of a listing, the selector of its links."""

    broken: Broken
    kind: str
    url: str
    links: str = ""
    entries: int | None = None  # that it shows now; None = not looked at


def find_broken(outlet: Outlet, rows: Iterable[Any], state: str) -> list[Broken]:
    """The sources that moved for good and, of a sick outlet, those that have a problem or no entry. `rows`: of the source table."""
    known = {row.url: row for row in rows}
    found = []
    for kind, url in _list_sources(outlet):
        row = known.get(url)
        if row is None:
            continue  # never asked
        if row.problem.startswith(MOVED):
            moved_to = row.problem.removeprefix(MOVED)
            found.append(Broken(kind=kind, url=url, why=row.problem, moved_to=moved_to))
        elif state in SICK and (row.problem or not row.entries):
            found.append(Broken(kind=kind, url=url, why=row.problem or "it has no entry"))
    return found


def find_mends(outlet: Outlet, broken: Sequence[Broken], offered: Sequence[Mapping[str, Any]]) -> list[Mend]:
    """A source for each broken one for which there is one. `offered`: the `sources` of what the probe spider tells of the home page.

    One of the same kind goes first; what is configured already, or shows nothing, is no help; each is used once.
    """
    taken = {canonical_url(url) for kind, url in _list_sources(outlet) if kind != "listing"}
    mends = []
    for one in broken:
        if one.moved_to:
            links = next((listing.links for listing in outlet.listings if listing.url == one.url), "")
            mends.append(Mend(broken=one, kind=one.kind, url=one.moved_to, links=links))
            taken.add(canonical_url(one.moved_to))
            continue
        fit = [found for found in offered if found["entries"] and canonical_url(found["url"]) not in taken]
        fit.sort(key=lambda found: found["kind"] != one.kind)
        if fit:
            best = fit[0]
            taken.add(canonical_url(best["url"]))
            mends.append(
                Mend(broken=one, kind=best["kind"], url=best["url"], links=best["links"], entries=best["entries"])
            )
    return mends


def find_values(outlet: Outlet, mends: Sequence[Mend]) -> dict[str, list[Any]]:
    """Key of outlets.toml → its new value, of the keys that change."""
    values: dict[str, list[Any]] = {
        "feeds": list(outlet.feeds),
        "sitemaps": list(outlet.sitemaps),
        "listings": [{"url": listing.url, "links": listing.links} for listing in outlet.listings],
    }
    before = {key: list(value) for key, value in values.items()}
    for mend in mends:
        old, new = values[KEYS[mend.broken.kind]], values[KEYS[mend.kind]]
        place = next(n for n, value in enumerate(old) if mend.broken.url in (value, *_url_of(value)))
        value = {"url": mend.url, "links": mend.links} if mend.kind == "listing" else mend.url
        if old is new:
            old[place] = value
        else:
            del old[place]
            new.append(value)
    return {key: value for key, value in values.items() if value != before[key]}


def _url_of(value: Any) -> tuple[str, ...]:
    return (value["url"],) if isinstance(value, dict) else ()


def _list_sources(outlet: Outlet) -> list[tuple[str, str]]:
    """(kind, URL) of all ways in."""
    named = [("feed", url) for url in outlet.feeds] + [("sitemap", url) for url in outlet.sitemaps]
    return named + [("listing", listing.url) for listing in outlet.listings]
