"""Tells the service manager how we are: ready, alive, ending. Touches its socket; silent where there is none.

Source: sd_notify(3), systemd 252.
"""

from __future__ import annotations

import os
import socket


def tell_service(*lines: str) -> bool:
    """Sends `READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…`; False when nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.sendto("\n".join(lines).encode(), "\0" + address[1:] if address.startswith("@") else address)
    except OSError:
        return False
    return True


def find_watchdog_s() -> float | None:
    """How often a sign of life is due: half of what the manager waits; None when it does not."""
    usec, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or (pid and pid != str(os.getpid())):
        return None
    return max(0.5, int(usec) / 2e6)
