"""The sentences of a results folder and the rows in them, as arrays that every figure is counted from.

A unit is a sentence: it is what the model reads, what a sample draws, and what people label. Its article is its cluster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from zawiya.errors import ZawiyaError
from zawiya.records import STANCES

from ..results import Codes, Results, codes
from .when import Unit, period

Floats = NDArray[np.float64]
#: What groups may be made by, of a sentence and of a row.
SENTENCE_COLUMNS = ("outlet", "role", "source", "article_id")
ROW_COLUMNS = ("actor", "actor_kind")


@dataclass(frozen=True, slots=True)
class Rows:
    """An actor in a sentence, once for each, as the model or people labelled it.

    :param sentence: number of the sentence each row stands in: [rows].
    :param actor: id of each row's actor.
    :param kind: of the actor, as the actor list says; None where it is not known.
    :param stance: number of each row's stance in ``STANCES``.
    :param holder: who holds it, None where nobody does.
    :param probable: probability of each stance: [rows, stances]; of labels by people 0 and 1.
    """

    sentence: Codes
    actor: NDArray[np.object_]
    kind: NDArray[np.object_]
    stance: Codes
    holder: NDArray[np.object_]
    probable: Floats

    def __len__(self) -> int:
        return len(self.sentence)


@dataclass(frozen=True, slots=True)
class Units:
    """All sentences of a results folder but furniture.

    :param article: number of each sentence's article: [sentences].
    :param article_ids: what the numbers stand for.
    :param start: where each sentence begins in its article, and ``end`` where it ends: [sentences].
    :param columns: columns that groups are made by, as numbers and what they stand for.
    :param dates: as numbers and what they stand for.
    :param frames: of the model.
    :param given: whether each sentence was given each frame: [sentences, frames].
    :param probable: probability of each: [sentences, frames].
    :param rows: of the model.
    """

    article: Codes
    article_ids: tuple[str, ...]
    start: Codes
    end: Codes
    columns: dict[str, tuple[Codes, list[Any]]]
    dates: tuple[Codes, list[Any]]
    frames: tuple[str, ...]
    given: NDArray[np.bool_]
    probable: Floats
    rows: Rows

    @classmethod
    def of(cls, results: Results) -> Self:
        """The arrays of a results folder."""
        table = results.sentences
        article, ids = codes(table, "article_id")
        probable = np.empty((len(table), len(results.frames)))
        for number, frame in enumerate(results.frames):
            probable[:, number] = table[f"frame_{frame}"].to_numpy()
        return cls(
            article=article,
            article_ids=tuple(ids),
            start=table["start"].to_numpy().astype(np.int32),
            end=table["end"].to_numpy().astype(np.int32),
            columns={name: codes(table, name) for name in SENTENCE_COLUMNS},
            dates=codes(table, "date"),
            frames=results.frames,
            given=_given(results),
            probable=probable,
            rows=_rows(results),
        )

    def __len__(self) -> int:
        return len(self.article)

    def periods(self, when: Unit) -> tuple[Codes, list[str | None]]:
        """The periods that sentences are of, as numbers and what they stand for."""
        numbers, dates = self.dates
        periods = [period(day, when) for day in dates]
        values = list(dict.fromkeys(periods))
        places = {value: number for number, value in enumerate(values)}
        return np.array([places[each] for each in periods], dtype=np.int32)[numbers], values


def check_columns(by: Sequence[str]) -> None:
    """See that groups can be made by these columns.

    :raises ZawiyaError: when they cannot.
    """
    known = (*SENTENCE_COLUMNS, *ROW_COLUMNS)
    wrong = [name for name in by if name not in known]
    if wrong:
        raise ZawiyaError(
            f"expected columns to group by, found {', '.join(map(repr, wrong))}; take some of {', '.join(known)}"
        )


def _rows(results: Results) -> Rows:
    table = results.stances
    place = pc.index_in(table["sentence_id"], value_set=results.sentences["sentence_id"].combine_chunks())
    return Rows(
        sentence=place.to_numpy().astype(np.int32),
        actor=table["actor"].to_numpy(zero_copy_only=False).astype(object),
        kind=table["actor_kind"].to_numpy(zero_copy_only=False).astype(object),
        stance=_numbers(table["stance"].to_pylist()),
        holder=table["holder"].to_numpy(zero_copy_only=False).astype(object),
        probable=np.stack([table[stance].to_numpy().astype(float) for stance in STANCES], axis=1),
    )


def _numbers(stances: Sequence[str]) -> Codes:
    places: dict[str, int] = {stance: number for number, stance in enumerate(STANCES)}
    return np.array([places[stance] for stance in stances], dtype=np.int32)


def _given(results: Results) -> NDArray[np.bool_]:
    frames = results.sentences["frames"].combine_chunks()
    given = np.zeros((len(results.sentences), len(results.frames)), dtype=bool)
    places = {frame: number for number, frame in enumerate(results.frames)}
    names = pc.list_flatten(frames).to_pylist()
    sentences = pc.list_parent_indices(frames).to_numpy()
    known = [(s, places[name]) for s, name in zip(sentences, names, strict=True) if name in places]
    if known:
        given[tuple(np.array(known).T)] = True
    return given
