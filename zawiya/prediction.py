"""Sentences from mentions to labels, by whatever model a folder holds; an encoder reads its windows in full batches."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """

    bundle: Bundle
    encoder: Encoder
    backend: Backend

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
        return label_sentences(sentences, bundle=self.bundle, backend=self.backend, encoder=self.encoder, gold=gold)


def load_judge(folder: Path, *, threads: int = 0) -> Judge:
    """The model of a folder, of whichever kind.

    :param threads: threads of an encoder; 0 takes one for each core.
    :raises ZawiyaError: when the folder holds no model, or lacks a part of it.
    """
    bundle = Bundle.load(folder)
    if bundle.kind == "linear":
        return LinearModel.load(folder)
    encoder = Encoder.load(folder, longest=bundle.longest, blind=bundle.blind)
    return EncoderJudge(bundle, encoder, OnnxBackend(folder, threads=threads))


def score_windows(windows: Sequence[Window], *, backend: Backend, encoder: Encoder) -> list[WindowScores]:
    """Logits of windows, in their order, whatever the batches they were run in."""
    found: dict[int, WindowScores] = {}
    for indices in batches(windows, tokens=BATCH_TOKENS):
        part = [windows[index] for index in indices]
        logits = backend.run(collate(part, pad_id=encoder.pad_id))
        found.update(zip(indices, unpack(part, logits), strict=True))
    return [found[index] for index in range(len(windows))]


def label_sentences(
    sentences: Sequence[Sentence], *, bundle: Bundle, backend: Backend, encoder: Encoder, gold: bool = False
) -> list[Sentence]:
    """Label sentences whose mentions are found already.

    :param gold: keep every mention as it is given, instead of one row for each actor.
    """
    windows = encoder.encode(sentences)
    scores: list[list[WindowScores]] = [[] for _ in sentences]
    for judged in score_windows(windows, backend=backend, encoder=encoder):
        scores[judged.window.sentence].append(judged)
    return [decode(s, judged, bundle, gold=gold) for s, judged in zip(sentences, scores, strict=True)]
