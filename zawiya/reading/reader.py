"""Paths to articles: opens each source, lets its format read it, and turns whatever goes wrong into a record.

A file is read once for its hash and once for its articles, so that a change in between is noticed; the second time it
comes from memory.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from zawiya.reading.articles import Ids, Origin, to_article
from zawiya.reading.folders import STANDARD_INPUT, Located, locate, os_fault, shown
from zawiya.reading.formats import Format, format_named, format_of, without_suffix
from zawiya.reading.outcomes import Fault, Found, ReadOptions, Skipped
from zawiya.reading.streams import ByteSource
from zawiya.records import Article

_DEFAULTS = ReadOptions()
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """What articles are read from: a file, or standard input.

    :param name: what records call it.
    :param file: None for standard input.
    """

    name: str
    file: Located | None = None

    @property
    def place(self) -> Path | None:
        """Where its bytes lie; None for standard input."""
        return self.file.path if self.file else None

    def digest(self) -> str | None:
        """A hash of its bytes, 32 hexadecimal digits; None where reading uses them up, as with standard input.

        :raises OSError: when they cannot be read.
        """
        if self.place is None or not self.place.is_file():
            return None
        found = blake2b(digest_size=16)
        with self.place.open("rb") as raw:
            while chunk := raw.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()


def read(paths: Iterable[str | Path], *, options: ReadOptions = _DEFAULTS) -> Iterator[Article | Skipped]:
    """The articles of files and folders, ``-`` for standard input, and what gave none; in a stable order.

    :raises ZawiyaError: at the first step, when ``options.format`` names no format.
    """
    ids = Ids()
    if options.format is not None:
        format_named(options.format)
    for found in sources(paths):
        if isinstance(found, Skipped):
            yield found
        else:
            yield from read_source(found, ids=ids, options=options)


def sources(paths: Iterable[str | Path]) -> Iterator[Source | Skipped]:
    """Every file below the paths and ``-`` for standard input, in a stable order, and the paths that lead nowhere."""
    for given in paths:
        if str(given) == STANDARD_INPUT:
            yield Source(STANDARD_INPUT)
            continue
        for found in locate([given]):
            yield found if isinstance(found, Skipped) else Source(shown(found.path), found)


def read_source(
    source: Source, *, ids: Ids, options: ReadOptions = _DEFAULTS, skip: int = 0
) -> Iterator[Article | Skipped]:
    """The articles of one source and what gave none.

    :param ids: that are taken; those of the articles are added.
    :param skip: articles and skipped records at its beginning to pass over.
    :raises ZawiyaError: when ``options.format`` names no format.
    """
    forced = None if options.format is None else format_named(options.format)
    if source.file is None or source.place is None:
        chosen = forced or format_named("txt")
        yield from _articles(sys.stdin.buffer, chosen, Origin(STANDARD_INPUT, "stdin"), ids, options, skip)
    else:
        yield from _read_file(source.name, source.file, source.place, forced, ids, options, skip)


def read_bytes(
    data: bytes, *, source: str, format: str, options: ReadOptions = _DEFAULTS
) -> Iterator[Article | Skipped]:
    """The articles in the bytes of one file.

    :param source: what to call it in records; the id of its articles is this without the suffix.
    :param format: name of a format, whatever the source is called.
    :raises ZawiyaError: when there is no such format.
    """
    stem = without_suffix(Path(source)).as_posix()
    return _articles(io.BytesIO(data), format_named(format), Origin(source, stem), Ids(), options)


def _read_file(
    source: str, file: Located, place: Path, forced: Format | None, ids: Ids, options: ReadOptions, skip: int
) -> Iterator[Article | Skipped]:
    chosen = forced or format_of(file.path)
    if chosen is None:
        suffix = "".join(file.path.suffixes[-2:]) or "no suffix"
        yield Skipped(source, "unsupported", f"{suffix}: not a format that is read")
        return
    outlet = shown(Path(file.path.absolute().parent.name)) if options.outlet_from == "folder" else None
    origin = Origin(source, shown(without_suffix(file.inner)), outlet if outlet != "." else None)
    try:
        with place.open("rb") as raw:
            yield from _articles(raw, chosen, origin, ids, options, skip)
    except OSError as error:
        yield os_fault(source, error)


def _articles(
    raw: BinaryIO, chosen: Format, origin: Origin, ids: Ids, options: ReadOptions, skip: int = 0
) -> Iterator[Article | Skipped]:
    place = read_before = 0
    try:
        source = ByteSource(raw)
        for item in chosen.read(source, options):
            place += 1
            if place <= skip:
                read_before += isinstance(item, Found)
                continue
            if isinstance(item, Fault):
                marker = "" if item.number is None else f"#{item.number}"
                result: Article | Skipped = Skipped(origin.source + marker, item.reason, item.detail)
            else:
                result = to_article(item, origin, ids, options)
            read_before += isinstance(result, Article)
            yield result
    except OSError as error:
        fault = os_fault(origin.source, error)
        yield Skipped(fault.source, fault.reason, f"{fault.detail}; {_articles_read(read_before)}")
        return
    if source.cut and place >= skip:
        yield Skipped(origin.source, "truncated", f"{source.cut}; {_articles_read(read_before)} before the cut")


def _articles_read(count: int) -> str:
    return "1 article was read" if count == 1 else f"{count} articles were read"
