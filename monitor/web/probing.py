"""What the probe of a site found, as the page shows it. Pure."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`sources`: ways in, with their entries or problem; `samples`: articles with what was kept and cut; `table`: "" = nothing to add."""

    slug: str
    table: str
    problem: str
    sources: tuple[dict[str, Any], ...] = ()
    samples: tuple[dict[str, Any], ...] = ()


def describe_probe(answer: str) -> Found:
    """The probe's JSON."""
    found = json.loads(answer)
    table = str(found.get("toml") or "").strip()
    raw = tomllib.loads(table) if table else {}
    return Found(
        slug=next(iter(raw), ""),
        table=table,
        problem=str(found.get("problem") or ""),
        sources=tuple(found.get("sources", ())),
        samples=tuple(found.get("samples", ())),
    )
