"""How fast articles are labelled: against a transformers pipeline, and against the most that ONNX Runtime can give.

All rows are of one run on one machine, taken in turns, so that what slows the machine down slows all of them down:

- the same encoder in PyTorch in a ``transformers`` pipeline, one (sentence, actor) pair a call and one call for the frames,
  one at a time and in batches of 32;
- a bare ONNX Runtime session that is fed perfectly packed batches, made beforehand: the limit for this design;
- zawiya's model stage (sentences with mentions in, labels out), and the whole of it (bytes on disk in, rows on disk out).

Then what each step of the model stage buys, what further actors cost, and the memory of a run over 5,000 and over 200,000
sentences, each in a process of its own.

Sentences are spliced from halves of those of the synthetic corpus, so lengths are real and none comes twice.

    python benchmarks/throughput.py [--sentences 5000] [--large 200000] [--rounds 5]
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zawiya import prediction
from zawiya.backends import OnnxBackend
from zawiya.corpus import read_corpus
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.inputs import Batch, Window, collate
from zawiya.labeler import GROUP, Labeler, grouped
from zawiya.prediction import EncoderJudge, score_windows
from zawiya.records import Article, Mention, Sentence
from zawiya.resources import resource as shipped

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2
#: Sentences of an article.
ARTICLE = 12
#: Sentences that the slow rows are timed on.
FEW = {1: 100, 32: 320}
#: What is hoped for.
HOPED = {
    "against the pipeline, one at a time": 20.0,
    "against the pipeline, 32 at a time": 8.0,
    "model stage, of the bare session": 0.85,
    "end to end, of the bare session": 0.75,
}
MOST_FOR_FOUR_ACTORS, MOST_MEMORY = 1.15, 1.2


def spliced(count: int, *, seed: int = 13) -> Iterator[str]:
    """Sentences as long as the corpus's, each the first half of one and the second half of another."""
    lines = sorted(
        {s.text for file in sorted((ROOT / "data/corpus").glob("*.jsonl")) for s in _sentences(file)}, key=len
    )
    rng = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        place = rng.randrange(len(lines))
        other = min(max(place + rng.randrange(-60, 61), 0), len(lines) - 1)
        one, two = lines[place].split(), lines[other].split()
        text = " ".join([*one[: (len(one) + 1) // 2], *two[(len(two) + 1) // 2 :]])
        if text not in seen:
            seen.add(text)
            yield text


def _sentences(file: Path) -> Iterator[Sentence]:
    for article in read_corpus(file):
        yield from (sentence for sentence in article.sentences if sentence.role != "furniture")


def texts(count: int) -> Iterator[str]:
    """Articles of a headline and a paragraph of spliced sentences."""
    held: list[str] = []
    for sentence in spliced(count):
        held.append(sentence)
        if len(held) == ARTICLE:
            yield "\n".join(held)
            held = []
    if held:
        yield "\n".join(held)


def write_folder(folder: Path, articles: Sequence[str]) -> None:
    """One file an article."""
    folder.mkdir(parents=True)
    for number, text in enumerate(articles):
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")


def write_lines(file: Path, articles: Sequence[str]) -> None:
    """One file of many articles."""
    with file.open("w", encoding="utf-8") as lines:
        for text in articles:
            lines.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")


class Pipelines:
    """The same encoder with a classifier on top, asked as a pair classifier is: once for each actor, once for the frames."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, pipeline
        from transformers.utils.logging import set_verbosity_error

        from zawiya.train.model import StanceModel

        set_verbosity_error()
        torch.set_num_threads(THREADS)
        trained = StanceModel.from_pretrained(folder).float()
        tokenizer = AutoTokenizer.from_pretrained(folder)

        def classifier(labels: int) -> Any:  # noqa: ANN401 - whichever class the encoder has
            settings = dict(trained.config.encoder)
            shape = AutoConfig.for_model(settings.pop("model_type"), **settings, num_labels=labels)
            model = AutoModelForSequenceClassification.from_config(shape)
            model.base_model.load_state_dict(trained.encoder.state_dict(), strict=False)
            return pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device=-1)

        self._stance = classifier(3)
        self._frames = classifier(len(trained.config.frames))

    def label(self, sentences: Sequence[Sentence], *, size: int) -> None:
        """Ask for every sentence and every actor that it names."""
        pairs = [{"text": s.text, "text_pair": m.text} for s in sentences for m in _rows(s)]
        written = [s.text for s in sentences]
        if size == 1:
            for pair in pairs:
                self._stance(pair)
            for text in written:
                self._frames(text, function_to_apply="sigmoid", top_k=None)
        else:
            self._stance(pairs, batch_size=size)
            self._frames(written, batch_size=size, function_to_apply="sigmoid", top_k=None)


def _rows(sentence: Sentence) -> Sequence[Mention]:
    return [*{mention.actor: mention for mention in sentence.mentions}.values()]


def packed(windows: Sequence[Window], *, pad: int) -> list[Batch]:
    """Batches without padding, as long as can be: windows of one length each."""
    by_length: dict[int, list[Window]] = {}
    for window in windows:
        by_length.setdefault(len(window.ids), []).append(window)
    found = []
    for length, alike in by_length.items():
        size = max(1, prediction.BATCH_TOKENS // length)
        found += [collate(alike[first : first + size], pad_id=pad) for first in range(0, len(alike), size)]
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One way to label, timed."""

    name: str
    sentences: int
    label: Callable[[], object]


def timed(rows: Sequence[Row], rounds: int) -> dict[str, list[float]]:
    """Sentences a second of each row in each round, the rows in turn."""
    speeds: dict[str, list[float]] = {row.name: [] for row in rows}
    for number in range(rounds + 1):
        for row in rows:
            started = time.perf_counter()
            row.label()
            taken = time.perf_counter() - started
            if number:  # the first round warms up
                speeds[row.name].append(row.sentences / taken)
    return speeds


class World:
    """What all rows work on: the same articles as files, as sentences with mentions, and as packed batches."""

    def __init__(self, scratch: Path, count: int) -> None:
        self.scratch = scratch
        self.labeler = Labeler.load(threads=THREADS)
        judge = self.labeler.judge
        if not isinstance(judge, EncoderJudge):
            raise SystemExit("the embedded model is no encoder")
        self.judge = judge
        articles = list(texts(count))
        write_folder(scratch / "articles", articles)
        prepared = [self.labeler.prepare(Article(str(n), text)) for n, text in enumerate(articles)]
        self.groups = [
            [s for article in group for s in article.sentences if s.role != "furniture"] for group in grouped(prepared)
        ]
        self.sentences = [sentence for group in self.groups for sentence in group]
        self.windows = judge.encoder.encode(self.sentences)
        self.batches = packed(self.windows, pad=judge.encoder.pad_id)

    def bare(self, *, together: bool) -> None:
        """Nothing but the session: two threads with a batch each, or both in each batch."""
        if together:
            for batch in self.batches:
                self._wide().run(batch)
            return
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self.judge.backend.run, self.batches))

    def _wide(self) -> OnnxBackend:
        if not hasattr(self, "_wide_backend"):
            self._wide_backend = OnnxBackend(shipped("models", "default"), threads=THREADS)
        return self._wide_backend

    def model_stage(self) -> None:
        """Sentences with mentions to labels, group by group and two groups at a time, as a run does it."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.judge.label, self.groups))

    def end_to_end(self) -> None:
        """Bytes on disk to rows on disk."""
        out = self.scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        run(InferSettings(paths=(str(self.scratch / "articles"),), out=str(out)), labeler=self.labeler)


def speeds(world: World, rounds: int) -> dict[str, Any]:
    """The main table."""
    pipelines = Pipelines(shipped("models", "default"))
    few = {
        size: random.Random(size).sample(world.sentences, min(count, len(world.sentences)))
        for size, count in FEW.items()
    }
    count = len(world.sentences)
    rows = [
        Row("transformers pipeline, one at a time", len(few[1]), lambda: pipelines.label(few[1], size=1)),
        Row("transformers pipeline, 32 at a time", len(few[32]), lambda: pipelines.label(few[32], size=32)),
        Row("bare session, a thread a batch", count, lambda: world.bare(together=False)),
        Row("bare session, both threads a batch", count, lambda: world.bare(together=True)),
        Row("zawiya, model stage", count, world.model_stage),
        Row("zawiya, end to end", count, world.end_to_end),
    ]
    found = timed(rows, rounds)
    middle = {name: statistics.median(values) for name, values in found.items()}
    one, many, apart, wide, model, whole = (found[row.name] for row in rows)
    bare = apart if statistics.median(apart) >= statistics.median(wide) else wide
    ratios = {
        "against the pipeline, one at a time": _ratio(whole, one),
        "against the pipeline, 32 at a time": _ratio(whole, many),
        "model stage, of the bare session": _ratio(model, bare),
        "end to end, of the bare session": _ratio(whole, bare),
        "model stage against the pipeline, one at a time": _ratio(model, one),
        "model stage against the pipeline, 32 at a time": _ratio(model, many),
    }
    return {"sentences_per_second": {k: round(v, 1) for k, v in middle.items()}, "ratios": ratios}


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over rounds of a ratio within the round."""
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 3)


