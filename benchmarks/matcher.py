"""The matcher: persons in real news, spellings compared, stored queries, and the cost at many names, beside the bound and a peer.

Data: $DIPLOWATCH_BENCH_DATA (default ../shared/data); what has no data is left out and said. The functions are driven
directly, so JSON in and out is not in the figures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import re
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import ahocorasick_rs  # noqa: E402

from monitor.matching import Matcher, similarity  # noqa: E402
from monitor.model import Person, Topic  # noqa: E402

AHEAD = 256  # articles
DATA = Path(os.environ.get("DIPLOWATCH_BENCH_DATA", ROOT.parent / "shared" / "data"))
HARD = ROOT / "tests" / "monitor" / "matching" / "hard_cases.toml"
Row = dict[str, Any]


def main() -> None:
    """Prints a table, or JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer documents, names and queries; ends within 50 s")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [*measure_hard_cases()]
    if (DATA / "names" / "docs.jsonl.gz").exists():
        docs = read("names/docs.jsonl.gz")[:: 4 if options.quick else 1]
        rows += [*measure_names(docs), *measure_queries(docs, 2_000 if options.quick else 10_000)]
        rows += [
            *measure_pairs(),
            *measure_speed(docs, 20_000 if options.quick else 100_000, 1_000 if options.quick else 5_000),
        ]
    if options.json:
        print(json.dumps({"rows": rows}, ensure_ascii=False))
        return
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(
        f"{platform.machine()}, {cpus} CPUs, Python {platform.python_version()}{', shortened: every 4th document, 20,000 names, 2,000 queries' if options.quick else ''}"
    )
    if not (DATA / "names").exists():
        print(f"no data in {DATA}: hard cases only")
    for row in rows:
        holds = "" if row["holds"] is None else "holds" if row["holds"] else "DOES NOT HOLD"
        print(f"{row['measure']:<62} {row['value']:>10} {row['unit']:<12} {row['bound'] or '':<10} {holds}")


def row(measure: str, value: float, unit: str, bound: str = "") -> Row:
    """One figure; `bound` such as ">= .98"."""
    holds = None
    if bound:
        sign, limit = bound.split()
        holds = value >= float(limit) if sign == ">=" else value <= float(limit)
    return {"measure": measure, "value": round(value, 4), "unit": unit, "bound": bound, "holds": holds}


