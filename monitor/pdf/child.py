"""Reads one PDF from stdin and writes its text as JSON to stdout: {"pages", "title", "created", "problem"}. A process of its own.

Nothing but pypdf is imported: a PDF may hang or fill the memory, and what reads it is then killed with it.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import resource
import sys
from typing import Any

MOST_PAGES = 100  # a guess: longer ones are reports, whose beginning says what they are
MOST_CHARACTERS = 1_000_000
MEMORY_BYTES = 1 << 30


def read_text(data: bytes) -> dict[str, Any]:
    """Never raises."""
    import pypdf
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    pages: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"problem": "a PDF that asks for a password"}
        size = 0
        for page in reader.pages[:MOST_PAGES]:
            pages.append(page.extract_text()[: MOST_CHARACTERS - size])
            size += len(pages[-1])
        return {"pages": pages, **_read_information(reader)}
    except FileNotDecryptedError:
        return {"problem": "a PDF that asks for a password"}
    except MemoryError:
        return {"problem": "a PDF that takes too much memory"}
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError) as error:
        words = " ".join(str(error).split())[:120] or type(error).__name__
        return {"problem": f"a PDF that cannot be read: {words}"}


def _read_information(reader: Any) -> dict[str, Any]:
    """Title and time of making; what is malformed is left out."""
    found: dict[str, Any] = {}
    with contextlib.suppress(Exception):
        found["title"] = str(reader.metadata.title or "")
    with contextlib.suppress(Exception):
        made_at = reader.metadata.creation_date
        found["created"] = made_at.isoformat() if made_at is not None and made_at.tzinfo is not None else ""
    return found


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(read_text(sys.stdin.buffer.read())))
