"""Examples as an Arrow table: made once from the same articles, memory-mapped ever after.

``datasets`` keeps the table under a name that is a hash of all that decides its content, so that a second run, a second
process, or a run with another learning rate, starts at once. The trade-off: a row is turned back into an example each
time it is drawn, some tens of microseconds beside the milliseconds that it takes to learn from it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from datasets import Dataset, Features, List, Value, disable_progress_bars, enable_progress_bars
from torch.utils.data import Dataset as TorchDataset

from zawiya.actors import ActorFinder
from zawiya.corpus import dumps
from zawiya.inputs import STANCE_LABELS, Encoder, Window
from zawiya.records import Article
from zawiya.taxonomy import Taxonomy

from .examples import Example, make_examples
from .model import IGNORED
from .sources import content

#: Part of every table's name; raised whenever the same articles give other examples.
VERSION = 1

_FEATURES = Features(
    {
        "sentence": Value("int32"),
        "ids": List(Value("int32")),
        "targets": List(List(Value("int32"))),
        "mentions": List(Value("int32")),
        "clipped": Value("int32"),
        "stance": List(Value("int32")),
        "holder": List(List(Value("float32"))),
        "frames": List(Value("int32")),
        "weight": Value("float64"),
    }
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an example set holds.

    :param sentences_split: sentences that are read in several windows.
    :param targets_clipped: targets longer than can be shown, of which only the beginning is.
    """

    sentences: int
    windows: int
    pieces: int
    longest: int
    sentences_split: int
    targets: int
    targets_clipped: int
    stance: dict[str, int]
    frames: dict[str, int]


class ExampleSet(TorchDataset):
    """Examples in an Arrow table."""

    def __init__(self, table: Dataset, key: str) -> None:
        self._table = table
        self.key = key
        self.lengths = [len(ids) for ids in table["ids"]]
        self.weights = list(table["weight"])

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> Example:
        return _example(self._table[index])

    def __iter__(self) -> Iterator[Example]:
        return map(_example, self._table)

    def counts(self, frames: Sequence[str]) -> Counts:
        """Sizes and labels, each sentence's frames counted once."""
        seen: dict[int, int] = {}
        stance = dict.fromkeys(STANCE_LABELS, 0)
        present = dict.fromkeys(frames, 0)
        clipped = targets = 0
        for example in self:
            number = example.window.sentence
            seen[number] = seen.get(number, 0) + 1
            clipped += example.window.clipped
            targets += len(example.window.targets)
            for label in example.stance:
                if label != IGNORED:
                    stance[STANCE_LABELS[label]] += 1
            if seen[number] == 1:
                for frame, there in zip(frames, example.frames, strict=True):
                    present[frame] += there
        split = sum(windows > 1 for windows in seen.values())
        sizes = (len(seen), len(self), sum(self.lengths), max(self.lengths, default=0), split, targets, clipped)
        return Counts(*sizes, stance, present)


def _example(row: dict[str, Any]) -> Example:
    holder = np.asarray(row["holder"], dtype=np.float32)
    return Example(
        window=Window(
            row["sentence"],
            tuple(row["ids"]),
            tuple((first, last) for first, last in row["targets"]),
            tuple(row["mentions"]),
            row["clipped"],
        ),
        stance=tuple(row["stance"]),
        holder=holder if holder.ndim == 2 else np.zeros((0, 2), dtype=np.float32),
        frames=tuple(row["frames"]),
        weight=row["weight"],
    )


def _row(example: Example) -> dict[str, Any]:
    window = asdict(example.window)
    return {
        **window,
        "targets": [list(span) for span in window["targets"]],
        "stance": list(example.stance),
        "holder": example.holder.tolist(),
        "frames": list(example.frames),
        "weight": example.weight,
    }


def example_set(
    articles: Sequence[Article],
    *,
    taxonomy: Taxonomy,
    encoder: Encoder,
    weights: Sequence[float] | None = None,
) -> ExampleSet:
    """The examples of articles, from the cache of ``datasets`` where they stand there already."""
    weights = [1.0] * len(articles) if weights is None else weights
    key = _key(articles, weights, taxonomy, encoder)

    def rows() -> Iterator[dict[str, Any]]:
        # made here: a table that stands in the cache needs no matcher
        finder = ActorFinder(taxonomy.actors)
        examples = make_examples(articles, finder=finder, encoder=encoder, frames=taxonomy.frame_ids, weights=weights)
        yield from map(_row, examples)

    if not content(articles):
        return ExampleSet(Dataset.from_dict({name: [] for name in _FEATURES}, features=_FEATURES), key)
    disable_progress_bars()
    try:
        return ExampleSet(Dataset.from_generator(rows, features=_FEATURES, fingerprint=key), key)
    finally:
        enable_progress_bars()


def _key(articles: Sequence[Article], weights: Sequence[float], taxonomy: Taxonomy, encoder: Encoder) -> str:
    digest = hashlib.sha256(
        f"{VERSION} {encoder.longest} {encoder.blind} {taxonomy.frame_ids} {taxonomy.actors!r}".encode()
    )
    digest.update(encoder.tokenizer.to_str().encode())
    for article, weight in zip(articles, weights, strict=True):
        digest.update(f"{weight} {dumps(article)}\n".encode())
    return digest.hexdigest()[:24]
