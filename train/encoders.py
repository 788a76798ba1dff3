"""Pre-trained encoders: where they come from, whether they fit the settings, and what is wrong when they do not load.

Everything is loaded from a folder; a model of the hub is fetched into one first. So no file is taken but those named
here, no code of a repository is ever run, and pickled weights are read only where the settings allow it.
"""

import inspect
import json
import pickle
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.inputs import Encoder
from zawiya.resources import resource

from .hub import fetch, files_of, first_line

#: Which files of weights are read: safetensors alone, or pickles too where there is nothing else.
Weights = Literal["safetensors", "any"]

#: What a config.json calls a model with the heads of zawiya.
MODEL_TYPE = "zawiya"
_SAFETENSORS = ("model.safetensors", "model-*.safetensors", "model.safetensors.index.json")
_PICKLES = ("pytorch_model.bin", "pytorch_model-*.bin", "pytorch_model.bin.index.json")
_VOCABULARIES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "spm.model",
    "tokenizer.model",
)
_DESCRIPTION = ("config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt")
#: Model types that count positions from behind the padding token's id, as RoBERTa does, and so lose the first ones.
_POSITIONS_BEHIND_PADDING = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "data2vec-text", "ibert", "longformer", "mpnet", "xmod"}
    | {"roberta-prelayernorm"}
)


def save_weights(model: PreTrainedModel, folder: Path) -> None:
    """Write a model's weights and its config, to be read by whoever may read new files of the folder.

    What writes safetensors lets only their owner read them: a model in a shared folder would not load.
    """
    model.save_pretrained(folder)
    for weights in folder.glob("*.safetensors"):
        shutil.copymode(folder / "config.json", weights)


def encoder_source(name: str) -> str:
    """Where an encoder is loaded from: a folder here, one that comes with zawiya, or a name on the hub."""
    if Path(name).is_dir():
        return name
    if name.startswith("models/"):
        return str(resource(*name.split("/")))
    return name


