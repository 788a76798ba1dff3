"""What the Trainer costs: windows a second of the real loop beside a bare PyTorch loop that does the same work.

    python benchmarks/training.py [configs/train/default.yaml] [--steps 60] [--set trainer.batch_size=16]

The real loop is the one that `zawiya train` runs, without scoring on dev and without checkpoints. The bare one starts
from the same weights and sees the same batches with the same words hidden, under the same AdamW, schedule, clipping and
random numbers, so that both end with the same weights: how far these are apart is printed. They take turns in short
blocks within one process, so that what else the machine does slows both; the first block of each is not timed. Where
other work keeps the cores busy, OMP_NUM_THREADS=1 keeps threads from waiting on each other, which slows all tenfold.

Beside it stands the share of padding in an epoch's batches, of like length and in a random order.
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import torch
import transformers
from torch.utils.data import DataLoader
from transformers import TrainerCallback, get_linear_schedule_with_warmup
from transformers.utils.logging import disable_progress_bar

from zawiya import config
from zawiya.errors import ZawiyaError
from zawiya.train.fit import Collator, MaskedExamples, precision
from zawiya.train.run import Prepared, build, learn, padding, prepare
from zawiya.train.sampling import LengthSampler, padded_share
from zawiya.train.settings import TrainSettings
from zawiya.train.sources import load_split

ROOT = Path(__file__).resolve().parent.parent
#: Steps of one loop before it is the other's turn.
BLOCK = 5
#: What is hoped for: the Trainer's speed as a share of the bare loop's, and padding among the pieces of a batch.
LEAST_RATIO, MOST_PADDING = 0.9, 0.1
#: The Trainer's own default, which the settings leave as it is.
MAX_GRAD_NORM = 1.0

Batch = dict[str, torch.Tensor]
Groups = Sequence[tuple[list[str], float, float]]
RandomState = tuple[torch.Tensor, torch.Tensor | None]


@dataclass(frozen=True, slots=True)
class Block:
    """The same steps taken by both loops, in seconds."""

    windows: int
    pieces: int
    trainer: float
    bare: float


def drawing(settings: TrainSettings, ready: Prepared) -> LengthSampler:
    """The order in which both loops see the examples."""
    trainer = settings.trainer
    return LengthSampler(ready.learn.lengths, ready.learn.weights, batch_size=trainer.batch_size, seed=trainer.seed)


class BareLoop:
    """Training as one would write it by hand.

    :param groups: the optimiser's groups as names of parameters, with the highest learning rate and the decay of each.
    """

    def __init__(
        self, settings: TrainSettings, ready: Prepared, groups: Groups, *, warmup: int, steps: int, device: torch.device
    ) -> None:
        self.model = build(settings, ready).to(device).train()
        if settings.trainer.checkpointing:
            self.model.gradient_checkpointing_enable({"use_reentrant": False})
        parameters = dict(self.model.named_parameters())
        self._optimizer = torch.optim.AdamW(
            [{"params": [parameters[n] for n in names], "lr": lr, "weight_decay": wd} for names, lr, wd in groups]
        )
        self._schedule = get_linear_schedule_with_warmup(self._optimizer, warmup, steps)
        self._device = device
        chosen = precision(settings.trainer.precision)
        self._half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(chosen)
        self._scaler = torch.amp.GradScaler(device.type, enabled=chosen == "fp16")
        self._batches = self._load(settings, ready)
        self.loss = torch.zeros((), device=device)

    @staticmethod
    def _load(settings: TrainSettings, ready: Prepared) -> Iterator[list[Batch]]:
        """The batches of each step without end."""
        trainer = settings.trainer
        masked = MaskedExamples(ready.learn, encoder=ready.encoder, settings=trainer)
        sampler = drawing(settings, ready)
        loader = DataLoader(
            masked,
            batch_size=trainer.batch_size,
            sampler=sampler,
            collate_fn=Collator(ready.encoder),
            pin_memory=torch.cuda.is_available(),
        )
        for epoch in count():
            sampler.set_epoch(epoch)
            masked.epoch = epoch
            batches = iter(loader)
            while held := [batch for _, batch in zip(range(trainer.accumulation), batches, strict=False)]:
                yield held

    def step(self, random: RandomState) -> list[Batch]:
        """Learn from the batches of one step, and give them back to be counted.

        :param random: the state of the Trainer's random numbers when it had fetched the same batches.
        """
        batches = next(self._batches)
        _set_random_state(random)
        for batch in batches:
            on_device = {name: value.to(self._device, non_blocking=True) for name, value in batch.items()}
            with torch.autocast(self._device.type, dtype=self._half, enabled=self._half is not None):
                loss = self.model(**on_device).loss / len(batches)
            self._scaler.scale(loss).backward()
            self.loss += loss.detach()
        self._scaler.unscale_(self._optimizer)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), MAX_GRAD_NORM)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._schedule.step()
        self.model.zero_grad()
        return batches


class TakeTurns(TrainerCallback):
    """Stops the Trainer's clock after each block of steps, and times the bare loop on the same ones.

    :param steps: that are timed, after one block that is not.
    """

    def __init__(self, settings: TrainSettings, ready: Prepared, *, steps: int) -> None:
        self._settings, self._ready = settings, ready
        self._last = BLOCK + steps
        self._random: list[RandomState] = []
        self._mark = 0.0
        self.blocks: list[Block] = []
        self.bare: BareLoop

    def on_train_begin(self, arguments: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ANN401, ARG002
        """The bare loop's optimiser gets the Trainer's groups."""
        names = {parameter: name for name, parameter in given["model"].named_parameters()}
        groups = [
            ([names[held] for held in group["params"]], group["initial_lr"], group["weight_decay"])
            for group in given["optimizer"].param_groups
        ]
        steps, warmup = state.max_steps, arguments.get_warmup_steps(state.max_steps)
        self.bare = BareLoop(self._settings, self._ready, groups, warmup=warmup, steps=steps, device=arguments.device)

    def on_step_begin(self, arguments: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ANN401, ARG002
        """Both drop out the same."""
        self._random.append(_random_state())

    def on_step_end(self, arguments: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ANN401, ARG002
        """After a block it is the bare loop's turn."""
        if state.global_step % BLOCK and state.global_step < self._last:
            return
        taken = _now() - self._mark
        kept = _random_state()
        started = _now()
        seen = [batch for random in self._random for batch in self.bare.step(random)]
        bare = _now() - started
        _set_random_state(kept)
        if state.global_step > BLOCK:
            windows = sum(len(batch["input_ids"]) for batch in seen)
            pieces = sum(int(batch["attention_mask"].sum()) for batch in seen)
            self.blocks.append(Block(windows, pieces, taken, bare))
        self._random.clear()
        control.should_training_stop = state.global_step >= self._last
        self._mark = _now()

    def on_epoch_end(self, arguments: Any, state: Any, control: Any, **given: Any) -> None:  # noqa: ANN401, ARG002
        """Neither scores on dev nor writes checkpoints."""
        control.should_evaluate = control.should_save = False


