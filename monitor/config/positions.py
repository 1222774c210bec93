"""Where a key stands in a TOML file. Pure: the standard library's parser keeps no positions."""

from __future__ import annotations

import re
import tomllib

TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
SEGMENT = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")

Path = tuple[str | int, ...]


class Lines:
    """Line numbers (from 1) of tables and keys of one TOML text."""

    def __init__(self, text: str) -> None:
        self.rows = text.split("\n")
        self.found: dict[tuple[str, ...], int] = {}
        self._table: tuple[str, ...] = ()
        self._closing, self._depth = "", 0
        for number, row in enumerate(self.rows, 1):
            if self._closing:  # inside a multi-line string
                self._closing = "" if self._closing in row else self._closing
            elif self._depth > 0:  # inside a multi-line array
                self._depth += _brackets(row)
            else:
                self._read(number, row)

    def _read(self, number: int, row: str) -> None:
        if header := TABLE.match(row):
            self._table = _segments(header.group(1))
            for end in range(1, len(self._table) + 1):
                self.found.setdefault(self._table[:end], number)
        elif key := KEY.match(row):
            self.found.setdefault(self._table + _segments(key.group(1)), number)
            value = row[key.end() :].strip()
            for quote in ('"""', "'''"):
                if value.startswith(quote) and quote not in value[3:]:
                    self._closing = quote
            self._depth = 0 if self._closing else max(0, _brackets(value))

    def line_of(self, path: Path, value: object = None) -> int:
        """The line of the longest known beginning of a path; of `value` after it, when that stands on a later line."""
        names = tuple(str(part) for part in path)
        for end in range(len(names), 0, -1):
            line = self.found.get(names[:end])
            if line is not None:
                rest = [str(part) for part in path[end:] if isinstance(part, str)]
                return self._search(line, [*rest[-1:], str(value)] if value is not None else rest[-1:])
        return 1

    def _search(self, line: int, wanted: list[str]) -> int:
        """The first line at or after `line`, within the same value, that holds the last of `wanted` that can be found."""
        following = [number for number in self.found.values() if number > line]
        last = min(following, default=len(self.rows) + 1)
        for text in reversed(wanted):
            for number in range(line, last):
                if text and text in self.rows[number - 1]:
                    return number
        return line


def syntax_line(error: tomllib.TOMLDecodeError) -> int:
    """The line that a syntax error names."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else 1


def _segments(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in SEGMENT.findall(text))


def _brackets(text: str) -> int:
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', "", text).split("#")[0]
    return bare.count("[") - bare.count("]") + bare.count("{") - bare.count("}")
