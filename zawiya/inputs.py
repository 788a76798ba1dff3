"""From sentences with mentions to what the model reads; training and inference both come through here.

One window of word pieces a sentence, whatever the number of its actors; a sentence longer than the encoder becomes
several overlapping windows, each mention read in the one that shows most of its surroundings, and an appended target
in all of them. Nothing of a sentence is cut away; a target is, to half a window, and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .errors import ZawiyaError
from .pieces import Cutter, Pieces
from .records import AUTHOR, OTHER, STANCES, Sentence

#: What the model says about a target besides the three stances: the match names no actor.
NOT_AN_ACTOR = "not_an_actor"
#: Order of the stance head's outputs.
STANCE_LABELS: tuple[str, ...] = (*STANCES, NOT_AN_ACTOR)
#: Order of the holder head's first outputs; the window's targets follow.
FIXED_HOLDERS: tuple[str, ...] = (AUTHOR, OTHER)


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces of (a part of) one sentence, with the targets to be judged in it.

    :param sentence: index of the sentence in the batch that was encoded.
    :param ids: token ids with the special tokens.
    :param targets: for each target the token positions [start, end) of its span in ``ids``.
    :param mentions: for each target its index among the sentence's mentions.
    :param clipped: targets that are longer than can be shown.
    """

    sentence: int
    ids: tuple[int, ...]
    targets: tuple[tuple[int, int], ...]
    mentions: tuple[int, ...]
    clipped: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one shape.

    :param input_ids: int64 [windows, tokens].
    :param attention_mask: int64 [windows, tokens].
    :param target_mask: float32 [windows, targets, tokens]; each target's row sums to one over its span, and rows
        of zeros are padding. At least one target wide.
    """

    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    target_mask: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoder:
    """A tokenizer with what it takes to build windows from it.

    :param blind: show each target as the whole of its window, so that none can be told from another: the baseline that
        says how much of a score comes from looking at the target.
    """

    cutter: Cutter
    longest: int
    cls_id: int
    sep_id: int
    pad_id: int
    blind: bool = False

    @classmethod
    def load(cls, folder: Path, *, longest: int, blind: bool = False) -> "Encoder":
        """The tokenizer of a model folder, for windows of at most ``longest`` pieces, special tokens included."""
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise ZawiyaError(f"{folder}: expected a tokenizer.json, found none; is this a model made by zawiya?")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        # the tokenizers library raises a bare Exception
        except Exception as error:
            raise ZawiyaError(f"{path}: cannot be loaded as a tokenizer ({error}); copy the model anew") from error
        return cls.of(tokenizer, longest=longest, blind=blind)

    @classmethod
    def of(cls, tokenizer: Tokenizer, *, longest: int, blind: bool = False) -> "Encoder":
        """Windows from a tokenizer at hand, whose special tokens may go by BERT's or RoBERTa's names."""
        tokenizer.no_truncation()
        tokenizer.no_padding()

        def special(*names: str) -> int:
            for name in names:
                found = tokenizer.token_to_id(name)
                if found is not None:
                    return int(found)
            raise ZawiyaError(f"the tokenizer has none of the special tokens {', '.join(names)}; use one made for BERT")

        marks = special("[CLS]", "<s>"), special("[SEP]", "</s>"), special("[PAD]", "<pad>")
        return cls(Cutter(tokenizer), longest, *marks, blind)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer itself."""
        return self.cutter.tokenizer

    def encode(self, sentences: Sequence[Sentence], pieces: Sequence[Pieces] | None = None) -> list[Window]:
        """Windows for every target of the sentences; a sentence without mentions has a window without targets.

        :param pieces: to show in the place of the sentences' own, one each; their offsets say where the targets are.
        """
        encodings = self.cutter.cut([s.text for s in sentences]) if pieces is None else pieces
        names = sorted({m.text for s in sentences for m in s.mentions if m.appended and not self.blind})
        spelled = {name: cut.ids for name, cut in zip(names, self.cutter.cut(names), strict=True)}
        windows: list[Window] = []
        for index, (sentence, encoding) in enumerate(zip(sentences, encodings, strict=True)):
            named = {
                number: encoding.span(m.start - sentence.start, m.end - sentence.start)
                for number, m in enumerate(sentence.mentions)
                if self.blind or not m.appended
            }
            asked = {
                number: spelled[m.text] for number, m in enumerate(sentence.mentions) if m.appended and not self.blind
            }
            for tails in self._tails(asked):
                windows += self._windows(index, encoding.ids, named, tails)
                # further tails ask about the same sentence once more, not about its mentions
                named = {}
        return windows

    def _tails(self, asked: Mapping[int, Sequence[int]]) -> list[dict[int, Sequence[int]]]:
        """Appended targets in groups that leave half of a window to the sentence."""
        half = self.longest // 2
        groups: list[dict[int, Sequence[int]]] = [{}]
        room = half
        for number, ids in asked.items():
            # a name without pieces is shown as one
            size = max(len(ids), 1) + 1
            if groups[-1] and size > room:
                groups.append({})
                room = half
            groups[-1][number] = ids
            room -= size
        return groups

    def _windows(
        self,
        index: int,
        ids: Sequence[int],
        named: Mapping[int, tuple[int, int]],
        tails: Mapping[int, Sequence[int]],
    ) -> list[Window]:
        if ids and not tails and not self.blind and len(ids) <= self.longest - 2:
            # nearly every sentence; + 1: the position of [CLS]
            targets = tuple([(first + 1, last + 1) for first, last in named.values()])
            return [Window(index, (self.cls_id, *ids, self.sep_id), targets, tuple(named))]
        longest_tail = self.longest // 2 - 1
        shown = {number: tuple(tail[:longest_tail]) or (self.sep_id,) for number, tail in tails.items()}
        room = self.longest - 2 - sum(len(tail) + 1 for tail in shown.values())
        starts = window_starts(len(ids), room)
        chosen: list[list[int]] = [[] for _ in starts]
        for number, (first, last) in named.items():
            middle = (first + last) / 2
            nearest = min(range(len(starts)), key=lambda w: abs(starts[w] + room / 2 - middle))
            chosen[nearest].append(number)
        windows = []
        for start, members in zip(starts, chosen, strict=True):
            part = ids[start : start + room]
            spans = []
            clipped = sum(len(tail) > longest_tail for tail in tails.values())
            for number in members:
                first = min(max(named[number][0] - start, 0), max(len(part) - 1, 0))
                last = min(max(named[number][1] - start, first + 1), max(len(part), 1))
                clipped += last - first < named[number][1] - named[number][0]
                # + 1 as above
                spans.append((first + 1, last + 1))
            pieces = [self.cls_id, *part, self.sep_id]
            if self.blind:
                spans = [(1, max(len(part), 1) + 1)] * len(spans)
            for tail in shown.values():
                spans.append((len(pieces), len(pieces) + len(tail)))
                pieces += [*tail, self.sep_id]
            windows.append(Window(index, tuple(pieces), tuple(spans), (*members, *shown), clipped))
        return windows


