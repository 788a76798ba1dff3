"""The README says what is so: its commands run, its example prints what it shows, its numbers are counted."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.commands import ROOT, fault_of, fenced, typed, zawiya
from zawiya import Taxonomy

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language, in order."""
    return [block.text for block in fenced(README) if block.language == language]


def test_every_make_target_named_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", README))
    assert {"label", "test"} <= named
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


@pytest.mark.parametrize("words", [words for block in blocks("sh") for words in typed(block)], ids=shlex.join)
def test_every_command_can_be_typed(words: list[str]) -> None:
    assert fault_of(words) is None


def test_the_python_example_prints_what_the_readme_shows() -> None:
    [example] = blocks("python")
    shown = README.partition(example)[2].partition("```text\n")[2].partition("```")[0]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    # scores may differ in the second digit between processors, for int8 is added up differently
    number = re.compile(r"\b0\.\d+")
    assert number.sub("", printed.getvalue()) == number.sub("", shown)
    assert [*map(float, number.findall(printed.getvalue()))] == pytest.approx(
        [*map(float, number.findall(shown))], abs=0.05
    )


def test_the_sample_folder_counts_are_those_shown(tmp_path: Path) -> None:
    from zawiya.infer.run import run
    from zawiya.infer.settings import load_settings

    summary = run(load_settings(None, (), paths=(str(ROOT / "data" / "articles"),), out=str(tmp_path / "out")))
    for name in ("articles", "sentences", "furniture"):
        assert re.search(rf"^{name} +{getattr(summary, name)}$", README, flags=re.MULTILINE)
    assert summary.skipped == ()


def test_the_numbers_of_actors_and_names_are_right() -> None:
    actors = Taxonomy.load().actors.actors
    assert f"{len(actors)} of them" in README
    count = sum(len(list(actor.aliases())) for actor in actors)
    assert f"{count // 100 * 100:,}" in README


#: Columns of the table of scores: file, score, heading.
COLUMNS = (
    ("corpus/test", "stance.macro_f1", "synthetic test: stance macro-F1"),
    ("corpus/test", "frames.micro_f1", "frames micro-F1"),
    ("real/dev", "stance.macro_f1", "published news: stance macro-F1"),
    ("real/dev", "holder.accuracy", "holder accuracy"),
    ("real/dev", "frames.micro_f1", "frames micro-F1"),
)


def table_of_scores() -> list[str]:
    """The README's table, from the committed evaluations."""
    from zawiya.train.evaluate.markdown import written
    from zawiya.train.evaluate.records import Evaluation, load

    lines = [f"| | {' | '.join(heading for *_, heading in COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]

    def rows(evaluation: Evaluation, kinds: set[str], *, bold: bool = False) -> None:
        scores = {(p.name, s.kind): s for p in evaluation.parts for s in p.systems}
        for kind in ("model", "target_blind", "tfidf", "majority", "annotators"):
            found = [scores.get((part, kind)) for part, *_ in COLUMNS]
            if kind not in kinds or not any(found):
                continue
            name = next(system.name for system in found if system).partition(" (")[0]
            name = f"{evaluation.model}, {name}" if kind == "target_blind" else name
            cells = [
                written(s.scores.get(score)) if s else "–" for s, (_, score, _) in zip(found, COLUMNS, strict=True)
            ]
            lines.append(f"| {f'**{name}**' if bold and kind == 'model' else name} | {' | '.join(cells)} |")

    default = load(ROOT / "models" / "default" / "evaluation.json")
    rows(default, {"model", "target_blind", "tfidf"}, bold=True)
    rows(load(ROOT / "benchmarks" / "results" / "reproduced.json"), {"model", "target_blind"})
    rows(default, {"majority", "annotators"})
    return lines


def test_the_scores_are_those_of_the_committed_evaluations() -> None:
    assert "\n".join(table_of_scores()) in README


def test_the_failures_of_the_checklist_are_those_that_were_found() -> None:
    from zawiya.train.evaluate.records import load

    rates = {test.name: test.rate.value for test in load(ROOT / "models/default/evaluation.json").behaviour}
    for name in ("roles", "negation", "statements"):
        assert f"{rates[name]:.0%} of `{name}`" in README
    assert f"{rates['actor swap']:.0%} of its answers move" in README
    assert all(rates[name] < 0.01 for name in ("hamza", "diacritics", "tatweel", "yeh", "presentation forms"))


@pytest.mark.parametrize("path", re.findall(r"^([a-z]+/)", blocks("text")[-1], flags=re.MULTILINE))
def test_every_folder_of_the_tree_exists(path: str) -> None:
    assert (ROOT / path).is_dir()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_the_commands_that_study_labels_run_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [block] = [block for block in blocks("sh") if "zawiya measure" in block]
    commands = [words[1:] for words in typed(block) if words[0] == "zawiya"]
    monkeypatch.chdir(tmp_path)

    zawiya("infer", str(ROOT / "data" / "articles"), "--out", "labelled", "--quiet")
    shutil.copytree("labelled", "labelled-last-year")
    for command in commands:
        if command[:2] == ["annotate", "import"]:
            # nobody has labelled anything here: the model's labels are taken as if they had been looked at
            zawiya("annotate", "export", "sample", "--to", "jsonl", "--out", "by-hand")
            (labels,) = Path("by-hand").iterdir()
            command = [*command[:2], str(labels), *command[3:], "--all"]
            command[command.index("label-studio")] = "jsonl"
        # explanations have tests of their own, and take longest
        said = zawiya(*command, *(["--explain", "0"] if command[0] == "report" else []))
        if "--gold" in command:
            assert "300 sentences are labelled by people" in said
    assert Path("labelled/report.html").stat().st_size > 100_000
