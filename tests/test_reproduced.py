"""The reference run: its commands can be typed, and its judge tells a score that is off from one that is not."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands import ROOT, fault_of, typed
from zawiya.train.evaluate.records import Evaluation, load, save

PUBLISHED = ROOT / "benchmarks" / "results" / "reproduced.json"
SCRIPT = (ROOT / "benchmarks" / "reproduce.sh").read_text(encoding="utf-8")


def judged(found: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks/reproduced.py"), str(found), str(PUBLISHED), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def moved(evaluation: Evaluation, by: float) -> Evaluation:
    """The evaluation with the model's first score moved."""
    part = evaluation.parts[0]
    system = part.systems[0]
    score = system.scores["stance.macro_f1"]
    scores = system.scores | {"stance.macro_f1": replace(score, value=score.value + by)}
    systems = (replace(system, scores=scores), *part.systems[1:])
    return replace(evaluation, parts=(replace(part, systems=systems), *evaluation.parts[1:]))


@pytest.fixture
def found(tmp_path: Path) -> Path:
    return tmp_path / "metrics.json"


def test_every_command_of_the_script_can_be_typed() -> None:
    files = re.search(r'^synthetic="(.*)"$', SCRIPT, flags=re.MULTILINE)[1]
    plain = SCRIPT
    for name, value in {
        '"$bin/zawiya"': "zawiya",
        '"$bin/python"': "python",
        "$synthetic": files,
        "$work": "runs/x",
    }.items():
        plain = plain.replace(name, value)
    commands = [words[2:] for words in typed(plain[plain.index("# 1.") :]) if words[0] == "step"]
    assert [words[:2] for words in commands] == [["zawiya", "evaluate"], ["zawiya", "train"], ["zawiya", "evaluate"]]
    for words in commands:
        assert fault_of(words) is None


def test_every_step_says_what_it_costs() -> None:
    steps = re.findall(r"^# \d\. (?:.*\n)(?:# .*\n)*", SCRIPT, flags=re.MULTILINE)
    assert len(steps) == 4
    assert all(re.search(r"minute|second", step) for step in steps)


def test_the_published_evaluation_agrees_with_itself() -> None:
    done = judged(PUBLISHED, "--exactly")
    assert done.returncode == 0
    assert re.search(r"^(\d+) of \1 scores", done.stdout, flags=re.MULTILINE)


def test_another_training_may_differ_within_the_interval_and_the_same_model_may_not(found: Path) -> None:
    save(moved(load(PUBLISHED), 0.02), found)
    assert judged(found).returncode == 0
    done = judged(found, "--exactly")
    assert done.returncode == 1
    assert "differs" in done.stdout


def test_a_score_outside_of_its_interval_is_told(found: Path) -> None:
    save(moved(load(PUBLISHED), -0.2), found)
    done = judged(found)
    assert done.returncode == 1
    assert len(re.findall("differs$", done.stdout, flags=re.MULTILINE)) == 1


def test_evaluations_of_different_models_are_not_compared(found: Path) -> None:
    other = load(ROOT / "models" / "default" / "evaluation.json")
    save(replace(other, parts=(replace(other.parts[0], systems=other.parts[0].systems[:1]),)), found)
    done = judged(found)
    assert done.returncode == 1
    assert "nothing" in done.stderr or "no model" in done.stderr
