"""Embeddings that begin from vectors of the pieces know which words keep company."""

import numpy as np
import pytest
from tokenizers import Tokenizer

from zawiya.train.pretrain.pieces import Pieces
from zawiya.train.pretrain.tokenizer import train_tokenizer
from zawiya.train.pretrain.vectors import scaled, train_vectors

from .worlds import SUBJECTS, documents


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(documents(), vocabulary=160, minimum=2)


@pytest.fixture(scope="module")
def pieces(tokenizer: Tokenizer) -> Pieces:
    """Both subjects, stretch by stretch."""
    # frequent words are mostly passed over, so that short stretches would teach next to nothing
    ids = [[tokenizer.token_to_id(word) for word in words] * 20 for _ in range(150) for words in SUBJECTS]
    return Pieces.of({"news": np.array(ids, dtype=np.uint16).ravel()}, {"news": 1.0}, length=100)


def test_words_of_one_subject_come_to_lie_together(tokenizer: Tokenizer, pieces: Pieces) -> None:
    found = train_vectors(pieces, vocabulary=160, width=16, epochs=20, seed=1, threads=1)
    assert (found.shape, found.dtype) == ((160, 16), np.float32)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    war, army, bread, honey = (unit[tokenizer.token_to_id(word)] for word in ("حرب", "جيش", "خبز", "عسل"))
    assert war @ army > war @ bread
    assert bread @ honey > army @ honey


def test_vectors_of_one_thread_are_repeatable(pieces: Pieces) -> None:
    one, other = (train_vectors(pieces, vocabulary=160, width=8, epochs=1, seed=3, threads=1) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_scaling_centres_and_keeps_directions() -> None:
    vectors = np.random.default_rng(0).normal(3.0, 2.0, (50, 8)).astype(np.float32)
    found = scaled(vectors, deviation=0.05)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.mean(0), 0, atol=1e-6)
    assert found.std() == pytest.approx(0.05, rel=1e-3)
    centred = vectors - vectors.mean(0)
    np.testing.assert_allclose(found / found.std(), centred / centred.std(), rtol=1e-3, atol=1e-4)
