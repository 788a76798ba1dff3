"""What a model got wrong while being sure, and which gold labels are likelier to be wrong than the model."""

from collections.abc import Sequence

import numpy as np
from cleanlab.filter import find_label_issues

from zawiya.records import STANCES, Mention, Sentence

from .candidates import Judged, rows_of
from .gold import GoldFile
from .records import FrameMistake, Mistake

#: Mistakes of each kind that are written down.
SHOWN = 60


def mistakes(file: GoldFile, judged: Judged) -> tuple[tuple[Mistake, ...], tuple[Mistake, ...]]:
    """Wrong stances, the most confident first, and rows whose gold label is likely wrong, the likeliest first."""
    rows = rows_of(file, judged)
    doubted = likely_label_errors([m for _, _, m, _ in rows], [g for _, _, _, g in rows])
    doubtful = set(doubted)
    written = [_mistake(file, *row, doubted=number in doubtful) for number, row in enumerate(rows)]
    wrong = [written[number] for number, (_, _, m, g) in enumerate(rows) if m.stance != g.stance]
    wrong.sort(key=lambda mistake: -mistake.confidence)
    return tuple(wrong[:SHOWN]), tuple(written[number] for number in doubted[:SHOWN])


def likely_label_errors(gold: Sequence[Mention], given: Sequence[Mention]) -> list[int]:
    """Rows whose label is likely wrong, by confident learning on the model's scores (Northcutt et al. 2021).

    The model must not have learnt from these very rows. Nothing is found where a model gives no scores.
    """
    if not gold or not all(mention.scores for mention in given):
        return []
    labels = np.array([STANCES.index(mention.stance or "neutral") for mention in gold])
    scores = np.array([[mention.scores[name] for name in STANCES] for mention in given], dtype=float)
    scores /= scores.sum(1, keepdims=True)
    if len(np.unique(labels)) < len(STANCES):
        # the thresholds of a stance that nobody gave are unknown
        return []
    found = find_label_issues(labels, scores, return_indices_ranked_by="normalized_margin", n_jobs=1)
    return [int(number) for number in found]


def _mistake(
    file: GoldFile, article: int, sentence: Sentence, gold: Mention, given: Mention, *, doubted: bool
) -> Mistake:
    return Mistake(
        article=file.articles[article].id,
        sentence=sentence.text,
        actor=gold.actor,
        text=gold.text,
        start=gold.start - sentence.start,
        end=gold.end - sentence.start,
        expected=gold.stance or "neutral",
        holder=gold.holder,
        given=given.stance or "neutral",
        given_holder=given.holder,
        confidence=round(given.score or 0.0, 4),
        likely_label_error=doubted,
    )


def frame_mistakes(file: GoldFile, judged: Judged) -> tuple[FrameMistake, ...]:
    """Frames wrongly given or missed, the most confident first."""
    wrong = [
        FrameMistake(
            file.articles[article].id,
            gold.text,
            frame,
            frame in gold.frames,
            round(1 - value if frame in gold.frames else value, 4),
        )
        for article, gold, given in zip(file.article_of, file.sentences, judged.given[0], strict=True)
        for frame, value in given.frame_scores.items()
        if (frame in gold.frames) != (frame in given.frames)
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence)[:SHOWN])
