"""What comes out cannot carry what came in any further: no script in a page, no formula in a table, no path elsewhere."""

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from zawiya.infer.summary import RunSummary

from .fixtures import HOSTILE, TEXT

SCRIPTS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</bdi></p><svg/onload=alert(1)>",
    "<!-- --><iframe src=javascript:alert(1)>",
    "{{ 7 * 7 }}{% for x in y %}",
    "&lt;script&gt;\u2028</title></style>",
)


class Tags(HTMLParser):
    """Gathers the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def test_the_page_of_an_evaluation_carries_no_script_from_a_sentence() -> None:
    pytest.importorskip("jinja2", reason="the page takes the evaluate extra")
    from tests.train.evaluate.conftest import mistake, part
    from zawiya.train.evaluate.page import page
    from zawiya.train.evaluate.records import Evaluation

    wrong = (replace(mistake(f"{script} {TEXT} {script}"), article=script, actor=script) for script in SCRIPTS)
    shown = replace(part(), mistakes=tuple(wrong), warnings=SCRIPTS, slices=())
    html = page(Evaluation("m", "models/m", "b57c90e1", 100, 1, {}, (shown,), (), SCRIPTS))
    found = Tags()
    found.feed(html)
    assert found.tags.isdisjoint({"script", "iframe", "img", "object", "embed", "base", "form"})
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert not [value for _, value in found.attributes if value and value.strip().lower().startswith("javascript")]
    # nor is it taken for a template
    assert "{{ 7 * 7 }}" in html


def tree(folder: Path) -> set[str]:
    return {os.fsdecode(path.relative_to(folder)) for path in folder.rglob("*")}


def test_nothing_is_written_outside_the_folder_of_results(
    tmp_path: Path, labelled: Callable[..., RunSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, elsewhere = tmp_path / "in", tmp_path / "cwd"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    names = (
        "ids that climb",
        "name with a line break",
        "name with an override",
        "name of a formula",
        "name that is no UTF-8",
    )
    for number, name in enumerate(names):
        folder = inputs / str(number)
        folder.mkdir(parents=True)
        next(row for row in HOSTILE if row.name == name).make(folder)
    before = tree(tmp_path)
    labelled(inputs)
    after = tree(tmp_path) - before
    assert after
    assert all(Path(path).parts[0] == "out" for path in after)
    # nor under a name that an input chose
    assert not [path for path in after if any(word in path for word in ("passwd", "\n", "\u202e", "=1"))]


def test_no_cell_of_a_run_begins_a_formula(tmp_path: Path, labelled: Callable[..., RunSummary]) -> None:
    folder = tmp_path / "in"
    for name in ("formula text", "CSV of formulas", "name of a formula"):
        (folder / name).mkdir(parents=True)
        next(row for row in HOSTILE if row.name == name).make(folder / name)
    labelled(folder)
    found = list((tmp_path / "out").rglob("*.csv"))
    assert found
    for path in found:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], path.name
