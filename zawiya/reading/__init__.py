"""From bytes on disk to articles: formats, encodings, titles, dates, and every bad input named."""

from zawiya.reading.folders import find_files
from zawiya.reading.outcomes import ReadOptions, Reason, Skipped
from zawiya.reading.reader import read, read_bytes

__all__ = ["ReadOptions", "Reason", "Skipped", "find_files", "read", "read_bytes"]
