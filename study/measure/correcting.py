"""Shares corrected by a labelled sample: prediction-powered inference for ratios, over clusters, with any known chances.

A share is the ratio of two totals over sentences, of u (rows with the label) and v (rows). The model gives both for every
sentence, people for those of a sample, each drawn with a known probability. With the residual e = u - share * v, of the
model (m) and of people (p), the estimate solves

    sum over all of  a * e_m   +   sum over the sample of  w * (e_p - a * e_m)   =   0

where w is one over the chance of being drawn and a between 0 and 1 is chosen for the least variance: a poor model is used
little, and the estimate is never much worse than labels alone (Angelopoulos et al. 2023, "Prediction-Powered Inference" and
"PPI++"; with unequal chances, Zrnic and Candès 2024, "Active Statistical Inference"). In survey sampling it is a difference
estimator (Särndal, Swensson and Wretman 1992, chapter 6). Weights are adjusted so that they add up to the known number of
sentences in each stratum, apart for sentences in which the model sees rows of the group and others, which is
poststratification. The variance adds up what each article contributes to the equation, so it holds both how articles differ
and what the sample leaves open.

To it is added one imaginary mistake: labels that agree with the model everywhere do not show that it never errs.
"""

from dataclasses import dataclass

import numpy as np

from ..results import Codes, Places
from .counting import mean_interval, score_interval
from .units import Floats

#: Labelled sentences of a stratum below which it is put together with others.
FEWEST_IN_STRATUM = 2
#: Labelled rows that a denominator must be worth, drawn at the mean chance.
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Sums:
    """What the model and people say of the sentences that a group may lie in.

    :param article: number of each sentence's article, from 0: [sentences].
    :param u: the model's numerator of each sentence: [sentences].
    :param v: its denominator: [sentences].
    :param labelled: numbers of the sentences that people have labelled: [labelled].
    :param u_gold: their numerators: [labelled].
    :param v_gold: their denominators: [labelled].
    :param chance: with which each of them was drawn: [labelled].
    :param stratum: of every sentence, by whatever is known of all of them: [sentences].
    """

    article: Codes
    u: Floats
    v: Floats
    labelled: Places
    u_gold: Floats
    v_gold: Floats
    chance: Floats
    stratum: Codes


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share.

    :param share: in its range, clipped where the equation has its solution outside.
    :param power: how much the model is used, from 0 (labels alone) to 1.
    """

    share: float
    low: float | None
    high: float | None
    power: float


def corrected(sums: Sums, *, signed: bool = False, power: float | None = None) -> Corrected | None:
    """Estimate a share and its 95% interval.

    :param signed: whether it may be negative, as net stance.
    :param power: how much the model is used, None chooses.
    :return: None where the labels leave no row to take a share of: people rejected next to all that the model saw.
    """
    strata = _strata(sums)
    weights = _weights(sums, strata)
    a = 1.0 if power is None else power
    share, below = _solved(sums, weights, a)
    for _ in range(2 if power is None else 0):
        if not np.isfinite(share):
            # what people rejected of the model's rows is more than they left: without the model then
            a = 0.0
            share, below = _solved(sums, weights, a)
            break
        a = _least_variance(*_contributions(sums, strata, weights, share))
        share, below = _solved(sums, weights, a)
    if not np.isfinite(share):
        return None
    people, model = _contributions(sums, strata, weights, share)
    told = (sums.v_gold != 0) | (sums.v[sums.labelled] != 0)
    imaginary = float(weights[told].mean()) ** 2 if told.any() else 0.0
    clusters = len(people)
    variance = (float(((people + a * model) ** 2).sum()) * clusters / max(clusters - 1, 1) + imaginary) / below**2
    freedom = len(np.unique(sums.article[sums.labelled[sums.v_gold != 0]])) - 1
    share = float(np.clip(share, -1 if signed else 0, 1))
    if signed:
        ends = mean_interval(share, variance, freedom=freedom)
    else:
        own = weights[sums.v_gold != 0]
        ends = score_interval(share, variance, rows=float(own.sum() ** 2 / (own @ own)), freedom=freedom)
    low, high = ends or (None, None)
    return Corrected(share, low, high, a)


def _solved(sums: Sums, weights: Floats, power: float) -> tuple[float, float]:
    """The share that solves the equation, and the denominator that it is over; nan where that is not above nought."""
    u, v = sums.u[sums.labelled], sums.v[sums.labelled]
    above = float(power * sums.u.sum() + weights @ (sums.u_gold - power * u))
    below = float(power * sums.v.sum() + weights @ (sums.v_gold - power * v))
    return (above / below, below) if below > _LEAST * len(sums.v) / max(len(v), 1) else (np.nan, np.nan)


def _least_variance(people: Floats, model: Floats) -> float:
    """How much to use the model, from what articles add to both parts of the equation."""
    spread = model - model.mean()
    squares = float(spread @ spread)
    return float(np.clip(-(people @ spread) / squares, 0, 1)) if squares > 0 else 0.0


def _strata(sums: Sums) -> Codes:
    """The strata that weights are adjusted in: as given, with rows of the group or without; small ones together."""
    seen = sums.v > 0
    strata = 2 * sums.stratum.astype(np.int64) + seen
    drawn = np.bincount(strata[sums.labelled], minlength=int(strata.max(initial=0)) + 1)
    small = drawn[strata] < FEWEST_IN_STRATUM
    # numbers that no stratum has, one for each side
    strata = np.where(small, 2 * (int(sums.stratum.max(initial=0)) + 1) + seen, strata)
    _, numbers = np.unique(strata, return_inverse=True)
    return numbers.ravel().astype(np.int32)


def _weights(sums: Sums, strata: Codes) -> Floats:
    """One over the chance of each labelled sentence, adjusted so that a stratum's add up to its sentences."""
    own = strata[sums.labelled]
    raw = 1 / sums.chance
    sizes = np.bincount(strata).astype(float)
    sampled = np.bincount(own, raw, minlength=len(sizes))
    return raw * (sizes / np.where(sampled > 0, sampled, 1))[own]


def _contributions(sums: Sums, strata: Codes, weights: Floats, share: float) -> tuple[Floats, Floats]:
    """What each article adds to the equation, as part of people's labels and as part of the model's: [articles] each."""
    own = strata[sums.labelled]
    present = np.bincount(sums.article) > 0
    mass = np.bincount(own, weights, minlength=int(strata.max(initial=0)) + 1)
    # labels lie closer to their own mean than to that of all
    drawn_of = np.bincount(own, minlength=len(mass))
    wider = np.sqrt(drawn_of / np.maximum(drawn_of - 1, 1))[own]

    def adds(residual: Floats, known: Floats | None) -> Floats:
        mean = np.bincount(own, weights * residual, minlength=len(mass)) / np.where(mass > 0, mass, 1)
        everywhere = mean[strata] if known is None else mean[strata] + known
        total = np.bincount(sums.article, everywhere, minlength=len(present))
        drawn = wider * weights * (residual - mean[own])
        return (total + np.bincount(sums.article[sums.labelled], drawn, minlength=len(present)))[present].astype(float)

    model = sums.u - share * sums.v
    return adds(sums.u_gold - share * sums.v_gold, None), adds(-model[sums.labelled], model)
