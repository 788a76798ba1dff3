"""What was to be decided and what was decided, as arrays: everything that is scored is counted from these.

Texts stay behind, so that what is resampled thousands of times is numbers; who wants to read a mistake goes back to the
sentences.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zawiya.decoding import merge_mentions
from zawiya.records import STANCES, Mention, Sentence

#: In pairs, beside the three stances: the sentence has no row of the actor, or none was found.
ABSENT = len(STANCES)

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Decisions about targets, gold beside given.

    :param sentence: for each row the sentence it stands in.
    :param gold: stance as an index into ``STANCES``, or :data:`ABSENT`.
    :param given: likewise.
    :param gold_holder: name of the holder, empty where nobody holds a stance.
    :param given_holder: likewise.
    """

    sentence: Ints
    gold: Ints
    given: Ints
    gold_holder: Names
    given_holder: Names

    def select(self, kept: Bools) -> "Rows":
        """The rows that a mask keeps."""
        return Rows(*(getattr(self, name)[kept] for name in Rows.__slots__))


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything that was decided about the sentences of a file.

    :param article: for each sentence the article it belongs to: what is resampled together.
    :param frames: ids of the frames.
    :param gold_frames: [sentences, frames].
    :param given_frames: [sentences, frames].
    :param rows: one for each mention of the gold sentences, whose places the model was told.
    :param pairs: one for each actor that a sentence names or was found to name; None where nothing was found by itself.
    """

    article: Ints
    frames: tuple[str, ...]
    gold_frames: Bools
    given_frames: Bools
    rows: Rows
    pairs: Rows | None = None

    def select(self, sentences: Bools) -> "Decisions":
        """The decisions about some of the sentences, which are numbered anew; articles keep their numbers."""
        numbers = np.cumsum(sentences) - 1

        def chosen(rows: Rows) -> Rows:
            kept = rows.select(sentences[rows.sentence])
            return replace(kept, sentence=numbers[kept.sentence])

        return Decisions(
            self.article[sentences],
            self.frames,
            self.gold_frames[sentences],
            self.given_frames[sentences],
            chosen(self.rows),
            None if self.pairs is None else chosen(self.pairs),
        )

    def of_rows(self, kept: Bools) -> "Decisions":
        """The decisions about some of the rows, without frames and pairs, which are not about single rows."""
        nothing = np.zeros((len(self.article), 0), dtype=bool)
        return Decisions(self.article, (), nothing, nothing, self.rows.select(kept))


def decisions(
    gold: Sequence[Sentence],
    given: Sequence[Sentence],
    frames: Sequence[str],
    *,
    found: Sequence[Sentence] | None = None,
    articles: Sequence[int] | None = None,
) -> Decisions:
    """The decisions of labelled sentences.

    :param given: each with the mentions of its gold sentence, in order, and labels of their own.
    :param frames: ids of the frames that are asked about.
    :param found: the same sentences with the actors that were found in them, labelled.
    :param articles: for each sentence the number of its article; each is an article of its own where not given.
    :raises ValueError: when the sentences or their mentions do not stand side by side.
    """
    article = np.arange(len(gold)) if articles is None else np.asarray(articles, dtype=np.int64)
    rows = [
        (number, m, g)
        for number, (sentence, labelled) in enumerate(zip(gold, given, strict=True))
        for m, g in zip(sentence.mentions, labelled.mentions, strict=True)
    ]
    pairs = None
    if found is not None:
        pairs = [
            (number, *pair)
            for number, (sentence, labelled) in enumerate(zip(gold, found, strict=True))
            for pair in _pairs(sentence, labelled)
        ]
    return Decisions(
        article,
        tuple(frames),
        _frame_rows(gold, frames),
        _frame_rows(given, frames),
        _rows(rows),
        None if pairs is None else _rows(pairs),
    )


def _pairs(gold: Sentence, found: Sentence) -> Iterator[tuple[Mention | None, Mention | None]]:
    """For each actor that either sentence names its row in both."""
    first, second = ({m.actor: m for m in merge_mentions(sentence.mentions)} for sentence in (gold, found))
    for actor in dict.fromkeys((*first, *second)):
        yield first.get(actor), second.get(actor)


def _rows(rows: Sequence[tuple[int, Mention | None, Mention | None]]) -> Rows:
    return Rows(
        np.array([number for number, _, _ in rows], dtype=np.int64),
        np.array([_stance(mention) for _, mention, _ in rows], dtype=np.int64),
        np.array([_stance(mention) for _, _, mention in rows], dtype=np.int64),
        np.array([_holder(mention) for _, mention, _ in rows], dtype=np.str_),
        np.array([_holder(mention) for _, _, mention in rows], dtype=np.str_),
    )


def _stance(mention: Mention | None) -> int:
    return ABSENT if mention is None else STANCES.index(mention.stance or "neutral")


def _holder(mention: Mention | None) -> str:
    return (mention.holder or "") if mention else ""


def _frame_rows(sentences: Sequence[Sentence], frames: Sequence[str]) -> Bools:
    """[sentences, frames], whichever of the two is nought."""
    rows = [[frame in sentence.frames for frame in frames] for sentence in sentences]
    return np.array(rows, dtype=bool).reshape(len(sentences), len(frames))
