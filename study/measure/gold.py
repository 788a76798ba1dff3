"""Labels by people, brought to the sentences of a results folder that they are of.

What carries scores counts as the model's own word, so labels have to come back without any, as ``zawiya annotate``
brings them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zawiya.corpus import read_corpus
from zawiya.decoding import merge_mentions
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import STANCES, Article, Sentence

from ..results import Codes, Places
from .design import DESIGN_FILE, Design, population
from .strata import strata
from .units import Floats, Rows, Units

#: Faults named one by one.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Gold:
    """Labelled sentences.

    :param units: of the results folder that they are of.
    :param sentence: numbers of the sentences in the results folder: [labelled].
    :param chance: with which each was drawn: [labelled].
    :param stratum: of every sentence of the folder: [sentences].
    :param frames: whether people gave each frame: [labelled, frames].
    :param rows: of people; their sentence counts in ``sentence`` of this record.
    :param drawn: sentences that were drawn, labelled or not.
    """

    units: Units
    sentence: Places
    chance: Floats
    stratum: Codes
    frames: Floats
    rows: Rows
    drawn: int

    def __len__(self) -> int:
        return len(self.sentence)

    @property
    def note(self) -> str:
        """What the labels are, in plain words."""
        if len(self) == self.drawn:
            return f"{len(self):,} sentences are labelled by people."
        return (
            f"{len(self):,} sentences are labelled by people, of {self.drawn:,} that were drawn; which ones are missing is "
            "taken for chance."
        )


def read_gold(path: Path | str, units: Units, *, design: Path | str | None = None, uniform: bool = False) -> Gold:
    """Labels of a corpus file, as annotators gave them.

    :param units: of the results folder that the labelled sentences were drawn from.
    :param design: what ``zawiya sample`` wrote about the draw; None looks for ``design.json`` beside the labels.
    :param uniform: instead of a design: every sentence had the same chance.
    :raises ZawiyaError: when there is no design, or it is not of these results.
    :raises FaultsError: with every labelled sentence that the results do not have, that was not drawn, or that is there
        twice.
    """
    path = Path(path)
    articles = list(read_corpus(path))
    found = None if uniform else _design(path, design)
    if found and found.population != population(units):
        raise ZawiyaError(
            f"{path}: expected a sample of these results, found one of {found.sentences:,} sentences that are not the "
            f"{len(units):,} of the folder. What was not there when the sample was drawn had no chance to be in it; measure "
            "the folder that was sampled, or draw a sample of this one"
        )
    chances = {(each.article, each.start, each.end): each for each in found.drawn} if found else None
    places = _places(units, {article.id for article in articles})
    labelled: list[tuple[int, float, Sentence]] = []
    seen: set[tuple[str, int, int]] = set()
    faults: list[str] = []
    for article, sentence in _labelled(articles):
        key = (article.id, sentence.start, sentence.end)
        if key not in places:
            faults.append(f"article {article.id!r}, {sentence.start}–{sentence.end}: the results have no such sentence")
        elif chances is not None and key not in chances:
            faults.append(f"article {article.id!r}, {sentence.start}–{sentence.end}: was not drawn by the design")
        elif key in seen:
            faults.append(
                f"article {article.id!r}, {sentence.start}–{sentence.end}: is labelled twice; let annotators agree first "
                "(`zawiya annotate adjudicate`)"
            )
        else:
            seen.add(key)
            labelled.append((places[key], chances[key].chance if chances else 0.0, sentence))
    if faults:
        more = [f"and {len(faults) - SHOWN:,} more"] if len(faults) > SHOWN else []
        raise FaultsError(str(path), [*faults[:SHOWN], *more])
    if not labelled:
        raise ZawiyaError(
            f"{path}: expected sentences labelled by people, found none: a sentence that has scores is as the model labelled "
            "it. Label them with `zawiya annotate`, whose import leaves the scores out"
        )
    return _gold(labelled, units, found)


def _design(path: Path, named: Path | str | None) -> Design:
    design = Path(named) if named else path.parent / DESIGN_FILE
    if not design.exists():
        raise ZawiyaError(
            f"{design}: expected the design of the sample, found no file. Pass --design FILE with the design.json that "
            "`zawiya sample` wrote, or --uniform where every sentence had the same chance to be labelled"
        )
    return Design.load(design)


def _labelled(articles: Iterable[Article]) -> Iterable[tuple[Article, Sentence]]:
    """Sentences that people have labelled: whose mentions all have a stance, and no scores, which are a model's."""
    for article in articles:
        for sentence in article.sentences:
            looked_at = not sentence.frame_scores and all(m.stance and not m.scores for m in sentence.mentions)
            if sentence.role != "furniture" and looked_at:
                yield article, sentence


def _places(units: Units, articles: set[str]) -> dict[tuple[str, int, int], int]:
    """The numbers of the sentences of some articles, by article and place."""
    wanted = np.array([name in articles for name in units.article_ids], dtype=bool)
    numbers = np.flatnonzero(wanted[units.article])
    return {(units.article_ids[units.article[n]], int(units.start[n]), int(units.end[n])): int(n) for n in numbers}


def _gold(labelled: list[tuple[int, float, Sentence]], units: Units, design: Design | None) -> Gold:
    labelled.sort(key=lambda each: each[0])
    kinds = dict(zip(units.rows.actor, units.rows.kind, strict=True))
    rows = [(n, m) for n, (_, _, s) in enumerate(labelled) for m in merge_mentions(s.mentions)]
    stance = np.array([STANCES.index(m.stance) for _, m in rows if m.stance], dtype=np.int32)
    holders = [m.holder for _, m in rows]
    chances = np.array([chance for _, chance, _ in labelled])
    places = {frame: number for number, frame in enumerate(units.frames)}
    frames = np.zeros((len(labelled), len(places)))
    for number, (_, _, sentence) in enumerate(labelled):
        frames[number, [places[frame] for frame in sentence.frames if frame in places]] = 1
    return Gold(
        units=units,
        sentence=np.array([number for number, _, _ in labelled], dtype=np.intp),
        chance=chances if design else np.full(len(labelled), len(labelled) / len(units)),
        stratum=strata(units, design.by if design else ())[0],
        frames=frames,
        rows=Rows(
            sentence=np.array([number for number, _ in rows], dtype=np.int32),
            actor=_objects([m.actor for _, m in rows]),
            kind=_objects([kinds.get(m.actor) for _, m in rows]),
            stance=stance,
            holder=_objects(holders),
            probable=np.eye(len(STANCES))[stance],
        ),
        drawn=len(design.drawn) if design else len(labelled),
    )


def _objects(values: list[str | None]) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
