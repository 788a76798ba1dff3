"""A run may end at any moment; the same command goes on, and what is there in the end is what one run would have given."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ACCUSING, ACTORS, FRAME_LIST, THANKING
from .results import articles, check_whole, everything, parts

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are killed in forked processes")

ROOT = Path(__file__).parents[2]
KILLED = {-signal.SIGKILL, -signal.SIGALRM}


class Runs:
    """Asks the runner for runs, and counts what became of them."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.outcomes: Counter[str] = Counter()

    def __call__(self, paths: list[Path], out: Path, *, after: float | None = None, at: int = 0, **settings) -> dict:
        told = {"paths": [str(path) for path in paths], "out": str(out), "part_sentences": 12, **settings}
        order = {"settings": told, "at": at} | ({} if after is None else {"after": after})
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.outcomes["killed" if answer["status"] in KILLED else "ended"] += 1
        assert answer["status"] in {0, *KILLED}
        return answer


@pytest.fixture(scope="module")
def _runner(tmp_path_factory) -> Iterator[subprocess.Popen]:
    folder = tmp_path_factory.mktemp("taxonomy")
    (folder / "actors.yaml").write_text(ACTORS, encoding="utf-8")
    (folder / "frames.yaml").write_text(FRAME_LIST, encoding="utf-8")
    command = [sys.executable, "-m", "tests.infer.runner", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def runs(_runner) -> Runs:
    return Runs(_runner)


def text(number: int) -> str:
    # "in the year N", so that no two articles are alike
    return (ACCUSING, THANKING)[number % 2].replace("\n\n", f" {number}\n\n").rstrip() + f" عام {1900 + number}.\n"


@pytest.fixture
def inputs(tmp_path) -> list[Path]:
    """A folder of small files, some of them broken, and one file of many records, two of which share an id."""
    folder = tmp_path / "news"
    for number in range(9):
        file = folder / f"outlet{number // 3}" / f"2022-01-{number + 1:02}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(number), encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "film.mov").write_bytes(b"\x00")
    many = tmp_path / "many.jsonl"
    write_many(many, range(20))
    return [folder, many]


def write_many(file: Path, numbers) -> None:
    records = [{"id": f"r{number % 15}", "text": text(100 + number)} for number in numbers]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    lines.insert(5, '{"text": ""}')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change(inputs: list[Path]) -> None:
    """What happens between two nights: a file is new, one is other, one is gone, and the file of many has grown."""
    folder, many = inputs
    (folder / "outlet1" / "2022-01-05.txt").write_text(text(50), encoding="utf-8")
    (folder / "outlet1" / "2022-01-06.txt").unlink()
    (folder / "outlet2" / "2022-02-01.txt").write_text(text(60), encoding="utf-8")
    write_many(many, range(4, 24))


def until_done(runs: Runs, inputs: list[Path], out: Path, delays: Iterator[float], **settings) -> int:
    """Kill the run after each delay, then let it end; gives the number of kills."""
    kills = 0
    for delay in delays:
        if runs(inputs, out, after=delay, **settings)["status"] == 0:
            break
        kills += 1
        if (out / "ledger").is_dir():
            check_whole(out)
    runs(inputs, out, **settings)
    return kills


def test_a_run_killed_again_and_again_gives_the_rows_of_one_run(runs, inputs, tmp_path):
    begun = time.monotonic()
    runs(inputs, tmp_path / "whole")
    longest = time.monotonic() - begun
    chance = random.Random(7)
    kills = until_done(runs, inputs, tmp_path / "out", (longest * chance.uniform(0.05, 0.6) for _ in range(5)))
    assert kills
    assert len(parts(tmp_path / "whole")) > 5
    assert everything(tmp_path / "out") == everything(tmp_path / "whole")


def test_a_run_that_goes_on_labels_only_the_rest(runs, inputs, tmp_path):
    whole = runs(inputs, tmp_path / "whole")
    runs(inputs, tmp_path / "out", at=2 * whole["deeds"] // 3)
    done = sum(1 for _ in articles(tmp_path / "out"))
    assert 0 < done < whole["added"]
    # the part that was being written when the run was killed may stand there without counting
    assert whole["added"] - done <= runs(inputs, tmp_path / "out")["added"] < whole["added"]


def scenario(name: str, runs: Runs, inputs: list[Path], tmp_path: Path) -> tuple[Path, dict]:
    """The folder that a run finds, and what that run is told."""
    before = tmp_path / "before"
    if name != "first":
        runs(inputs, before)
        change(inputs)
    return before, {"overwrite": name == "overwrite"}


def killed_at(runs: Runs, inputs: list[Path], tmp_path: Path, name: str, step: int) -> dict[str, int]:
    """Kill a run before every deed, or each so-manieth, and see that the next one makes good."""
    before, settings = scenario(name, runs, inputs, tmp_path)
    whole = tmp_path / "whole"
    if before.exists():
        shutil.copytree(before, whole)
    deeds = runs(inputs, whole, **settings)["deeds"]
    expected = everything(whole)
    runs.outcomes.clear()
    made = 0
    for at in range(1, deeds + 1, step):
        out = tmp_path / "out"
        if before.exists():
            shutil.copytree(before, out)
        assert runs(inputs, out, at=at, **settings)["status"] == -signal.SIGKILL
        if (out / "ledger").is_dir():
            check_whole(out)
        runs(inputs, out, **settings)
        made += len(parts(out))
        found = everything(out)
        for table, content in expected.items():
            assert found[table] == content, f"{name}: killed before deed {at} of {deeds}: {table} differs"
        shutil.rmtree(out)
    return {"deeds": deeds, "kills": runs.outcomes["killed"], "resumes": runs.outcomes["ended"], "parts": made}


@pytest.mark.parametrize("name", ["first", "nightly", "overwrite"])
def test_a_run_killed_at_a_few_of_its_deeds_is_made_good_by_the_next(runs, inputs, tmp_path, name):
    assert killed_at(runs, inputs, tmp_path, name, step=61)["kills"] > 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "nightly", "overwrite"])
