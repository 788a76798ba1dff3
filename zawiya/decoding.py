"""From logits to labels: calibrated scores, one row for each actor and sentence, its holder, the frames.

Pure functions over arrays and records; training fits its calibration through the same ones that inference uses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from .backends import Logits
from .bundle import Bundle
from .inputs import FIXED_HOLDERS, Window
from .records import STANCES, Mention, Sentence

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """Logits of one window, padding removed.

    :param stance: [targets, 4].
    :param holder: [targets, 2 + targets].
    :param frames: [frames].
    """

    window: Window
    stance: Array
    holder: Array
    frames: Array


def unpack(windows: Sequence[Window], logits: Logits) -> list[WindowScores]:
    """The logits of each window of a batch, without the padded targets."""
    unpacked = []
    for row, window in enumerate(windows):
        count = len(window.targets)
        unpacked.append(
            WindowScores(
                window,
                logits.stance[row, :count],
                logits.holder[row, :count, : len(FIXED_HOLDERS) + count],
                logits.frames[row],
            )
        )
    return unpacked


def softmax(logits: Array) -> Array:
    """Probabilities over the last axis, computed without overflow."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Array) -> Array:
    """Probabilities of independent labels, computed without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float32)


def decode(
    sentences: Sequence[Sentence], scores: Sequence[WindowScores], bundle: Bundle, *, gold: bool = False
) -> list[Sentence]:
    """Sentences with their labels, from the logits of all their windows.

    :param scores: of every window, one at least for each sentence, in the sentences' order.
    :param gold: keep every mention as it is given, whatever the model thinks of it, instead of one row for each actor.
    """
    if not sentences:
        return []
    rows: list[list[tuple[int, Mention]]] = [[] for _ in sentences]
    for window, judged in zip(scores, _judged(sentences, scores, bundle, keep_all=gold), strict=True):
        rows[window.window.sentence] += judged
    firsts = np.searchsorted([window.window.sentence for window in scores], range(len(sentences)))
    frames = sigmoid(np.stack([window.frames for window in scores]) / bundle.calibration.frame_temperature)
    # of several windows the one that shows a frame most plainly speaks for the sentence
    frames = np.maximum.reduceat(frames, firsts, axis=0)
    given = (frames >= np.asarray(bundle.calibration.frame_thresholds)).tolist()
    return [
        _labelled(sentence, _once(found) if gold else merge_mentions(_once(found)), bundle.frames, probabilities, shown)
        for sentence, found, probabilities, shown in zip(sentences, rows, frames.tolist(), given, strict=True)
    ]


def _labelled(
    sentence: Sentence,
    mentions: tuple[Mention, ...],
    names: Sequence[str],
    probabilities: Sequence[float],
    given: Sequence[bool],
) -> Sentence:
    return Sentence(
        sentence.start,
        sentence.end,
        sentence.text,
        sentence.role,
        mentions,
        tuple(compress(names, given)),
        dict(zip(names, probabilities, strict=True)),
    )


def _once(found: Sequence[tuple[int, Mention]]) -> tuple[Mention, ...]:
    """Each mention once: an appended target is judged in every window of a long sentence."""
    by_place: dict[int, list[Mention]] = {}
    for place, mention in found:
        by_place.setdefault(place, []).append(mention)
    return tuple(surest(by_place[place]) for place in sorted(by_place))


def _judged(
    sentences: Sequence[Sentence], scores: Sequence[WindowScores], bundle: Bundle, *, keep_all: bool
) -> Iterator[list[tuple[int, Mention]]]:
    """For each window the mentions that name actors, with stance and holder, each behind its place in its sentence."""
    calibration = bundle.calibration
    stance = softmax(
        np.concatenate([window.stance for window in scores]).astype(np.float32) / calibration.stance_temperature
    )
    holder = softmax(_even([window.holder for window in scores]) / calibration.holder_temperature).tolist()
    kept = [keep_all or rejected < calibration.reject for rejected in stance[:, -1].tolist()]
    three = stance[:, : len(STANCES)] / stance[:, : len(STANCES)].sum(-1, keepdims=True)
    labels = (np.log(three + 1e-9) + np.asarray(calibration.stance_offsets)).argmax(-1).tolist()
    probabilities = three.tolist()
    first = 0
    for window in scores:
        places = window.window.mentions
        mentions = [sentences[window.window.sentence].mentions[place] for place in places]
        actors = [mention.actor for mention in mentions]
        last = first + len(places)
        judged = []
        for row, place, mention in zip(range(first, last), places, mentions, strict=True):
            if not kept[row]:
                continue
            label = STANCES[labels[row]]
            held = (None, None) if label == "neutral" else _holder(holder[row], actors, kept[first:last])
            by_stance = dict(zip(STANCES, probabilities[row], strict=True))
            judged.append(
                (
                    place,
                    Mention(
                        mention.actor, mention.start, mention.end, mention.text, label, held[0], by_stance, held[1]
                    ),
                )
            )
        first = last
        yield judged


def _even(logits: Sequence[Array]) -> Array:
    """Rows of different lengths as one array, filled up with what no softmax sees."""
    even = np.full((sum(map(len, logits)), max(rows.shape[1] for rows in logits)), -np.inf, dtype=np.float32)
    first = 0
    for rows in logits:
        even[first : first + len(rows), : rows.shape[1]] = rows
        first += len(rows)
    return even


def _holder(probabilities: Sequence[float], actors: Sequence[str], kept: Sequence[bool]) -> tuple[str, float]:
    """The likeliest holder and its probability; an actor's mentions speak with one voice."""
    totals = dict(zip(FIXED_HOLDERS, probabilities, strict=False))
    # rows are as long as the longest of all
    for actor, keep, probability in zip(actors, kept, probabilities[len(FIXED_HOLDERS) :], strict=False):
        if keep:
            totals[actor] = totals.get(actor, 0.0) + probability
    best = max(totals, key=lambda name: totals[name])
    return best, totals[best] / sum(totals.values())


def surest(mentions: Sequence[Mention]) -> Mention:
    """Of several judgements of one target the one that most surely carries a stance, else the first."""
    return max(mentions, key=_carried)


def merge_mentions(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """One mention for each actor, by the codebook's rule: the one that carries the stance, else the first.

    Of several that carry one, the surest is taken.
    """
    rows: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda mention: mention.start):
        held = rows.get(mention.actor)
        if held is None or _carried(mention) > _carried(held):
            rows[mention.actor] = mention
    return tuple(sorted(rows.values(), key=lambda mention: mention.start))


def _carried(mention: Mention) -> float:
    """How surely a mention carries a stance; 0 where it is neutral or unlabelled."""
    return 0.0 if mention.stance in {None, "neutral"} else mention.score or 1.0
