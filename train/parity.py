"""Whether an exported model says what the trained one says: decision by decision, on the dev set.

Numbers differ a little between runtimes, and more with eight-bit weights. A label may differ where the reference was
undecided, within a stated margin of probability; anywhere else the export is wrong, and the run ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from zawiya.bundle import Calibration
from zawiya.decoding import WindowScores, sigmoid, softmax
from zawiya.errors import ZawiyaError
from zawiya.records import STANCES

#: Margins of probability within which a label may differ.
PLAIN_MARGIN = 0.001
INT8_MARGIN = 0.1
#: The share of decisions that may differ at all, however small their margins.
MOST_DIFFERENT = 0.02


@dataclass(frozen=True, slots=True)
class Parity:
    """How two runs of one model over the same windows compare.

    :param decisions: stances, rejections, holders and frames that were decided.
    :param different: decisions that differ.
    :param widest: margin of the surest reference decision that differs.
    :param margin: that was allowed.
    """

    decisions: int
    different: int
    widest: float
    margin: float


@dataclass(frozen=True, slots=True)
class _Decision:
    label: int
    margin: float


def compare(
    reference: Sequence[WindowScores], given: Sequence[WindowScores], calibration: Calibration, *, margin: float
) -> Parity:
    """Compare two runs.

    :param margin: of probability within which a label may differ.
    """
    decisions = different = 0
    widest = 0.0
    for one, other in zip(reference, given, strict=True):
        for expected, found in zip(_decisions(one, calibration), _decisions(other, calibration), strict=True):
            decisions += 1
            if expected.label != found.label:
                different += 1
                widest = max(widest, expected.margin)
    return Parity(decisions, different, round(widest, 4), margin)


def check(parity: Parity, *, what: str) -> None:
    """Pass a comparison within its margin.

    :raises ZawiyaError: when a sure decision differs, or too many do.
    """
    if parity.widest > parity.margin or parity.different > MOST_DIFFERENT * parity.decisions:
        raise ZawiyaError(
            f"{what}: expected the labels of the trained model on dev but where a score lies within {parity.margin} of "
            f"another label, found {parity.different} of {parity.decisions} labels different, up to {parity.widest} away; "
            "set `quantise: none`, or report the encoder with which this happens"
        )


def _decisions(scores: WindowScores, calibration: Calibration) -> Iterator[_Decision]:
    stance = softmax(scores.stance / calibration.stance_temperature)
    weighed = stance[:, : len(STANCES)] * np.exp(np.asarray(calibration.stance_offsets))
    yield from _highest(weighed / np.maximum(weighed.sum(-1, keepdims=True), 1e-9))
    yield from _above(stance[:, -1:], np.asarray([calibration.reject]))
    yield from _highest(softmax(scores.holder / calibration.holder_temperature))
    frames = sigmoid(scores.frames / calibration.frame_temperature)
    yield from _above(frames[None], np.asarray(calibration.frame_thresholds))


def _highest(probabilities: np.ndarray) -> Iterator[_Decision]:
    for row in probabilities:
        second, first = np.sort(row)[-2:]
        yield _Decision(int(row.argmax()), float(first - second))


def _above(probabilities: np.ndarray, thresholds: np.ndarray) -> Iterator[_Decision]:
    for row in probabilities:
        for probability, threshold in zip(row, thresholds, strict=True):
            yield _Decision(int(probability >= threshold), float(abs(probability - threshold)))
