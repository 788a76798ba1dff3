"""Sentences that say the same in almost the same letters.

MinHash proposes pairs and the exact Jaccard index decides, so that what is found is certain; the trade-off is that
a pair close to the threshold may, rarely, not be proposed.
"""

import zlib
from collections.abc import Iterator, Sequence

from zawiya.arabic import fold
from zawiya.errors import ZawiyaError

#: Characters of the pieces that two sentences are compared by.
GRAM = 5
#: Share of pieces in common from which two sentences count as one.
THRESHOLD = 0.8
#: Sentences of fewer words repeat each other by nature.
FEWEST_WORDS = 5
#: Proposing from far below the threshold keeps nearly all pairs above it.
_PROPOSED = 0.6
_PERMUTATIONS = 128


def near_duplicates(texts: Sequence[str], *, threshold: float = THRESHOLD) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts (earlier, later, Jaccard index) that are near-duplicates once folded; 1.0 for equal ones.

    Close to linear in the number of texts. Each later text is paired with every earlier one it is like.

    :raises ZawiyaError: when datasketch is not installed.
    """
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError as error:
        raise ZawiyaError("finding duplicates needs datasketch; run: pip install 'zawiya[evaluate]'") from error
    index = MinHashLSH(threshold=min(_PROPOSED, threshold), num_perm=_PERMUTATIONS)
    blank = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=zlib.crc32)
    known: dict[int, frozenset[bytes]] = {}
    for number, text in enumerate(texts):
        folded = fold(text)
        if folded.count(" ") + 1 < FEWEST_WORDS:
            continue
        grams = frozenset(folded[place : place + GRAM].encode() for place in range(max(1, len(folded) - GRAM + 1)))
        sketch = blank.copy()  # drawing the permutations anew takes longer than the rest
        sketch.update_batch(sorted(grams))
        for earlier in sorted(index.query(sketch)):
            likeness = len(grams & known[earlier]) / len(grams | known[earlier])
            if likeness >= threshold:
                yield earlier, number, likeness
        index.insert(number, sketch)
        known[number] = grams
