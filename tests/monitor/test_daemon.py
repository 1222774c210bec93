"""The daemon's configuration: taken over when it changes, also while it is being taken over."""

from __future__ import annotations

from pathlib import Path

from monitor.config import load_config
from monitor.daemon import Daemon, reload_if_changed
from monitor.dispatch import Dispatch
from monitor.model import Config
from monitor.store import Store


class SlowDispatch(Dispatch):
    """A reader saves the next table while this one is taken over."""

    path: Path
    text = ""

    def adopt(self, config: Config) -> None:
        if self.text:
            self.path.write_text(self.text, encoding="utf-8")
        self.text = ""
        super().adopt(config)


def test_what_is_saved_while_a_configuration_is_taken_over_is_read_at_the_next_look(
    sqlite_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    config = load_config(tmp_path)
    dispatch = SlowDispatch(sqlite_store, config)
    daemon = Daemon(str(tmp_path), sqlite_store.url, sqlite_store, config, dispatch)
    reload_if_changed(daemon)
    dispatch.path, dispatch.text = tmp_path / "topics.toml", '[strait]\nname = "The strait"\nquery = "strait"\n'
    (tmp_path / "people.toml").write_text('[torvik]\nname = "Ilan Torvik"\n', encoding="utf-8")

    reload_if_changed(daemon)
    reload_if_changed(daemon)

    assert [person.slug for person in daemon.config.people] == ["torvik"]
    assert [topic.slug for topic in daemon.config.topics] == ["strait"]
