"""A backup that was made while the daemon writes is a whole database, and is restored by putting it in its place."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from click.testing import CliRunner
from desk_world import CONFIG, NOW, fill_world, save_article
from starlette.testclient import TestClient

from monitor.cli import diplowatch
from monitor.store import open_store
from monitor.web import make_app


def test_a_backup_under_writes_is_whole_and_serves_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}"
    store = open_store(url)
    fill_world(store)
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            save_article(store, f"https://courier.test/more/{number}", f"Torvik meets Selwyn again, {number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = CliRunner().invoke(diplowatch, ["backup", str(tmp_path / "copy.db"), "--db", url])
    finally:
        ended.set()
        writer.join()
    assert done.exit_code == 0, done.output
    store.close()

    (tmp_path / "copy.db").replace(tmp_path / "live.db")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"live.db{suffix}").unlink(missing_ok=True)
    with sqlite3.connect(tmp_path / "live.db") as raw:
        assert raw.execute("pragma integrity_check").fetchone() == ("ok",)
    restored = open_store(url)
    with TestClient(make_app(restored, lambda: CONFIG, lambda: NOW), base_url="http://127.0.0.1:8484") as desk:
        assert "<mark>Ilan Torvik</mark>" in desk.get("/").text
        assert "Torvik meets Selwyn" in desk.get("/search?q=strait").text
    save_article(restored, "https://courier.test/after", "Torvik meets Selwyn after the restore")
    restored.close()


def test_a_backup_never_overwrites(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}"
    open_store(url).close()
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    done = CliRunner().invoke(diplowatch, ["backup", str(tmp_path / "mine"), "--db", url])
    assert done.exit_code != 0
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "precious"
