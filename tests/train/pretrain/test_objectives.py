"""What a step hides, and what the two objectives make of it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from zawiya.train.pretrain.objectives import (
    MaskedObjective,
    ReplacedObjective,
    begin_from,
    config_of,
    drawn,
    hidden_places,
    objective_of,
)
from zawiya.train.pretrain.settings import EncoderShape, LearningSettings

SHAPE = EncoderShape(vocabulary=64, width=8, hidden=16, layers=1, heads=2, longest=32)
SPECIAL = {"[PAD]": 0, "[MASK]": 4}
#: Every piece above 40 goes on with a word.
CONTINUES = torch.arange(64) > 40


def ids(rows: int = 4, length: int = 20, seed: int = 0) -> Tensor:
    return torch.randint(5, 64, (rows, length), generator=torch.Generator().manual_seed(seed))


def model(objective: str) -> MaskedObjective | ReplacedObjective:
    torch.manual_seed(0)
    return objective_of(SHAPE, LearningSettings(objective=objective), SPECIAL, vocabulary=64).eval()


@given(st.integers(0, 50), st.sampled_from([0.1, 0.15, 0.3]))
def test_words_are_hidden_whole_but_for_one(seed: int, share: float) -> None:
    text = ids(seed=seed)
    places = hidden_places(text, CONTINUES, share=share, random=torch.Generator().manual_seed(seed))
    assert places.shape == (4, round(share * 20))
    for row, hidden in zip(text, places, strict=True):
        assert len(set(hidden.tolist())) == len(hidden)
        word = (~CONTINUES[row]).long().cumsum(0)
        touched = {int(word[place]) for place in hidden}
        whole = [w for w in touched if all(int(p) in hidden.tolist() for p in (word == w).nonzero())]
        assert len(touched) - len(whole) <= 1


def test_a_step_hides_what_its_seed_and_number_say() -> None:
    text = ids()
    first, again, later = (drawn(text, CONTINUES, share=0.2, seed=7, step=step, vocabulary=64) for step in (3, 3, 4))
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
    assert not torch.equal(first[0], later[0])


@pytest.mark.parametrize("objective", ["masked", "replaced"])
def test_what_it_learns_reaches_every_weight_of_the_encoder(objective: str) -> None:
    one = model(objective)
    text = ids()
    one(text, *drawn(text, CONTINUES, share=0.2, seed=1, step=0, vocabulary=64))["loss"].backward()
    idle = [name for name, weights in one.encoder.named_parameters() if weights.grad is None]
    assert idle == []


def test_of_hidden_pieces_some_stay_and_some_are_exchanged() -> None:
    one = model("masked")
    seen: list[Tensor] = []
    one.guesser.electra.register_forward_pre_hook(
        lambda _module, _args, kwargs: seen.append(kwargs["input_ids"]), with_kwargs=True
    )
    text = ids(1, 4)
    places, others = torch.tensor([[0, 1, 2]]), torch.tensor([[9, 9, 9]])
    one(text, places, torch.tensor([[0.5, 0.85, 0.95]]), others)
    assert seen[0].tolist() == [[SPECIAL["[MASK]"], 9, *text[0, 2:].tolist()]]


def test_a_generator_that_puts_the_very_pieces_in_has_replaced_nothing() -> None:
    one = model("replaced")
    text = ids(2, 10)
    places = torch.tensor([[1, 2], [3, 4]])
    truth = text.gather(1, places)
    # logits that leave no doubt
    one.guesser.forward = lambda _ids, _places: torch.nn.functional.one_hot(truth, 64).float() * 100  # type: ignore[method-assign]
    found = one(text, places, torch.full((2, 2), 0.5), places)
    assert found["guessed"] == pytest.approx(0.0, abs=1e-4)
    assert found["found"] == 0


def test_generator_and_encoder_share_their_embeddings() -> None:
    one = model("replaced")
    assert isinstance(one, ReplacedObjective)
    assert one.guesser.electra.embeddings is one.encoder.embeddings
    assert one.guesser.electra.config.hidden_size < one.encoder.config.hidden_size


def test_vectors_become_embeddings_and_padding_stays_nothing() -> None:
    encoder = model("masked").encoder
    begin_from(encoder, torch.ones(80, 8))
    weights = encoder.embeddings.word_embeddings.weight
    assert not weights[0].any()
    assert bool((weights[1:] == 1).all())


@pytest.mark.parametrize("width", [0.1, 0.25, 0.5, 1.0])
def test_a_narrower_config_divides_by_its_heads(width: float) -> None:
    config = config_of(EncoderShape(hidden=384, heads=6), vocabulary=64, padding=0, width=width)
    assert config.hidden_size % config.num_attention_heads == 0
