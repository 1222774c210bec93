"""Tables as read → valid tables, each mistake in our words and with a hint. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.config.checks import check_slug, find_near
from monitor.config.positions import KeyPath
from monitor.config.source import Source
from monitor.config.tables import SECTIONS, WRONG_KEY, Section, Table

WORDS = {
    "string_type": "must be a text in quotes",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "tuple_type": 'must be a list, like ["…"]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "date_type": "must be a date like 2026-01-31, without quotes",
    "missing": "is missing",
    "too_short": "must not be empty",
    "greater_than_equal": "must be at least 1",
}


def validate_source(source: Source) -> None:
    """Fills `tables` and `problems` of a file that was read."""
    sections = [section for section in SECTIONS if section.file == source.name]
    if sections[0].path:
        _check_sections(source, sections)
    for section in sections:
        for path, raw in _find_tables(source, section):
            table = _validate_table(source, section, path, raw)
            if table is not None:
                source.tables[path] = table


def _check_sections(source: Source, sections: list[Section]) -> None:
    known = [section.path[0] for section in sections]
    for name, value in source.raw.items():
        if name in known:
            continue
        is_lost = source.name == "channels" and isinstance(value, dict) and "url" in value
        hint = f"do you mean [channel.{name}]?" if is_lost else find_near(name, known) or f"known: {', '.join(known)}"
        source.add((name,), "unknown table" if isinstance(value, dict) else "unknown key", hint=hint)


def _find_tables(source: Source, section: Section) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, raw table) of a section."""
    if not section.by_slug:
        if section.path[0] in source.raw:
            yield section.path, source.raw[section.path[0]]
        return
    holder = source.raw.get(section.path[0], {}) if section.path else source.raw
    if not isinstance(holder, dict):
        source.add(section.path, "must hold a table per slug", hint=f"[{section.path[0]}.slug]")
        return
    for slug, raw in holder.items():
        path = (*section.path, slug)
        try:
            check_slug(slug)
        except ValueError as error:
            source.add(path, str(error))
        yield path, raw


def _validate_table(source: Source, section: Section, path: tuple[str, ...], raw: Any) -> Table | None:
    if not isinstance(raw, dict):
        words = "stands outside of a table" if section.by_slug else "is no table"
        slug = ".".join((*section.path, "slug") if section.by_slug else path)
        source.add(path, words, hint=f"keys stand below a line [{slug}]")
        return None
    if section.by_slug and _is_split(section, raw):
        better = ".".join((*section.path, f"{path[-1]}-{next(iter(raw))}"))
        source.add(path, "holds no keys, only tables", hint=f"a slug has no dot: [{better}]")
        return None
    try:
        return section.model.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            inner = tuple(part for part in problem["loc"] if part != "[key]") + _key_of(problem)
            words, hint = _say(problem, section, inner)
            source.add((*path, *inner), words, hint=hint)
        return None


def _is_split(section: Section, raw: dict[str, Any]) -> bool:
    """A slug with a dot, [wire.example], is a table in a table for TOML."""
    known = section.model.model_fields
    return bool(raw) and all(isinstance(value, dict) and key not in known for key, value in raw.items())


def _say(problem: Any, section: Section, inner: KeyPath) -> tuple[str, str]:
    """A problem of pydantic in our words, with a hint. Never the value of a channel: it may be a secret."""
    kind, given = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        known = _keys_at(section.model, inner[:-1])
        return "unknown key", find_near(str(inner[-1]), known) or f"known: {', '.join(known)}"
    if kind == "literal_error":
        allowed = problem["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        near = find_near(given, allowed) if isinstance(given, str) else ""
        return f"{given!r} is not allowed", near or f"one of {', '.join(allowed)}"
    if kind == "value_error":
        return str(problem["ctx"]["error"]), ""
    if kind == WRONG_KEY:
        return problem["msg"], ""
    return WORDS.get(kind, problem["msg"][0].lower() + problem["msg"][1:]), ""


def _key_of(problem: Any) -> tuple[str, ...]:
    """The key that a check of a whole table means."""
    return (problem["ctx"]["key"],) if problem["type"] == WRONG_KEY else ()


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that a (nested) table may have, in the order of the model."""
    current: type[BaseModel] = model
    for part in path:
        info = current.model_fields.get(str(part))
        inner = _model_in(info.annotation) if info is not None else None
        current = inner or current
    return [info.alias or name for name, info in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _model_in(inner))), None)
