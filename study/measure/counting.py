"""Shares as the model counts them, with intervals over articles.

Rows of one article share its event, its author and the model's mistakes on both, so articles count as what was drawn: the
variance of a share is that of a ratio of article totals (linearised; Woodruff 1971, "A Simple Method for Approximating the
Variance of a Complicated Estimate"), and the interval is Wilson's upon as many rows as that variance is worth (Korn and
Graubard 1998; Dean and Pagano 2015), which stays between 0 and 1 and does not vanish where a label never came.

What such an interval holds is how another choice of articles might have come out **under the same model**. The model's own
mistakes are not in it; see :mod:`.correcting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ..results import Codes
from .units import Floats

#: Of a two-sided 95% interval, above which an end lies.
TAIL = 0.975


@dataclass(frozen=True, slots=True)
class Ratios:
    """Shares of groups: arrays with an entry each.

    :param total: rows of each group.
    :param count: of them that have the label, or the sum of their values.
    :param articles: that the rows stand in.
    :param variance: of the share over articles; nan for a single one.
    """

    total: Floats
    count: Floats
    articles: Floats
    variance: Floats

    @property
    def share(self) -> Floats:
        """Estimated share of each group; nan where there are no rows."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.count / self.total


def ratios(group: Codes, article: Codes, labels: Sequence[Floats], groups: int) -> list[Ratios]:
    """The mean of each label's values in each group, and its variance over articles.

    :param group: of each row, from 0: [rows].
    :param article: of each row: [rows].
    :param labels: values of each row, 0 or 1 mostly: [rows] for each label.
    """
    articles = int(article.max(initial=-1)) + 1
    pairs, place = np.unique(group.astype(np.int64) * articles + article, return_inverse=True)
    owner = pairs // max(articles, 1)
    rows = np.bincount(place, minlength=len(owner)).astype(float)
    total = np.bincount(owner, rows, minlength=groups).astype(float)
    clusters = np.bincount(owner, minlength=groups).astype(float)
    found = []
    for values in labels:
        sums = np.bincount(place, values, minlength=len(owner))
        count = np.bincount(owner, sums, minlength=groups).astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            residual = sums - (count / total)[owner] * rows
            variance = np.bincount(owner, residual**2, minlength=groups) / total**2 * clusters / (clusters - 1)
        found.append(Ratios(total, count, clusters, np.where(clusters > 1, variance, np.nan)))
    return found


def share_interval(share: float, variance: float, *, most: float, freedom: float) -> tuple[float, float] | None:
    """Wilson's interval of a share whose variance is not that of independent rows.

    :param share: from 0 to 1.
    :param most: rows that the share can be worth at most; the variance tells how many it is worth.
    :param freedom: degrees of freedom of the variance.
    :return: None where nothing can be said, from a single article.
    """
    if freedom < 1 or not np.isfinite(variance):
        return None
    spread = share * (1 - share)
    # of a label that never or always came the variance says nothing: each article is worth one row then
    worth = min(most, spread / variance) if variance > 0 and spread > 0 else min(most, freedom + 1)
    worth = max(worth, 1)
    t = float(stdtrit(freedom, TAIL))
    middle = (share + t**2 / (2 * worth)) / (1 + t**2 / worth)
    half = t / (1 + t**2 / worth) * np.sqrt(max(spread, 0) / worth + t**2 / (4 * worth**2))
    # rounding must not put a share outside of its own interval
    return float(max(0, min(share, middle - half))), float(min(1, max(share, middle + half)))


def score_interval(share: float, variance: float, *, rows: float, freedom: float) -> tuple[float, float] | None:
    """Interval of a share whose variance has more sources than the share itself: the shares that are not too far off.

    A share s is in it where (share - s)² is at most t² times the variance that it would have: the one found, with
    s (1 - s) / rows in the place of share (1 - share) / rows. Of independent rows alone it is Wilson's.

    :param rows: that the share was taken from, as many as equally weighed ones.
    :return: None where nothing can be said, from a single article.
    """
    if freedom < 1 or not np.isfinite(variance):
        return None
    t = float(stdtrit(freedom, TAIL))
    a = t**2 / rows
    spread = share * (1 - share)
    root = np.sqrt(max(a**2 * (1 - 4 * spread) + 4 * (1 + a) * t**2 * variance, 0))
    low, high = ((2 * share + a + sign * root) / (2 * (1 + a)) for sign in (-1, 1))
    return float(max(0, min(share, low))), float(min(1, max(share, high)))


def mean_interval(mean: float, variance: float, *, freedom: float, least: float = -1) -> tuple[float, float] | None:
    """Student's interval of a mean between ``least`` and 1."""
    if freedom < 1 or not np.isfinite(variance):
        return None
    t = float(stdtrit(freedom, TAIL))
    # articles that all say the same do not show that none says otherwise: as for a share, each is worth one row then
    half = t * float(np.sqrt(variance)) if variance > 0 else t**2 / (freedom + 1 + t**2)
    return max(least, mean - half), min(1.0, mean + half)
