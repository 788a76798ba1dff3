"""What a group says more, or less, than the others; and which frames come together more than chance would have it.

Counts of articles' labels, no reading of words: the method is that for words, with frames in their place. Rows of an article
depend on each other, so variances are never smaller than what whole articles give.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from ..measure.counting import TAIL
from ..measure.units import Floats
from ..results import Codes

#: Labels that the prior is worth, shared out among frames as the whole has them.
PRIOR = 50.0
#: Of a normal distribution, beyond which 5% lie.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Odds:
    """Of each group and frame: [groups, frames] each.

    :param value: log-odds of the frame in the group less those in all others; natural logarithms.
    :param error: standard error.
    """

    value: Floats
    error: Floats


def log_odds(given: NDArray[np.bool_], group: Codes, article: Codes, groups: int, *, prior: float = PRIOR) -> Odds:
    """Over- and under-used frames: log-odds ratios with an informative Dirichlet prior.

    Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations 15, 16, 19 and 20, each group against all others, with a
    prior in the proportions of the whole. The variance is theirs or that over articles, whichever is larger.

    :param given: whether each sentence was given each frame: [sentences, frames].
    :param group: of each sentence: [sentences].
    :param article: of each sentence: [sentences].
    :param prior: labels that the prior is worth.
    """
    counts = np.stack([np.bincount(group, given[:, f], minlength=groups) for f in range(given.shape[1])], axis=1)
    whole = counts.sum(axis=0)
    alpha = prior * whole / max(whole.sum(), 1)
    inside, outside = counts + alpha, whole - counts + alpha
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _logit(inside) - _logit(outside)
        variance = 1 / inside + 1 / outside
        here = _over_articles(given, group, article, inside, groups)
        there = np.stack([
            _over_articles(given[group != g], np.zeros(int((group != g).sum()), np.int32), article[group != g], outside[[g]], 1)[0]
            for g in range(groups)
        ])  # fmt: skip
        error = np.sqrt(np.fmax(variance, here + there))
    return Odds(np.where(np.isfinite(value), value, np.nan), np.where(np.isfinite(error), error, np.nan))


def _logit(counts: Floats) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    return np.log(counts / (total - counts))


def _over_articles(given: NDArray[np.bool_], group: Codes, article: Codes, smoothed: Floats, groups: int) -> Floats:
    """Variance of the log-odds of each frame in each group when whole articles are drawn: [groups, frames]."""
    total = smoothed.sum(axis=1, keepdims=True)
    share = smoothed / total
    labels = given.sum(axis=1)
    told = labels > 0
    if not told.any():
        return np.full(smoothed.shape, np.nan)
    pairs, place = np.unique(
        group[told].astype(np.int64) * (int(article.max()) + 1) + article[told], return_inverse=True
    )
    owner = (pairs // (int(article.max()) + 1)).astype(np.int64)
    rows = np.bincount(place, labels[told], minlength=len(pairs))
    clusters = np.bincount(owner, minlength=groups)[:, None].astype(float)
    found = np.empty(smoothed.shape)
    for f in range(given.shape[1]):
        residual = np.bincount(place, given[told, f], minlength=len(pairs)) - share[owner, f] * rows
        found[:, f] = np.bincount(owner, residual**2, minlength=groups)
    return found * clusters / (clusters - 1) / (total * share * (1 - share)) ** 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two frames in one sentence.

    :param first: number of the one frame, and ``second`` of the other.
    :param count: sentences with both.
    :param lift: binary logarithm of how many times as often they come together as they would by chance.
    :param low: lower end of its 95% interval over articles, None from a single article; ``high`` the upper.
    """

    first: int
    second: int
    count: int
    lift: float
    low: float | None
    high: float | None


def frame_pairs(given: NDArray[np.bool_], article: Codes, *, fewest: int = 1) -> list[Pair]:
    """All pairs that come in at least ``fewest`` sentences, the most frequent first.

    :param given: whether each sentence was given each frame: [sentences, frames].
    :param article: of each sentence: [sentences].
    """
    each = given.sum(axis=0)
    both = given.T.astype(np.int64) @ given.astype(np.int64)
    places = np.argwhere(np.triu(both >= max(fewest, 1), 1))
    _, place = np.unique(article, return_inverse=True)
    sizes = np.bincount(place)
    sums = [np.bincount(place, given[:, f], minlength=len(sizes)) for f in range(given.shape[1])]
    found = []
    for a, b in places.tolist():
        n = int(both[a, b])
        lift = np.log(n * len(given) / (each[a] * each[b]))
        together = np.bincount(place, given[:, a] & given[:, b], minlength=len(sizes))
        # what each article adds to the logarithm, linearised
        share = together / n + sizes / len(given) - sums[a] / each[a] - sums[b] / each[b]
        many = len(sizes)
        t = stdtrit(many - 1, TAIL)
        half = t * np.sqrt((share**2).sum() * many / (many - 1)) / np.log(2) if many > 1 else None
        value = float(lift / np.log(2))
        ends = (None, None) if half is None else (value - float(half), value + float(half))
        found.append(Pair(a, b, n, value, *ends))
    return sorted(found, key=lambda pair: (-pair.count, pair.first, pair.second))
