"""Other ids for articles of a part that is written but not yet in the ledger.

Workers cannot know which ids articles elsewhere have. Where two want the same one, the later gets its new id here, in the
driver, with the same warning that a run in one process gives; the part is copied for it, once.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zawiya.corpus import article_from_json, dumps
from zawiya.reading.articles import taken_before

from .writers import COMPRESSION


def rename(files: Mapping[str, Path], ids: Mapping[str, str]) -> None:
    """Give articles of a part other ids.

    :param files: of the part, by the name of their table.
    :param ids: new ids by the sources of the articles.
    """
    for table, path in files.items():
        renamed = path.with_name(f"renamed-{path.name}")
        (_rename_articles if table == "articles" else _rename_rows)(path, renamed, ids)
        renamed.replace(path)


def _rename_articles(path: Path, renamed: Path, ids: Mapping[str, str]) -> None:
    with (
        path.open(encoding="utf-8", newline="\n") as lines,
        renamed.open("w", encoding="utf-8", newline="\n") as out,
    ):
        for line in lines:
            article = article_from_json(json.loads(line))
            new = ids.get(article.source or article.id)
            if new is None:
                out.write(line)
            else:
                warnings = (*article.warnings, taken_before(article.id))
                out.write(f"{dumps(replace(article, id=new, warnings=warnings))}\n")


def _rename_rows(path: Path, renamed: Path, ids: Mapping[str, str]) -> None:
    with pq.ParquetFile(path) as rows, pq.ParquetWriter(renamed, rows.schema_arrow, compression=COMPRESSION) as out:
        for group in range(rows.num_row_groups):
            table = rows.read_row_group(group)
            sources = table.column("source").to_pylist()
            for name in ("article_id", "sentence_id"):
                values = [
                    _renamed(value, ids[source], name) if source in ids else value
                    for value, source in zip(table.column(name).to_pylist(), sources, strict=True)
                ]
                at = table.schema.get_field_index(name)
                table = table.set_column(at, table.schema.field(at), pa.array(values, pa.string()))
            out.write_table(table)


def _renamed(value: str, new: str, column: str) -> str:
    """The new id of an article, or of a sentence of it."""
    return new if column == "article_id" else f"{new}#s{value.rpartition('#s')[2]}"
