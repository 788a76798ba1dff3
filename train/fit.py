"""Fine-tuning with ``transformers.Trainer``: collator, loss weights, learning rates, the best epoch by dev score.

The loop is the Trainer's: it costs some speed (``benchmarks/training.py``), and resuming, precision and several
processes come with it.
"""

import json
import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import EarlyStoppingCallback, EvalPrediction, Trainer, TrainerCallback, TrainingArguments

from zawiya.errors import ZawiyaError
from zawiya.files import written_whole
from zawiya.inputs import FIXED_HOLDERS, STANCE_LABELS, Encoder, collate

from .arrow import ExampleSet
from .examples import Example
from .f1 import macro_f1, micro_f1
from .model import IGNORED, StanceModel
from .sampling import LengthSampler
from .saving import write_json
from .settings import TrainerSettings


class MaskedExamples(Dataset):
    """Examples whose words are hidden anew in each epoch, by nothing but seed, epoch and place.

    :param encoder: whose mask token stands for what is hidden; of one that has none nothing is hidden.
    :param settings: with the shares of targets and of other words to hide, and the seed.
    """

    def __init__(self, examples: ExampleSet, *, encoder: Encoder, settings: TrainerSettings) -> None:
        self.examples = examples
        tokenizer = encoder.tokenizer
        self._mask_id = tokenizer.token_to_id("[MASK]") or tokenizer.token_to_id("<mask>")
        self._kept = {encoder.cls_id, encoder.sep_id}
        self._blind = encoder.blind
        self._settings = settings
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        example = self.examples[index]
        if self._mask_id is None:
            return example
        window = example.window
        random = np.random.default_rng((self._settings.seed, self.epoch, index))
        hidden = random.random(len(window.ids)) < self._settings.mask_words
        # a blind model's targets are the whole window, whose words are hidden like any others
        for first, last in () if self._blind else window.targets:
            hidden[first:last] = random.random() < self._settings.mask_target
        ids = tuple(
            self._mask_id if hide and piece not in self._kept else piece
            for hide, piece in zip(hidden.tolist(), window.ids, strict=True)
        )
        return replace(example, window=replace(window, ids=ids))


