"""A site on loopback and a desk that crawls it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Desk, Site, open_site


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
