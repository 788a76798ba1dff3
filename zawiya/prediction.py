"""Running windows through a model in full batches, and sentences from mentions to labels."""

from collections.abc import Sequence

from .backends import Backend
from .bundle import Bundle
from .decoding import WindowScores, decode, unpack
from .inputs import Encoder, Window, batches, collate
from .records import Sentence

#: Padded word pieces in one batch: large enough to fill two cores, small enough to stay in their cache.
BATCH_TOKENS = 4096


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
