"""The order in which examples are learnt: drawn anew each epoch from nothing but the seed and the epoch.

A killed run that resumes in the middle of an epoch, or one that runs in two processes, sees the same order. Batches
hold examples of like length: a little less left to chance, and much less padding.
"""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler

#: Batches whose examples are sorted by length together: enough for like lengths, few enough for chance.
POOL = 50


class LengthSampler(Sampler[int]):
    """Indices of examples, each as often as its weight says, in batches of like length.

    :param lengths: word pieces of each example.
    :param weights: how often each is drawn in an epoch.
    :param batch_size: examples in a batch, over all processes.
    """

    def __init__(self, lengths: Sequence[int], weights: Sequence[float], *, batch_size: int, seed: int) -> None:
        self._lengths = lengths
        self._batch_size = batch_size
        self._seed = seed
        self._groups = {
            weight: torch.tensor([index for index, held in enumerate(weights) if held == weight])
            for weight in sorted(set(weights))
        }
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Draw for this epoch from now on."""
        self.epoch = epoch

    def __len__(self) -> int:
        return sum(_count(weight, len(group)) for weight, group in self._groups.items())

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + self.epoch)
        drawn: list[int] = []
        for weight, group in self._groups.items():
            whole, count = int(weight), _count(weight, len(group))
            rest = group[torch.randperm(len(group), generator=generator)[: count - whole * len(group)]]
            drawn += [*group.tolist() * whole, *rest.tolist()]
        shuffled = [drawn[place] for place in torch.randperm(len(drawn), generator=generator).tolist()]
        pool = self._batch_size * POOL
        batches = []
        for first in range(0, len(shuffled), pool):
            part = sorted(shuffled[first : first + pool], key=lambda index: self._lengths[index], reverse=True)
            batches += [part[at : at + self._batch_size] for at in range(0, len(part), self._batch_size)]
        # the one batch that may be short stays last, or it would shift those behind it
        order = torch.randperm(max(len(batches) - 1, 0), generator=generator).tolist()
        for number in [*order, *range(len(order), len(batches))]:
            yield from batches[number]


def _count(weight: float, examples: int) -> int:
    return round(weight * examples)


def padded_share(order: Sequence[int], lengths: Sequence[int], *, batch_size: int) -> float:
    """The share of padding among the word pieces of an epoch's batches."""
    shown = padded = 0
    for first in range(0, len(order), batch_size):
        held = [lengths[index] for index in order[first : first + batch_size]]
        shown += sum(held)
        padded += max(held) * len(held)
    return 1.0 - shown / padded if padded else 0.0
