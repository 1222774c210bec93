"""A real `diplowatch run` as a child process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STOP_S = 30


@contextmanager
def run_daemon(
    folder: Path, config: Path, *words: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs until the block ends, over `d.db` of the folder; its log is there as `log`."""
    db = f"sqlite:///{folder / 'd.db'}"
    command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(config), "--db", db, *words]
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        yield daemon
    finally:
        daemon.terminate()
        daemon.wait(STOP_S)
