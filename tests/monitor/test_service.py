"""The service manager's socket and the logs, as the manager reads them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service import find_watchdog_s, tell_service


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def test_the_manager_hears_each_line(manager: socket.socket) -> None:
    assert tell_service("READY=1", "STATUS=watching 3 outlets")
    assert manager.recv(200) == b"READY=1\nSTATUS=watching 3 outlets"


def test_without_a_manager_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not tell_service("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert not tell_service("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [
        ("60000000", "", 30.0),
        ("60000000", "own", 30.0),
        ("60000000", "1", None),
        ("", "", None),
        ("x", "", None),
    ],
)
def test_a_sign_of_life_is_due_twice_in_the_time_of_the_watchdog(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "own" else pid)
    assert find_watchdog_s() == seconds


def test_json_logs_name_the_outlet_and_the_error() -> None:
    code = (
        "import logging; from monitor.logs import start_logs; start_logs('info', 'json'); log = logging.getLogger('crawler')\n"
        "log.warning('%s: late', 'herald', extra={'outlet': 'herald'})\n"
        "try: 1 / 0\nexcept ZeroDivisionError: log.exception('broken')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["level"], first["logger"], first["message"], first["outlet"]) == (
        "WARNING",
        "crawler",
        "herald: late",
        "herald",
    )
    assert "ZeroDivisionError" in second["error"]
    assert "outlet" not in second
