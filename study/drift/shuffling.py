"""Whether two groups of articles differ by more than two random groups of them would, in many respects at once.

Articles are shuffled between the groups, as wholes: their sentences share a subject and an author. A difference counts
when it stands out further than the furthest of all differences does in 95 of 100 shuffles (the maximum statistic of
Westfall and Young 1993, "Resampling-Based Multiple Testing"), so however many respects are looked at, two random groups
are called different once in twenty times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: Articles, or bundles of them, that are shuffled; more of them change no interval and take longer.
MOST_UNITS = 4000
SHUFFLES = 999
SEED = 13
#: Of shuffles in which something may be called a difference.
ALARM = 0.05
#: Bins of a distribution: deciles of both groups together.
BINS = 10

#: ``h``: Cohen's h between two shares. ``psi``: the population stability index between two distributions.
Scale = Literal["h", "psi"]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """What is shuffled.

    :param of: the unit of each article, of the first group and then of the second.
    :param first: for each unit whether it is of the first group.
    """

    of: NDArray[np.int64]
    first: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Counted:
    """One respect in which the groups may differ.

    :param counts: [units, bins]; for a share the bins are yes and no.
    :param values: what to show of both groups: their shares or means, None where there was nothing to count.
    """

    counts: Numbers
    values: tuple[float | None, float | None]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Judged:
    """How far the groups are apart in one respect.

    :param effect: on the scale of the respect.
    :param chance: effect that shuffled groups stay below in 95 of 100 shuffles, in this respect and all others.
    :param p: share of shuffles in which any respect stands out as far.
    """

    effect: float
    chance: float
    p: float


def units(first: int, second: int) -> Units:
    """Units of two groups of articles: each article alone, or in large groups bundles of a few random ones.

    Bundles are of one size, to one article, so that they may be exchanged like articles.
    """
    size = max(1, -(-(first + second) // MOST_UNITS))
    random = np.random.default_rng(SEED)
    counts = [max(1, round(articles / size)) for articles in (first, second)]
    of = [random.permutation(articles) % count for articles, count in zip((first, second), counts, strict=True)]
    return Units(np.concatenate([of[0], of[1] + counts[0]]), np.arange(sum(counts)) < counts[0])


def share(yes: Numbers, every: Numbers, first: NDArray[np.bool_]) -> Counted:
    """The share of rows that are so.

    :param yes: rows of each unit that are.
    :param every: all its rows.
    """
    of = [(float(yes[group].sum()), float(every[group].sum())) for group in (first, ~first)]
    values = [part / whole if whole else None for part, whole in of]
    return Counted(np.stack([yes, every - yes], axis=1), (values[0], values[1]), "h")


def spread(rows: NDArray[np.int64], values: Numbers, first: NDArray[np.bool_]) -> Counted:
    """A number that rows have, by the deciles of all of them; shown is its mean.

    :param rows: the unit of each row.
    :param values: of each row; those that are NaN are left out.
    """
    known = ~np.isnan(values)
    rows, values = rows[known], values[known]
    inner = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])) if len(values) else np.zeros(0)
    bins = np.searchsorted(inner, values, side="left")
    counts = table(rows, bins, len(first), len(inner) + 1)
    means = [float(values[group].mean()) if group.any() else None for group in (first[rows], ~first[rows])]
    return Counted(counts, (means[0], means[1]), "psi")


def table(rows: NDArray[np.int64], columns: NDArray[np.int64], height: int, width: int) -> Numbers:
    """How often each pair of row and column is there: [height, width]."""
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width).astype(np.float64)


def judge(respects: Mapping[str, Counted], first: NDArray[np.bool_]) -> dict[str, Judged]:
    """Hold each respect against shuffles of the same units."""
    if not respects:
        return {}
    groups = _shuffled(first)
    found = {name: _effects(counted, groups) for name, counted in respects.items()}
    real = np.array([effects[0] for effects in found.values()])
    chance = np.stack([effects[1:] for effects in found.values()])
    middle, width = chance.mean(1), chance.std(1)
    # what no shuffle moves cannot stand out
    width = np.where(width > 1e-9, width, np.inf)
    highest = ((chance - middle[:, None]) / width[:, None]).max(0)
    bar = float(np.quantile(highest, 1 - ALARM, method="higher"))
    judged = {}
    for place, name in enumerate(found):
        out = (real[place] - middle[place]) / width[place]
        p = (1 + int((highest >= out - 1e-12).sum())) / (1 + SHUFFLES)
        reach = middle[place] + bar * width[place] if np.isfinite(width[place]) else real[place]
        judged[name] = Judged(float(real[place]), float(reach), p)
    return judged


def _shuffled(first: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Who is in the first group: really, then in each shuffle. [1 + shuffles, units]."""
    random = np.random.default_rng(SEED)
    return np.stack([first, *(random.permutation(first) for _ in range(SHUFFLES))]).astype(np.float32)


def _effects(counted: Counted, groups: NDArray[np.float32]) -> Numbers:
    """The distance of the groups, really and in each shuffle."""
    one = groups.astype(np.float64) @ counted.counts
    # exact: counts are whole numbers
    other = counted.counts.sum(0) - one
    return cohens_h(one, other) if counted.scale == "h" else stability(one, other)


def cohens_h(one: Numbers, other: Numbers) -> Numbers:
    """The distance of two shares, alike for rare and common things (Cohen 1988, section 6.2); 0.2 is called small.

    :param one: [..., 2], rows that are so and rows that are not; ``other`` likewise.
    """
    angles = [2 * np.arcsin(np.sqrt(group[..., 0] / np.maximum(group.sum(-1), 1))) for group in (one, other)]
    empty = (one.sum(-1) == 0) | (other.sum(-1) == 0)
    return np.where(empty, 0.0, np.abs(angles[0] - angles[1]))


def stability(one: Numbers, other: Numbers) -> Numbers:
    """The population stability index of two histograms: 0 where they are alike; by custom 0.1 is a shift, 0.25 a great one.

    It is the sum of both Kullback-Leibler divergences; half a row is added to each bin, so that none is empty.

    :param one: [..., bins], rows in each bin; ``other`` likewise.
    """
    shares = [(group + 0.5) / (group + 0.5).sum(-1, keepdims=True) for group in (one, other)]
    empty = (one.sum(-1) == 0) | (other.sum(-1) == 0)
    return np.where(empty, 0.0, ((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum(-1))
