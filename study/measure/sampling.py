"""Which sentences to label: those that say most about the figures, each drawn with a chance that is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from zawiya.corpus import write_corpus
from zawiya.errors import ZawiyaError
from zawiya.records import Article

from ..results import Codes, Places, Results
from .design import DESIGN_FILE, Design, Drawn, Way, population
from .strata import strata
from .units import Floats, Units, check_columns

#: Of a stratum at least, or labels could not be weighed in it.
FEWEST = 2
#: What a sample's sentences are in.
ARTICLES_FILE = "articles.jsonl"
#: Chance of a sentence of which the model is sure, of the mean chance: whatever it is sure of must be checked too.
FLOOR = 0.25


@dataclass(frozen=True, slots=True)
class Sample:
    """Sentences to label.

    :param articles: with the drawn sentences alone, as the model labelled them.
    :param strata: of the draw: what each is, its sentences, and how many were drawn.
    """

    design: Design
    articles: tuple[Article, ...]
    strata: tuple[tuple[str, int, int], ...]


def sample(results: Results, count: int, *, way: Way = "stratified", by: Sequence[str] = (), seed: int = 13) -> Sample:
    """Draw sentences to label.

    :param way: ``stratified`` draws more of the kinds of sentences that the model is less sure of, ``uncertain`` draws each
        sentence by how unsure the model is of it, ``uniform`` all alike.
    :param by: columns of which each value gets its share, ``outlet`` for instance.
    :raises ZawiyaError: when there are fewer sentences, or too few for the strata.
    """
    units = Units.of(results)
    drawn, chances = draw(units, count, way=way, by=by, seed=seed)
    kind, names = strata(units, by)
    taken = np.bincount(kind[drawn], minlength=len(names))
    return Sample(
        Design(way, tuple(by), seed, population(units), len(units), tuple(_drawn(units, drawn, chances))),
        tuple(_articles(results, units, drawn)),
        tuple(zip(names, np.bincount(kind).tolist(), taken.tolist(), strict=True)),
    )


def draw(
    units: Units, count: int, *, way: Way = "stratified", by: Sequence[str] = (), seed: int = 13
) -> tuple[Places, Floats]:
    """The numbers of the drawn sentences, ascending, and the chance of each: [count] both; see :func:`sample`."""
    check_columns(by)
    if set(by) - set(units.columns):
        raise ZawiyaError(f"a sentence may name several actors: draw by {', '.join(units.columns)}")
    if not 0 < count <= len(units):
        raise ZawiyaError(f"expected a number of sentences from 1 to {len(units):,}, found {count:,}")
    random = np.random.default_rng(seed)
    if way == "stratified":
        return _stratified(*strata(units, by), unsure(units), count, random)
    if way == "uncertain":
        return _systematic(unsure(units), count, random)
    drawn = np.sort(random.choice(len(units), count, replace=False))
    return drawn, np.full(count, count / len(units))


def unsure(units: Units) -> Floats:
    """How unsure the model is of each sentence: the standard deviations of its decisions, summed: [sentences].

    Chances in proportion to the root of the expected squared error are what makes an estimate's variance least.
    """
    frames = (units.probable * (1 - units.probable)).sum(1)
    rows = np.bincount(
        units.rows.sentence,
        (units.rows.probable * (1 - units.rows.probable)).sum(1),
        minlength=len(units),
    )
    return np.asarray(np.sqrt(frames + rows))


def _stratified(
    kind: Codes, names: Sequence[str], spread: Floats, count: int, random: np.random.Generator
) -> tuple[Places, Floats]:
    """Neyman's allocation: strata by their size and how unsure the model is in them; within a stratum all alike."""
    sizes = np.bincount(kind)
    least = np.minimum(sizes, FEWEST)
    if least.sum() > count:
        raise ZawiyaError(
            f"expected at least {least.sum():,} sentences for {len(names):,} strata, found --n {count:,}; "
            "draw more, or by fewer columns"
        )
    wanted = np.bincount(kind, spread).astype(float) + 1e-9
    shares = _allocate(wanted, least, sizes, count)
    members = np.argsort(kind, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    drawn = np.sort(
        np.concatenate(
            [random.choice(members[bounds[n] : bounds[n + 1]], share, replace=False) for n, share in enumerate(shares)]
        )
    )
    return drawn, (shares / sizes)[kind[drawn]]


def _allocate(wanted: Floats, least: Places, most: Places, count: int) -> Places:
    """Whole numbers in proportion to what is wanted, within bounds, adding up to the count."""
    shares = least.copy()
    while shares.sum() < count:
        room = shares < most
        ideal = np.where(room, wanted, 0)
        left = count - shares.sum()
        more = np.minimum(np.floor(ideal / ideal.sum() * left).astype(shares.dtype), most - shares)
        if more.sum() == 0:
            # what is left is fewer than strata: those that are furthest behind get one each
            behind = np.argsort(-(ideal / np.maximum(shares, 1)), kind="stable")
            more = np.zeros_like(shares)
            more[[place for place in behind if room[place]][:left]] = 1
        shares += more
    return shares


def _systematic(spread: Floats, count: int, random: np.random.Generator) -> tuple[Places, Floats]:
    """Chances in proportion to how unsure the model is, none above one (Madow 1949, systematic, in an order by chance)."""
    size = spread + FLOOR * spread.mean() + 1e-9
    chances = np.minimum(1, count * size / size.sum())
    while chances.sum() < count - 1e-9:
        free = chances < 1
        chances[free] = np.minimum(1, chances[free] * (count - (~free).sum()) / chances[free].sum())
    order = random.permutation(len(size))
    ends = np.cumsum(chances[order])
    marks = random.random() + np.arange(count)
    drawn = np.sort(order[np.minimum(np.searchsorted(ends, marks, side="right"), len(size) - 1)])
    return drawn, chances[drawn]


def _drawn(units: Units, numbers: Places, chances: Floats) -> Iterator[Drawn]:
    for number, chance in zip(numbers.tolist(), chances.tolist(), strict=True):
        place = int(units.start[number]), int(units.end[number])
        yield Drawn(units.article_ids[units.article[number]], *place, chance)


def _articles(results: Results, units: Units, numbers: Places) -> Iterator[Article]:
    wanted: dict[str, set[tuple[int, int]]] = {}
    for number in numbers.tolist():
        article = units.article_ids[units.article[number]]
        wanted.setdefault(article, set()).add((int(units.start[number]), int(units.end[number])))
    for article in results.articles(wanted):
        kept = tuple(s for s in article.sentences if (s.start, s.end) in wanted[article.id])
        # the headline is a sentence like others here; as a field it would be written once more
        yield replace(article.with_sentences(kept), title=None)


def save_sample(sample: Sample, folder: Path) -> None:
    """Write a sample: its sentences, and the design without which they say nothing about the whole.

    :raises ZawiyaError: when the folder holds a sample already, or cannot be written.
    """
    taken = [name for name in (ARTICLES_FILE, DESIGN_FILE) if (folder / name).exists()]
    if taken:
        raise ZawiyaError(
            f"{folder}: expected a folder without a sample, found {', '.join(taken)}; somebody may be labelling it. "
            "Name another with --to"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_corpus(folder / ARTICLES_FILE, sample.articles)
        sample.design.save(folder / DESIGN_FILE)
    except OSError as error:
        raise ZawiyaError(f"{folder}: expected a folder that can be written: {error}") from error
