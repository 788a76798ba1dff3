"""Scores of labels against labels, by scikit-learn, each under its dotted name: ``stance.macro_f1``.

A label that is neither there nor given has no score and does not count in a mean; so a slice or a resample without
``favor`` is a mean over two classes, not a lower one over three.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from zawiya.records import AUTHOR, OTHER, STANCES, Sentence

from .decisions import ABSENT, Decisions, Rows, decisions

#: Kinds of holders that are told apart; an actor is any of the list.
HOLDER_KINDS = (AUTHOR, "actor", OTHER)

_MEASURES = ("precision", "recall", "f1")

Scores = dict[str, float]


def score(decisions: Decisions) -> Scores:
    """Every score of the decisions, by name; not a number where there was nothing to decide.

    - ``stance.LABEL.precision`` ``.recall`` ``.f1``, ``stance.macro_f1``, ``stance.accuracy``, and
      ``stance.favor_against_f1`` as stance shared tasks report it (Mohammad et al. 2016, SemEval task 6).
    - ``holder.accuracy``: of the rows whose stance somebody holds, those given the right holder; a row that was called
      neutral has none. ``holder.KIND.accuracy`` for the author, an actor, another. ``holder.precision`` and ``holder.f1``
      count a holder given where nobody holds a stance as false.
    - ``frames.FRAME.precision`` ``.recall`` ``.f1``, ``frames.micro_f1``, ``.macro_f1`` and ``.samples_f1``, the mean over
      sentences, in which a sentence rightly left without frames counts one.
    - ``triple.f1``: rows whose actor, stance and holder are all right.
    - ``end_to_end.…``: the same of pairs of sentence and actor, where an actor overlooked is missing and a false one is
      false. ``end_to_end.actors.…`` is about being named, whatever the stance.
    """
    scores = {**_stance(decisions.rows), **_holder(decisions.rows), **_frames(decisions)}
    scores["triple.f1"] = _accuracy(*_triples(decisions.rows))
    if decisions.pairs is not None:
        scores |= {f"end_to_end.{name}": value for name, value in _end_to_end(decisions.pairs).items()}
    return scores


def table(gold: Sequence[Sentence], given: Sequence[Sentence], frames: Sequence[str]) -> dict[str, Any]:
    """Sizes and scores of labelled sentences as a run's ``metrics.json`` holds them, None for what is not a number.

    :param given: each with the mentions of its gold sentence, in order.
    """
    made = decisions(gold, given, frames)
    scores = {name: round(value, 4) if np.isfinite(value) else None for name, value in score(made).items()}
    return {"rows": len(made.rows.gold), "sentences": len(gold), "scores": scores}


def _stance(rows: Rows) -> Scores:
    return {
        **_stances(rows),
        "stance.accuracy": _accuracy(rows.gold, rows.given),
    }


def _stances(rows: Rows) -> Scores:
    """Precision, recall and F1 of each stance, their mean, and the mean of favor and against."""
    labels = range(len(STANCES))
    table = np.full((3, len(labels)), np.nan)
    if len(rows.gold):
        table = np.array(
            precision_recall_fscore_support(rows.gold, rows.given, labels=labels, zero_division=np.nan)[:3], dtype=float
        )
    return {
        **_named("stance", STANCES, table),
        "stance.macro_f1": _mean(table[2]),
        "stance.favor_against_f1": _mean(table[2, :-1]),
    }


def _named(name: str, labels: Sequence[str], table: NDArray) -> Scores:
    return {
        f"{name}.{label}.{what}": float(table[row, column])
        for column, label in enumerate(labels)
        for row, what in enumerate(_MEASURES)
    }


def _holder(rows: Rows) -> Scores:
    gold, given = rows.gold_holder, rows.given_holder
    held, kinds = gold != "", holder_kinds(gold)
    precision, _, f1 = _found(gold, given, nothing="")
    return {
        "holder.accuracy": _accuracy(gold[held], given[held]),
        "holder.precision": precision,
        "holder.f1": f1,
        **{f"holder.{kind}.accuracy": _accuracy(gold[kinds == kind], given[kinds == kind]) for kind in HOLDER_KINDS},
    }


def holder_kinds(holders: NDArray) -> NDArray:
    """The kind of each holder, empty where there is none."""
    return np.where(np.isin(holders, ["", AUTHOR, OTHER]), holders, "actor")


def _frames(decisions: Decisions) -> Scores:
    gold, given, names = decisions.gold_frames, decisions.given_frames, decisions.frames
    if not len(gold) or not names:
        return dict.fromkeys(("frames.micro_f1", "frames.macro_f1", "frames.samples_f1"), np.nan)
    # to scikit-learn a single column is another kind of task
    gold, given = (np.pad(labels, ((0, 0), (0, 1))) for labels in (gold, given))
    labels = range(len(names))
    table = np.array(
        precision_recall_fscore_support(gold, given, labels=labels, average=None, zero_division=np.nan)[:3], dtype=float
    )
    return {
        **_named("frames", names, table),
        "frames.micro_f1": float(f1_score(gold, given, labels=labels, average="micro", zero_division=np.nan)),
        "frames.macro_f1": _mean(table[2]),
        "frames.samples_f1": float(f1_score(gold, given, labels=labels, average="samples", zero_division=1.0)),
    }


def _end_to_end(pairs: Rows) -> Scores:
    actors = _found(pairs.gold != ABSENT, pairs.given != ABSENT, nothing=False)
    triples = _found(*_triples(pairs), nothing=str(ABSENT))
    return {
        **dict(zip((f"actors.{what}" for what in _MEASURES), actors, strict=True)),
        **_stances(pairs),
        **dict(zip((f"triple.{what}" for what in _MEASURES), triples, strict=True)),
    }


def _triples(rows: Rows) -> tuple[NDArray, NDArray]:
    """Stance and holder of each row as one label, gold and given."""
    return tuple(  # type: ignore[return-value]
        np.strings.add(stance.astype(str), holders)
        for stance, holders in ((rows.gold, rows.gold_holder), (rows.given, rows.given_holder))
    )


def _accuracy(gold: NDArray, given: NDArray) -> float:
    # scikit-learn scores no empty lists
    return float(accuracy_score(gold, given)) if len(gold) else np.nan


def _found(gold: NDArray, given: NDArray, *, nothing: object) -> tuple[float, float, float]:
    """Precision, recall and F1 of all labels but the one that says that there is nothing."""
    labels = [label for label in np.unique(np.concatenate([gold, given])) if label != nothing]
    if not labels:
        return np.nan, np.nan, np.nan
    precision, recall, f1, _ = precision_recall_fscore_support(
        gold, given, labels=labels, average="micro", zero_division=np.nan
    )
    return float(precision), float(recall), float(f1)


def _mean(values: NDArray) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
