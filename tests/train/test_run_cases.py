"""Runs that are not the ordinary one: other lists, the baseline, an export that fails, a log to look at."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import Taxonomy
from zawiya.train import run
from zawiya.train.model import StanceModel
from zawiya.train.settings import DataSettings, ModelSettings, TrainSettings
from zawiya.train.sources import load_split

from .conftest import TRAINER, small_articles

QUICK = replace(TRAINER, epochs=1.0, batch_size=4)


@pytest.mark.parametrize("quantise", ["int8", "none"])
def test_a_set_without_frames_and_with_an_open_list_of_targets_makes_a_model(
    settings: TrainSettings, corpus: Callable[..., str], tmp_path: Path, quantise: str
) -> None:
    text = "أدانت تدخل"
    asked = [
        Article(
            f"{n}",
            text,
            sentences=(
                Sentence(
                    0, 10, text, "body", (Mention("talks", 10, 10, "محادثات", ("favor", "against")[n % 2], "author"),)
                ),
            ),
        )
        for n in range(12)
    ]
    for name in ("actors", "frames"):
        (tmp_path / f"{name}.yaml").write_text(f"version: 1\n{name}: []\n", encoding="utf-8")
    files = [corpus(name, asked) for name in ("learn", "choose", "score")]
    made = replace(
        settings,
        data=DataSettings((files[0],), (files[1],), (files[2],)),
        trainer=QUICK,
        actors=str(tmp_path / "actors.yaml"),
        frames=str(tmp_path / "frames.yaml"),
        quantise=quantise,
    )
    metrics = run.train(made)
    folder = Path(made.out)
    # numbers and nothing else: JSON has no NaN
    json.loads((folder / "metrics.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert Bundle.load(folder).frames == ()
    assert set(metrics["parity"]) == ({"float32", "int8"} if quantise == "int8" else {"float32"})
    [rows] = metrics["test"].values()
    assert rows["model"]["rows"] == 12
    assert rows["model"]["scores"]["frames.micro_f1"] is None
    taxonomy = Taxonomy.load(made.actors, made.frames)
    labeler = Labeler.load(folder, taxonomy=taxonomy, threads=1)
    [labelled] = labeler.label_prepared(asked[:1])
    assert [m.text for m in labelled.sentences[0].mentions] in ([], ["محادثات"])


@pytest.mark.usefixtures("small_taxonomy")
def test_the_baseline_goes_through_the_same_run(settings: TrainSettings, corpus: Callable[..., str]) -> None:
    learnt = [article for n in range(20) for article in small_articles(f"{n}-")]
    data = DataSettings((corpus("many", learnt),), (corpus("dev"),), (corpus("test"),))
    metrics = run.train(replace(settings, data=data, model=ModelSettings(kind="tfidf")))
    assert Bundle.load(Path(settings.out)).kind == "linear"
    [rows] = metrics["test"].values()
    assert rows["model"] == rows["tfidf"]
    card = (Path(settings.out) / "README.md").read_text(encoding="utf-8")
    assert "million weights" in card


@pytest.mark.usefixtures("small_taxonomy")
def test_an_export_that_says_something_else_ends_the_run(
    settings: TrainSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run.export_onnx

    def swapped(model: StanceModel, folder: Path) -> Path:
        other = copy.deepcopy(model)
        with torch.no_grad():
            # favor, whatever is asked
            other.stance[-1].bias[0] += 10
        return plain(other, folder)

    monkeypatch.setattr(run, "export_onnx", swapped)
    with pytest.raises(ZawiyaError, match="float32 ONNX: expected the labels of the trained model"):
        run.train(settings)


@pytest.mark.usefixtures("small_taxonomy")
def test_the_same_seed_begins_from_the_same_heads_and_another_from_others(settings: TrainSettings) -> None:
    ready = run.prepare(settings, load_split(settings.data))

    def heads(seed: int) -> torch.Tensor:
        seeded = replace(settings, trainer=replace(settings.trainer, seed=seed))
        return run.build(seeded, ready).stance[0].weight

    assert torch.equal(heads(7), heads(7))
    assert not torch.equal(heads(7), heads(8))


@pytest.mark.usefixtures("small_taxonomy")
def test_articles_left_out_are_told_before_the_run(settings: TrainSettings) -> None:
    split = replace(load_split(settings.data), left_out=3)
    lines = run.summary(settings, run.prepare(settings, split))
    assert "train: 3 articles left out, which name an actor held out" in lines


@pytest.mark.usefixtures("small_taxonomy")
def test_what_tensorboard_shows_outlasts_the_run(settings: TrainSettings) -> None:
    pytest.importorskip("tensorboard")
    run.train(replace(settings, trainer=replace(QUICK, report_to=("tensorboard",))))
    assert [*Path(settings.out).rglob("events.out.tfevents.*")]
