"""Is an outlet well? Judged by its own past, said in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.completeness import Completeness, describe
from monitor.model import OutletHealth
from monitor.rhythm import Rhythm, expected_articles, find_follow

OPEN_SITE = "look for a redesign: diplowatch outlet test URL"
MEND = "see diplowatch clean URL --removed, then mend `cleaning` in outlets.toml"
TODO = {
    "blocked": "ask the publisher, or use another way in; we do not evade",
    "moved": "diplowatch outlets --fix looks for the new address",
    "empty": "look at the address in a browser: diplowatch outlet test URL",
    "suspicious-empty": OPEN_SITE,
    "layout-changed": "mend the selector in outlets.toml (diplowatch outlet test URL suggests one)",
}
OFTEN = 3  # polls in a row until one broken source of several is said; a guess
RARE = 0.01  # a run of bad pages that is less likely than this by the outlet's own past is no chance; a guess
RECENT, OLDER = 8, 12  # pages of which the sizes are compared; guesses
FAR = 2.5  # times smaller or larger than nine of ten older pages: another layout; a guess
MANY = 8  # pages from which a share can be told; a guess
LONGEST_BACKOFF_S = 6 * 3600.0  # never give up: a dead outlet is asked four times a day
# Articles that were usual since the last one, bursts counted once: by chance one gap of 20 is as long, one of 1,000 (Poisson).
LATE_MISSED, SILENT_MISSED = 3.0, 7.0
# Who is regular is missed sooner: by its own longest gap, so many times, when at least so many articles were usual. Guesses.
LATE_GAPS, SILENT_GAPS = 1.5, 3.0
LATE_LEAST, SILENT_LEAST = 1.2, 3.5
SEEN = timedelta(days=2)  # a longest gap counts when it has seen nights
GAP_TOLD_S = 7 * 86400.0  # for how long a gap is told: a week's reader has seen it; a guess
LEAST_SEEN, LEAST_MISSED = 0.9, 5  # share and articles from which what is missing is said; guesses
WELL = ("healthy", "unchanged")
LEAST_ALIKE, MOST_ALIKE = 3, 0.8  # outlets, and their share, that fail for one reason: it is ours; guesses
UNKNOWN_SILENT_S = 14 * 86400.0  # with no rhythm known


NEW = Rhythm()  # of which nothing is known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPast:
    """What an outlet's polls showed so far."""

    enabled: bool = True
    reason: str = ""
    has_sources: bool = True
    added_at: datetime
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_article_at: datetime | None = None
    failures: int = 0  # polls in a row
    problem: str = ""  # of the last poll, in words; "" when it went well
    problem_kind: str = ""  # blocked moved failing empty layout-changed
    empties: int = 0
    had_entries: bool = False
    is_unchanged: bool = False
    partial: str = ""  # why one of its sources could not be read, though another could
    partial_kind: str = ""
    partials: int = 0  # polls in a row in which that was so
    rhythm: Rhythm = NEW
    no_text: int = 0  # of the last pages
    pages: int = 0
    paywalled: int = 0
    marks: str = ""  # of the last pages, oldest first: t text, n no text, p paywalled, b refused
    sizes: Sequence[Sequence[int]] = ()  # of those with text, oldest first: characters, paragraphs, checksum
    moved_to: str = ""  # a source answers from there, for good
    moves: int = 0  # polls in a row in which that was so
    gap: Sequence[float] = ()  # seconds since 1970: from when to when entries may have gone by unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    state: str
    why: str = ""
    todo: str = ""


def judge_outlet(past: OutletPast, now: datetime) -> Judgement:
    """The first state that holds, with why and what to do."""
    found = (
        _judge_setup(past)
        or _judge_failure(past)
        or _judge_entries(past)
        or _judge_pages(past)
        or _judge_rhythm(past, now)
    )
    if found is not None:
        return found
    if past.moves >= OFTEN:
        return Judgement(state="moved", why=f"moved for good to {past.moved_to}", todo=TODO["moved"])
    if past.gap and now.timestamp() - past.gap[1] < GAP_TOLD_S:
        return _say_gap(past)
    if past.is_unchanged:
        return Judgement(state="unchanged", why="the sources have not changed since the last poll")
    return Judgement(state="healthy")


