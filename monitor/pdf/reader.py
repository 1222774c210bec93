"""A PDF → the article, read in a process of its own with a deadline. Touches processes."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.cleaning.printed import clean_printed
from monitor.model import CleanPage

MOST_BYTES = 8 * 1024 * 1024  # as much as the crawler fetches
DEADLINE_S = 8.0  # a guess: a hundred dense pages took 0.5 s, and whatever else the crawler writes waits meanwhile
CHILD = Path(__file__).with_name("child.py")
HINT = "a PDF, not a page (to read PDFs: .venv/bin/pip install '.[pdf]' in the program's folder, or pip install 'diplowatch[pdf]')"


def is_pdf(data: bytes | str) -> bool:
    """Do these bytes begin as a PDF does?"""
    return isinstance(data, bytes) and data[:1024].lstrip().startswith(b"%PDF-")


def clean_pdf(data: bytes, url: str, fetched_at: datetime | None = None) -> CleanPage:
    """The article in a PDF; never raises: `problem` says why there is none."""
    if importlib.util.find_spec("pypdf") is None:
        return CleanPage(url=url, problem=HINT)
    if len(data) > MOST_BYTES:
        return CleanPage(url=url, problem=f"a PDF larger than {MOST_BYTES // 2**20} MB")
    found = _read(data)
    if found.get("problem"):
        return CleanPage(url=url, problem=str(found["problem"]))
    made_at = datetime.fromisoformat(found["created"]) if found.get("created") else None
    return clean_printed(found["pages"], url=url, title=found.get("title", ""), made_at=made_at, fetched_at=fetched_at)


def _read(data: bytes, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)], input=data, capture_output=True, timeout=deadline_s, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"problem": f"a PDF that takes longer than {deadline_s:.0f} s to read"}
    except (OSError, ValueError):
        return {"problem": "a PDF that broke its reader"}
    return found
