"""Word pieces of texts with their offsets; news repeats its words, so each is cut up once and remembered.

A tokenizer of BERT's kind cuts at white space first and then looks at each word alone, so the pieces of a text are those of
its words. Any other tokenizer is given the whole text: slower, and always right.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text, without special tokens.

    :param offsets: for each piece the characters [start, end) that it was made from.
    """

    ids: Sequence[int]
    offsets: Offsets


@dataclass(slots=True)
class Cutter:
    """Cuts texts into the pieces of a tokenizer; may be shared between threads.

    :param tokenizer: without truncation and padding.
    """

    tokenizer: Tokenizer
    _word_by_word: bool = field(init=False)
    _known: dict[str, Pieces] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._word_by_word = cuts_word_by_word(json.loads(self.tokenizer.to_str()))

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text."""
        if not self._word_by_word:
            return self._encoded(texts)
        found = [[(word.group(), word.start()) for word in _WORD.finditer(text)] for text in texts]
        known = self._with({word for words in found for word, _ in words})
        return [
            Pieces(
                [piece for word, _ in words for piece in known[word].ids],
                [(first + start, last + start) for word, start in words for first, last in known[word].offsets],
            )
            for words in found
        ]

    def _with(self, words: set[str]) -> Mapping[str, Pieces]:
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

    def _encoded(self, texts: Sequence[str]) -> list[Pieces]:
        encodings = self.tokenizer.encode_batch([*map(whole_characters, texts)], add_special_tokens=False)
        return [Pieces(encoding.ids, encoding.offsets) for encoding in encodings]


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
