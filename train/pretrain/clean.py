"""Which documents are learnt from: long enough, Arabic, none nearly the same as an earlier one; and which never are.

MinHash signatures decide what is nearly the same (Broder 1997; Lee et al. 2022, "Deduplicating Training Data Makes
Language Models Better"); of two such documents the one from the heavier shard stays, for shards come heaviest first. They
estimate, in half a kilobyte a document: now and then one is left out that was a little further off.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .settings import TextSettings
from .shards import Shard, documents

#: Words of the pieces that documents are compared by.
GRAM = 5
_PERMUTATIONS = 64
_PROPOSED = 0.6
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0621-\u064a\u0671-\u06d3\ufb50-\ufefc]")

#: What becomes of a document.
LEFT_OUT, KEPT, HELD_OUT = 0, 1, 2

Fates = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What becomes of the documents of one shard.

    :param fates: for each :data:`LEFT_OUT`, :data:`KEPT` or :data:`HELD_OUT`.
    :param reasons: how many were left out and why.
    """

    shard: Shard
    fates: Fates
    reasons: dict[str, int]


class Cleaner:
    """Judges documents one after the other; what it has seen decides what is a repetition."""

    def __init__(self, settings: TextSettings) -> None:
        # here, not above: learning from prepared text cleans nothing
        from datasketch import MinHash, MinHashLSH

        self._settings = settings
        # proposing from below the threshold keeps nearly all pairs above it; datasketch takes none close to one
        self._index = MinHashLSH(threshold=min(_PROPOSED, settings.likeness), num_perm=_PERMUTATIONS)
        # drawing the permutations anew takes longer than the rest
        self._blank = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
        self._sketches: list[MinHash] = []
        self._equal: set[bytes] = set()

    def judge(self, document: str) -> tuple[int, str]:
        """What becomes of a document, and why where it is left out."""
        letters = len(_LETTER.findall(document))
        if letters < self._settings.shortest:
            return LEFT_OUT, "short"
        if len(_ARABIC.findall(document)) < self._settings.arabic * letters:
            return LEFT_OUT, "not Arabic"
        words = document.split()
        digest = hashlib.sha256(" ".join(words).encode(errors="replace")).digest()
        if digest in self._equal or self._repeats(words):
            return LEFT_OUT, "repeated"
        self._equal.add(digest)
        share = int.from_bytes(digest[:4], "big") / 2**32
        return (HELD_OUT if share < self._settings.held_out else KEPT), ""

    def _repeats(self, words: Sequence[str]) -> bool:
        if self._settings.likeness == 1.0:
            return False
        grams = {" ".join(words[n : n + GRAM]).encode(errors="replace") for n in range(max(1, len(words) - GRAM + 1))}
        sketch = self._blank.copy()
        sketch.update_batch(list(grams))
        if any(sketch.jaccard(self._sketches[other]) >= self._settings.likeness for other in self._index.query(sketch)):
            return True
        key = len(self._sketches)
        self._sketches.append(sketch)
        self._index.insert(key, sketch)
        return False


def clean(shards: Sequence[Shard], settings: TextSettings) -> Iterator[Cleaned]:
    """What becomes of every document, shard by shard."""
    cleaner = Cleaner(settings)
    for shard in shards:
        fates = bytearray()
        reasons: dict[str, int] = {}
        for document in documents(shard):
            fate, reason = cleaner.judge(document)
            fates.append(fate)
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
        yield Cleaned(shard, np.frombuffer(bytes(fates), dtype=np.uint8), reasons)


def chosen(shard: Shard, fates: Fates, fate: int) -> Iterator[str]:
    """The documents of a shard that have one fate."""
    for document, judged in zip(documents(shard), fates.tolist(), strict=True):
        if judged == fate:
            yield document
