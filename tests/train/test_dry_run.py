"""A dry run says what would be done and how long it would take, and writes nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zawiya.errors import ZawiyaError
from zawiya.taxonomy import Taxonomy
from zawiya.train.dry_run import _duration, _middling, dry_run
from zawiya.train.settings import DataSettings, ModelSettings, TrainerSettings, TrainSettings

from .conftest import small_articles


@pytest.fixture
def settings(tmp_path: Path, corpus: Callable[..., str], encoder_folder: Path) -> TrainSettings:
    return TrainSettings(
        "t",
        str(tmp_path / "out"),
        DataSettings((corpus("train"),), (corpus("dev"),)),
        ModelSettings(encoder=str(encoder_folder), longest=32),
        TrainerSettings(epochs=3, batch_size=4),
    )


@pytest.fixture(autouse=True)
def small_taxonomy(monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> None:
    monkeypatch.setattr(Taxonomy, "load", classmethod(lambda *_: taxonomy))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    # threads cost more than they save on a model of this size
    torch.set_num_threads(1)


def test_it_tells_sizes_labels_the_model_and_the_time(settings: TrainSettings) -> None:
    told = dry_run(settings)
    assert told[0] == "train: 12 sentences in 12 windows of up to 7 pieces, 24 targets"
    assert "train: stance favor 6, against 6, neutral 12, not_an_actor 0" in told
    assert "dev: frames interference 6, diplomacy 6" in told
    assert any(line.startswith("padding: ") for line in told)
    assert "million parameters, fp32, the CPU" in told[-2]
    assert told[-1].startswith("estimate: about ")
    assert told[-1].endswith("for 3 epochs, without scoring on dev")
    # what is rare is said here, before the time is spent
    assert any("fewer than 20 examples" in line for line in told)


def test_it_writes_nothing(settings: TrainSettings) -> None:
    dry_run(settings)
    assert not Path(settings.out).exists()


def test_fewer_examples_than_a_batch_can_be_timed_too(settings: TrainSettings) -> None:
    wide = replace(settings, trainer=replace(settings.trainer, batch_size=64))
    assert dry_run(wide)[-1].startswith("estimate: about ")


def test_of_several_runs_one_is_told_about_and_their_number(settings: TrainSettings, corpus: Callable) -> None:
    events = [replace(article, topic=f"event{n}") for n, article in enumerate(small_articles())]
    folded = replace(settings, data=DataSettings((corpus("events", events),)), folds=3, seeds=2)
    told = dry_run(folded)
    assert told[0] == "6 runs; what follows is of one on all training articles"
    assert told[1].startswith("train: 12 sentences")
    assert any(line.startswith("dev: 4 sentences") for line in told)


def test_the_baseline_is_told_by_its_articles(settings: TrainSettings) -> None:
    told = dry_run(replace(settings, model=ModelSettings(kind="tfidf")))
    assert (told[0], told[-1]) == ("12 articles to learn from", "estimate: about a minute")


def test_what_would_stop_the_run_stops_this_too(settings: TrainSettings, corpus: Callable) -> None:
    with pytest.raises(ZawiyaError, match=r"`data\.dev`: expected sentences"):
        dry_run(replace(settings, data=replace(settings.data, dev=(corpus("empty", []),))))
    with pytest.raises(ZawiyaError, match="attention_heads"):
        dry_run(replace(settings, model=replace(settings.model, attention_heads=5)))


def test_what_is_timed_is_spread_from_short_to_long() -> None:
    lengths = list(range(100, 0, -1))
    first, *timed = _middling(lengths, batch_size=10)
    means = [sum(lengths[index] for index in batch) / 10 for batch in timed]
    assert first == timed[0]
    assert means == sorted(means)
    assert sum(means) / 3 == pytest.approx(50.5, abs=1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 s"), (89, "about 89 s"), (600, "about 10 min"), (9000, "about 2.5 h")],
)
def test_a_duration_is_told_in_the_unit_that_people_would_use(seconds: float, words: str) -> None:
    assert _duration(seconds) == words
