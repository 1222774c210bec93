"""The tables of docs/configuration.md, made of the models. Touches one file, when it is started as a program:

python -m monitor.config.handbook docs/configuration.md
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from monitor.config.schemas import make_schema
from monitor.config.tables import FILES

MARKED = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)", re.S)
FORMATS = {"date": "date", "time": "time"}


def fill_handbook(text: str) -> str:
    """The document with each `<!-- keys: Model -->` filled by the keys of that model."""
    tables = make_tables()
    return MARKED.sub(lambda found: found.group(1) + tables[found.group(2)] + found.group(3), text)


def make_tables() -> dict[str, str]:
    """Name of a model → its keys as a table in Markdown."""
    definitions = {name: part for file in FILES for name, part in make_schema(file)["$defs"].items()}
    return {name: _make_table(part) for name, part in definitions.items()}


def _make_table(schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, part in schema["properties"].items():
        default = "**required**" if key in required else _show_default(part)
        rows.append(f"| `{key}` | {_show_kind(part)} | {default} | {part['description']} |")
    return "\n".join(rows) + "\n"


def _show_default(part: dict[str, Any]) -> str:
    if "default" not in part or part["default"] in ("", []):
        return "–"
    return f"`{json.dumps(part['default'], ensure_ascii=False)}`"


def _show_kind(part: dict[str, Any]) -> str:
    if "enum" in part:
        return " ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(_show_kind(one) for one in part["anyOf"])
    if part.get("type") == "array":
        return (
            f"list of {_show_kind(part['items'])}"
            if "enum" in part["items"]
            else f"list of {_show_kind(part['items'])}s"
        )
    if "$ref" in part:
        return "table"
    if part.get("type") == "object":
        return "table"
    words = {"string": "text", "boolean": "`true` `false`", "integer": "number"}
    return FORMATS.get(part.get("format", ""), words[part["type"]])


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(fill_handbook(document.read_text(encoding="utf-8")), encoding="utf-8")
