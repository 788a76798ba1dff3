import json

import pyarrow.parquet as pq
import pytest

from zawiya.infer.layout import TABLES
from zawiya.infer.tables import stance_schema
from zawiya.infer.writers import PartWriter, TableWriter


def row(number: int) -> tuple:
    values = {"string": "أ", "int32": number, "float": 0.5}
    return tuple(values[str(field.type)] for field in stance_schema())


def write(path, count, row_group=2):
    writer = TableWriter(stance_schema(), path, row_group)
    writer.write(row(number) for number in range(count))
    writer.close()
    return pq.ParquetFile(path)


@pytest.fixture
def files(tmp_path):
    return {table: tmp_path / f"{table}{suffix}" for table, suffix in TABLES.items()}


def part(files):
    return PartWriter(files, frames=("legality",), actors={}, row_group=10)


def test_rows_are_read_back_in_order(tmp_path):
    assert write(tmp_path / "t", 5).read().column("start").to_pylist() == [0, 1, 2, 3, 4]


def test_rows_are_written_in_groups(tmp_path):
    file = write(tmp_path / "t", 5, row_group=2)
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2, 2, 1]


def test_an_empty_table_has_its_columns(tmp_path):
    assert write(tmp_path / "t", 0).schema_arrow.names == stance_schema().names


def test_a_part_has_an_article_in_each_of_its_files(files, furnished):
    writer = part(files)
    writer.write(furnished)
    writer.close()
    assert json.loads(files["articles"].read_text(encoding="utf-8"))["id"] == "f"
    assert pq.read_table(files["sentences"]).column("role").to_pylist() == ["body", "furniture"]
    assert pq.read_metadata(files["stances"]).num_rows == 0


def test_a_part_that_is_given_up_leaves_no_file_open(files, furnished):
    writer = part(files)
    writer.write(furnished)
    writer.abandon()
    assert pq.read_metadata(files["sentences"]).num_rows == 0
