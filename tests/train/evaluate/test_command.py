"""`zawiya evaluate` and `zawiya compare` as they are typed: what they write and print, what they refuse and how."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya import __main__ as program
from zawiya.records import Mention
from zawiya.taxonomy import Taxonomy
from zawiya.train import run
from zawiya.train.evaluate import command, page
from zawiya.train.evaluate.card import BEGIN
from zawiya.train.evaluate.records import load

from .. import runs
from ..conftest import small_articles
from ..labelled import article, told
from .behaviour.test_cases import PLAIN, write
from .worlds import World, words_model


class Result(runs.Result):
    """How a call ended, what it printed, what it said."""

    def refused(self) -> str:
        """What it said, if it ended with one message for the user, as it must, and printed nothing."""
        assert self.out == "", self.err
        return super().refused()


@pytest.fixture
def world(tmp_path: Path, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world that the program is called in."""
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, encoder_folder)


@pytest.fixture
def zawiya(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Calls the program."""

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["zawiya", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What draws the page, which takes a second and is left undone where nobody looks at it."""
    draw = page.page
    monkeypatch.setattr(page, "page", lambda _: "<!doctype html>")
    return draw


@pytest.fixture
def evaluate(world: World, zawiya: Callable[..., Result]) -> Callable[..., Result]:
    """`zawiya evaluate` of the world's model, without rows beside it and with few resamples."""
    model = world.model()
    quick = ("--model", model, "--cache", world.cache, "--resamples", 100)
    bare = tuple(part for row in ("target_blind", "tfidf", "majority") for part in ("--without", row))
    return lambda *arguments: zawiya("evaluate", *quick, *bare, *arguments)


@pytest.fixture
def compare(world: World, zawiya: Callable[..., Result]) -> Callable[..., Result]:
    """`zawiya compare` of a model that is always neutral and one that is always right."""
    folders = (world.model("neutral", judge=words_model(name="neutral", bias=30)), world.model("right"))
    return lambda *arguments: zawiya("compare", *folders, "--resamples", 100, "--taxonomy", world.actors, *arguments)


def test_it_writes_numbers_tables_and_a_page(
    world: World, evaluate: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, drawn: Callable[..., str]
) -> None:
    monkeypatch.setattr(page, "page", drawn)
    printed = evaluate("--data", world.dev, "--out", "out").done()
    out = world.folder / "out"
    assert {path.name for path in out.iterdir()} == {"metrics.json", "tables.md", "index.html"}
    found = load(out / "metrics.json")
    assert [part.file for part in found.parts] == [str(world.dev)]
    tables = (out / "tables.md").read_text(encoding="utf-8")
    assert printed.startswith(tables)
    assert printed.endswith("written to out: metrics.json, tables.md, index.html\n")
    assert "**words**" in tables
    written = (out / "index.html").read_text(encoding="utf-8")
    assert "words" in written
    assert "<svg" in written


def test_by_default_it_writes_to_a_folder_named_evaluation(world: World, evaluate: Callable[..., Result]) -> None:
    evaluate("--data", world.dev).done()
    assert (world.folder / "evaluation/metrics.json").is_file()


@pytest.mark.parametrize("again", [("{0}", "{1}"), ("{0}", "--seed", "3", "{1}"), ("{0}", "--data", "{1}")])
def test_one_option_takes_several_files(world: World, evaluate: Callable[..., Result], again: tuple[str, ...]) -> None:
    other = world.corpus("other", small_articles("o"))
    evaluate("--data", *(part.format(world.dev, other) for part in again)).done()
    found = load(Path("evaluation/metrics.json"))
    assert {part.file for part in found.parts} == {str(world.dev), str(other)}


def test_options_reach_the_evaluation(world: World, evaluate: Callable[..., Result]) -> None:
    second = world.corpus("second", small_articles("d"))
    moved = world.train.rename(world.folder / "moved.jsonl")
    evaluate("--data", world.dev, "--second", second, "--train", moved, "--seed", 5).done()
    found = load(Path("evaluation/metrics.json"))
    assert (found.seed, found.resamples, found.notes) == (5, 100, ())
    [part] = found.parts
    assert [system.kind for system in part.systems] == ["model", "annotators"]
    assert part.leakage.checked == (str(moved),)


def test_rows_are_beside_the_model_unless_they_are_left_out(world: World, zawiya: Callable[..., Result]) -> None:
    call = ("evaluate", "--model", world.model(), "--data", world.dev, "--resamples", 100)
    zawiya(*call, "--cache", world.cache, "--without", "target_blind").done()
    [part] = load(Path("evaluation/metrics.json")).parts
    assert [system.kind for system in part.systems] == ["model", "tfidf", "majority"]


def test_baselines_are_kept_in_the_users_cache(
    world: World, zawiya: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: world.folder / "home" / name)
    call = ("evaluate", "--model", world.model(), "--data", world.dev, "--resamples", 100, "--without", "target_blind")
    zawiya(*call).done()
    [kept] = (world.folder / "home/zawiya/baselines").iterdir()
    assert kept.name.startswith("tfidf-")
    monkeypatch.setattr(run, "train", None)
    zawiya(*call).done()


def test_a_row_that_there_is_not_is_refused_with_those_that_there_are(
    world: World, evaluate: Callable[..., Result]
) -> None:
    said = evaluate("--data", world.dev, "--without", "bert", "--without", "annotators").refused()
    assert "--without: expected target_blind, tfidf, majority, found annotators, bert" in said


def test_a_checklist_of_ones_own_is_run(world: World, evaluate: Callable[..., Result]) -> None:
    (world.folder / "checks").mkdir()
    printed = evaluate("--checklist", write(world.folder / "checks", PLAIN)).done()
    assert "**Behaviour checklist**" in printed
    found = load(Path("evaluation/metrics.json"))
    assert found.parts == ()
    assert found.behaviour[0].name == "plain"


@pytest.mark.slow
def test_the_checklist_that_comes_with_zawiya_is_run_on_demand(world: World, zawiya: Callable[..., Result]) -> None:
    # a model of its frames that gives none of them
    frames = Taxonomy.load().frame_ids
    plain = words_model()
    nothing = replace(
        plain.frame, vocabulary={}, idf=plain.frame.idf[:0], weights=plain.frame.weights[:0, :1].repeat(15, 1)
    )
    judge = replace(plain, frames=frames, frame=replace(nothing, bias=plain.frame.bias[:1].repeat(15)))
    zawiya("evaluate", "--model", world.model(judge=judge, actors=None, frames=None), "--behaviour").done()
    tests = {test.name: test for test in load(Path("evaluation/metrics.json")).behaviour}
    assert sum(test.cases for name, test in tests.items() if test.kind != "invariance") > 300
    # it never gives a frame, so that whoever asks for one is disappointed
    assert tests["frames"].rate.value == 1.0
    # every actor is neutral, whatever is put in its place
    assert tests["actor swap"].failed == 0


def test_the_models_own_frames_must_be_those_of_the_checklist(world: World, evaluate: Callable[..., Result]) -> None:
    said = evaluate("--behaviour").refused()
    assert "behaviour: " in said
    assert "frame 'sovereignty' is not one of the model's" in said


def test_the_tables_go_into_the_card_when_that_is_asked_for(world: World, evaluate: Callable[..., Result]) -> None:
    card = world.folder / "model/README.md"
    evaluate("--data", world.dev).done()
    assert BEGIN not in card.read_text(encoding="utf-8")
    evaluate("--data", world.dev, "--card").done()
    assert "**words**" in card.read_text(encoding="utf-8")
    assert load(world.folder / "model/evaluation.json").parts[0].file == str(world.dev)
    # what travels with a model does not say where it lay
    assert load(world.folder / "model/evaluation.json").folder == "model"


def test_nothing_to_evaluate_on_is_said(evaluate: Callable[..., Result]) -> None:
    said = evaluate().refused()
    assert said == ("zawiya: nothing to evaluate on: name files with --data, or run the checklist with --behaviour\n")
    assert not Path("evaluation").exists()


def test_labels_that_are_unknown_or_missing_are_told_in_one_message(
    world: World, evaluate: Callable[..., Result]
) -> None:
    mars = Mention("mars", 0, 2, "في", "favor", "venus")
    world.corpus(
        "strange",
        [
            article("a", replace(told("في"), mentions=(mars,), frames=("weather",))),
            article("b", told(russia=None, usa="favor russia")),
            article("b", told(russia="neutral")),
        ],
    )
    world.corpus("bare", [article("c", told("في البلد"))])
    world.corpus("empty", [])
    said = evaluate("--data", "strange.jsonl", "bare.jsonl", "empty.jsonl", world.dev).refused()
    assert "data to evaluate on: 7 faults" in said
    for part in (
        "strange.jsonl: 1 of 4 rows have no stance",
        "strange.jsonl: 1 ids stand for several articles, 'b' among them",
        "strange.jsonl: actor 'mars' (1 rows) is not in the actor list",
        "strange.jsonl: holder 'venus' (1 rows) is not in the actor list",
        "strange.jsonl: frame 'weather' (1 sentences) is not in the frame list",
        "bare.jsonl: has no labels",
        "empty.jsonl: expected labelled sentences, found none",
    ):
        assert part in said
    assert str(world.dev) not in said
    assert not Path("evaluation").exists()


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ("data.jsonl: expected a corpus file", "No such file")),
        (b"", ("data.jsonl: expected labelled sentences, found none",)),
        (b"\n \n", ("data.jsonl: expected labelled sentences, found none",)),
        ("نص\n".encode("cp1256"), ("data.jsonl: expected UTF-8", "convert the file to UTF-8")),
        (b"{\n\n[\n", ("data.jsonl: 2 faults", "line 1: not JSON", "line 3: not JSON")),
        (
            # another schema: that of a data set of tweets
            b'{"tweet": "x", "target": "y", "stance": "FAVOR"}\n{"text": 3, "id": "a", "sentences": [{}]}\n',
            (
                "line 1, article: text: expected text",
                "line 1, article: sentences: expected a list",
                "line 2, article 'a'",
            ),
        ),
        (b"id,text,stance\n1,x,favor\n", ("data.jsonl: 2 faults", "write one article a line")),
        (b"\x00" * 40, ("data.jsonl: 1 fault", "line 1: not JSON")),
    ],
)
def test_a_file_that_cannot_be_judged_by_is_refused_with_what_to_do(
    evaluate: Callable[..., Result], content: bytes | None, parts: tuple[str, ...]
) -> None:
    if content is not None:
        Path("data.jsonl").write_bytes(content)
    said = evaluate("--data", "data.jsonl").refused()
    for part in parts:
        assert part in said
    assert not Path("evaluation").exists()


