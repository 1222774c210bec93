"""A user's template is tried when the configuration is read, and refused with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.errors import ConfigError


def write(folder: Path, template: str) -> Path:
    (folder / "channels.toml").write_text(
        '[channel.desk]\nurl = "console:"\ntemplate = "short.txt"\n', encoding="utf-8"
    )
    (folder / "short.txt").write_text(template, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ headline }}\n{{ hedline }}", "line 2: 'hedline' is undefined"),
        ("one\n{% if kind", "line 2: unexpected end of template"),
        ("{{ headline.__class__ }}", "line 1: access to attribute '__class__'"),
        ("{{ headline.upper() }}", "line 1: call is not allowed"),
        ("{% set a = headline %}", "line 1: assign is not allowed"),
        ("{{ 'x' * 999999999 }}", "line 1: mul is not allowed"),
        ("\n{% include '/etc/passwd' %}", "line 2: include is not allowed"),
        ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}", "line 1: macro is not allowed"),
        ("{{ mentions[0].name }}", "line 1: list object has no element 0"),
        (
            "{% for a in new %}{% for b in new %}{% for c in new %}{% endfor %}{% endfor %}{% endfor %}",
            "line 1: a loop",
        ),
    ],
)
def test_a_template_with_an_error_is_refused_with_both_lines(tmp_path: Path, template: str, problem: str) -> None:
    began = time.process_time()
    with pytest.raises(ConfigError) as refused:
        load_config(write(tmp_path, template))

    (line,) = refused.value.problems
    assert line.startswith(f"{tmp_path}/channels.toml:3: channel.desk.template: short.txt, {problem}")
    assert time.process_time() - began < 2


def test_a_template_is_part_of_the_configurations_version(tmp_path: Path) -> None:
    before = load_config(write(tmp_path, "{{ headline }}"))
    after = load_config(write(tmp_path, "{{ headline }} {{ link }}"))

    assert before.channels[0].template == "{{ headline }}"
    assert before.version != after.version
