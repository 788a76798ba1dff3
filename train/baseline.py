"""The rows that a model must beat: always the majority, and TF-IDF with logistic regression on the same examples."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from zawiya.arabic import words
from zawiya.records import STANCES, Mention, Sentence

#: Words on each side of a target that are features of their own.
REACH = 4


def majority(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Every actor neutral, no frame: the commonest answer to each question."""
    return [
        replace(s, mentions=tuple(replace(m, stance="neutral", holder=None) for m in s.mentions), frames=())
        for s in sentences
    ]


class TfidfBaseline:
    """TF-IDF of the sentence and of the words around the target, logistic regression on top.

    :param frames: ids of the frames it learns.
    """

    def __init__(self, frames: Sequence[str]) -> None:
        self._frames = tuple(frames)
        self._stance: Pipeline | DummyClassifier
        self._holder: Pipeline | DummyClassifier
        self._frame: Pipeline

    def fit(self, sentences: Sequence[Sentence]) -> "TfidfBaseline":
        """Learn from labelled sentences."""
        rows = [(s, m) for s in sentences for m in s.mentions]
        texts = [target_text(s, m) for s, m in rows]
        self._stance = _learnt(
            texts, [STANCES.index(m.stance or "neutral") for _, m in rows], otherwise=STANCES.index("neutral")
        )
        held = [(text, m.holder) for text, (_, m) in zip(texts, rows, strict=True) if m.holder]
        self._holder = _learnt([text for text, _ in held], [_kind(holder) for _, holder in held], otherwise="author")
        labels = np.array([[frame in s.frames for frame in self._frames] for s in sentences])
        self._frame = _pipeline(OneVsRestClassifier(_regression()), len(sentences))
        self._frame.fit([" ".join(w.text for w in words(s.text)) for s in sentences], labels)
        return self

    def label(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """Label sentences whose mentions are given; an actor as holder is the first other one of the sentence."""
        texts = [target_text(s, m) for s in sentences for m in s.mentions]
        stances = iter(self._stance.predict(texts)) if texts else iter(())
        holders = iter(self._holder.predict(texts)) if texts else iter(())
        frames = self._frame.predict([" ".join(w.text for w in words(s.text)) for s in sentences])
        # scikit-learn flattens the answer where there is one frame only
        frames = frames.reshape(len(sentences), -1)
        labelled = []
        for sentence, given in zip(sentences, frames, strict=True):
            mentions = []
            for mention in sentence.mentions:
                stance, kind = STANCES[int(next(stances))], str(next(holders))
                others = [m.actor for m in sentence.mentions if m.actor != mention.actor]
                holder = (others or ["other"])[0] if kind == "actor" else kind
                mentions.append(replace(mention, stance=stance, holder=None if stance == "neutral" else holder))
            names = tuple(f for f, there in zip(self._frames, given, strict=True) if there)
            labelled.append(replace(sentence, mentions=tuple(mentions), frames=names))
        return labelled


def _kind(holder: str) -> str:
    return holder if holder in {"author", "other"} else "actor"


def _learnt(
    texts: Sequence[str], labels: Sequence[str] | Sequence[int], *, otherwise: str | int
) -> Pipeline | DummyClassifier:
    """A classifier of texts; a constant one where there are no two labels to tell apart."""
    if len(set(labels)) < 2:
        constant = labels[0] if labels else otherwise
        return DummyClassifier(strategy="constant", constant=constant).fit([""], [constant])
    return _pipeline(_regression(), len(texts)).fit(texts, labels)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=4.0, max_iter=2000, class_weight="balanced")


def _pipeline(classifier: object, texts: int) -> Pipeline:
    # in a corpus of a few sentences most words stand once
    fewest = 2 if texts > 100 else 1
    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=fewest, sublinear_tf=True, token_pattern=r"\S+"),  # noqa: S106
        classifier,
    )


def target_text(sentence: Sentence, mention: Mention) -> str:
    """A sentence as features: its words with the target replaced, and those near the target once more by side."""
    before, after = [], []
    for word in words(sentence.text):
        if word.end + sentence.start <= mention.start:
            before.append(word.text)
        elif word.start + sentence.start >= mention.end:
            after.append(word.text)
    near = [f"<{word}" for word in before[-REACH:]] + [f">{word}" for word in after[:REACH]]
    return " ".join([*before, "TARGET", *after, *near])