def test_files_that_are_missing_are_told_together(world: World, evaluate: Callable[..., Result]) -> None:
    said = evaluate("--data", "one.jsonl", world.dev, "two.jsonl").refused()
    assert "2 faults" in said
    assert "one.jsonl" in said
    assert "two.jsonl" in said


def test_a_folder_is_no_corpus(world: World, evaluate: Callable[..., Result]) -> None:
    assert "expected a corpus file" in evaluate("--data", world.folder).refused()


@pytest.mark.parametrize("name", ["absent", "hollow"])
def test_a_model_that_is_none_is_said(world: World, zawiya: Callable[..., Result], name: str) -> None:
    Path("hollow").mkdir()
    said = zawiya("evaluate", "--model", name, "--data", world.dev).refused()
    assert f"zawiya: {name}: expected a model folder with zawiya.json" in said


def test_a_model_without_a_record_of_its_training_is_judged_all_the_same(
    world: World, zawiya: Callable[..., Result]
) -> None:
    words_model().save(Path("bare"))
    call = ("evaluate", "--model", "bare", "--data", world.dev, "--resamples", 100, "--taxonomy", world.actors)
    printed = zawiya(*call, "--cache", world.cache).done()
    assert "Note: bare/train.yaml: expected the settings of the training run, found none." in printed
    assert "| majority |" in printed
    assert not world.cache.exists()


