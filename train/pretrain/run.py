"""From text shards to an encoder, stage by stage: prepared text, vectors, layers, a transformers folder."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import ElectraModel

from zawiya.errors import ZawiyaError
from zawiya.files import held, written_whole

from ..encoders import save_weights
from ..saving import write_json
from .learn import Reading, learn
from .objectives import DROPOUT, MaskedObjective, ReplacedObjective, begin_from, config_of, objective_of
from .pieces import Pieces, continuations, save_array
from .prepare import Prepared, key_of, load_prepared, prepare, tokenizer_of
from .settings import PretrainSettings
from .shards import weighed
from .tokenizer import save_tokenizer
from .vectors import scaled, train_vectors

log = logging.getLogger(__name__)

#: Pieces of a stretch that vectors are trained on.
_STRETCH = 128
#: Settings of learning that change no weight, and so no checkpoint.
_OF_NO_CONSEQUENCE = ("save_every", "report_every", "compile")
#: Standard deviation of embeddings that begin as vectors.
_DEVIATION = 0.05


def pretrain(settings: PretrainSettings, stop: Callable[[int], bool] | None = None) -> dict[str, Any]:
    """Make an encoder, and give back what was measured, which stands in its ``pretraining.json`` as well.

    :param stop: asked after each step of learning, whether to leave off for now.
    :raises ZawiyaError: when there is no text, or too little for a single batch, or another run is at work in ``work``.
    """
    work = Path(settings.work)
    with held(work):
        return _made(settings, work, stop)


def _made(settings: PretrainSettings, work: Path, stop: Callable[[int], bool] | None) -> dict[str, Any]:
    ready = load_prepared(prepare(settings))
    weights = _weights(ready.arrays, settings)
    if not sum(len(ready.arrays[name]) for name in weights):
        raise ZawiyaError(f"{settings.text.shards}: expected text, found none that is long enough and Arabic")
    torch.manual_seed(settings.seed)
    vocabulary = ready.tokenizer.get_vocab_size()
    special = ready.special
    model = None
    if settings.learning.objective == "none":
        encoder = ElectraModel(config_of(settings.shape, vocabulary=vocabulary, padding=special.padding))
    else:
        model = objective_of(settings.shape, settings.learning, special, vocabulary=vocabulary)
        encoder = model.encoder
    if settings.begin:
        _take_over(encoder, Path(settings.begin), ready.tokenizer)
    elif settings.vectors.epochs:
        begin_from(encoder, _vectors(settings, ready, weights, work))
    measured: dict[str, Any] = {
        "documents": ready.documents,
        "text_pieces": {name: len(ids) for name, ids in ready.arrays.items()},
    }
    if model is not None:
        measured |= _learnt(model, settings, ready, weights, work, stop)
    _save(encoder, ready.tokenizer, settings, measured)
    return measured


def _learnt(
    model: MaskedObjective | ReplacedObjective,
    settings: PretrainSettings,
    ready: Prepared,
    weights: Mapping[str, float],
    work: Path,
    stop: Callable[[int], bool] | None,
) -> dict[str, Any]:
    """Teach the layers to read, and say how well they do."""
    learning = settings.learning
    learnt = Pieces.of(ready.arrays, weights, length=learning.length)
    held_out = Pieces.of({"": ready.held_out}, {"": 1.0}, length=learning.length)
    if len(learnt.order(0, seed=settings.seed)) < learning.batch_size:
        raise ZawiyaError(
            f"{settings.text.shards}: expected {learning.batch_size} stretches of {learning.length} pieces for a batch, "
            "found fewer; give more text, or a smaller `learning.batch_size`"
        )
    steady = {name: value for name, value in asdict(learning).items() if name not in _OF_NO_CONSEQUENCE}
    identity = [
        ready.key,
        steady,
        asdict(settings.shape),
        settings.vectors.epochs,
        settings.begin,
        weights,
        settings.seed,
    ]
    folder = work / f"learning-{key_of(identity)}"
    reading = Reading(learnt, held_out, continuations(ready.tokenizer), ready.special.begins)
    return learn(model, reading, learning, folder=folder, seed=settings.seed, stop=stop)


def _weights(arrays: Mapping[str, NDArray], settings: PretrainSettings) -> dict[str, float]:
    """How often each shard is seen in an epoch."""
    return {shard.name: shard.weight for shard in weighed([Path(name) for name in arrays], settings.text.weights)}


def _vectors(settings: PretrainSettings, ready: Prepared, weights: Mapping[str, float], work: Path) -> torch.Tensor:
    """Embeddings to begin from."""
    identity = [ready.key, asdict(settings.vectors), settings.shape.width, weights, settings.seed]
    path = work / f"vectors-{key_of(identity)}.npy"
    if not path.is_file():
        log.info("training vectors, %d epochs", settings.vectors.epochs)
        found = train_vectors(
            Pieces.of(ready.arrays, weights, length=_STRETCH),
            vocabulary=ready.tokenizer.get_vocab_size(),
            width=settings.shape.width,
            epochs=settings.vectors.epochs,
            seed=settings.seed,
            threads=settings.vectors.threads,
        )
        with written_whole(path) as unfinished:
            save_array(unfinished, found)
    return torch.from_numpy(scaled(np.load(path), deviation=_DEVIATION))


def _take_over(encoder: ElectraModel, folder: Path, tokenizer: Tokenizer) -> None:
    """Put the weights of a finished encoder into one of the same shape, whose text was cut by the same word pieces."""
    # text that was prepared elsewhere brings its own tokenizer
    if Tokenizer.from_file(str(tokenizer_of(folder))).get_vocab() != tokenizer.get_vocab():
        raise ZawiyaError(
            f"`begin`: {folder} has other word pieces than the prepared text; prepare the text with this `begin`"
        )
    finished = ElectraModel.from_pretrained(folder, dtype=torch.float32)
    try:
        encoder.load_state_dict(finished.state_dict())
    except RuntimeError as error:
        raise ZawiyaError(f"`begin`: {folder} has another shape than `shape` ({error}); give its own") from error


def _save(encoder: ElectraModel, tokenizer: Tokenizer, settings: PretrainSettings, measured: dict[str, Any]) -> None:
    """Write the encoder as an ordinary transformers folder in float16."""
    folder = Path(settings.out)
    folder.mkdir(parents=True, exist_ok=True)
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = DROPOUT
    save_weights(encoder.cpu().to(torch.float16), folder)
    save_tokenizer(tokenizer, folder, longest=settings.shape.longest)
    write_json(folder / "pretraining.json", {"settings": asdict(settings), **measured})  # type: ignore[call-overload]
    log.info("encoder written to %s", folder)
