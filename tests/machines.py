"""Machines of their own on this one: network namespaces at one bridge. Needs Linux, root and iproute2."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

NET = "10.213.77"
BRIDGE = "dwbridge"


class NoMachines(Exception):
    """This machine allows no network namespaces; the text says what failed."""


@dataclass(frozen=True)
class Machines:
    """`names`: of the namespaces. `address`: of this machine, as they reach it."""

    names: tuple[str, ...]
    address: str = f"{NET}.1"

    def cut(self, name: str) -> None:
        """Nothing reaches it, and nothing that it sends arrives."""
        _ip("link", "set", f"{name}-port", "down")

    def plug(self, name: str) -> None:
        _ip("link", "set", f"{name}-port", "up")


@contextlib.contextmanager
def open_machines(count: int) -> Iterator[Machines]:
    """Raises: NoMachines."""
    names = tuple(f"dw{number}" for number in range(count))
    try:
        _remove(names)
        _make(names)
        yield Machines(names)
    finally:
        _remove(names)


def _make(names: tuple[str, ...]) -> None:
    _ip("link", "add", BRIDGE, "type", "bridge")
    _ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
    _ip("link", "set", BRIDGE, "up")
    for number, name in enumerate(names):
        _ip("netns", "add", name)
        _ip("link", "add", f"{name}-port", "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", f"{name}-port", "master", BRIDGE, "up")
        _ip("-n", name, "addr", "add", f"{NET}.{10 + number}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", name, "link", "set", device, "up")


def _remove(names: tuple[str, ...]) -> None:
    """Ports too: a process that still runs in a namespace keeps it."""
    ports = [("link", "del", f"{name}-port") for name in names]
    for words in (*ports, *(("netns", "del", name) for name in names), ("link", "del", BRIDGE)):
        with contextlib.suppress(NoMachines):
            _ip(*words)


def _ip(*words: str) -> None:
    try:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise NoMachines("ip (iproute2) is not installed") from None
    except subprocess.CalledProcessError as error:
        raise NoMachines(f"ip {' '.join(words)}: {error.stderr.strip()}") from None