def _say_gap(past: OutletPast) -> Judgement:
    start, end = (datetime.fromtimestamp(at, UTC) for at in past.gap)
    why = f"news between {start:%d %b %H:%M} and {end:%d %b %H:%M} UTC may be missing: its feed had dropped all that was known"
    state = "unchanged" if past.is_unchanged else "healthy"
    return Judgement(state=state, why=why, todo="name a sitemap that reaches further back: diplowatch outlet test URL")


def add_missing(judged: Judgement, seen: Completeness | None) -> Judgement:
    """The same, with a word of the articles that no way in shows, when the outlet is well otherwise and they are many."""
    if seen is None or seen.share is None or seen.missed is None or judged.why or judged.state not in WELL:
        return judged
    if seen.share >= LEAST_SEEN or seen.missed < LEAST_MISSED:
        return judged
    why = (
        f"about {seen.missed:.0f} of {seen.seen + seen.missed:.0f} articles of two weeks were missed: {describe(seen)}"
    )
    return Judgement(state=judged.state, why=why, todo="add another way in: diplowatch outlet test URL")


def say_alike(healths: Sequence[OutletHealth]) -> str:
    """One line when nearly all outlets fail for one reason: then it is this machine, not they. "" mostly."""
    asked = [row for row in healths if row.state not in ("disabled", "new")]
    causes = Counter(row.why.partition(": http")[0] for row in asked if row.state == "failing")
    if not causes:
        return ""
    (why, count), *_ = causes.most_common(1)
    if count < max(LEAST_ALIKE, MOST_ALIKE * len(asked)):
        return ""
    return f"{count} of {len(asked)} outlets fail alike ({why}): is this machine connected?"


def find_pause_s(usual_s: float, failures: int) -> float:
    """Seconds until the next poll: the usual ones, longer after failures, and never longer than a quarter of a day for that."""
    return min(usual_s * 2 ** min(failures, 16), max(LONGEST_BACKOFF_S, usual_s)) if failures else usual_s


def _judge_setup(past: OutletPast) -> Judgement | None:
    if not past.enabled:
        return Judgement(state="disabled", why=past.reason)
    if not past.has_sources:
        return Judgement(
            state="failing",
            why="no feed, sitemap or listing is configured",
            todo="find one: diplowatch outlet test URL",
        )
    if past.last_poll_at is None:
        return Judgement(state="new", why="not polled yet")
    return None


def _judge_failure(past: OutletPast) -> Judgement | None:
    if past.problem:
        times = f", {past.failures} polls in a row" if past.failures > 1 else ""
        return _blame(_find_kind(past, past.problem_kind), f"{past.problem}{times}")
    if past.partial and past.partials >= OFTEN:
        kind = _find_kind(past, past.partial_kind)
        return _blame(kind, f"one of its sources: {past.partial}, {past.partials} polls in a row")
    return None


def _find_kind(past: OutletPast, kind: str) -> str:
    """A page without links was chosen wrongly, or had some and lost them."""
    return ("suspicious-empty" if past.had_entries else "layout-changed") if kind == "no-links" else kind


def _blame(kind: str, why: str) -> Judgement:
    todo = TODO.get(kind, "it is tried again by itself; if it stays so, check the address")
    return Judgement(state=kind if kind in TODO else "failing", why=why, todo=todo)


def _judge_entries(past: OutletPast) -> Judgement | None:
    if not past.empties:
        return None
    if past.had_entries:
        return Judgement(
            state="suspicious-empty",
            why=f"can be read but has no entries, {past.empties} polls in a row; it had some before",
            todo=OPEN_SITE,
        )
    return Judgement(
        state="empty", why="can be read but never had an entry", todo="use another feed: diplowatch outlet test URL"
    )


