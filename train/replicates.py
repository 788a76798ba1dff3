"""The same settings several times: with other seeds, or with other events held out; mean, deviation, the best by dev.

Runs follow each other on the whole device, each in a folder of its own, so that a series that is interrupted goes on.
"""

import json
import logging
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zawiya import config

from .provenance import hashes
from .run import leads, train
from .saving import save_settings, write_json
from .settings import TrainSettings
from .sources import Split, folds, load_split

log = logging.getLogger(__name__)

#: The scores of a test file that the table shows.
SHOWN = ("stance.macro_f1", "frames.micro_f1", "frames.macro_f1", "holder.accuracy")


@dataclass(frozen=True, slots=True)
class Replicate:
    """One run of several.

    :param dev: its dev score.
    :param test: of each test file the model's scores.
    :param metric: that the dev score is on.
    """

    name: str
    folder: str
    dev: float
    test: Mapping[str, Mapping[str, float]]
    metric: str = "score"


def replicate(settings: TrainSettings) -> list[Replicate]:
    """Train every fold or seed into a folder of its own under ``settings.out``; finished ones are not trained again.

    Their scores, with mean and deviation, are written to ``replicates.json``.
    """
    done = []
    for name, each, split in _runs(settings):
        metrics = _finished(each) or train(each, split)
        if not leads():
            continue
        [(metric, dev)] = metrics["dev"].items()
        test = {
            part: {key: rows["model"]["scores"][key] or 0.0 for key in SHOWN} for part, rows in metrics["test"].items()
        }
        done.append(Replicate(name, each.out, dev, test, metric))
        log.info("%s: dev %.4f", name, dev)
    if leads():
        values = {
            "best": best(done).folder,
            "runs": [{"name": r.name, "folder": r.folder, "dev": r.dev, "test": r.test} for r in done],
            "mean": _over(done, statistics.mean),
            "deviation": _over(done, _deviation),
        }
        write_json(Path(settings.out) / "replicates.json", values)
        save_settings(settings, Path(settings.out) / "train.yaml")
    return done


def best(runs: Sequence[Replicate]) -> Replicate:
    """The run with the best dev score, which of losses is the lowest."""
    return (min if runs[0].metric == "loss" else max)(runs, key=lambda run: run.dev)


def _runs(settings: TrainSettings) -> Iterator[tuple[str, TrainSettings, Split]]:
    split = load_split(settings.data)
    divided: Sequence[Split] = folds(split, settings.data, count=settings.folds) if settings.folds else [split]
    for number, part in enumerate(divided, start=1):
        for offset in range(settings.seeds):
            seed = settings.trainer.seed + offset
            names = [*([f"fold-{number}"] if settings.folds else []), *([f"seed-{seed}"] if settings.seeds > 1 else [])]
            name = "-".join(names) or f"seed-{seed}"
            trainer = replace(settings.trainer, seed=seed)
            out = str(Path(settings.out) / name)
            yield (
                name,
                replace(settings, trainer=trainer, out=out, name=f"{settings.name}-{name}", seeds=1, folds=0),
                part,
            )


def _finished(settings: TrainSettings) -> dict[str, Any] | None:
    """The metrics of a run of these very settings, on the files as they are now, that has come to its end."""
    folder = Path(settings.out)
    if not (folder / "metrics.json").is_file() or (folder / "checkpoints").exists():
        return None
    if config.load(TrainSettings, folder / "train.yaml") != settings:
        return None
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return found if found["data"] == hashes(found["data"]) else None


def _over(runs: Sequence[Replicate], what: Any) -> dict[str, Any]:  # noqa: ANN401 - a function of numbers
    parts = runs[0].test
    return {
        "dev": round(what([run.dev for run in runs]), 4),
        "test": {part: {key: round(what([run.test[part][key] for run in runs]), 4) for key in SHOWN} for part in parts},
    }


def _deviation(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0


def table(runs: Sequence[Replicate]) -> list[str]:
    """The runs, their mean and deviation, as aligned lines; the best by dev is marked."""
    chosen = best(runs)
    shown = [(part, key) for part in runs[0].test for key in SHOWN[:2]]
    scores = [[run.dev, *(run.test[part][key] for part, key in shown)] for run in runs]
    columns = list(zip(*scores, strict=True))
    rows = [
        ["run", "dev", *(f"{part} {key}" for part, key in shown)],
        *([run.name + (" *" if run is chosen else ""), *_cells(row)] for run, row in zip(runs, scores, strict=True)),
        ["mean", *_cells(map(statistics.mean, columns))],
        ["deviation", *_cells(map(_deviation, columns))],
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, f"* best by dev: {chosen.folder}"]


def _cells(values: Any) -> list[str]:  # noqa: ANN401 - any iterable of numbers
    return [f"{value:.4f}" for value in values]
