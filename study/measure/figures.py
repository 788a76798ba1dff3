"""Stances, frames and holders of a results folder, by whatever the articles are grouped by.

Groups with enough labels are corrected and all others counted, side by side: each figure says which it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from zawiya.records import AUTHOR, STANCES

from ..results import OWN, QUOTED, Codes, Places, Results
from .correcting import Sums, corrected
from .counting import Ratios, mean_interval, ratios, share_interval
from .gold import Gold
from .grouping import Entries, Grouping, grouping
from .records import Figure, Kind
from .units import ROW_COLUMNS, Floats, Rows, Units, check_columns
from .when import Unit

#: Favor less against.
NET = "net"
#: Labelled rows of a group, and articles that they stand in, below which it is counted and not corrected.
FEWEST_LABELLED = 20
FEWEST_ARTICLES = 8


@dataclass(frozen=True, slots=True)
class Label:
    """One label and its value for every entry.

    :param given: by the model, 0 or 1: [entries].
    :param likely: how likely the model holds it, where that is known, else as given: [entries].
    :param gold: by people: [gold entries].
    :param signed: whether values may be -1.
    """

    name: str
    given: Floats
    likely: Floats
    gold: Floats
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the results: of which entries, which labels.

    :param gold: entries of people; their sentences are numbers of the results too.
    """

    kind: Kind
    entries: Entries
    gold: Entries | None
    labels: Sequence[Label]


def stances(
    results: Results | Units,
    by: Sequence[str] = ("outlet", "actor"),
    when: Unit | None = None,
    *,
    voice: bool = False,
    gold: Gold | None = None,
) -> list[Figure]:
    """Shares of the stances among the rows of each group, and net stance; the largest groups first.

    :param by: columns of a sentence (``outlet``, ``role``, ``source``, ``article_id``) or a row (``actor``, ``actor_kind``).
    :param when: besides by the date's day, week, month or year.
    :param voice: favor and against apart for the outlet's own words and for what it quotes.
    :param gold: labels of a sample, which correct the groups that have enough of them.
    """
    units = _units(results)
    labels = list(_voices(units.rows, gold) if voice else _stances(units.rows, gold))
    return _figures(units, Asked("stance", _of_rows(units.rows), _gold_rows(gold), labels), by, when, gold)


def holders(
    results: Results | Units,
    by: Sequence[str] = ("outlet", "actor"),
    when: Unit | None = None,
    *,
    gold: Gold | None = None,
) -> list[Figure]:
    """Who holds what toward the actor of each group: shares of its rows; what never comes is left out."""
    units = _units(results)
    labels = list(_holders(units.rows, gold))
    found = _figures(units, Asked("holder", _of_rows(units.rows), _gold_rows(gold), labels), by, when, gold)
    return [figure for figure in found if figure.count]


def frames(
    results: Results | Units,
    by: Sequence[str] = ("outlet",),
    when: Unit | None = None,
    *,
    gold: Gold | None = None,
) -> list[Figure]:
    """Shares of the sentences that put each frame forward; by ``actor`` of the sentences that name the actor."""
    units = _units(results)
    if set(by) & set(ROW_COLUMNS):
        entries, known = _of_rows(units.rows), _gold_rows(gold)
        place = gold.rows.sentence if gold else None
    else:
        entries = Entries(np.arange(len(units)), {})
        known = Entries(gold.sentence, {}) if gold else None
        place = np.arange(len(gold), dtype=np.int32) if gold else None
    given, likely = units.given[entries.sentence], units.probable[entries.sentence]
    people = gold.frames[place] if gold is not None else np.empty((0, len(units.frames)))
    labels = [Label(name, given[:, n].astype(float), likely[:, n], people[:, n]) for n, name in enumerate(units.frames)]
    return _figures(units, Asked("frame", entries, known, labels), by, when, gold)


def _units(results: Results | Units) -> Units:
    return results if isinstance(results, Units) else Units.of(results)


def _of_rows(rows: Rows) -> Entries:
    return Entries(rows.sentence, {"actor": rows.actor, "actor_kind": rows.kind})


def _gold_rows(gold: Gold | None) -> Entries | None:
    if gold is None:
        return None
    rows = gold.rows
    return Entries(gold.sentence[rows.sentence], {"actor": rows.actor, "actor_kind": rows.kind})


def _stances(rows: Rows, gold: Gold | None) -> Iterator[Label]:
    given = np.eye(len(STANCES))[rows.stance]
    people = gold.rows.probable if gold else np.empty((0, len(STANCES)))
    for n, stance in enumerate(STANCES):
        yield Label(stance, given[:, n], rows.probable[:, n], people[:, n])
    favor, against = STANCES.index("favor"), STANCES.index("against")
    net = (each[:, favor] - each[:, against] for each in (given, rows.probable, people))
    yield Label(NET, next(net), next(net), next(net), signed=True)


def _voices(rows: Rows, gold: Gold | None) -> Iterator[Label]:
    for stance in ("favor", "against"):
        for voice in (OWN, QUOTED):
            given, people = (
                ((each.stance == STANCES.index(stance)) & _in_voice(each, voice)).astype(float)
                if each is not None
                else np.empty(0)
                for each in (rows, gold.rows if gold else None)
            )
            yield Label(f"{stance} {voice}", given, given, people)


def _in_voice(rows: Rows, voice: str) -> NDArray[np.bool_]:
    """Rows whose stance is in a voice; one whose holder nobody has named is in none."""
    own = rows.holder == AUTHOR
    return np.asarray(own if voice == OWN else ~own & (rows.holder != None))  # noqa: E711 - an array of objects


