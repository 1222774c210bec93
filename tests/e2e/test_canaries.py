"""Secrets of channels stay where they belong: a real daemon, receivers that refuse and repeat what they were sent, and then a search for every secret."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom import tell_story
from receivers import Hook, Mailbox, free_port

from monitor.store import open_store, outbox

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

PATIENCE_S = 90
SECRETS = {
    "HOOK_PATH": "CANARYpath1a2b3c4d",
    "HOOK_KEY": "CANARYkey5e6f7g8h",
    "HOOK_HEADER": "CANARYheader9i0j",
    "SMTP_WORD": "CANARYword-k1l2m3",
    "NTFY_WORD": "CANARYword-r7s8t9u0",
    "PING_WORD": "CANARYping-n4o5p6q7",
}
PAGES = ("/", "/deliveries", "/outlets", "/health", "/metrics", "/api/deliveries", "/api/config", "/openapi.json")


def test_no_secret_shows_in_logs_pages_database_commands_or_the_process_list(tmp_path: Path) -> None:
    hook, phone, mailbox = Hook().start(), Hook().start(), Mailbox().start()
    phone.always = (403, {}, {"description": f"{SECRETS['NTFY_WORD']} is no password"})
    hook.always = (400, {}, {"description": f"what is {SECRETS['HOOK_PATH']} with {SECRETS['HOOK_KEY']}?"})
    mailbox.say = {"*": f"550 5.7.1 {SECRETS['SMTP_WORD']} is not welcome"}
    port = free_port()
    config, db = write_config(tmp_path / "config", hook, phone, mailbox, port), f"sqlite:///{tmp_path / 'd.db'}"
    environment = os.environ | SECRETS | {"DIPLOWATCH_CONFIG": str(config), "DIPLOWATCH_DB": db}
    run = [sys.executable, "-m", "monitor.cli"]
    store = open_store(db)
    tell_story(store, 1, datetime.now(UTC), channels=("hook", "mail", "chat"))
    store.close()

    with (tmp_path / "log").open("wb") as log:
        daemon = subprocess.Popen([*run, "run", "--log", "debug"], stdout=log, stderr=log, env=environment)
    try:
        wait_until_told(db)
        seen = {"process list": list_processes(daemon.pid)}
        seen |= {page: ask(port, page) for page in PAGES}
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(30)
    for words in (["check"], ["doctor"], ["deliveries"], ["deliveries", "--json"], ["outlets"]):
        done = subprocess.run([*run, *words], env=environment, capture_output=True, timeout=60, check=False)
        seen[" ".join(words)] = done.stdout + done.stderr
    hook.stop()
    phone.stop()
    mailbox.stop()
    seen |= {path.name: path.read_bytes() for path in (*tmp_path.iterdir(), config / "paper.txt") if path.is_file()}

    (asked, *_) = [post for post in hook.refused if SECRETS["HOOK_PATH"] in post.path]
    assert asked.headers["X-Token"] == SECRETS["HOOK_HEADER"]
    assert b"does not take messages" in seen["deliveries"] + seen["d.db"] + seen.get("d.db-wal", b"")
    found = [where for where, text in seen.items() if b"CANARY" in text]
    assert found == []


def write_config(folder: Path, hook: Hook, phone: Hook, mailbox: Mailbox, port: int) -> Path:
    folder.mkdir()
    hook_url = hook.url("${HOOK_PATH}?+X-Token=${HOOK_HEADER}&secret=${HOOK_KEY}")
    files = {
        "outlets": '[gazette]\nname = "The Gazette"\nhome = "https://gazette.test/"\nenabled = false\nreason = "a test"\n',
        "people": '[ilan-torvik]\nname = "Ilan Torvik"\n',
        "watchlists": '[north]\nname = "North"\nmatch = "ilan-torvik"\ninstant = ["hook", "mail", "chat"]\n',
        "channels": f'[channel.hook]\nurl = "{hook_url}"\n'
        f'[channel.mail]\nurl = "mailto://watch:${{SMTP_WORD}}@127.0.0.1:{mailbox.port}/?from=a@desk.test&to=b@desk.test&mode=insecure"\n'
        f'[channel.chat]\nurl = "ntfy://reader:${{NTFY_WORD}}@127.0.0.1:{phone.port}/desk"\n'
        '[channel.paper]\nurl = "file:paper.txt"\n',
        "settings": '[network]\nallow_private = ["127.0.0.0/8"]\n'
        f'[web]\nlisten = "127.0.0.1:{port}"\n'
        f'[alerts]\nowner_channel = "paper"\nheartbeat = "{hook.address}/${{PING_WORD}}"\n',
    }
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def wait_until_told(db: str) -> None:
    """Until every channel was tried and a notice about the dead letters was sent."""
    store = open_store(db)
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        rows = outbox.list_deliveries(store)
        tried = {row["channel"] for row in rows if row["attempts"]}
        if tried >= {"hook", "mail", "chat", "paper"}:
            break
        time.sleep(0.3)
    store.close()


def list_processes(pid: int) -> bytes:
    """The command lines of all processes: what `ps` shows to everybody."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:
            continue
    assert any(b"monitor.cli" in line for line in found), pid
    return b"\n".join(found)


def ask(port: int, page: str) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=10) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return bytes(error.read())
