"""Word pieces of texts with their offsets; news repeats its words, so each is cut up once and remembered.

A tokenizer of BERT's kind cuts at white space first and then looks at each word alone, so the pieces of a text are those of
its words. Any other tokenizer is given the whole text: slower, and always right.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from tokenizers import Tokenizer

from .arabic import whole_characters

#: Words remembered; past it all are forgotten, which costs less than to keep track of the oldest.
MOST_WORDS = 1 << 15
#: Longer ones are seldom met twice.
LONGEST_WORD = 40
#: A run of what the tokenizers library does not take for white space.
_WORD = re.compile("[^\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+")
#: Normalisers that look at a character and those it combines with; none combines across white space.
_LOCAL = {"BertNormalizer", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "StripAccents"}
_ONE_OF = re.compile(r"\[[^\[\]\s]+\]")

Offsets = Sequence[tuple[int, int]]
#: The pieces of a word, and the characters of the word that each was made from.
_Cut = tuple[Sequence[int], Offsets]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text, without special tokens.

    :param words: for each word its place in the text, and of each of its pieces the characters [start, end) that it was
        made from, counted from there. Few offsets are ever asked for, so they are added up where they are.
    """

    ids: Sequence[int]
    words: Sequence[tuple[int, Offsets]]

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """For each piece the characters [start, end) of the text that it was made from."""
        return [(place + start, place + end) for place, offsets in self.words for start, end in offsets]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The pieces [first, last) that overlap a span of characters; the nearest piece where none does."""
        touching: list[int] = []
        index = 0
        for place, offsets in self.words:
            if place >= end:
                break
            # the pieces of a word follow each other, so the last one says how far it goes
            if offsets and place + offsets[-1][1] > start:
                low, high = start - place, end - place
                touching += [n for n, (a, b) in enumerate(offsets, index) if a < high and b > low and a < b]
            index += len(offsets)
        if touching:
            return touching[0], touching[-1] + 1
        before = sum(first < start for first, _ in self.offsets)
        return max(before - 1, 0), max(before, 1)


@dataclass(slots=True)
class Cutter:
    """Cuts texts into the pieces of a tokenizer; may be shared between threads.

    :param tokenizer: without truncation and padding.
    """

    tokenizer: Tokenizer
    _word_by_word: bool = field(init=False)
    _known: dict[str, _Cut] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._word_by_word = cuts_word_by_word(json.loads(self.tokenizer.to_str()))

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text."""
        if not self._word_by_word:
            return [Pieces(ids, [(0, offsets)]) for ids, offsets in self._encoded(texts)]
        found = [[(word.group(), word.start()) for word in _WORD.finditer(text)] for text in texts]
        known = self._with({word for words in found for word, _ in words})
        cut = []
        for words in found:
            pieces = [known[word] for word, _ in words]
            ids = [*chain.from_iterable([ids for ids, _ in pieces])]
            cut.append(Pieces(ids, [(place, offsets) for (_, place), (_, offsets) in zip(words, pieces, strict=True)]))
        return cut

    def _with(self, words: set[str]) -> Mapping[str, _Cut]:
        """What is known, these words included."""
        known = self._known
        missing = sorted(words.difference(known))
        if not missing:
            return known
        if len(known) + len(missing) > MOST_WORDS:
            # another thread may still be reading the old one
            known = self._known = {word: known[word] for word in words.intersection(known)}
        cut = dict(zip(missing, self._encoded(missing), strict=True))
        known.update((word, pieces) for word, pieces in cut.items() if len(word) <= LONGEST_WORD)
        return known if len(words.difference(known)) == 0 else {**known, **cut}

    def _encoded(self, texts: Sequence[str]) -> list[_Cut]:
        encodings = self.tokenizer.encode_batch([*map(whole_characters, texts)], add_special_tokens=False)
        return [(encoding.ids, encoding.offsets) for encoding in encodings]


def cuts_word_by_word(tokenizer: Mapping[str, Any]) -> bool:
    """Whether the pieces of a text are those of its words, told from a ``tokenizer.json``; where in doubt they are not."""
    cutter = tokenizer.get("pre_tokenizer") or {}
    return (
        cutter.get("type") == "BertPreTokenizer"
        and (tokenizer.get("model") or {}).get("type") == "WordPiece"
        and all(map(_is_local, _steps(tokenizer.get("normalizer"))))
        and not any(
            token["lstrip"] or token["rstrip"] or not _WORD.fullmatch(token["content"])
            for token in tokenizer.get("added_tokens", ())
        )
    )


def _steps(normaliser: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    if normaliser is None:
        return []
    if normaliser.get("type") == "Sequence":
        return [step for part in normaliser["normalizers"] for step in _steps(part)]
    return [normaliser]


def _is_local(step: Mapping[str, Any]) -> bool:
    """Whether a step of normalisation does the same to a word as to the text that it stands in."""
    if step.get("type") != "Replace":
        return step.get("type") in _LOCAL
    pattern = step["pattern"]
    written = pattern.get("String")
    if written is not None:
        return bool(_WORD.fullmatch(written))
    return bool(_ONE_OF.fullmatch(pattern.get("Regex", "")))