def read(name: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def split(text: str) -> tuple[str, str, int]:
    """Headline, body, and where the body begins."""
    head = text.split("\n", 1)[0]
    at = len(text) - len(text[len(head) :].lstrip("\n"))
    return head, text[at:], at


def measure_hard_cases() -> Iterator[Row]:
    """The sentences of the tests; the archive is empty."""
    data = tomllib.loads(HARD.read_text(encoding="utf-8"))
    people = []
    for slug, keys in data.pop("people").items():
        names = {language: (n,) if isinstance(n, str) else tuple(n) for language, n in keys.get("names", {}).items()}
        people.append(
            Person(
                slug=slug,
                name=keys["name"],
                also=tuple(keys.get("also", ())),
                unless=tuple(keys.get("unless", ())),
                names=names,
            )
        )
    matcher = Matcher.compile(people, ())
    share = {}
    for kind in ("found", "quiet"):
        cases = [
            (language, *line.split(" | ", 1)) for language in data for line in data[language][kind].strip().splitlines()
        ]
        hits = sum(any(hit.entry == slug for hit in matcher.find("", text, language)) for language, slug, text in cases)
        share[kind] = hits / len(cases)
        yield row(f"hard cases, {kind}: sentences", len(cases), "")
    yield row("hard cases found", share["found"], "", ">= .97")
    yield row("hard cases that ring falsely", share["quiet"], "", "<= .02")


def measure_names(docs: list[dict[str, Any]]) -> Iterator[Row]:
    """Persons in Slavic news, online from an empty archive: each document is matched, then learned."""
    people = read("names/people.jsonl.gz")
    known = {(p["id"], language) for p in people for language in p["names"]}
    matcher = Matcher.compile(
        [Person(slug=p["id"], name=p["name"], names={k: (v,) for k, v in p["names"].items()}) for p in people], ()
    )
    gold: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    spent = 0.0
    for doc in docs:
        headline, body, at = split(doc["text"])
        for mention in doc["gold"]:
            if (mention["person"], doc["lang"]) in known:
                gold[mention["person"], doc["id"]].append((mention["start"], mention["end"]))
        began = time.process_time()
        hits = matcher.find(headline, body, doc["lang"])
        spent += time.process_time() - began
        for hit in hits:
            if (hit.entry, doc["lang"]) in known:
                shift = at if hit.field == "body" else 0
                found[hit.entry, doc["id"]].append((hit.start + shift, hit.end + shift))
        matcher.learn(headline, body, doc["lang"])
    both = len(gold.keys() & found.keys())
    precision, recall = both / len(found), both / len(gold)
    yield row("names, online: document precision", precision, "", ">= .983")
    yield row("names, online: document recall", recall, "")
    yield row(
        "names, online: document F1 (inflected full names: .914)",
        2 * precision * recall / (precision + recall),
        "",
        ">= .965",
    )
    yield row("names, online: mention recall", share_of(gold, found), "", ">= .945")
    yield row("names, online: mention precision", share_of(found, gold), "", ">= .975")
    yield row("names, online: CPU to find", spent / len(docs) * 1e3, "ms/article")


def share_of(
    mentions: dict[tuple[str, str], list[tuple[int, int]]], others: dict[tuple[str, str], list[tuple[int, int]]]
) -> float:
    """The share of mentions that overlap one of the others."""
    pairs = [(span, others.get(key, ())) for key, spans in mentions.items() for span in spans]
    return sum(any(a < end and start < b for a, b in theirs) for (start, end), theirs in pairs) / len(pairs)


def measure_pairs() -> Iterator[Row]:
    """Is this the same name? F1 at the best threshold, recall where precision is .99."""
    with gzip.open(DATA / "pairs" / "pairs.tsv.gz", "rt", encoding="utf-8") as handle:
        pairs = [line.rstrip("\n").split("\t") for line in handle][1:]
    began = time.process_time()
    scored = sorted(((similarity(one, other), int(label)) for _, one, other, label in pairs), reverse=True)
    spent = time.process_time() - began
    true, right, best, sure = sum(label for _, label in scored), 0, 0.0, 0.0
    for taken, (score, label) in enumerate(scored, 1):
        right += label
        if taken < len(scored) and scored[taken][0] == score:
            continue
        best = max(best, 2 * right / (taken + true))
        sure = right / true if right >= 0.99 * taken else sure
    yield row("pairs: F1 (best public comparer: .742)", best, "", ">= .80")
    yield row("pairs: recall at precision .99 (best public: .453)", sure, "", ">= .55")
    yield row("pairs: CPU", spent / len(pairs) * 1e6, "us/pair", "<= 50")


def measure_queries(docs: list[dict[str, Any]], count: int) -> Iterator[Row]:
    """Stored queries of rare words under every operator, over articles of at most 500 words."""
    rnd = random.Random(5)
    texts = [split(doc["text"]) for doc in docs]
    words = [re.findall(r"\w{4,}", body) for _, body, _ in texts]
    words = [one for one in words if len(one) > 20]
    topics = []
    for number in range(count):
        one, other = rnd.choice(words), rnd.choice(words)
        at = rnd.randrange(len(one) - 8)
        a, b, c, d = (rnd.choice(other) for _ in range(4))
        near = f"({one[at]} OR {a}) NEAR/{rnd.randint(2, 8)} {one[at + 3]}"
        query = rnd.choice(
            [
                f'"{a} {b}" OR {c} OR {d[:5]}*',
                near,
                f"({near}) NOT {a}",
                f"{a} AND {b} AND ({c} OR {d})",
                f"headline:({a} OR {b})",
            ]
        )
        topics.append(Topic(slug=str(number), name="q", query=query))
    began = time.process_time()
    matcher = Matcher.compile((), topics)
    yield row(f"{count} queries: compile", time.process_time() - began, "s")
    short = [(h, b) for h, b, _ in texts if len(b.split()) <= 500][:300]
    began = time.process_time()
    hits = sum(len(matcher.find(headline, body)) for headline, body in short)
    yield row(
        f"{count} queries: CPU (naive 55, mokaccino 44)",
        (time.process_time() - began) / len(short) * 1e3,
        "ms/article",
        "<= 4",
    )
    yield row(f"{count} queries: hits", hits / len(short), "/article")


def measure_speed(docs: list[dict[str, Any]], aliases: int, count: int) -> Iterator[Row]:
    """Very many names, an eighth of the sentences with one of them; beside an engine that only finds strings."""
    rnd = random.Random(7)
    people, names = make_people(aliases, rnd)
    articles = []
    for number in range(count):
        doc = docs[number % len(docs)]
        headline, body, _ = split(doc["text"])
        sentences = re.split(r"(?<=[.!?])\s", body)
        articles.append(
            (
                headline,
                " ".join(f"{rnd.choice(names)} {s}" if rnd.random() < 0.12 else s for s in sentences),
                doc["lang"],
            )
        )
    before, began = resident_mb(), time.process_time()
    matcher = Matcher.compile(people, ())
    yield row(f"{aliases} names: compile", time.process_time() - began, "s", "<= 5")
    matcher.prepare(())
    began = time.process_time()
    for start in range(0, count, AHEAD):  # as `match --batch` does
        part = articles[start : start + AHEAD]
        matcher.prepare(text for headline, body, _ in part for text in (headline, body))
        for headline, body, language in part:
            matcher.find(headline, body, language)
    ours = count / (time.process_time() - began)
    yield row(f"{aliases} names: with all their forms", ours, "articles/s", ">= 3500")
    yield row(f"{aliases} names: memory of the matcher", resident_mb() - before, "MB", "<= 250")
    engine = ahocorasick_rs.AhoCorasick(sorted({name.lower() for name in names}))
    began = time.process_time()
    for headline, body, _ in articles:
        engine.find_matches_as_indexes(f"{headline}\n{body}".lower(), overlapping=True)
    peer = count / (time.process_time() - began)
    yield row(f"{aliases} names: ahocorasick-rs, exact strings only", peer, "articles/s")
    yield row("ours ÷ ahocorasick-rs", ours / peer, "")


def make_people(aliases: int, rnd: random.Random) -> tuple[list[Person], list[str]]:
    """Persons of the pairs data, then invented ones, with so many spellings in all."""
    people: list[Person] = []
    names: list[str] = []
    pool = read("pairs/people.jsonl.gz")
    rnd.shuffle(pool)
    words = []
    for person in pool:
        plain = [name for name in person["names"].get("en") or person["names"]["und"] if len(name) > 3]
        if plain and len(names) < aliases:
            also = tuple(sorted({n for ns in person["names"].values() for n in ns if len(n) > 3} - {plain[0]}))[
                : aliases - len(names) - 1
            ]
            people.append(Person(slug=f"p{len(people)}", name=plain[0], also=also))
            names += [plain[0], *also]
            words.append(plain[0].split())
    while len(names) < aliases:
        names.append(f"{rnd.choice(words)[0]} {rnd.choice(words)[-1]} {rnd.choice(words)[-1]}")
        people.append(Person(slug=f"p{len(people)}", name=names[-1]))
    return people, names


def resident_mb() -> float:
    """Resident memory of this process; 0 where the kernel does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
