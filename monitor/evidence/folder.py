"""The folder of WARC files: which there are, which may go, who writes which. Touches the disk."""

from __future__ import annotations

import contextlib
import fcntl
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import make_url

from monitor.evidence.index import find_index
from monitor.model import Settings

PATTERN = "diplowatch-*.warc.gz"


def find_folder(settings: Settings, config: str, db: str) -> Path:
    """Where evidence is kept: the folder that the configuration names, or `warc` beside the database (PostgreSQL: in `data`)."""
    if settings.warc_folder:
        return Path(config) / settings.warc_folder
    url = make_url(db)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return (Path(url.database or "").parent if is_file else Path("data")) / "warc"


def list_files(folder: Path) -> list[Path]:
    """WARC files, the oldest first: a name says the day and the number of its beginning."""
    return sorted(folder.glob(PATTERN), key=lambda path: (path.name[:19], len(path.name), path.name))


def measure_folder(folder: Path) -> int:
    """Bytes of all files and their indexes."""
    total = 0
    for path in folder.glob(PATTERN + "*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def open_alone(path: Path) -> BinaryIO | None:
    """A file to append to; None when another program writes it. The kernel frees it when we die. Raises: OSError."""
    handle = path.open("ab", buffering=0)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    if path.exists():  # else it was removed while we waited for it
        return handle
    handle.close()
    return None


def begin_file(folder: Path, now: datetime) -> tuple[Path, BinaryIO]:
    """A new file with the next number of the day, ours alone. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    day = f"diplowatch-{now:%Y%m%d}-"
    taken = [path.name.removeprefix(day).split(".")[0] for path in folder.glob(f"{day}*.warc.gz")]
    number = max((int(text) for text in taken if text.isdigit()), default=0)
    while True:
        number += 1
        path = folder / f"{day}{number:03d}.warc.gz"
        with contextlib.suppress(FileExistsError):
            path.open("xb").close()
            handle = open_alone(path)
            if handle is not None:
                return path, handle


def remove_file(path: Path) -> bool:
    """Removes a file and its index, unless another program writes it. Raises: OSError."""
    handle = open_alone(path)
    if handle is None:
        return False
    with handle:
        path.unlink(missing_ok=True)
        find_index(path).unlink(missing_ok=True)
    return True
