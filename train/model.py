"""The model: one pass of any encoder over a sentence, then three heads that read it once for every target.

A target is a span of the input, so an actor never seen in training can be asked about. Attention from the span to the
sentence, with a bias by distance, is what makes two targets of one sentence come out differently at a small cost.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.utils import ModelOutput

from zawiya.errors import ZawiyaError
from zawiya.inputs import FIXED_HOLDERS, STANCE_LABELS
from zawiya.integrity import check_hashes

from .encoders import MODEL_TYPE, without_pooler
from .hub import first_line

#: Label of a target or sentence that a loss leaves out.
IGNORED = -100
#: Signed logarithmic distances between a target and a token.
DISTANCE_BUCKETS = 17


class StanceConfig(PretrainedConfig):
    """What it takes to build the model again: the encoder's own config, the frames, the heads' sizes.

    :param encoder: the encoder's config as a dict with its ``model_type``.
    :param frames: ids of the frames, in the order of the head's outputs.
    :param attention_heads: heads of the attention from a target to its sentence.
    :param dropout: before the heads' last layers.
    :param stance_weights: loss weight of each stance label.
    :param frame_weights: loss weight of each frame where it is present.
    :param focal_gamma: how much less a label counts the surer it is already; 0 is plain cross-entropy.
    """

    model_type = MODEL_TYPE

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        frames: list[str] | None = None,
        attention_heads: int = 4,
        dropout: float = 0.1,
        stance_weights: list[float] | None = None,
        frame_weights: list[float] | None = None,
        holder_weight: float = 0.5,
        frame_weight: float = 1.0,
        focal_gamma: float = 0.0,
        **rest: Any,  # noqa: ANN401 - passed on to transformers
    ) -> None:
        self.encoder = encoder or {}
        self.frames = frames or []
        self.attention_heads = attention_heads
        self.dropout = dropout
        self.stance_weights = stance_weights or [1.0] * len(STANCE_LABELS)
        self.frame_weights = frame_weights or [1.0] * len(self.frames)
        self.holder_weight = holder_weight
        self.frame_weight = frame_weight
        self.focal_gamma = focal_gamma
        super().__init__(**rest)


@dataclass
class StanceOutput(ModelOutput):
    """Logits of the three heads, and the loss where labels were given.

    :param stance_logits: [windows, targets, 4], in the order of ``STANCE_LABELS``.
    :param holder_logits: [windows, targets, 2 + targets]: author, other, then the targets of the window.
    :param frame_logits: [windows, frames].
    """

    loss: Tensor | None = None
    stance_logits: Tensor | None = None
    holder_logits: Tensor | None = None
    frame_logits: Tensor | None = None


class TargetAttention(nn.Module):
    """What a sentence says around a target: attention from the target's span to every token.

    :param hidden: width of the encoder's states.
    :param heads: attention heads, each with its own bias by distance.
    """

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.distance = nn.Embedding(DISTANCE_BUCKETS, heads)

    def forward(self, spans: Tensor, states: Tensor, target_mask: Tensor, attention_mask: Tensor) -> Tensor:
        """Context of each target: [windows, targets, hidden]."""
        windows, tokens, hidden = states.shape
        targets = spans.shape[1]
        width = hidden // self.heads
        query = self.query(spans).view(windows, targets, self.heads, width).transpose(1, 2)
        key = self.key(states).view(windows, tokens, self.heads, width).transpose(1, 2)
        value = self.value(states).view(windows, tokens, self.heads, width).transpose(1, 2)
        scores = query @ key.transpose(-1, -2) / width**0.5
        places = torch.arange(tokens, device=states.device, dtype=states.dtype)
        distance = places - (target_mask * places).sum(-1, keepdim=True)
        magnitude = torch.log2(distance.abs() + 1.0).round().clamp(max=DISTANCE_BUCKETS // 2)
        buckets = (magnitude * distance.sign()).long() + DISTANCE_BUCKETS // 2
        scores = scores + self.distance(buckets).permute(0, 3, 1, 2)
        hidden_tokens = (attention_mask == 0)[:, None, None, :]
        weights = scores.masked_fill(hidden_tokens, torch.finfo(scores.dtype).min).softmax(-1)
        return (weights @ value).transpose(1, 2).reshape(windows, targets, hidden)


class StanceModel(PreTrainedModel):
    """Stance, holder and frames over any encoder that ``AutoModel`` loads."""

    config_class = StanceConfig
    base_model_prefix = "encoder"
    supports_gradient_checkpointing = True
    _supports_sdpa = True

    def __init__(self, config: StanceConfig, encoder: PreTrainedModel | None = None) -> None:
        super().__init__(config)
        if encoder is None:
            settings = dict(config.encoder)
            shape = AutoConfig.for_model(settings.pop("model_type"), **settings)
            encoder = without_pooler(AutoModel.from_config(shape))
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.context = TargetAttention(hidden, config.attention_heads)
        self.dropout = nn.Dropout(config.dropout)
        self.stance = nn.Sequential(
            nn.Linear(4 * hidden, hidden), nn.GELU(), nn.Dropout(config.dropout), nn.Linear(hidden, len(STANCE_LABELS))
        )
        self.holder_query = nn.Linear(3 * hidden, hidden)
        self.holder_key = nn.Linear(hidden, hidden)
        self.holder_fixed = nn.Linear(3 * hidden, len(FIXED_HOLDERS))
        self.frame = nn.Sequential(
            nn.Linear(3 * hidden, hidden), nn.GELU(), nn.Dropout(config.dropout), nn.Linear(hidden, len(config.frames))
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Initialise the heads; an encoder that was passed in keeps its weights."""
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        target_mask: Tensor,
        stance_labels: Tensor | None = None,
        holder_labels: Tensor | None = None,
        frame_labels: Tensor | None = None,
    ) -> StanceOutput:
        """Logits for a batch of windows (see ``zawiya.inputs.Batch`` for the shapes of the first three).

        :param stance_labels: [windows, targets], ``IGNORED`` where there is none.
        :param holder_labels: [windows, targets, 2 + targets], ones at the acceptable holders, all zeros where none.
        :param frame_labels: [windows, frames] of zeros and ones, ``IGNORED`` where unknown.
        """
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = self.dropout(states)
        present = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * present).sum(1) / present.sum(1)
        highest = states.masked_fill(present == 0, torch.finfo(states.dtype).min).amax(1)
        spans = target_mask.to(states.dtype) @ states
        context = self.context(spans, states, target_mask.to(states.dtype), attention_mask)
        sentence = mean.unsqueeze(1).expand_as(spans)
        stance_logits = self.stance(torch.cat([spans, context, sentence, spans * context], -1))

        asked = torch.cat([spans, context, sentence], -1)
        pointers = self.holder_query(asked) @ self.holder_key(spans).transpose(-1, -2) / spans.shape[-1] ** 0.5
        absent = (target_mask.sum(-1) == 0)[:, None, :]
        pointers = pointers.masked_fill(absent, torch.finfo(pointers.dtype).min)
        holder_logits = torch.cat([self.holder_fixed(asked), pointers], -1)
        frame_logits = self.frame(torch.cat([mean, highest, states[:, 0]], -1))

        loss = None
        if stance_labels is not None and holder_labels is not None and frame_labels is not None:
            loss = (
                self._stance_loss(stance_logits, stance_labels)
                + self.config.holder_weight * _holder_loss(holder_logits, holder_labels)
                + self.config.frame_weight * self._frame_loss(frame_logits, frame_labels)
            )
        return StanceOutput(loss, stance_logits, holder_logits, frame_logits)

    def _stance_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        kept = labels != IGNORED
        if not kept.any():
            return logits.sum() * 0.0
        weights = torch.tensor(self.config.stance_weights, device=logits.device, dtype=logits.dtype)
        if not self.config.focal_gamma:
            return nn.functional.cross_entropy(logits[kept], labels[kept], weight=weights, label_smoothing=0.05)
        losses = nn.functional.cross_entropy(logits[kept], labels[kept], reduction="none")
        weighed = weights[labels[kept]]
        return (weighed * _focus(losses, self.config.focal_gamma) * losses).sum() / weighed.sum()

    def _frame_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        kept = (labels != IGNORED).all(-1)
        if not labels.shape[-1] or not kept.any():
            return logits.sum() * 0.0
        weights = torch.tensor(self.config.frame_weights, device=logits.device, dtype=logits.dtype)
        given, asked = logits[kept], labels[kept].to(logits.dtype)
        losses = nn.functional.binary_cross_entropy_with_logits(given, asked, pos_weight=weights, reduction="none")
        if self.config.focal_gamma:
            plain = nn.functional.binary_cross_entropy_with_logits(given, asked, reduction="none")
            losses = losses * _focus(plain, self.config.focal_gamma)
        return len(self.config.frames) / 4 * losses.mean()


