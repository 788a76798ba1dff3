"""Intervals by resampling articles, for whatever is counted article by article.

Sentences of one article share their events, their author and their mistakes, so articles, not sentences, are drawn with
replacement (the cluster bootstrap; Davison and Hinkley 1997, section 3.8). What it costs is that a file of few articles
has wide intervals, and one of a single article none.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 2000
SEED = 13
#: Decimals of what is written.
DIGITS = 4
#: Ends of the 95% interval.
_ENDS = (2.5, 97.5)


def draws(articles: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Array:
    """How often each article is in each resample: [resamples, articles], every row of them adding up to ``articles``.

    :param articles: of the file, one or more.
    """
    random = np.random.default_rng(seed)
    return random.multinomial(articles, np.full(articles, 1 / articles), size=resamples).astype(float)


def interval(samples: Array, articles: int) -> tuple[float | None, float | None]:
    """The 95% interval of the resamples in which there was something to count: their percentiles, rounded.

    :param samples: a figure in each resample, NaN where it had nothing to count.
    :param articles: that were resampled; of one there is no interval.
    """
    numbers = samples[np.isfinite(samples)]
    if articles < 2 or not len(numbers):
        return None, None
    low, high = np.percentile(numbers, _ENDS)
    return rounded(float(low)), rounded(float(high))


def rounded(value: float | None) -> float | None:
    """A number as it is written: None for what is none."""
    return None if value is None or not np.isfinite(value) else round(float(value), DIGITS)
