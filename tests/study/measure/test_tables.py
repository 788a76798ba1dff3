import csv
import json

import pyarrow.parquet as pq
import pytest

from zawiya.errors import ZawiyaError
from zawiya.study.measure.records import Figure
from zawiya.study.measure.tables import as_table, write_figures

FIGURES = [
    Figure("stance", {"outlet": "=cmd()", "month": "2022-01"}, "against", 10, 4, 3, 0.4, 0.2, 0.61234567),
    Figure("stance", {"outlet": None, "month": None}, "net", 2, -1, 1, -0.5),
]


def test_a_figure_is_a_row_with_its_group_in_front():
    table = as_table(FIGURES)
    assert table.column_names[:4] == ["outlet", "month", "kind", "label"]
    assert table["counted"].to_pylist() == [0.4, -0.5]
    assert table["low"].to_pylist() == [0.2, None]


def test_no_figures_are_an_empty_table():
    assert len(as_table([])) == 0


def test_csv_is_for_spreadsheets_and_runs_no_formula(tmp_path):
    write_figures(FIGURES, tmp_path / "deep" / "figures.csv")
    raw = (tmp_path / "deep" / "figures.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert rows[0]["outlet"] == "'=cmd()"
    assert rows[0]["high"] == "0.6123"
    assert rows[1]["share"] == "-0.5"


def test_parquet_and_json_lines_hold_everything_as_it_is(tmp_path):
    write_figures(FIGURES, tmp_path / "figures.parquet")
    write_figures(FIGURES, tmp_path / "figures.jsonl")
    rows = pq.read_table(tmp_path / "figures.parquet").to_pylist()
    assert rows == [json.loads(line) for line in (tmp_path / "figures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0]["high"] == 0.61234567
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.jsonl", "figures.parquet"]


def test_other_names_are_refused(tmp_path):
    with pytest.raises(ZawiyaError, match=r"ends in \.csv, \.parquet, \.jsonl, found '\.xlsx'"):
        write_figures(FIGURES, tmp_path / "figures.xlsx")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ZawiyaError, match="can be written"):
        write_figures(FIGURES, tmp_path / "file" / "figures.csv")
