"""One training run from its settings to a model folder: prepare, learn, calibrate, export, score, describe."""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast, TrainerCallback, set_seed

from zawiya.backends import OnnxBackend
from zawiya.bundle import Bundle
from zawiya.files import held
from zawiya.inputs import Batch, Encoder, batches, collate
from zawiya.integrity import write_hashes
from zawiya.linear import LinearModel
from zawiya.prediction import BATCH_TOKENS, EncoderJudge, Judge, score_windows
from zawiya.records import Sentence
from zawiya.taxonomy import Taxonomy

from .arrow import Counts, ExampleSet, example_set
from .baseline import fit_linear, fit_majority
from .calibrate import calibrate
from .card import model_card
from .encoders import encoder_source, load_tokenizer, load_weights, save_weights, trained_folder
from .export import export_onnx
from .fit import Fitted, fit, loss_weights, precision
from .model import StanceModel, load_trained, take_heads, with_encoder
from .parity import INT8_MARGIN, PLAIN_MARGIN, Parity, check, compare
from .provenance import provenance
from .quantise import quantise
from .sampling import LengthSampler, padded_share
from .saving import save_settings, write_json
from .scores import table
from .settings import TrainSettings
from .sources import Split, check_labels, content, load_split
from .torch_backend import TorchBackend

log = logging.getLogger(__name__)

#: Windows that the ranges of eight-bit activations are measured on.
SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a run needs before it learns.

    :param learnt: what there is to learn from.
    :param chosen_by: what the epoch is chosen by.
    :param notes: what will hardly be learnt, in plain words.
    """

    taxonomy: Taxonomy
    split: Split
    source: str
    tokenizer: PreTrainedTokenizerFast
    encoder: Encoder
    learn: ExampleSet
    dev: ExampleSet
    learnt: Counts
    chosen_by: Counts
    notes: tuple[str, ...]


def train(settings: TrainSettings, split: Split | None = None) -> dict[str, Any]:
    """Train a model, write its folder, and give back the metrics that were written to ``metrics.json``.

    :param split: articles to use in the place of those that the settings name.
    :raises ZawiyaError: when data or encoder cannot be read, or the exported model differs from the trained one.
    """
    split = split or load_split(settings.data)
    if settings.model.kind == "tfidf":
        return _train_linear(settings, split)
    started = time.monotonic()
    ready = prepare(settings, split)
    for line in summary(settings, ready):
        log.info("%s", line)
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    # a run resumes only from checkpoints of the same settings on the same examples
    checkpoints = out / "checkpoints" / _key(settings, ready)
    with held(out / "checkpoints") if leads() else nullcontext():
        fitted = learn(settings, ready, checkpoints)
        if not leads():
            return {}
        seconds = fitted.earlier + time.monotonic() - started
        metrics = finish(settings, fitted, ready, seconds=seconds)
        if (logged := checkpoints / "runs").is_dir():
            # what TensorBoard shows outlasts the checkpoints that it was written beside
            shutil.copytree(logged, out / "runs", dirs_exist_ok=True)
    shutil.rmtree(out / "checkpoints")
    return metrics


def leads() -> bool:
    """Whether this process writes what several of a run have learnt together."""
    return os.environ.get("RANK", "0") == "0"


def prepare(settings: TrainSettings, split: Split) -> Prepared:
    """Check the data's labels and the device, load the tokenizer, and make the examples."""
    precision(settings.trainer.precision)
    taxonomy = Taxonomy.load(settings.actors, settings.frames)
    notes = check_labels(split, taxonomy)
    source = encoder_source(settings.model.encoder)
    tokenizer, encoder = load_tokenizer(
        source,
        longest=settings.model.longest,
        attention_heads=settings.model.attention_heads,
        blind=settings.model.blind,
    )
    learn = example_set(split.train, taxonomy=taxonomy, encoder=encoder, weights=split.weights)
    dev = example_set(split.dev, taxonomy=taxonomy, encoder=encoder)
    learnt, chosen_by = (examples.counts(taxonomy.frame_ids) for examples in (learn, dev))
    return Prepared(taxonomy, split, source, tokenizer, encoder, learn, dev, learnt, chosen_by, notes)


