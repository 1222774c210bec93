"""An article as stories see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    outlet: str
    family: str
    headline: str
    body: str
    language: str
    published_at: datetime | None
    seen_at: datetime
    entries: frozenset[str]
    url: str = ""
    credits: tuple[str, ...] = ()
    orientation: str = "independent"