def test_an_actor_list_that_is_at_fault_is_said(world: World, evaluate: Callable[..., Result]) -> None:
    Path("list.yaml").write_text("version: 1\nactors: [{id: x}]\n", encoding="utf-8")
    assert "list.yaml: " in evaluate("--data", world.dev, "--taxonomy", "list.yaml").refused()


@pytest.mark.parametrize("arguments", [("--resamples", 99), ("--threads", -1), ("--resamples", "many"), ("--dta", "x")])
def test_options_out_of_range_are_refused(evaluate: Callable[..., Result], arguments: tuple[object, ...]) -> None:
    assert str(arguments[0]) in evaluate(*arguments).refused()


def test_a_place_that_cannot_be_written_to_is_said(world: World, evaluate: Callable[..., Result]) -> None:
    Path("taken").write_text("", encoding="utf-8")
    said = evaluate("--data", world.dev, "--out", "taken").refused()
    assert "zawiya: taken: the evaluation could not be written: " in said
    assert Path("taken").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("name", ["evaluate", "compare"])
def test_packages_that_are_missing_are_named_with_how_to_get_them(
    zawiya: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name in ("cleanlab", "altair") else object())
    said = zawiya(name, *(["a", "b"] if name == "compare" else [])).refused()
    assert "not installed (altair, cleanlab); run: pip install 'zawiya[evaluate]'" in said


