"""What a run would do and how long it would take, found out without learning anything.

A few batches are timed instead of an epoch: the estimate costs seconds, and knows nothing of what else the machine will
do.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import torch
from transformers import PreTrainedModel

from zawiya.taxonomy import Taxonomy

from .fit import Collator, precision
from .run import Prepared, build, prepare, summary
from .settings import TrainSettings
from .sources import check_labels, folds, load_split

#: Batches that are timed, after one that is not.
TIMED = 3


def dry_run(settings: TrainSettings) -> list[str]:
    """The lines of a dry run: what would be learnt from, the size of the model, and an estimate of the time.

    :raises ZawiyaError: for everything that would stop the run itself.
    """
    split = load_split(settings.data)
    runs = settings.seeds * max(1, settings.folds)
    several = [f"{runs} runs; what follows is of one on all training articles"] if runs > 1 else []
    if settings.folds:
        first = folds(split, settings.data, count=settings.folds)[0]
        split = replace(split, dev=first.dev, test=first.test)
    if settings.model.kind == "tfidf":
        notes = check_labels(split, Taxonomy.load(settings.actors, settings.frames))
        return [*several, f"{len(split.train)} articles to learn from", *notes, "estimate: about a minute"]
    ready = prepare(settings, split)
    lines = [*several, *summary(settings, ready)]
    model = build(settings, ready)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    pieces = sum(length * weight for length, weight in zip(ready.learn.lengths, ready.learn.weights, strict=True))
    seconds = settings.trainer.epochs * pieces / pieces_a_second(model, settings, ready)
    return [
        *lines,
        f"model: {parameters / 1e6:.1f} million parameters, {precision(settings.trainer.precision)}, "
        f"{'a GPU' if torch.cuda.is_available() else 'the CPU'}",
        f"estimate: {_duration(seconds)} for {settings.trainer.epochs:g} epochs, without scoring on dev",
    ]


def pieces_a_second(model: PreTrainedModel, settings: TrainSettings, ready: Prepared) -> float:
    """Word pieces that a forward and a backward pass take in a second, over batches of middling length."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device).train()
    collate = Collator(ready.encoder)
    batches = _middling(ready.learn.lengths, batch_size=settings.trainer.batch_size)
    taken = seen = 0.0
    for number, indices in enumerate(batches):
        batch = {name: value.to(device) for name, value in collate([ready.learn[i] for i in indices]).items()}
        started = time.perf_counter()
        model(**batch).loss.backward()
        model.zero_grad()
        # the first one also pays for what is set up only once
        if number or len(batches) == 1:
            taken += time.perf_counter() - started
            seen += sum(ready.learn.lengths[i] for i in indices)
    return seen / taken


def _middling(lengths: Sequence[int], *, batch_size: int) -> list[list[int]]:
    """Batches of like length, evenly spread from short to long, the first one twice."""
    order = sorted(range(len(lengths)), key=lambda index: lengths[index])
    starts = [round((len(order) - batch_size) * (part + 0.5) / TIMED) for part in range(TIMED)]
    batches = [order[max(start, 0) : max(start, 0) + batch_size] for start in starts]
    return [batches[0], *batches]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
