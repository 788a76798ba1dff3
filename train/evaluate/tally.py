"""Scores of many resamples at once, from counts that add up over articles.

Every score is a function of counts: of hits, of what was there, of what was given. Counted once for each article, a
resample is a weighted sum of them, so that thousands cost one matrix product each where scoring every resample by
itself would take hours. The same numbers come out as from ``zawiya.train.scores``; a property test holds the two together.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from zawiya.records import STANCES

from ..decisions import ABSENT, Decisions, Rows
from ..f1 import f1, ratio
from ..scores import HOLDER_KINDS, holder_kinds

Array = NDArray[np.float64]
#: Counts by name, the first axis of each the articles.
Tally = Mapping[str, Array]
#: Scores by name, each [resamples].
Resampled = dict[str, Array]


def tally(decisions: Decisions, *, articles: int) -> Tally:
    """The counts of each article.

    :param articles: number of articles in the file, those without decisions included.
    """
    frames = [decisions.gold_frames & decisions.given_frames, decisions.gold_frames, decisions.given_frames]
    overlap, *sizes = (labels.sum(1) for labels in frames)
    alike = np.where(sum(sizes) > 0, f1(overlap, *sizes), 1.0)
    counts = {
        **_row_counts("", decisions.rows),
        **_holder_counts(decisions.rows),
        "frames": np.stack(frames, -1).astype(float),
        "samples": np.stack([alike, np.ones(len(alike))], -1),
    }
    where = dict.fromkeys(counts, decisions.article[decisions.rows.sentence]) | dict.fromkeys(
        ("frames", "samples"), decisions.article
    )
    if decisions.pairs is not None:
        pairs = _row_counts("end_to_end.", decisions.pairs)
        where |= dict.fromkeys(pairs, decisions.article[decisions.pairs.sentence])
        counts |= pairs
    return {name: _sum_by(where[name], values, articles) for name, values in counts.items()}


def _row_counts(prefix: str, rows: Rows) -> dict[str, Array]:
    """For each row what it adds to each count."""
    labels = np.arange(len(STANCES))
    gold, given = rows.gold[:, None] == labels, rows.given[:, None] == labels
    same = rows.gold_holder == rows.given_holder
    there, found = rows.gold != ABSENT, rows.given != ABSENT
    whole = (rows.gold == rows.given) & same & there
    return {
        f"{prefix}stance": np.stack([gold & given, gold, given], -1).astype(float),
        f"{prefix}actors": np.stack([there & found, there, found], -1).astype(float),
        f"{prefix}triple": np.stack([whole, there, found], -1).astype(float),
    }


def _holder_counts(rows: Rows) -> dict[str, Array]:
    """For each row what it adds to the counts of holders."""
    held, holding = rows.gold_holder != "", rows.given_holder != ""
    same = rows.gold_holder == rows.given_holder
    kinds = holder_kinds(rows.gold_holder)[:, None] == np.array(HOLDER_KINDS)
    return {
        "holder": np.stack([held & same, held, holding], -1).astype(float),
        "kinds": np.stack([kinds & same[:, None], kinds], -1).astype(float),
    }


def _sum_by(article: NDArray[np.int64], values: Array, articles: int) -> Array:
    summed = np.zeros((articles, *values.shape[1:]))
    np.add.at(summed, article, values)
    return summed


def resampled(counts: Tally, weights: Array, frames: tuple[str, ...]) -> Resampled:
    """Every score in every resample, by the names of ``zawiya.train.scores``.

    :param weights: [resamples, articles], how often each article is in each.
    :param frames: ids of the frames.
    """
    total = {name: np.tensordot(weights, values, axes=1) for name, values in counts.items()}
    scores = {
        **_each("stance", STANCES, total["stance"]),
        **_stance_means("stance", total["stance"]),
        "stance.accuracy": ratio(total["stance"][..., 0].sum(-1), total["stance"][..., 1].sum(-1)),
        "holder.accuracy": ratio(*_parts(total["holder"], 0, 1)),
        "holder.precision": ratio(*_parts(total["holder"], 0, 2)),
        "holder.f1": f1(*_parts(total["holder"], 0, 1, 2)),
        **{
            f"holder.{kind}.accuracy": ratio(total["kinds"][:, column, 0], total["kinds"][:, column, 1])
            for column, kind in enumerate(HOLDER_KINDS)
        },
        **_each("frames", frames, total["frames"]),
        "frames.micro_f1": f1(*_parts(total["frames"].sum(1), 0, 1, 2)),
        "frames.macro_f1": _mean(f1(*_parts(total["frames"], 0, 1, 2))),
        "frames.samples_f1": ratio(*_parts(total["samples"], 0, 1)) if frames else np.full(len(weights), np.nan),
        "triple.f1": ratio(*_parts(total["triple"], 0, 1)),
    }
    if "end_to_end.stance" in total:
        stance = total["end_to_end.stance"]
        scores |= _each("end_to_end.stance", STANCES, stance) | _stance_means("end_to_end.stance", stance)
        for name in ("actors", "triple"):
            scores |= _each("end_to_end", (name,), total[f"end_to_end.{name}"][:, None])
    return scores


def _each(name: str, labels: tuple[str, ...], counts: Array) -> Resampled:
    """Precision, recall and F1 of each label, from counts [resamples, labels, 3]."""
    scores: Resampled = {}
    for column, label in enumerate(labels):
        hits, gold, given = _parts(counts[:, column], 0, 1, 2)
        scores |= {
            f"{name}.{label}.precision": ratio(hits, given),
            f"{name}.{label}.recall": ratio(hits, gold),
            f"{name}.{label}.f1": f1(hits, gold, given),
        }
    return scores


def _stance_means(name: str, counts: Array) -> Resampled:
    each = f1(*_parts(counts, 0, 1, 2))
    return {f"{name}.macro_f1": _mean(each), f"{name}.favor_against_f1": _mean(each[:, :-1])}


def _parts(counts: Array, *columns: int) -> tuple[Array, ...]:
    return tuple(counts[..., column] for column in columns)


def _mean(values: Array) -> Array:
    """Mean over the last axis of the values that are numbers."""
    numbers = np.isfinite(values)
    return ratio(np.where(numbers, values, 0.0).sum(-1), numbers.sum(-1))
