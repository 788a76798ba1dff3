"""How well annotators agree, label by label, with intervals over articles.

Stance and holder are compared on the rows that annotators have in common, which says how well they judge; ``end to end``
counts a row that one has and another has not as a disagreement, which says how well the whole work can be repeated.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from zawiya.records import STANCES, Mention, Sentence
from zawiya.resampling import RESAMPLES, SEED, draws

from .coefficients import MISSING, Answers, Coefficient, alpha, kappa
from .records import Key
from .together import Together, read_together, rows_of

#: Who is compared in a coefficient over all annotators.
ALL = "all"
#: What an annotator says who has no row of an actor.
ABSENT = "not annotated"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One coefficient of one kind of label.

    :param label: ``stance``, ``stance end to end``, ``favor``, ``holder``, ``frame humanitarian`` and so on.
    :param between: two annotators, or ``all``.
    :param measure: ``kappa`` between two, ``alpha`` between all.
    """

    label: str
    between: str
    measure: str
    figure: Coefficient


@dataclass(frozen=True)
class AgreementReport:
    """What the annotators' files say together.

    :param shared: sentences that two annotators or more have.
    :param articles: that these stand in.
    """

    together: Together
    articles: int
    shared: int
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Something that each annotator may say something about."""

    article: int
    said: tuple[str | None, ...]


def agree(
    paths: Sequence[Path | str], *, frames: Sequence[str] = (), resamples: int = RESAMPLES, seed: int = SEED
) -> AgreementReport:
    """Compare annotations, one a corpus file.

    :param frames: that were asked about; others that occur are added.
    :raises ZawiyaError: when there is nothing to compare.
    """
    together = read_together(paths)
    shared = together.shared
    numbers = {name: number for number, name in enumerate(dict.fromkeys(key[0] for key in shared))}
    weights = draws(len(numbers), resamples=resamples, seed=seed)
    agreements = []
    for label, units in _labels(shared, numbers, frames):
        answers, articles = _numbered(units, len(together.names))
        agreements.append(Agreement(label, ALL, "alpha", alpha(answers, articles, weights)))
        agreements += [
            Agreement(
                label,
                f"{together.names[one]} and {together.names[two]}",
                "kappa",
                kappa(answers[one], answers[two], articles, weights),
            )
            for one, two in combinations(range(len(together.names)), 2)
        ]
    return AgreementReport(together, len(numbers), len(shared), tuple(agreements))


Shared = dict[Key, tuple[Sentence | None, ...]]


def _labels(shared: Shared, numbers: dict[str, int], frames: Sequence[str]) -> Iterator[tuple[str, list[_Unit]]]:
    """Each kind of label with what was said of it."""

    def rows(answer: Callable[[Mention], str | None], absent: str | None = None) -> list[_Unit]:
        return list(_row_units(shared, numbers, answer, absent))

    yield "stance", rows(lambda m: m.stance)
    yield "stance end to end", rows(lambda m: m.stance, ABSENT)
    for stance in STANCES:
        yield stance, rows(lambda m, stance=stance: str(m.stance == stance))  # type: ignore[misc]
    yield "holder", rows(lambda m: None if m.stance == "neutral" else m.holder or ABSENT)
    met = {frame for said in shared.values() for sentence in said if sentence for frame in sentence.frames}
    for frame in [*frames, *sorted(met - set(frames))]:
        yield (
            f"frame {frame}",
            [
                _Unit(numbers[key[0]], tuple(None if s is None else str(frame in s.frames) for s in said))
                for key, said in shared.items()
            ],
        )


def _row_units(
    shared: Shared, numbers: dict[str, int], answer: Callable[[Mention], str | None], absent: str | None
) -> Iterator[_Unit]:
    for key, said in shared.items():
        rows = [None if sentence is None else rows_of(sentence) for sentence in said]
        for actor in dict.fromkeys(actor for one in rows if one for actor in one):
            yield _Unit(
                numbers[key[0]],
                tuple(None if one is None else answer(one[actor]) if actor in one else absent for one in rows),
            )


def _numbered(units: Sequence[_Unit], annotators: int) -> tuple[Answers, list[int]]:
    """What was said as numbers, [annotators, units], and each unit's article."""
    labels = {label: n for n, label in enumerate(sorted({s for unit in units for s in unit.said if s is not None}))}
    answers = np.full((annotators, len(units)), MISSING, dtype=np.int64)
    for place, unit in enumerate(units):
        for annotator, label in enumerate(unit.said):
            if label is not None:
                answers[annotator, place] = labels[label]
    return answers, [unit.article for unit in units]
