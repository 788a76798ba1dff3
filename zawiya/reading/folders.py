"""Files of the folders and paths given, in a stable order.

Each folder is entered once however many links lead to it, so a loop of links ends; a file that two links name is
read twice, under both names.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from zawiya.reading.outcomes import Skipped

#: A path that stands for standard input.
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Located:
    """A file and the folder, given by the user, that it was found in (its own folder where it was given itself)."""

    path: Path
    base: Path

    @property
    def inner(self) -> PurePath:
        """The path inside the folder given."""
        return self.path.relative_to(self.base)


def find_files(paths: Iterable[str | Path]) -> Iterator[Path | Skipped]:
    """Every regular file below the paths, sorted by name; files and folders whose name begins with ``.`` are not."""
    for found in locate(paths):
        yield found if isinstance(found, Skipped) else found.path


def locate(paths: Iterable[str | Path]) -> Iterator[Located | Skipped]:
    """:func:`find_files`, with the folder given for each."""
    entered: set[tuple[int, int]] = set()
    for given in paths:
        path = Path(given)
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield os_fault(shown(path), error)
            continue
        if stat.S_ISDIR(mode):
            yield from _below(path, path, entered)
        else:  # also a pipe: it was asked for by name
            yield Located(path, path.parent)


def _below(folder: Path, base: Path, entered: set[tuple[int, int]]) -> Iterator[Located | Skipped]:
    # a stack of its own: folders may be nested deeper than functions can be
    waiting: list[Iterator[Path]] = [iter([folder])]
    while waiting:
        path = next(waiting[-1], None)
        if path is None:
            waiting.pop()
            continue
        try:
            status = path.stat()
            if stat.S_ISDIR(status.st_mode):
                if (status.st_dev, status.st_ino) not in entered:
                    entered.add((status.st_dev, status.st_ino))
                    waiting.append(iter(sorted(inner for inner in path.iterdir() if not inner.name.startswith("."))))
            elif stat.S_ISREG(status.st_mode):
                yield Located(path, base)
            else:
                yield Skipped(shown(path), "unsupported", "not a regular file")
        except OSError as error:
            yield os_fault(shown(path), error)


def shown(path: PurePath) -> str:
    r"""A path as text that can be written anywhere: a byte of a name that is no UTF-8 becomes ``\xNN``.

    So two names stay two: names in an old code page would all be the same, were their bytes only marked as unknown.
    """
    return os.fsencode(path.as_posix()).decode("utf-8", errors="backslashreplace")


def os_fault(source: str, error: OSError) -> Skipped:
    """A system error as a skipped input."""
    detail = error.strerror or str(error)
    if isinstance(error, FileNotFoundError):
        return Skipped(source, "vanished", detail)
    if isinstance(error, PermissionError):
        return Skipped(source, "no_permission", detail)
    return Skipped(source, "unreadable", detail)
