"""Tables once more as CSV, for spreadsheets: written from the Parquet files when a run ends.

A spreadsheet takes a million rows. Beyond that no file is written, so that a run that adds a few articles to millions
does not copy the millions.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

#: Rows from which on a table has no CSV file: what spreadsheets open, without the header.
MOST_ROWS = 1_048_575
#: What a spreadsheet may read as a formula: a sign, wide ones included, behind whatever it takes no notice of.
FORMULA = r"^[\s\pZ\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r]"
#: Rows in memory at once; Arrow's own choice, 65,536, would be the largest thing in a run's memory.
BATCH = 4096
#: Decimals of a score.
DIGITS = 4


def write_sheet(parts: Sequence[Path], schema: pa.Schema, path: Path) -> bool:
    """Write the Parquet files of a table as one CSV file, unless it would have more rows than spreadsheets take.

    UTF-8 with a byte order mark, lists joined by ``;``, four decimals, and text that no spreadsheet takes for a formula.

    :return: whether there is a file now.
    """
    if sum(pq.read_metadata(part).num_rows for part in parts) > MOST_ROWS:
        return False
    with path.open("wb") as raw:
        # without the mark Excel takes a CSV file for the system's old code page
        raw.write("\ufeff".encode())
        with pyarrow.csv.CSVWriter(raw, pa.schema([(c.name, _written(c.type)) for c in schema])) as writer:
            for part in parts:
                with pq.ParquetFile(part) as file:
                    for batch in file.iter_batches(batch_size=BATCH):
                        writer.write_batch(pa.RecordBatch.from_arrays([cells(c) for c in batch.columns], schema.names))
    return True


def cells(column: pa.Array) -> pa.Array:
    """A column as CSV holds it."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, ";")
    if pa.types.is_floating(column.type):
        return pc.round(column.cast(pa.float64()), DIGITS)
    if pa.types.is_string(column.type):
        # news text is written by strangers, and a formula in it would run on the reader's machine
        return pc.if_else(
            pc.match_substring_regex(column, FORMULA), pc.binary_join_element_wise("'", column, ""), column
        )
    return column


def _written(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.string()
    return pa.float64() if pa.types.is_floating(kind) else kind
