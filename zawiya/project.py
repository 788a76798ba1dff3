"""``zawiya init``: a folder to work in, with the configs, the corpus and the articles that come with zawiya.

Configs name their files by paths from the folder that a command is called in. A copy costs a few megabytes, and gives an
installation what a checkout has: every command of the documentation runs as it stands, on files that may be changed.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from .errors import FaultsError, ZawiyaError
from .resources import resource

#: What is copied. Models stay where they are: nobody changes one by hand, and commands find them by name.
FOLDERS = ("configs", "data")


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put them; made if it is not there.")],
) -> None:
    """Begin a folder to work in: configs to change, the labelled corpus, articles to try things on.

    Exit status: 0 all well; 2 wrong use, such as a folder that has its own configs.
    """
    for path in copy_out(folder):
        typer.echo(path)
    typer.echo(
        "What is changed there counts where it is named: --config, --taxonomy, or the path of a training config."
    )


def copy_out(folder: Path) -> list[Path]:
    """Copy what comes with zawiya, each folder as a whole or not at all; nothing is written over.

    :return: the copies.
    :raises FaultsError: with everything that is in the way.
    :raises ZawiyaError: when the folder cannot be written.
    """
    sources = {folder / name: resource(name) for name in FOLDERS}
    if faults := [
        f"`{path.name}`: is there already; name another folder, or move it away" for path in sources if _there(path)
    ]:
        raise FaultsError(str(folder), faults)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return list(_copies(sources))
    except OSError as error:
        raise ZawiyaError(
            f"{folder}: expected a folder that can be written, found: {error.strerror or error}; name another one"
        ) from error


def _there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _copies(sources: dict[Path, Path]) -> Iterator[Path]:
    for path, source in sources.items():
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            # contents alone: an installation may be read-only, its copy is made to be changed
            shutil.copytree(
                source, unfinished, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("__pycache__", ".*")
            )
            unfinished.rename(path)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        yield path
