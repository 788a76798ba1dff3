"""Tables: CSV and TSV through the csv module, Parquet through pyarrow; a row is a record.

Both stream. CSV has no way to say that a quote was forgotten: a row whose number of fields is not the header's
is named instead of being read askew.
"""

import csv
import tempfile
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from zawiya.reading.decode import NotTextError
from zawiya.reading.fields import has_text_field, is_known_field, shown_names
from zawiya.reading.jsons import record
from zawiya.reading.lines import Line, all_lines, line_limit
from zawiya.reading.outcomes import Fault, Found, ReadOptions, Reason
from zawiya.reading.streams import ByteSource, is_bomb

_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"  # a table of one column: commas are the text's own
_BATCH = 64  # articles are long: a batch of a thousand rows may be hundreds of megabytes
_BATCH_BYTES = 1 << 26
_ROWS_WITHOUT_BYTES = 100_000
# what forgotten quotes may cost: a file in which each row swallows the rest would be read once a row
_MOST_REREAD = 8
_REREAD_ROOM = 1 << 20


def read_csv(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """The rows below a header, fields separated by whichever of comma, semicolon, tab and bar the header uses."""
    # the module has one limit for the whole process; it is only ever raised
    csv.field_size_limit(max(csv.field_size_limit(), line_limit(options)))
    rows = _Rows(source, options)
    try:
        header = rows.header()
        if header is None:
            yield Fault("empty", "no header line")
        elif not has_text_field(header):
            yield Fault("no_text", f"no column with text; the columns are: {shown_names(header)}")
        else:
            empty = True
            for item in _kept_before_cut(source, rows.records(header)):
                empty = False
                yield item
            if empty and not source.cut:
                yield Fault("no_text", "a table without rows")
    except NotTextError as error:
        yield Fault("binary", str(error))
    except csv.Error as error:  # in the header; rows have their own
        yield Fault("malformed", f"the header line: {error}")


def _kept_before_cut(source: ByteSource, records: Iterator[Found | Fault]) -> Iterator[Found | Fault]:
    """Holds one row back, since the last row before a cut may be half a row that looks whole."""
    held: Found | Fault | None = None
    for item in records:
        if held is not None:
            yield held
        held = item
    if held is not None and not source.cut:
        yield held


class _Rows:
    """The rows of one file, and which lines the latest of them came from.

    The csv module is strict here: lenient, it drops the quotes of a field such as ``"a" b`` in silence.
    """

    def __init__(self, source: ByteSource, options: ReadOptions) -> None:
        self._lines = all_lines(source, options)
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._limit = line_limit(options)
        self._size = self._read = self._reread = 0
        self._delimiter = _DELIMITERS[0]

    def header(self) -> list[str] | None:
        """The first line with text, split; sets the delimiter."""
        first = next((line for line in self._lines if line.text.strip()), None)
        if first is None:
            return None
        counts = {mark: first.text.count(mark) for mark in _DELIMITERS}
        delimiter = max(counts, key=counts.__getitem__)
        self._delimiter = delimiter if counts[delimiter] else _NO_DELIMITER
        return next(csv.reader([first.text], delimiter=self._delimiter))

    def records(self, header: list[str]) -> Iterator[Found | Fault]:
        """Each row below the header; a row that breaks the rules costs its first line, the rest is read again."""
        number = 0
        reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
        while True:
            self._taken.clear()
            self._size = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield self._loose_record(header, error, number)
                if fault := self._give_back(number + 1):
                    number += 1
                    yield fault
                reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
                continue
            if any(field.strip() for field in row):
                number += 1
                yield self._record(header, row, number)

    def _give_back(self, number: int) -> Fault | None:
        """Has the lines behind the first one taken read again, unless that was done too often already."""
        rest = self._taken[1:]
        cost = sum(len(line.text) for line in rest)
        if self._reread + cost <= _MOST_REREAD * self._read + _REREAD_ROOM or not rest:
            self._reread += cost
            self._again.extendleft(reversed(rest))
            return None
        lines = f"lines {rest[0].line} to {rest[-1].line}"
        return Fault("malformed", f"{lines}: quotes open in too many rows and do not close; not read", number)

    def _record(self, header: list[str], row: list[str], number: int) -> Found | Fault:
        line = self._taken[0].line
        if any(line.beyond for line in self._taken):
            return Fault("too_long", f"line {line}: more than {self._limit:,} bytes", number)
        # empty fields at the end are stray delimiters
        if any(field.strip() for field in row[len(header) :]):
            return Fault("malformed", f"line {line}: {len(row)} fields under {len(header)} columns", number)
        warnings = tuple(dict.fromkeys(warning for line in self._taken for warning in line.warnings))
        return record(dict(zip(header, row, strict=False)), number, self._taken[0].encoding, warnings)

    def _loose_record(self, header: list[str], error: csv.Error, number: int) -> Found | Fault:
        """The first of the lines taken, with its quotes as plain characters where that gives every column."""
        first = self._taken[0]
        row = first.text.rstrip("\r\n").split(self._delimiter)
        if len(row) == len(header) and not first.beyond:
            self._taken[1:], rest = [], self._taken[1:]
            found = self._record(header, row, number)
            self._taken[1:] = rest
            return found
        reason: Reason = "too_long" if first.beyond else "malformed"
        return Fault(reason, f"line {first.line}: {error}", number)

    def _texts(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else self._next_line()
            if line is None:
                return
            self._taken.append(line)
            self._size += len(line.text)
            if self._size > self._limit and len(self._taken) > 1:
                raise csv.Error(f"a row of more than {self._limit:,} characters")
            yield line.text + ('"' if line.beyond == '"' else "") + ("\n" if line.beyond else "")

    def _next_line(self) -> Line | None:
        line = next(self._lines, None)
        self._read += len(line.text) if line else 0
        return line


def read_parquet(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:  # noqa: ARG001
    """The rows of a Parquet file, a few at a time."""
    if source.seekable is not None:
        yield from _parquet_rows(cast(BinaryIO, source.seekable))
        return
    # the format begins at its end, so a stream has to be laid down first
    with tempfile.TemporaryFile() as copy:
        for chunk in source.chunks():
            copy.write(chunk)
        copy.seek(0)
        yield from _parquet_rows(cast(BinaryIO, copy))


def _parquet_rows(file: BinaryIO) -> Iterator[Found | Fault]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        table = pq.ParquetFile(file)
        names = table.schema_arrow.names
        if not has_text_field(names):
            yield Fault("no_text", f"no column with text; the columns are: {shown_names(names)}")
            return
        columns = [name for name in names if is_known_field(name)]
        for group in range(table.num_row_groups):
            packed, unpacked = _sizes(table.metadata.row_group(group), columns)
            rows = table.metadata.row_group(group).num_rows
            if is_bomb(packed, unpacked) or rows > _ROWS_WITHOUT_BYTES + packed:
                yield Fault("too_long", f"{packed:,} bytes that unpack to {unpacked:,}, for {rows:,} rows")
                continue
            # one value may be as large as all that is unpacked, and stand in every row
            size = max(1, min(_BATCH, _BATCH_BYTES // max(unpacked, 1)))
            for batch in table.iter_batches(batch_size=size, row_groups=[group], columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield record(row, number)
        if not table.metadata.num_rows:
            yield Fault("no_text", "a table without rows")
    # text that is no UTF-8 is a ValueError, a date beyond the calendar an ArithmeticError
    except (pa.ArrowException, OSError, ValueError, ArithmeticError) as error:
        first_line = str(error).partition("\n")[0]
        yield Fault("malformed", f"no readable Parquet file: {first_line}; {number} rows were read")


def _sizes(group: Any, columns: list[str]) -> tuple[int, int]:  # noqa: ANN401 - pyarrow has no types
    """Bytes of some columns of a row group, packed and unpacked."""
    packed = unpacked = 0
    for index in range(group.num_columns):
        column = group.column(index)
        if any(column.path_in_schema == name or column.path_in_schema.startswith(f"{name}.") for name in columns):
            packed, unpacked = packed + column.total_compressed_size, unpacked + column.total_uncompressed_size
    return packed, unpacked
