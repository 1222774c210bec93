"""The configuration of the demo world: its six files are written with the real port."""

from __future__ import annotations

import tomllib
from pathlib import Path

from monitor.demo import load_archive, write_config


def read(folder: Path, name: str) -> dict:
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


def test_six_files_are_written_with_port_and_page_address(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", 41234, listen="127.0.0.1:9999", every="45s")

    assert sorted(path.stem for path in folder.iterdir()) == sorted(
        ["outlets", "people", "topics", "watchlists", "channels", "settings"]
    )
    assert ":8000" not in (folder / "outlets.toml").read_text("utf-8")
    assert read(folder, "outlets")["courier"]["feeds"] == ["http://courier.test:41234/feed/"]
    assert {outlet["every"] for outlet in read(folder, "outlets").values()} == {"45s"}
    assert read(folder, "settings")["web"]["listen"] == "127.0.0.1:9999"


def test_every_outlet_of_the_archive_is_watched_and_resolved_to_loopback(tmp_path: Path) -> None:
    folder = write_config(tmp_path, 41234)

    outlets, resolve = read(folder, "outlets"), read(folder, "settings")["network"]["resolve"]

    assert set(outlets) == set(load_archive().outlets)
    assert set(resolve) == {outlet.host for outlet in load_archive().outlets.values()}
    assert all(address.startswith("127.") for address in resolve.values())


def test_it_watches_at_least_10_people_8_topics_and_2_lists(tmp_path: Path) -> None:
    folder = write_config(tmp_path, 41234)

    assert len(read(folder, "people")) >= 10
    assert len(read(folder, "topics")) >= 8
    assert len(read(folder, "watchlists")) >= 2
    assert all({"ru", "zh"} <= set(person["names"]) for person in read(folder, "people").values())
