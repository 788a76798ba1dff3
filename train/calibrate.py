"""Fitting temperatures, thresholds and offsets on the dev set.

Everything is fitted by search over a small grid: no optimiser to tune, and the same result on every machine.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from zawiya.bundle import Calibration
from zawiya.decoding import WindowScores, sigmoid, softmax
from zawiya.inputs import NOT_AN_ACTOR, STANCE_LABELS

from .examples import Example
from .f1 import macro_f1
from .model import IGNORED

TEMPERATURES = np.geomspace(0.5, 5.0, 46)
THRESHOLDS = np.arange(0.15, 0.86, 0.05)
OFFSETS = np.arange(-1.0, 1.51, 0.25)
#: A frame with fewer dev examples than this keeps the threshold fitted on all frames together.
FEWEST = 15

Array = NDArray[np.float32]


def calibrate(examples: Iterable[Example], scores: Sequence[WindowScores]) -> Calibration:
    """Temperatures that make dev likelihood highest; thresholds and offsets that make dev F1 highest."""
    examples = list(examples)
    labels = np.array([label for example in examples for label in example.stance], dtype=np.int64)
    logits = np.concatenate([s.stance for s in scores])
    kept = labels != IGNORED
    labels, logits = labels[kept], logits[kept]
    temperature = _stance_temperature(labels, logits)
    probabilities = softmax(logits / temperature)
    frames = np.array([example.frames for example in examples])
    frame_logits = np.stack([s.frames for s in scores])
    frame_temperature = 1.0
    if frames.size:
        frame_temperature = _best_temperature(lambda t: _binary_loss(sigmoid(frame_logits / t), frames))
    return Calibration(
        frame_thresholds=_frame_thresholds(frames, sigmoid(frame_logits / frame_temperature)),
        stance_temperature=temperature,
        holder_temperature=_holder_temperature(examples, scores),
        frame_temperature=frame_temperature,
        reject=_reject_threshold(labels, probabilities[:, -1]),
        stance_offsets=_offsets(labels, probabilities[:, :-1]),
    )


def _stance_temperature(labels: NDArray, logits: Array) -> float:
    if not len(labels):
        return 1.0
    return _best_temperature(lambda t: -np.log(softmax(logits / t)[np.arange(len(labels)), labels] + 1e-9))


def _best_temperature(loss: Callable[[float], Array | list[float]]) -> float:
    losses = [float(np.mean(loss(float(temperature)))) for temperature in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 4)


def _binary_loss(probabilities: Array, labels: NDArray) -> Array:
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(-(labels * np.log(clipped) + (1 - labels) * np.log(1 - clipped)))


def _holder_temperature(examples: Sequence[Example], scores: Sequence[WindowScores]) -> float:
    pairs = [
        (logits, acceptable)
        for example, window in zip(examples, scores, strict=True)
        for logits, acceptable in zip(window.holder, example.holder, strict=True)
        if acceptable.any()
    ]
    if not pairs:
        return 1.0
    return _best_temperature(
        lambda t: [-np.log((softmax(logits / t) * acceptable).sum() + 1e-9) for logits, acceptable in pairs]
    )


def _reject_threshold(labels: NDArray, probabilities: Array) -> float:
    """The threshold on not-an-actor that makes the F1 of kept mentions highest."""
    real = labels != STANCE_LABELS.index(NOT_AN_ACTOR)
    return round(_best_threshold(lambda threshold: _f1(real, probabilities < threshold)), 2)


def _f1(gold: NDArray, given: NDArray) -> float:
    hits = float((gold & given).sum())
    return 2 * hits / max(1.0, float(gold.sum() + given.sum()))


def _best_threshold(score: Callable[[float], float]) -> float:
    """The threshold that scores highest; of several that do, the one nearest to a half."""
    return float(max(THRESHOLDS, key=lambda threshold: (score(threshold), -abs(threshold - 0.5))))


def _frame_thresholds(labels: NDArray, probabilities: Array) -> tuple[float, ...]:
    shared = _best_threshold(lambda threshold: _f1(labels == 1, probabilities >= threshold))
    chosen = []
    for column in range(labels.shape[1]):
        gold, given = labels[:, column] == 1, probabilities[:, column]
        best = shared
        if gold.sum() >= FEWEST:
            best = _best_threshold(lambda threshold, gold=gold, given=given: _f1(gold, given >= threshold))  # type: ignore[misc]
            # halfway to the shared one: a threshold fitted on few rows is not to be trusted far
            best = (best + shared) / 2
        chosen.append(round(float(best), 3))
    return tuple(chosen)


def _offsets(labels: NDArray, probabilities: Array) -> tuple[float, float, float]:
    """Offsets of favor and against that make stance macro-F1 highest; neutral stays at zero."""
    rows = labels < len(STANCE_LABELS) - 1
    logs = np.log(probabilities[rows] + 1e-9)
    # what reaches no more than no offsets is not worth an offset
    best, score = (0.0, 0.0, 0.0), macro_f1(labels[rows], logs.argmax(-1), labels=(0, 1, 2))
    for favor in OFFSETS:
        for against in OFFSETS:
            reached = macro_f1(labels[rows], (logs + np.array((favor, against, 0.0))).argmax(-1), labels=(0, 1, 2))
            if reached > score + 1e-9:
                best, score = (float(favor), float(against), 0.0), reached
    return best
