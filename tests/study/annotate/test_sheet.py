"""The sheet: what a spreadsheet makes of it, and what an annotator does in it, read back with row numbers."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.study.annotate import sheet
from zawiya.study.annotate.changes import changes
from zawiya.study.annotate.records import Answers, sentences_of
from zawiya.study.annotate.sheet_import import read_sheet

from .worlds import LABELS, article, articles, sentence

KNOWN = sentences_of(articles())
Rows = list[dict[str, str]]


class Sheet:
    """A sheet in an annotator's hands: rows by number, as the spreadsheet shows them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        sheet.write(articles(), path)
        self.rows: Rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        self.columns = list(sheet.COLUMNS)
        for row in self.rows:
            row["checked"] = "x" if row["row"] == "sentence" else ""

    def find(self, actor: str = "", *, within: str = "") -> dict[str, str]:
        return next(r for r in self.rows if r["actor"] == actor and within in r["sentence"])

    def number(self, row: dict[str, str]) -> int:
        return next(place for place, other in enumerate(self.rows, start=2) if other is row)

    def text(self, delimiter: str = ",", end: str = "\r\n") -> str:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, self.columns, delimiter=delimiter, lineterminator=end, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def read(self, *, data: bytes | None = None, take_all: bool = False) -> Answers:
        self.path.write_bytes(self.text().encode() if data is None else data)
        return read_sheet(self.path, KNOWN, LABELS, take_all=take_all)

    def faults(self) -> tuple[str, ...]:
        with pytest.raises(FaultsError) as error:
            self.read()
        return error.value.faults


@pytest.fixture
def filled(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path / "s.csv")


def told(answers: Answers) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.about, c.before, c.after) for c in changes(KNOWN, answers.sentences)]


def test_it_has_a_row_for_each_sentence_and_one_for_each_actor(filled: Sheet) -> None:
    assert [row["row"] for row in filled.rows].count("sentence") == 5
    assert [row["actor"] for row in filled.rows if row["actor"]] == [
        m.actor for s in KNOWN.values() for m in s.mentions
    ]


def test_no_cell_is_a_formula(filled: Sheet) -> None:
    assert filled.find("usa", within="SUM")["sentence"].startswith("'=")
    assert filled.find(within="ولم يصدر")["sentence"].startswith("'- ")


@pytest.mark.parametrize("name", ["calc_semicolons.csv", "calc_windows1256.csv"])
def test_a_sheet_that_went_through_libreoffice_is_read(files: Path, name: str) -> None:
    answers = read_sheet(files / name, KNOWN, LABELS)
    assert told(answers) == [
        ("holder", "usa", "russia", "author"),
        ("mention removed", "iran", "«طهران» neutral", ""),
        ("frame added", "", "", "diplomacy"),
        ("frame added", "", "", "interference"),
    ]
    assert len(answers.sentences) == 4
    # 00012 came back as 12
    assert any("article_id that the spreadsheet changed" in note for note in answers.notes)


@pytest.mark.parametrize(
    "saved",
    [
        lambda s: s.text(";").encode("utf-8-sig"),
        lambda s: s.text("\t").encode("utf-16"),
        lambda s: f"sep=;\r\n{s.text(';')}".encode(),
        lambda s: s.text(end="\n").encode(),
        lambda s: ("," * 13 + "\r\n" + s.text()).encode(),
        lambda s: s.text().encode("cp1256", "replace"),
        lambda s: s.text().replace("'=", "=").replace("'-", "-").encode(),
        lambda s: s.text().replace("\r\nنعم", "\nنعم").encode(),
        lambda s: (
            s.text().translate({ord(str(n)): "٠١٢٣٤٥٦٧٨٩"[n] for n in range(10)}).replace("SUM(A١)", "SUM(A1)").encode()
        ),
    ],
    ids=[
        "semicolons",
        "unicode text",
        "sep",
        "line feeds",
        "empty row above",
        "1256",
        "no apostrophes",
        "lone lf",
        "digits",
    ],
)
def test_however_a_spreadsheet_saves_it_nothing_has_changed(filled: Sheet, saved: Callable[[Sheet], bytes]) -> None:
    answers = filled.read(data=saved(filled))
    assert len(answers.sentences) == 5
    assert told(answers) == []


def test_numbers_may_have_become_decimals_and_rows_another_order(filled: Sheet) -> None:
    for row in filled.rows:
        for column in ("start", "end", "mention_start", "mention_end"):
            row[column] = f"{row[column]}.0" if row[column] else ""
    filled.rows.reverse()
    filled.rows.insert(2, dict.fromkeys(filled.columns, ""))
    filled.columns = ["my remarks", *reversed(filled.columns)]
    answers = filled.read()
    assert (len(answers.sentences), told(answers)) == (5, [])


def test_what_an_annotator_decides_is_read(filled: Sheet) -> None:
    filled.find("usa", within="SUM").update(stance="مؤيد", holder="Iran")
    filled.find("russia")["stance"] = "reject"
    filled.find(within="ولم يصدر").update(frames="زعزعة الاستقرار، diplomacy")
    new = dict(filled.find(within="SUM"), row="", mention="بشدة", actor="تركيا", stance="neutral", frames="")
    filled.rows.append(new)
    assert told(filled.read()) == [
        ("mention removed", "russia", "«موسكو» neutral", ""),
        ("stance", "usa", "against iran", "favor iran"),
        ("mention added", "turkey", "", "«بشدة» neutral"),
        ("frame added", "", "", "destabilisation"),
        ("frame added", "", "", "diplomacy"),
    ]