def _focus(losses: Tensor, gamma: float) -> Tensor:
    """The factor of the focal loss: (1 - p) to the power gamma, p being what the label is given (Lin et al. 2017)."""
    # not quite to nought, where the slope of a gamma below one is without bounds
    return (1.0 - torch.exp(-losses)).clamp(min=1e-6) ** gamma


def _holder_loss(logits: Tensor, acceptable: Tensor) -> Tensor:
    """Negative log of the probability given to the acceptable holders together."""
    kept = acceptable.sum(-1) > 0
    if not kept.any():
        # without the pointers, some of which are masked by the lowest of numbers
        return logits[..., : len(FIXED_HOLDERS)].sum() * 0.0
    log_probabilities = logits[kept].log_softmax(-1)
    good = acceptable[kept] > 0
    return -log_probabilities.masked_fill(~good, torch.finfo(logits.dtype).min).logsumexp(-1).mean()


def with_encoder(encoder: PreTrainedModel, **heads: Any) -> StanceModel:  # noqa: ANN401 - fields of StanceConfig
    """A model with fresh heads over a pre-trained encoder."""
    settings = encoder.config.to_diff_dict() | {"model_type": encoder.config.model_type}
    weights = {key: value.clone() for key, value in encoder.state_dict().items()}
    model = StanceModel(StanceConfig(encoder=settings, **heads), encoder)
    # post_init of the whole may initialise what it does not know to be loaded
    model.encoder.load_state_dict(weights)
    return model