class Collator:
    """Pads examples to one shape."""

    def __init__(self, encoder: Encoder) -> None:
        self._pad_id = encoder.pad_id

    def __call__(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        """Tensors for ``StanceModel.forward``."""
        batch = collate([example.window for example in examples], pad_id=self._pad_id)
        rows, targets = batch.target_mask.shape[:2]
        stance = np.full((rows, targets), IGNORED, dtype=np.int64)
        holder = np.zeros((rows, targets, len(FIXED_HOLDERS) + targets), dtype=np.float32)
        for row, example in enumerate(examples):
            count = len(example.stance)
            stance[row, :count] = example.stance
            holder[row, :count, : len(FIXED_HOLDERS) + count] = example.holder
        return {
            "input_ids": torch.from_numpy(batch.input_ids),
            "attention_mask": torch.from_numpy(batch.attention_mask),
            "target_mask": torch.from_numpy(batch.target_mask),
            "stance_labels": torch.from_numpy(stance),
            "holder_labels": torch.from_numpy(holder),
            "frame_labels": torch.tensor([example.frames for example in examples]),
        }


def loss_weights(examples: Iterable[Example], *, frames: int, power: float) -> tuple[list[float], list[float]]:
    """Weights of the stance labels (mean one over rows) and of each frame where it is present."""
    counts = np.ones(len(STANCE_LABELS))
    present = np.ones(frames)
    seen = 0
    for example in examples:
        seen += 1
        for label in example.stance:
            if label != IGNORED:
                counts[label] += 1
        present += example.frames
    weights = (counts.sum() / counts) ** power
    weights *= counts.sum() / (weights * counts).sum()
    absent = np.maximum(seen - present, 0)
    return weights.round(4).tolist(), np.clip((absent / present) ** power, 1.0, 10.0).round(4).tolist()


def learning_rate(name: str, settings: TrainerSettings, *, layers: int) -> float:
    """The highest learning rate of a parameter, by its name in the model.

    Layers below the last learn slower by ``layer_decay`` each (Howard and Ruder 2018, "Universal Language Model
    Fine-tuning", discriminative fine-tuning).

    :param layers: of the encoder.
    """
    if not name.startswith("encoder."):
        return settings.head_learning_rate
    if found := re.search(r"\.layers?\.(\d+)\.", name):
        return float(settings.learning_rate * settings.layer_decay ** (layers - 1 - int(found[1])))
    if ".embedding" in name and settings.embedding_learning_rate is not None:
        return settings.embedding_learning_rate
    return float(settings.learning_rate * settings.layer_decay**layers)


class _StanceTrainer(Trainer):
    """The Trainer with batches of like length and learning rates by part of the model."""

    rates: TrainerSettings

    def _get_train_sampler(self, train_dataset: MaskedExamples | None = None) -> LengthSampler:
        masked = train_dataset or self.train_dataset
        return LengthSampler(
            masked.examples.lengths,
            masked.examples.weights,
            batch_size=self.args.train_batch_size,
            seed=self.args.seed,
        )

    def create_optimizer(self, *arguments: Any, **options: Any) -> torch.optim.Optimizer:  # noqa: ANN401, ARG002
        if getattr(self, "optimizer", None) is None:
            layers = getattr(self.model.config, "encoder", {}).get("num_hidden_layers", 12)
            groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
            for name, parameter in self.model.named_parameters():
                # biases and gains have no direction for decay to shrink
                decay = self.args.weight_decay if parameter.ndim > 1 else 0.0
                groups.setdefault((learning_rate(name, self.rates, layers=layers), decay), []).append(parameter)
            self.optimizer = torch.optim.AdamW(
                [{"params": held, "lr": rate, "weight_decay": decay} for (rate, decay), held in groups.items()],
            )
        return self.optimizer


class _Epochs(TrainerCallback):
    """Tells the hidden words which epoch it is."""

    def __init__(self, masked: MaskedExamples) -> None:
        self._masked = masked

    def on_epoch_begin(self, arguments: Any, state: Any, control: Any, **rest: Any) -> None:  # noqa: ANN401, ARG002
        # the epoch is a fraction where a run resumes in the midst of one
        self._masked.epoch = int(state.epoch or 0)


class _Clock(TrainerCallback):
    """Keeps beside the checkpoints how long it took to come to them, for a run that goes on from one.

    :param earlier: seconds that the run took before it was interrupted.
    """

    def __init__(self, folder: Path, *, resumes: bool) -> None:
        self._path = folder / "seconds.json"
        self._started = time.monotonic()
        known = resumes and self._path.is_file()
        self.earlier = float(json.loads(self._path.read_text(encoding="utf-8"))["seconds"]) if known else 0.0

    def on_save(self, arguments: Any, state: Any, control: Any, **rest: Any) -> None:  # noqa: ANN401, ARG002
        if state.is_world_process_zero:
            with written_whole(self._path) as unfinished:
                write_json(unfinished, {"seconds": round(self.earlier + time.monotonic() - self._started, 1)})


def dev_scores(prediction: EvalPrediction) -> dict[str, float]:
    """Stance and frame scores on the dev examples, uncalibrated; ``score`` is the mean of those that there is a way to ask.

    The stance is asked where a row has one; a dev set without rows, or a model without frames, is judged by the other.
    """
    stance_logits, frame_logits = prediction.predictions[:2]
    stance_labels, frame_labels = prediction.label_ids
    asked = (stance_labels != IGNORED) & (stance_labels < 3)
    stance = macro_f1(stance_labels[asked], stance_logits[asked][:, :3].argmax(-1), labels=(0, 1, 2))
    given = frame_logits > 0
    frames = micro_f1(frame_labels, given)
    each = [micro_f1(frame_labels[:, [n]], given[:, [n]]) for n in range(frame_labels.shape[1])]
    known = [*([stance] if asked.any() else []), *([frames] if each else [])]
    return {
        "stance_macro_f1": stance,
        "frame_micro_f1": frames,
        "frame_macro_f1": float(np.mean(each)) if each else 0.0,
        "score": float(np.mean(known)) if known else 0.0,
    }


def precision(asked: str) -> str:
    """What to compute in: what is asked for, or the best that the device has; the master weights are float32.

    :raises ZawiyaError: when the device cannot do what is asked.
    """
    cuda = torch.cuda.is_available()
    if asked == "auto":
        return ("bf16" if torch.cuda.is_bf16_supported() else "fp16") if cuda else "fp32"
    if asked == "fp16" and not cuda:
        raise ZawiyaError("`trainer.precision`: fp16 needs a GPU, and there is none here; write auto or fp32")
    return asked


def training_arguments(settings: TrainerSettings, folder: Path) -> TrainingArguments:
    """The Trainer's arguments for these settings."""
    chosen = precision(settings.precision)
    # named only where asked for: it goes by another name from version 6 on
    saved_memory: dict[str, Any] = {}
    if settings.checkpointing:
        saved_memory = {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}}
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=64,
        gradient_accumulation_steps=settings.accumulation,
        **saved_memory,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup,
        bf16=chosen == "bf16",
        fp16=chosen == "fp16",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=settings.metric,
        greater_is_better=settings.metric != "loss",
        label_names=["stance_labels", "frame_labels"],
        remove_unused_columns=False,
        logging_steps=50,
        seed=settings.seed,
        report_to=list(settings.report_to),
        # a batch without a held stance leaves the holder head out
        ddp_find_unused_parameters=True,
        # named outside a launcher it makes the Trainer look for other processes
        ddp_backend="gloo" if "WORLD_SIZE" in os.environ and not torch.cuda.is_available() else None,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
    )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fine-tuned model and how it came about.

    :param score: the best dev score, on the setting's metric.
    :param epochs: that were trained.
    :param earlier: seconds up to the checkpoint that it was resumed from.
    """

    model: StanceModel
    score: float
    epochs: float
    earlier: float = 0.0


def fit(
    model: StanceModel,
    *,
    train: ExampleSet,
    dev: ExampleSet,
    encoder: Encoder,
    settings: TrainerSettings,
    folder: Path,
    callbacks: Sequence[TrainerCallback] = (),
) -> Fitted:
    """Fine-tune a model and give back the epoch that scores best on dev.

    :param folder: for checkpoints, which a killed run resumes from.
    :param callbacks: more of them, told of every step and score.
    """
    masked = MaskedExamples(train, encoder=encoder, settings=settings)
    checkpoint = _last_checkpoint(folder)
    clock = _Clock(folder, resumes=checkpoint is not None)
    trainer = _StanceTrainer(
        model=model,
        args=training_arguments(settings, folder),
        train_dataset=masked,
        eval_dataset=dev,
        data_collator=Collator(encoder),
        compute_metrics=dev_scores,
        # holders point to targets, so their logits have no one width to be gathered in
        preprocess_logits_for_metrics=lambda logits, _: (logits[0], logits[2]),
        callbacks=[
            _Epochs(masked),
            clock,
            *([EarlyStoppingCallback(settings.patience)] if settings.patience else []),
            *callbacks,
        ],
    )
    trainer.rates = settings
    trainer.train(resume_from_checkpoint=checkpoint)
    state = trainer.state
    return Fitted(model, float(state.best_metric or 0.0), float(state.epoch or 0.0), clock.earlier)


def _last_checkpoint(folder: Path) -> str | None:
    """The newest checkpoint that was written whole."""
    found = [path for path in folder.glob("checkpoint-*") if (path / "trainer_state.json").is_file()]
    return str(max(found, key=lambda path: int(path.name.rpartition("-")[2]))) if found else None
