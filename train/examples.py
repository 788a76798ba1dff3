"""From labelled articles to what the model learns: windows with labels for stance, holder and frames.

The matcher runs over every labelled sentence, so that its mistakes become examples of not-an-actor: the model learns
to reject exactly what it will be shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from zawiya.actors import ActorFinder
from zawiya.inputs import FIXED_HOLDERS, NOT_AN_ACTOR, STANCE_LABELS, Encoder, Window
from zawiya.records import Article, Mention, Sentence

from .model import IGNORED


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its labels.

    :param stance: for each target an index into ``STANCE_LABELS``, or ``IGNORED``.
    :param holder: [targets, 2 + targets] of zeros and ones at the acceptable holders; zeros only where none is known.
    :param frames: for each frame of the model 0 or 1.
    :param weight: how often it is drawn in an epoch.
    """

    window: Window
    stance: tuple[int, ...]
    holder: NDArray[np.float32]
    frames: tuple[int, ...]
    weight: float = 1.0


def with_candidates(article: Article, finder: ActorFinder) -> tuple[Sentence, ...]:
    """The article's sentences with the labelled mentions first and, after them, the matcher's other finds (stance None)."""
    found = finder.find(article)
    sentences = []
    for labelled, matched in zip(article.sentences, found.sentences, strict=True):
        extra = [
            mention
            for mention in matched.mentions
            if not any(mention.start < gold.end and gold.start < mention.end for gold in labelled.mentions)
        ]
        sentences.append(replace(labelled, mentions=(*labelled.mentions, *extra)))
    return tuple(sentences)


def make_examples(
    articles: Iterable[Article],
    *,
    finder: ActorFinder,
    encoder: Encoder,
    frames: Sequence[str],
    weights: Iterable[float] | None = None,
) -> Iterator[Example]:
    """Examples of all sentences that are not furniture, in windows whose ``sentence`` counts over all articles.

    :param weights: how often each article's examples are drawn in an epoch; once where not given.
    """
    before = 0
    for article, weight in zip(articles, repeat(1.0) if weights is None else weights, strict=False):
        sentences = [s for s in with_candidates(article, finder) if s.role != "furniture"]
        for window in encoder.encode(sentences):
            counted = replace(window, sentence=before + window.sentence)
            yield _example(sentences[window.sentence], counted, frames, weight)
        before += len(sentences)


def _example(sentence: Sentence, window: Window, frames: Sequence[str], weight: float) -> Example:
    mentions = [sentence.mentions[index] for index in window.mentions]
    rows = {mention.actor for mention in sentence.mentions if mention.stance is not None}
    holder = np.zeros((len(mentions), len(FIXED_HOLDERS) + len(mentions)), dtype=np.float32)
    for target, mention in enumerate(mentions):
        if mention.holder in FIXED_HOLDERS:
            holder[target, FIXED_HOLDERS.index(mention.holder)] = 1.0
        elif mention.holder is not None:
            for other, candidate in enumerate(mentions):
                if candidate.actor == mention.holder:
                    holder[target, len(FIXED_HOLDERS) + other] = 1.0
    return Example(
        window=window,
        stance=tuple(_stance_label(mention, rows) for mention in mentions),
        holder=holder,
        frames=tuple(int(frame in sentence.frames) for frame in frames),
        weight=weight,
    )


def _stance_label(mention: Mention, rows: set[str]) -> int:
    if mention.stance is not None:
        return STANCE_LABELS.index(mention.stance)
    # a second mention of an actor with a row: it names an actor, and its own stance is not known
    return IGNORED if mention.actor in rows else STANCE_LABELS.index(NOT_AN_ACTOR)
