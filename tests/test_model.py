"""The nouns are frozen and keep secrets out of sight."""

from __future__ import annotations

import dataclasses

import pytest

from monitor.model import Channel, Hit


def test_a_noun_cannot_be_changed() -> None:
    hit = Hit(entry="a", kind="person", rule="full", field="body", start=0, end=1, text="A", sentence="A.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        hit.start = 2  # type: ignore[misc]


def test_a_channel_does_not_show_its_secret() -> None:
    assert "hunter2" not in repr(Channel(slug="desk", url="tgram://hunter2/1"))
