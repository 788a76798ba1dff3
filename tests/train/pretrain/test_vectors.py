"""An encoder that begins from word vectors of its own pieces."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer

from zawiya.errors import ZawiyaError
from zawiya.train.pretrain.settings import EncoderShape, PretrainSettings
from zawiya.train.pretrain.shards import Shard
from zawiya.train.pretrain.tokenizer import train_tokenizer
from zawiya.train.pretrain.vectors import PieceSequences, build_encoder, scaled, train_vectors

#: Two subjects whose words never meet.
DOCUMENTS = ["جيش حرب قصف معركة دبابة.", "ماء خبز حليب عسل زيت."]
SHAPE = EncoderShape(vocabulary=128, width=16, hidden=32, layers=1, heads=2, longest=64)


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "news.txt").write_text("\n\n".join(DOCUMENTS * 150), encoding="utf-8")
    return folder


@pytest.fixture
def tokenizer() -> Tokenizer:
    return train_tokenizer(DOCUMENTS * 20, vocabulary=200, minimum=2)


def settings(shards: Path, out: Path) -> PretrainSettings:
    return PretrainSettings(str(shards), str(out), shape=SHAPE, epochs=1, threads=1)


def test_pieces_are_read_back_as_they_were_tokenised_each_time(
    shards: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    sequences = PieceSequences(tokenizer, [Shard(shards / "news.txt")], tmp_path / "cache")
    expected = [[str(piece) for piece in tokenizer.encode(t, add_special_tokens=False).ids] for t in DOCUMENTS]
    first, second = list(sequences), list(sequences)
    assert first == second == expected * 150
    assert sequences.pieces == sum(map(len, first))


def test_words_of_one_subject_come_to_lie_together(tokenizer: Tokenizer, tmp_path: Path) -> None:
    # frequent words are mostly passed over, so that short documents would teach next to nothing
    path = tmp_path / "long.txt"
    path.write_text(
        "\n\n".join(" ".join([document.rstrip(".")] * 20) for document in DOCUMENTS * 150), encoding="utf-8"
    )
    sequences = PieceSequences(tokenizer, [Shard(path)], tmp_path / "cache")
    found = train_vectors(sequences, vocabulary=200, width=16, epochs=20, seed=1, threads=1)
    assert (found.shape, found.dtype) == ((200, 16), np.float32)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    war, army, bread, honey = (unit[tokenizer.token_to_id(word)] for word in ("حرب", "جيش", "خبز", "عسل"))
    assert war @ army > war @ bread
    assert bread @ honey > army @ honey


def test_vectors_of_one_thread_are_repeatable(shards: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    sequences = PieceSequences(tokenizer, [Shard(shards / "news.txt")], tmp_path / "cache")
    one, other = (train_vectors(sequences, vocabulary=200, width=8, epochs=1, seed=3, threads=1) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_scaling_centres_and_keeps_directions() -> None:
    vectors = np.random.default_rng(0).normal(3.0, 2.0, (50, 8)).astype(np.float32)
    found = scaled(vectors, deviation=0.05)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.mean(0), 0, atol=1e-6)
    assert found.std() == pytest.approx(0.05, rel=1e-3)
    centred = vectors - vectors.mean(0)
    np.testing.assert_allclose(found / found.std(), centred / centred.std(), rtol=1e-3, atol=1e-4)


def test_an_encoder_is_an_ordinary_transformers_folder(shards: Path, tmp_path: Path) -> None:
    folder = build_encoder(settings(shards, tmp_path / "encoder"))
    assert not list(folder.glob("*.tmp"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder)
    assert model.dtype == torch.float16
    assert model.config.vocab_size == len(tokenizer)
    assert (model.config.embedding_size, model.config.hidden_size) == (16, 32)
    assert model.config.max_position_embeddings == tokenizer.model_max_length == 64
    inputs = tokenizer("جيش حرب", return_tensors="pt")
    assert model.float()(**inputs).last_hidden_state.shape == (1, 4, 32)


def test_its_embeddings_are_the_vectors_and_nothing_stands_for_padding(shards: Path, tmp_path: Path) -> None:
    folder = build_encoder(settings(shards, tmp_path / "encoder"))
    model = AutoModel.from_pretrained(folder).float()
    weights = model.embeddings.word_embeddings.weight.detach()
    assert not weights[model.config.pad_token_id].any()
    assert weights.std() == pytest.approx(0.05, rel=0.1)


def test_a_folder_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match="expected text shards"):
        build_encoder(settings(tmp_path, tmp_path / "encoder"))


def test_shards_that_hold_nothing_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "empty.txt").write_text("\n\n", encoding="utf-8")
    with pytest.raises(ZawiyaError, match="text"):
        build_encoder(settings(folder, tmp_path / "encoder"))
