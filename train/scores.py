"""Scores of labels against labels.

Counted here rather than by scikit-learn, for which a single frame is another kind of task and no rows are an error.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zawiya.records import STANCES, Sentence


def macro_f1(gold: ArrayLike, given: ArrayLike, *, labels: Sequence[int]) -> float:
    """Mean F1 over the labels; a label that is neither there nor given counts as zero."""
    gold, given = _one_hot(gold, labels), _one_hot(given, labels)
    return float(_f1(*_counts(gold, given)).mean())


def micro_f1(gold: ArrayLike, given: ArrayLike) -> float:
    """F1 over all decisions of a multi-label task, [rows, labels]."""
    counts = _counts(np.asarray(gold, dtype=bool), np.asarray(given, dtype=bool))
    return float(_f1(*(count.sum() for count in counts)))


def _one_hot(values: ArrayLike, labels: Sequence[int]) -> NDArray:
    return np.asarray(values)[:, None] == np.asarray(labels)


def _counts(gold: NDArray, given: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """For each column of [rows, labels] the hits, what was there, what was given."""
    return (gold & given).sum(0), gold.sum(0), given.sum(0)


def _share(part: ArrayLike, whole: ArrayLike) -> NDArray:
    """A part of a whole; zero where there is none."""
    return np.asarray(part) / np.maximum(whole, 1)


def _f1(hits: NDArray, gold: NDArray, given: NDArray) -> NDArray:
    return _share(2 * hits, gold + given)


def score_sentences(gold: Sequence[Sentence], given: Sequence[Sentence], frames: Sequence[str]) -> dict[str, object]:
    """Stance, holder and frame scores of labelled sentences whose mentions stand at the same places.

    :param given: each with the mentions of its gold sentence, in order.
    """
    gold_rows = [m for sentence in gold for m in sentence.mentions]
    given_rows = [m for sentence in given for m in sentence.mentions]
    labels = [STANCES.index(m.stance or "neutral") for m in gold_rows]
    guesses = [STANCES.index(m.stance or "neutral") for m in given_rows]
    hits, support, guessed = _counts(_one_hot(labels, (0, 1, 2)), _one_hot(guesses, (0, 1, 2)))
    precision, recall, f1 = _share(hits, guessed), _share(hits, support), _f1(hits, support, guessed)
    held = [(g.holder, p.holder) for g, p in zip(gold_rows, given_rows, strict=True) if g.stance != "neutral"]
    gold_frames, given_frames = _frame_rows(gold, frames), _frame_rows(given, frames)
    each = _f1(*_counts(gold_frames, given_frames))
    return {
        "rows": len(gold_rows),
        "sentences": len(gold),
        "stance_macro_f1": round(macro_f1(labels, guesses, labels=(0, 1, 2)), 4),
        # as stance shared tasks report it (Mohammad et al. 2016, SemEval task 6)
        "stance_favor_against_f1": round(float(f1[:2].mean()), 4),
        "stance": {
            name: {
                "precision": round(float(precision[i]), 4),
                "recall": round(float(recall[i]), 4),
                "f1": round(float(f1[i]), 4),
                "support": int(support[i]),
            }
            for i, name in enumerate(STANCES)
        },
        # a holder counts only where the stance is seen to be there at all
        "holder_accuracy": round(float(np.mean([g == p for g, p in held])) if held else 0.0, 4),
        "frame_micro_f1": round(micro_f1(gold_frames, given_frames), 4),
        "frame_macro_f1": round(float(np.mean(each)) if each.size else 0.0, 4),
        "frames": {
            frame: {"f1": round(float(each[i]), 4), "support": int(gold_frames[:, i].sum())}
            for i, frame in enumerate(frames)
        },
    }


def _frame_rows(sentences: Sequence[Sentence], frames: Sequence[str]) -> NDArray:
    """[sentences, frames], whichever of the two is nought."""
    rows = [[frame in sentence.frames for frame in frames] for sentence in sentences]
    return np.array(rows, dtype=bool).reshape(len(sentences), len(frames))
