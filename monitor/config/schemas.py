"""JSON Schemas of the six files, for editors (taplo: `#:schema ./schema/outlets.json`). Touches the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from monitor.config.checks import SLUG, show_span
from monitor.config.tables import FILES, SECTIONS, Section
from monitor.errors import ConfigError

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write_schemas(folder: str | Path) -> list[str]:
    """Writes one schema per file; returns their paths. Raises: ConfigError when the folder cannot be written."""
    root = Path(folder)
    paths = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            path = root / f"{name}.json"
            path.write_text(json.dumps(make_schema(name), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            paths.append(str(path))
    except OSError as error:
        raise ConfigError([f"{root}: {(error.strerror or 'cannot be written').lower()}"]) from None
    return paths


def make_schema(name: str) -> dict[str, Any]:
    """The schema of one file."""
    sections = [section for section in SECTIONS if section.file == name]
    known, found = models_json_schema([(section.model, "validation") for section in sections], by_alias=True)
    definitions: dict[str, Any] = tidy(found)
    head = {"$schema": DIALECT, "title": f"{name}.toml", "type": "object"}
    parts = {section.path: _schema_of(section, known[section.model, "validation"]) for section in sections}
    if () in parts:
        return head | parts[()] | definitions
    properties = {path[0]: part for path, part in parts.items()}
    return head | {"properties": properties, "additionalProperties": False} | definitions


def tidy(schema: Any) -> Any:
    """As TOML has it: no null, spans as they are written, no titles made of key names."""
    if isinstance(schema, list):
        return [tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shown = {key: tidy(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    kept = [part for part in shown.get("anyOf", ()) if part != {"type": "null"}]
    if len(kept) == 1:
        shown = {key: value for key, value in shown.items() if key != "anyOf"} | kept[0]
    default = shown.get("default")
    if isinstance(default, float):
        shown["default"] = show_span(default)
    elif default is None and "default" in shown:
        shown = {key: value for key, value in shown.items() if key != "default"}
    if "patternProperties" in shown:
        shown["additionalProperties"] = False
    return shown


def _schema_of(section: Section, reference: dict[str, Any]) -> dict[str, Any]:
    if not section.by_slug:
        return reference
    return {"type": "object", "propertyNames": {"pattern": SLUG}, "additionalProperties": reference}
