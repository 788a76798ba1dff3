"""Tables: CSV and TSV through the csv module, Parquet through pyarrow; a row is a record.

Both stream. CSV has no way to say that a quote was forgotten: a row whose number of fields is not the header's
is named instead of being read askew.
"""

import csv
import tempfile
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, cast

from zawiya.reading.decode import NotTextError
from zawiya.reading.fields import has_text_field, is_known_field
from zawiya.reading.jsons import record
from zawiya.reading.lines import Line, all_lines, line_limit
from zawiya.reading.outcomes import Fault, Found, ReadOptions, Reason
from zawiya.reading.streams import ByteSource

_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"  # a table of one column: commas are the text's own
_BATCH = 64  # articles are long: a batch of a thousand rows may be hundreds of megabytes


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
            yield Fault("no_text", f"no column with text; the columns are: {', '.join(header)[:200]}")
        else:
            yield from _kept_before_cut(source, rows.records(header))
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
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield self._loose_record(header, error, number)
                self._again.extendleft(reversed(self._taken[1:]))
                reader = csv.reader(self._texts(), delimiter=self._delimiter, strict=True)
                continue
            if any(field.strip() for field in row):
                number += 1
                yield self._record(header, row, number)

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
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self._taken.append(line)
            yield line.text + ('"' if line.beyond == '"' else "") + ("\n" if line.beyond else "")


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
            yield Fault("no_text", f"no column with text; the columns are: {', '.join(names)[:200]}")
            return
        columns = [name for name in names if is_known_field(name)]
        for batch in table.iter_batches(batch_size=_BATCH, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield record(row, number)
    except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: text that is no UTF-8
        first_line = str(error).partition("\n")[0]
        yield Fault("malformed", f"no readable Parquet file: {first_line}; {number} rows were read")
