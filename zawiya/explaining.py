"""Which words carried a decision: each is hidden in turn, and what the decision loses by it is the word's weight.

Occlusion (Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks"; Li et al. 2016, "Understanding
Neural Networks through Representation Erasure"): it asks the model itself, whatever the model is, and a weight is a
difference of the probabilities that are shown everywhere else. The price is one more reading of the sentence for each of
its words, and that words which say the same thing hide each other: without either, the other still carries the decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .arabic import words
from .decoding import decode
from .errors import ZawiyaError
from .inputs import Encoder, Window
from .pieces import Pieces
from .prediction import EncoderJudge, Judge, score_windows
from .records import Mention, Sentence

#: Words of the sentences that are read together, one sentence at least; each is one more reading.
GROUP = 2000
#: A longer sentence is a text without stops: to hide its words one by one takes long and says little.
MOST_WORDS = 400
#: Decimals of what is written.
DIGITS = 4

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that a model says of a sentence: the stance toward a mention, or a frame.

    :param sentence: labelled, or with its mentions found.
    :param mention: one of the sentence's.
    :param frame: one of the model's; given when no mention is.
    """

    sentence: Sentence
    mention: Mention | None = None
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """What a word does for a decision.

    :param start: offset into the article's text.
    :param weight: probability of the decision less its probability without the word: above zero where the word speaks for
        it, below where it speaks against it.
    :param target: whether the word names, or helps to name, what the stance is toward. Hidden, it keeps its place, so the
        model still knows where the target is but not who.
    """

    start: int
    end: int
    text: str
    weight: float
    target: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and its words.

    :param mention: as it was asked about, None for a frame.
    :param label: the stance that the mention has, else the one the model gives it; or the frame.
    :param score: calibrated probability of the label with all words shown.
    :param weights: of each word in the order of the sentence; they need not add up to anything. None of a sentence of
        more than :data:`MOST_WORDS` words.
    """

    sentence: Sentence
    mention: Mention | None
    frame: str | None
    label: str
    score: float
    weights: tuple[Weight, ...]

    def strongest(self, count: int) -> tuple[Weight, ...]:
        """The words that matter most, whichever way, most first."""
        return tuple(sorted(self.weights, key=lambda weight: -abs(weight.weight))[:count])

    def as_json(self) -> dict[str, Any]:
        """As plain values; offsets are into the article's text, end exclusive."""
        asked = self.mention
        return {
            "sentence": {"start": self.sentence.start, "end": self.sentence.end, "text": self.sentence.text},
            "actor": asked.actor if asked else None,
            "mention": {"start": asked.start, "end": asked.end, "text": asked.text} if asked else None,
            "frame": self.frame,
            "label": self.label,
            "score": round(self.score, DIGITS),
            "weights": [
                {
                    "start": weight.start,
                    "end": weight.end,
                    "text": weight.text,
                    "weight": round(weight.weight, DIGITS),
                    "target": weight.target,
                }
                for weight in self.weights
            ],
        }


def decisions_of(sentence: Sentence) -> list[Decision]:
    """What there is to explain in a labelled sentence: every stance that is not neutral, and every frame given."""
    return [
        *(Decision(sentence, mention) for mention in sentence.mentions if mention.stance not in {None, "neutral"}),
        *(Decision(sentence, frame=frame) for frame in sentence.frames),
    ]


def explain(judge: Judge, decisions: Sequence[Decision]) -> list[Explanation]:
    """The words behind each decision, in the order of the decisions.

    Decisions of the same ``Sentence`` object cost no more than one of them; sentences are read in full batches, whatever
    their lengths. An encoder sees the mask piece in a word's place, as it did in training. A model of word weights, or
    any other, sees blanks: the word is gone, and its neighbours stand side by side.

    :raises ZawiyaError: when a decision is about no mention of its sentence and no frame of the model.
    """
    for decision in decisions:
        _check(judge, decision)
    places: dict[int, list[int]] = {}
    for place, decision in enumerate(decisions):
        places.setdefault(id(decision.sentence), []).append(place)
    found: dict[int, Explanation] = {}
    for group in _groups([decisions[own[0]].sentence for own in places.values()]):
        spans = [_spans(sentence) for sentence in group]
        for sentence, hidden, (whole, *without) in zip(group, spans, _readings(judge, group, spans), strict=True):
            for place in places[id(sentence)]:
                found[place] = _explanation(decisions[place], hidden, whole, without)
    return [found[place] for place in range(len(decisions))]


def _check(judge: Judge, decision: Decision) -> None:
    mention, frame = decision.mention, decision.frame
    if (mention is None) == (frame is None):
        raise ZawiyaError("expected a mention or a frame to explain, found both or neither; ask about one at a time")
    if mention is not None:
        _place(decision.sentence, mention)
    elif frame not in judge.frames:
        known = ", ".join(judge.frames) or "none"
        raise ZawiyaError(
            f"expected a frame of the model {judge.name!r} ({known}), found {frame!r}; ask about one of these"
        )


