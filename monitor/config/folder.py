"""A folder of TOML files → Config, refused as a whole. Touches the disk and the environment."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.config.convert import to_config
from monitor.config.fields import check_slug
from monitor.config.lines import Lines, syntax_line
from monitor.config.references import find_reference_problems
from monitor.config.secrets import fill_secrets, find_exposed
from monitor.config.tables import BY_SLUG, FILES
from monitor.errors import ConfigError
from monitor.model import Config

MOST_BYTES = 20_000_000  # of one file; a guess


@dataclass(slots=True)
class File:
    """One file: its text, its tables as they were read, what is wrong with it."""

    name: str
    text: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)  # slug → model, or the model's own fields
    problems: list[tuple[int, str]] = field(default_factory=list)
    lines: Lines = field(default_factory=lambda: Lines(""))

    def add(
        self, path: Sequence[str | int], problem: str, *, hint: str = "", value: object = None, line: int | None = None
    ) -> None:
        """One problem, at the line of its key."""
        where = ".".join(str(part) for part in path)
        found = line if line is not None else self.lines.line_of(tuple(path), value)
        self.problems.append((found, f"{where}: {problem}" + (f" ({hint})" if hint else "")))


def load_config(folder: str | Path, *, only: Sequence[str] = tuple(FILES)) -> Config:
    """The configuration in a folder; a missing file is empty. `only`: names of the files that a command needs.

    Raises: ConfigError with every problem of all files, each `file:line: where: problem (hint)`.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ConfigError([f"{folder}: no such folder (diplowatch init {folder} makes one)"])
    files = {name: _read_file(root / f"{name}.toml") for name in only}
    for file in files.values():
        _validate(file)
    find_reference_problems(files, whole=set(only) == set(FILES))
    if "channels" in files:
        find_exposed(files["channels"], root / "channels.toml")
        fill_secrets(files["channels"])
    problems = [
        f"{root / name}.toml:{line}: {problem}"
        for name, file in files.items()
        for line, problem in sorted(file.problems)
    ]
    if problems:
        raise ConfigError(problems)
    digest = hashlib.blake2b("\0".join(f"{name}\0{file.text}" for name, file in files.items()).encode(), digest_size=16)
    return to_config(str(root), digest.hexdigest(), {name: file.tables for name, file in files.items()})


def _read_file(path: Path) -> File:
    file = File(path.stem)
    try:
        if not path.exists():
            return file
        if path.stat().st_size > MOST_BYTES:
            raise OSError(0, f"larger than {MOST_BYTES // 1_000_000} MB")
        file.text = path.read_bytes().decode("utf-8")
        file.lines = Lines(file.text)
        file.raw = tomllib.loads(file.text)
    except UnicodeDecodeError as error:
        file.add((path.stem,), f"is not UTF-8 (byte {error.start})", line=1)
    except OSError as error:
        file.add((path.stem,), (error.strerror or "cannot be read").lower(), line=1)
    except tomllib.TOMLDecodeError as error:
        problem = str(error).split(" (at ")[0]
        file.add((path.stem,), f"is no TOML: {problem}", line=min(syntax_line(error), len(file.lines.rows)))
    return file


def _validate(file: File) -> None:
    model = FILES[file.name]
    if file.name in BY_SLUG:
        for slug, raw in file.raw.items():
            if not isinstance(raw, dict):
                file.add((slug,), "is no table", hint=f"[{slug}]")
                continue
            found = _validate_table(file, model, raw, (slug,))
            if found is not None:
                file.tables[slug] = found
        _check_slugs(file)
        return
    found = _validate_table(file, model, file.raw, ())
    if found is not None:
        file.tables = {name: getattr(found, name) for name in type(found).model_fields}


def _check_slugs(file: File) -> None:
    for slug in file.raw:
        try:
            check_slug(slug)
        except ValueError as error:
            file.add((slug,), str(error))


def _validate_table(file: File, model: type[BaseModel], raw: dict[str, Any], at: tuple[str, ...]) -> BaseModel | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            path = (*at, *(part for part in problem["loc"] if not _is_internal(part)))
            words, hint = _say(problem, model, path[len(at) :])
            value = problem["input"] if isinstance(problem["input"], str) else None
            file.add(path, words, hint=hint, value=value)
        return None


def _is_internal(part: int | str) -> bool:
    """pydantic adds the names of its functions to a location."""
    return isinstance(part, str) and ("[" in part or "(" in part or part in ("[key]",))


def _say(problem: Any, model: type[BaseModel], path: tuple[Any, ...]) -> tuple[str, str]:
    """A problem of pydantic in our words, with a hint."""
    kind, given = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        near = difflib.get_close_matches(str(path[-1]), known, 1, 0.5)
        return "unknown key", f"do you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}"
    if kind == "missing":
        return "is missing", ""
    if kind == "literal_error":
        allowed = problem["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        near = difflib.get_close_matches(str(given), allowed, 1, 0.5)
        return f"{given!r} is not allowed", f"do you mean {near[0]}?" if near else f"one of {', '.join(allowed)}"
    if kind == "value_error":
        return str(problem["ctx"]["error"]), ""
    words = {
        "string_type": "must be a text in quotes",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "tuple_type": 'must be a list, like ["…"]',
        "dict_type": "must be a table",
        "model_type": "must be a table",
        "date_type": "must be a date, like 2026-01-31 without quotes",
        "too_short": "must not be empty",
        "greater_than_equal": "must be at least 1",
    }
    return words.get(kind, problem["msg"][0].lower() + problem["msg"][1:]), ""


def _keys_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """The keys that a (nested) table may have."""
    current: type[BaseModel] = model
    for part in path:
        info = current.model_fields.get(str(part))
        inner = _model_in(info.annotation) if info is not None else None
        if inner is not None:
            current = inner
    return [info.alias or name for name, info in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
