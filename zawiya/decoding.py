"""From logits to labels: calibrated scores, one row for each actor and sentence, its holder, the frames.

Pure functions over arrays and records; training fits its calibration through the same ones that inference uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def decode(sentence: Sentence, scores: Sequence[WindowScores], bundle: Bundle, *, gold: bool = False) -> Sentence:
    """A sentence with its labels, from the logits of all its windows.

    :param gold: keep every mention as it is given, whatever the model thinks of it, instead of one row for each actor.
    """
    found = [row for window in scores for row in _judged(sentence, window, bundle, keep_all=gold)]
    # an appended target is judged once in every window of a long sentence
    rows = [surest([m for at, m in found if at == place]) for place in sorted({place for place, _ in found})]
    frames = np.max([sigmoid(s.frames / bundle.calibration.frame_temperature) for s in scores], axis=0)
    given = tuple(
        frame
        for frame, score, threshold in zip(bundle.frames, frames, bundle.calibration.frame_thresholds, strict=True)
        if score >= threshold
    )
    return replace(
        sentence,
        mentions=tuple(rows) if gold else merge_mentions(rows),
        frames=given,
        frame_scores={frame: float(score) for frame, score in zip(bundle.frames, frames, strict=True)},
    )


def _judged(sentence: Sentence, scores: WindowScores, bundle: Bundle, *, keep_all: bool) -> list[tuple[int, Mention]]:
    """The mentions of a window that name actors, with stance and holder, each behind its place in the sentence's list."""
    count = len(scores.window.targets)
    if count == 0:
        return []
    calibration = bundle.calibration
    stance = softmax(scores.stance / calibration.stance_temperature)
    holder = softmax(scores.holder / calibration.holder_temperature)
    kept = [keep_all or float(row[-1]) < calibration.reject for row in stance]
    actors = [sentence.mentions[index].actor for index in scores.window.mentions]
    judged = []
    for target in range(count):
        if not kept[target]:
            continue
        three = stance[target, : len(STANCES)]
        three = three / three.sum()
        weighed = np.log(three + 1e-9) + np.asarray(calibration.stance_offsets)
        label = STANCES[int(weighed.argmax())]
        held, held_score = (None, None)
        if label != "neutral":
            held, held_score = _holder(holder[target], actors, kept)
        place = scores.window.mentions[target]
        labelled = replace(
            sentence.mentions[place],
            stance=label,
            holder=held,
            scores={name: float(value) for name, value in zip(STANCES, three, strict=True)},
            holder_score=held_score,
        )
        judged.append((place, labelled))
    return judged


def _holder(probabilities: Array, actors: Sequence[str], kept: Sequence[bool]) -> tuple[str, float]:
    """The likeliest holder and its probability; an actor's mentions speak with one voice."""
    totals = dict(zip(FIXED_HOLDERS, map(float, probabilities[: len(FIXED_HOLDERS)]), strict=True))
    for actor, keep, probability in zip(actors, kept, probabilities[len(FIXED_HOLDERS) :], strict=True):
        if keep:
            totals[actor] = totals.get(actor, 0.0) + float(probability)
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
