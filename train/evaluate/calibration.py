"""Whether a score of 0.7 is right in seven cases of ten: reliability before and after temperature scaling.

Bins are equally wide, as they are in the literature; the rare ones at the low end are unsteady, and resamples say how
much.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from zawiya.prediction import EncoderJudge, Judge
from zawiya.records import STANCES

from ..f1 import ratio
from .bootstrap import estimate
from .candidates import Judged, rows_of
from .gold import GoldFile
from .records import Bin, Reliability
from .tally import Array

Stage = Literal["before", "after"]

#: Equally wide bins of confidence.
BINS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """Confidences of decisions.

    :param article: of each decision.
    :param confidence: that the decision claims for itself.
    :param right: whether it is.
    :param brier: squared distance of its probabilities from what is so.
    """

    article: NDArray[np.int64]
    confidence: Array
    right: Array
    brier: Array


def calibration(file: GoldFile, judged: Judged, weights: Array) -> tuple[Reliability, ...]:
    """Reliability of the first run's stances, holders and frames; nothing for labels that carry no scores.

    Scores before scaling are found from those after it: a softmax at temperature T, raised to the power T and normalised,
    is the softmax at one. The holder's score adds up several mentions, so that its own cannot be had back.
    """
    stance, frame = _temperatures(judged.candidate.judges[0])
    said: list[tuple[str, Stage, Said | None]] = []
    # of a model that nobody scaled before and after are one
    if stance != 1.0:
        said.append(("stance", "before", _stances(file, judged, stance)))
    said.append(("stance", "after", _stances(file, judged, 1.0)))
    if frame != 1.0:
        said.append(("frames", "before", _frames(file, judged, frame)))
    said.append(("frames", "after", _frames(file, judged, 1.0)))
    said.append(("holder", "after", _holders(file, judged)))
    return tuple(_reliability(label, stage, found, file, weights) for label, stage, found in said if found)


def _temperatures(judge: Judge) -> tuple[float, float]:
    if not isinstance(judge, EncoderJudge):
        return 1.0, 1.0
    return judge.bundle.calibration.stance_temperature, judge.bundle.calibration.frame_temperature


def _stances(file: GoldFile, judged: Judged, power: float) -> Said | None:
    rows = [(a, m, g) for a, _, m, g in rows_of(file, judged)]
    if not rows or not all(given.scores for _, _, given in rows):
        return None
    scores = np.array([[given.scores[name] for name in STANCES] for _, _, given in rows]) ** power
    scores /= scores.sum(1, keepdims=True)
    gold = np.array([STANCES.index(m.stance or "neutral") for _, m, _ in rows])
    given = np.array([STANCES.index(g.stance or "neutral") for _, _, g in rows])
    each = np.arange(len(rows))
    distance = ((scores - np.eye(len(STANCES))[gold]) ** 2).sum(1)
    return Said(np.array([a for a, _, _ in rows]), scores[each, given], (gold == given).astype(float), distance)


def _holders(file: GoldFile, judged: Judged) -> Said | None:
    """Of rows that are rightly given a stance, the holder's score."""
    rows = [(a, m, g) for a, _, m, g in rows_of(file, judged) if m.holder and g.stance == m.stance and g.holder_score]
    if not rows:
        return None
    confidence = np.array([g.holder_score for _, _, g in rows], dtype=float)
    right = np.array([g.holder == m.holder for _, m, g in rows], dtype=float)
    return Said(np.array([a for a, _, _ in rows]), confidence, right, (confidence - right) ** 2)


def _frames(file: GoldFile, judged: Judged, power: float) -> Said | None:
    """Every pair of sentence and frame: the frame's score, and whether the frame is there."""
    names = judged.candidate.judges[0].frames
    given = judged.given[0]
    if not names or not all(s.frame_scores for s in given):
        return None
    scores = np.clip([[s.frame_scores[name] for name in names] for s in given], 1e-7, 1 - 1e-7)
    scores = scores**power / (scores**power + (1 - scores) ** power)
    there = np.array([[name in s.frames for name in names] for s in file.sentences], dtype=float)
    articles = np.repeat(file.article_of, len(names))
    return Said(articles, scores.ravel(), there.ravel(), ((scores - there) ** 2).ravel())


def _reliability(label: str, stage: Stage, said: Said, file: GoldFile, weights: Array) -> Reliability:
    """Counts by article and bin add up, so resamples are weighted sums of them."""
    place = np.minimum((said.confidence * BINS).astype(int), BINS - 1)
    counts = np.zeros((len(file.articles), BINS, 3))
    np.add.at(counts, (said.article, place), np.stack([np.ones(len(place)), said.confidence, said.right], -1))
    brier = np.zeros((len(file.articles), 2))
    np.add.at(brier, said.article, np.stack([said.brier, np.ones(len(place))], -1))
    articles = len(np.unique(said.article))
    whole = np.ones((1, len(file.articles)))
    return Reliability(
        label,
        stage,
        len(place),
        estimate(_ece(counts, whole).tolist(), _centred(_ece(counts, weights), _ece(counts, whole)), articles=articles),
        estimate(_mean(brier, whole).tolist(), _mean(brier, weights), articles=articles),
        _bins(counts.sum(0)),
    )


def _ece(counts: Array, weights: Array) -> Array:
    total = np.tensordot(weights, counts, axes=1)
    return ratio(np.abs(total[..., 1] - total[..., 2]).sum(-1), total[..., 0].sum(-1))


def _centred(samples: Array, found: Array) -> Array:
    """Resamples of an error brought back to lie around what was found.

    Noise adds to an absolute error in every resample once more, so that they lie above it.
    """
    counted = samples[np.isfinite(samples)]
    return np.maximum(samples - counted.mean() + found, 0.0) if len(counted) else samples


def _mean(sums: Array, weights: Array) -> Array:
    total = weights @ sums
    return ratio(total[:, 0], total[:, 1])


def _bins(counts: Array) -> tuple[Bin, ...]:
    return tuple(
        Bin(number / BINS, (number + 1) / BINS, int(rows), round(claimed / rows, 4), round(right / rows, 4))
        for number, (rows, claimed, right) in enumerate(counts.tolist())
        if rows
    )