def _judge_pages(past: OutletPast) -> Judgement | None:
    if past.pages >= MANY and past.no_text >= 0.6 * past.pages:
        return Judgement(
            state="layout-changed",
            why=f"{past.no_text} of the last {past.pages} pages gave no article text",
            todo=MEND,
        )
    if past.pages >= MANY and past.paywalled >= 0.6 * past.pages:
        return Judgement(
            state="paywalled",
            why=f"{past.paywalled} of the last {past.pages} pages show only a teaser",
            todo="only headlines can be watched",
        )
    return _judge_run(past.marks) or _judge_sizes(past.sizes)


def _judge_run(marks: str) -> Judgement | None:
    """Bad pages one after another, more than this outlet's past explains: said after two or three, not after dozens."""
    bad = marks[-1:]
    older = marks.rstrip(bad) if bad else ""
    run = len(marks) - len(older)
    usual = (older.count(bad) + 1) / (len(older) + 2)  # Laplace's rule of succession
    if bad in ("", "t") or run < 2 or (len(older) < MANY and run < MANY) or usual**run >= RARE:
        return None
    state, words, todo = {
        "b": ("blocked", "were refused or gave a robot check", TODO["blocked"]),
        "n": ("layout-changed", "gave no article text", MEND),
        "p": ("paywalled", "show only a teaser", "only headlines can be watched"),
    }[bad]
    return Judgement(
        state=state, why=f"the last {run} pages {words}, {older.count(bad)} of {len(older)} before", todo=todo
    )


def _judge_sizes(sizes: Sequence[Sequence[int]]) -> Judgement | None:
    """Has the text of the last pages another length, or other paragraphs, than that of those before?"""
    recent, older = sizes[-RECENT:], sizes[:-RECENT]
    if len(recent) == RECENT and len({tuple(size) for size in recent}) == 1:
        return Judgement(state="layout-changed", why=f"the last {RECENT} pages have the same text", todo=MEND)
    if len(older) < OLDER:
        return None
    for place, what in enumerate(("characters", "paragraphs")):
        usual = sorted(size[place] for size in older)
        low, high = usual[len(usual) // 20] / FAR, usual[-1 - len(usual) // 20] * FAR
        if sum(not low <= size[place] <= high for size in recent) >= 0.75 * RECENT:
            middle = sorted(size[place] for size in recent)[RECENT // 2]
            why = f"the last pages have about {middle} {what}, those before about {usual[len(usual) // 2]}"
            return Judgement(state="layout-changed", why=why, todo=MEND)
    return None


def _judge_rhythm(past: OutletPast, now: datetime) -> Judgement | None:
    last = past.last_article_at
    if last is None:
        waited = now - past.added_at
        if waited <= timedelta(seconds=UNKNOWN_SILENT_S):
            return None
        why = f"no article since it was added, {_span(waited.total_seconds())} ago"
        return Judgement(state="silent", why=why, todo="diplowatch outlet test URL")
    waited_s = (now - last).total_seconds()
    why = f"no new article for {_span(waited_s)}"
    if not past.rhythm.is_known:
        todo = "look at the site: diplowatch outlet test URL"
        return Judgement(state="silent", why=why, todo=todo) if waited_s > UNKNOWN_SILENT_S else None
    missed = expected_articles(past.rhythm, last, now) * (1 - find_follow(past.rhythm))
    usual = f"{missed:.0f}" if missed >= 2 else "one"
    return _judge_silence(past.rhythm, waited_s, missed, f"{why}, {usual} would have been usual by now")


def _judge_silence(rhythm: Rhythm, waited_s: float, missed: float, why: str) -> Judgement | None:
    gaps = 0.0
    if rhythm.since and rhythm.newest_at and rhythm.newest_at - rhythm.since >= SEEN:
        gaps = waited_s / max(*rhythm.gaps_s, 60.0)
    if missed >= SILENT_MISSED or (gaps >= SILENT_GAPS and missed >= SILENT_LEAST):
        return Judgement(state="silent", why=why, todo="look at the site: diplowatch outlet test URL")
    if missed >= LATE_MISSED or (gaps >= LATE_GAPS and missed >= LATE_LEAST):
        return Judgement(state="late", why=why)
    return None


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