def test_a_run_killed_at_every_single_deed_is_made_good_by_the_next(runs, inputs, tmp_path, name, capsys):
    told = killed_at(runs, inputs, tmp_path, name, step=1)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {', '.join(f'{count} {what}' for what, count in told.items())}; equal\n")


@pytest.mark.slow
def test_two_hundred_kills_at_random_moments_change_nothing(runs, inputs, tmp_path, capsys):
    """Runs of both nights are killed over and over, from their start to their end."""
    chance = random.Random(2022)
    kills = resumes = made = 0
    first, second = tmp_path / "first", tmp_path / "second"
    begun = time.monotonic()
    runs(inputs, first)
    longest = time.monotonic() - begun
    later = [tmp_path / "later" / path.name for path in inputs]
    while kills < 200:
        # the same names at each round, or sources would differ
        now = tmp_path / "out"
        kills += until_done(runs, inputs, now, (chance.uniform(0, longest / 2) for _ in range(30)))
        assert everything(now) == everything(first)
        resumes, made = resumes + 1, made + len(parts(now))
        kept = [shutil.copytree(p, q) if p.is_dir() else shutil.copy(p, q) for p, q in zip(inputs, later, strict=True)]
        change(inputs)
        if not second.exists():
            shutil.copytree(first, second)
            runs(inputs, second)
        kills += until_done(runs, inputs, now, (chance.uniform(0, longest / 2) for _ in range(30)))
        # the parts that were written anew may follow each other otherwise
        found, expected = everything(now), everything(second)
        for table in ("articles", "sentences", "stances"):
            assert sorted(map(str, found[table])) == sorted(map(str, expected[table]))
        assert found["counts"] == expected["counts"]
        resumes, made = resumes + 1, made + len(parts(now))
        shutil.rmtree(now)
        for path, old in zip(inputs, kept, strict=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.move(old, path)
    with capsys.disabled():
        sys.stdout.write(f"\nrandom: {kills} kills, {resumes} resumes to the end, {made} parts; equal\n")
