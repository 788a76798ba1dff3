"""A second annotation of an evaluated file, set beside the first sentence by sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score

from zawiya.decoding import merge_mentions
from zawiya.errors import FaultsError
from zawiya.records import Mention, Sentence
from zawiya.resampling import SEED, rounded

from ..decisions import Decisions, decisions
from ..scores import score
from ..sources import content, read_all
from .bootstrap import estimates, over_runs
from .gold import GoldFile
from .records import Agreement
from .tally import Array, tally


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation of a file's sentences.

    :param name: of the file that it stands in.
    :param sentences: in the order of the evaluated file.
    """

    name: str
    sentences: tuple[Sentence, ...]


def read_second(paths: Sequence[Path], files: Sequence[GoldFile]) -> dict[str, list[Annotation]]:
    """Second annotations by the name of the evaluated file that they belong to: the one whose articles they hold.

    :raises FaultsError: with every article and sentence that is missing, and every file that belongs to none.
    """
    found: dict[str, list[Annotation]] = {}
    faults: list[str] = []
    for path, articles in read_all([str(path) for path in paths]).items():
        by_id = {article.id: article for article in articles}
        shared = [sum(article.id in by_id for article in file.articles) for file in files]
        if not any(shared):
            faults.append(f"{path}: shares no article with the evaluated files; name the second annotation of one")
            continue
        file = files[int(np.argmax(shared))]
        sentences: list[Sentence] = []
        for article in file.articles:
            other = by_id.get(article.id)
            spans = {(s.start, s.end): s for s in content([other])} if other and other.text == article.text else {}
            missing = [s for s in content([article]) if (s.start, s.end) not in spans]
            if missing:
                what = "is missing, or has another text" if not spans else f"lacks {len(missing)} of the sentences"
                faults.append(f"{path}: article {article.id!r} {what}; annotate the same sentences of the same text")
                continue
            sentences += [spans[s.start, s.end] for s in content([article])]
        unlabelled = sum(m.stance is None for s in sentences for m in s.mentions)
        if unlabelled:
            faults.append(
                f"{path}: {unlabelled} rows have no stance, so there is nothing to compare with; label them "
                "(stance: favor, against or neutral), or leave them out"
            )
        # files of one name in two folders are told apart by their paths
        name = path if Path(path).stem in {Path(f.path).stem for f in files} else Path(path).stem
        found.setdefault(file.name, []).append(Annotation(name, tuple(sentences)))
    if faults:
        raise FaultsError("second annotation", faults)
    return found


def agreements(
    file: GoldFile, others: Sequence[Annotation], frames: Sequence[str], weights: Array
) -> tuple[Agreement, ...]:
    """How well annotations agree, two by two; those that are independent of each other come first."""
    gold = Annotation(Path(file.path).stem, tuple(file.sentences))
    pairs = [*combinations(others, 2), *((gold, other) for other in others)]
    return tuple(_agreement(first, second, file, frames, weights) for first, second in pairs)


def _agreement(
    first: Annotation, second: Annotation, file: GoldFile, frames: Sequence[str], weights: Array
) -> Agreement:
    compared = compare_annotations(first.sentences, second.sentences, frames, file.article_of)
    rows = compared.rows
    samples = over_runs([tally(compared, articles=len(file.articles))], weights, tuple(frames), seed=SEED)
    # of a single label kappa is nought over nought
    several = len(np.union1d(rows.gold, rows.given)) > 1
    kappa = float(cohen_kappa_score(rows.gold, rows.given)) if several else np.nan
    return Agreement(
        first.name,
        second.name,
        len(rows.gold),
        rounded(kappa),
        estimates([score(compared)], samples, articles=len(file.articles)),
    )


def compare_annotations(
    first: Sequence[Sentence], second: Sequence[Sentence], frames: Sequence[str], articles: Sequence[int]
) -> Decisions:
    """The second annotation as if it were a model judged by the first.

    Stances are compared on the rows that both have, as if it had been told the places, and on all rows end to end.
    """
    whole = decisions(first, first, frames, found=second, articles=articles)
    both = [_shared(one, other) for one, other in zip(first, second, strict=True)]
    told = decisions([one for one, _ in both], [other for _, other in both], frames, articles=articles)
    return replace(told, pairs=whole.pairs)


def _shared(first: Sentence, second: Sentence) -> tuple[Sentence, Sentence]:
    """Both sentences with a row for each actor that both have, in the same order."""
    rows: list[Mapping[str, Mention]] = [{m.actor: m for m in merge_mentions(s.mentions)} for s in (first, second)]
    actors = [actor for actor in rows[0] if actor in rows[1]]
    one, other = (replace(s, mentions=tuple(r[a] for a in actors)) for s, r in zip((first, second), rows, strict=True))
    return one, other