def _now() -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def _random_state() -> RandomState:
    return torch.get_rng_state(), torch.cuda.get_rng_state() if torch.cuda.is_available() else None


def _set_random_state(state: RandomState) -> None:
    torch.set_rng_state(state[0])
    if state[1] is not None:
        torch.cuda.set_rng_state(state[1])


def measure(settings: TrainSettings, ready: Prepared, *, steps: int) -> tuple[list[Block], float]:
    """Train with both loops in turn: the timed blocks, and how far apart the weights are in the end."""
    updates = math.ceil(len(drawing(settings, ready)) / settings.trainer.batch_size / settings.trainer.accumulation)
    # a small corpus is gone through more often than the settings ask for, or there would be too little to time
    epochs = max(settings.trainer.epochs, float(math.ceil((BLOCK + steps) / updates)))
    longer = replace(settings, trainer=replace(settings.trainer, epochs=epochs, report_to=()))
    turns = TakeTurns(longer, ready, steps=steps)
    with tempfile.TemporaryDirectory() as scratch:
        fitted = learn(longer, ready, Path(scratch), [turns])
    pairs = zip(fitted.model.parameters(), turns.bare.model.parameters(), strict=True)
    return turns.blocks, max(float((a - b).detach().abs().max()) for a, b in pairs)


