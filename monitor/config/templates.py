"""The user's own texts of alerts: read from their files, tried on sample stories. Touches the disk."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from monitor.config.source import Source
from monitor.config.tables import ChannelTable

MOST_BYTES = 64_000  # of one template; a guess: nobody writes longer ones by hand


def read_templates(source: Source, root: Path) -> dict[str, str]:
    """Channel → source of its template; one that is missing or wrong is a problem, with its own line."""
    found = {}
    for slug, table in source.of(ChannelTable).items():
        if not table.template:
            continue
        path = ("channel", slug, "template")
        from monitor.render.custom import check_template  # with Jinja: 3 MB, and few configurations have templates

        text, problem = _read(root, table.template)
        problem = problem or check_template(text) or ""
        if problem:
            joint = ", " if problem.startswith("line ") else " "
            source.add(path, f"{table.template}{joint}{problem}")
        else:
            found[slug] = text
    return found


def _read(root: Path, name: str) -> tuple[str, str]:
    """The text of a file in the configuration folder, and why there is none."""
    if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
        return "", "leads out of the configuration folder"
    try:
        with (root / name).open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    except OSError as error:
        return "", (error.strerror or "cannot be read").lower()
    if len(data) > MOST_BYTES:
        return "", f"is larger than {MOST_BYTES // 1000} kB"
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return "", "is not UTF-8"
