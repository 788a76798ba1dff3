"""The formats that are read, as one table: a new one is a function and a row here.

A suffix is taken at its word: a file with a wrong one is named as broken, and never guessed at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from zawiya.errors import ZawiyaError
from zawiya.reading.jsons import read_json, read_json_lines
from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.plain import read_markdown, read_text
from zawiya.reading.streams import ByteSource
from zawiya.reading.tables import read_csv, read_parquet
from zawiya.reading.web import read_page
from zawiya.reading.word import read_word

Reader = Callable[[ByteSource, ReadOptions], Iterator[Found | Fault]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    :param suffixes: in lower case; each of them may be followed by ``.gz``.
    :param read: from an unpacked stream to the records in it.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Reader


FORMATS: tuple[Format, ...] = (
    Format("txt", (".txt", ".text"), read_text),
    Format("md", (".md", ".markdown"), read_markdown),
    Format("html", (".html", ".htm", ".xhtml"), read_page),
    Format("json", (".json",), read_json),
    Format("jsonl", (".jsonl", ".ndjson"), read_json_lines),
    Format("csv", (".csv",), read_csv),
    Format("tsv", (".tsv", ".tab"), read_csv),
    Format("parquet", (".parquet",), read_parquet),
    Format("docx", (".docx",), read_word),
)
_BY_NAME = {row.name: row for row in FORMATS}
_BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
_PACKED = ".gz"


def format_named(name: str) -> Format:
    """The format of this name.

    :raises ZawiyaError: when there is none.
    """
    try:
        return _BY_NAME[name.lower().removesuffix(_PACKED).lstrip(".")]
    except KeyError:
        known = ", ".join(_BY_NAME)
        raise ZawiyaError(f"unknown input format {name!r}: expected one of {known}") from None


def format_of(path: PurePath) -> Format | None:
    """The format that a file's suffix names, None where it names none."""
    return _BY_SUFFIX.get(PurePath(path.name.lower().removesuffix(_PACKED)).suffix)


def without_suffix(path: PurePath) -> PurePath:
    """The path without the suffixes that name its format and packing."""
    name = path.name
    if name.lower().endswith(_PACKED):
        name = name[: -len(_PACKED)]
    suffix = PurePath(name).suffix
    if suffix.lower() in _BY_SUFFIX:
        name = name[: -len(suffix)]
    return path.with_name(name) if name else path
