"""`zawiya data import`: thin over :func:`import_files`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from zawiya.errors import ZawiyaError

from . import FORMATS
from .convert import Imported, config_lines, import_files


def main(
    name_of_format: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of the set as it is published.")],
    out: Annotated[Path, typer.Option(help="Folder to write one corpus file for each file into.")],
    name: Annotated[
        str | None, typer.Option(help="Begins the ids of all articles; the name of the format by default.")
    ] = None,
) -> None:
    """Turn a public labelled set into corpus files that can be trained on."""
    if name_of_format not in FORMATS:
        known = "\n".join(f"  {key}: {form.description}" for key, form in FORMATS.items())
        raise ZawiyaError(f"{name_of_format}: there is no such format; expected one of\n{known}")
    form = FORMATS[name_of_format]
    written = import_files(form, files, out, name=name or name_of_format)
    for item in written:
        typer.echo("\n".join(lines(item)))
    typer.echo(f"\nFor a config of zawiya train (say yourself which file is for what):\n\n{config_lines(written)}")


def lines(item: Imported) -> list[str]:
    """What one file holds, in plain words."""
    of_targets = f" ({item.appended} appended)" if item.appended else ""
    result = [f"{item.path}: {item.articles} articles, {item.sentences} sentences, {item.targets} targets{of_targets}"]
    result += [f"  {what}: {_counts(counts)}" for what, counts in _labels(item).items() if counts]
    if item.unlabelled:
        result.append(f"  without a label and not written: {item.unlabelled}")
    return result + [f"  {count} × {warning}" for warning, count in item.warnings.items()]


def _labels(item: Imported) -> dict[str, Mapping[str, int]]:
    return {"stance": item.stances, "frames": item.frames}


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {count}" for label, count in counts.items())
