"""What an encoder learns from plain text: to guess hidden pieces, or to tell which pieces a generator has put in.

Batches are made on the device from ids alone, in fixed shapes: a step draws its hidden words from nothing but seed and
step, so that a run can be taken up again anywhere, and a compiled model is compiled once.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining, ElectraModel

from .settings import EncoderShape, LearningSettings
from .tokenizer import Special

#: Of a finished encoder, for those who fine-tune it.
DROPOUT = 0.1


def hidden_places(ids: Tensor, continues: Tensor, *, share: float) -> Tensor:
    """Places of the pieces to hide, whole words at a time, never the first: [rows, round(share · pieces)].

    :param ids: [rows, pieces], of which the first is [CLS].
    :param continues: for each id whether it goes on with the word before it.
    """
    rows, length = ids.shape
    count = max(1, round(share * length))
    word = (~continues[ids.long()]).long().cumsum(1)
    draws = torch.rand((rows, length + 1), device=ids.device)
    # all pieces of a word have its draw; the last word taken may not fit whole
    draws = draws.gather(1, word)
    draws[:, 0] = 2.0
    return draws.topk(count, dim=1, largest=False).indices


def config_of(
    shape: EncoderShape, *, vocabulary: int, padding: int, width: float = 1.0, dropout: float = DROPOUT
) -> ElectraConfig:
    """The transformers config of an encoder, or of a narrower generator for it, whose heads are fewer and as wide."""
    heads = max(1, round(shape.heads * width))
    hidden = shape.hidden // shape.heads * heads
    return ElectraConfig(
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        vocab_size=vocabulary,
        embedding_size=shape.width,
        hidden_size=hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
        max_position_embeddings=shape.longest,
        pad_token_id=padding,
    )


class Guesser(nn.Module):
    """Guesses the pieces at given places.

    :param config: of its encoder.
    """

    def __init__(self, config: ElectraConfig) -> None:
        super().__init__()
        whole = ElectraForMaskedLM(config)
        self.electra: ElectraModel = whole.electra
        self.predictions = whole.generator_predictions
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, ids: Tensor, places: Tensor) -> Tensor:
        """Logits over the vocabulary: [rows, places, pieces]; words are told apart by their embeddings."""
        states = self.electra(input_ids=ids).last_hidden_state
        width = states.shape[-1]
        asked = states.gather(1, places.unsqueeze(-1).expand(-1, -1, width))
        return self.predictions(asked) @ self.electra.embeddings.word_embeddings.weight.T + self.bias


class MaskedObjective(nn.Module):
    """Guess hidden pieces (Devlin et al. 2019): of the hidden ones eight in ten are masked, one is another piece, one stays."""

    def __init__(
        self, shape: EncoderShape, learning: LearningSettings, *, vocabulary: int, padding: int, mask: int
    ) -> None:
        super().__init__()
        config = config_of(shape, vocabulary=vocabulary, padding=padding, dropout=learning.dropout)
        self.guesser = Guesser(config)
        self.mask = mask
        self.vocabulary = vocabulary

    @property
    def encoder(self) -> ElectraModel:
        """What is being made."""
        return self.guesser.electra

    def forward(self, ids: Tensor, places: Tensor) -> dict[str, Tensor]:
        """Loss of a batch.

        :param ids: [rows, pieces].
        :param places: [rows, hidden].
        """
        truth = ids.gather(1, places)
        chances = torch.rand(places.shape, device=ids.device)
        others = torch.randint(self.vocabulary, places.shape, device=ids.device)
        put = torch.where(chances < 0.8, self.mask, torch.where(chances < 0.9, others, truth))
        logits = self.guesser(ids.scatter(1, places, put), places)
        guessed = nn.functional.cross_entropy(logits.float().flatten(0, 1), truth.flatten())
        return {"loss": guessed, "guessed": guessed.detach()}


class ReplacedObjective(nn.Module):
    """Tell the pieces that a small generator has put in from those of the text (Clark et al. 2020).

    Generator and encoder share their embeddings. The generator's own loss is that of the hidden pieces.
    """

    def __init__(
        self, shape: EncoderShape, learning: LearningSettings, *, vocabulary: int, padding: int, mask: int
    ) -> None:
        super().__init__()
        sizes: dict[str, Any] = {"vocabulary": vocabulary, "padding": padding, "dropout": learning.dropout}
        whole = ElectraForPreTraining(config_of(shape, **sizes))
        self.encoder: ElectraModel = whole.electra
        self.predictions = whole.discriminator_predictions
        self.guesser = Guesser(config_of(shape, **sizes, width=learning.generator))
        self.guesser.electra.embeddings = self.encoder.embeddings
        self.mask = mask
        self.weight = learning.replaced_weight

    def forward(self, ids: Tensor, places: Tensor) -> dict[str, Tensor]:
        """Loss of a batch; see :meth:`MaskedObjective.forward`."""
        truth = ids.gather(1, places)
        logits = self.guesser(ids.scatter(1, places, torch.full_like(truth, self.mask)), places).float()
        guessed = nn.functional.cross_entropy(logits.flatten(0, 1), truth.flatten())
        with torch.no_grad():
            # the highest of logits with Gumbel noise is a draw from their softmax (Maddison et al. 2014)
            noise = -torch.log(-torch.log(torch.rand_like(logits).clamp(1e-20, 1 - 1e-7)))
            put = (logits + noise).argmax(-1)
            mixed = ids.scatter(1, places, put)
            replaced = mixed != ids
        states = self.encoder(input_ids=mixed).last_hidden_state
        told = self.predictions(states).float()
        loss = nn.functional.binary_cross_entropy_with_logits(told, replaced.float())
        return {
            "loss": guessed + self.weight * loss,
            "guessed": guessed.detach(),
            "told": loss.detach(),
            "found": ((told > 0) & replaced).sum() / replaced.sum().clamp(min=1),
        }


def objective_of(
    shape: EncoderShape, learning: LearningSettings, special: Special, *, vocabulary: int
) -> MaskedObjective | ReplacedObjective:
    """The model that learns, with fresh weights."""
    ids: dict[str, Any] = {"vocabulary": vocabulary, "padding": special.padding, "mask": special.mask}
    if learning.objective == "replaced":
        return ReplacedObjective(shape, learning, **ids)
    return MaskedObjective(shape, learning, **ids)


def begin_from(encoder: ElectraModel, vectors: Sequence[Sequence[float]] | Tensor) -> None:
    """Put word vectors in the place of an encoder's embeddings; padding stays nothing."""
    with torch.no_grad():
        weights = encoder.embeddings.word_embeddings.weight
        weights.copy_(torch.as_tensor(vectors)[: len(weights)])
        weights[encoder.config.pad_token_id].zero_()
