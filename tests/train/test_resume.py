"""A run that is killed and started again ends with the very model of one that was not."""

import json
import random
import signal
from pathlib import Path

import pytest

from zawiya.files import held

from .runs import checkpoints, metrics, start, weights, write_world, zawiya

#: Words are hidden and states dropped at random, and some examples are drawn in part of the epochs only.
SETTINGS = {
    "trainer__epochs": 6,
    "trainer__mask_target": 0.3,
    "trainer__mask_words": 0.3,
    "model__dropout": 0.3,
    "data__train": "[{path: train.jsonl, weight: 1.5}]",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config that takes chance at its word."""
    return write_world(tmp_path_factory.mktemp("world"), **SETTINGS).parent


@pytest.fixture(scope="module")
def whole(world: Path) -> Path:
    """The model of a run that nothing interrupted."""
    zawiya("train", "config.yaml", "--set", "out=whole", cwd=world).done()
    return world / "whole"


def same(folder: Path, whole: Path) -> None:
    assert weights(folder) == weights(whole)
    assert metrics(folder) == metrics(whole)
    assert not (folder / "checkpoints").exists()


def test_a_run_killed_behind_its_first_checkpoint_ends_with_the_same_model(world: Path, whole: Path) -> None:
    out = world / "killed"
    run = ("train", "config.yaml", "--set", "out=killed")
    killed = start(*run, cwd=world).send(signal.SIGKILL, when=lambda: bool(checkpoints(out)))
    assert killed.status == -signal.SIGKILL
    assert checkpoints(out)
    assert not (out / "metrics.json").exists()
    zawiya(*run, cwd=world).done()
    same(out, whole)


def test_the_time_of_a_run_is_that_of_all_its_sittings(world: Path) -> None:
    out = world / "timed"
    run = ("train", "config.yaml", "--set", "out=timed")
    start(*run, cwd=world).send(signal.SIGKILL, when=lambda: bool(list(out.glob("checkpoints/*/seconds.json"))))
    (clock,) = out.glob("checkpoints/*/seconds.json")
    assert 0 < json.loads(clock.read_text(encoding="utf-8"))["seconds"] < 600
    clock.write_text('{"seconds": 1000}', encoding="utf-8")
    zawiya(*run, cwd=world).done()
    assert 1000 < json.loads((out / "metrics.json").read_text(encoding="utf-8"))["seconds"] < 1600


def test_another_seed_gives_another_model(world: Path, whole: Path) -> None:
    zawiya("train", "config.yaml", "--set", "out=other", "--set", "trainer.seed=14", cwd=world).done()
    assert weights(world / "other") != weights(whole)


def test_checkpoints_of_other_settings_are_not_gone_on_from(world: Path, whole: Path) -> None:
    out = world / "changed"
    run = ("train", "config.yaml", "--set", "out=changed")
    start(*run, "--set", "trainer.seed=14", cwd=world).send(signal.SIGKILL, when=lambda: bool(checkpoints(out)))
    zawiya(*run, cwd=world).done()
    same(out, whole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_at_random_moments_ends_with_the_same_model(world: Path, whole: Path, seed: int) -> None:
    moments = random.Random(seed)
    name = f"random-{seed}"
    run = ("train", "config.yaml", "--set", f"out={name}")
    for _ in range(5):
        if start(*run, cwd=world).kill_after(moments.uniform(0.1, 2.5)).status == 0:
            break
    zawiya(*run, cwd=world).done()
    same(world / name, whole)


def test_a_second_run_in_the_same_folder_is_refused(world: Path) -> None:
    run = ("train", "config.yaml", "--set", "out=shared")
    with held(world / "shared" / "checkpoints"):
        refused = zawiya(*run, cwd=world)
    assert refused.status == 2
    assert "shared/checkpoints: another run is at work here; wait for it, or name another folder" in refused.err
    zawiya(*run, cwd=world).done()
