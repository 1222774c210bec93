"""The words of events.toml, one table a language. Pure but for reading that file once."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files

from monitor.model import EVENT_KINDS
from monitor.stories.phrases import Phrases
from monitor.text import fold

STAGES = ("denied", "cancelled", "announced", "running")


@functools.lru_cache(maxsize=1)
def load_tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Language → name of a list → its entries, as written."""
    text = files("monitor.stories").joinpath("events.toml").read_text(encoding="utf-8")
    return {
        language: {name: tuple(words) for name, words in table.items()}
        for language, table in tomllib.loads(text).items()
    }


def load_words(language: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of one language, as written."""
    return load_tables()[language]


@functools.lru_cache(maxsize=64)
def load_phrases(language: str, group: str) -> Phrases[str]:
    """The phrases of a group ("events", "stages", "roles"), each labelled with the name of its list."""
    names = {"events": EVENT_KINDS, "stages": STAGES}.get(group) or (group,)
    table = load_tables()[language]
    return Phrases((pattern, name) for name in names for entry in table[name] for pattern in entry.split("|"))


@functools.lru_cache(maxsize=16)
def load_hollow(language: str) -> frozenset[str]:
    """Folded capitalised words that are no part of a person's name."""
    return frozenset(fold(word) for word in load_tables()[language]["hollow"])