def load_trained(folder: Path) -> StanceModel:
    """A model that `zawiya train` made, in float32, to go on from.

    :raises ZawiyaError: when its files are not those that its list of hashes names, or cannot be read.
    """
    check_hashes(folder)
    try:
        return StanceModel.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise ZawiyaError(
            f"{folder}: cannot be read as a model of zawiya ({first_line(error)}); copy it anew"
        ) from error


def take_heads(model: StanceModel, trained: StanceModel) -> None:
    """Give a model the heads of a trained one over the same encoder, as far as they mean the same.

    Of the frame head the outputs of frames that both have; attention with another number of heads begins anew.
    """
    mine = model.state_dict()
    taken = {name: weights for name, weights in trained.state_dict().items() if not name.startswith("encoder.")}
    if model.config.attention_heads != trained.config.attention_heads:
        taken = {name: weights for name, weights in taken.items() if not name.startswith("context.")}
    places = {frame: row for row, frame in enumerate(trained.config.frames)}
    for part in ("weight", "bias"):
        name = f"frame.{len(model.frame) - 1}.{part}"
        rows = mine[name].clone()
        for row, frame in enumerate(model.config.frames):
            if frame in places:
                rows[row] = taken[name][places[frame]]
        taken[name] = rows
    model.load_state_dict(mine | taken)
