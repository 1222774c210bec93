"""The papers about the configuration say what the models say, and their examples load."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from monitor.config import find_warnings, load_config
from monitor.config.handbook import fill_handbook, make_tables
from monitor.config.schemas import make_schema
from monitor.config.tables import FILES

ROOT = Path(__file__).parents[3]
HANDBOOK = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```toml\n# (\w+\.toml)\n(.*?)```", re.S)


def test_the_handbook_has_every_key_of_every_table_as_the_models_have_it() -> None:
    # When this fails: python -m monitor.config.handbook docs/configuration.md
    assert fill_handbook(HANDBOOK) == HANDBOOK
    assert all(f"<!-- keys: {name} -->\n{table}<!-- end -->" in HANDBOOK for name, table in make_tables().items())


def test_every_key_has_a_description_for_editors() -> None:
    for name in FILES:
        for model, schema in make_schema(name)["$defs"].items():
            for key, part in schema["properties"].items():
                assert len(part.get("description", "")) > 10, f"{model}.{key}"


@pytest.mark.parametrize("paper", ["configuration.md", "add-an-outlet.md", "add-a-watch.md"])
def test_the_examples_of_a_paper_are_one_valid_configuration(
    paper: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = EXAMPLE.findall((ROOT / "docs" / paper).read_text(encoding="utf-8"))
    for file, text in examples:
        with (tmp_path / file).open("a", encoding="utf-8") as handle:
            handle.write(text)
        for name in re.findall(r"\$\{(\w+)\}", text):
            monkeypatch.setenv(name, "a-value")

    config = load_config(tmp_path)

    assert examples
    assert [warning for warning in find_warnings(config) if "no watchlist" not in warning] == []


def test_the_mistakes_in_the_handbook_are_said_in_these_words() -> None:
    said = {
        line
        for expected in (Path(__file__).parent / "bad").glob("*/expected.txt")
        for line in expected.read_text(encoding="utf-8").splitlines()
    }
    shown = re.findall(r"^config/(\w+\.toml:\d+: .*)$", HANDBOOK, re.M)

    assert len(shown) == 3
    assert set(shown) <= said


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_beside_the_shipped_files_are_those_of_the_models(name: str) -> None:
    # When this fails: diplowatch schema config/schema
    text = (ROOT / "config" / "schema" / f"{name}.json").read_text(encoding="utf-8")

    assert json.loads(text) == make_schema(name)
