"""Figures as a table: one row each, in whatever format a file's name asks for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from zawiya.errors import ZawiyaError
from zawiya.files import written_whole
from zawiya.infer.sheets import cells

from .records import Figure

#: Columns behind those of the group.
COLUMNS = (
    ("kind", pa.string()),
    ("label", pa.string()),
    ("rows", pa.int64()),
    ("count", pa.int64()),
    ("articles", pa.int64()),
    ("share", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("counted", pa.float64()),
    ("method", pa.string()),
    ("labelled", pa.int64()),
)


def as_table(figures: Sequence[Figure]) -> pa.Table:
    """Figures with a column for each that they are grouped by, and those of :class:`Figure`."""
    groups = list(dict.fromkeys(name for figure in figures for name in figure.group))
    rows = [{**figure.group, **asdict(figure), "counted": figure.counted} for figure in figures]
    schema = pa.schema([*((name, pa.string()) for name in groups), *COLUMNS])
    return pa.Table.from_pylist(rows, schema=schema)


def write_figures(figures: Sequence[Figure], path: Path) -> None:
    """Write figures as CSV (for spreadsheets as well), Parquet or JSON Lines; the file gets its name once it is whole.

    :raises ZawiyaError: when the name ends in nothing of these, or the file cannot be written.
    """
    check_format(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as unfinished:
            _FORMATS[path.suffix.lower()](as_table(figures), unfinished)
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a file that can be written: {error}") from error


def check_format(path: Path) -> None:
    """See that figures can be written under a name.

    :raises ZawiyaError: when it ends in nothing known.
    """
    if path.suffix.lower() not in _FORMATS:
        raise ZawiyaError(f"{path}: expected a name that ends in {', '.join(_FORMATS)}, found {path.suffix!r}")


def _csv(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        # without the mark Excel takes a CSV file for the system's old code page
        file.write("\ufeff".encode())
        whole = table.combine_chunks()
        columns = [cells(column.chunk(0)) if column.num_chunks else column for column in whole.columns]
        pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), file)


def _jsonl(table: pa.Table, path: Path) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist())
    path.write_text("".join(lines), encoding="utf-8", errors="replace")


_FORMATS: dict[str, Callable[[pa.Table, Path], None]] = {".csv": _csv, ".parquet": pq.write_table, ".jsonl": _jsonl}
