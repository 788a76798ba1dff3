"""What every part of a report is made from: the results, and which outlets and actors stand on the page.

The most frequent have a place of their own and all others are one, or the page would have no end.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..measure.gold import Gold
from ..measure.units import Units
from ..results import Codes, Results
from .names import Names, short
from .records import Words

#: Outlets and actors that have their own place; the most frequent. More would take the room of the articles.
MOST_OUTLETS, MOST_ACTORS = 6, 10
#: Stands for all that have none; no id and no name of an outlet begins so.
REST = "\0rest"


@dataclass(frozen=True, slots=True)
class World:
    """The results as a report looks at them.

    :param results: whose outlets have names of bounded length.
    :param units: all sentences; outlets and actors without a place of their own are put together as :data:`REST`.
    :param outlets: the most frequent by articles, and how many there are besides; those without name are not among them.
    :param actors: the most frequent by rows.
    :param frames: of the model, the most frequent first; those that never come are left out.
    """

    results: Results
    units: Units
    names: Names
    gold: Gold | None
    outlets: tuple[str, ...]
    more_outlets: int
    actors: tuple[str, ...]
    more_actors: int
    frames: tuple[str, ...]

    @classmethod
    def of(cls, results: Results, gold: Gold | None = None) -> Self:
        """Look at results.

        :param gold: labels of a sample of the same results.
        """
        units = _bounded(gold.units if gold else Units.of(results))
        results = replace(results, sentences=_shortened(results.sentences), stances=_shortened(results.stances))
        numbers, names = units.columns["outlet"]
        pairs = np.unique(numbers.astype(np.int64) * len(units.article_ids) + units.article)
        outlets = _ranked(np.bincount(pairs // max(len(units.article_ids), 1), minlength=len(names)), names)
        ids, rows = np.unique(units.rows.actor.astype(str), return_counts=True)
        actors = _ranked(rows, ids.tolist())
        given = units.given.sum(axis=0)
        return cls(
            results=results,
            units=_gathered(units, outlets[:MOST_OUTLETS], actors[:MOST_ACTORS]),
            names=Names.of(results),
            gold=gold,
            outlets=tuple(outlets[:MOST_OUTLETS]),
            more_outlets=max(0, len(outlets) - MOST_OUTLETS),
            actors=tuple(actors[:MOST_ACTORS]),
            more_actors=max(0, len(actors) - MOST_ACTORS),
            frames=tuple(units.frames[n] for n in np.argsort(-given, kind="stable") if given[n]),
        )

    def part(self, articles: Collection[str]) -> Units:
        """The units of some articles alone."""
        wanted = pa.array(list(articles), pa.string())
        tables = (
            table.filter(pc.is_in(table["article_id"], wanted))
            for table in (self.results.sentences, self.results.stances)
        )
        part = replace(self.results, sentences=next(tables), stances=next(tables))
        return _gathered(Units.of(part), self.outlets, self.actors)

    def left_out(self) -> tuple[Words, ...]:
        """What has no place of its own on the page, in words."""
        kinds = (
            (self.more_outlets, self.outlets, "outlets", "الوسائل الإعلامية"),
            (self.more_actors, self.actors, "actors", "الفاعلين"),
        )
        return tuple(
            Words(
                f"Shown are the {len(shown)} most frequent {english}, and {more:,} more are not: "
                "`zawiya measure` counts all of them.",
                f"يُعرض هنا الأكثر ورودًا من {arabic}، وعددها {len(shown)}، وبقي منها {more:,} لا تُعرض: "
                "يعدّها كلها الأمر `zawiya measure`.",
            )
            for more, shown, english, arabic in kinds
            if more
        )


def _shortened(table: pa.Table) -> pa.Table:
    """The table with outlets of bounded length; an empty name is none."""
    encoded = pc.dictionary_encode(table["outlet"].combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    names = [short(name) or None for name in encoded.dictionary.to_pylist()]
    column = pc.take(pa.array(names, pa.string()), encoded.indices)
    return table.set_column(table.schema.get_field_index("outlet"), "outlet", column)


def _bounded(units: Units) -> Units:
    """The same of units."""
    numbers, names = units.columns["outlet"]
    bounded = [short(name) or None for name in names]
    places = {name: place for place, name in enumerate(dict.fromkeys(bounded))}
    of = np.array([places[name] for name in bounded], dtype=np.int32)
    return replace(units, columns={**units.columns, "outlet": (of[numbers], list(places))})


def _ranked(counts: NDArray[np.integer], names: Sequence[Any]) -> list[Any]:
    """Names by how often they come, None left out; those that come as often in the order of the alphabet."""
    found = [(-int(many), name) for many, name in zip(counts, names, strict=True) if name is not None and many]
    return [name for _, name in sorted(found)]


def _gathered(units: Units, outlets: Sequence[str], actors: Sequence[str]) -> Units:
    """Units in which all but some outlets and actors are one."""
    numbers, names = units.columns["outlet"]
    kept: list[Any] = [*outlets, None, REST]
    places = {name: n for n, name in enumerate(kept)}
    of = np.array([places.get(name, len(kept) - 1) for name in names] or [0], dtype=np.int32)
    outlet: Codes = of[numbers]
    rows = units.rows
    actor = np.where(np.isin(rows.actor.astype(str), list(actors)), rows.actor, REST).astype(object)
    return replace(units, columns={**units.columns, "outlet": (outlet, kept)}, rows=replace(rows, actor=actor))
