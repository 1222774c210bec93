"""Pages with their true text for the cleaner's training and benchmark: unpacked, parsed, labelled by block."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pickle
import sys
import tarfile
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from cleaner_made import MadePage, make_pages
from cleaner_metrics import covered, cruft, og_title, shingle_average, shingles, tokens

from monitor.cleaning.classifier import choose_blocks
from monitor.cleaning.decode import decode_page
from monitor.cleaning.parse import Parsed, parse_page

DATA = Path(os.environ.get("DIPLOWATCH_BENCH_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
CACHE = Path(os.environ.get("DIPLOWATCH_BENCH_CACHE") or Path(tempfile.gettempdir()) / "diplowatch-bench")
MADE = "made"


@dataclass
class Sample:
    collection: str
    id: str
    site: str
    url: str
    body: str
    allowed: str
    parsed: Parsed
    truth: np.ndarray
    outputs: list = field(default_factory=list)
    names: list | None = None


def open_collection(name: str) -> tuple[Path, list[dict]]:
    """The folder of a collection, unpacked into the cache when needed, and its manifest rows."""
    folder = DATA / "pages" / name
    if not folder.is_dir():
        folder = CACHE / "pages" / name
        if not (folder / ".unpacked").exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(next((DATA / "pages").glob(f"{name}_*.tar.gz"))) as pack:
                pack.extractall(folder.parent, filter="data")
            (folder / ".unpacked").touch()
    manifest = next(folder.glob("manifest_*.jsonl"))
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").split("\n") if line.strip()]
    return folder, rows


def fold_of(site: str) -> int:
    return int(hashlib.sha1(site.encode()).hexdigest(), 16) % 4


def load_samples(name: str, fresh: bool = False) -> list[Sample]:
    """Parsed and labelled pages of a collection; kept in the cache for as long as the parser's code stays."""
    here = Path(__file__).resolve()
    room = here.parents[1] / "monitor" / "cleaning"
    code = (
        b"".join((room / f"{part}.py").read_bytes() for part in ("blocks", "parse", "cues", "decode"))
        + here.read_bytes()
    )
    kept = CACHE / f"samples-{name}-{hashlib.sha1(code).hexdigest()[:10]}.pickle.gz"
    if kept.exists() and not fresh:
        with gzip.open(kept) as file:
            return pickle.load(file)
    folder, rows = open_collection(name)
    samples = [_sample(name, folder, row) for row in rows if row["body"]]
    with gzip.open(kept, "wb", compresslevel=1) as file:
        pickle.dump(samples, file)
    print(f"{name}: {len(samples)} pages parsed", file=sys.stderr)
    return samples


def _sample(name: str, folder: Path, row: dict) -> Sample:
    data = (folder / row["html_path"]).read_bytes()
    url = row["url"] or f"https://{row['site']}/{row['id']}"
    parsed = parse_page(decode_page(data), url)
    allowed = (row["title"] or "") + "\n" + og_title(data)
    return Sample(
        name, row["id"], row["site"] or row["id"], url, row["body"], allowed, parsed, label_blocks(parsed, row["body"])
    )


def make_samples(count: int) -> list[Sample]:
    """Made-up pages; their names never take part in the scores of names."""
    return [_make_sample(page) for page in make_pages(count)]


def _make_sample(page: MadePage) -> Sample:
    url = f"https://{page.id}.example/"
    parsed = parse_page(page.html, url)
    return Sample(MADE, page.id, page.id, url, page.body, "", parsed, label_blocks(parsed, page.body), names=[])


def label_blocks(parsed: Parsed, body: str) -> np.ndarray:
    """Which blocks are of the true body: most of their words stand in its 4-grams; of copies the one among other true blocks."""
    blocks = parsed.blocks
    words = [tokens(text) for text in blocks.texts]
    flags = covered([word for line in words for word in line], tokens(body))
    truth, at = np.zeros(len(words), bool), 0
    for place, line in enumerate(words):
        truth[place] = sum(flags[at : at + len(line)]) > 0.55 * len(line) if line else False
        at += len(line)
    lines = {" ".join(tokens(line)) for line in body.splitlines()}
    for place, line in enumerate(words):
        if len(line) < 4 and truth[place]:
            truth[place] = " ".join(line) in lines or (
                0 < place < len(words) - 1 and bool(truth[place - 1] and truth[place + 1])
            )
    return _keep_one_copy(blocks, truth)


def _keep_one_copy(blocks, truth):
    mass = defaultdict(float)
    for element, line, true in zip(blocks.elements, blocks.tokens, truth, strict=True):
        up = element
        for _ in range(3):
            mass[up] += true * len(line)
            up = max(blocks.parents[up], 0)
    copies = defaultdict(list)
    for place in np.flatnonzero(truth):
        copies[" ".join(blocks.tokens[place])].append(place)
    for places in copies.values():
        if len(places) > 1 and len(blocks.tokens[places[0]]) >= 5:
            weight = [max(mass[blocks.elements[p]], mass[max(blocks.parents[blocks.elements[p]], 0)]) for p in places]
            best = int(np.argmax(weight))
            for number, place in enumerate(places):
                truth[place] = number == best
    return truth


def judge_sample(sample: Sample, classifier) -> tuple[dict, tuple]:
    """Scores of the classifier's bare output on one page."""
    rows, chances = classifier.judge(sample.parsed.blocks, sample.parsed.said)
    kept = choose_blocks(rows, chances)
    return judge_text(
        sample, "\n".join(text for text, keep in zip(sample.parsed.blocks.texts, kept, strict=True) if keep)
    )


def judge_text(sample: Sample, text: str) -> tuple[dict, tuple]:
    return cruft(text, sample.body, sample.allowed), shingles(sample.body, text)


def summarize(name: str, samples: list[Sample], seeds: int) -> str:
    figures = []
    for seed in range(seeds):
        out = [sample.outputs[seed] for sample in samples]
        precision, recall, f1 = shingle_average([shingle for _, shingle in out])
        leaky = 100 * float(np.mean([page["run"] >= 8 for page, _ in out]))
        lost = 100 * float(np.mean([page["lost_share"] for page, _ in out]))
        figures.append((f1, precision, recall, leaky, lost))
    f1, precision, recall, leaky, lost = np.mean(figures, 0)
    return f"{name:16s} n={len(samples):4d}  F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  leaky {leaky:.1f} %  lost {lost:.2f} %"
