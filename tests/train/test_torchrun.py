"""One run in two processes: each learns from half of every step, one writes."""

import json
from pathlib import Path

import pytest

from zawiya.labeler import Labeler
from zawiya.taxonomy import Taxonomy

from .runs import Result, python, write_world

#: Steps in an epoch of 48 examples: batches of 8 in one process, two of them at a time in two.
ALONE, TOGETHER = 6, 3
#: Logs how many steps and processes a run had, and goes on as the program does.
WATCH = """
import json, os, sys
from pathlib import Path
from zawiya.__main__ import main
from zawiya.train import fit
init = fit._StanceTrainer.train
def train(self, *arguments, **options):
    result = init(self, *arguments, **options)
    seen = {"steps": self.state.global_step, "processes": self.args.world_size, "rank": self.args.process_index}
    Path(f"seen-{self.args.process_index}.json").write_text(json.dumps(seen))
    return result
fit._StanceTrainer.train = train
main()
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("world"), copies=4, trainer__epochs=2).parent


@pytest.fixture(scope="module")
def result(world: Path) -> Result:
    """What two processes said."""
    (world / "watch.py").write_text(WATCH, encoding="utf-8")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")
    return python(*launcher, "watch.py", "train", "config.yaml", cwd=world)


def test_two_processes_end_well_and_one_of_them_speaks(result: Result) -> None:
    printed = result.done()
    assert printed.count("model written to out") == 1
    assert printed.count("model: stance macro-F1") == 1


def test_both_processes_took_part(world: Path, result: Result) -> None:
    result.done()
    seen = [json.loads((world / f"seen-{rank}.json").read_text(encoding="utf-8")) for rank in (0, 1)]
    assert seen == [{"steps": 2 * TOGETHER, "processes": 2, "rank": rank} for rank in (0, 1)]
    assert TOGETHER == ALONE // 2


def test_they_leave_one_whole_model_that_labels_text(world: Path, result: Result) -> None:
    result.done()
    folder = world / "out"
    assert not (folder / "checkpoints").exists()
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["epochs"] == 2
    taxonomy = Taxonomy.load(str(world / "actors.yaml"), str(world / "frames.yaml"))
    (sentence,) = Labeler.load(folder, taxonomy=taxonomy, threads=1).label("طهران أدانت تدخل موسكو.").sentences
    assert [mention.actor for mention in sentence.mentions] == ["iran", "russia"]


@pytest.mark.slow
def test_folds_and_seeds_run_in_two_processes_too(world: Path) -> None:
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "zawiya")
    run = ("train", "config.yaml", "--seeds", "2", "--set", "out=seeds", "--set", "trainer.epochs=1")
    for _ in range(2):
        assert python(*launcher, *run, cwd=world).done().count("best by dev") == 1
