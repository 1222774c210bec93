"""A folder of TOML files → Config, refused as a whole. Touches the disk and the environment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from monitor.config.convert import to_config
from monitor.config.references import check_references
from monitor.config.secrets import check_exposure, fill_heartbeat, fill_secrets
from monitor.config.source import Source, read_source
from monitor.config.tables import FILES
from monitor.config.templates import read_templates
from monitor.config.validation import validate_source
from monitor.config.warnings import say_voids
from monitor.errors import ConfigError
from monitor.model import Channel, Config


def load_config(
    folder: str | Path,
    *,
    only: Sequence[str] = FILES,
    check_channel: Callable[[Channel], str | None] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Config:
    """The configuration in a folder; a missing file is empty. `only`: names of the files that a command needs.

    `instead`: texts of files as they would be ("people" → TOML), before they are written.
    `check_channel`: why a channel cannot work, or None, without a secret (monitor.notify knows; this room does not).

    Raises: ConfigError with every problem of all files, each `file:line: where: problem (hint)`.
    """
    root = Path(folder)
    if not root.is_dir():
        problem = "is no folder" if root.exists() else f"no such folder (diplowatch init {folder} makes one)"
        raise ConfigError([f"{folder}: {problem}"])
    texts = instead or {}
    files = {name: read_source(root / f"{name}.toml", texts.get(name)) for name in FILES if name in only}
    for source in files.values():
        validate_source(source)
    check_references(files)
    urls: dict[str, str] = {}
    templates: dict[str, str] = {}
    if "channels" in files:
        check_exposure(files["channels"])
        urls = fill_secrets(files["channels"])
        templates = read_templates(files["channels"], root)
    heartbeat = fill_heartbeat(files["settings"]) if "settings" in files else ""
    problems = [problem for source in files.values() for problem in _lines(source)]
    if problems:
        raise ConfigError(problems)
    config = to_config(str(root), _version(files, templates), files, urls, templates, heartbeat)
    if check_channel is not None and "channels" in files:
        _check_channels(files["channels"], config, check_channel)
    return config


def find_empty(folder: str | Path) -> list[str]:
    """`find_voids` of a folder that was refused: only what files without a table say. No folder, nothing to say."""
    root = Path(folder)
    if not root.is_dir():
        return []
    files = {name: read_source(root / f"{name}.toml") for name in FILES}
    filled = {name for name, source in files.items() if source.raw or source.is_broken}
    return say_voids(
        fetches="outlets" in filled, watches=not filled.isdisjoint({"people", "topics"}), tells="watchlists" in filled
    )


def _check_channels(source: Source, config: Config, check: Callable[[Channel], str | None]) -> None:
    for channel in config.channels:
        problem = check(channel)
        if problem:
            source.add(("channel", channel.slug, "url"), problem)
    if source.problems:
        raise ConfigError(_lines(source))


def _lines(source: Source) -> list[str]:
    return [f"{source.path}:{line}: {problem}" for line, problem in sorted(source.problems, key=lambda one: one[0])]


def _version(files: Mapping[str, Source], templates: Mapping[str, str]) -> str:
    """The same for the same content, wherever the folder lies; secrets are no part of it."""
    content = "\0".join(f"{name}\0{source.text}" for name, source in files.items())
    content += "".join(f"\0{slug}\0{source}" for slug, source in templates.items())
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
