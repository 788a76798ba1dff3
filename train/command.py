"""``zawiya train``, ``tune`` and ``pretrain``: thin commands over the functions of the same names."""

import errno
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from zawiya import config
from zawiya.errors import INTERRUPTED, ZawiyaError

ConfigPath = Annotated[Path, typer.Argument(help="YAML file; configs/ holds complete, commented ones.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, e.g. trainer.epochs=3.")
]


def train(
    config_path: ConfigPath,
    settings: Settings = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, estimate the time, train nothing.")
    ] = False,
    seeds: Annotated[int | None, typer.Option(min=1, help="Train this many times, each with another seed.")] = None,
    push_to_hub: Annotated[
        str | None, typer.Option(metavar="USER/MODEL", help="Upload the finished model under this name.")
    ] = None,
) -> None:
    """Fine-tune an encoder on labelled articles and write a model that `infer` takes.

    Started again after an interruption, it goes on where it was.
    """
    _need_extra()
    from . import run
    from .replicates import best, replicate, table
    from .settings import TrainSettings

    checked = config.load(TrainSettings, config_path, settings or [])
    _need_trackers(checked.trainer.report_to)
    if seeds:
        checked = replace(checked, seeds=seeds)
    if dry_run:
        from .dry_run import dry_run as look

        _echo(look(checked))
        return
    folder = checked.out
    with _resumable(checked.out):
        if checked.seeds > 1 or checked.folds:
            runs = replicate(checked)
            if runs:
                _echo(table(runs))
                folder = best(runs).folder
        elif metrics := run.train(checked):
            _echo(_scores(metrics["test"]))
    if not run.leads():
        return
    typer.echo(f"model written to {folder}")
    if push_to_hub:
        from .hub import push

        typer.echo(f"uploaded to {push(Path(folder), push_to_hub)}")


def tune(
    config_path: ConfigPath,
    settings: Settings = None,
    trials: Annotated[int, typer.Option(min=1, help="Settings to try, those of an interrupted search included.")] = 20,
) -> None:
    """Search the settings that a config lists under `search`, and write the best as a config that `train` takes."""
    from .settings import TrainSettings

    checked = config.load(TrainSettings, config_path, settings or [])
    _need_extra()
    from .tune import tune as search

    with _resumable(checked.out):
        found = search(checked, trials=trials)
    typer.echo(
        f"{found.finished} trials finished, {found.given_up} given up early; best dev score {found.score:.4f} with"
    )
    for name, value in found.values.items():
        typer.echo(f"  {name}: {value}")
    typer.echo(f"config written to {found.config}")


def pretrain(config_path: ConfigPath, settings: Settings = None) -> None:
    """Make an encoder from plain text: documents, tokenizer, vectors, layers, an ordinary transformers folder.

    Started again after an interruption, it goes on where it was.
    """
    from .pretrain.settings import PretrainSettings

    checked = config.load(PretrainSettings, config_path, settings or [])
    _need_extra()
    from .pretrain.run import pretrain as make

    with _resumable(checked.work):
        measured = make(checked)
    for name in ("held_out_perplexity", "held_out_loss", "held_out_found"):
        if name in measured:
            typer.echo(f"{name.replace('_', ' ')}: {measured[name]}")
    typer.echo(f"encoder written to {checked.out}")


def _echo(lines: Iterator[str] | list[str]) -> None:
    for line in lines:
        typer.echo(line)


def _scores(test: dict[str, dict[str, dict[str, Any]]]) -> Iterator[str]:
    for part, rows in test.items():
        for name, row in rows.items():
            stance, both, frames, holder = (
                "none" if (value := row["scores"][key]) is None else f"{value:.3f}"
                for key in ("stance.macro_f1", "stance.favor_against_f1", "frames.micro_f1", "holder.accuracy")
            )
            yield (
                f"{part}  {name:>9}: stance macro-F1 {stance} (favor and against {both}), "
                f"frames micro-F1 {frames}, holder accuracy {holder}"
            )


@contextmanager
def _resumable(out: str) -> Iterator[None]:
    """Ends an interrupted run, or one on a full disk, with a word about what is kept."""
    kept = f"checkpoints in {out} are kept; the same command goes on from the last one"
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"zawiya: interrupted; {kept}\n")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if _disk_full(error):
            raise ZawiyaError(f"the disk is full; make room, then start again: {kept}") from error
        raise


def _disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one behind it, comes from a disk without room."""
    while error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return True
        # safetensors and torch wrap what the system says; torch's writer says no more than that it failed
        if any(said in str(error) for said in ("No space left", "os error 28", "iostream error")):
            return True
        error = error.__cause__ or error.__context__
    return False


def _need_extra() -> None:
    """Say what to install where the training packages are missing, and show progress where they are not."""
    try:
        import torch  # noqa: F401
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ZawiyaError(
            f"training needs packages that are not installed ({error.name}); run: pip install 'zawiya[train]'"
        ) from None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    for chatty in ("gensim", "httpx", "httpx2", "httpcore2", "huggingface_hub", "datasets", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # heads of pre-training that are not taken along are no news; what is missing is an error of our own
    logging.getLogger("transformers").setLevel(logging.ERROR)
    # bars for loading and writing weights, which take a moment; that of the training itself stays
    disable_progress_bar()
    # of the frame head, where there are no frames
    warnings.filterwarnings("ignore", message="Initializing zero-element tensors is a no-op")


def _need_trackers(names: tuple[str, ...]) -> None:
    """Say what to install before hours of training, not at their first report."""
    if missing := [name for name in names if find_spec(name) is None]:
        raise ZawiyaError(
            f"trainer.report_to: expected installed packages, found no {', '.join(missing)}; "
            "run: pip install 'zawiya[tracking]'"
        )
