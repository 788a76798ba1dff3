import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.infer.writers import FORMULA_STARTS, TableWriter, csv_cell

SCHEMA = pa.schema([("text", pa.string()), ("score", pa.float32()), ("frames", pa.list_(pa.string()))])


def write(tmp_path, rows, row_group=2):
    writer = TableWriter(SCHEMA, tmp_path / "t", row_group)
    writer.write(rows)
    writer.close()
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        return pq.read_table(tmp_path / "t.parquet"), list(csv.reader(file))


def row(text, score=0.5, frames=()):
    return {"text": text, "score": score, "frames": list(frames)}


def test_both_files_hold_the_same_rows(tmp_path):
    table, cells = write(tmp_path, [row("أ", 0.25, ["x", "y"]), row("ب", None), row("ج")])
    assert table.column("text").to_pylist() == ["أ", "ب", "ج"]
    assert table.column("frames").to_pylist() == [["x", "y"], [], []]
    assert cells == [
        ["text", "score", "frames"],
        ["أ", "0.2500", "x;y"],
        ["ب", "", ""],
        ["ج", "0.5000", ""],
    ]


def test_rows_are_written_in_groups(tmp_path):
    write(tmp_path, [row("أ")] * 5, row_group=2)
    file = pq.ParquetFile(tmp_path / "t.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2, 2, 1]


def test_an_empty_table_has_its_columns(tmp_path):
    table, cells = write(tmp_path, [])
    assert table.schema.names == SCHEMA.names
    assert cells == [SCHEMA.names]


def test_csv_opens_in_a_spreadsheet(tmp_path):
    write(tmp_path, [row('قال "نعم", ثم\nمضى')])  # quotes, a comma and a line break in one cell
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    assert 'قال ""نعم"", ثم\nمضى"'.encode() in raw


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_formulas_are_defused_in_csv_only(tmp_path, start):
    table, cells = write(tmp_path, [row(f"{start}cmd|' /C calc'!A0")])
    assert cells[1][0] == f"'{start}cmd|' /C calc'!A0"
    assert table.column("text").to_pylist() == [f"{start}cmd|' /C calc'!A0"]


def test_a_list_is_defused_as_the_cell_it_becomes():
    assert csv_cell(["=x", "y"]) == "'=x;y"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_cell_of_text_begins_as_a_formula(text):
    cell = csv_cell(text)
    assert not cell.startswith(FORMULA_STARTS)
    assert cell.removeprefix("'") in {text, text.removeprefix("'")}
