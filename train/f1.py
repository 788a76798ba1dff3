"""F1 from counts, for what is scored very many times: thresholds in a grid, resamples of a bootstrap.

Without the checks that scikit-learn makes of its arguments each time; :mod:`.scores` has its numbers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def macro_f1(gold: ArrayLike, given: ArrayLike, *, labels: Sequence[int]) -> float:
    """Mean F1 over the labels; one that is neither there nor given counts as zero, so that none can be won by silence."""
    gold, given = _one_hot(gold, labels), _one_hot(given, labels)
    return float(np.nan_to_num(f1(*_counts(gold, given))).mean())


def micro_f1(gold: ArrayLike, given: ArrayLike) -> float:
    """F1 over all decisions of a multi-label task, [rows, labels]; zero where there are none."""
    counts = _counts(np.asarray(gold, dtype=bool), np.asarray(given, dtype=bool))
    return float(np.nan_to_num(f1(*(count.sum() for count in counts))))


def f1(hits: ArrayLike, gold: ArrayLike, given: ArrayLike) -> NDArray[np.float64]:
    """F1 of counts of any shape; not a number where there is nothing to find and nothing is given."""
    return ratio(2 * np.asarray(hits), np.asarray(gold) + np.asarray(given))


def ratio(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """A part of a whole; not a number where there is none."""
    whole = np.asarray(whole, dtype=float)
    return np.divide(
        part, whole, out=np.full(np.broadcast_shapes(np.shape(part), whole.shape), np.nan), where=whole > 0
    )


def _one_hot(values: ArrayLike, labels: Sequence[int]) -> NDArray:
    return np.asarray(values)[:, None] == np.asarray(labels)


def _counts(gold: NDArray, given: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """For each column of [rows, labels] the hits, what was there, what was given."""
    return (gold & given).sum(0), gold.sum(0), given.sum(0)