def load_tokenizer(
    source: str, *, longest: int, attention_heads: int, blind: bool = False
) -> tuple[PreTrainedTokenizerFast, Encoder]:
    """An encoder's tokenizer, to be saved beside the model, and the windows made with it.

    :param source: a folder or a name on the hub.
    :param longest: word pieces in a window, special tokens included.
    :param attention_heads: of the attention from a target to its sentence.
    :param blind: make windows that do not tell which target is asked about.
    :raises ZawiyaError: when the encoder cannot be had or read.
    :raises FaultsError: with all the settings that it cannot take.
    """
    folder = _held(source, (*_DESCRIPTION, *_VOCABULARIES))
    shape = _shape(source, folder)
    if faults := list(_misfits(shape, longest=longest, attention_heads=attention_heads)):
        raise FaultsError(f"encoder {source!r}", faults)
    if not _present(folder, _VOCABULARIES):
        raise _lacking(
            source,
            f"a tokenizer, found none of {', '.join(_VOCABULARIES)}; copy the tokenizer's files beside the encoder's",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    # the tokenizers library raises a bare Exception
    except Exception as error:
        raise _unread(source, "its tokenizer cannot be loaded", error) from error
    if not getattr(tokenizer, "is_fast", False):
        raise ZawiyaError(
            f"encoder {source!r}: its tokenizer ({type(tokenizer).__name__}) does not say where in the text a piece "
            "stands, which targets need; take an encoder that has a tokenizer.json"
        )
    return tokenizer, Encoder.of(tokenizer.backend_tokenizer, longest=longest, blind=blind)


def made_here(folder: Path) -> bool:
    """Whether a folder holds a model that `zawiya train` made, with an encoder inside."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("model_type") == MODEL_TYPE


def trained_folder(source: str) -> Path | None:
    """The folder of a model that `zawiya train` made, fetched whole from the hub; None for an encoder without our heads.

    :raises ZawiyaError: when the hub has no such model or cannot be reached.
    """
    folder = _held(source, ("config.json",))
    if not made_here(folder):
        return None
    # whole, for its list of hashes is checked
    return folder if Path(source).is_dir() else fetch(source, ("*",))


def load_weights(source: str, *, weights: Weights = "safetensors") -> PreTrainedModel:
    """An encoder with its pre-trained weights in float32, without a pooler.

    :param source: a folder or a name on the hub.
    :param weights: with ``any``, pickled weights are read where there are no safetensors, by torch's restricted reader,
        which makes tensors and runs nothing.
    :raises ZawiyaError: when the encoder cannot be had, or its weights are missing, damaged or not all there.
    """
    folder = _held(source, ("config.json", *_SAFETENSORS))
    _shape(source, folder)
    safe = bool(_present(folder, _SAFETENSORS))
    if not safe and weights == "any":
        folder = _held(source, ("config.json", *_PICKLES))
    if not safe and (weights != "any" or not _present(folder, _PICKLES)):
        raise _no_weights(source, folder, weights)
    try:
        encoder, report = AutoModel.from_pretrained(
            folder,
            dtype=torch.float32,
            use_safetensors=safe,
            weights_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (SafetensorError, pickle.UnpicklingError, EOFError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise _damaged(source, _SAFETENSORS if safe else _PICKLES, folder, error) from error
    if missing := sorted(key for key in report["missing_keys"] if not key.startswith("pooler.")):
        raise ZawiyaError(
            f"encoder {source!r}: expected all of its weights, found {len(missing)} missing, first `{missing[0]}`; "
            f"they are not those of a {encoder.config.model_type} model: mend config.json, or take another copy"
        )
    return without_pooler(encoder)


def without_pooler(encoder: PreTrainedModel) -> PreTrainedModel:
    """The same encoder less its pooler: the heads read the states themselves, so it would never be trained."""
    # the models that can be made without one are those that run without one
    if "add_pooling_layer" in inspect.signature(type(encoder).__init__).parameters:
        encoder.pooler = None
    return encoder


def _held(source: str, files: Sequence[str]) -> Path:
    return Path(source) if Path(source).is_dir() else fetch(source, files)


def _present(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def _shape(source: str, folder: Path) -> PretrainedConfig:
    path = folder / "config.json"
    if not path.is_file():
        raise _lacking(
            source,
            "a config.json, found none; name the folder, or the model of the hub, that holds config.json, tokenizer "
            "and weights",
        )
    try:
        if made_here(folder):
            return AutoConfig.for_model(**json.loads(path.read_text(encoding="utf-8"))["encoder"])
        return AutoConfig.from_pretrained(folder, trust_remote_code=False)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, StrictDataclassError) as error:
        raise _unread(source, "its config.json cannot be used", error) from error


def _misfits(shape: PretrainedConfig, *, longest: int, attention_heads: int) -> Iterator[str]:
    """Settings that the encoder cannot take; said before training, not by a shape error in the midst of it."""
    width = getattr(shape, "hidden_size", None)
    if width is None or getattr(shape, "is_encoder_decoder", False):
        yield f"`model.encoder`: expected an encoder such as BERT or RoBERTa, found a {shape.model_type} model"
        return
    if width % attention_heads:
        yield f"`model.attention_heads`: expected a divisor of the encoder's width {width}, found {attention_heads}"
    limit = position_limit(shape)
    if limit and longest > limit:
        yield f"`model.longest`: expected at most {limit}, the word pieces that the encoder reads, found {longest}"


def position_limit(shape: PretrainedConfig) -> int | None:
    """How many word pieces an encoder reads at once; None where its config sets no limit."""
    positions = getattr(shape, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions <= 0:
        return None
    if shape.model_type in _POSITIONS_BEHIND_PADDING:
        padding = getattr(shape, "pad_token_id", None)
        positions -= (1 if padding is None else padding) + 1
    return positions


def _lacking(source: str, expected: str) -> ZawiyaError:
    """What a folder or a model of the hub lacks; of a model that the hub cannot be asked about, that."""
    if not Path(source).is_dir():
        files_of(source)
    return ZawiyaError(f"encoder {source!r}: expected {expected}")


def _no_weights(source: str, folder: Path, weights: Weights) -> ZawiyaError:
    if weights != "any":
        names = [path.name for path in _present(folder, _PICKLES)]
        if not names and not Path(source).is_dir():
            names = files_of(source)
        if any(Path(name).match(pattern) for name in names for pattern in _PICKLES):
            return ZawiyaError(
                f"encoder {source!r}: expected weights as safetensors, found pickled ones only; set "
                "`model.weights: any` to read them too (nothing in them is run)"
            )
    return _lacking(
        source,
        f"weights, found no {_SAFETENSORS[0]} and no {_PICKLES[0]}; take an encoder that comes with weights for PyTorch",
    )


def _damaged(source: str, patterns: Sequence[str], folder: Path, error: Exception) -> ZawiyaError:
    names = ", ".join(path.name for path in _present(folder, patterns))
    if isinstance(error, pickle.UnpicklingError):
        return ZawiyaError(
            f"encoder {source!r}: {names} is damaged, or holds more than tensors, which zawiya does not run; take an "
            f"encoder that has safetensors ({first_line(error)})"
        )
    again = "copy the folder anew" if Path(source).is_dir() else f"run `hf download {source} --force-download`"
    return ZawiyaError(
        f"encoder {source!r}: {names} cannot be read; it is cut short, damaged, or not of the shape that config.json "
        f"gives; {again} ({first_line(error)})"
    )


def _unread(source: str, what: str, error: Exception) -> ZawiyaError:
    if "trust_remote_code" in str(error):
        return ZawiyaError(
            f"encoder {source!r}: it comes with code of its own, which zawiya never runs; take an encoder of a kind "
            "that transformers has built in"
        )
    return ZawiyaError(
        f"encoder {source!r}: {what} ({first_line(error)}); mend it, or take another copy of the encoder"
    )
