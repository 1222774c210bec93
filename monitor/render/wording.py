"""The words that every channel shares: times, sources, why it came, the state of the outlets. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.model import DigestView, OutletHealth, StoryView

FINE = ("healthy", "new", "unchanged", "disabled")
# Characters that turn the reading direction or cannot be seen: in a headline they could dress one link as another.
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
KINDS = {"instant": "", "update": "Update: ", "digest": "", "notice": ""}


def to_line(text: str) -> str:
    """One line without control and bidi characters: what may stand in a header."""
    return " ".join(INVISIBLE.sub("", text).split())


def isolate(text: str) -> str:
    """One line whose right-to-left words cannot turn the words around it. Source: Unicode UAX #9, isolates."""
    line = to_line(text)
    return f"\u2068{line}\u2069" if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in line) else line


def say_id(key: str, part: int = 1, parts: int = 1) -> str:
    """ "#a17" or "#d3 2/4": by which a reader and `diplowatch deliveries` know a copy. `key`: installation, alert or window, channel."""
    _, _, rest = key.partition("-")
    return f"#{(rest or key).split('-')[0]}" + (f" {part}/{parts}" if parts > 1 else "")


def kill_mentions(text: str) -> str:
    """@everyone, <@id> and <!channel> as letters: a zero-width space behind the sign that would call people."""
    return text.replace("@", "@\u200b").replace("<!", "<\u200b!")


def to_link(url: str) -> str:
    """The URL when it is http(s), else "": a link from outside must not run anything."""
    parts = urlsplit(url)
    return to_line(url).replace(" ", "%20") if parts.scheme in ("http", "https") and parts.netloc else ""


def say_time(moment: datetime | None, zone: str) -> str:
    """A moment with its zone, as the receiver reads the clock; "time unknown" when there is none."""
    if moment is None:
        return "time unknown"
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a %d %b %Y %H:%M} {local.tzname() or zone}"


def say_published(view: StoryView, zone: str) -> str:
    """When the article was published, else when it was first seen."""
    if view.published_at is None:
        return f"first seen {say_time(view.first_seen_at, zone)}"
    own = view.published_at
    if own.time().replace(tzinfo=None) == datetime.min.time() and own.utcoffset() is not None:
        return f"{own:%a %d %b %Y}, first seen {say_time(view.first_seen_at, zone)}"
    return say_time(own, zone)


def say_source(view: StoryView) -> str:
    """Outlet, country, language and who speaks: "Ministry of X (NL, en, official)"."""
    facts = [view.country if view.country != "XX" else "", view.language]
    facts.append(view.orientation if view.orientation != "independent" else "")
    shown = ", ".join(fact for fact in facts if fact)
    return to_line(view.outlet) + (f" ({shown})" if shown else "")


def say_others(view: StoryView) -> str:
    """ "also in: A, B … (5)" or ""."""
    if not view.also_in:
        return ""
    names = list(dict.fromkeys(to_line(name) for name, _ in view.also_in))
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    return f"also in: {shown} ({len(view.also_in)})"


def say_why(view: StoryView) -> str:
    """ "Why: watchlist X" when it is known."""
    return f"Watchlist: {', '.join(map(to_line, view.watchlists))}" if view.watchlists else ""


def say_health(health: Sequence[OutletHealth]) -> str:
    """ "41 of 42 outlets healthy, 1 late (X)"; outlets that are switched off do not count."""
    watched = [row for row in health if row.state != "disabled"]
    sick = [row for row in watched if row.state not in FINE]
    line = f"{len(watched) - len(sick)} of {len(watched)} outlets healthy"
    for state in sorted({row.state for row in sick}):
        names = [to_line(row.name) for row in sick if row.state == state]
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        line += f", {len(names)} {state} ({shown})"
    return line


def list_sick(health: Sequence[OutletHealth]) -> list[str]:
    """A line per outlet that needs a look, or may have missed news: state, since when, why, what to do."""
    return [
        to_line(
            f"{row.name}: {row.state}"
            + (f" since {row.since.astimezone(UTC):%d %b %H:%M} UTC" if row.since else "")
            + (f": {row.why}" if row.why else "")
            + (f". {row.todo}" if row.todo else "")
        )
        for row in health
        if row.state not in FINE or row.todo
    ]


def say_count(view: DigestView) -> str:
    """ "3 stories" or "1 story", those that are not shown included."""
    total = len(view.stories) + view.more
    return f"{total} {'story' if total == 1 else 'stories'}"


def say_state(view: DigestView) -> str:
    """ "0 stories; 41 of 42 outlets healthy, 1 late (X)"."""
    return say_count(view) + (f"; {say_health(view.health)}" if view.slug else "")


def say_more(view: DigestView) -> str:
    """What is not shown, or ""."""
    return f"… and {view.more} more, on the desk" if view.more else ""


def say_window(view: DigestView) -> str:
    """From when to when, in the digest's zone."""
    return f"{say_time(view.window_start, view.zone)} to {say_time(view.window_end, view.zone)}"


def say_subject(view: DigestView) -> str:
    """The digest's subject: name, date with zone, counts."""
    updates = sum(story.is_update for story in view.stories)
    count = say_count(view) + (f", {updates} of them updates" if updates else "")
    return to_line(f"{view.name}, {say_time(view.window_end, view.zone)}: {count}")
