"""Inputs at a URL: listed by the driver, copied to a worker's disk when they are read.

A copy is what a format may seek in, and what was hashed is what is read, whoever writes to the store meanwhile. Arrow
knows ``s3://``, ``gs://``, ``abfs://``, ``hdfs://`` and ``file://`` by itself; other schemes go through fsspec.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from zawiya.errors import ZawiyaError
from zawiya.reading import Skipped, Source
from zawiya.reading.folders import Located, os_fault

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


@dataclass(frozen=True, slots=True)
class RemoteSource(Source):
    """A file at a URL, as it was listed.

    :param url: that its file system is made from.
    :param key: its path there.
    :param size: in bytes.
    :param copy: where it lies on this machine, None until it was copied.
    """

    url: str = ""
    key: str = ""
    size: int = 0
    copy: Path | None = None

    @property
    def place(self) -> Path | None:
        """Where its bytes lie."""
        return self.copy


@lru_cache(maxsize=32)
def filesystem(url: str) -> "tuple[FileSystem, str]":
    """The file system that a URL is of, and the path there.

    :raises ZawiyaError: when nothing that is installed can read it.
    """
    parts = urlsplit(url)
    if parts.password is not None:
        # names of inputs are written into the results
        raise ZawiyaError(
            f"{shown_url(url)}: expected a URL without a password; give credentials in the way of the store, such as "
            "AWS_SECRET_ACCESS_KEY in the environment"
        )
    try:
        return fs.FileSystem.from_uri(url)
    except pa.ArrowInvalid:
        pass
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ZawiyaError(f"{shown_url(url)}: a URL that nothing installed can read ({error})") from error
    return fs.PyFileSystem(fs.FSSpecHandler(system)), path


def shown_url(url: str) -> str:
    """A URL without what may be secret: user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def list_url(url: str) -> Iterator[RemoteSource | Skipped]:
    """Every file below a URL in the order that a folder of this machine would have; names with a ``.`` first are not.

    :raises ZawiyaError: when nothing that is installed can read it.
    """
    name = shown_url(url).rstrip("/")
    try:
        system, path = filesystem(url)
        given = system.get_file_info(path)
        if given.type == fs.FileType.Directory:
            found = system.get_file_info(fs.FileSelector(path, recursive=True))
            base = PurePosixPath("/", path)
        elif given.type == fs.FileType.NotFound:
            yield Skipped(name, "vanished", "there is no such file or folder")
            return
        else:
            found, base = [given], PurePosixPath("/", path).parent
            name = name.rpartition("/")[0]
    except OSError as error:
        yield os_fault(name, error)
        return
    for info in sorted(found, key=lambda info: PurePosixPath(info.path).parts):
        place = PurePosixPath("/", info.path)
        inner = place.relative_to(base)
        if info.type != fs.FileType.Directory and not any(part.startswith(".") for part in inner.parts):
            yield RemoteSource(f"{name}/{inner}", Located(Path(place), Path(base)), url, info.path, info.size or 0)


def at_hand(listed: Iterable[Source | Skipped]) -> Iterator[Source | Skipped]:
    """The sources as they can be read here: one at a URL is copied first, and its copy goes when the next is asked for."""
    for source in listed:
        if not isinstance(source, RemoteSource):
            yield source
            continue
        with tempfile.TemporaryDirectory(prefix="zawiya-") as folder:
            copy = Path(folder, "copy")
            try:
                _copy(source, copy)
            except OSError as error:
                yield os_fault(source.name, error)
                continue
            yield RemoteSource(source.name, source.file, source.url, source.key, source.size, copy)


def _copy(source: RemoteSource, place: Path) -> None:
    system, _ = filesystem(source.url)
    # as it is: Arrow would unpack .gz by the name alone
    with system.open_input_stream(source.key, compression=None) as remote, place.open("wb") as local:
        shutil.copyfileobj(remote, local, 1 << 20)
