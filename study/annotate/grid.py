"""A CSV file as a spreadsheet left it: whatever its encoding, delimiter and line ends, as rows with their numbers.

Excel writes UTF-8 only when asked to. Its "CSV" is in the system's code page, Windows-1256 where Arabic is written, its
"Unicode text" is UTF-16 with tabs, and where commas are decimal points it separates by semicolons.
"""

import codecs
import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zawiya.errors import ZawiyaError

from .texts import stripped

#: Tried in this order; the one by which the header has the most known columns is taken.
DELIMITERS = ",;\t|"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: Lines above the header that are tolerated: spreadsheets gain empty rows and ``sep=;``.
_ABOVE = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    :param number: as the spreadsheet shows it, the first row being 1.
    :param cells: by column, without those that the sheet does not know.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a file that hold something.

    :param columns: that the header has.
    :param old: whether the file is in Windows-1256, which lacks many characters.
    """

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    old: bool


def read_grid(path: Path, known: Sequence[str], needed: Sequence[str]) -> Grid:
    """The rows of a CSV file.

    :param known: columns to be read; others are passed over.
    :param needed: of them, those that must be there.
    :raises ZawiyaError: when the file cannot be read, or its header lacks a column.
    """
    text, old = _decoded(path)
    # an article's text may be longer than the module's limit for a cell
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    best: tuple[int, int, list[str], list[list[str]]] = (0, 0, [], [])
    for delimiter in DELIMITERS:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        for place, row in enumerate(table[:_ABOVE]):
            header = [stripped(cell).casefold().replace(" ", "_") for cell in row]
            found = len(set(header) & set(known))
            if found > best[0]:
                best = (found, place, header, table)
    _, place, header, table = best
    if missing := [column for column in needed if column not in header]:
        found_columns = ", ".join(filter(None, header)) or "none"
        raise ZawiyaError(
            f"{path}: expected a first row with the columns {', '.join(needed)}, found {found_columns}; "
            f"{', '.join(missing)} missing"
        )
    # `sep=;` on top is an instruction that spreadsheets do not show as a row
    hidden = sum(row[:1] != [] and row[0].startswith("sep=") for row in table[:place])
    rows = [
        Row(number - hidden, {name: cell for name, cell in zip(header, cells, strict=False) if name in known})
        for number, cells in enumerate(table[place + 1 :], start=place + 2)
        if any(stripped(cell) for cell in cells)
    ]
    return Grid(tuple(rows), tuple(header), old)


def _decoded(path: Path) -> tuple[str, bool]:
    """The file's text, and whether it is in Windows-1256."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a CSV file that can be read: {error}") from error
    if data.startswith(b"PK\x03\x04"):
        raise ZawiyaError(f"{path}: expected CSV, found a workbook; save it as CSV UTF-8")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ZawiyaError(f"{path}: expected {encoding}, found {error.reason}; save it as CSV UTF-8") from error
        # every byte is a letter there, so this cannot fail; the texts are held against the articles
        return data.decode("cp1256"), True
