"""Disagreements to be decided, and the corpus that the decisions make."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.corpus import read_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.study.annotate.adjudication import Adjudicated, adjudicate, write_disagreements
from zawiya.study.annotate.together import Together, read_together

from .test_agreement import RIMA, SAMIR
from .worlds import LABELS, article, sentence

Write = Callable[..., Path]
#: Of usa, russia, turkey and the frame diplomacy, in their order.
ALL = ("rima", "neutral", "reject", "yes")


@pytest.fixture
def together(write: Write) -> Together:
    alone = article("b", sentence("لا تعليق"))
    return read_together([write("rima.jsonl", *RIMA, alone), write("samir.jsonl", *SAMIR)])


def decide(together: Together, folder: Path, decisions: tuple[str, ...], *, delimiter: str = ",") -> Path:
    """A sheet with these decisions in its rows, saved by a spreadsheet that uses this delimiter."""
    path = folder / "decide.csv"
    write_disagreements(together, path, overwrite=True)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    for row, decision in zip(rows[1:], decisions, strict=True):
        row[1] = decision
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([rows[0], *reversed(rows[1:])])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def decided(together: Together, folder: Path, *decisions: str) -> Adjudicated:
    return adjudicate(together, decide(together, folder, decisions), folder / "gold.jsonl", LABELS)


def labels(path: Path) -> list[tuple[str, list[tuple[str, str | None, str | None]], tuple[str, ...]]]:
    return [
        (a.id, [(m.actor, m.stance, m.holder) for m in s.mentions], s.frames)
        for a in read_corpus(path)
        for s in a.sentences
    ]


def test_decisions_are_laid_over_what_annotators_agree_on(together: Together, tmp_path: Path) -> None:
    done = decided(together, tmp_path, *ALL)
    assert done == Adjudicated(articles=5, sentences=5, decided=4, undecided=0, left_out=0, alone=1)
    assert labels(tmp_path / "gold.jsonl") == [
        ("a0", [("russia", "neutral", None), ("usa", "against", "russia")], ("interference",)),
        ("a1", [("russia", "neutral", None)], ()),
        ("a2", [("iran", "against", "other")], ()),
        ("a3", [], ("diplomacy",)),
        ("b", [], ()),
    ]


def test_a_decision_may_be_an_answer_that_nobody_gave(together: Together, tmp_path: Path) -> None:
    decided(together, tmp_path, "favor تركيا", "معارض author", "favor turkey", "لا")
    assert labels(tmp_path / "gold.jsonl")[:2] == [
        ("a0", [("russia", "neutral", None), ("usa", "favor", "turkey")], ("interference",)),
        ("a1", [("russia", "against", "author"), ("turkey", "favor", "turkey")], ()),
    ]


def test_a_sentence_with_something_undecided_is_left_out(together: Together, tmp_path: Path) -> None:
    done = decided(together, tmp_path, "samir", "rima", "", "")
    assert (done.decided, done.undecided, done.left_out) == (2, 2, 2)
    assert [name for name, *_ in labels(tmp_path / "gold.jsonl")] == ["a0", "a2", "b"]


def test_a_sheet_with_semicolons_is_read(together: Together, tmp_path: Path) -> None:
    path = decide(together, tmp_path, ALL, delimiter=";")
    assert adjudicate(together, path, tmp_path / "gold.jsonl", LABELS).decided == 4


def test_all_faults_of_decisions_are_told_with_their_rows(together: Together, tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as error:
        decided(together, tmp_path, "against", "agianst usa", "favor rusia", "perhaps")
    told = "\n".join(error.value.faults)
    # the rows stand in reverse order
    for part in (
        "row 2: decision: expected yes, no, or an annotator (rima, samir), found 'perhaps'",
        "did you mean russia",
        "did you mean against",
        "row 5: decision: says against and not who holds it",
    ):
        assert part in told
    assert len(error.value.faults) == 4


def test_a_sheet_of_other_annotations_is_refused(together: Together, tmp_path: Path, write: Write) -> None:
    path = decide(together, tmp_path, ALL)
    other = read_together([write("rima.jsonl", *RIMA), write("dana.jsonl", *RIMA)])
    with pytest.raises(FaultsError, match="expected one of the disagreements of these annotations"):
        adjudicate(other, path, tmp_path / "gold.jsonl", LABELS)


def test_decisions_that_stand_there_are_not_overwritten_unasked(together: Together, tmp_path: Path) -> None:
    path = decide(together, tmp_path, ALL)
    with pytest.raises(ZawiyaError, match="may hold decisions"):
        write_disagreements(together, path)
