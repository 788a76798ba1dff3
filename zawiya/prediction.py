"""Sentences from mentions to labels, by whatever model a folder holds.

An encoder reads windows in batches of like length, several batches at once, each on one thread: threads that share a
batch would wait for each other at every layer of a small model.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Protocol

from .backends import Backend, OnnxBackend
from .bundle import Bundle
from .decoding import WindowScores, decode, unpack
from .inputs import Encoder, Window, batches, collate
from .linear import LinearModel
from .records import Sentence

#: Padded word pieces in one batch: enough to keep a core busy, few enough to stay in its cache and need little padding.
BATCH_TOKENS = 1024


class Judge(Protocol):
    """What labels sentences whose mentions are found already."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
        ...

    @property
    def frames(self) -> tuple[str, ...]:
        """Ids of the frames that it can give."""
        ...

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        """The sentences with their labels, in their order; safe to call from several threads.

        :param gold: keep every mention as it is given, instead of one row for each actor.
        """
        ...


@dataclass(frozen=True, slots=True)
class EncoderJudge:
    """A transformer as judge.

    :param bundle: what the model says about itself.
    :param encoder: its tokenizer.
    :param backend: what runs its weights.
    :param pool: what runs several batches at once; without one they run one after the other.
    """

    bundle: Bundle
    encoder: Encoder
    backend: Backend
    pool: Executor | None = None

    @property
    def name(self) -> str:
        """The model's name, for people."""
        return self.bundle.name

    @property
    def frames(self) -> tuple[str, ...]:
        """Ids of the frames, in the order of the frame head."""
        return self.bundle.frames

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        """Label sentences whose mentions are found already.

        :param gold: keep every mention as it is given, instead of one row for each actor.
        """
        scores = score_windows(
            self.encoder.encode(sentences), backend=self.backend, encoder=self.encoder, pool=self.pool
        )
        return decode(sentences, scores, self.bundle, gold=gold)


def load_judge(folder: Path, *, threads: int = 0) -> Judge:
    """The model of a folder, of whichever kind.

    :param threads: batches of an encoder that run at once; 0 takes one for each core.
    :raises ZawiyaError: when the folder holds no model, or lacks a part of it.
    """
    bundle = Bundle.load(folder)
    if bundle.kind == "linear":
        return LinearModel.load(folder)
    encoder = Encoder.load(folder, longest=bundle.longest, blind=bundle.blind)
    pool = ThreadPoolExecutor(threads or cpu_count() or 1, thread_name_prefix="zawiya-model")
    return EncoderJudge(bundle, encoder, OnnxBackend(folder), pool)


def score_windows(
    windows: Sequence[Window], *, backend: Backend, encoder: Encoder, pool: Executor | None = None
) -> list[WindowScores]:
    """Logits of windows, in their order, whatever the batches they were run in."""

    def run(indices: Sequence[int]) -> list[WindowScores]:
        part = [windows[index] for index in indices]
        return unpack(part, backend.run(collate(part, pad_id=encoder.pad_id)))

    places = batches(windows, tokens=BATCH_TOKENS)
    found: dict[int, WindowScores] = {}
    for indices, scores in zip(places, (pool.map if pool else map)(run, places), strict=True):
        found.update(zip(indices, scores, strict=True))
    return [found[index] for index in range(len(windows))]
