"""Scores of labels against labels, with scikit-learn underneath."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import f1_score, precision_recall_fscore_support

from zawiya.records import STANCES, Sentence


def macro_f1(gold: ArrayLike, given: ArrayLike, *, labels: Sequence[int]) -> float:
    """Mean F1 over the labels."""
    return float(f1_score(gold, given, labels=list(labels), average="macro", zero_division=0))


def micro_f1(gold: ArrayLike, given: ArrayLike) -> float:
    """F1 over all decisions of a multi-label task, [rows, labels]."""
    return float(f1_score(gold, given, average="micro", zero_division=0))


def score_sentences(gold: Sequence[Sentence], given: Sequence[Sentence], frames: Sequence[str]) -> dict[str, object]:
    """Stance, holder and frame scores of labelled sentences whose mentions stand at the same places.

    :param given: each with the mentions of its gold sentence, in order.
    """
    gold_rows = [m for sentence in gold for m in sentence.mentions]
    given_rows = [m for sentence in given for m in sentence.mentions]
    labels = [STANCES.index(m.stance or "neutral") for m in gold_rows]
    guesses = [STANCES.index(m.stance or "neutral") for m in given_rows]
    precision, recall, f1, support = precision_recall_fscore_support(labels, guesses, labels=[0, 1, 2], zero_division=0)
    held = [(g.holder, p.holder) for g, p in zip(gold_rows, given_rows, strict=True) if g.stance != "neutral"]
    gold_frames = np.array([[frame in s.frames for frame in frames] for s in gold])
    given_frames = np.array([[frame in s.frames for frame in frames] for s in given])
    each = f1_score(gold_frames, given_frames, average=None, zero_division=0)
    return {
        "rows": len(gold_rows),
        "sentences": len(gold),
        "stance_macro_f1": round(macro_f1(labels, guesses, labels=(0, 1, 2)), 4),
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
        "frame_macro_f1": round(float(np.mean(each)), 4),
        "frames": {
            frame: {"f1": round(float(each[i]), 4), "support": int(gold_frames[:, i].sum())}
            for i, frame in enumerate(frames)
        },
    }
