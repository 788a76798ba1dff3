"""The schema of ``configs/train/*.yaml``: names, types, defaults and ranges, in one place."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from zawiya.config import STRICT

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, config=STRICT)
class DataSettings:
    """Which files are learnt from.

    :param train: corpus files (JSON Lines) to learn from.
    :param dev: corpus files on which the best epoch is chosen and scores are calibrated.
    :param test: corpus files that are only scored, once, at the end.
    :param extra: more corpus files, divided into train and dev by article; for sentences that are not part of the
        project.
    :param held_out: a file of actor ids, one a line; articles of ``extra`` that name one are left out, so that no model
        has learnt from actors on which it is to be judged unseen.
    :param extra_dev_share: share of the articles of ``extra`` that goes to dev, chosen by a hash of the article's text.
    """

    train: tuple[str, ...]
    dev: tuple[str, ...]
    test: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    extra_dev_share: Share = 0.1
    held_out: str | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class ModelSettings:
    """The encoder and the heads on it.

    :param encoder: a folder or a name on the model hub, anything that ``AutoModel`` loads; a relative folder is looked
        up here, then beside the configs that come with zawiya.
    :param longest: word pieces in a window, special tokens included.
    :param dropout: in the heads.
    :param attention_heads: of the attention from a target to its sentence.
    """

    encoder: str
    longest: Annotated[int, Field(ge=16, le=8192)] = 256
    dropout: Share = 0.3
    attention_heads: Count = 4


@dataclass(frozen=True, slots=True, config=STRICT)
class TrainerSettings:
    """How it is learnt.

    :param learning_rate: highest, reached after ``warmup`` of all steps and falling linearly to zero.
    :param embedding_learning_rate: the same for the encoder's embeddings; low, so that words which training shows stay
        beside those of like meaning that it does not.
    :param head_learning_rate: the same for the heads, which start from nothing.
    :param mask_target: share of targets whose own words are hidden while learning, so that the model judges by what is
        said, not by who it is said of.
    :param mask_words: share of all other word pieces hidden while learning.
    :param weight_power: loss weights are label frequencies to minus this power; 0 leaves labels unweighted.
    :param holder_weight: of the holder loss beside the stance loss.
    :param frame_weight: of the frame loss beside the stance loss.
    """

    epochs: Positive = 6.0
    batch_size: Count = 32
    learning_rate: Positive = 5e-4
    embedding_learning_rate: Positive = 5e-5
    head_learning_rate: Positive = 5e-4
    weight_decay: Annotated[float, Field(ge=0)] = 0.05
    warmup: Share = 0.1
    mask_target: Share = 0.2
    mask_words: Share = 0.15
    weight_power: Share = 0.5
    holder_weight: Positive = 0.5
    frame_weight: Positive = 1.0
    seed: int = 13


@dataclass(frozen=True, slots=True, config=STRICT)
class TrainSettings:
    """One training run.

    :param name: of the model, for people.
    :param out: folder to write the model to.
    :param actors: actor list; None takes the one that comes with zawiya.
    :param frames: frame list; None takes the one that comes with zawiya.
    :param quantise: ``int8`` or ``none``: how the exported ONNX weights are stored.
    """

    name: str
    out: str
    data: DataSettings
    model: ModelSettings
    trainer: TrainerSettings = field(default_factory=TrainerSettings)
    actors: str | None = None
    frames: str | None = None
    quantise: Literal["int8", "none"] = "int8"
