"""Searching settings: what is tried, what is kept, and the config that comes out."""

import signal
from pathlib import Path

import pytest

from zawiya import config
from zawiya.train.settings import TrainSettings

from .runs import loaded, start, write_world, write_yaml, zawiya

SEARCH = {
    "trainer.learning_rate": {"low": 1e-4, "high": 1e-2, "log": True},
    "trainer.batch_size": {"values": [4, 8]},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config that lists two settings to search."""
    path = write_world(tmp_path_factory.mktemp("world"), trainer__epochs=2)
    write_yaml(path, config.load_yaml(path) | {"search": SEARCH})
    return path.parent


@pytest.fixture(scope="module")
def printed(world: Path) -> str:
    """What a search of three trials printed."""
    return zawiya("tune", "config.yaml", "--trials", 3, cwd=world).done()


def leaves(values: dict, place: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in values.items():
        found |= leaves(value, f"{place}{key}.") if isinstance(value, dict) and value else {f"{place}{key}": value}
    return found


def test_the_winner_is_a_config_that_differs_in_what_was_searched_only(world: Path, printed: str) -> None:
    from dataclasses import asdict

    best = loaded(world / "out/tune/best.yaml")
    assert isinstance(best, TrainSettings)
    before = leaves(asdict(loaded(world / "config.yaml", "search={}")))
    after = leaves(asdict(best))
    assert {name for name in before if before[name] != after[name]} <= set(SEARCH)
    assert before["trainer.learning_rate"] != after["trainer.learning_rate"]
    assert 1e-4 <= best.trainer.learning_rate <= 1e-2
    assert best.trainer.batch_size in (4, 8)


def test_it_prints_how_many_were_tried_and_what_was_found(printed: str) -> None:
    first, *values, last = printed.strip().splitlines()[-4:]
    assert first.startswith("3 trials finished, 0 given up early; best dev score 0.")
    assert [line.split(":")[0].strip() for line in values] == list(SEARCH)
    assert last == "config written to out/tune/best.yaml"


def test_trials_of_an_earlier_call_count(world: Path, printed: str) -> None:
    again = zawiya("tune", "config.yaml", "--trials", 3, cwd=world).done()
    assert again.splitlines()[-4:] == printed.splitlines()[-4:]
    more = zawiya("tune", "config.yaml", "--trials", 4, cwd=world).done()
    assert more.splitlines()[-4].split(" given up")[0] in ("4 trials finished, 0", "3 trials finished, 1")


def test_an_interrupted_search_goes_on(world: Path) -> None:
    run = ("tune", "config.yaml", "--trials", 3, "--set", "out=broken")
    second = world / "broken/tune/trial-1"
    result = start(*run, cwd=world).send(signal.SIGINT, when=second.exists)
    assert result.status == 130
    assert "interrupted" in result.err
    assert not (world / "broken/tune/best.yaml").exists()
    assert zawiya(*run, cwd=world).done().splitlines()[-4].startswith("3 trials finished, 0 given up")
    assert [path.name for path in (world / "broken/tune").glob("trial-*")] == []


def test_what_it_found_can_be_trained(world: Path, printed: str) -> None:
    zawiya("train", "out/tune/best.yaml", cwd=world).done()
    assert (world / "out/model.onnx").is_file()


def test_all_faults_of_a_search_are_said_at_once(world: Path) -> None:
    values = config.load_yaml(world / "config.yaml")
    values["model"] = values["model"] | {"kind": "tfidf"}
    values["search"] = {
        "data.train": {"values": ["a"]},
        "trainer.warmup": {"low": 0.5},
        "trainer.weight_decay": {"low": 0.5, "high": 0.1},
        "trainer.mask_words": {"low": 0.0, "high": 2.0},
        "trainer.bach_size": {"values": [8]},
    }
    write_yaml(world / "wrong.yaml", values)
    said = zawiya("tune", "wrong.yaml", cwd=world).refused()
    assert "search: 6 faults" in said
    for place in ("`model.kind`", *(f"`search.{name}`" for name in list(values["search"])[:3])):
        assert place in said
    assert "`trainer.mask_words`" in said
    assert "did you mean `batch_size`?" in said


def test_a_config_without_a_search_is_refused(world: Path) -> None:
    assert (
        "`search`: expected settings to try, found none"
        in zawiya("tune", "config.yaml", "--set", "search={}", cwd=world).refused()
    )


def test_numbers_that_are_drawn_over_magnitudes_are_above_zero(world: Path) -> None:
    low = "{trainer.weight_decay: {low: 0.0, high: 0.1, log: true}}"
    said = zawiya("tune", "config.yaml", "--set", f"search={low}", cwd=world).refused()
    assert "`search.trainer.weight_decay`: expected low above 0" in said


def test_whole_numbers_are_drawn_for_settings_that_take_no_others(world: Path) -> None:
    search = "{trainer.batch_size: {low: 4, high: 8}}"
    zawiya("tune", "config.yaml", "--trials", 1, "--set", f"search={search}", "--set", "out=whole", cwd=world).done()
    assert loaded(world / "whole/tune/best.yaml").trainer.batch_size in range(4, 9)
