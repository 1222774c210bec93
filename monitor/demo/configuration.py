"""The configuration that watches the demo world. Writes files."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SHIPPED_PORT = ":8000/"  # stands in config/outlets.toml, so that the shipped files are valid by themselves
SHIPPED_LISTEN = "127.0.0.1:8484"
SHIPPED_EVERY = 'every = "10s"'  # as shipped; tests and the demo ask for less


def write_config(folder: Path, port: int, *, listen: str = SHIPPED_LISTEN, every: str = "10s") -> Path:
    """Write the six files into `folder` (made if missing) for a server on `port`, polled `every` so often; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in files("monitor.demo").joinpath("config").iterdir():
        if entry.name.endswith(".toml"):
            text = entry.read_text("utf-8").replace(SHIPPED_PORT, f":{port}/").replace(SHIPPED_LISTEN, listen)
            text = text.replace(SHIPPED_EVERY, f'every = "{every}"')
            (folder / entry.name).write_text(text, "utf-8")
    return folder
