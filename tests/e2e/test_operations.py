"""`diplowatch run` under a service manager: it says that it is ready, alive and ending; `/readyz` and the JSON log agree."""

from __future__ import annotations

import json
import os
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from daemons import run_daemon
from receivers import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
PATIENCE_S = 60


def wait_ready(url: str) -> dict[str, object]:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_a_service_manager_is_told_ready_alive_and_ending(tmp_path: Path) -> None:
    config, port = tmp_path / "config", free_port()
    config.mkdir()
    (config / "settings.toml").write_text(f'[web]\nlisten = "127.0.0.1:{port}"\n', encoding="utf-8")
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_S)
        environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        environment.pop("WATCHDOG_PID", None)
        with run_daemon(tmp_path, config, "--log-format", "json", environment=environment) as daemon:
            while "READY=1" not in heard or heard.count("WATCHDOG=1") < 2:
                heard += manager.recv(4096).decode().splitlines()
            ready = wait_ready(f"http://127.0.0.1:{port}/readyz")
        assert daemon.returncode == 0
        while "STOPPING=1" not in heard:
            heard += manager.recv(4096).decode().splitlines()
    assert ready == {"status": "ready"}
    assert "STATUS=watching 0 outlets" in heard
    lines = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert {"watching 0 outlets", "ended"} <= {line["message"] for line in lines}