def build(settings: TrainSettings, ready: Prepared) -> StanceModel:
    """A model to learn: fresh heads over an encoder, or what an earlier training made; the same for the same seed."""
    frames = list(ready.taxonomy.frame_ids)
    weights = loss_weights(ready.learn, frames=len(frames), power=settings.trainer.weight_power)
    folder = trained_folder(ready.source)
    trained = load_trained(folder) if folder else None
    encoder = trained.encoder if trained else load_weights(ready.source, weights=settings.model.weights)
    # before the heads are made: they start from this seed's random numbers
    set_seed(settings.trainer.seed)
    model = with_encoder(
        encoder,
        frames=frames,
        dropout=settings.model.dropout,
        attention_heads=settings.model.attention_heads,
        stance_weights=weights[0],
        frame_weights=weights[1],
        holder_weight=settings.trainer.holder_weight,
        frame_weight=settings.trainer.frame_weight,
        focal_gamma=settings.trainer.focal_gamma,
    )
    if trained:
        take_heads(model, trained)
    return model


def learn(settings: TrainSettings, ready: Prepared, folder: Path, callbacks: Sequence[TrainerCallback] = ()) -> Fitted:
    """Fine-tune, going on from the checkpoints of the folder where there are any."""
    return fit(
        build(settings, ready),
        train=ready.learn,
        dev=ready.dev,
        encoder=ready.encoder,
        settings=settings.trainer,
        folder=folder,
        callbacks=callbacks,
    )


def padding(settings: TrainSettings, ready: Prepared) -> float:
    """The share of padding in the first epoch's batches."""
    batch_size = settings.trainer.batch_size
    sampler = LengthSampler(ready.learn.lengths, ready.learn.weights, batch_size=batch_size, seed=settings.trainer.seed)
    return padded_share(list(sampler), ready.learn.lengths, batch_size=batch_size)


def summary(settings: TrainSettings, ready: Prepared) -> list[str]:
    """What is going to be learnt, in plain words: sizes, labels, what is split or cut, what is rare."""
    lines = []
    for part, counts in (("train", ready.learnt), ("dev", ready.chosen_by)):
        lines += [
            f"{part}: {counts.sentences} sentences in {counts.windows} windows of up to {counts.longest} pieces, "
            f"{counts.targets} targets",
            f"{part}: {counts.sentences_split} sentences read in several windows, {counts.targets_clipped} targets cut",
            f"{part}: stance {_written(counts.stance)}",
            f"{part}: frames {_written(counts.frames)}",
        ]
    if ready.split.left_out:
        lines.append(f"train: {ready.split.left_out} articles left out, which name an actor held out")
    return [*lines, f"padding: {padding(settings, ready):.1%} of the pieces in a batch", *ready.notes]


