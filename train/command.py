"""``zawiya train`` and ``zawiya pretrain``: thin commands over the functions of the same names."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from zawiya import config
from zawiya.errors import ZawiyaError

ConfigPath = Annotated[Path, typer.Argument(help="YAML file; configs/ holds complete, commented ones.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, e.g. trainer.epochs=3.")
]


def train(config_path: ConfigPath, settings: Settings = None) -> None:
    """Fine-tune an encoder on labelled articles and write a model that `infer` takes."""
    _need_extra()
    from .run import train as run
    from .settings import TrainSettings

    checked = config.load(TrainSettings, config_path, settings or [])
    metrics = run(checked)
    for part, rows in metrics["test"].items():
        for name, row in rows.items():
            typer.echo(
                f"{part}  {name:>9}: stance macro-F1 {row['stance_macro_f1']:.3f}, "
                f"frames micro-F1 {row['frame_micro_f1']:.3f}, holder accuracy {row['holder_accuracy']:.3f}"
            )
    typer.echo(f"model written to {checked.out}")


def pretrain(config_path: ConfigPath, settings: Settings = None) -> None:
    """Make an encoder from plain text: tokenizer, embeddings, an ordinary transformers folder."""
    _need_extra()
    from .pretrain.settings import PretrainSettings
    from .pretrain.vectors import build_encoder

    folder = build_encoder(config.load(PretrainSettings, config_path, settings or []))
    typer.echo(f"encoder written to {folder}")


def _need_extra() -> None:
    """Say what to install where the training packages are missing, and show progress where they are not."""
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise ZawiyaError(
            f"training needs packages that are not installed ({error.name}); run: pip install 'zawiya[train]'"
        ) from None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("gensim").setLevel(logging.WARNING)
