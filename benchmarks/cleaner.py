"""The cleaner beside its peers in one run: text, headline, date, speed, memory.

  python benchmarks/cleaner.py [--quick] [--json] [--set NAME …] [--peer trafilatura …] [--worst N]

Pages come from DIPLOWATCH_BENCH_DATA (default ../shared/data). Ours is cross-validated by site: each page is cleaned with weights that
never saw its site (benchmarks/train_cleaner.py cv --save FOLDER makes them; --folds names the folder; made anew when it is missing).
CPU time of one process; compare speeds within one run only.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import cleaner_metrics as metrics
import cleaner_pages as pages
import numpy as np

from monitor.cleaning import body, classifier, clean_page, memory, page
from monitor.cleaning.decode import decode_page

BOUNDS = {
    ("scrapinghub", "F1"): 0.972, ("scrapinghub", "leaky"): 20, ("scrapinghub", "lost"): 1.8, ("fundus", "F1"): 0.962, ("fundus", "leaky"): 24,
    ("fundus", "lost"): 2.8, ("fundus", "date ok"): 98.5, ("fundus", "date wrong"): 1.4, ("fundus", "headline"): 83, ("postlight", "headline"): 86,
}  # fmt: skip
NEWS = ("scrapinghub", "fundus")
HIGHER = ("F1", "date ok", "headline")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", dest="sets")
    parser.add_argument("--peer", action="append", dest="peers")
    parser.add_argument("--folds", type=Path, default=pages.CACHE / "cleaner-folds")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    sets = options.sets or (
        ["scrapinghub", "fundus"] if options.quick else ["scrapinghub", "fundus", "wcxb", "daniel", "postlight"]
    )
    if not (options.folds / "fold0-0.npz").exists():
        trainer = Path(__file__).with_name("train_cleaner.py")
        subprocess.run(
            [sys.executable, str(trainer), "cv", "--save", str(options.folds)], check=True, stdout=sys.stderr
        )
    use_folds(options.folds)
    rows: list[dict] = []
    times: dict[str, list[float]] = {}
    if not options.json:
        print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
        if options.quick:
            print("quick: every third page, trafilatura as the only peer")
    for name in sets:
        extractors = {"ours": clean_ours, **{peer: PEERS[peer] for peer in options.peers or ["trafilatura"]}}
        results = run(name, extractors, 3 if options.quick else 1)
        if name in NEWS:
            for label, verdicts in results.items():
                times.setdefault(label, []).extend(one["cpu"] for one in verdicts)
        rows += report(name, results, quiet=options.json)
        for verdict in sorted(results["ours"], key=lambda one: -one["bad"])[: options.worst]:
            print(
                f"  {verdict['id']}: leaked run {verdict['run']}, leak {verdict['leak_share']:.2f}, lost {verdict['lost_share']:.2f}"
            )
    if "trafilatura" in times and set(NEWS) <= set(sets):
        rows += compare_speed(times["ours"], times["trafilatura"], quiet=options.json)
    if "daniel" in sets:
        rows += measure_memory("daniel", quiet=options.json)
    if options.json:
        print(json.dumps({"rows": rows}))


def compare_speed(ours: list[float], theirs: list[float], quiet: bool) -> list[dict]:
    """Pages per CPU second over the news sets together, ours by trafilatura's, page by page in turn."""
    figures = [
        ("total", sum(theirs) / sum(ours), 3.3),
        ("median", statistics.median(theirs) / statistics.median(ours), 3.5),
        ("95th percentile", statistics.quantiles(theirs, n=20)[-1] / statistics.quantiles(ours, n=20)[-1], 1.0),
    ]
    if not quiet:
        told = "  ".join(f"{measure} {value:.2f} (at least {bound})" for measure, value, bound in figures)
        print(f"{' and '.join(NEWS)} together, times trafilatura's speed: {told}")
    return [
        {
            "measure": f"times trafilatura's speed, {measure}",
            "value": round(value, 3),
            "unit": "x",
            "bound": bound,
            "holds": value >= bound,
        }
        for measure, value, bound in figures
    ]


def measure_memory(name: str, quiet: bool, least: int = 10) -> list[dict]:
    """Sites of at least so many pages, page after page, each with a memory of its own that learns as it goes; beside it the same without."""
    folder, rows = pages.open_collection(name)
    sites = Counter(row["site"] for row in rows)
    memories = {site: memory.SiteMemory() for site, count in sites.items() if count >= least}
    results: dict[str, list[dict]] = {"without": [], "with": []}
    for row in rows:
        if row["site"] not in memories:
            continue
        data, own = (folder / row["html_path"]).read_bytes(), memories[row["site"]]
        url = row["url"] or f"https://{row['site']}/{row['id']}"
        CURRENT["site"] = row["site"]
        for label, extra in (("without", {}), ("with", {"memory": own})):
            start = time.process_time()
            found = clean_page(data, url, **extra)
            if extra:
                own.learn(data, url)
            spent = time.process_time() - start
            verdict = judge(row, data, found.headline, found.published_at, found.body)
            results[label].append({"id": row["id"], "cpu": spent, **verdict})
    before, after = (summarize(results[label]) for label in results)
    extra_ms = 1000 * statistics.mean(b["cpu"] - a["cpu"] for a, b in zip(*results.values(), strict=True))
    figures = [
        ("leaky pages, with memory less without", after["leaky"] - before["leaky"], "points", -2.5),
        ("lost text, with memory less without", after["lost"] - before["lost"], "points", 0.2),
        ("the memory's own time a page", extra_ms, "ms", 1.5),
    ]
    if not quiet:
        print(f"{name}, {len(results['with'])} pages of {len(memories)} sites, page after page")
        for measure, value, unit, bound in figures:
            print(f"  {measure} {value:.2f} {unit} (at most {bound})")
    return [
        {
            "measure": f"{name} {measure}",
            "value": round(float(value), 3),
            "unit": unit,
            "bound": bound,
            "holds": bool(value <= bound),
        }
        for measure, value, unit, bound in figures
    ]


