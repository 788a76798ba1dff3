"""Pieces are written once and read in an order that a seed decides, each shard as often as its weight says."""

from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from zawiya.train.pretrain.pieces import Pieces, continuations, read_pieces, write_pieces
from zawiya.train.pretrain.tokenizer import train_tokenizer

from .worlds import documents


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(documents(), vocabulary=160, minimum=2)


def array(count: int, first: int = 0) -> np.ndarray:
    return np.arange(first, first + count, dtype=np.uint16)


def test_pieces_are_read_back_as_they_were_tokenised(tokenizer: Tokenizer, tmp_path: Path) -> None:
    texts = documents(3)
    count = write_pieces(tmp_path / "news.npy", texts, tokenizer)
    found = read_pieces(tmp_path / "news.npy")
    end = tokenizer.token_to_id("[SEP]")
    expected = [i for text in texts for i in (*tokenizer.encode(text, add_special_tokens=False).ids, end)]
    assert found.tolist() == expected
    assert (count, found.dtype) == (len(expected), np.uint16)
    assert [path.name for path in tmp_path.iterdir()] == ["news.npy"]


def test_no_text_is_an_empty_array(tokenizer: Tokenizer, tmp_path: Path) -> None:
    assert write_pieces(tmp_path / "none.npy", [], tokenizer) == 0
    assert len(read_pieces(tmp_path / "none.npy")) == 0


@given(st.floats(0.1, 3.5), st.integers(0, 5))
def test_a_stretch_is_seen_as_often_as_its_weight_says(weight: float, epoch: int) -> None:
    pieces = Pieces.of({"a": array(80), "b": array(40, 100)}, {"a": weight, "b": 1.0}, length=4)
    seen = Counter(map(tuple, pieces.order(epoch, seed=1).tolist()))
    often = [seen[0, place] for place in range(20)]
    assert sum(often) == pytest.approx(20 * weight, abs=0.51)
    assert max(often) - min(often) <= 1
    assert all(seen[1, place] == 1 for place in range(10))


def test_the_order_is_the_epochs_own_and_the_seeds() -> None:
    pieces = Pieces.of({"a": array(400)}, {"a": 1.0}, length=4)
    first, again, second, other = (
        pieces.order(epoch, seed=seed).tolist() for epoch, seed in ((0, 1), (0, 1), (1, 1), (0, 2))
    )
    assert first == again
    assert first != second
    assert first != other
    assert [order.tolist() for order in islice(pieces.epochs(seed=1), 2)] == [first, second]


def test_stretches_are_cut_where_they_stand() -> None:
    pieces = Pieces.of({"a": array(10), "b": array(9, 100)}, {"a": 1.0, "b": 1.0}, length=4)
    assert pieces.take(np.array([[1, 1], [0, 0]])).tolist() == [[104, 105, 106, 107], [0, 1, 2, 3]]


def test_a_shard_too_short_for_a_stretch_is_left_over() -> None:
    pieces = Pieces.of({"a": array(3), "b": array(8)}, {"a": 1.0, "b": 1.0}, length=4)
    assert len(pieces.arrays) == 1
    assert len(Pieces.of({"a": array(3)}, {"a": 1.0}, length=4).order(0, seed=1)) == 0


def test_a_piece_that_goes_on_with_a_word_is_told_from_one_that_begins_it(tokenizer: Tokenizer) -> None:
    found = continuations(tokenizer)
    for number, goes_on in enumerate(found):
        assert goes_on == tokenizer.id_to_token(number).startswith("##")
