"""A second program on the demo's port does not lead its alerts to a page of another."""

from __future__ import annotations

import socket

from monitor.cli.demo import _find_free


def test_a_taken_port_is_left_to_who_has_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"

        found = _find_free(taken)

    assert found != taken
    assert found.startswith("127.0.0.1:")


def test_a_free_port_is_kept() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = f"127.0.0.1:{other.getsockname()[1]}"

    assert _find_free(free) == free
