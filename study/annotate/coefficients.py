"""Chance-corrected agreement and its interval: Cohen's kappa of two annotators, Krippendorff's alpha of any number.

The figure itself comes from scikit-learn and from the package krippendorff. Its interval comes from resampled articles, and
thousands of calls of those would take minutes: both coefficients are functions of counts that add up over articles, so a
resample is a weighted sum. A test holds the two ways together. Cohen 1960, "A Coefficient of Agreement for Nominal Scales";
Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from zawiya.resampling import interval, rounded

Array = NDArray[np.float64]
#: Where an annotator did not give an answer.
MISSING = -1
Answers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient.

    :param units: that two annotators or more answered.
    :param observed: share of pairs of answers to one unit that are the same.
    :param value: None where it is undefined.
    :param low: lower end of the 95% interval, None where there is none.
    :param why: why there is no value, empty where there is one.
    """

    units: int
    observed: float | None
    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


def alpha(answers: Answers, articles: Sequence[int], weights: Array) -> Coefficient:
    """Krippendorff's alpha for nominal data.

    :param answers: [annotators, units], numbers of labels or :data:`MISSING`.
    :param articles: [units], the number of each unit's article.
    :param weights: [resamples, articles], as :func:`zawiya.resampling.draws` gives them.
    """
    paired = (answers != MISSING).sum(0) >= 2
    answers, article = answers[:, paired], np.asarray(articles, dtype=int)[paired]
    if why := _undefined(answers):
        return _without(answers, why)
    counts = _counts(answers)
    value = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    raters = counts.sum(1)
    alike = (counts * (counts - 1)).sum(1) / (raters - 1)
    same = weights @ _by_article(alike[:, None], article, weights.shape[1])
    sizes = weights @ _by_article(counts, article, weights.shape[1])
    total = sizes.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = total**2 - (sizes**2).sum(1)
        samples = 1 - (total - 1) * (total - same[:, 0]) / np.where(by_chance > 0, by_chance, np.nan)
    return _coefficient(answers, value, samples, article)


def kappa(first: Answers, second: Answers, articles: Sequence[int], weights: Array) -> Coefficient:
    """Cohen's kappa of two annotators, on the units that both answered.

    :param first: [units].
    :param articles: as in :func:`alpha`.
    """
    both = (first != MISSING) & (second != MISSING)
    answers, article = np.stack([first, second])[:, both], np.asarray(articles, dtype=int)[both]
    if why := _undefined(answers):
        return _without(answers, why)
    labels = np.unique(answers)
    one, two = np.searchsorted(labels, answers)
    value = float(cohen_kappa_score(one, two))
    eye = np.eye(len(labels))
    same = weights @ _by_article((one == two)[:, None].astype(float), article, weights.shape[1])
    of_one, of_two = (weights @ _by_article(eye[answer], article, weights.shape[1]) for answer in (one, two))
    total = of_one.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = (of_one * of_two).sum(1) / total**2
        samples = (same[:, 0] / total - by_chance) / np.where(by_chance < 1, 1 - by_chance, np.nan)
    return _coefficient(answers, value, samples, article)


def _undefined(answers: Answers) -> str:
    given = np.unique(answers[answers != MISSING])
    if not len(given):
        return "undefined: nothing that two annotators answered"
    return "undefined: one label only" if len(given) == 1 else ""


def _without(answers: Answers, why: str) -> Coefficient:
    return Coefficient(answers.shape[1], _observed(answers), None, why=why)


def _coefficient(answers: Answers, value: float, samples: Array, article: NDArray[np.int64]) -> Coefficient:
    # articles without a unit weigh nothing, so the interval is of those that have one
    low, high = interval(samples, len(np.unique(article)))
    return Coefficient(answers.shape[1], _observed(answers), rounded(value), low, high)


def _observed(answers: Answers) -> float | None:
    """Share of pairs that are the same, each unit's pairs weighing as much as its answers."""
    if not answers.size:
        return None
    counts = _counts(answers)
    raters = counts.sum(1)
    return rounded(float(((counts * (counts - 1)).sum(1) / (raters - 1)).sum() / raters.sum()))


def _counts(answers: Answers) -> Array:
    """How many annotators gave each label to each unit: [units, labels]."""
    labels = np.unique(answers[answers != MISSING])
    return np.stack([(answers == label).sum(0) for label in labels], axis=-1).astype(float)


def _by_article(values: Array, article: NDArray[np.int64], articles: int) -> Array:
    summed = np.zeros((articles, values.shape[1]))
    np.add.at(summed, article, values)
    return summed
