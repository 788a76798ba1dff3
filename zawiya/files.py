"""Files that are there as a whole or not at all; for as long as one is written it takes its room twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write in the place of another, which takes the other's name once all went well and goes otherwise.

    It lies beside the other, so that taking the name is a matter of the folder and not of copying.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