def use_folds(folder: Path) -> None:
    """Lets clean_page take the weights of the fold that never saw the page's site."""
    folds = []
    for number in range(4):
        with np.load(folder / f"fold{number}-0.npz") as arrays:
            folds.append(classifier.to_classifier({key: arrays[key] for key in arrays.files}))

    def load():
        return folds[pages.fold_of(CURRENT["site"])]

    for module in (page, memory, body):
        if hasattr(module, "load_classifier"):
            module.load_classifier = load


CURRENT = {"site": ""}


def clean_ours(data: bytes, url: str):
    found = clean_page(data, url)
    return found.headline, found.published_at, found.body


def clean_trafilatura(data: bytes, url: str):
    from trafilatura import bare_extraction

    found = bare_extraction(decode_page(data), url=url, include_comments=False, with_metadata=True)
    return (found.title, found.date, found.text) if found else ("", None, "")


def clean_precise(data: bytes, url: str):
    from trafilatura import bare_extraction

    found = bare_extraction(
        decode_page(data), url=url, include_comments=False, with_metadata=True, favor_precision=True
    )
    return (found.title, found.date, found.text) if found else ("", None, "")


PEERS = {"trafilatura": clean_trafilatura, "trafilatura-precision": clean_precise}


def run(name: str, extractors: dict, step: int) -> dict[str, list[dict]]:
    folder, rows = pages.open_collection(name)
    results: dict[str, list[dict]] = {label: [] for label in extractors}
    for row in rows[::step]:
        data = (folder / row["html_path"]).read_bytes()
        url = row["url"] or f"https://{row['site']}/{row['id']}"
        CURRENT["site"] = row["site"] or row["id"]
        for label, extract in extractors.items():
            start = time.process_time()
            headline, date, text = extract(data, url)
            spent = time.process_time() - start
            results[label].append({"id": row["id"], "cpu": spent, **judge(row, data, headline, date, text)})
    return results


def judge(row: dict, data: bytes, headline: str, date, text: str) -> dict:
    verdict: dict = {"date": None, "title": None, "bad": 0.0}
    if row.get("date"):
        days = {str(date)[:10]} if date else set()
        if getattr(date, "tzinfo", None):
            days.add(str((date - date.utcoffset()).date()))
        verdict["date"] = "missing" if not days else "ok" if days & true_days(row["date"]) else "wrong"
    if row.get("title"):
        verdict["title"] = metrics.tokens(headline or "") == metrics.tokens(row["title"])
    if row.get("body"):
        verdict |= metrics.cruft(text or "", row["body"], (row.get("title") or "") + "\n" + metrics.og_title(data))
        verdict["shingles"] = metrics.shingles(row["body"], text or "")
        verdict["bad"] = verdict["leak_share"] + verdict["lost_share"]
    return verdict


def true_days(text: str) -> set[str]:
    import datetime

    days = {text[:10]}
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return days
    if moment.tzinfo:
        days.add(str(moment.astimezone(datetime.UTC).date()))
    return days


def report(name: str, results: dict[str, list[dict]], quiet: bool) -> list[dict]:
    rows = []
    base = sum(one["cpu"] for one in results["trafilatura"]) if "trafilatura" in results else None
    for label, verdicts in results.items():
        figures = summarize(verdicts)
        if base:
            figures["x total"] = base / sum(one["cpu"] for one in verdicts)
            figures["x median"] = statistics.median(one["cpu"] for one in results["trafilatura"]) / statistics.median(
                one["cpu"] for one in verdicts
            )
        if not quiet:
            print(
                f"{name:12s} {label:12s} n={len(verdicts):4d} "
                + "  ".join(
                    f"{key} {value:.3f}" if key == "F1" else f"{key} {value:.1f}" for key, value in figures.items()
                ),
                flush=True,
            )
        for measure, value in figures.items():
            bound = BOUNDS.get((name, measure)) if label == "ours" else None
            holds = bound is None or (value >= bound if measure in HIGHER else value <= bound)
            rows.append(
                {
                    "measure": f"{name} {label} {measure}",
                    "value": round(float(value), 4),
                    "unit": "" if measure == "F1" else "%",
                    "bound": bound,
                    "holds": bool(holds),
                }
            )
    return rows


def summarize(verdicts: list[dict]) -> dict[str, float]:
    figures: dict[str, float] = {}
    bodies = [one for one in verdicts if "shingles" in one]
    if bodies:
        precision, recall, figures["F1"] = metrics.shingle_average([one["shingles"] for one in bodies])
        figures |= {
            "P": 100 * precision,
            "R": 100 * recall,
            "leaky": 100 * np.mean([one["run"] >= 8 for one in bodies]),
        }
        figures |= {
            "leaky 25": 100 * np.mean([one["run"] >= 25 for one in bodies]),
            "lost": 100 * np.mean([one["lost_share"] for one in bodies]),
        }
    dates = [one["date"] for one in verdicts if one["date"]]
    if dates:
        figures |= {
            f"date {kind}": 100 * np.mean([date == kind for date in dates]) for kind in ("ok", "wrong", "missing")
        }
    titles = [one["title"] for one in verdicts if one["title"] is not None]
    if titles:
        figures["headline"] = 100 * np.mean(titles)
    cpu = sorted(one["cpu"] for one in verdicts)
    return figures | {"ms median": 1000 * statistics.median(cpu), "ms p95": 1000 * cpu[int(0.95 * (len(cpu) - 1))]}


if __name__ == "__main__":
    main()
