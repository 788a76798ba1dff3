"""Paths to articles: opens each input, lets its format read it, and turns whatever goes wrong into a record."""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from zawiya.reading.articles import Ids, Origin, to_article
from zawiya.reading.folders import STANDARD_INPUT, Located, locate, os_fault, shown
from zawiya.reading.formats import Format, format_named, format_of, without_suffix
from zawiya.reading.outcomes import Fault, ReadOptions, Skipped
from zawiya.reading.streams import ByteSource
from zawiya.records import Article

_DEFAULTS = ReadOptions()


def read(paths: Iterable[str | Path], *, options: ReadOptions = _DEFAULTS) -> Iterator[Article | Skipped]:
    """The articles of files and folders, ``-`` for standard input, and what gave none; in a stable order.

    :raises ZawiyaError: at the first step, when ``options.format`` names no format.
    """
    forced = None if options.format is None else format_named(options.format)
    ids = Ids()
    for given in paths:
        if str(given) == STANDARD_INPUT:
            origin = Origin(STANDARD_INPUT, "stdin")
            yield from _articles(sys.stdin.buffer, forced or format_named("txt"), origin, ids, options)
            continue
        for found in locate([given]):
            if isinstance(found, Skipped):
                yield found
            else:
                yield from _read_file(found, forced, ids, options)


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


def _read_file(file: Located, forced: Format | None, ids: Ids, options: ReadOptions) -> Iterator[Article | Skipped]:
    source = shown(file.path)
    chosen = forced or format_of(file.path)
    if chosen is None:
        suffix = "".join(file.path.suffixes[-2:]) or "no suffix"
        yield Skipped(source, "unsupported", f"{suffix}: not a format that is read")
        return
    outlet = shown(Path(file.path.absolute().parent.name)) if options.outlet_from == "folder" else None
    origin = Origin(source, shown(without_suffix(file.inner)), outlet if outlet != "." else None)
    try:
        with file.path.open("rb") as raw:
            yield from _articles(raw, chosen, origin, ids, options)
    except OSError as error:
        yield os_fault(source, error)


def _articles(
    raw: BinaryIO, chosen: Format, origin: Origin, ids: Ids, options: ReadOptions
) -> Iterator[Article | Skipped]:
    read_before = 0
    try:
        source = ByteSource(raw)
        for item in chosen.read(source, options):
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
    if source.cut:
        yield Skipped(origin.source, "truncated", f"{source.cut}; {_articles_read(read_before)} before the cut")


def _articles_read(count: int) -> str:
    return "1 article was read" if count == 1 else f"{count} articles were read"
