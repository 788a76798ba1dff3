"""Fine-tuning with ``transformers.Trainer``: collator, loss weights, learning rates, the best epoch by dev score."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import EvalPrediction, Trainer, TrainingArguments
from transformers.trainer_pt_utils import LengthGroupedSampler

from zawiya.inputs import FIXED_HOLDERS, STANCE_LABELS, Encoder, collate

from .examples import Example
from .model import IGNORED, StanceModel
from .scores import macro_f1, micro_f1
from .settings import TrainerSettings


class ExampleList(Dataset):
    """Examples as a torch data set."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


class MaskedExamples(ExampleList):
    """Examples whose words are hidden anew each time they are drawn, with torch's own random state.

    :param mask_target: share of targets whose pieces are replaced by the mask token.
    :param mask_words: share of all other pieces replaced.
    """

    def __init__(self, examples: Sequence[Example], *, encoder: Encoder, mask_target: float, mask_words: float) -> None:
        super().__init__(examples)
        tokenizer = encoder.tokenizer
        self._mask_id = tokenizer.token_to_id("[MASK]") or tokenizer.token_to_id("<mask>")
        self._mask_target = mask_target
        self._mask_words = mask_words

    def __getitem__(self, index: int) -> Example:
        example = self.examples[index]
        if self._mask_id is None:
            return example
        window = example.window
        hidden = (torch.rand(len(window.ids)) < self._mask_words).tolist()
        hidden[0] = hidden[-1] = False
        for (first, last), draw in zip(window.targets, torch.rand(len(window.targets)).tolist(), strict=True):
            hidden[first:last] = [draw < self._mask_target] * (last - first)
        ids = tuple(self._mask_id if hide else piece for hide, piece in zip(hidden, window.ids, strict=True))
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


def loss_weights(examples: Sequence[Example], *, power: float) -> tuple[list[float], list[float]]:
    """Weights of the stance labels (mean one over rows) and of each frame where it is present."""
    counts = np.ones(len(STANCE_LABELS))
    frames = np.ones(len(examples[0].frames))
    for example in examples:
        for label in example.stance:
            if label != IGNORED:
                counts[label] += 1
        frames += example.frames
    weights = (counts.sum() / counts) ** power
    weights *= counts.sum() / (weights * counts).sum()
    absent = len(examples) - frames
    return weights.round(4).tolist(), np.clip((absent / frames) ** power, 1.0, 10.0).round(4).tolist()


def learning_rate(name: str, settings: TrainerSettings) -> float:
    """The highest learning rate of a parameter, by its name in the model."""
    if not name.startswith("encoder."):
        return settings.head_learning_rate
    return settings.embedding_learning_rate if name.startswith("encoder.embeddings.") else settings.learning_rate


class _StanceTrainer(Trainer):
    """The Trainer with batches of like length and learning rates by part of the model."""

    rates: TrainerSettings

    def _get_train_sampler(self, train_dataset: ExampleList | None = None) -> LengthGroupedSampler:
        lengths = [len(example.window.ids) for example in (train_dataset or self.train_dataset).examples]
        return LengthGroupedSampler(self.args.train_batch_size, lengths=lengths)

    def create_optimizer(self, *arguments: Any, **options: Any) -> torch.optim.Optimizer:  # noqa: ANN401, ARG002
        if getattr(self, "optimizer", None) is None:
            groups: dict[float, list[torch.nn.Parameter]] = {}
            for name, parameter in self.model.named_parameters():
                groups.setdefault(learning_rate(name, self.rates), []).append(parameter)
            self.optimizer = torch.optim.AdamW(
                [{"params": parameters, "lr": rate} for rate, parameters in groups.items()],
                weight_decay=self.args.weight_decay,
            )
        return self.optimizer


def dev_score(prediction: EvalPrediction) -> dict[str, float]:
    """Stance macro-F1 and frame micro-F1 on the dev examples, uncalibrated; their mean chooses the epoch."""
    stance_logits, frame_logits = prediction.predictions
    stance_labels, frame_labels = prediction.label_ids
    asked = (stance_labels != IGNORED) & (stance_labels < 3)
    stance = macro_f1(stance_labels[asked], stance_logits[asked][:, :3].argmax(-1), labels=(0, 1, 2))
    frames = micro_f1(frame_labels, frame_logits > 0)
    return {"stance_macro_f1": stance, "frame_micro_f1": frames, "score": (stance + frames) / 2}


def fit(
    model: StanceModel,
    *,
    train: Sequence[Example],
    dev: Sequence[Example],
    encoder: Encoder,
    settings: TrainerSettings,
    folder: Path,
) -> StanceModel:
    """Fine-tune a model and give back the epoch that scores best on dev.

    :param folder: for checkpoints, which a killed run resumes from.
    """
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="score",
        label_names=["stance_labels", "frame_labels"],
        remove_unused_columns=False,
        logging_steps=50,
        seed=settings.seed,
        report_to=[],
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    masked = MaskedExamples(train, encoder=encoder, mask_target=settings.mask_target, mask_words=settings.mask_words)
    trainer = _StanceTrainer(
        model=model,
        args=arguments,
        train_dataset=masked,
        eval_dataset=ExampleList(dev),
        data_collator=Collator(encoder),
        compute_metrics=dev_score,
        # holders point to targets, so their logits have no one width to be gathered in
        preprocess_logits_for_metrics=lambda logits, _: (logits[0], logits[2]),
    )
    trainer.rates = settings
    trainer.train(resume_from_checkpoint=_last_checkpoint(folder))
    return model


def _last_checkpoint(folder: Path) -> str | None:
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    return str(found[-1]) if found else None
