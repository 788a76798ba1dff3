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
    hidden_places,
    objective_of,
)
from zawiya.train.pretrain.settings import EncoderShape, LearningSettings
from zawiya.train.pretrain.tokenizer import Special

SHAPE = EncoderShape(vocabulary=64, width=8, hidden=16, layers=1, heads=2, longest=32)
SPECIAL = Special(padding=0, begins=2, mask=4)
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
    torch.manual_seed(seed)
    places = hidden_places(text, CONTINUES, share=share)
    assert places.shape == (4, round(share * 20))
    # [CLS]
    assert 0 not in places
    for row, hidden in zip(text, places, strict=True):
        assert len(set(hidden.tolist())) == len(hidden)
        word = (~CONTINUES[row]).long().cumsum(0)
        touched = {int(word[place]) for place in hidden}
        whole = [w for w in touched if all(int(p) in hidden.tolist() for p in (word == w).nonzero() if p)]
        assert len(touched) - len(whole) <= 1


@pytest.mark.parametrize("objective", ["masked", "replaced"])
def test_what_it_learns_reaches_every_weight_of_the_encoder(objective: str) -> None:
    one = model(objective)
    text = ids()
    one(text, hidden_places(text, CONTINUES, share=0.2))["loss"].backward()
    idle = [name for name, weights in one.encoder.named_parameters() if weights.grad is None]
    assert idle == []


def seen_by(part: torch.nn.Module) -> list[Tensor]:
    """The ids that a part is going to be given."""
    seen: list[Tensor] = []
    part.register_forward_pre_hook(lambda _module, _args, kwargs: seen.append(kwargs["input_ids"]), with_kwargs=True)
    return seen


def test_of_hidden_pieces_some_stay_and_some_are_exchanged() -> None:
    one = model("masked")
    seen = seen_by(one.guesser.electra)
    text = ids(200, 20)
    places = torch.arange(5, 15).expand(200, -1)
    one(text, places)
    put, truth = seen[0].gather(1, places), text.gather(1, places)
    masked, stayed = put == SPECIAL.mask, put == truth
    assert masked.float().mean() == pytest.approx(0.8, abs=0.03)
    # one of the exchanged in 64 is drawn as itself
    assert stayed.float().mean() == pytest.approx(0.1, abs=0.03)
    assert torch.equal(seen[0][:, :5], text[:, :5])
    assert torch.equal(seen[0][:, 15:], text[:, 15:])


def test_the_generator_puts_pieces_in_as_often_as_it_holds_them_likely() -> None:
    one = model("replaced")
    text = ids(2000, 4)
    places = torch.full((2000, 1), 2)
    shares = torch.tensor([0.5, 0.3, 0.2])
    logits = torch.full((2000, 1, 64), -1e4)
    logits[..., 10:13] = shares.log()
    one.guesser.forward = lambda _ids, _places: logits  # type: ignore[method-assign]
    seen = seen_by(one.encoder)
    one(text, places)
    put = seen[0][:, 2]
    found = torch.bincount(put, minlength=64)[10:13] / 2000
    torch.testing.assert_close(found, shares, atol=0.04, rtol=0)


def test_a_generator_that_puts_the_very_pieces_in_has_replaced_nothing() -> None:
    one = model("replaced")
    text = ids(2, 10)
    places = torch.tensor([[1, 2], [3, 4]])
    truth = text.gather(1, places)
    # logits that leave no doubt
    one.guesser.forward = lambda _ids, _places: torch.nn.functional.one_hot(truth, 64).float() * 100  # type: ignore[method-assign]
    found = one(text, places)
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
def test_a_generator_has_fewer_heads_as_wide_as_the_encoders(width: float) -> None:
    config = config_of(EncoderShape(hidden=384, heads=6), vocabulary=64, padding=0, width=width)
    assert config.num_attention_heads == max(1, round(6 * width))
    assert config.hidden_size == 64 * config.num_attention_heads


@pytest.mark.parametrize("objective", ["masked", "replaced"])
def test_a_model_compiles_as_a_whole(objective: str) -> None:
    one = model(objective).train()
    text = ids()
    compiled = torch.compile(one, backend="aot_eager", fullgraph=True)
    compiled(text, hidden_places(text, CONTINUES, share=0.2))["loss"].backward()
