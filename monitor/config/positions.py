"""Where every key and element of a TOML text stands. Pure: the standard library's parser keeps no positions."""

from __future__ import annotations

import bisect
import re
import tomllib

KeyPath = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
SPACE = re.compile(r"[ \t]*")
KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
LONG_BASIC = re.compile(r'"""((?:\\.|[^\\])*?)"""(?:"{0,2})', re.S)
LONG_LITERAL = re.compile(r"'''(.*?)'''(?:'{0,2})", re.S)
SHORT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'[^'\n]*')""")
SCALAR = re.compile(r"[^\s,\]}#]+")
BREAK = re.compile(r"\\[ \t]*\n\s*|\\.|\n", re.S)  # what may end a line inside a basic string


class Positions:
    """Line numbers, from 1. A key in an inline table and an element of an array have their own."""

    def __init__(self, text: str) -> None:
        """`text` must have passed tomllib: what is no TOML gives fewer positions, never an error."""
        self.lines: dict[KeyPath, int] = {}
        self.strings: dict[
            KeyPath, list[int]
        ] = {}  # of a string that spans lines: the source line of each of its lines
        _Walker(text.replace("\r\n", "\n"), self).walk()

    def line_of(self, path: KeyPath) -> int:
        """The line of a key or element; of its nearest parent when it has none of its own (a missing key)."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def line_in(self, path: KeyPath, line: int) -> int:
        """The source line of the n-th line (from 1) of a string value."""
        rows = self.strings.get(path)
        return rows[min(line, len(rows)) - 1] if rows else self.line_of(path)


class _Walker:
    def __init__(self, text: str, found: Positions) -> None:
        self.text, self.found, self.at = text, found, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.counts: dict[KeyPath, int] = {}  # [[arrays of tables]] → index of the last one

    def walk(self) -> None:
        table: KeyPath = ()
        while self._skip(BLANK) < len(self.text):
            before = self.at
            if self.text.startswith("[", self.at):
                table = self._read_header()
            else:
                self._read_pair(table)
            if self.at == before:  # no TOML: go on behind the line
                self.at = self.text.find("\n", self.at) + 1 or len(self.text)

    def _read_header(self) -> KeyPath:
        is_array = self.text.startswith("[[", self.at)
        line = self._line(self.at)
        self.at += 2 if is_array else 1
        keys = self._read_key()
        self.at = self.text.find("\n", self.at) + 1 or len(self.text)
        path: KeyPath = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            if is_array and number == len(keys):
                self.counts[path] = self.counts.get(path, -1) + 1
            self.found.lines.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path])
                self.found.lines.setdefault(path, line)
        return path

    def _read_pair(self, table: KeyPath) -> None:
        line, path = self._line(self.at), table
        for key in self._read_key():
            path = (*path, key)
            self.found.lines.setdefault(path, line)
        if self.text.startswith("=", self._skip(SPACE)):
            self.at += 1
            self._read_value(path)

    def _read_key(self) -> list[str]:
        keys: list[str] = []
        while match := KEY.match(self.text, self._skip(SPACE)):
            self.at = match.end()
            keys.append(_unquote(match.group()))
            if not self.text.startswith(".", self._skip(SPACE)):
                break
            self.at += 1
        return keys

    def _read_value(self, path: KeyPath) -> None:
        self._skip(SPACE)
        for pattern in (LONG_BASIC, LONG_LITERAL):
            if match := pattern.match(self.text, self.at):
                self.found.strings[path] = self._rows(match.start(1), match.end(1), pattern is LONG_BASIC)
                self.at = match.end()
                return
        if self.text.startswith(("[", "{"), self.at):
            self._read_nested(path, is_table=self.text[self.at] == "{")
        elif match := SHORT.match(self.text, self.at) or SCALAR.match(self.text, self.at):
            self.at = match.end()

    def _read_nested(self, path: KeyPath, *, is_table: bool) -> None:
        """Elements of [ … ] and pairs of { … }."""
        self.at += 1
        number = 0
        while self._skip(BLANK) < len(self.text):
            before, sign = self.at, self.text[self.at]
            if sign in "]}":
                self.at += 1
                return
            if sign == ",":
                self.at += 1
                number += 1
            elif is_table:
                self._read_pair(path)
            else:
                self.found.lines.setdefault((*path, number), self._line(self.at))
                self._read_value((*path, number))
            if self.at == before:
                return

    def _rows(self, start: int, end: int, is_basic: bool) -> list[int]:
        """The source line on which each line of a long string's value begins."""
        if self.text.startswith("\n", start):  # TOML drops a line break right after the opening quotes
            start += 1
        rows = [self._line(start)]
        for match in BREAK.finditer(self.text, start, end):
            if match.group() == "\n" or (is_basic and match.group() == r"\n"):
                rows.append(self._line(match.end()))
            elif not is_basic and match.group().startswith("\\"):  # a literal string knows no escapes
                rows.extend(self._line(match.start() + at + 1) for at, c in enumerate(match.group()) if c == "\n")
        return rows

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _line(self, offset: int) -> int:
        return bisect.bisect_right(self.starts, offset)


def _unquote(key: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
    except tomllib.TOMLDecodeError:
        return key
