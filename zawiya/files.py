"""Files that are there as a whole or not at all, and folders that one run works in at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from zawiya.errors import ZawiyaError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write in the place of another, which takes the other's name once all went well and goes otherwise.

    It lies beside the other, so that taking the name is a matter of the folder and not of copying; for as long as it is
    written it takes its room twice.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder, which is made where it is not there, to this run; the system lets go of it when the run is killed.

    :raises ZawiyaError: when another run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ZawiyaError(f"{folder}: another run is at work here; wait for it, or name another folder") from None
    try:
        yield
    finally:
        lock.release()