def test_both_are_commands_of_the_program(zawiya: Callable[..., Result]) -> None:
    printed = zawiya("--help").done()
    assert re.search(r"^\W*compare\b", printed, re.MULTILINE)
    assert re.search(r"^\W*evaluate\b", printed, re.MULTILINE)


def test_a_comparison_says_in_plain_words_which_is_better(world: World, compare: Callable[..., Result]) -> None:
    lines = compare("--data", world.dev).done().splitlines()
    assert lines[0] == f"{world.folder.name}/dev"
    verdicts = dict(line.split(maxsplit=1) for line in lines[1:])
    assert verdicts["stance.macro_f1"].startswith("words is better by 77.8 points, 95% interval ")
    assert "score the same" in verdicts["frames.micro_f1"]
    assert lines[-1].startswith("  McNemar on stances: only neutral right in 0 rows, only words right in 12, p < 0.001")


def test_a_comparison_is_written_as_json_when_that_is_asked_for(world: World, compare: Callable[..., Result]) -> None:
    compare("--data", world.dev).done()
    assert not list(world.folder.glob("*.json"))
    compare("--data", world.dev, "--json", "found.json").done()
    found = json.loads(Path("found.json").read_text(encoding="utf-8"))
    assert found["names"] == ["neutral", "words"]
    [comparison] = found["comparisons"]
    assert comparison["part"] == f"{world.folder.name}/dev"
    assert comparison["differences"][0]["value"] == 0.7778
    assert comparison["mcnemar"]["second_only"] == 12


def test_a_comparison_that_cannot_be_written_is_printed_and_said(world: World, compare: Callable[..., Result]) -> None:
    result = compare("--data", world.dev, "--json", "absent/found.json")
    assert result.status == 2
    assert "words is better" in result.out
    assert "zawiya: absent/found.json: the comparison could not be written: " in result.err


def test_models_are_compared_on_several_files(world: World, compare: Callable[..., Result]) -> None:
    other = world.corpus("other", small_articles("o"))
    printed = compare("--data", world.dev, other).done()
    assert printed.count("McNemar") == 2


def test_nothing_to_compare_on_is_said(compare: Callable[..., Result]) -> None:
    assert compare().refused() == "zawiya: nothing to compare on: name labelled files with --data\n"


def test_a_comparison_of_one_model_is_wrong_use(world: World, zawiya: Callable[..., Result]) -> None:
    zawiya("compare", world.model()).refused()


def test_models_that_cannot_be_compared_are_refused(world: World, zawiya: Callable[..., Result]) -> None:
    other = world.model("other", judge=replace(words_model(), name="other", frames=("interference", "sport")))
    call = ("compare", world.model(), other, "--data", world.dev, "--taxonomy", world.actors)
    assert "expected two models with the same frames" in zawiya(*call).refused()
    assert (
        "absent: expected a model folder" in zawiya("compare", world.model(), "absent", "--data", world.dev).refused()
    )


def test_faults_of_the_data_are_told_before_anything_is_compared(world: World, compare: Callable[..., Result]) -> None:
    world.corpus("empty", [])
    assert (
        "empty.jsonl: expected labelled sentences, found none" in compare("--data", world.dev, "empty.jsonl").refused()
    )
