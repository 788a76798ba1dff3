"""How far the model is known to err, for those who have no labels of their own.

An evaluation that lies with the model is of other texts. It says what kind of mistake to expect, not how large it is here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zawiya.errors import ZawiyaError
from zawiya.records import STANCES

from ..labelling import model_folder
from ..results import Results

EVALUATION_FILE = "evaluation.json"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95% interval, each None where it is not known."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class KnownError:
    """What an evaluation found.

    :param part: name of the evaluated texts whose stances are the most like these.
    :param slices: scores on outlets of the same name, where the evaluation has them: stance macro-F1 by outlet.
    :param articles: of the part, and ``rows`` of actors in it.
    :param precision: of each stance: how many of those that the model gives are right.
    :param recall: of each stance: how many that people gave the model gives too.
    :param actual: share of each stance by people.
    """

    part: str
    articles: int
    rows: int
    precision: dict[str, Rate]
    recall: dict[str, Rate]
    actual: dict[str, float]
    slices: dict[str, Rate]


def known_error(results: Results) -> KnownError | None:
    """The evaluation of the model that a results folder was labelled by, on the part that is the most like it.

    Parts are alike whose stances come in like shares: what a model does to shares depends on them the most.

    :return: None where the model is not at hand, is another one by now, or has no evaluation.
    """
    evaluation = _evaluation(results)
    counts = results.stances["stance"].value_counts().to_pylist()
    total = sum(each["counts"] for each in counts)
    if evaluation is None or not total:
        return None
    here = {each["values"]: each["counts"] / total for each in counts}
    try:
        parts = [part for part in evaluation["parts"] if part["rows"]]
        return min(
            (_known(part, results) for part in parts), key=lambda known: _apart(known.actual, here), default=None
        )
    except (KeyError, TypeError, StopIteration):
        # an evaluation of another version
        return None


def _apart(some: Mapping[str, float], others: Mapping[str, float]) -> float:
    """How far two distributions of stances are apart, from 0 to 1."""
    return sum(abs(some.get(stance, 0) - others.get(stance, 0)) for stance in STANCES) / 2


def _evaluation(results: Results) -> Mapping[str, Any] | None:
    try:
        return dict(json.loads((model_folder(results) / EVALUATION_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, ZawiyaError):
        return None


def _known(part: Mapping[str, Any], results: Results) -> KnownError:
    scores = next(system["scores"] for system in part["systems"] if system["kind"] == "model")
    name = next(system["name"] for system in part["systems"] if system["kind"] == "model")
    outlets = set(results.sentences["outlet"].unique().to_pylist())
    return KnownError(
        part=part["name"],
        articles=part["articles"],
        rows=part["rows"],
        precision={stance: _rate(scores.get(f"stance.{stance}.precision")) for stance in STANCES},
        recall={stance: _rate(scores.get(f"stance.{stance}.recall")) for stance in STANCES},
        actual={stance: part["support"].get(f"stance.{stance}", 0) / part["rows"] for stance in STANCES},
        slices={
            each["name"]: _rate(each["scores"].get(name, {}).get("stance.macro_f1"))
            for each in part["slices"]
            if each["group"] == "outlet" and each["name"] in outlets
        },
    )


def _rate(estimate: Mapping[str, Any] | None) -> Rate:
    found = estimate or {}
    return Rate(found.get("value"), found.get("low"), found.get("high"))
