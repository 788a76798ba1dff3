"""The schema of ``configs/pretrain/*.yaml``."""

from dataclasses import field
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from zawiya.config import STRICT

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, config=STRICT)
class EncoderShape:
    """Sizes of the encoder, an ELECTRA: embeddings narrower than its layers keep a large vocabulary small on disk.

    :param vocabulary: word pieces; 65,536 at most.
    :param width: of the embeddings.
    :param hidden: width of the layers.
    :param longest: word pieces that it reads at once.
    """

    vocabulary: Annotated[int, Field(ge=64, le=65536)] = 32000
    width: Count = 128
    hidden: Count = 256
    layers: Count = 3
    heads: Count = 4
    longest: Count = 256


@dataclass(frozen=True, slots=True, config=STRICT)
class PretrainSettings:
    """One run that makes an encoder.

    :param shards: folder of plain text files (``*.txt``, ``*.txt.xz``), documents separated by a blank line.
    :param shares: for each pattern of file names the share of documents that is used; the first that matches counts,
        and files that match none are left out.
    :param out: folder to write the encoder to.
    :param epochs: passes over the text.
    :param threads: for the vectors. No number makes a run repeatable to the last bit: the tokenizer already is not.
    """

    shards: str
    out: str
    shares: dict[str, Share] = field(default_factory=lambda: {"*": 1.0})
    shape: EncoderShape = field(default_factory=EncoderShape)
    epochs: Count = 4
    seed: int = 13
    threads: Count = 2
