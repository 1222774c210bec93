"""The command line, called as a user would: results on stdout, one clear line on stderr, honest exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = """March 3, 2026
2 min read

Torvik and Selwyn sign the Halvard accord

Foreign Minister Ilan Torvik and President Marta Selwyn signed the Halvard accord on Monday, after two years of talks that nobody had thought would end well.

The accord opens the strait to all ships. Torvik called it a beginning, and Selwyn thanked the mediators who had kept both sides at one table.

photo: Agency

Related articles

Borvik denies everything

A further teaser about Borvik, who has nothing to do with any of this.
"""
PEOPLE = """
[ilan-torvik]
name = "Ilan Torvik"
names = { ru = "Илан Торвик" }
[odd-borvik]
name = "Odd Borvik"
"""
TOPICS = """
[accord]
name = "The accord"
query = 'Halvard NEAR/2 accord'
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small configuration, an article and a batch."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "people.toml").write_text(PEOPLE, encoding="utf-8")
    (config / "topics.toml").write_text(TOPICS, encoding="utf-8")
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def call(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DIPLOWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )


def test_clean_prints_the_article_and_shows_what_was_cut(folder: Path) -> None:
    run = call(folder, "clean", "article.txt", "--removed")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Torvik and Selwyn sign the Halvard accord\n")
    kept, _, removed = run.stdout.partition("\nremoved:")
    assert "Borvik" not in kept
    assert "Borvik denies everything" in removed
    assert "2026-03-03" in kept
    assert "photo: Agency" in kept


def test_clean_gives_the_shape_that_scripts_rely_on(folder: Path) -> None:
    row = json.loads(call(folder, "clean", "article.txt", "--json").stdout)
    assert set(row) >= {
        "id",
        "url",
        "canonical_url",
        "headline",
        "standfirst",
        "body",
        "language",
        "authors",
        "credits",
        "published_at",
        "modified_at",
        "paywalled",
        "removed",
    }
    assert row["modified_at"] is None
    assert row["published_at"].startswith("2026-03-03T00:00:00")


def test_match_finds_people_and_topics_with_exact_offsets(folder: Path) -> None:
    row = json.loads(call(folder, "match", "article.txt", "--json").stdout)
    cleaned = json.loads(call(folder, "clean", "article.txt", "--json").stdout)
    assert {hit["entry"] for hit in row["hits"]} == {"ilan-torvik", "accord"}
    for hit in row["hits"]:
        assert cleaned[hit["field"]][hit["start"] : hit["end"]] == hit["text"]


def test_match_takes_a_note_that_is_too_short_for_an_article(folder: Path) -> None:
    (folder / "note.txt").write_text("Ilan Torvik rang.\n", encoding="utf-8")
    run = call(folder, "match", "note.txt")
    assert run.returncode == 0, run.stderr
    assert "ilan-torvik" in run.stdout


def test_match_says_when_an_address_cannot_be_read(folder: Path) -> None:
    run = call(folder, "match", "http://127.0.0.1:1/news")
    assert run.returncode == 1
    assert "http://127.0.0.1:1/news" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_entry_that_is_none_is_said_with_the_one_that_was_meant(folder: Path) -> None:
    run = call(folder, "why", "https://courier.test/1", "--entry", "ilan-torvick")
    assert run.returncode == 2
    assert "no such person or topic (do you mean ilan-torvik?)" in run.stderr


def test_a_bad_line_of_a_batch_is_answered_in_its_place(folder: Path) -> None:
    (folder / "in.jsonl").write_text(
        '{"id": 1, "headline": "Ilan Torvik speaks", "body": "Ilan Torvik spoke."}\nno json\n{"id": 3, "headline": 5}\n'
        '{"id": 4, "headline": "Илан Торвик", "body": "", "language": "ru"}\n',
        encoding="utf-8",
    )
    run = call(folder, "match", "--batch", "in.jsonl", "--stats", "stats.json")
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 1
    assert [sorted(row) for row in rows] == [["hits", "id"], ["error", "id"], ["error", "id"], ["hits", "id"]]
    assert rows[0]["hits"]
    assert rows[3]["hits"]
    stats = json.loads((folder / "stats.json").read_text(encoding="utf-8"))
    assert set(stats) == {"n", "cpu_s", "wall_s", "compile_s", "peak_rss_mb"}
    assert stats["n"] == 4


