"""Skip-gram vectors of word pieces, for embeddings that know words before a layer has learnt to read.

Source of the method: Mikolov et al. 2013, "Distributed Representations of Words and Phrases".
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .pieces import Pieces


class Stretches:
    """The pieces of all shards as gensim wants them, the same each time."""

    def __init__(self, pieces: Pieces, *, seed: int) -> None:
        self._pieces = pieces
        self._order = pieces.order(0, seed=seed)

    def __iter__(self) -> Iterator[list[str]]:
        for chosen in self._order:
            yield self._pieces.take(chosen[None])[0].astype(str).tolist()


def train_vectors(
    pieces: Pieces, *, vocabulary: int, width: int, epochs: int, seed: int, threads: int
) -> NDArray[np.float32]:
    """Skip-gram vectors for each piece id: float32 [vocabulary, width]; pieces never seen get small noise."""
    # here, not above: learning from prepared text needs no vectors
    from gensim.models import Word2Vec

    stretches = Stretches(pieces, seed=seed)
    model = Word2Vec(
        vector_size=width, window=5, min_count=1, sg=1, negative=8, sample=1e-4, seed=seed, workers=threads
    )
    model.build_vocab(stretches)
    model.train(stretches, total_examples=model.corpus_count, epochs=epochs)
    vectors = np.random.default_rng(seed).normal(0.0, 0.02, (vocabulary, width)).astype(np.float32)
    for key, row in model.wv.key_to_index.items():
        vectors[int(key)] = model.wv.vectors[row]
    return vectors


def scaled(vectors: NDArray[np.float32], *, deviation: float) -> NDArray[np.float32]:
    """Vectors centred and brought to the standard deviation that the layers above expect of embeddings."""
    centred = vectors - vectors.mean(axis=0, keepdims=True)
    return (centred * (deviation / centred.std())).astype(np.float32)
