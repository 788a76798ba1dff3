"""The same settings several times: folds by event, seeds, their mean and deviation, and what is not done twice."""

import json
import statistics
from pathlib import Path

import pytest

from zawiya.corpus import read_corpus
from zawiya.train.replicates import Replicate, best, table

from .runs import loaded, many_articles, write_world, zawiya


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and a corpus of six events."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, copies=6, events=6, trainer__epochs=1, data__dev="[]", data__test="[]")
    topics = "".join(f"{topic // 2}\tevent-{topic}\n" for topic in range(6))
    (folder / "events.tsv").write_text(f"event\ttopic\n{topics}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folds(world: Path) -> dict:
    """What three folds with two seeds each have written."""
    zawiya("train", "config.yaml", *FOLDS, cwd=world).done()
    return json.loads((world / "out/replicates.json").read_text(encoding="utf-8"))


FOLDS = ("--set", "folds=3", "--set", "seeds=2", "--set", "data.events=events.tsv")


def test_each_fold_and_seed_has_a_folder_with_a_whole_model(world: Path, folds: dict) -> None:
    names = [f"fold-{fold}-seed-{seed}" for fold in (1, 2, 3) for seed in (13, 14)]
    assert [run["name"] for run in folds["runs"]] == names
    for run in folds["runs"]:
        assert run["folder"] == f"out/{run['name']}"
        assert (world / run["folder"] / "model.onnx").is_file()
        assert loaded(world / run["folder"] / "train.yaml").name == f"tiny-{run['name']}"


def test_mean_and_deviation_are_those_of_the_runs_and_the_best_is_chosen_by_dev(folds: dict) -> None:
    runs = folds["runs"]
    assert folds["best"] == max(runs, key=lambda run: run["dev"])["folder"]
    for name, what in (("mean", statistics.mean), ("deviation", statistics.stdev)):
        assert folds[name]["dev"] == pytest.approx(what(run["dev"] for run in runs), abs=1e-4)
        for key, value in folds[name]["test"]["held out"].items():
            assert value == pytest.approx(what(run["test"]["held out"][key] for run in runs), abs=1e-4)


def test_every_article_is_held_out_once_and_no_event_is_learnt_and_scored(world: Path) -> None:
    from dataclasses import replace

    from zawiya.train.sources import folds as divide
    from zawiya.train.sources import load_split

    settings = loaded(world / "config.yaml").data
    here = replace(settings, train=(replace(settings.train[0], path=str(world / "train.jsonl")),))
    parts = divide(load_split(here), replace(here, events=str(world / "events.tsv")), count=3)
    held = [article.id for part in parts for article in part.test["held out"]]
    assert sorted(held) == sorted(article.id for article in read_corpus(world / "train.jsonl"))
    event_of = {f"event-{topic}": topic // 2 for topic in range(6)}
    for part in parts:
        learnt, chosen, scored = (
            {event_of[article.topic] for article in articles}
            for articles in (part.train, part.dev, part.test["held out"])
        )
        assert not learnt & scored
        assert not learnt & chosen
        assert not chosen & scored


def test_what_is_finished_is_not_trained_again(world: Path, folds: dict) -> None:
    models = sorted((world / "out").glob("fold-*/model.onnx"))
    assert len(models) == 6
    before = [path.stat().st_mtime_ns for path in models]
    models[2].with_name("metrics.json").unlink()
    zawiya("train", "config.yaml", *FOLDS, cwd=world).done()
    after = [path.stat().st_mtime_ns for path in models]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False, True, True, True]
    assert json.loads((world / "out/replicates.json").read_text(encoding="utf-8")) == folds


def test_other_settings_or_other_articles_are_trained_anew(world: Path) -> None:
    run = ("train", "config.yaml", "--set", "seeds=2", "--set", "out=anew", "--set", "data.dev=[dev.jsonl]")
    model = world / "anew/seed-13/model.onnx"

    def written(*more: str) -> int:
        zawiya(*run, *more, cwd=world).done()
        return model.stat().st_mtime_ns

    first = written()
    second = written("--set", "model.dropout=0.3")
    assert second > first
    from zawiya.corpus import write_corpus

    write_corpus(world / "dev.jsonl", many_articles("other", 2))
    assert written("--set", "model.dropout=0.3") > second


def test_the_table_shows_the_runs_and_what_they_have_in_common() -> None:
    scores = ("stance.macro_f1", "frames.micro_f1", "frames.macro_f1", "holder.accuracy")
    runs = [
        Replicate(f"seed-{n}", f"out/seed-{n}", dev, {"test": dict.fromkeys(scores, dev / 2)})
        for n, dev in ((1, 0.5), (2, 0.7), (3, 0.6))
    ]
    assert table(runs) == [
        "run        dev     test stance.macro_f1  test frames.micro_f1",
        "seed-1     0.5000  0.2500                0.2500",
        "seed-2 *   0.7000  0.3500                0.3500",
        "seed-3     0.6000  0.3000                0.3000",
        "mean       0.6000  0.3000                0.3000",
        "deviation  0.1000  0.0500                0.0500",
        "* best by dev: out/seed-2",
    ]


def test_a_single_run_has_no_deviation() -> None:
    run = Replicate("seed-1", "out/seed-1", 0.5, {})
    assert table([run])[-2] == "deviation  0.0000"


@pytest.mark.slow
def test_folds_that_are_interrupted_end_like_those_that_are_not(world: Path, folds: dict) -> None:
    from .runs import start

    whole = json.loads(json.dumps(folds).replace("out/", "broken/"))
    run = ("train", "config.yaml", *FOLDS, "--set", "out=broken")
    for seconds in (2.0, 3.0, 2.5, 3.5):
        start(*run, cwd=world).kill_after(seconds)
    zawiya(*run, cwd=world).done()
    assert json.loads((world / "broken/replicates.json").read_text(encoding="utf-8")) == whole


@pytest.mark.parametrize(("metric", "folder"), [("score", "out/b"), ("frame_macro_f1", "out/b"), ("loss", "out/a")])
def test_the_best_run_has_the_highest_score_or_the_lowest_loss(metric: str, folder: str) -> None:
    runs = [Replicate("a", "out/a", 0.4, {}, metric), Replicate("b", "out/b", 0.6, {}, metric)]
    assert best(runs).folder == folder
