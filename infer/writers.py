"""Rows to Parquet and CSV as they come; memory holds one row group and nothing else.

Both files of a table are written side by side from the same rows, so neither can hold what the other lacks.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .tables import Row

#: What makes a spreadsheet read a cell as a formula when the cell begins with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class TableWriter:
    """One table as a Parquet and a CSV file.

    :param schema: columns of both.
    :param path: of both, without the suffix.
    :param row_group: rows in a row group of the Parquet file.
    """

    def __init__(self, schema: pa.Schema, path: Path, row_group: int) -> None:
        self._schema = schema
        self._row_group = row_group
        self._rows: list[Row] = []
        self._parquet = pq.ParquetWriter(path.with_suffix(".parquet"), schema, compression="zstd")
        # utf-8-sig: without the mark Excel takes a CSV file for the system's old code page
        self._file = path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow(schema.names)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows; each has a value for every column."""
        for row in rows:
            self._csv.writerow([csv_cell(row[name]) for name in self._schema.names])
            self._rows.append(row)
            if len(self._rows) >= self._row_group:
                self._flush()

    def close(self) -> None:
        """Write what is still held, and the end of both files."""
        self._flush()
        self._parquet.close()
        self._file.close()

    def abandon(self) -> None:
        """Close both files without what is still held; for a run that failed."""
        self._rows.clear()
        try:
            self._parquet.close()
        finally:
            self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._parquet.write_table(pa.Table.from_pylist(self._rows, self._schema))
            self._rows.clear()


def csv_cell(value: Any) -> str:  # noqa: ANN401 - a cell of any column
    """A value as CSV holds it: four decimals, lists joined by ``;``, text that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case str():
            # news text is written by strangers, and a formula in it would run on the reader's machine
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value
        case float():
            return f"{value:.4f}"
        case list():
            return csv_cell(";".join(value))
        case _:
            return str(value)
