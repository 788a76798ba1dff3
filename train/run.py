"""One training run from its settings to a model folder: learn, calibrate, export, score, describe."""

import hashlib
import json
import logging
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, set_seed

from zawiya.actors import ActorFinder
from zawiya.backends import Backend, OnnxBackend
from zawiya.bundle import Bundle
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.inputs import Encoder
from zawiya.prediction import label_sentences, score_windows
from zawiya.resources import resource
from zawiya.taxonomy import Taxonomy

from .baseline import TfidfBaseline, majority
from .calibrate import calibrate
from .card import model_card
from .examples import Example, Split, load_split, make_examples
from .export import export_onnx
from .fit import fit, loss_weights
from .model import StanceModel, with_encoder
from .scores import score_sentences
from .settings import ModelSettings, TrainSettings

log = logging.getLogger(__name__)


def train(settings: TrainSettings) -> dict[str, Any]:
    """Train a model, write its folder, and give back the metrics that were written to ``metrics.json``.

    :raises ZawiyaError: when data or encoder cannot be read.
    """
    taxonomy = Taxonomy.load(settings.actors, settings.frames)
    split = load_split(settings.data)
    source = encoder_source(settings.model.encoder)
    encoder = _encoder(source, settings.model)
    finder = ActorFinder(taxonomy.actors)
    frames = taxonomy.frame_ids
    learn = make_examples(split.train, finder=finder, encoder=encoder, frames=frames)
    dev = make_examples(split.dev, finder=finder, encoder=encoder, frames=frames)
    if not learn or not dev:
        raise ZawiyaError(f"expected sentences to learn from and to choose by, found {len(learn)} and {len(dev)}")
    log.info("%d windows to learn from, %d to choose by", len(learn), len(dev))
    # before the heads are made: they start from this seed's random numbers
    set_seed(settings.trainer.seed)
    stance_weights, frame_weights = loss_weights(learn, power=settings.trainer.weight_power)
    model = with_encoder(
        source,
        frames=list(frames),
        dropout=settings.model.dropout,
        attention_heads=settings.model.attention_heads,
        stance_weights=stance_weights,
        frame_weights=frame_weights,
        holder_weight=settings.trainer.holder_weight,
        frame_weight=settings.trainer.frame_weight,
    )
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    # a run resumes only from checkpoints of the same settings on the same examples
    checkpoints = out / "checkpoints" / _key(settings, learn)
    model = fit(model, train=learn, dev=dev, encoder=encoder, settings=settings.trainer, folder=checkpoints)
    metrics = finish(settings, model, split=split, dev=dev, encoder=encoder, source=source)
    shutil.rmtree(out / "checkpoints")
    return metrics


def _key(settings: TrainSettings, learn: Sequence[Example]) -> str:
    """What a run's checkpoints go by: its settings and everything that it learns from."""
    digest = hashlib.sha256(repr(settings).encode())
    for example in learn:
        digest.update(repr((example.window, example.stance, example.frames)).encode())
    return digest.hexdigest()[:16]


def finish(
    settings: TrainSettings,
    model: StanceModel,
    *,
    split: Split,
    dev: Sequence[Example],
    encoder: Encoder,
    source: str,
) -> dict[str, Any]:
    """Calibrate, export and score a trained model, and write everything that makes its folder complete."""
    out = Path(settings.out)
    model.half().save_pretrained(out)
    AutoTokenizer.from_pretrained(source).save_pretrained(out)
    export_onnx(model, out, quantise=settings.quantise == "int8")
    backend = OnnxBackend(out)
    scores = score_windows([example.window for example in dev], backend=backend, encoder=encoder)
    bundle = Bundle(
        name=settings.name,
        frames=tuple(model.config.frames),
        longest=settings.model.longest,
        calibration=calibrate(dev, scores),
    )
    bundle.save(out)
    metrics = {
        "name": settings.name,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "test": _test_scores(split, bundle, backend, encoder),
        "versions": {name: version(name) for name in ("zawiya", "torch", "transformers", "onnxruntime")},
        "python": platform.python_version(),
        "commit": _commit(),
    }
    _write_json(out / "metrics.json", metrics)
    (out / "train.yaml").write_text(yaml.safe_dump(_plain(asdict(settings)), allow_unicode=True), encoding="utf-8")  # type: ignore[call-overload]
    (out / "README.md").write_text(model_card(settings, metrics, bundle), encoding="utf-8")
    return metrics


def encoder_source(name: str) -> str:
    """Where an encoder is loaded from: a folder here, one that comes with zawiya, or a name on the hub."""
    if Path(name).is_dir():
        return name
    if name.startswith("models/"):
        return str(resource(*name.split("/")))
    return name


def _encoder(source: str, settings: ModelSettings) -> Encoder:
    try:
        shape = AutoConfig.from_pretrained(source)
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ZawiyaError(
            f"encoder {source!r}: expected a folder or a name on the model hub, could not load it ({error})"
        ) from error
    if faults := list(_misfits(shape, settings)):
        raise FaultsError(f"encoder {source!r}", faults)
    return Encoder.of(tokenizer.backend_tokenizer, longest=settings.longest)


def _misfits(shape: PretrainedConfig, settings: ModelSettings) -> Iterator[str]:
    """Settings that the encoder cannot take; said before training, not by a shape error in the midst of it."""
    heads, longest = settings.attention_heads, settings.longest
    if shape.hidden_size % heads:
        yield f"`model.attention_heads`: expected a divisor of the encoder's width {shape.hidden_size}, found {heads}"
    limit = getattr(shape, "max_position_embeddings", None)
    if limit and longest > limit:
        yield f"`model.longest`: expected at most {limit}, the word pieces that the encoder reads, found {longest}"


def _test_scores(split: Split, bundle: Bundle, backend: Backend, encoder: Encoder) -> dict[str, Any]:
    """Scores of the model and of its baselines on each test file."""
    if not split.test:
        return {}
    learnt = [s for article in split.train for s in article.sentences if s.role != "furniture"]
    baseline = TfidfBaseline(bundle.frames).fit(learnt)
    scores: dict[str, Any] = {}
    for name, articles in split.test.items():
        gold = [s for article in articles for s in article.sentences if s.role != "furniture"]
        given = {
            "model": label_sentences(gold, bundle=bundle, backend=backend, encoder=encoder, gold=True),
            "tfidf": baseline.label(gold),
            "majority": majority(gold),
        }
        scores[name] = {row: score_sentences(gold, labelled, bundle.frames) for row, labelled in given.items()}
    return scores


def _commit() -> str | None:
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:  # noqa: ANN401 - YAML has no tuples
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list | tuple) else value
