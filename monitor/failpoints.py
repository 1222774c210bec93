"""Ends the process at a named place, for crash tests: DIPLOWATCH_FAILPOINT=name:n ends it at the n-th passage. Touches the process."""

from __future__ import annotations

import os

_name, _, _count = os.environ.get("DIPLOWATCH_FAILPOINT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1


def pass_failpoint(name: str) -> None:
    """Does nothing, unless this is the place and the passage that the environment names: then the process is gone at once."""
    global _left
    if name == _name:
        _left -= 1
        if _left <= 0:
            os._exit(137)
