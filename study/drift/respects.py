"""In which respects two runs are held against each other, each counted article by article.

They are of three kinds. What the *text* is like, and how surely the *model* reads it, should not move while the sources
stay: where they do, the model may no longer see what it was trained on. What the *subject* is moves with the news.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zawiya.records import STANCES

from ..results import OWN, Results, codes
from .records import About
from .shuffling import Counted, Units, share, spread, table, units
from .wording import Wording

#: An actor in fewer articles of both runs together is listed at most.
MIN_ARTICLES = 5

Respects = Iterator[tuple[About, str, Counted]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs, with their articles in one row: first the newer one's, then the older one's.

    :param ids: of the articles of each, those of nothing but furniture among them.
    :param roles: of every sentence of each.
    """

    new: Results
    old: Results
    ids: tuple[list[str], list[str]]
    roles: tuple[pa.Table, pa.Table]
    units: Units

    @classmethod
    def of(cls, new: Results, old: Results) -> "Pair":
        """Two runs as a pair."""
        roles = new.roles(), old.roles()
        ids = [pc.unique(each["article_id"]).to_pylist() for each in roles]
        return cls(new, old, (ids[0], ids[1]), roles, units(len(ids[0]), len(ids[1])))

    def articles(self, tables: tuple[pa.Table, pa.Table]) -> NDArray[np.int64]:
        """The article of each row of two tables, one after the other."""
        found = [
            pc.index_in(each["article_id"], value_set=pa.array(ids, pa.string())).to_numpy().astype(np.int64)
            for each, ids in zip(tables, self.ids, strict=True)
        ]
        return np.concatenate([found[0], found[1] + len(self.ids[0])])

    def rows(self, tables: tuple[pa.Table, pa.Table]) -> NDArray[np.int64]:
        """The unit of each row of two tables, one after the other."""
        return self.units.of[self.articles(tables)]

    @property
    def sentences(self) -> tuple[pa.Table, pa.Table]:
        """Both tables of sentences."""
        return self.new.sentences, self.old.sentences

    @property
    def stances(self) -> tuple[pa.Table, pa.Table]:
        """Both tables of stances."""
        return self.new.stances, self.old.stances

    @property
    def frames(self) -> tuple[str, ...]:
        """The frames that both have."""
        return tuple(frame for frame in self.new.frames if frame in self.old.frames)

    def count(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many of the rows each unit has."""
        return np.bincount(rows, minlength=len(self.units.first)).astype(np.float64)


def of_text(pair: Pair) -> Respects:
    """What the articles are made of."""
    first = pair.units.first
    rows = pair.rows(pair.roles)
    furniture = _joined(pair.roles, "role") == "furniture"
    yield "text", "furniture among all lines", share(pair.count(rows[furniture]), pair.count(rows), first)
    rows = pair.rows(pair.sentences)
    lengths = _numbers(pair.sentences, "end") - _numbers(pair.sentences, "start")
    yield "text", "characters of a sentence", spread(rows, lengths, first)
    sentences = np.bincount(pair.articles(pair.sentences), minlength=len(pair.units.of)).astype(np.float64)
    yield "text", "sentences of an article", spread(pair.units.of, sentences, first)
    nobody = _numbers(pair.sentences, "n_actors") == 0
    yield "text", "sentences that name no actor", share(pair.count(rows[nobody]), pair.count(rows), first)


def of_wording(pair: Pair, new: Wording, old: Wording) -> Respects:
    """How the model's tokenizer cuts the words of the sampled articles; nothing where none was at hand."""
    if not len(new.places) or not len(old.places):
        return
    places = []
    for found, ids, begin in ((new, pair.ids[0], 0), (old, pair.ids[1], len(pair.ids[0]))):
        index = {name: place for place, name in enumerate(ids, begin)}
        places.append(np.array([index[name] for name in found.articles], dtype=np.int64)[found.places])
    rows = pair.units.of[np.concatenate(places)]
    pieces, unknown = (
        np.concatenate([getattr(new, name), getattr(old, name)]).astype(np.float64) for name in ("pieces", "unknown")
    )
    first = pair.units.first
    yield "text", "pieces of a word", spread(rows, pieces, first)
    height = len(first)
    of = [np.bincount(rows, weights=each, minlength=height).astype(np.float64) for each in (unknown, pieces)]
    yield "text", "pieces that the model does not know", share(of[0], of[1], first)


def of_model(pair: Pair) -> Respects:
    """How surely the model decided."""
    first = pair.units.first
    rows = pair.rows(pair.stances)
    for column, what in (("score", "the stance given"), ("holder_score", "the holder given")):
        yield "model", f"probability of {what}", spread(rows, _numbers(pair.stances, column), first)
    rows = pair.rows(pair.sentences)
    for frame in pair.frames:
        yield "model", f"probability of {frame}", spread(rows, _numbers(pair.sentences, f"frame_{frame}"), first)


def of_subject(pair: Pair) -> Respects:
    """Who is spoken of, how, and under which frames."""
    first, height = pair.units.first, len(pair.units.first)
    rows = pair.rows(pair.stances)
    every = pair.count(rows)
    given = _joined(pair.stances, "stance")
    for stance in STANCES:
        yield "subject", stance, share(pair.count(rows[given == stance]), every, first)
    voice = _joined(pair.stances, "voice")
    held = np.array([found is not None for found in voice], dtype=bool)
    own = share(pair.count(rows[voice == OWN]), pair.count(rows[held]), first)
    yield "subject", "stances in the outlet's own voice", own
    numbers, actors = codes(pa.concat_tables([each.select(["actor"]) for each in pair.stances]), "actor")
    if actors:
        # an actor of few articles cannot stand out
        articles = len(pair.units.of)
        named = np.unique(pair.articles(pair.stances) + np.int64(articles) * numbers)
        enough = np.bincount(named // articles, minlength=len(actors)) >= MIN_ARTICLES
        counts = table(rows, numbers.astype(np.int64), height, len(actors))
        for place, actor in enumerate(actors):
            if enough[place]:
                yield "subject", f"rows of {actor}", share(counts[:, place], every, first)
    yield from _given_frames(pair)


def _given_frames(pair: Pair) -> Respects:
    frames = pair.frames
    rows = pair.rows(pair.sentences)
    lists = pa.chunked_array(
        [chunk for each in pair.sentences for chunk in each["frames"].chunks], pa.list_(pa.string())
    )
    parents = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    numbers = pc.index_in(pc.list_flatten(lists), value_set=pa.array(frames, pa.string()))
    known = pc.is_valid(numbers).to_numpy()
    numbers = pc.fill_null(numbers, 0).to_numpy().astype(np.int64)
    counts = table(rows[parents[known]], numbers[known], len(pair.units.first), max(len(frames), 1))
    for place, frame in enumerate(frames):
        yield "subject", f"sentences framed as {frame}", share(counts[:, place], pair.count(rows), pair.units.first)


def _joined(tables: tuple[pa.Table, pa.Table], column: str) -> NDArray[np.object_]:
    return np.concatenate([each[column].to_numpy() for each in tables])


def _numbers(tables: tuple[pa.Table, pa.Table], column: str) -> NDArray[np.float64]:
    """A column of both as numbers; what is empty is NaN."""
    return np.concatenate([pc.cast(each[column], pa.float64()).to_numpy() for each in tables])
