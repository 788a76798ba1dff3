"""The loop that pre-trains: steps in a fixed order, checkpoints to go on from, a line of loss and speed now and then.

Plain PyTorch in the place of the Trainer: shapes never change, so that a model is compiled once, and a step follows
from its number.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from zawiya.files import written_whole

from .objectives import MaskedObjective, ReplacedObjective, hidden_places
from .pieces import Pieces
from .settings import LearningSettings

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"
#: Stretches of the held-out text that are judged.
HELD_OUT = 512


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run reads, and how it is told.

    :param learnt: pieces to learn from.
    :param held_out: pieces that are never learnt from.
    :param continues: for each piece whether it goes on with a word.
    :param begins: the piece that stands first whenever the encoder is used, [CLS], and so in each stretch.
    """

    learnt: Pieces
    held_out: Pieces
    continues: NDArray[np.bool_]
    begins: int

    def stretches(self, taken: NDArray[np.uint16], device: torch.device) -> Tensor:
        """Stretches as a model reads them: [rows, pieces]."""
        ids = torch.from_numpy(taken.astype(np.int64)).to(device, non_blocking=True)
        ids[:, 0] = self.begins
        return ids


def learn(
    model: MaskedObjective | ReplacedObjective,
    reading: Reading,
    settings: LearningSettings,
    *,
    folder: Path,
    seed: int,
    stop: Callable[[int], bool] | None = None,
) -> dict[str, Any]:
    """Pre-train a model in place, going on from the checkpoint of a folder where there is one.

    :param folder: of the checkpoint and of ``log.jsonl``, a line each ``report_every`` steps.
    :param stop: asked after each step, whether to leave off before the end; a checkpoint is kept then.
    :return: what was measured at the end: held-out loss and perplexity, pieces read, seconds.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    optimizer = _optimizer(model, settings, fused=device.type == "cuda")
    run = _Run(model, optimizer, settings, device, seed)
    first = run.resume(folder / CHECKPOINT)
    batches = _batches(reading.learnt, settings, seed=seed, skip=first)
    continues = torch.from_numpy(reading.continues).to(device)
    steps = torch.compile(model) if settings.compile and device.type == "cuda" else model
    began, seen = time.monotonic(), 0
    for step in range(first, settings.steps):
        losses: dict[str, Tensor] = {}
        for part in range(settings.accumulation):
            ids = reading.stretches(next(batches), device)
            number = step * settings.accumulation + part
            losses = run.losses(steps, ids, continues, number)
            (losses["loss"] / settings.accumulation).backward()  # type: ignore[no-untyped-call]
            seen += ids.numel()
        rate = run.step(step)
        if (step + 1) % settings.report_every == 0 or step + 1 == settings.steps:
            seconds = time.monotonic() - began
            # read here alone: to ask a GPU for a number is to wait for it
            line = {name: round(float(value.detach()), 4) for name, value in losses.items()}
            _report(folder, step + 1, settings, {**line, "rate": rate, "pieces_per_second": round(seen / seconds)})
        leaving = stop is not None and stop(step + 1)
        if (step + 1) % settings.save_every == 0 or step + 1 == settings.steps or leaving:
            run.save(folder / CHECKPOINT, step + 1)
        if leaving:
            break
    return run.judge(reading, continues) | {
        "pieces": settings.steps * settings.accumulation * settings.batch_size * settings.length,
        "seconds": round(time.monotonic() - began),
    }


def _batches(pieces: Pieces, settings: LearningSettings, *, seed: int, skip: int) -> Iterator[NDArray[np.uint16]]:
    """Batches in their order, those of the first steps passed over without reading them."""
    size = settings.batch_size
    passed = skip * settings.accumulation * size
    held = np.zeros((0, 2), dtype=np.int64)
    for order in pieces.epochs(seed=seed):
        if passed >= len(order):
            passed -= len(order)
            continue
        held = np.concatenate([held, order[passed:]])
        passed = 0
        while len(held) >= size:
            yield pieces.take(held[:size])
            held = held[size:]


def _optimizer(model: torch.nn.Module, settings: LearningSettings, *, fused: bool) -> torch.optim.Optimizer:
    """AdamW; biases, gains and embeddings do not decay."""
    groups: dict[bool, list[torch.nn.Parameter]] = {True: [], False: []}
    for name, weights in model.named_parameters():
        groups[weights.ndim > 1 and "embeddings" not in name].append(weights)
    return torch.optim.AdamW(
        [
            {"params": groups[True], "weight_decay": settings.weight_decay},
            {"params": groups[False], "weight_decay": 0.0},
        ],
        lr=settings.learning_rate,
        betas=(0.9, 0.98),
        eps=1e-6,
        fused=fused,
    )


def rate_at(step: int, settings: LearningSettings) -> float:
    """The learning rate of a step: rising, then falling to zero as a cosine does."""
    rising = max(1, round(settings.warmup * settings.steps))
    if step < rising:
        return settings.learning_rate * (step + 1) / rising
    gone = (step - rising) / max(1, settings.steps - rising)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * gone))


class _Run:
    """A model with what it takes to make a step of it."""

    def __init__(
        self,
        model: MaskedObjective | ReplacedObjective,
        optimizer: torch.optim.Optimizer,
        settings: LearningSettings,
        device: torch.device,
        seed: int,
    ) -> None:
        self.model, self.optimizer, self.settings, self.device, self.seed = model, optimizer, settings, device, seed
        precision = settings.precision
        if precision == "auto":
            precision = "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
        self._type = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]

    def losses(
        self, model: Callable[..., dict[str, Tensor]], ids: Tensor, continues: Tensor, number: int
    ) -> dict[str, Tensor]:
        """Losses of a batch, whose every draw follows from the run's seed and its number."""
        torch.manual_seed((self.seed * 1_000_003 + number) % 2**63)
        places = hidden_places(ids, continues, share=self.settings.hidden_share)
        with torch.autocast(self.device.type, dtype=self._type) if self._type else nullcontext():
            return model(ids, places)

    def step(self, step: int) -> float:
        rate = rate_at(step, self.settings)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return rate

    def save(self, path: Path, step: int) -> None:
        held = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": step}
        with written_whole(path) as unfinished:
            torch.save(held, unfinished)

    def resume(self, path: Path) -> int:
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            return 0
        held: Mapping[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(held["model"])
        self.optimizer.load_state_dict(held["optimizer"])
        log.info("going on from step %d", held["step"])
        return int(held["step"])

    @torch.no_grad()
    def judge(self, reading: Reading, continues: Tensor) -> dict[str, float]:
        """Losses on the held-out text, with the same pieces hidden each time."""
        self.model.eval()
        order = reading.held_out.order(0, seed=0)[:HELD_OUT]
        sums: dict[str, float] = {}
        size = self.settings.batch_size
        parts = [order[first : first + size] for first in range(0, len(order), size)]
        for number, part in enumerate(parts):
            ids = reading.stretches(reading.held_out.take(part), self.device)
            for name, value in self.losses(self.model, ids, continues, -1 - number).items():
                sums[name] = sums.get(name, 0.0) + float(value) * len(part) / len(order)
        self.model.train()
        found = {f"held_out_{name}": round(value, 4) for name, value in sums.items()}
        if "guessed" in sums:
            found["held_out_perplexity"] = round(math.exp(min(sums["guessed"], 50.0)), 2)
        return found


def _report(folder: Path, step: int, settings: LearningSettings, line: dict[str, float]) -> None:
    log.info(
        "step %d of %d: %s", step, settings.steps, ", ".join(f"{name} {value:.6g}" for name, value in line.items())
    )
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"step": step, **line}) + "\n")
