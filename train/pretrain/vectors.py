"""An encoder whose embeddings know words before it has learnt to read: skip-gram vectors of its own word pieces.

This is the cheapest start that beats a random one on a CPU; layers above the embeddings stay random. A masked or
replaced-token pre-training makes a better encoder and takes a GPU.
Source of the method: Mikolov et al. 2013, "Distributed Representations of Words and Phrases".
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from gensim.models import Word2Vec
from tokenizers import Tokenizer
from transformers import ElectraConfig, ElectraModel

from zawiya.errors import ZawiyaError

from .settings import EncoderShape, PretrainSettings
from .shards import Shard, find_shards, passages
from .tokenizer import save_tokenizer, train_tokenizer

log = logging.getLogger(__name__)

_BATCH = 2000


class PieceSequences:
    """Word-piece sequences of the shards, tokenised once to a file and read back on every epoch."""

    def __init__(self, tokenizer: Tokenizer, shards: Sequence[Shard], cache: Path) -> None:
        self._cache = cache
        self.pieces = 0
        lengths: list[int] = []
        with cache.open("wb") as stream:
            for batch in _batches(passages(shards)):
                for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                    ids = np.asarray(encoding.ids, dtype=np.uint16)
                    stream.write(ids.tobytes())
                    lengths.append(len(ids))
        self._lengths = lengths
        self.pieces = sum(lengths)

    def __iter__(self) -> Iterator[list[str]]:
        flat = np.memmap(self._cache, dtype=np.uint16, mode="r")
        start = 0
        for length in self._lengths:
            yield flat[start : start + length].astype(str).tolist()
            start += length


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def train_vectors(
    sequences: PieceSequences, *, vocabulary: int, width: int, epochs: int, seed: int, threads: int
) -> np.ndarray:
    """Skip-gram vectors for each piece id: float32 [vocabulary, width]; pieces never seen get small noise."""
    model = Word2Vec(
        vector_size=width, window=5, min_count=1, sg=1, negative=8, sample=1e-4, seed=seed, workers=threads
    )
    model.build_vocab(sequences)
    model.train(sequences, total_examples=model.corpus_count, epochs=epochs)
    noise = np.random.default_rng(seed).normal(0.0, 0.02, (vocabulary, width)).astype(np.float32)
    for key, row in model.wv.key_to_index.items():
        noise[int(key)] = model.wv.vectors[row]
    return noise


def scaled(vectors: np.ndarray, *, deviation: float) -> np.ndarray:
    """Vectors centred and brought to the standard deviation that the layers above expect of embeddings."""
    centred = vectors - vectors.mean(axis=0, keepdims=True)
    return (centred * (deviation / centred.std())).astype(np.float32)


def build_encoder(settings: PretrainSettings) -> Path:
    """Train tokenizer and vectors on the shards and save an ELECTRA-shaped encoder that begins from them.

    :return: the folder written, an ordinary ``transformers`` one in float16.
    """
    folder = Path(settings.out)
    folder.mkdir(parents=True, exist_ok=True)
    shards = find_shards(Path(settings.shards), settings.shares)
    shape = settings.shape
    log.info("training a tokenizer of %d word pieces", shape.vocabulary)
    sample = (text for number, text in enumerate(passages(shards)) if number % 3 == 0)
    tokenizer = train_tokenizer(sample, vocabulary=shape.vocabulary)
    save_tokenizer(tokenizer, folder, longest=shape.longest)
    log.info("tokenising the shards")
    cache = folder / "pieces.tmp"
    sequences = PieceSequences(tokenizer, shards, cache)
    if not sequences.pieces:
        cache.unlink()
        raise ZawiyaError(f"{settings.shards}: expected text in the shards, found blank lines only")
    log.info("training vectors on %d pieces, %d epochs", sequences.pieces, settings.epochs)
    vectors = train_vectors(
        sequences,
        vocabulary=shape.vocabulary,
        width=shape.width,
        epochs=settings.epochs,
        seed=settings.seed,
        threads=settings.threads,
    )
    cache.unlink()
    _encoder(tokenizer, vectors, shape, seed=settings.seed).save_pretrained(folder)
    log.info("encoder written to %s", folder)
    return folder


def _encoder(tokenizer: Tokenizer, vectors: np.ndarray, shape: EncoderShape, *, seed: int) -> ElectraModel:
    torch.manual_seed(seed)
    padding = tokenizer.token_to_id("[PAD]")
    model = ElectraModel(
        ElectraConfig(
            vocab_size=tokenizer.get_vocab_size(),
            embedding_size=shape.width,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=4 * shape.hidden,
            max_position_embeddings=shape.longest,
            pad_token_id=padding,
        )
    )
    with torch.no_grad():
        embeddings = model.embeddings.word_embeddings.weight
        embeddings.copy_(torch.from_numpy(scaled(vectors[: len(embeddings)], deviation=0.05)))
        embeddings[padding].zero_()
    return model.to(torch.float16)
