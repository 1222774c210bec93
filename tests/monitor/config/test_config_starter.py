"""`init` and `schema`: what a newcomer gets."""

from __future__ import annotations

import json
import re
import stat
import tomllib
from pathlib import Path

import pytest

from monitor.config import find_warnings, load_config, write_schemas, write_starter
from monitor.config.schemas import make_schema
from monitor.config.tables import FILES
from monitor.errors import ConfigError

ROOT = Path(__file__).parents[3]


def test_the_starter_is_the_shipped_configuration_and_valid(tmp_path: Path) -> None:
    paths = write_starter(tmp_path / "new" / "folder")

    config = load_config(tmp_path / "new" / "folder")
    assert config.version == load_config(ROOT / "config").version
    assert find_warnings(config) == []
    assert all(Path(path).is_file() for path in paths)


def test_the_starter_hides_the_file_that_will_hold_secrets(tmp_path: Path) -> None:
    write_starter(tmp_path)

    mode = (tmp_path / "channels.toml").stat().st_mode
    assert not mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_the_starter_overwrites_nothing(tmp_path: Path) -> None:
    mine = tmp_path / "topics.toml"
    mine.write_text("# mine\n", encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        write_starter(tmp_path)

    assert refused.value.problems == [f"{mine}: exists already (name another folder)"]
    assert [path.name for path in tmp_path.iterdir()] == ["topics.toml"]
    assert mine.read_text(encoding="utf-8") == "# mine\n"


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for write in (write_starter, write_schemas):
        with pytest.raises(ConfigError) as refused:
            write(tmp_path / "file")
        assert len(refused.value.problems) == 1


@pytest.mark.parametrize("name", FILES)
def test_an_editor_finds_the_schema_that_the_starter_names(name: str, tmp_path: Path) -> None:
    write_starter(tmp_path)

    first = (tmp_path / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]

    assert first == f"#:schema ./schema/{name}.json"
    assert json.loads((tmp_path / "schema" / f"{name}.json").read_text(encoding="utf-8")) == make_schema(name)


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_file_holds_to_its_schema(name: str) -> None:
    schema = make_schema(name)
    document = tomllib.loads((ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8"))

    assert list(find_violations(document, schema, schema["$defs"], name)) == []


def test_a_schema_refuses_what_the_loader_refuses() -> None:
    schema = make_schema("outlets")
    bad = {"One Outlet": {"name": "One", "contry": "NO", "every": 15, "kind": "minstry"}}

    assert list(find_violations(bad, schema, schema["$defs"], "x")) == [
        "x: One Outlet is no name",
        "x.One Outlet: home is missing",
        "x.One Outlet: contry is unknown",
        "x.One Outlet.every: no string",
        "x.One Outlet.kind: none of the allowed",
    ]


def find_violations(value: object, schema: dict, definitions: dict, where: str):  # noqa: C901  a table of cases, which parts would hide
    """The small part of JSON Schema that our schemas use."""
    if "$ref" in schema:
        yield from find_violations(value, definitions[schema["$ref"].rpartition("/")[2]], definitions, where)
        return
    if "anyOf" in schema:
        if all(list(find_violations(value, one, definitions, where)) for one in schema["anyOf"]):
            yield f"{where}: none of the alternatives"
        return
    kinds = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "null": type(None)}
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: none of the allowed"
    elif schema.get("format") != "date" and "type" in schema and not isinstance(value, kinds[schema["type"]]):
        yield f"{where}: no {schema['type']}"
    elif isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{where}: not {schema['pattern']}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from find_violations(item, schema["items"], definitions, f"{where}[{number}]")
    elif isinstance(value, dict):
        names = schema.get("propertyNames", {}).get("pattern", "")
        yield from (f"{where}: {key} is no name" for key in value if not re.search(names, key))
        yield from (f"{where}: {key} is missing" for key in schema.get("required", ()) if key not in value)
        for key, item in value.items():
            matching = [part for name, part in schema.get("patternProperties", {}).items() if re.search(name, key)]
            rest = matching[0] if matching else schema.get("additionalProperties", False)
            part = schema.get("properties", {}).get(key, rest)
            if part is False:
                yield f"{where}: {key} is unknown"
            elif isinstance(part, dict):
                yield from find_violations(item, part, definitions, f"{where}.{key}")
