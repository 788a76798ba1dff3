"""The order of examples: the same for the same seed and epoch, each as often as its weight says, like beside like."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.train.sampling import LengthSampler, padded_share


def sampler(lengths: list[int], weights: list[float] | None = None, *, batch_size: int = 4, seed: int = 13):
    return LengthSampler(lengths, weights or [1.0] * len(lengths), batch_size=batch_size, seed=seed)


def order(drawn: LengthSampler, epoch: int) -> list[int]:
    drawn.set_epoch(epoch)
    return list(drawn)


LENGTHS = [5 + n % 17 for n in range(90)]


@pytest.mark.parametrize("epoch", [0, 3])
def test_the_same_seed_and_epoch_give_the_same_order(epoch: int) -> None:
    one, other = sampler(LENGTHS), sampler(LENGTHS)
    # what was drawn before leaves no trace
    order(other, 1)
    assert order(one, epoch) == order(other, epoch)


def test_another_epoch_or_another_seed_gives_another_order() -> None:
    drawn = sampler(LENGTHS)
    first = order(drawn, 0)
    assert order(drawn, 1) != first
    assert order(sampler(LENGTHS, seed=14), 0) != first
    assert sorted(order(drawn, 1)) == sorted(first)


def test_chance_that_others_draw_does_not_move_the_order() -> None:
    import torch

    torch.manual_seed(1)
    first = list(sampler(LENGTHS))
    torch.manual_seed(2)
    assert list(sampler(LENGTHS)) == first


def test_a_weight_of_two_shows_each_twice_and_a_half_shows_half_of_them() -> None:
    drawn = sampler([7] * 30, [2.0] * 10 + [0.5] * 20)
    counts = Counter(order(drawn, 0))
    assert [counts[index] for index in range(10)] == [2] * 10
    halves = {index for index in counts if index >= 10}
    assert len(halves) == 10
    assert {counts[index] for index in halves} == {1}
    assert len(drawn) == sum(counts.values()) == 30


def test_a_half_is_another_half_in_another_epoch() -> None:
    drawn = sampler([7] * 40, [0.5] * 40)
    seen = set().union(*(order(drawn, epoch) for epoch in range(12)))
    assert set(order(drawn, 0)) != set(order(drawn, 1))
    assert len(seen) == 40


@given(
    st.lists(st.integers(3, 64), max_size=60),
    st.integers(1, 9),
    st.integers(0, 5),
)
def test_every_example_of_weight_one_is_shown_exactly_once(lengths: list[int], batch_size: int, epoch: int) -> None:
    drawn = sampler(lengths, batch_size=batch_size)
    assert sorted(order(drawn, epoch)) == list(range(len(lengths)))
    assert len(drawn) == len(lengths)


@given(
    st.lists(st.tuples(st.integers(3, 64), st.sampled_from([0.3, 0.5, 1.0, 1.5, 2.0, 3.25])), max_size=60),
    st.integers(0, 5),
)
def test_each_is_shown_as_often_as_its_weight_says_to_within_one(rows: list[tuple[int, float]], epoch: int) -> None:
    lengths, weights = [length for length, _ in rows], [weight for _, weight in rows]
    drawn = sampler(lengths, weights)
    found = order(drawn, epoch)
    counts = Counter(found)
    assert all(int(weight) <= counts[index] <= int(weight) + 1 for index, weight in enumerate(weights))
    for weight in set(weights):
        members = [index for index, other in enumerate(weights) if other == weight]
        assert sum(counts[index] for index in members) == round(weight * len(members))
    assert len(drawn) == len(found)


def test_a_batch_holds_examples_of_like_length_and_only_the_last_is_short() -> None:
    lengths = list(range(10, 113))
    found = order(sampler(lengths, batch_size=10), 0)
    batches = [found[at : at + 10] for at in range(0, len(found), 10)]
    assert [len(batch) for batch in batches] == [10] * 10 + [3]
    # one pool: sorted by length as a whole, then cut
    assert all(max(lengths[i] for i in batch) - min(lengths[i] for i in batch) < 10 for batch in batches)


def test_long_and_short_batches_come_in_no_order_of_length() -> None:
    found = order(sampler(list(range(200)), batch_size=10), 0)
    first = [found[at] for at in range(0, 200, 10)]
    assert first not in (sorted(first), sorted(first, reverse=True))


def test_nothing_to_show_is_no_error() -> None:
    assert list(sampler([])) == []


def test_the_padding_of_a_hand_worked_case() -> None:
    # one batch of 4 and 2, one of 3: five of eight places are taken, or rather nine of eleven in all
    assert padded_share([0, 1, 2], [4, 2, 3], batch_size=2) == pytest.approx(1 - 9 / 11)
    assert padded_share([], [], batch_size=2) == 0
    assert padded_share([0, 1], [5, 5], batch_size=2) == 0


@pytest.mark.parametrize("batch_size", [16, 32])
def test_less_than_a_tenth_is_padding_with_lengths_like_those_of_news(batch_size: int) -> None:
    # sentences of news: most of twenty to forty pieces, a few of far more
    lengths = np.random.default_rng(1).lognormal(3.3, 0.5, 5000).clip(4, 256).astype(int).tolist()
    found = order(sampler(lengths, batch_size=batch_size), 0)
    assert padded_share(found, lengths, batch_size=batch_size) < 0.1
    by_chance = np.random.default_rng(2).permutation(len(lengths)).tolist()
    assert padded_share(by_chance, lengths, batch_size=batch_size) > 0.3