def window_starts(length: int, room: int) -> list[int]:
    """Where the windows over ``length`` pieces begin: evenly spread, overlapping by a quarter of ``room`` at least."""
    if length <= room:
        return [0]
    stride = max(1, room * 3 // 4)
    count = -(-(length - room) // stride) + 1
    return [round(number * (length - room) / (count - 1)) for number in range(count)]


def collate(windows: Sequence[Window], *, pad_id: int) -> Batch:
    """Windows padded to the longest of them; linear in the result's size."""
    tokens = max(len(window.ids) for window in windows)
    targets = max(1, max(len(window.targets) for window in windows))
    lengths = np.fromiter((len(window.ids) for window in windows), np.int64, len(windows))
    shown = np.arange(tokens) < lengths[:, None]
    input_ids = np.full((len(windows), tokens), pad_id, dtype=np.int64)
    input_ids[shown] = np.fromiter(chain.from_iterable(window.ids for window in windows), np.int64, lengths.sum())
    attention_mask = shown.astype(np.int64)
    target_mask = np.zeros((len(windows), targets, tokens), dtype=np.float32)
    for row, window in enumerate(windows):
        for column, (first, last) in enumerate(window.targets):
            target_mask[row, column, first:last] = 1.0 / (last - first)
    return Batch(input_ids, attention_mask, target_mask)


def batches(windows: Sequence[Window], *, tokens: int) -> list[list[int]]:
    """Indices of windows in batches of like length, at most ``tokens`` padded pieces each (one window at least).

    Past half of that a batch ends where the length changes: padding costs more than another batch does.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].ids), reverse=True)
    lengths = [len(windows[index].ids) for index in order]
    cuts = [0]
    for place, length in enumerate(lengths):
        longest, count = lengths[cuts[-1]], place - cuts[-1]
        full = (count + 1) * longest > tokens or (length < longest and 2 * count * longest >= tokens)
        if count and full:
            cuts.append(place)
    return [order[first:last] for first, last in pairwise([*cuts, len(order)]) if first < last]
