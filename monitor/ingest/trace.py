"""What `diplowatch why` will say of an article, and what stood only in its cruft. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching import Matcher
from monitor.model import Alert, CleanPage, Hit, Placement

Step = tuple[str, str, str]  # step, outcome, detail: a line of `diplowatch why`


def trace_article(
    clean: CleanPage,
    hits: Sequence[Hit],
    suppressed: Sequence[Hit],
    placement: Placement,
    story_id: int,
    owed: Sequence[str],
) -> list[Step]:
    cut = f"{len(clean.removed)} blocks cut" if clean.removed else "nothing cut"
    steps = [("clean", "article", f"{len(clean.body)} characters kept, {cut}")]
    steps += [("match", "hit", f"{hit.entry} by {hit.rule}: “{hit.text}” in {hit.field}") for hit in hits[:20]]
    steps += [("match", "suppressed", f"{hit.entry}: “{hit.text}” only in removed text") for hit in suppressed[:20]]
    if not hits:
        steps.append(("match", "none", "no watched entry in the text"))
    joined = "joined" if placement.story_id else "started"
    steps.append(("story", joined, f"story {story_id}, likeness {placement.score:.2f}"))
    steps += [("story", "new", f"{fact.reason}: {fact.sentence}") for fact in placement.facts]
    steps += [("alert", "owed", line) for line in owed]
    return steps


def say_owed(alert: Alert) -> str:
    """One line of an alert: its kind, its watchlist, where it goes, why it does not."""
    reason = f" ({alert.reason})" if alert.reason else ""
    if alert.is_along:
        return f"{alert.kind} of {alert.watchlist}{reason} is told along with it"
    muted = f", muted by silence {alert.muted_by}" if alert.muted_by is not None else ""
    return f"{alert.kind} alert of {alert.watchlist}{reason} to {', '.join(alert.channels) or 'nobody'}{muted}"


def find_suppressed(matcher: Matcher, clean: CleanPage, hits: Sequence[Hit]) -> list[Hit]:
    """Entries that stand only in what was cut: counted and shown, never sent."""
    kept = {hit.entry for hit in hits}
    found: dict[str, Hit] = {}
    for hit in matcher.find_in_blocks([removed.text for removed in clean.removed], clean.language or None):
        if hit.entry not in kept:
            found.setdefault(hit.entry, hit)
    return list(found.values())