def test_words_may_be_corrected(filled: Sheet) -> None:
    filled.find("usa", within="SUM")["mention"] = "بموقف واشنطن"
    assert told(filled.read()) == [("words", "usa", "واشنطن", "بموقف واشنطن")]


def test_sentences_that_are_not_checked_are_left_out(filled: Sheet) -> None:
    filled.find(within="SUM")["checked"] = "no"
    filled.find(within="ولم يصدر")["checked"] = ""
    assert len(filled.read().sentences) == 3


def test_a_sheet_that_nobody_has_checked_is_refused_unless_all_is_meant(filled: Sheet) -> None:
    for row in filled.rows:
        row["checked"] = ""
    with pytest.raises(ZawiyaError, match="write an x under `checked`"):
        filled.read()
    assert len(filled.read(take_all=True).sentences) == 5


def test_deleted_rows_are_rejected_names_and_are_told(filled: Sheet) -> None:
    filled.rows.remove(filled.find("russia"))
    answers = filled.read()
    assert told(answers) == [("mention removed", "russia", "«موسكو» neutral", "")]
    assert answers.notes == (
        "1 actor rows of checked sentences are gone from the file: taken as names that were rejected",
    )


def test_a_deleted_sentence_is_not_finished(filled: Sheet) -> None:
    filled.rows = [row for row in filled.rows if "SUM" not in row["sentence"]]
    assert len(filled.read().sentences) == 4


def test_all_faults_are_told_at_once_with_the_rows_of_the_spreadsheet(filled: Sheet) -> None:
    filled.rows.insert(0, dict.fromkeys(filled.columns, ""))
    wrong = {
        "did you mean usa": dict(filled.find("usa"), actor="uss", mention_start="1"),
        "did you mean against": filled.find("usa", within="SUM"),
        "fill it in, or write reject": filled.find("russia"),
        "found 'nobody'": filled.find("turkey", within="تستضيف"),
        "did you mean diplomacy": filled.find(within="ورحبت"),
        "expected words of the sentence, found «طهرانن»": filled.find("iran", within="ورحبت"),
        "start and end: expected whole numbers": filled.find(within="ولم يصدر"),
    }
    filled.rows.append(wrong["did you mean usa"])
    wrong["did you mean against"]["stance"] = "agaisnt"
    wrong["fill it in, or write reject"]["stance"] = ""
    wrong["found 'nobody'"]["holder"] = "nobody"
    wrong["did you mean diplomacy"]["frames"] = "diplomacie"
    wrong["expected words of the sentence, found «طهرانن»"]["mention"] = "طهرانن"
    wrong["start and end: expected whole numbers"]["start"] = "Jan 12"
    faults = filled.faults()
    for part, row in wrong.items():
        assert any(f.startswith(f"row {filled.number(row)}:") and part in f for f in faults), part
    assert len(faults) == len(wrong)
    assert list(faults) == sorted(faults, key=lambda fault: int(fault.split()[1].rstrip(":")))


def test_columns_that_were_sorted_apart_are_told(filled: Sheet) -> None:
    texts = sorted(row["sentence"] for row in filled.rows)
    for row, text in zip(filled.rows, texts, strict=True):
        row["sentence"] = text
    assert any("sorted apart" in fault for fault in filled.faults())


def test_words_that_stand_there_twice_need_their_place(tmp_path: Path) -> None:
    known = sentences_of([article("a", sentence("موسكو وموسكو"))])
    sheet.write([article("a", sentence("موسكو وموسكو"))], tmp_path / "s.csv")
    text = (tmp_path / "s.csv").read_text(encoding="utf-8-sig")
    new = ",actor,موسكو وموسكو,,موسكو,russia,neutral,,,a,0,12"
    (tmp_path / "s.csv").write_text(f"{text}{new},,\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="row 3: mention: «موسكو» stands in the sentence 2 times"):
        read_sheet(tmp_path / "s.csv", known, LABELS, take_all=True)
    (tmp_path / "s.csv").write_text(f"{text}{new},7,12\n", encoding="utf-8")
    answers = read_sheet(tmp_path / "s.csv", known, LABELS, take_all=True)
    assert [m.start for s in answers.sentences.values() for m in s.mentions] == [7]


def test_the_same_row_twice_and_a_sentence_twice_are_faults(filled: Sheet) -> None:
    filled.rows += [dict(filled.find("russia")), dict(filled.find(within="SUM"))]
    faults = filled.faults()
    assert any("says the same actor and words as row" in fault for fault in faults)
    assert any("is the same sentence as row" in fault for fault in faults)


def test_actor_rows_without_their_sentence_are_a_fault(filled: Sheet) -> None:
    filled.rows.remove(filled.find(within="SUM"))
    assert any("has no row of its own any more" in fault for fault in filled.faults())


def test_a_file_without_the_columns_is_refused(filled: Sheet) -> None:
    filled.columns = [column for column in filled.columns if column != "stance"]
    with pytest.raises(ZawiyaError, match="stance missing"):
        filled.read()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04....", "غير ذلك".encode()])
def test_what_is_no_sheet_is_refused(filled: Sheet, data: bytes) -> None:
    with pytest.raises(ZawiyaError, match=r"expected (CSV|a first row)"):
        filled.read(data=data)
