"""Which group every row and every sentence belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..results import Codes, Places
from .units import ROW_COLUMNS, Units
from .when import Unit

Group = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Entries:
    """What a share is of: rows of actors in sentences, or sentences.

    :param sentence: number of the sentence that each stands in: [entries].
    :param columns: what groups may be made by besides the sentence's own columns: [entries] each.
    """

    sentence: Codes | Places
    columns: dict[str, NDArray[np.object_]]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups, the largest first.

    :param names: what each is, by column.
    :param of_entry: number of the group that each entry of the model is in: [entries].
    :param of_gold: likewise of people; -1 where the model has no entry of the group: [gold entries].
    :param part: of the sentences, in which a group's entries may stand: [groups].
    :param of_sentence: number of the part that each sentence is in: [sentences].
    """

    names: tuple[Group, ...]
    of_entry: Codes
    of_gold: Codes
    part: Codes
    of_sentence: Codes


def grouping(units: Units, entries: Entries, gold: Entries | None, by: Sequence[str], when: Unit | None) -> Grouping:
    """Groups by columns, and by ``when`` the period of the date."""
    sentence_names, of_sentence = _combined([
        *((name, *units.columns[name]) for name in by if name not in ROW_COLUMNS),
        *([(when, *units.periods(when))] if when else []),
    ], len(units))  # fmt: skip
    own = [name for name in by if name in ROW_COLUMNS]
    values = {name: list(dict.fromkeys(entries.columns[name])) for name in own}
    places = {name: {value: n for n, value in enumerate(each)} for name, each in values.items()}
    columns = [(name, _numbers(entries.columns[name], places[name]), values[name]) for name in own]
    combined, group = _combined(
        [("", of_sentence[entries.sentence], list(range(len(sentence_names)))), *columns], len(entries.sentence)
    )
    order = np.argsort(-np.bincount(group, minlength=len(combined)), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    ordered = [combined[n] for n in order]
    keys = {tuple(each.values()): n for n, each in enumerate(ordered)}
    parts = [each[""] for each in ordered]
    names = tuple(_named(by, when, {**sentence_names[p], **each}) for p, each in zip(parts, ordered, strict=True))
    of_gold = np.empty(0, np.int32)
    if gold is not None:
        known = zip(of_sentence[gold.sentence].tolist(), *(gold.columns[name] for name in own), strict=True)
        of_gold = np.array([keys.get(key, -1) for key in known], dtype=np.int32)
    return Grouping(names, rank[group].astype(np.int32), of_gold, np.array(parts, dtype=np.int32), of_sentence)


def _named(by: Sequence[str], when: Unit | None, found: Group) -> Group:
    """A group's columns in the order that was asked for."""
    return {name: found[name] for name in (*by, *([when] if when else []))}


def _numbers(values: NDArray[np.object_], places: dict[str, int]) -> Codes:
    return np.array([places[value] for value in values], dtype=np.int32)


def _combined(columns: Sequence[tuple[str, Codes, list]], rows: int) -> tuple[list[dict], Codes]:
    """Columns put together: what each combination that there is stands for, and its number for each row."""
    number = np.zeros(rows, dtype=np.int64)
    names: list[dict] = [{}]
    for column, codes, values in columns:
        present, place = np.unique(number * len(values) + codes, return_inverse=True)
        names = [{**names[int(p) // len(values)], column: values[int(p) % len(values)]} for p in present]
        number = place.ravel()
    return (names if rows else []), number.astype(np.int32)
