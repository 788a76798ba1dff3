"""A model of word weights: TF-IDF with logistic regression, in plain numpy, in a folder like any other model's.

It is the row that an encoder must beat, and what reads a million sentences where no encoder can be afforded. Training
fits it with scikit-learn; what is needed to label is here, and training makes its features through the same functions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from .arabic import words
from .bundle import LINEAR_FILE, Bundle
from .decoding import merge_mentions, sigmoid, softmax
from .errors import ZawiyaError
from .records import AUTHOR, OTHER, STANCES, Mention, Sentence

#: Words on each side of a target that are features of their own.
REACH = 4
#: What stands in the place of the target, whatever its name.
TARGET = "TARGET"
ACTOR = "actor"
#: What the holder's weights tell apart; which actor it is, they do not say.
HOLDERS: tuple[str, ...] = (AUTHOR, OTHER, ACTOR)


def sentence_text(sentence: Sentence) -> str:
    """A sentence as features: its folded words."""
    return " ".join(word.text for word in words(sentence.text))


def target_text(sentence: Sentence, mention: Mention) -> str:
    """A sentence as features: its words with the target replaced, and those near the target once more by side.

    An appended target hides no word and has no neighbours; the words of its name follow it, marked.
    """
    if mention.appended:
        asked = [f"?{word.text}" for word in words(mention.text)]
        return " ".join([*(word.text for word in words(sentence.text)), TARGET, *asked])
    before, after = [], []
    for word in words(sentence.text):
        if word.end + sentence.start <= mention.start:
            before.append(word.text)
        elif word.start + sentence.start >= mention.end:
            after.append(word.text)
    near = [f"<{word}" for word in before[-REACH:]] + [f">{word}" for word in after[:REACH]]
    return " ".join([*before, TARGET, *after, *near])


def grams(text: str) -> list[str]:
    """The words of a text of features, and its pairs of neighbouring words."""
    found = text.split()
    return found + [f"{first} {second}" for first, second in pairwise(found)]


@dataclass(frozen=True, slots=True, eq=False)
class TextScorer:
    """TF-IDF with one weight for each feature and label.

    :param vocabulary: the row of each feature.
    :param idf: float32 [features], each above zero.
    :param weights: float32 [features, labels].
    :param bias: float32 [labels].
    """

    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, text: str) -> NDArray[np.float64]:
        """One logit a label; those of a text without a known word are the bias."""
        counts = Counter(row for gram in grams(text) if (row := self.vocabulary.get(gram)) is not None)
        bias = self.bias.astype(np.float64)
        if not counts:
            return bias
        rows = np.fromiter(counts.keys(), dtype=np.int64)
        frequencies = np.fromiter(counts.values(), dtype=np.float64)
        values = (1.0 + np.log(frequencies)) * self.idf[rows]
        values /= np.linalg.norm(values)
        return np.asarray(values @ self.weights[rows] + bias)


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Labels sentences whose mentions stand already, each by the words around it.

    It takes every mention for an actor: unlike an encoder it cannot reject a false match of the actor list.

    :param name: of the model, for people.
    :param frames: ids of its frames.
    :param stance: scores :data:`~zawiya.records.STANCES`.
    :param holder: scores :data:`HOLDERS`.
    :param frame: scores the frames, each on its own.
    """

    name: str
    frames: tuple[str, ...]
    stance: TextScorer
    holder: TextScorer
    frame: TextScorer

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        """Label sentences whose mentions are found already.

        :param gold: keep every mention as it is given, instead of one row for each actor.
        """
        return [self._labelled(sentence, gold=gold) for sentence in sentences]

    def _labelled(self, sentence: Sentence, *, gold: bool) -> Sentence:
        rows = tuple(self._judged(sentence, mention) for mention in sentence.mentions)
        logits = self.frame.logits(sentence_text(sentence))
        scores = sigmoid(logits.astype(np.float32))
        return replace(
            sentence,
            mentions=rows if gold else merge_mentions(rows),
            frames=tuple(frame for frame, logit in zip(self.frames, logits, strict=True) if logit > 0),
            frame_scores={frame: float(score) for frame, score in zip(self.frames, scores, strict=True)},
        )

    def _judged(self, sentence: Sentence, mention: Mention) -> Mention:
        text = target_text(sentence, mention)
        logits = self.stance.logits(text)
        stance = STANCES[int(logits.argmax())]
        held, held_score = (None, None) if stance == "neutral" else self._held(sentence, mention, text)
        scores = map(float, softmax(logits.astype(np.float32)))
        return replace(
            mention,
            stance=stance,
            holder=held,
            scores=dict(zip(STANCES, scores, strict=True)),
            holder_score=held_score,
        )

    def _held(self, sentence: Sentence, mention: Mention, text: str) -> tuple[str, float]:
        """The holder and its probability; an actor is the first other one that the sentence names, if any."""
        others = [m.actor for m in sentence.mentions if m.actor != mention.actor and not m.appended]
        named = others[0] if others else OTHER
        logits = self.holder.logits(text)
        by_kind = dict(zip(HOLDERS, map(float, softmax(logits.astype(np.float32))), strict=True))
        kind = HOLDERS[int(logits.argmax())]
        holder = named if kind == ACTOR else kind
        return holder, sum(value for name, value in by_kind.items() if (named if name == ACTOR else name) == holder)

    def save(self, folder: Path) -> None:
        """Write the model into a folder, which is made where there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors: dict[str, NDArray] = {}
        for part, scorer in (("stance", self.stance), ("holder", self.holder), ("frame", self.frame)):
            lines = "\n".join(sorted(scorer.vocabulary, key=scorer.vocabulary.__getitem__))
            tensors[f"{part}.vocabulary"] = np.frombuffer(lines.encode("utf-8"), dtype=np.uint8)
            tensors[f"{part}.idf"] = scorer.idf
            # safetensors writes memory as it lies, whatever its order
            tensors[f"{part}.weights"] = np.ascontiguousarray(scorer.weights)
            tensors[f"{part}.bias"] = scorer.bias
        # not save_file: its files are for their owner's eyes alone
        (folder / LINEAR_FILE).write_bytes(save(tensors))
        Bundle(self.name, self.frames, kind="linear").save(folder)

    @classmethod
    def load(cls, folder: Path) -> "LinearModel":
        """Read the model of a folder.

        :raises ZawiyaError: when the folder holds no linear model, or one whose parts do not fit.
        """
        bundle = Bundle.load(folder)
        if bundle.kind != "linear":
            raise ZawiyaError(f"{folder}: expected a linear model, found kind {bundle.kind!r}; load it as what it is")
        path = folder / LINEAR_FILE
        if not path.is_file():
            raise ZawiyaError(f"{folder}: expected {LINEAR_FILE}, found none; train or copy the model anew")
        try:
            tensors = load_file(path)
        # a number type that numpy lacks is a TypeError or a KeyError
        except (OSError, SafetensorError, TypeError, KeyError) as error:
            raise ZawiyaError(f"{path}: cannot be read ({error}); train or copy the model anew") from error
        try:
            return cls(
                name=bundle.name,
                frames=bundle.frames,
                stance=_scorer(tensors, "stance", len(STANCES)),
                holder=_scorer(tensors, "holder", len(HOLDERS)),
                frame=_scorer(tensors, "frame", len(bundle.frames)),
            )
        except ZawiyaError as error:
            raise ZawiyaError(f"{path}: {error}; train or copy the model anew") from error


def _scorer(tensors: Mapping[str, NDArray], part: str, labels: int) -> TextScorer:
    """One part of a file, checked."""
    features = _vocabulary(tensors, f"{part}.vocabulary")
    vocabulary = {feature: row for row, feature in enumerate(features)}
    if len(vocabulary) != len(features):
        raise ZawiyaError(f"`{part}.vocabulary`: expected every feature once, found one twice")
    idf = _numbers(tensors, f"{part}.idf", (len(features),))
    if not (idf > 0).all():
        raise ZawiyaError(f"`{part}.idf`: expected numbers above zero, found others")
    weights = _numbers(tensors, f"{part}.weights", (len(features), labels))
    return TextScorer(vocabulary, idf, weights, _numbers(tensors, f"{part}.bias", (labels,)))


def _vocabulary(tensors: Mapping[str, NDArray], name: str) -> list[str]:
    """The features of a part, one a line in UTF-8."""
    found = tensors.get(name)
    if found is None or found.dtype != np.uint8 or found.ndim != 1:
        raise ZawiyaError(f"`{name}`: expected bytes, found {_shape(found)}")
    try:
        text = found.tobytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ZawiyaError(f"`{name}`: expected UTF-8 text ({error})") from error
    return text.split("\n") if text else []


def _numbers(tensors: Mapping[str, NDArray], name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    found = tensors.get(name)
    if found is None or found.dtype != np.float32 or found.shape != shape:
        raise ZawiyaError(f"`{name}`: expected float32 {list(shape)}, found {_shape(found)}")
    if not np.isfinite(found).all():
        raise ZawiyaError(f"`{name}`: expected finite numbers, found others")
    return found


def _shape(found: NDArray | None) -> str:
    return "none" if found is None else f"{found.dtype} {list(found.shape)}"
