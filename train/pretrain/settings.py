"""The schema of ``configs/pretrain/*.yaml``: names, types, defaults and ranges, in one place."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from zawiya.config import STRICT

from ..settings import Count, Positive, Share

Weight = Annotated[float, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True, config=STRICT)
class TextSettings:
    """What is read.

    :param shards: folder of plain text files (``*.txt``, ``*.txt.xz``), documents separated by a blank line.
    :param weights: for each pattern of file names how often its text is seen in an epoch: 2 shows all of it twice, 0.5
        another half of it each time. The first pattern that matches counts; files that match none are left out.
    :param shortest: letters of a document below which it is left out.
    :param arabic: share of a document's letters that are Arabic below which it is left out.
    :param likeness: share of word five-grams in common from which a document is a near-duplicate of an earlier one and
        left out; 1 leaves out equal ones alone.
    :param held_out: share of documents that is never learnt from, by a hash of their text.
    """

    shards: str
    weights: dict[str, Weight] = field(default_factory=lambda: {"*": 1.0})
    shortest: Count = 200
    arabic: Share = 0.6
    likeness: Annotated[float, Field(gt=0, le=1)] = 0.7
    held_out: Share = 0.005


@dataclass(frozen=True, slots=True, config=STRICT)
class EncoderShape:
    """Sizes of the encoder, an ELECTRA: embeddings narrower than its layers keep a large vocabulary small on disk.

    :param vocabulary: word pieces; 65,536 at most.
    :param width: of the embeddings.
    :param hidden: width of the layers.
    :param layers: how many there are.
    :param heads: attention heads of a layer, a divisor of its width.
    :param longest: word pieces that it reads at once.
    """

    vocabulary: Annotated[int, Field(ge=64, le=65536)] = 32000
    width: Count = 128
    hidden: Count = 256
    layers: Count = 3
    heads: Count = 4
    longest: Count = 256


@dataclass(frozen=True, slots=True, config=STRICT)
class VectorSettings:
    """Word vectors of the pieces, from which the embeddings begin.

    :param epochs: passes over the text; 0 begins from random embeddings.
    :param threads: no number makes a run repeatable to the last bit: the tokenizer already is not.
    """

    epochs: Annotated[int, Field(ge=0)] = 4
    threads: Count = 2


@dataclass(frozen=True, slots=True, config=STRICT)
class LearningSettings:
    """How the layers learn to read.

    :param objective: ``none`` leaves them random; ``masked`` guesses hidden pieces (Devlin et al. 2019, "BERT");
        ``replaced`` tells which pieces a small generator has put in (Clark et al. 2020, "ELECTRA").
    :param steps: updates of the weights.
    :param batch_size: sequences in a step of one process.
    :param accumulation: batches whose gradients are summed for one step.
    :param length: pieces in a sequence.
    :param learning_rate: the highest: rising over ``warmup`` of the steps, then falling to zero.
    :param warmup: share of the steps over which the rate rises.
    :param weight_decay: of all weights but biases, gains and embeddings.
    :param hidden_share: share of pieces hidden (or replaced) in each sequence, whole words at a time.
    :param dropout: while pre-training; text that is seen a few times needs none. Fine-tuning has its own.
    :param generator: width of the generator as a share of the encoder's, in whole attention heads.
    :param replaced_weight: of telling replaced pieces beside guessing them.
    :param precision: ``auto`` takes bfloat16 or float16 where the device has it.
    :param compile: compile the model, where there is a GPU.
    :param save_every: steps between checkpoints, from which a run that was interrupted goes on.
    :param report_every: steps between lines of the log.
    """

    objective: Literal["none", "masked", "replaced"] = "none"
    steps: Count = 1000
    batch_size: Count = 64
    accumulation: Count = 1
    length: Count = 128
    learning_rate: Positive = 5e-4
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.05
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    hidden_share: Annotated[float, Field(gt=0, lt=1)] = 0.15
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    generator: Annotated[float, Field(gt=0, le=1)] = 0.25
    replaced_weight: Positive = 50.0
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    compile: bool = False
    save_every: Count = 500
    report_every: Count = 50


@dataclass(frozen=True, slots=True, config=STRICT)
class PretrainSettings:
    """One run that makes an encoder.

    :param text: what is read.
    :param out: folder to write the encoder to.
    :param work: folder of what is made on the way: kept documents, tokenizer, pieces, vectors, checkpoints. Each stage is
        made once for the settings that decide it.
    :param begin: an encoder that a run like this has made, to go on from with its tokenizer and its weights; ``shape`` must
        be its shape, and no vectors are made.
    :param shape: sizes of the encoder.
    :param vectors: from which its embeddings begin.
    :param learning: how its layers learn to read.
    :param seed: of vectors, first weights, the order of the text, and the pieces that are hidden.
    """

    text: TextSettings
    out: str
    work: str = "runs/pretrain"
    begin: str | None = None
    shape: EncoderShape = field(default_factory=EncoderShape)
    vectors: VectorSettings = field(default_factory=VectorSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    seed: int = 13