def random_padding(settings: TrainSettings, ready: Prepared) -> float:
    """The share of padding if the first epoch's examples came in a random order."""
    drawn = list(drawing(settings, ready))
    places = torch.randperm(len(drawn), generator=torch.Generator().manual_seed(settings.trainer.seed)).tolist()
    return padded_share([drawn[place] for place in places], ready.learn.lengths, batch_size=settings.trainer.batch_size)


def results(name: str, settings: TrainSettings, ready: Prepared, blocks: list[Block], apart: float) -> dict[str, Any]:
    """What is written for later: numbers, and what they were measured with."""
    windows, pieces = sum(b.windows for b in blocks), sum(b.pieces for b in blocks)
    seconds = {"trainer": sum(b.trainer for b in blocks), "bare": sum(b.bare for b in blocks)}
    ratios = [b.bare / b.trainer for b in blocks]
    return {
        "config": name,
        "encoder": Path(settings.model.encoder).name,
        "batch_size": settings.trainer.batch_size,
        "accumulation": settings.trainer.accumulation,
        "precision": precision(settings.trainer.precision),
        "device": torch.cuda.get_device_name()
        if torch.cuda.is_available()
        else f"CPU, {torch.get_num_threads()} threads",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "blocks": len(blocks),
        "steps_in_a_block": BLOCK,
        **{
            loop: {"windows_per_second": round(windows / taken, 1), "pieces_per_second": round(pieces / taken)}
            for loop, taken in seconds.items()
        },
        "ratio": {
            "median": round(statistics.median(ratios), 3),
            "lowest": round(min(ratios), 3),
            "highest": round(max(ratios), 3),
        },
        "weights_apart": apart,
        "padding": {
            "length_grouped": round(padding(settings, ready), 4),
            "random_order": round(random_padding(settings, ready), 4),
        },
    }


def table(found: dict[str, Any]) -> Iterator[str]:
    """The results for people."""
    yield (
        f"{found['config']}: {found['encoder']}, batches of {found['batch_size']}, {found['precision']}, "
        f"{found['device']}; {found['blocks']} blocks of {found['steps_in_a_block']} steps"
    )
    yield f"{'':12} {'windows/s':>10} {'pieces/s':>10}"
    for loop in ("trainer", "bare"):
        yield f"{loop:12} {found[loop]['windows_per_second']:10.1f} {found[loop]['pieces_per_second']:10d}"
    ratio, share = found["ratio"], found["padding"]
    yield (
        f"ratio {ratio['median']:.3f} ({ratio['lowest']:.3f} to {ratio['highest']:.3f} by block), "
        f"at least {LEAST_RATIO} wanted: {_said(ratio['median'] >= LEAST_RATIO)}"
    )
    yield f"largest difference between the weights of the two: {found['weights_apart']:.2g}"
    yield (
        f"padding {share['length_grouped']:.1%} of the pieces, {share['random_order']:.1%} in a random order, "
        f"under {MOST_PADDING:.0%} wanted: {_said(share['length_grouped'] < MOST_PADDING)}"
    )


def _said(met: bool) -> str:
    return "met" if met else "missed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", nargs="?", type=Path, default=ROOT / "configs/train/default.yaml")
    parser.add_argument("--steps", type=int, default=60, help=f"timed, after {BLOCK} that are not")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override one setting")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/training.json")
    chosen = parser.parse_args()
    settings = config.load(TrainSettings, chosen.config, chosen.set)
    if settings.model.kind != "encoder":
        raise ZawiyaError(f"{chosen.config}: only encoders are trained step by step; choose a config of kind encoder")
    disable_progress_bar()
    ready = prepare(settings, load_split(settings.data))
    found = results(chosen.config.stem, settings, ready, *measure(settings, ready, steps=chosen.steps))
    print(*table(found), sep="\n")
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
