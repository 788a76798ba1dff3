"""``zawiya infer``: the options, and nothing else; what they do is in :mod:`.run`.

Imports inside the function: ``zawiya --help`` loads this module too and needs neither a model nor Arrow.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zawiya.errors import INTERRUPTED

if TYPE_CHECKING:
    from .summary import RunSummary

Many = list[str] | None
Word = str | None
Switch = bool | None


def infer(
    paths: Annotated[
        Many, typer.Argument(metavar="PATH...", help="Files, folders (walked to the bottom), or - for standard input.")
    ] = None,
    out: Annotated[
        Word, typer.Option(metavar="DIR", help="Folder for the results; one with results is added to.")
    ] = None,
    format: Annotated[
        Word, typer.Option(help="Format of every input, whatever its suffix: txt, html, csv, jsonl, …")
    ] = None,
    model: Annotated[Word, typer.Option(metavar="DIR", help="A model folder; by default the embedded model.")] = None,
    taxonomy: Annotated[
        Word, typer.Option(metavar="FILE", help="YAML file with the actors to look for; by default the embedded list.")
    ] = None,
    overwrite: Annotated[Switch, typer.Option("--overwrite", help="Forget the results that the folder holds.")] = None,
    quiet: Annotated[Switch, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = None,
    strict: Annotated[Switch, typer.Option("--strict", help="Exit with status 1 when any input was skipped.")] = None,
    outlet_from: Annotated[
        Word,
        typer.Option(metavar="folder|none", help="Where the outlet comes from when the input does not name it."),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Threads of the model, each with a batch of its own; 0 is one for each core.")
    ] = None,
    engine: Annotated[
        Word, typer.Option(metavar="local|ray", help="What labels: this process, or the workers of a Ray cluster.")
    ] = None,
    address: Annotated[
        Word, typer.Option(help="Address of the Ray cluster; by default one is begun on this machine.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Workers of Ray; 0 is one for each core of the cluster.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML with settings; by default the one that comes with zawiya."),
    ] = None,
    set_: Annotated[
        Many, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be given again.")
    ] = None,
) -> None:
    """Label the articles of files and folders: stances, holders and frames, sentence by sentence.

    Writes folders of articles (JSON Lines), sentences and stances (Parquet), both as CSV too, and run.json.

    The same command again labels what is new or has changed, and goes on where it was stopped.

    Exit status: 0 all well; 1 nothing labelled, or inputs skipped under --strict; 2 wrong use; 130 interrupted, the same
    command goes on.
    """
    from .progress import watching
    from .run import run
    from .settings import load_settings

    settings = load_settings(
        config,
        tuple(set_ or ()),
        paths=tuple(paths) if paths else None,
        out=out,
        format=format,
        model=model,
        taxonomy=taxonomy,
        overwrite=overwrite,
        quiet=quiet,
        strict=strict,
        outlet_from=outlet_from,
        threads=threads,
        engine=engine,
        address=address,
        workers=workers,
    )
    with watching(settings) as watch:
        summary = run(settings, watch=watch)
    if not settings.quiet:
        show(summary)
    if summary.interrupted:
        raise typer.Exit(INTERRUPTED)
    if not summary.articles or (settings.strict and summary.skipped):
        raise typer.Exit(1)


def show(summary: "RunSummary") -> None:
    """Print the table at the end; whoever stops reading it does not change how the run went."""
    from rich.console import Console

    from .show import summary_view

    console = Console()
    with console.capture() as captured:
        console.print(summary_view(summary))
    try:
        sys.stdout.write(captured.get())
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which would fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
