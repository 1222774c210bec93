"""Each import contract is broken by a planted violation: a contract that cannot break protects nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

VIOLATIONS = [
    ("A layer imports only lower ones", "monitor/model/__init__.py", "import monitor.store.schema"),
    ("A layer imports only lower ones", "monitor/stories/__init__.py", "import monitor.matching"),
    ("monitor runs without the crawler and without Scrapy", "monitor/urls.py", "import crawler.settings"),
    ("monitor runs without the crawler and without Scrapy", "monitor/notify.py", "import scrapy"),
    ("Pure rooms touch no edge", "monitor/cleaning/__init__.py", "import sqlite3"),
    ("Apprise has one door", "monitor/dispatch.py", "import apprise"),
    ("APScheduler has one door", "monitor/daemon.py", "import apscheduler"),
    ("Procrastinate has one door", "monitor/crawl.py", "import procrastinate"),
]


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_planted_violation_is_reported(tmp_path: Path, contract: str, file: str, line: str) -> None:
    for package in ("monitor", "crawler"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "starter", "archive")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / file
    if not target.exists():  # the room has become a folder since
        target = target.with_suffix("") / "__init__.py"
    target.write_text(target.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(tmp_path), "PATH": ""}
    )

    assert run.returncode != 0, run.stdout
    broken = [row for row in run.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken), run.stdout + run.stderr