def _written(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _key(settings: TrainSettings, ready: Prepared) -> str:
    """What a run's checkpoints go by: its settings and everything that it learns from."""
    return sha256(f"{settings!r} {ready.learn.key} {ready.dev.key}".encode()).hexdigest()[:16]


def finish(settings: TrainSettings, fitted: Fitted, ready: Prepared, *, seconds: float) -> dict[str, Any]:
    """Calibrate, export and score a trained model, and write everything that makes its folder complete."""
    out = Path(settings.out)
    model = fitted.model.cpu()
    save_weights(model.half(), out)
    ready.tokenizer.save_pretrained(out)
    bundle, parity = _export(settings, model.float(), ready, out)
    bundle.save(out)
    judge = EncoderJudge(bundle, ready.encoder, OnnxBackend(out))
    metrics = {
        "name": settings.name,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "seconds": round(seconds),
        "epochs": fitted.epochs,
        "dev": {settings.trainer.metric: round(fitted.score, 4)},
        "learnt": asdict(ready.learnt),
        "chosen_by": asdict(ready.chosen_by),
        "padding": round(padding(settings, ready), 4),
        "notes": list(ready.notes),
        "parity": {name: asdict(found) for name, found in parity.items()},
        "test": _test_scores(ready.split, judge),
    }
    return _describe(settings, metrics, bundle)


def _export(
    settings: TrainSettings, model: StanceModel, ready: Prepared, out: Path
) -> tuple[Bundle, dict[str, Parity]]:
    """Write ``model.onnx``, calibrated on what it says and held against what the trained model says."""
    dev = list(ready.dev)
    windows = [example.window for example in dev]
    reference = score_windows(windows, backend=TorchBackend(model), encoder=ready.encoder)
    parity = {}
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        plain = Path(scratch)
        export_onnx(model, plain)
        scores = score_windows(windows, backend=OnnxBackend(plain), encoder=ready.encoder)
        calibration = calibrate(dev, scores)
        parity["float32"] = compare(reference, scores, calibration, margin=PLAIN_MARGIN)
        if settings.quantise == "int8":
            quantise(plain, out, sample(ready))
            scores = score_windows(windows, backend=OnnxBackend(out), encoder=ready.encoder)
            calibration = calibrate(dev, scores)
            parity["int8"] = compare(reference, scores, calibration, margin=INT8_MARGIN)
        else:
            shutil.copy(plain / "model.onnx", out / "model.onnx")
    for name, found in parity.items():
        log.info(
            "%s ONNX: %d of %d labels on dev differ from the trained model's, the surest by %.4f (allowed %.3f)",
            *(name, found.different, found.decisions, found.widest, found.margin),
        )
        check(found, what=f"{name} ONNX")
    bundle = Bundle(
        name=settings.name,
        frames=tuple(model.config.frames),
        longest=settings.model.longest,
        calibration=calibration,
        blind=settings.model.blind,
    )
    return bundle, parity


def sample(ready: Prepared) -> list[Batch]:
    """Windows from all over the training data, in batches as inference makes them."""
    step = max(1, len(ready.learn) // SAMPLE)
    windows = [ready.learn[place].window for place in range(0, len(ready.learn), step)]
    return [
        collate([windows[place] for place in places], pad_id=ready.encoder.pad_id)
        for places in batches(windows, tokens=BATCH_TOKENS)
    ]


def _train_linear(settings: TrainSettings, split: Split) -> dict[str, Any]:
    """The baseline, from the same files to the same kind of folder."""
    started = time.monotonic()
    taxonomy = Taxonomy.load(settings.actors, settings.frames)
    notes = check_labels(split, taxonomy)
    model = _baseline(split, taxonomy.frame_ids, name=settings.name)
    out = Path(settings.out)
    out.mkdir(parents=True, exist_ok=True)
    model.save(out)
    dev = content(split.dev)
    scored = table(dev, model.label(dev, gold=True), model.frames)["scores"]
    asked = [scored[name] for name in ("stance.macro_f1", "frames.micro_f1") if scored[name] is not None]
    score = sum(asked) / max(len(asked), 1)
    metrics = {
        "name": settings.name,
        "parameters": sum(part.weights.size for part in (model.stance, model.holder, model.frame)),
        "seconds": round(time.monotonic() - started),
        "dev": {"score": round(score, 4)},
        "notes": list(notes),
        "test": _test_scores(split, model),
    }
    return _describe(settings, metrics, Bundle.load(out))


def _baseline(split: Split, frames: Sequence[str], *, name: str) -> LinearModel:
    return fit_linear(content(split.train), frames, name=name)


def _test_scores(split: Split, judge: Judge) -> dict[str, Any]:
    """Scores of the model and of its baselines on each test file."""
    if not split.test:
        return {}
    linear = judge if isinstance(judge, LinearModel) else _baseline(split, judge.frames, name="tfidf")
    commonest = fit_majority(content(split.train), judge.frames)
    scores: dict[str, Any] = {}
    for name, articles in split.test.items():
        gold = content(articles)
        given: dict[str, list[Sentence]] = {
            "model": judge.label(gold, gold=True),
            "tfidf": linear.label(gold, gold=True),
            "majority": commonest.label(gold, gold=True),
        }
        scores[name] = {row: table(gold, labelled, judge.frames) for row, labelled in given.items()}
    return scores


def _describe(settings: TrainSettings, metrics: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    """Write metrics, resolved settings and card, and last of all the hashes that make the folder a whole one."""
    out = Path(settings.out)
    data = settings.data
    files = [*(source.path for source in data.train), *data.dev, *data.test]
    files += [path for path in (data.held_out, data.events, settings.actors, settings.frames) if path]
    metrics |= provenance(files) | {"seed": settings.trainer.seed}
    write_json(out / "metrics.json", metrics)
    save_settings(settings, out / "train.yaml")
    (out / "README.md").write_text(model_card(settings, metrics, bundle), encoding="utf-8")
    write_hashes(out)
    return metrics
