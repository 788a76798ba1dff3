import re
import sys

import pytest
from typer.testing import CliRunner

from tests.study.folders import article, sentence, write_results
from tests.study.measure.test_command import hand_labelled
from zawiya.__main__ import build
from zawiya.errors import ZawiyaError
from zawiya.study.report import command
from zawiya.study.report import figures as module

from .sample import report


@pytest.fixture
def out(tmp_path):
    made = [
        article(
            f"{n:02}",
            sentence(("usa", "neutral", None), frames=["economy"] if n % 2 else []),
            sentence(("russia", "against", "author")),
            outlet="النهار" if n % 2 else "east",
            date=f"2022-{1 + n % 3:02}-01",
        )
        for n in range(12)
    ]
    return write_results(tmp_path / "out", made, run={"model": {"name": "m", "fingerprint": "0123"}})


@pytest.fixture
def quick(monkeypatch):
    """A report made by hand in the place of one that is counted and drawn; what was asked for."""
    asked = {}

    def made(_, **given):
        asked.update(given)
        return report()

    monkeypatch.setattr(module, "build", made)
    return asked


def zawiya(*arguments, status=0):
    done = CliRunner().invoke(build(), ["report", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == status
    return done


def read(path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_page_lies_in_the_results_folder_and_its_size_is_told(out):
    said = zawiya(out).output
    assert re.search(r"report\.html \([0-9.]+ [kM]B\)", said)
    html = read(out / "report.html")
    assert '<h1><bdi dir="auto">out</bdi></h1>' in html
    assert '<html lang="en" dir="ltr">' in html


def test_the_page_lies_where_it_is_asked_for_in_the_language_and_by_the_title_asked_for(out, tmp_path, quick):
    zawiya(out, "--to", tmp_path / "r.html", "--lang", "ar", "--title", "تقرير <أول>", "--explain", 0)
    html = read(tmp_path / "r.html")
    assert '<html lang="ar" dir="rtl">' in html
    assert '<h1><bdi dir="auto">تقرير &lt;أول&gt;</bdi></h1>' in html
    assert not (out / "report.html").exists()


def test_words_behind_decisions_are_left_out_with_a_reason_where_the_model_is_not_at_hand(out, quick):
    assert "the words behind decisions are left out" in zawiya(out).stderr
    assert "left out" not in zawiya(out, "--explain", 0).stderr


def test_the_reader_has_as_many_articles_as_are_asked_for(out, quick):
    zawiya(out, "--explain", 0)
    assert quick == {"gold": None, "articles_limit": 2000}
    zawiya(out, "--articles", 5, "--explain", 0)
    assert quick["articles_limit"] == 5


def test_labels_by_people_are_handed_on_with_the_design_of_their_sample(out, quick, tmp_path):
    sample = ["sample", str(out), "--to", str(tmp_path / "s"), "--n", "20"]
    CliRunner().invoke(build(), sample, catch_exceptions=False)
    labels = hand_labelled(tmp_path / "s")
    zawiya(out, "--gold", labels, "--explain", 0)
    assert len(quick["gold"]) == 20
    (tmp_path / "s" / "design.json").rename(tmp_path / "design.json")
    zawiya(out, "--gold", labels, "--design", tmp_path / "design.json", "--explain", 0)
    assert len(quick["gold"]) == 20


def test_nothing_else_in_the_folder_is_touched_and_nothing_unfinished_is_left(out, quick):
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    before = {path.name for path in out.iterdir()}
    for _ in range(2):
        zawiya(out, "--explain", 0)
    assert {path.name for path in out.iterdir()} == before | {"report.html"}
    assert read(out / "notes.txt") == "mine"


def test_an_older_page_stays_when_a_new_one_is_interrupted(out, monkeypatch, quick):
    zawiya(out, "--explain", 0)
    older = read(out / "report.html")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "build", interrupted)
    zawiya(out, status=130)
    assert read(out / "report.html") == older


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "fr"], "expected en or ar, found 'fr'"),
        (["--design", "design.json"], "expected --gold besides"),
        (["--to", "."], "found a folder"),
        (["--to", "/dev/null/all.html", "--explain", "0"], "expected a folder that the page can be written into"),
    ],
)
def test_wrong_use_is_named(out, arguments, said, quick):
    with pytest.raises(ZawiyaError, match=re.escape(said)):
        zawiya(out, *arguments)


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(ZawiyaError, match="found neither results nor a run"):
        zawiya(tmp_path)


def test_a_page_can_be_read_by_others(out, quick):
    zawiya(out, "--explain", 0)
    mine = out / "run.json"
    if sys.platform != "win32":
        assert (out / "report.html").stat().st_mode == mine.stat().st_mode


def test_sizes_are_told_in_the_unit_that_fits():
    assert [command._size(size) for size in (99_000, 100_000, 4_260_000)] == ["99 kB", "0.1 MB", "4.3 MB"]
