"""What a poll showed, in the log: a line a problem, each with its outlet. Touches the log."""

from __future__ import annotations

import logging

from crawler.polls import Poll

log = logging.getLogger(__name__)


def say_poll(poll: Poll) -> None:
    """Problems, notes, and news that may have gone by unseen."""
    slug, extra = poll.outlet.slug, {"outlet": poll.outlet.slug}
    for kind, words in poll.problems:
        log.info("%s: %s: %s", slug, kind, words, extra=extra)
    for words in poll.notes:
        log.warning("%s: %s", slug, words, extra=extra)
    if poll.unseen:
        since = f"{poll.unseen[0]:%d %b %H:%M} UTC"
        log.warning(
            "%s: may have missed news since %s: its feed had dropped all that was known", slug, since, extra=extra
        )