def _holders(rows: Rows, gold: Gold | None) -> Iterator[Label]:
    pairs = {(h, s) for h, s in zip(rows.holder, rows.stance.tolist(), strict=True) if h is not None}
    for holder, stance in sorted(pairs):
        given, people = (
            ((each.stance == stance) & (each.holder == holder)).astype(float) if each is not None else np.empty(0)
            for each in (rows, gold.rows if gold else None)
        )
        yield Label(f"{holder} {STANCES[stance]}", given, given, people)


def _figures(units: Units, asked: Asked, by: Sequence[str], when: Unit | None, gold: Gold | None) -> list[Figure]:
    check_columns(by)
    groups = grouping(units, asked.entries, asked.gold, by, when)
    article = units.article[asked.entries.sentence]
    counts = ratios(groups.of_entry, article, [label.given for label in asked.labels], len(groups.names))
    found = {
        (g, n): _counted(asked.kind, label, counts[n], g, name)
        for g, name in enumerate(groups.names)
        for n, label in enumerate(asked.labels)
    }
    if gold is not None:
        found |= _corrected(units, asked, groups, gold, found)
    return list(found.values())


def _counted(kind: Kind, label: Label, counts: Ratios, group: int, name: dict[str, str | None]) -> Figure:
    """A figure as the model counts it."""
    share, variance, articles = (float(each[group]) for each in (counts.share, counts.variance, counts.articles))
    if label.signed:
        ends = mean_interval(share, variance, freedom=articles - 1)
    else:
        ends = share_interval(share, variance, most=float(counts.total[group]), freedom=articles - 1)
    total, count = int(counts.total[group]), round(float(counts.count[group]))
    return Figure(kind, name, label.name, total, count, int(articles), share, *(ends or (None, None)))


def _corrected(
    units: Units, asked: Asked, groups: Grouping, gold: Gold, counted: dict[tuple[int, int], Figure]
) -> dict[tuple[int, int], Figure]:
    """The figures of the groups that have enough labels."""
    found = {}
    # sentences of one part, and entries of one group, lie side by side
    by_part = np.argsort(groups.of_sentence, kind="stable")
    parts = np.searchsorted(groups.of_sentence[by_part], np.arange(int(groups.of_sentence.max(initial=-1)) + 2))
    by_group = np.argsort(groups.of_entry, kind="stable")
    bounds = np.searchsorted(groups.of_entry[by_group], np.arange(len(groups.names) + 1))
    for g, part in enumerate(groups.part.tolist()):
        sentences = by_part[parts[part] : parts[part + 1]]
        entries = by_group[bounds[g] : bounds[g + 1]]
        known = np.flatnonzero(groups.of_gold == g)
        domain = _Domain.of(units, asked, gold, sentences, entries, known)
        if not domain.enough:
            continue
        for n, label in enumerate(asked.labels):
            told = corrected(domain.sums(label), signed=label.signed)
            if told is None:
                continue
            found[g, n] = replace(
                counted[g, n], share=told.share, low=told.low, high=told.high, method="corrected", labelled=domain.rows
            )
    return found


@dataclass(frozen=True, slots=True)
class _Domain:
    """The sentences that a group's entries may stand in, as the correction takes them.

    :param entries: of the model in the group, and ``place``, where each stands among the sentences.
    :param known: entries of people in the group, and ``known_place``, where each stands among the labelled sentences.
    :param labelled: places of the labelled sentences among the sentences.
    """

    article: Codes
    stratum: Codes
    chance: Floats
    entries: Places
    place: Places
    known: Places
    known_place: Places
    labelled: Places

    @classmethod
    def of(cls, units: Units, asked: Asked, gold: Gold, sentences: Places, entries: Places, known: Places) -> Self:
        """The domain of a group.

        :param sentences: numbers of the part's sentences, ascending.
        """
        spot = np.minimum(np.searchsorted(sentences, gold.sentence), len(sentences) - 1)
        numbers = np.flatnonzero(sentences[spot] == gold.sentence)
        # articles from 0, so that what follows costs what the part is large
        _, article = np.unique(units.article[sentences], return_inverse=True)
        stands = asked.gold.sentence[known] if asked.gold else known
        return cls(
            article=article.ravel().astype(np.int32),
            stratum=gold.stratum[sentences],
            chance=gold.chance[numbers],
            entries=entries,
            place=np.searchsorted(sentences, asked.entries.sentence[entries]),
            known=known,
            known_place=np.searchsorted(gold.sentence[numbers], stands),
            labelled=spot[numbers],
        )

    @property
    def rows(self) -> int:
        """Entries that people labelled in the group; those of the model that they rejected are none."""
        return len(self.known)

    @property
    def enough(self) -> bool:
        """Whether there are labels enough to correct with."""
        articles = np.unique(self.article[self.labelled[self.known_place]])
        return self.rows >= FEWEST_LABELLED and len(articles) >= FEWEST_ARTICLES

    def sums(self, label: Label) -> Sums:
        """What the model and people say of a label, sentence by sentence."""
        size, few = len(self.article), len(self.labelled)
        return Sums(
            article=self.article,
            u=np.bincount(self.place, label.likely[self.entries], minlength=size).astype(float),
            v=np.bincount(self.place, minlength=size).astype(float),
            labelled=self.labelled,
            u_gold=np.bincount(self.known_place, label.gold[self.known], minlength=few).astype(float),
            v_gold=np.bincount(self.known_place, minlength=few).astype(float),
            chance=self.chance,
            stratum=self.stratum,
        )
