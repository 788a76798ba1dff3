"""The pages under docs/ say what is so: their commands can be typed, their examples run, their tables hold every field."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import commands, settings_page
from tests.html import Parsed
from zawiya import Labeler
from zawiya.bundle import Bundle, Calibration
from zawiya.corpus import read_corpus
from zawiya.reading import formats, read
from zawiya.study.annotate import sheet
from zawiya.study.measure.design import Design, Drawn
from zawiya.taxonomy import Actor, ActorList, Frame, FrameList, Leader, Rule
from zawiya.train.evaluate import records
from zawiya.train.evaluate.markdown import written
from zawiya.train.evaluate.records import System

ROOT = commands.ROOT
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
#: Pages that are followed from top to bottom, with the beginnings of commands that take minutes of learning or the
#: network, and so are not run.
FOLLOWED = {
    "start-researcher.md": (),
    "start-engineer.md": (),
    "start-nlp.md": (
        "zawiya train configs",
        "zawiya train mine.yaml --set out=runs/mine --seeds",
        "zawiya evaluate",
        "zawiya compare",
    ),
    "explaining.md": (),
    "python.md": (),
    "how-it-works.md": (),
    "own-lists.md": ("zawiya train",),
    "extending.md": (),
}
#: Those that take more than a quarter of a minute.
LONG = {"start-researcher.md", "start-nlp.md"}
CORPUS = ROOT / "data" / "corpus"
README_SENTENCE = "اتهمت الخارجية الروسية واشنطن بالسعي إلى إشاعة الفوضى قرب حدودها."
#: Nobody labels anything here: the model's labels are taken as if people had looked at them.
UNLOOKED = {"zawiya annotate import": ("--all",)}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def every_command() -> list[tuple[str, list[str]]]:
    return [
        (path.name, words)
        for path in PAGES
        for block in commands.fenced(path.read_text(encoding="utf-8"))
        if block.language == "sh"
        for words in commands.typed(block.text)
    ]


@pytest.mark.parametrize(("name", "words"), every_command(), ids=lambda part: part if isinstance(part, str) else None)
def test_what_a_page_says_to_type_can_be_typed(name: str, words: list[str]) -> None:
    assert commands.fault_of(words) is None


def test_a_command_that_cannot_be_typed_is_noticed() -> None:
    assert "no such option" in (commands.fault_of(["zawiya", "infer", "ARTICLES", "--ouput", "x"]) or "").lower()
    assert "no command" in (commands.fault_of(["zawiya", "inform"]) or "")
    assert "missing" in (commands.fault_of(["zawiya", "report"]) or "").lower()
    assert "not in the repository" in (commands.fault_of(["zawiya", "train", "configs/train/none.yaml"]) or "")
    assert "unknown program" in (commands.fault_of(["zawyia", "infer"]) or "")


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in FOLLOWED])
def test_a_page_can_be_followed_and_prints_what_it_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown = list(commands.follow(page(name), skipped=FOLLOWED[name], adding=UNLOOKED))
    assert shown
    for expected, printed in shown:
        assert commands.unlike(expected, printed) == []


def test_what_is_not_printed_is_noticed() -> None:
    assert commands.unlike("articles 32\n…\ngone 0\n", "articles   40\nskipped 1\ngone 7\n") == []
    assert commands.unlike("articles 32\nlost 1\n", "articles 32\n") == ["lost 0"]


def test_the_reader_of_the_page_reads_once_it_is_in_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(block.text for block in commands.fenced(page("extending.md")) if "SUBTITLES" in block.text)
    names: dict[str, Any] = {}
    exec(compile(example, "extending.md", "exec"), names)
    monkeypatch.setitem(formats._BY_SUFFIX, ".srt", names["SUBTITLES"])
    file = tmp_path / "channel" / "2025-03-01-news.srt"
    file.parent.mkdir()
    file.write_text("1\n00:00:01,000 --> 00:00:04,000\nأدانت الرباط القصف.\n", encoding="utf-8")
    [article] = read([tmp_path])
    assert (article.text, article.outlet, article.date) == ("أدانت الرباط القصف.", "channel", "2025-03-01")


def test_the_page_of_settings_is_the_schema() -> None:
    assert page("configs.md") == settings_page.page(), "write it anew: python -m tests.settings_page"


@pytest.mark.parametrize("schema", [section[-1] for section in settings_page.SECTIONS], ids=lambda kind: kind.__name__)
def test_every_setting_is_explained(schema: type) -> None:
    for name, field, _, owner in settings_page.settings_of(schema):
        assert settings_page.meaning(owner, field.name), f"{owner.__name__} says nothing of {name}"


def keys_below(heading: str) -> set[str]:
    """The keys in the first column of the tables below a heading of the page of schemas."""
    section = re.split(r"^#+ ", page("schemas.md").split(f"# {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    return {key for cell in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE) for key in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize(
    ("heading", "schemas"),
    [
        ("Actor list", [ActorList]),
        ("An actor", [Actor]),
        ("Frame list", [FrameList, Frame]),
        ("zawiya.json", [Bundle]),
        ("calibration", [Calibration]),
        ("design.json", [Design]),
    ],
)
def test_the_page_of_schemas_has_every_field(heading: str, schemas: list[type]) -> None:
    known = {field.name for schema in schemas for field in dataclasses.fields(schema)}
    assert keys_below(heading) - {"version"} == known - {"version"}


def test_the_page_of_schemas_has_what_stands_inside_fields() -> None:
    for schema in (Leader, Rule, Drawn):
        for field in dataclasses.fields(schema):
            assert f"`{field.name}`" in page("schemas.md")
    assert keys_below("Sheet of an annotator") == set(sheet.COLUMNS)


def test_the_page_of_schemas_has_every_key_of_a_models_metrics() -> None:
    metrics = json.loads((ROOT / "models/default/metrics.json").read_text(encoding="utf-8"))
    assert keys_below("metrics.json of a model") == metrics.keys()


def test_the_models_card_in_short_quotes_its_evaluation() -> None:
    def cell(systems: list[System], kind: str) -> str:
        return next((written(one.scores["stance.macro_f1"]) for one in systems if one.kind == kind), "–")

    for part in records.load(ROOT / "models/default/evaluation.json").parts:
        cells = [cell(list(part.systems), kind) for kind in ("model", "target_blind", "tfidf", "annotators")]
        assert f"| {part.name} | {' | '.join(cells)} |" in page("model-card.md")


def test_the_models_card_in_short_counts_what_was_learnt_from_as_the_notice_does() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for number in re.findall(r"(\d,\d{3}) (?:synthetic|published)", page("model-card.md")):
        assert number in notice


def test_the_corpus_in_short_counts_right() -> None:
    articles = [a for name in ("train", "dev", "test", "unseen_actors") for a in read_corpus(f"{CORPUS}/{name}.jsonl")]
    sentences = [sentence for article in articles for sentence in article.sentences]
    stances = [mention.stance for sentence in sentences for mention in sentence.mentions]
    said = page("data-card.md")
    assert f"{len(articles)} articles of {len(sentences):,} sentences" in said
    assert f"`favor` is {stances.count('favor') / len(stances):.0%} of the rows" in said


def test_the_drawing_shows_what_the_model_gives() -> None:
    drawing = (DOCS / "how-a-sentence-becomes-labels.svg").read_text(encoding="utf-8")
    parsed = Parsed(drawing)
    assert {"title", "desc"} <= {tag for tag, _ in parsed.tags}
    assert not re.search(r"<(script|image|foreignObject)|href=|@import|url\((?!#)", drawing)
    [sentence] = Labeler.load().label(README_SENTENCE).sentences
    russia, usa = sentence.mentions
    shown = [float(f"0{number}") for number in re.findall(r">(\.\d\d)<", drawing)]
    given = [
        *(mention.scores[stance] for mention in (russia, usa) for stance in ranked(mention.scores)[:2]),
        usa.holder_score,
        *(sentence.frame_scores[frame] for frame in ranked(sentence.frame_scores)[:3]),
    ]
    # of the holders only the one given is in the records
    assert shown[:5] + shown[8:] == pytest.approx(given, abs=0.05)
    assert [mention.text for mention in sentence.mentions] == re.findall(r'class="ap">.([^<]{5,}).</text>', drawing)


def test_the_page_around_the_drawing_names_its_numbers() -> None:
    calibration = Bundle.load(ROOT / "models" / "default").calibration
    for text in (page("how-it-works.md"), (DOCS / "how-a-sentence-becomes-labels.svg").read_text(encoding="utf-8")):
        assert f" {calibration.reject:.2f}".replace(" 0", " ") in text


def ranked(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=scores.__getitem__, reverse=True)


def test_the_overview_leads_to_every_page() -> None:
    led = set(re.findall(r"\]\(([\w-]+\.md)\)", page("index.md")))
    assert led == {path.name for path in PAGES} - {"index.md"}


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    address = "https://example.org/zawiya/blob/main"
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "ZAWIYA_REPOSITORY": address}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    built = (tmp_path / "site" / "data-card.html").read_text(encoding="utf-8")
    assert f'href="{address}/data/README.md"' in built
    pages = {path.stem for path in (tmp_path / "site").glob("*.html")} - {"404"}
    assert pages == {path.stem for path in PAGES}
