"""The rows that a model must beat: always the majority, and TF-IDF with logistic regression on the same examples.

Nothing of it is searched for: tuned it might score a little higher, and would no longer come for a minute's work.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from zawiya.decoding import merge_mentions
from zawiya.linear import ACTOR, HOLDERS, LinearModel, TextScorer, grams, sentence_text, target_text
from zawiya.records import AUTHOR, STANCES, Sentence, Stance

#: The logit of a label that no example has; with its sign turned, of one that all have.
NEVER = -50.0


@dataclass(frozen=True, slots=True)
class Majority:
    """Answers every question with the commonest answer of its training sentences, whatever the text.

    :param stance: given to every target.
    :param holder: of that stance, None for neutral.
    :param given: frames that more than half of the sentences have.
    """

    stance: Stance
    holder: str | None
    given: tuple[str, ...]
    frames: tuple[str, ...]
    name: str = "majority"

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        """Label sentences whose mentions are found already.

        :param gold: keep every mention as it is given, instead of one row for each actor.
        """
        return [self._labelled(sentence, gold=gold) for sentence in sentences]

    def _labelled(self, sentence: Sentence, *, gold: bool) -> Sentence:
        rows = tuple(replace(m, stance=self.stance, holder=self.holder) for m in sentence.mentions)
        return replace(sentence, mentions=rows if gold else merge_mentions(rows), frames=self.given)


def fit_majority(sentences: Sequence[Sentence], frames: Sequence[str]) -> Majority:
    """The commonest stance, its commonest holder, and the frames of most sentences; neutral where there are no rows."""
    rows = [m for sentence in sentences for m in sentence.mentions]
    stances = Counter(m.stance or "neutral" for m in rows)
    # of equally common ones the last, which is neutral
    stance = max(reversed(STANCES), key=lambda name: stances[name])
    holders = Counter(m.holder for m in rows if m.stance == stance and m.holder)
    given = Counter(frame for sentence in sentences for frame in sentence.frames)
    return Majority(
        stance,
        max(sorted(holders), key=lambda name: holders[name], default=None),
        tuple(frame for frame in frames if 2 * given[frame] > len(sentences)),
        tuple(frames),
    )


def fit_linear(sentences: Sequence[Sentence], frames: Sequence[str], *, name: str = "tfidf") -> LinearModel:
    """Learn TF-IDF of the sentence and of the words around the target, logistic regression on top.

    Any corpus will do: a label that no example has, or all have, is given to none, or to all.

    :param sentences: labelled ones; a mention without a stance counts as neutral.
    :param frames: ids of the frames to learn.
    :param name: of the model, for people.
    """
    rows = [(sentence, mention) for sentence in sentences for mention in sentence.mentions]
    texts = [target_text(sentence, mention) for sentence, mention in rows]
    stances = [STANCES.index(mention.stance or "neutral") for _, mention in rows]
    held = [(text, _kind(mention.holder)) for text, (_, mention) in zip(texts, rows, strict=True) if mention.holder]
    given = [[frame in sentence.frames for sentence in sentences] for frame in frames]
    return LinearModel(
        name=name,
        frames=tuple(frames),
        stance=_one_of(texts, stances, labels=len(STANCES), otherwise=STANCES.index("neutral")),
        holder=_one_of(
            [text for text, _ in held],
            [kind for _, kind in held],
            labels=len(HOLDERS),
            otherwise=HOLDERS.index(AUTHOR),
        ),
        frame=_any_of([sentence_text(sentence) for sentence in sentences], given),
    )


def _kind(holder: str) -> int:
    return HOLDERS.index(holder if holder in HOLDERS else ACTOR)


def _one_of(texts: Sequence[str], given: Sequence[int], *, labels: int, otherwise: int) -> TextScorer:
    """Weights that give each text one of several labels; ``otherwise`` is for a corpus without texts."""
    shares = np.bincount(given or [otherwise], minlength=labels) / max(len(given), 1)
    known = np.flatnonzero(shares)
    features = _features(texts) if len(known) > 1 else None
    if not features:
        return _constant(_log(shares))
    matrix, idf, vocabulary = features
    fitted = _regression().fit(matrix, given)
    weights, bias = np.zeros((len(vocabulary), labels)), np.full(labels, NEVER)
    # between two labels scikit-learn fits one row, for the second against the first
    trained = known[1:] if len(known) == 2 else known
    bias[known] = 0.0
    weights[:, trained], bias[trained] = fitted.coef_.T, fitted.intercept_
    return _scorer(vocabulary, idf, weights, bias)


def _any_of(texts: Sequence[str], given: Sequence[Sequence[bool]]) -> TextScorer:
    """Weights that give each text any of several labels.

    :param given: for each label, whether a text has it.
    """
    shares = np.array([np.mean(column) if column else 0.0 for column in given])
    bias = _log(shares) - _log(1 - shares)
    learnable = [label for label, share in enumerate(shares) if 0 < share < 1]
    features = _features(texts) if learnable else None
    if not features:
        return _constant(bias)
    matrix, idf, vocabulary = features
    weights = np.zeros((len(vocabulary), len(given)))
    for label in learnable:
        fitted = _regression().fit(matrix, given[label])
        weights[:, label], bias[label] = fitted.coef_[0], fitted.intercept_[0]
    return _scorer(vocabulary, idf, weights, bias)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=4.0, max_iter=2000, class_weight="balanced")


def _features(texts: Sequence[str]) -> tuple[object, NDArray, list[str]] | None:
    """The texts as rows of a sparse matrix, the idf of each of its columns, and their names; None without any."""
    # in a corpus of a few sentences most words stand once
    fewest = 2 if len(texts) > 100 else 1
    # words are folded already, and the word for the target is none of theirs
    vectorizer = TfidfVectorizer(analyzer=grams, token_pattern=None, lowercase=False, min_df=fewest, sublinear_tf=True)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:
        # what scikit-learn says where no word is common enough
        return None
    return matrix, vectorizer.idf_, list(vectorizer.get_feature_names_out())


def _log(shares: NDArray) -> NDArray:
    """The logarithm, which for nothing is :data:`NEVER`."""
    return np.log(np.maximum(shares, np.exp(NEVER)))


def _constant(bias: NDArray) -> TextScorer:
    """A scorer that reads no word."""
    return _scorer([], np.zeros(0), np.zeros((0, len(bias))), bias)


def _scorer(vocabulary: Sequence[str], idf: NDArray, weights: NDArray, bias: NDArray) -> TextScorer:
    rows = {feature: row for row, feature in enumerate(vocabulary)}
    return TextScorer(rows, idf.astype(np.float32), weights.astype(np.float32), bias.astype(np.float32))
