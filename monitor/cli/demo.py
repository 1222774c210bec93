"""`demo`: the bundled two-day archive through the real pipeline, over loopback."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.daemon import run_daemon
from monitor.demo import DemoServer, load_archive, move_weekdays, write_config
from monitor.errors import DiplowatchError

LAST_POLLS_S = 8.0  # so long after the last article: some polls, and the alerts they bring


@click.command()
@click.option(
    "--seconds", default=90.0, show_default=True, type=click.FloatRange(5, 3600), help="How long the two days take."
)
@click.option("--listen", default="127.0.0.1:8484", show_default=True, help="Address of the page.")
@click.option("--once", is_flag=True, help="End when all was played; without it the page stays until Ctrl-C.")
@click.option("--keep", metavar="DIR", help="Keep configuration and database there.")
def demo(seconds: float, listen: str, once: bool, keep: str | None) -> None:
    """Play a bundled two-day archive through the real pipeline over loopback; the first alert shows within seconds.

    \b
    Example: diplowatch demo --once
    """
    with tempfile.TemporaryDirectory(prefix="diplowatch-demo-") as temporary:
        folder = Path(keep or temporary)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiplowatchError(f"{folder}: {(error.strerror or 'cannot be written').lower()}") from None
        now = datetime.now(UTC)
        server = DemoServer(seconds=seconds, now=now, archive=move_weekdays(load_archive(), now.date()))
        port = server.start()
        listen = _find_free(listen)
        try:
            config = write_config(folder / "config", port, listen=listen, every="2s")
            click.echo(f"two days of an invented world in {seconds:.0f} s; configuration: {config}", err=True)
            click.echo(f"page: http://{listen}/  (Ctrl-C ends)", err=True)
            if once:
                threading.Thread(target=_end_when_over, args=(server, seconds), daemon=True).start()
            run_daemon(str(config), f"sqlite:///{folder / 'demo.db'}", web=True, level="warning")
        finally:
            server.stop()


def _find_free(listen: str) -> str:
    """The same address when nobody listens there, else one that the system chooses: its alerts link to its own page."""
    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        return listen  # said by the configuration
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (int(port), 0):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]"), wanted))
            except OSError:
                continue
            if wanted:
                return listen
            free = f"{host}:{probe.getsockname()[1]}"
            click.echo(f"{listen} is taken by another program: the page of the demo is on {free}", err=True)
            return free
    return listen


def _end_when_over(server: DemoServer, seconds: float) -> None:
    """Ends this process as Ctrl-C would, once the last article was published and had time to be told."""

    while not server.is_over():
        time.sleep(0.2)
    time.sleep(max(LAST_POLLS_S, seconds / 10))
    os.kill(os.getpid(), signal.SIGTERM)
