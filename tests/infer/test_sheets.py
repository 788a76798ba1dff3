"""CSV for spreadsheets: the rows of the Parquet parts, with nothing in them that would run."""

import csv
import unicodedata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zawiya.infer import sheets
from zawiya.infer.sheets import DIGITS, cells, write_sheet

SCHEMA = pa.schema(
    [("text", pa.string()), ("count", pa.int32()), ("score", pa.float32()), ("frames", pa.list_(pa.string()))]
)
#: Any text that reading can give, and what CSV and spreadsheets take for something else more often than by chance.
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text(st.sampled_from("=+-@\t\r\n\",;'أبجد \u200f\u061c")),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | TEXT,
            "count": st.integers(0, 2**31 - 1),
            "score": st.none() | st.floats(0, 1, width=32),
            "frames": st.lists(TEXT.filter(bool), max_size=3),
        }
    ),
    max_size=6,
)


def row(text, score=0.5, frames=()):
    return {"text": text, "count": 1, "score": score, "frames": list(frames)}


def written(folder, *parts):
    """The cells of the sheet that parts of rows give, the header first."""
    paths = []
    for number, rows in enumerate(parts):
        paths.append(folder / f"{number}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), paths[-1])
    assert write_sheet(paths, SCHEMA, folder / "t.csv")
    with (folder / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def is_formula(text: str) -> bool:
    """Whether the first character that a spreadsheet does not drop begins a formula; wide signs do in some of them."""
    seen = [c for c in text if not c.isspace() and unicodedata.category(c) not in {"Zs", "Zl", "Zp", "Cc", "Cf"}]
    return text.startswith(("\t", "\r")) or seen[:1] in [[sign] for sign in "=+-@＝＋－＠﹦﹢﹣﹫"]


def guarded(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


def test_the_parts_follow_each_other_under_one_header(tmp_path):
    assert written(tmp_path, [row("أ", 0.25, ["x", "y"]), row("ب", None)], [], [row("ج")]) == [
        ["text", "count", "score", "frames"],
        ["أ", "1", "0.25", "x;y"],
        ["ب", "1", "", ""],
        ["ج", "1", "0.5", ""],
    ]


def test_a_sheet_of_no_parts_has_its_columns(tmp_path):
    assert written(tmp_path) == [SCHEMA.names]


def test_a_sheet_opens_in_a_spreadsheet(tmp_path):
    written(tmp_path, [row('قال "نعم", ثم\nمضى')])  # quotes, a comma and a line break in one cell
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert '"قال ""نعم"", ثم\nمضى"'.encode() in raw


def test_scores_have_four_decimals(tmp_path):
    assert written(tmp_path, [row("أ", 0.123456), row("أ", 1 / 3)])[1:] == [
        ["أ", "1", "0.1235", ""],
        ["أ", "1", "0.3333", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u200f=", "＝", "\n-"])
def test_formulas_are_defused(tmp_path, start):
    text = f"{start}cmd|' /C calc'!A0"
    assert written(tmp_path, [row(text, frames=[text])])[1] == [f"'{text}", "1", "0.5", f"'{text}"]


def test_a_mark_within_a_text_is_no_formula():
    assert cells(pa.array(["1+1", "a\n=1", "", None])).to_pylist() == ["1+1", "a\n=1", "", None]


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sheet_read_back_is_the_parquet_rows_but_for_guard_and_rounding(tmp_path, rows):
    header, *found = written(tmp_path, rows[:2], rows[2:])
    assert header == SCHEMA.names
    assert len(found) == len(rows)
    for (text, count, score, frames), kept in zip(found, rows, strict=True):
        assert text == guarded(kept["text"] or "")
        assert int(count) == kept["count"]
        assert (float(score) if score else None) == (None if kept["score"] is None else round(kept["score"], DIGITS))
        assert frames == guarded(";".join(kept["frames"]))


@given(rows=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_is_taken_for_a_formula(tmp_path, rows):
    for found in written(tmp_path, rows):
        assert not any(map(is_formula, found))


def test_beyond_what_a_spreadsheet_takes_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    pq.write_table(pa.Table.from_pylist([row("أ")] * 2, SCHEMA), tmp_path / "p")
    assert write_sheet([tmp_path / "p"], SCHEMA, tmp_path / "two.csv")
    assert not write_sheet([tmp_path / "p"] * 2, SCHEMA, tmp_path / "four.csv")
    assert not (tmp_path / "four.csv").exists()
