"""What Ray costs: the same folder labelled in this process and by one and two workers of Ray, as ratios.

    python benchmarks/ray_overhead.py [--articles 300] [--repeats 3] [--keep benchmarks/results/ray_overhead.json]

The articles are those of data/corpus, written to a folder of files as often as it takes. Each engine labels them twice
over: with the embedded model, and with a model that answers «neutral» without looking, so that all that is left is
reading, splitting, matching, writing and Ray itself. The best of the repeats counts, for other work on the machine only
ever slows one down. A Ray of two workers is begun beforehand and its time told apart; `start` is what a run of a single
article takes on it, which is starting the workers, and `steady` is the rest of the run beside the rest of the local one.
"""

import argparse
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import ray

from zawiya import Labeler, Taxonomy
from zawiya.corpus import read_corpus
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.records import Sentence

ROOT = Path(__file__).resolve().parent.parent


class Neutral:
    """A model that answers without looking."""

    name = "neutral"
    frames = Taxonomy.load().frame_ids

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:  # noqa: ARG002
        """Every mention neutral, no frame."""
        scores = {"favor": 0.0, "against": 0.0, "neutral": 1.0}
        return [
            replace(s, mentions=tuple(replace(m, stance="neutral", scores=scores) for m in s.mentions))
            for s in sentences
        ]


def write_articles(folder: Path, number: int) -> None:
    """A folder of articles of the shipped corpus, each as often as the number asks for."""
    texts = cycle([a.text for path in sorted((ROOT / "data" / "corpus").glob("*.jsonl")) for a in read_corpus(path)])
    for index, text in enumerate(islice(texts, number)):
        path = folder / f"outlet{index % 6}" / f"{index:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def measure(load: Callable[[int], Labeler], news: Path, work: Path, repeats: int) -> dict[str, Any]:
    """Seconds of a start and of each article, without Ray and with it."""
    outs = map(str, map(work.joinpath, (f"out{number}" for number in count())))
    one, many = next(news.rglob("*.txt")), news

    def seconds(engine: str, size: int, path: Path) -> float:
        labeler = load(size)
        values = {"engine": "ray", "workers": size} if engine == "ray" else {"threads": size}
        begun = time.perf_counter()
        run(InferSettings(paths=(str(path),), out=next(outs), **values), labeler=labeler)
        return time.perf_counter() - begun

    cases = [("local", 1), ("local", 2), ("ray", 1), ("ray", 2)]
    best: dict[tuple[str, int, Path], float] = {}
    # in turns, so that other work on the machine meets all of them
    for _ in range(repeats):
        for engine, size in cases:
            for path in (one, many):
                taken = seconds(engine, size, path)
                best[engine, size, path] = min(taken, best.get((engine, size, path), taken))
    found: dict[str, Any] = {}
    for engine, size in cases:
        whole, start = best[engine, size, many], best[engine, size, one]
        found[f"{engine} {size}"] = {"seconds": round(whole, 2), "start": round(start, 2)}
        print(f"  {engine:5} {size}: {whole:6.1f} s, of a single article {start:5.1f} s", flush=True)
    base = found["local 1"]
    for row in found.values():
        row["ratio"] = round(row["seconds"] / base["seconds"], 2)
        row["steady"] = round((row["seconds"] - row["start"]) / (base["seconds"] - base["start"]), 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--keep", type=Path, default=ROOT / "benchmarks" / "results" / "ray_overhead.json")
    chosen = parser.parse_args()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    begun = time.perf_counter()
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    cluster = time.perf_counter() - begun
    kept: dict[str, Any] = {
        "articles": chosen.articles,
        "cores": os.cpu_count(),
        "ray": ray.__version__,
        "cluster_seconds": round(cluster, 1),
    }
    print(f"Ray was begun in {cluster:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        news = Path(folder) / "news"
        write_articles(news, chosen.articles)
        for name, load in (
            ("embedded model", lambda threads: Labeler.load(threads=threads)),
            ("empty model", lambda _: Labeler(judge=Neutral(), taxonomy=Taxonomy.load(), fingerprint="neutral")),
        ):
            print(f"{name}, {chosen.articles} articles:")
            work = Path(folder) / name
            work.mkdir()
            kept[name] = measure(load, news, work, chosen.repeats)
    ray.shutdown()
    for name in ("embedded model", "empty model"):
        print(f"\n{name:16} {'whole run':>10} {'steady':>8}   times the time of one local thread")
        for engine, row in kept[name].items():
            print(f"  {engine:14} {row['ratio']:10.2f} {row['steady']:8.2f}")
    chosen.keep.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
