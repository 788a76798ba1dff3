"""Every row of the table of hostile inputs comes to the outcome that the table names."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.infer.summary import RunSummary

from .fixtures import HOSTILE, READ, TEXT, Hostile

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
#: What takes its time or a special right.
SLOW = {
    *("forbidden file", "million marks", "one token", "too long", "continuation bytes", "front matter, deep"),
    *(
        "front matter without an end",
        "CSV of many columns",
        "CSV with a huge field",
        "CSV whose every row opens a quote",
    ),
    *("page of tags", "page that is deep", "Word of paragraphs"),
}
BY_NAME = {hostile.name: hostile for hostile in HOSTILE}


def came_to(summary: RunSummary) -> str:
    counts = Counter({READ: summary.articles} if summary.articles else {})
    counts.update(skipped.reason for skipped in summary.skipped)
    return ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in sorted(counts.items())) or "nothing"


@pytest.mark.parametrize("name", BY_NAME)
def test_a_hostile_input_comes_to_its_outcome(name: str, tmp_path: Path, labelled: Callable[..., RunSummary]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    if name == "forbidden file" and os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    BY_NAME[name].make(folder)
    before = tree(tmp_path)
    summary = labelled(folder)
    assert came_to(summary) == BY_NAME[name].outcome
    # whatever the input says of itself, nothing is written but the results
    assert {path for path in tree(tmp_path) - before if not path.startswith("out")} == set()


def test_one_hostile_input_does_not_stop_the_others(tmp_path: Path, labelled: Callable[..., RunSummary]) -> None:
    folder = tmp_path / "in"
    quick = [row for row in HOSTILE if "bomb" not in row.name and row.name not in SLOW]
    for number, row in enumerate(quick):
        (folder / f"{number:03}").mkdir(parents=True)
        row.make(folder / f"{number:03}")
    (folder / "last.txt").write_text(TEXT, encoding="utf-8")
    summary = labelled(folder)
    assert summary.articles > 40
    assert "last.txt" not in {Path(skipped.source).name for skipped in summary.skipped}


def test_the_table_holds_each_name_once_and_all_of_it_is_in_the_document() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").partition("## Hostile input\n")[2].partition("\n## ")[0]
    written = [line for line in section.splitlines() if line.startswith("| ")]
    assert written[0] == "| input | what it is | what becomes of it |"
    assert written[1:] == [row_of(hostile) for hostile in HOSTILE]
    assert len(BY_NAME) == len(HOSTILE) >= 40


def row_of(hostile: Hostile) -> str:
    """A row of the table as the document prints it."""
    return f"| {hostile.name} | {hostile.what} | {hostile.outcome} |"


def tree(folder: Path) -> set[str]:
    return {os.fsdecode(path.relative_to(folder)) for path in folder.rglob("*")}