def _place(sentence: Sentence, mention: Mention) -> int:
    wanted = (mention.actor, mention.start, mention.end, mention.text)
    for place, own in enumerate(sentence.mentions):
        if (own.actor, own.start, own.end, own.text) == wanted:
            return place
    raise ZawiyaError(
        f"expected a mention of the sentence at {sentence.start}, found one of {mention.actor!r} at {mention.start}; "
        "ask about one of the sentence's own"
    )


def _groups(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    size = 0
    for sentence in sentences:
        group.append(sentence)
        size += min(len(sentence.text.split()), MOST_WORDS) + 1
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _spans(sentence: Sentence) -> list[Span]:
    """The words of a sentence, in offsets into its text."""
    found = [(word.start, word.end) for word in words(sentence.text)]
    return found if len(found) <= MOST_WORDS else []


def _explanation(
    decision: Decision, spans: Sequence[Span], whole: Sentence, without: Sequence[Sentence]
) -> Explanation:
    sentence, mention = decision.sentence, decision.mention
    if mention is None:
        label = decision.frame or ""
        scores = [reading.frame_scores[label] for reading in (whole, *without)]
    else:
        place = _place(sentence, mention)
        label = mention.stance or whole.mentions[place].stance or ""
        scores = [reading.mentions[place].scores[label] for reading in (whole, *without)]
    weights = []
    for (start, end), score in zip(spans, scores[1:], strict=True):
        text = sentence.text[start:end]
        first, last = start + sentence.start, end + sentence.start
        target = mention is not None and first < mention.end and last > mention.start
        weights.append(Weight(first, last, text, scores[0] - score, target))
    return Explanation(sentence, mention, decision.frame, label, scores[0], tuple(weights))


def _readings(judge: Judge, sentences: Sequence[Sentence], spans: Sequence[Sequence[Span]]) -> list[list[Sentence]]:
    """Each sentence as the model labels it: whole, then without each of its words."""
    if isinstance(judge, EncoderJudge):
        labelled = _with_masks(judge, sentences, spans)
    else:
        variants = [
            replace(sentence, text=text)
            for sentence, own in zip(sentences, spans, strict=True)
            for text in (sentence.text, *(_blanked(sentence.text, span) for span in own))
        ]
        labelled = judge.label(variants, gold=True)
    rest = iter(labelled)
    return [[next(rest) for _ in range(len(own) + 1)] for own in spans]


def _blanked(text: str, span: Span) -> str:
    """The text with blanks for a word, so that offsets stay."""
    return f"{text[: span[0]]}{' ' * (span[1] - span[0])}{text[span[1] :]}"


def _with_masks(judge: EncoderJudge, sentences: Sequence[Sentence], spans: Sequence[Sequence[Span]]) -> list[Sentence]:
    """The same from an encoder, which sees the mask in the place of every piece of a word."""
    encoder = judge.encoder
    mask = hiding_id(encoder)
    variants: list[Sentence] = []
    shown: list[Pieces] = []
    for sentence, pieces, own in zip(
        sentences, encoder.cutter.cut([sentence.text for sentence in sentences]), spans, strict=True
    ):
        variants += [sentence] * (len(own) + 1)
        shown += [pieces, *(_masked(pieces, span, mask) for span in own)]
    windows = encoder.encode(variants, shown)
    # most windows of a long sentence do not show the word that is hidden: each is read once
    first = {_content(window): window for window in reversed(windows)}
    scores = score_windows([*first.values()], backend=judge.backend, encoder=encoder, pool=judge.pool)
    by_content = dict(zip(first, scores, strict=True))
    return decode(
        variants,
        [replace(by_content[_content(window)], window=window) for window in windows],
        judge.bundle,
        gold=True,
    )


def _content(window: Window) -> tuple[tuple[int, ...], tuple[Span, ...]]:
    """What the model sees of a window."""
    return window.ids, window.targets


def _masked(pieces: Pieces, span: Span, mask: int) -> Pieces:
    start, end = span
    ids = [
        mask if first < end and last > start and first < last else piece
        for piece, (first, last) in zip(pieces.ids, pieces.offsets, strict=True)
    ]
    return Pieces(ids, pieces.words)


def hiding_id(encoder: Encoder) -> int:
    """The piece that stands for a hidden word: the mask, or where a tokenizer has none the unknown piece.

    :raises ZawiyaError: when it has neither.
    """
    for name in ("[MASK]", "<mask>", "[UNK]", "<unk>"):
        found = encoder.tokenizer.token_to_id(name)
        if found is not None:
            return int(found)
    raise ZawiyaError("the model's tokenizer has neither a mask nor an unknown piece, so no word can be hidden from it")
