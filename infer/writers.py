"""The rows of one part: articles as JSON Lines, sentences and stances as Parquet; memory holds one row group at most."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from zawiya.corpus import dumps
from zawiya.records import Article
from zawiya.taxonomy import Actor

from .tables import Row, sentence_rows, sentence_schema, stance_rows, stance_schema

COMPRESSION = "zstd"
#: Bytes written at once: at each write this thread stands back, and waits until the model's threads let it go on.
BUFFER = 1 << 20


class TableWriter:
    """One table as a Parquet file.

    :param row_group: rows in a row group, and held in memory before they are written.
    """

    def __init__(self, schema: pa.Schema, path: Path, row_group: int) -> None:
        self._schema = schema
        self._row_group = row_group
        self._rows: list[Row] = []
        self._file = pq.ParquetWriter(path, schema, compression=COMPRESSION)

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows; each has a value for every column."""
        self._rows.extend(rows)
        while len(self._rows) >= self._row_group:
            self._flush(self._row_group)

    def close(self) -> None:
        """Write what is still held, and the end of the file."""
        if self._rows:
            self._flush(len(self._rows))
        self._file.close()

    def abandon(self) -> None:
        """Close the file without what is still held; for a run that failed."""
        self._rows.clear()
        self._file.close()

    def _flush(self, count: int) -> None:
        rows, self._rows = self._rows[:count], self._rows[count:]
        # a column at a time: several times as fast as letting Arrow look into each row
        columns = [
            pa.array(cells, column.type) for column, cells in zip(self._schema, zip(*rows, strict=True), strict=True)
        ]
        self._file.write_table(pa.Table.from_arrays(columns, schema=self._schema))


class PartWriter:
    """The three files of one part.

    :param files: by the name of their table.
    :param frames: of the model, each a column of the sentences table.
    :param actors: the actor list by id.
    """

    def __init__(
        self, files: Mapping[str, Path], *, frames: Sequence[str], actors: Mapping[str, Actor], row_group: int
    ) -> None:
        self.files = dict(files)
        self._frames, self._actors = tuple(frames), actors
        self._articles: TextIO = self.files["articles"].open("w", BUFFER, encoding="utf-8", newline="\n")
        self._sentences = TableWriter(sentence_schema(frames), self.files["sentences"], row_group)
        self._stances = TableWriter(stance_schema(), self.files["stances"], row_group)

    def write(self, article: Article) -> None:
        """Add a labelled article to every file."""
        self._articles.write(f"{dumps(article)}\n")
        self._sentences.write(sentence_rows(article, self._frames))
        self._stances.write(stance_rows(article, self._actors))

    def close(self) -> None:
        """Write what is still held, and the ends of the files."""
        self._articles.close()
        self._sentences.close()
        self._stances.close()

    def abandon(self) -> None:
        """Close the files as they are; for a run that failed."""
        try:
            self._articles.close()
        finally:
            try:
                self._sentences.abandon()
            finally:
                self._stances.abandon()