def test_a_line_from_a_pipe_is_answered_before_the_next_one_comes(folder: Path) -> None:
    command = [sys.executable, "-m", "monitor.cli", "match", "--batch", "-"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DIPLOWATCH_")}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        for number in range(2):
            run.stdin.write(json.dumps({"id": number, "headline": "", "body": "Ilan Torvik spoke."}) + "\n")
            run.stdin.flush()
            answer = json.loads(run.stdout.readline())
            assert (answer["id"], answer["hits"][0]["entry"]) == (number, "ilan-torvik")
        run.stdin.close()
        assert run.wait(timeout=60) == 0


def test_clean_batch_reads_paths_beside_the_batch(folder: Path) -> None:
    page = (
        "<html lang=en><head><title>Short</title></head><body><article><h1>Short</h1>"
        + "<p>One sentence of an article that is long enough to be one, and goes on for a while.</p>" * 1
        + "".join(
            f"<p>Paragraph {n} of the article, with words enough to count as text of its own, number {n}.</p>"
            for n in range(6)
        )
        + "</article></body></html>"
    )
    (folder / "pages").mkdir()
    (folder / "pages" / "a.html").write_text(page, encoding="utf-8")
    (folder / "in.jsonl").write_text(
        '{"id": "a", "url": "https://e.example/a", "path": "pages/a.html"}\n{"id": "b", "path": "pages/none.html"}\n',
        encoding="utf-8",
    )
    run = call(folder, "clean", "--batch", "in.jsonl")
    first, second = map(json.loads, run.stdout.splitlines())
    assert "Paragraph 5" in first["body"]
    assert "error" in second
    assert run.returncode == 1


def test_stories_puts_a_copy_into_the_story_of_its_original(folder: Path) -> None:
    body = " ".join(
        f"Sentence number {n} of the report on the accord of Halvard and its many clauses." for n in range(12)
    )
    rows = [
        {
            "id": "a",
            "published_at": "2026-03-03T10:00:00+00:00",
            "outlet": "one",
            "headline": "Accord signed",
            "body": body,
        },
        {
            "id": "b",
            "published_at": "2026-03-03T11:00:00+00:00",
            "outlet": "two",
            "headline": "Accord signed",
            "body": body,
        },
        {
            "id": "c",
            "published_at": "2026-03-03T12:00:00+00:00",
            "outlet": "two",
            "headline": "Cup final ends in a draw",
            "body": "The two teams met in the rain and neither of them scored a goal in ninety minutes. " * 6,
        },
    ]
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = [json.loads(line) for line in call(folder, "stories", "--batch", "in.jsonl").stdout.splitlines()]
    assert [row["id"] for row in found] == ["a", "b", "c"]
    assert found[0]["story"] == found[1]["story"] != found[2]["story"]
    assert found[1]["duplicate_of"] == "a"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("clean", "none.txt"), 1, "none.txt: no such file or directory"),
        (("match",), 2, "name a SOURCE"),
        (("match", "article.txt", "--config", "nowhere"), 2, "nowhere: no such folder"),
        (("search", "a AND", "--db", "sqlite:///x.db"), 2, "line 1, column"),
        (("search", "NOT a", "--db", "sqlite:///x.db"), 2, "could match every"),
        (("why", "https://e.example/1"), 1, "no such database"),
        (("frobnicate",), 2, "No such command"),
        (("outlets", "--db", "mysql://nothing"), 1, "not a database URL"),
        (("crawl", "nobody"), 2, "no such outlet: nobody"),
        (("silence", "add", "--entry", "accord", "--until", "soon", "--reason", "x"), 2, "no time"),
        (("outlet", "test", "ftp://e.example"), 2, "not an http"),
    ],
)
def test_bad_input_gets_one_clear_line(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    run = call(folder, *words)
    assert run.returncode == code, run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_init_writes_a_configuration_that_passes(tmp_path: Path) -> None:
    made = call(tmp_path, "init", "mine")
    assert made.returncode == 0, made.stderr
    assert {"mine/outlets.toml", "mine/settings.toml"} <= set(made.stdout.splitlines())
    checked = call(tmp_path, "check", "--config", "mine")
    assert checked.returncode == 0, checked.stderr
    assert "valid: 131 outlets" in checked.stdout
    again = call(tmp_path, "init", "mine")
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_schemas_are_written_for_editors(tmp_path: Path) -> None:
    run = call(tmp_path, "schema", "schema")
    assert run.returncode == 0, run.stderr
    for line in run.stdout.splitlines():
        assert json.loads((tmp_path / line).read_text(encoding="utf-8"))["$schema"]


def test_doctor_says_what_is_well_and_what_is_not(folder: Path) -> None:
    run = call(folder, "doctor", "--json", "--db", "sqlite:///data/a.db")
    findings = {row["what"]: row for row in json.loads(run.stdout)}
    assert findings["configuration"]["fine"]
    assert findings["database"]["fine"]
    broken = call(folder, "doctor", "--config", "nowhere", "--db", "sqlite:///data/a.db")
    assert broken.returncode == 1
    assert "BAD  configuration" in broken.stdout


@pytest.mark.parametrize("name", ["", "  ", "12"])
def test_what_is_no_name_gets_no_suggestions(folder: Path, name: str) -> None:
    run = call(folder, "names", "suggest", name)
    assert run.returncode == 2
    assert "is no name: write one" in run.stderr and "Traceback" not in run.stderr


def test_check_names_an_empty_file_beside_the_mistakes_of_others(tmp_path: Path) -> None:
    call(tmp_path, "init", "mine")
    (tmp_path / "mine" / "outlets.toml").write_text("# none yet\n", "utf-8")
    (tmp_path / "mine" / "people.toml").write_text("[torvik]\n", "utf-8")
    run = call(tmp_path, "check", "--config", "mine")
    assert run.returncode == 2
    assert "people.toml:1: torvik.name: " in run.stderr
    assert "warning: outlets.toml: no outlet is enabled: nothing will be fetched" in run.stderr.splitlines()
    assert run.stderr.count("warning") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("story abc", "'abc' is neither the id of a story (a number, see `diplowatch stories`) nor a command (merge, show, split)"),
        ("story show abc", "'abc' is no id of a story (a number, see `diplowatch stories`)"),
        ("story 99999999999999999999", "'99999999999999999999' is no id of a story"),
        ("story merge 1 two", "'two' is no id of a story"),
        ("story split 1 abc", "'abc' is no id of an article (a number, see `diplowatch story ID`)"),
        ("verdict abc good", "'abc' is no id of a hit (a number, see `diplowatch export`, or the page)"),
        ("deliveries retry abc", "'abc' is no id of a message (a number, see `diplowatch deliveries`)"),
        ("silence end abc", "'abc' is no id of a silence (a number, see `diplowatch silence list`)"),
        ("silence add --story abc --until 3h --reason x", "'abc' is no id of a story"),
    ],
)  # fmt: skip
def test_what_is_no_id_is_answered_with_where_to_find_one(tmp_path: Path, words: str, said: str) -> None:
    run = call(tmp_path, *words.split())
    assert run.returncode == 2
    assert said in run.stderr.splitlines()[-1]
