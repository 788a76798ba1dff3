"""From bytes on disk to articles: formats, encodings, titles, dates, and every bad input named."""

from zawiya.reading.articles import Ids
from zawiya.reading.folders import find_files
from zawiya.reading.outcomes import ReadOptions, Reason, Skipped
from zawiya.reading.reader import Source, read, read_bytes, read_source, sources

__all__ = [
    "Ids",
    "ReadOptions",
    "Reason",
    "Skipped",
    "Source",
    "find_files",
    "read",
    "read_bytes",
    "read_source",
    "sources",
]
