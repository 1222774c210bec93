"""JSON Schemas of the six files, for editors (taplo: `#:schema schema/outlets.json`). Touches the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from monitor.config.tables import BY_SLUG, FILES
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
            path.write_text(json.dumps(make_schema(name), indent=2) + "\n", encoding="utf-8")
            paths.append(str(path))
    except OSError as error:
        raise ConfigError([f"{root}: {(error.strerror or 'cannot be written').lower()}"]) from None
    return paths


def make_schema(name: str) -> dict[str, Any]:
    """The schema of one file; of the first four: a table per slug."""
    inner = FILES[name].model_json_schema(by_alias=True)
    if name not in BY_SLUG:
        return {"$schema": DIALECT, "title": f"{name}.toml"} | inner
    definitions = inner.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "title": f"{name}.toml",
        "type": "object",
        "additionalProperties": inner,
        "$defs": definitions,
    }
