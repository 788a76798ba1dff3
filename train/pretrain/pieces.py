"""Text as word pieces: tokenised once into arrays that are mapped from disk, read in an order that only a seed decides.

Two bytes a piece: a billion pieces take two gigabytes on disk, and a vocabulary has 65,536 entries at most.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from zawiya.files import written_whole

from .shards import passages

#: Passages that are tokenised together.
_BATCH = 2000
#: Numbers of pieces fit into two bytes: vocabularies have 65,536 entries at most.
Ids = NDArray[np.uint16]


def write_pieces(path: Path, texts: Iterable[str], tokenizer: Tokenizer) -> int:
    """Tokenise documents into one flat ``.npy`` array, a [SEP] behind each passage, and give back its length.

    The file appears under its name once it is whole.
    """
    end = tokenizer.token_to_id("[SEP]")
    raw = path.with_suffix(".raw")
    count = 0
    with raw.open("wb") as stream:
        pending = passages(texts)
        while batch := list(islice(pending, _BATCH)):
            for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                ids = np.asarray([*encoding.ids, end], dtype=np.uint16)
                stream.write(ids.tobytes())
                count += len(ids)
    with written_whole(path) as unfinished:
        save_array(unfinished, np.fromfile(raw, dtype=np.uint16))
    raw.unlink()
    return count


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array under the very name that is given, to which numpy would add an ending."""
    with path.open("wb") as stream:
        np.save(stream, array)


def read_pieces(path: Path) -> Ids:
    """The pieces of a file, mapped from disk."""
    return np.load(path, mmap_mode="r")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of several shards in stretches of one length, each shard with its weight.

    :param arrays: flat ids of each shard.
    :param weights: how often each is seen in an epoch.
    :param length: of a stretch; what does not fill one at a shard's end is left over.
    """

    arrays: tuple[Ids, ...]
    weights: tuple[float, ...]
    length: int

    @classmethod
    def of(cls, arrays: Mapping[str, Ids], weights: Mapping[str, float], *, length: int) -> "Pieces":
        """The shards that fill a stretch."""
        names = [name for name, ids in arrays.items() if len(ids) >= length]
        return cls(tuple(arrays[name] for name in names), tuple(weights[name] for name in names), length)

    def order(self, epoch: int, *, seed: int) -> NDArray[np.int64]:
        """The stretches of an epoch in a drawn order: [stretches, 2], shard and place in it.

        A weight of 2.5 shows every stretch of its shard twice, and half of them, other ones each epoch, once more.
        """
        parts = []
        for number, (ids, weight) in enumerate(zip(self.arrays, self.weights, strict=True)):
            count = len(ids) // self.length
            random = np.random.default_rng((seed, epoch, number))
            extra = random.permutation(count)[: round((weight % 1) * count)]
            places = np.concatenate([*([np.arange(count)] * int(weight)), extra])
            parts.append(np.stack([np.full(len(places), number), places], -1))
        together = np.concatenate(parts) if parts else np.zeros((0, 2), dtype=np.int64)
        return np.random.default_rng((seed, epoch)).permutation(together)

    def take(self, chosen: NDArray[np.int64]) -> Ids:
        """Stretches by shard and place: [stretches, length]."""
        taken = np.empty((len(chosen), self.length), dtype=np.uint16)
        for row, (number, place) in enumerate(chosen.tolist()):
            taken[row] = self.arrays[number][place * self.length : (place + 1) * self.length]
        return taken

    def epochs(self, *, seed: int) -> Iterator[NDArray[np.int64]]:
        """The orders of all epochs, without end."""
        epoch = 0
        while True:
            yield self.order(epoch, seed=seed)
            epoch += 1


def continuations(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """For each piece whether it goes on with the word of the piece before it."""
    names = [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]
    return np.array([name.startswith("##") for name in names])
