"""Intervals and paired comparisons by resampling articles.

Articles are drawn as :mod:`zawiya.resampling` does, and two systems are compared on the same draws (Berg-Kirkpatrick et
al. 2012, "An Empirical Investigation of Statistical Significance in NLP"). Of a model with several seeds the seeds are
drawn too, so that its interval holds what another training run may bring.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from zawiya.resampling import SEED, interval, rounded

from .records import Difference, Estimate, McNemar
from .tally import Array, Resampled, Tally, resampled


def estimates(values: Sequence[dict[str, float]], samples: Resampled, *, articles: int) -> dict[str, Estimate]:
    """Scores with their intervals.

    :param values: the scores of each run.
    :param samples: the scores of the resamples, as :func:`over_runs` gives them.
    :param articles: that were resampled; of one there is no interval.
    """
    return {name: estimate([run[name] for run in values], samples[name], articles=articles) for name in values[0]}


def estimate(values: Sequence[float], samples: Array, *, articles: int) -> Estimate:
    """One score of one or more runs with its interval."""
    low, high = interval(samples, articles)
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Estimate(rounded(float(np.mean(values))), low, high, rounded(deviation))


def over_runs(tallies: Sequence[Tally], weights: Array, frames: tuple[str, ...], *, seed: int = SEED) -> Resampled:
    """The scores of a system in each resample: of several runs the mean of as many, drawn with replacement."""
    runs = [resampled(counts, weights, frames) for counts in tallies]
    if len(runs) == 1:
        return runs[0]
    random = np.random.default_rng(seed)
    chosen = random.integers(len(runs), size=(len(runs), len(weights)))
    each = np.arange(len(weights))
    return {name: np.stack([run[name] for run in runs])[chosen, each].mean(0) for name in runs[0]}


def difference(
    score: str, names: tuple[str, str], values: tuple[float, float], samples: tuple[Array, Array], *, articles: int
) -> Difference:
    """How much better the second system is, with a verdict in plain words.

    :param values: of the first and the second.
    :param samples: of both, from the same resamples.
    """
    gained = float(values[1] - values[0])
    low, high = interval(samples[1] - samples[0], articles)
    return Difference(score, *names, rounded(gained), low, high, verdict(names, gained, low, high))


def verdict(names: tuple[str, str], gained: float, low: float | None, high: float | None) -> str:
    """Which of two is better and by how much, in points of a hundred."""
    if not np.isfinite(gained):
        return "nothing to compare"
    first, second = names
    if low is None or high is None:
        return f"{second} scores {100 * gained:+z.1f} points; too few articles for an interval"
    better, worse, sign = (second, first, 1) if gained >= 0 else (first, second, -1)
    ends = sorted((100 * sign * low, 100 * sign * high))
    interval = f"95% interval {ends[0]:z.1f} to {ends[1]:z.1f}"
    if low > 0 or high < 0:
        return f"{better} is better by {100 * abs(gained):.1f} points, {interval}"
    if gained == 0 and low == high == 0:
        return f"{first} and {second} score the same"
    return f"no difference shown: {better} scores {100 * abs(gained):.1f} points more than {worse}, {interval}"


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """McNemar's exact test on the rows of two systems that are right.

    :param first: for each row whether the first system is right.
    :param second: likewise.
    """
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    uneven = only_first + only_second
    p = float(binomtest(only_first, uneven).pvalue) if uneven else 1.0
    return McNemar(only_first, only_second, round(p, 6))


def rate(failed: int, cases: int) -> Estimate:
    """A share of independent cases with Wilson's 95% interval (Wilson 1927)."""
    if not cases:
        return Estimate(None)
    interval = binomtest(failed, cases).proportion_ci(method="wilson")
    return Estimate(rounded(failed / cases), rounded(interval.low), rounded(interval.high))
