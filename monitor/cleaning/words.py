"""The word lists of words.toml, read once. Pure but for that file of the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

from monitor.text import fold

WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
TAILS = frozenset(fold(phrase.strip()) for phrase in WORDS["tails"].replace("\n", " ").split("|") if phrase.strip())
