"""One file of the configuration: its text, its tables, and what is wrong with it. Touches the disk."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from monitor.config.positions import KeyPath, Positions
from monitor.config.tables import Table

MOST_BYTES = 50_000_000  # of one file; a guess: 100,000 spellings of 20,000 people take 4 MB
T = TypeVar("T", bound=Table)

BARE = re.compile(r"[A-Za-z0-9_-]+")  # a key that needs no quotes

# What tomllib says, in our words.
SYNTAX = (
    (re.compile(r"Cannot declare \((.*?),?\) twice"), "the table {} stands twice"),
    (re.compile(r"Cannot overwrite a value"), "a key stands twice"),
    (re.compile(r"Unterminated string|Illegal character '\\n'"), "a closing quote is missing"),
    (re.compile(r"Unclosed array"), "a comma or a closing ] is missing"),
    (re.compile(r"Unclosed inline table"), "a comma or a closing }} is missing"),
    (re.compile(r"Expected '=' after a key"), "a = is missing after the key"),
    (
        re.compile(r"Expected ']' at the end of a table declaration"),
        "a closing ] is missing, or the name in it has a space (write anna-berg)",
    ),
    (re.compile(r"Unescaped"), "a backslash in double quotes (put the text in single quotes)"),
    (
        re.compile(r"Expected newline"),
        "something stands after the value (a text with quotes inside stands in single quotes)",
    ),
    (re.compile(r"Invalid initial character for a key"), "a key or a closing bracket is missing"),
    (re.compile(r"Invalid value"), "the value cannot be read (texts stand in quotes)"),
)


@dataclass(slots=True)
class Source:
    """`raw`: as TOML has it; `tables`: path → valid table; `problems`: (line, words), of which a broken file has one."""

    name: str
    path: Path
    text: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    tables: dict[tuple[str, ...], Table] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    is_broken: bool = False
    _positions: Positions | None = None

    @property
    def positions(self) -> Positions:
        """Found when first asked for: a file without a mistake needs none, and it costs two thirds of reading the file."""
        if self._positions is None:
            self._positions = Positions("" if self.is_broken else self.text)
        return self._positions

    def add(self, path: KeyPath, problem: str, *, hint: str = "", line: int | None = None) -> None:
        """Notes a problem at the line of its key."""
        found = self.positions.line_of(path) if line is None else line
        self.problems.append((found, f"{_join(path)}: {problem}" + (f" ({hint})" if hint else "")))

    def of(self, model: type[T]) -> dict[str, T]:
        """The valid tables of one kind by slug, in the order of the file."""
        return {path[-1]: table for path, table in self.tables.items() if isinstance(table, model)}

    def written(self, *path: str) -> set[str]:
        """Slugs as they stand under a path, valid or not: a reference to a table with a mistake leads somewhere."""
        found: Any = self.raw
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return set(found) if isinstance(found, dict) else set()


def read_source(path: Path, text: str | None = None) -> Source:
    """A file as it is, or as `text` would make it; a missing one is empty, one that cannot be read has one problem."""
    source = Source(path.stem, path)
    line = 1
    try:
        source.text = read_text(path) if text is None else text
        source.raw = tomllib.loads(source.text)
        return source
    except tomllib.TOMLDecodeError as error:
        problem, line = _say(error, source.text)
    except UnicodeDecodeError as error:
        problem, line = "is not UTF-8", error.object.count(b"\n", 0, error.start) + 1
    except RecursionError:
        problem = "is nested too deep"
    except OSError as error:
        problem = error.strerror.lower() if error.strerror else str(error)
    source.raw, source.is_broken = {}, True
    source.problems.append((line, f"{path.stem}: {problem}"))
    return source


def read_text(path: Path) -> str:
    """The text of a file; "" when it is missing. Raises: OSError, UnicodeDecodeError."""
    if not path.exists() and not path.is_symlink():
        return ""
    if path.is_dir():
        raise OSError("is a folder")
    with path.open("rb") as handle:
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(f"is larger than {MOST_BYTES // 1_000_000} MB")
    return data.decode("utf-8-sig")  # editors of Windows put a byte order mark there


def _say(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, int]:
    """A syntax error in words, and its line."""
    words, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found.group(1)) if found else max(1, len(text.rstrip().split("\n")))
    if "end of document" in place:
        return "is no TOML: ends in the middle of a value (is it half written?)", line
    for pattern, said in SYNTAX:
        if match := pattern.match(words):
            keys = match.group(1).replace("'", "").replace(", ", ".") if match.groups() else ""
            return f"is no TOML: {said.format(f'[{keys}]')}", line
    return f"is no TOML: {words[0].lower() + words[1:]}", line


def _join(path: KeyPath) -> str:
    """people.names.zh[0]: keys with dots, elements counted from 1 as readers count."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part + 1}]"
        else:
            shown += ("." if shown else "") + (part if BARE.fullmatch(part) else f'"{part}"')
    return shown