def steps(world: World, rounds: int) -> dict[str, float]:
    """Speed of the model stage without one of its steps, as a share of its speed with all of them."""
    judge, sentences = world.judge, world.sentences[: len(world.sentences) // 2]
    windows = judge.encoder.encode(sentences)
    ordered = [collate(windows[n : n + 24], pad_id=judge.encoder.pad_id) for n in range(0, len(windows), 24)]
    apart = judge.encoder.encode([_only(s, place) for s in sentences for place in range(max(1, len(s.mentions)))])
    plain = _float32(world.scratch)

    pool = judge.pool
    assert pool is not None

    def scored(chosen: Sequence[Window], *, backend: Any = judge.backend, pool: Any = pool) -> None:  # noqa: ANN401
        score_windows(chosen, backend=backend, encoder=judge.encoder, pool=pool)

    def in_larger_batches() -> None:
        kept, prediction.BATCH_TOKENS = prediction.BATCH_TOKENS, 8192
        try:
            scored(windows)
        finally:
            prediction.BATCH_TOKENS = kept

    def one_by_one() -> None:
        for window in windows[: count // 4]:
            scored([window])

    count = len(sentences)
    rows = [
        Row("all", count, lambda: scored(windows)),
        Row("batches in the order of the text", count, lambda: list(pool.map(judge.backend.run, ordered))),
        Row("batches of 8,192 pieces", count, in_larger_batches),
        Row("both threads in each batch", count, lambda: scored(windows, backend=world._wide(), pool=None)),
        Row("float32 weights", count, lambda: scored(windows, backend=plain)),
        Row("a pass for each target", count, lambda: scored(apart)),
        Row("sentence by sentence", count // 4, one_by_one),
    ]
    found = timed(rows, rounds)
    return {row.name: _ratio(found[row.name], found["all"]) for row in rows}


def _only(sentence: Sentence, place: int) -> Sentence:
    return replace(sentence, mentions=sentence.mentions[place : place + 1])


def _float32(scratch: Path) -> OnnxBackend:
    from zawiya.train.export import export_onnx
    from zawiya.train.model import StanceModel

    folder = scratch / "float32"
    folder.mkdir()
    export_onnx(StanceModel.from_pretrained(shipped("models", "default")).float(), folder)
    return OnnxBackend(folder)


def actors(world: World, rounds: int) -> float:
    """What labels for four actors of a sentence cost, of what they cost for one."""
    chosen = [s for s in world.sentences if len(s.text.split()) >= 8][:1000]

    def asked(count: int) -> list[Sentence]:
        found = []
        for sentence in chosen:
            words: list[Mention] = []
            at = 0
            for word in sentence.text.split():
                at = sentence.text.index(word, at)
                words.append(Mention(f"actor{len(words)}", sentence.start + at, sentence.start + at + len(word), word))
                at += len(word)
            found.append(replace(sentence, mentions=tuple(words[1 : 1 + count])))
        return found

    one, four = asked(1), asked(4)
    rows = [
        Row("one actor", len(chosen), lambda: world.judge.label(one)),
        Row("four actors", len(chosen), lambda: world.judge.label(four)),
    ]
    found = timed(rows, rounds)
    return _ratio(found["one actor"], found["four actors"])


def memory(scratch: Path, small: int, large: int) -> dict[str, Any]:
    """Peak memory and speed of a run over few and over many sentences, half of them in one file."""
    found: dict[str, Any] = {}
    for name, count in (("small", small), ("large", large)):
        folder = scratch / name
        articles = list(texts(count))
        write_folder(folder, articles[: len(articles) // 2])
        write_lines(folder / "many.jsonl", articles[len(articles) // 2 :])
        del articles
        command = [sys.executable, __file__, "--child", str(folder), str(scratch / f"{name}-out")]
        found[name] = {"sentences": count} | json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        shutil.rmtree(folder)
    found["ratio"] = round(found["large"]["peak_mb"] / found["small"]["peak_mb"], 3)
    found["speed_ratio"] = round(found["large"]["sentences_per_second"] / found["small"]["sentences_per_second"], 3)
    return found


def child(folder: str, out: str) -> None:
    """One run in a process of its own; prints its peak memory."""
    summary = run(InferSettings(paths=(folder,), out=out, threads=THREADS))
    # not getrusage: what it gives begins with what the process was forked from
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    speed = summary.sentences / summary.seconds
    print(json.dumps({"peak_mb": round(peak), "sentences_per_second": round(speed, 1), "articles": summary.articles}))


def table(found: dict[str, Any]) -> Iterator[str]:
    """The results for people."""
    yield f"{found['sentences']:,} sentences, {found['pieces']:.1f} pieces and {found['mentions']:.2f} mentions each, {THREADS} threads"
    for name, value in found["sentences_per_second"].items():
        yield f"  {name:52} {value:9.1f} sentences/s"
    for name, value in found["ratios"].items():
        hoped = HOPED.get(name)
        said = f"   at least {hoped:g} wanted: {'met' if value >= hoped else 'missed'}" if hoped else ""
        yield f"  {name:52} {value:9.3f}{said}"
    yield "speed of the model without one of its steps, of its speed with all"
    for name, value in found["steps"].items():
        yield f"  {name:52} {value:9.3f}"
    four = found["four_actors"]
    yield f"four actors cost {four:.3f} of one, at most {MOST_FOR_FOUR_ACTORS} wanted: {'met' if four <= MOST_FOR_FOUR_ACTORS else 'missed'}"
    if "memory" in found:
        held = found["memory"]
        for name in ("small", "large"):
            row = held[name]
            yield f"  {row['sentences']:9,} sentences: {row['peak_mb']:6} MB at most, {row['sentences_per_second']:8.1f} sentences/s"
        met = "met" if held["ratio"] <= MOST_MEMORY else "missed"
        yield f"memory {held['ratio']:.3f} of the small run's, at most {MOST_MEMORY} wanted: {met}; speed {held['speed_ratio']:.3f} of it"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=5000)
    parser.add_argument("--large", type=int, default=200_000, help="sentences of the large run; 0 leaves memory out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/throughput.json")
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "OUT"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(*chosen.child)
        return
    with tempfile.TemporaryDirectory() as scratch:
        world = World(Path(scratch), chosen.sentences)
        count = len(world.sentences)
        found: dict[str, Any] = {
            "sentences": count,
            "pieces": round(sum(len(w.ids) for w in world.windows) / count, 2),
            "mentions": round(sum(len(_rows(s)) for s in world.sentences) / count, 3),
            "group_characters": GROUP,
            "batch_pieces": prediction.BATCH_TOKENS,
            **speeds(world, chosen.rounds),
            "steps": steps(world, chosen.rounds),
            "four_actors": actors(world, chosen.rounds),
        }
        if chosen.large:
            found["memory"] = memory(Path(scratch), chosen.sentences, chosen.large)
    print(*table(found), sep="\n")
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
