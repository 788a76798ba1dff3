"""The schema of ``configs/train/*.yaml``: names, types, defaults and ranges, in one place.

An unknown key is a fault: a config of another version has to be mended rather than being half obeyed.
"""

from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from zawiya.config import STRICT

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Metric = Literal["score", "stance_macro_f1", "frame_micro_f1", "frame_macro_f1", "loss"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Source:
    """A corpus file to learn from; in a config its path alone will do.

    :param path: of the file.
    :param weight: how often a sentence is shown in an epoch: 2 shows each twice, 0.5 another half of them each time.
    :param dev_share: share of its articles that goes to dev instead, chosen by a hash of the article's text.
    """

    path: str
    weight: Positive = 1.0
    dev_share: Share = 0.0


def _source(value: Any) -> Any:  # noqa: ANN401 - a path or what describes a source, checked next
    return {"path": value} if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, config=STRICT)
class DataSettings:
    """Which files are learnt from.

    :param train: corpus files (JSON Lines) to learn from, each a path or a source with its weight.
    :param dev: corpus files on which the best epoch is chosen and scores are calibrated.
    :param test: corpus files that are only scored, once, at the end.
    :param held_out: a file of actor ids, one a line; articles of ``train`` that name one are left out, so that no model
        has learnt from actors on which it is to be judged unseen.
    :param rename_frames: what frames of the files are called in the frame list; None drops one.
    :param events: a table (tab-separated, columns ``event`` and ``topic``) of the topics that tell of one event, for
        folds; without it a topic is an event.
    """

    train: tuple[Annotated[Source, BeforeValidator(_source)], ...]
    dev: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    held_out: str | None = None
    rename_frames: dict[str, str | None] = field(default_factory=dict)
    events: str | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class ModelSettings:
    """The encoder and the heads on it, or the baseline.

    :param kind: ``encoder``, or ``tfidf`` for TF-IDF with logistic regression, which takes nothing of what follows.
    :param encoder: a folder or a name on the model hub, anything that ``AutoModel`` loads; or the folder of a model of
        zawiya, which is then gone on from. A relative folder is looked up here, then beside the configs that come with
        zawiya.
    :param weights: ``safetensors``, or ``any`` to read pickled weights too where a model has no others (torch's
        restricted reader makes tensors of them and runs nothing).
    :param longest: word pieces in a window, special tokens included.
    :param dropout: in the heads.
    :param attention_heads: of the attention from a target to its sentence.
    :param blind: do not tell the model which target it is asked about: the baseline of what can be had without looking.
    """

    kind: Literal["encoder", "tfidf"] = "encoder"
    encoder: str = "models/encoder"
    weights: Literal["safetensors", "any"] = "safetensors"
    longest: Annotated[int, Field(ge=16, le=8192)] = 256
    dropout: Share = 0.2
    attention_heads: Count = 4
    blind: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class TrainerSettings:
    """How it is learnt.

    :param epochs: passes over the examples; a fraction is a part of one.
    :param batch_size: windows in a batch of one process.
    :param learning_rate: of the encoder's last layer: highest after ``warmup`` of all steps, then falling to zero.
    :param layer_decay: factor on the learning rate from each layer to the one below it; 1 leaves them alike.
    :param embedding_learning_rate: of the encoder's embeddings; None takes what ``layer_decay`` leaves for them. Low
        where the embeddings alone are pre-trained: words that training shows then stay beside those of like meaning that
        it does not.
    :param head_learning_rate: of the heads, which start from nothing.
    :param weight_decay: of all weights but biases and gains.
    :param warmup: share of all steps over which the rates rise.
    :param patience: epochs without gain on ``metric`` after which training stops; None trains all of them.
    :param metric: the dev score that chooses the epoch; ``score`` is the mean of the first two others.
    :param mask_target: share of targets whose own words are hidden while learning, so that the model judges by what is
        said, not by who it is said of.
    :param mask_words: share of all other word pieces hidden while learning.
    :param weight_power: loss weights are label frequencies to minus this power; 0 leaves labels unweighted.
    :param focal_gamma: how much less a label counts the surer it is already (Lin et al. 2017, "Focal Loss"); 0 is
        plain cross-entropy.
    :param holder_weight: of the holder loss beside the stance loss.
    :param frame_weight: of the frame loss beside the stance loss.
    :param accumulation: batches whose gradients are summed for one step.
    :param checkpointing: compute activations again instead of keeping them: less memory, a third more time.
    :param precision: ``auto`` takes bfloat16 or float16 where the device has it, and float32 on a CPU.
    :param report_to: where losses and scores are logged besides the terminal.
    :param seed: of the heads' first weights, the order of the examples, and the words that are hidden.
    """

    epochs: Positive = 5.0
    batch_size: Count = 32
    accumulation: Count = 1
    learning_rate: Positive = 2e-4
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    embedding_learning_rate: Positive | None = None
    head_learning_rate: Positive = 5e-4
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    patience: Count | None = None
    metric: Metric = "score"
    mask_target: Share = 0.2
    mask_words: Share = 0.1
    weight_power: Share = 0.5
    focal_gamma: Annotated[float, Field(ge=0, le=10)] = 0.0
    holder_weight: Positive = 0.5
    frame_weight: Positive = 1.0
    checkpointing: bool = False
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    report_to: tuple[Literal["tensorboard", "mlflow"], ...] = ()
    seed: int = 13


@dataclass(frozen=True, slots=True, config=STRICT)
class Choice:
    """What ``zawiya tune`` may set a setting to.

    :param low: lowest number, with ``high``.
    :param high: highest number.
    :param log: draw evenly over magnitudes.
    :param values: or one of these.
    """

    low: float | None = None
    high: float | None = None
    log: bool = False
    values: tuple[bool | int | float | str, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class TrainSettings:
    """One training run, or several of the same settings.

    :param name: of the model, for people.
    :param out: folder to write the model to.
    :param data: which files are learnt from.
    :param model: the encoder and the heads on it, or the baseline.
    :param trainer: how it is learnt.
    :param actors: actor list; None takes the one that comes with zawiya. An empty list is an open set: any target.
    :param frames: frame list; None takes the one that comes with zawiya.
    :param quantise: ``int8`` or ``none``: how the exported ONNX weights are stored.
    :param seeds: runs that differ in nothing but the seed, counted up from ``trainer.seed``.
    :param folds: parts of the training articles, by event, each held out in turn; 0 trains once on all.
    :param search: settings for ``zawiya tune`` to try, by dotted name.
    """

    name: str
    out: str
    data: DataSettings
    model: ModelSettings = field(default_factory=ModelSettings)
    trainer: TrainerSettings = field(default_factory=TrainerSettings)
    actors: str | None = None
    frames: str | None = None
    quantise: Literal["int8", "none"] = "int8"
    seeds: Count = 1
    folds: Annotated[int, Field(ge=0)] = 0
    search: dict[str, Choice] = field(default_factory=dict)
