"""The commands: out to annotators, back into a corpus, and on into checking and training."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zawiya.corpus import read_corpus
from zawiya.errors import ZawiyaError
from zawiya.infer.run import run
from zawiya.infer.settings import load_settings
from zawiya.study.annotate.command import app
from zawiya.study.annotate.source import read_articles
from zawiya.taxonomy import Taxonomy
from zawiya.train.data.check import check as checked
from zawiya.train.settings import DataSettings, Source
from zawiya.train.sources import check_labels, content, load_split

from .worlds import article, articles, sentence

Write = Callable[..., Path]
BOTH = ["--from", "csv", "--articles"]


@pytest.fixture(scope="module")
def lists() -> Taxonomy:
    return Taxonomy.load()


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch, lists: Taxonomy) -> None:
    """The long list of actors is read once for all commands."""
    monkeypatch.setattr(Taxonomy, "load", classmethod(lambda *_: lists))


def zawiya(*words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, ZawiyaError):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output


def edited(path: Path, change: Callable[[dict[str, str]], None]) -> Path:
    """The sheet with every row changed in this way."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows:
        change(row)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def check(row: dict[str, str]) -> None:
    row["checked"] = "x"
    if row["actor"] == "iran" and row["stance"] == "neutral":
        row["stance"], row["holder"] = "favor", "author"


def test_from_articles_to_a_corpus_that_is_checked_and_taken_for_training(
    write: Write, tmp_path: Path, lists: Taxonomy
) -> None:
    source = write("in.jsonl", *articles())
    assert "5 sentences of 2 articles" in zawiya("export", source, "--to", "csv", "--out", tmp_path / "to")
    said = zawiya(
        "import", edited(tmp_path / "to" / "sentences.csv", check), *BOTH, source, "--out", tmp_path / "rima.jsonl"
    )
    assert "changed: 2 labels in 2 of 5 sentences" in said
    assert "stance iran: neutral -> favor author" in said
    report = checked([tmp_path / "rima.jsonl"], actors=lists.actor_ids, frames=lists.frame_ids)
    assert (report.sentences, report.count("error")) == (6, 0)
    # what `zawiya train` reads, before it learns anything
    split = load_split(DataSettings((Source(str(tmp_path / "rima.jsonl")),), (str(tmp_path / "rima.jsonl"),)))
    check_labels(split, lists)
    assert [m.stance for s in content(split.train) for m in s.mentions if m.actor == "iran"] == ["favor", "favor"]


def test_results_and_samples_are_exported_like_a_corpus(write: Write, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("قالت موسكو إن واشنطن تسعى إلى إشاعة الفوضى قرب حدودها.", encoding="utf-8")
    run(load_settings(None, (), paths=(str(tmp_path / "in"),), out=str(tmp_path / "out"), quiet=True))
    assert len(read_articles(tmp_path / "out")) == 1
    assert "1 sentence of 1 article" in zawiya("export", tmp_path / "out", "--to", "jsonl", "--out", tmp_path / "to")
    (tmp_path / "sample").mkdir()
    write("sample/articles.jsonl", *articles())
    (tmp_path / "sample" / "design.json").write_text("{}", encoding="utf-8")
    zawiya("export", tmp_path / "sample", "--to", "label-studio", "--out", tmp_path / "studio")
    assert sorted(p.name for p in (tmp_path / "studio").iterdir()) == [
        "instructions.html",
        "interface.xml",
        "tasks.json",
    ]


def test_several_annotators_of_label_studio_have_a_corpus_each(write: Write, files: Path, tmp_path: Path) -> None:
    source = write("in.jsonl", *articles())
    said = zawiya(
        "import",
        files / "label_studio.json",
        "--from",
        "label-studio",
        "--articles",
        source,
        "--out",
        tmp_path / "gold.jsonl",
    )
    assert "annotator 2: 3 sentences of 2 articles finished" in said
    assert "2 not finished and left out, of these 1 skipped on purpose" in said
    first, second = (tmp_path / f"gold.annotator-{number}.jsonl" for number in (1, 2))
    assert [len(list(a.sentences)) for a in read_corpus(first)] == [1, 2]
    assert "2 sentences of 2 articles in common" in zawiya("agree", first, second, "--out", tmp_path / "agreed")
    assert sorted(p.name for p in (tmp_path / "agreed").iterdir()) == ["agreement.csv", "disagreements.csv"]
    zawiya("adjudicate", first, second, "--out", tmp_path / "decide.csv")
    decided = edited(tmp_path / "decide.csv", lambda row: row.update(decision="gold.annotator-2"))
    said = zawiya("adjudicate", first, second, "--decided", decided, "--out", tmp_path / "final.jsonl")
    assert "3 sentences of 2 articles" in said


def test_lines_that_are_checked_are_taken(write: Write, tmp_path: Path) -> None:
    source = write("in.jsonl", *articles())
    zawiya("export", source, "--to", "jsonl", "--out", tmp_path / "to")
    path = tmp_path / "to" / "articles.jsonl"
    back = ["import", path, "--from", "jsonl", "--articles", source, "--out", tmp_path / "out.jsonl"]
    with pytest.raises(ZawiyaError, match="set checked to true"):
        zawiya(*back)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    records[0]["sentences"][0]["checked"] = True
    records[0]["sentences"][0]["mentions"].pop()
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    said = zawiya(*back)
    assert "1 sentence of 1 article finished" in said
    assert "mention removed turkey" in said
    records[0]["sentences"][0]["mentions"][0]["actor"] = "rusia"
    records[1]["sentences"][0]["end"] -= 1
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    with pytest.raises(ZawiyaError, match="did you mean russia"):
        zawiya(*back)


def test_somebodys_work_is_not_overwritten_unasked(write: Write, tmp_path: Path) -> None:
    source = write("in.jsonl", *articles())
    command = ["export", source, "--to", "csv", "--out", tmp_path / "to"]
    zawiya(*command)
    with pytest.raises(ZawiyaError, match="may hold somebody's work"):
        zawiya(*command)
    zawiya(*command, "--overwrite")


def test_labels_that_the_lists_lack_are_told_before_anybody_starts(write: Write, tmp_path: Path) -> None:
    strange = sentence("محادثات", frames=("diplomcy",))
    with pytest.raises(ZawiyaError, match="did you mean diplomacy"):
        zawiya("export", write("in.jsonl", article("a", strange)), "--to", "csv", "--out", tmp_path / "to")


@pytest.mark.parametrize("made", [(), (article("a"),)])
def test_nothing_to_label_is_an_error(write: Write, tmp_path: Path, made: tuple) -> None:
    with pytest.raises(ZawiyaError, match="expected sentences to label, found none"):
        zawiya("export", write("in.jsonl", *made), "--to", "csv", "--out", tmp_path / "to")


def test_ids_and_spans_that_stand_twice_are_faults(write: Write) -> None:
    one = article("a", sentence("موسكو"))
    twice = one.with_sentences(one.sentences * 2)
    with pytest.raises(ZawiyaError, match=r"2 articles have the id 'a'(.|\n)*2 sentences stand at 0–5"):
        read_articles(write("in.jsonl", one, twice))
