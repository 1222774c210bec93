"""What every test may use: no network but loopback, and a reason when a real part is missing."""

from __future__ import annotations

import os
import shutil

import pytest
from pytest_socket import socket_allow_hosts


def pytest_runtest_setup() -> None:
    """Only loopback: a test that reaches for the internet fails."""
    socket_allow_hosts(["127.0.0.0/8", "::1"], allow_unix_socket=True)


def require(part: str, reason: str) -> None:
    """Skip with the reason, or fail where DIPLOWATCH_REQUIRE names the part (in CI)."""
    if part in os.environ.get("DIPLOWATCH_REQUIRE", "").split(","):
        pytest.fail(f"{part} is required here: {reason}")
    pytest.skip(f"{part}: {reason}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        require("chromium", "no chromium on this machine")
    assert path is not None
    return path
