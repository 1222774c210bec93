"""Real receivers for road 2."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from receivers import Hook, Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    box = Mailbox().start()
    yield box
    box.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """An HTTP receiver."""
    server = Hook().start()
    yield server
    server.stop()
