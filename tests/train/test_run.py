"""A whole run on a dozen sentences: from files to a model folder that labels text."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.hub import Client, serve
from zawiya import config
from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler
from zawiya.taxonomy import Taxonomy
from zawiya.train import run
from zawiya.train.card import model_card
from zawiya.train.encoders import trained_folder
from zawiya.train.model import StanceModel, load_trained
from zawiya.train.settings import DataSettings, ModelSettings, TrainSettings
from zawiya.train.sources import load_split

from .conftest import FRAMES, TRAINER, small_articles


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path, taxonomy: Taxonomy
) -> tuple[Path, TrainSettings, dict]:
    """A folder that a run wrote, its settings, and the metrics it gave back."""
    from zawiya.corpus import write_corpus

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run")
    files = {}
    for name, copies in (("train", 40), ("dev", 1), ("test", 1)):
        files[name] = str(folder / f"{name}.jsonl")
        write_corpus(files[name], [a for n in range(copies) for a in small_articles(f"{name}{n}-")])
    settings = TrainSettings(
        name="tiny",
        out=str(folder / "model"),
        data=DataSettings((files["train"],), (files["dev"],), (files["test"],)),
        model=ModelSettings(encoder=str(encoder_folder), longest=32),
        trainer=replace(TRAINER, epochs=2.0),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Taxonomy, "load", classmethod(lambda *_: taxonomy))
        metrics = run.train(settings)
    return folder / "model", settings, metrics


def test_a_run_writes_a_whole_model_folder(finished: tuple) -> None:
    folder, _, _ = finished
    written = {path.name for path in folder.iterdir()}
    assert written >= {
        "README.md",
        "config.json",
        "metrics.json",
        "model.onnx",
        "model.safetensors",
        "tokenizer.json",
        "train.yaml",
        "zawiya.json",
    }


def test_weights_may_be_read_by_whoever_may_read_the_rest(finished: tuple) -> None:
    folder, _, _ = finished
    assert len({path.stat().st_mode for path in folder.iterdir() if path.is_file()}) == 1


def test_a_model_is_gone_on_from_with_its_heads(finished: tuple, taxonomy: Taxonomy, tmp_path: Path) -> None:
    folder, settings, _ = finished
    further = replace(settings, out=str(tmp_path / "further"), model=replace(settings.model, encoder=str(folder)))
    before = load_trained(folder).state_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Taxonomy, "load", classmethod(lambda *_: taxonomy))
        begun = run.build(further, run.prepare(further, load_split(further.data))).state_dict()
    assert begun.keys() == before.keys()
    assert all(torch.equal(begun[name], before[name]) for name in before)


def test_a_model_on_the_hub_is_gone_on_from_as_well(finished: tuple, tmp_path: Path) -> None:
    folder, _, _ = finished
    shutil.copytree(folder, tmp_path / "repos/me/finished")
    code = """
from zawiya.train.encoders import trained_folder
from zawiya.train.model import load_trained
answer = {name: weights.double().sum().item() for name, weights in load_trained(trained_folder("me/finished")).state_dict().items()}
"""
    with serve(tmp_path / "repos") as hub, Client(hub.url, tmp_path / "home") as client:
        sums = client.answer(code)
    assert sums == {name: weights.double().sum().item() for name, weights in load_trained(folder).state_dict().items()}


def test_an_encoder_alone_has_no_heads_to_go_on_from(encoder_folder: Path) -> None:
    assert trained_folder(str(encoder_folder)) is None


def test_what_it_wrote_labels_text(finished: tuple, taxonomy: Taxonomy) -> None:
    folder, _, _ = finished
    labeler = Labeler.load(folder, taxonomy=taxonomy, threads=1)
    # Tehran condemned Moscow's interference. Washington praised talks in Tehran.
    first, second = labeler.label("طهران أدانت تدخل موسكو. واشنطن أشادت محادثات طهران.").sentences
    assert [(m.actor, m.stance) for m in first.mentions] == [("iran", "neutral"), ("russia", "against")]
    assert [(m.actor, m.stance) for m in second.mentions] == [("usa", "neutral"), ("iran", "favor")]
    assert (first.frames, second.frames) == (("interference",), ("diplomacy",))


def test_the_metrics_it_gives_back_are_those_it_wrote(finished: tuple) -> None:
    folder, settings, metrics = finished
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8")) == metrics
    [(name, rows)] = metrics["test"].items()
    assert name.endswith("/test")
    assert set(rows) == {"model", "tfidf", "majority"}
    assert rows["model"]["rows"] == 24
    assert rows["model"]["scores"]["stance.macro_f1"] > rows["majority"]["scores"]["stance.macro_f1"]
    assert metrics["parameters"] > 0
    assert {"torch", "transformers", "onnxruntime", "zawiya"} <= set(metrics["versions"])
    assert set(metrics["data"]) == {settings.data.train[0].path, *settings.data.dev, *settings.data.test}
    assert metrics["seed"] == 7
    assert metrics["learnt"]["sentences"] == 480
    assert metrics["learnt"]["stance"] == {"favor": 240, "against": 240, "neutral": 480, "not_an_actor": 0}
    assert metrics["padding"] < 0.1


def test_the_exported_model_says_what_the_trained_one_says(finished: tuple) -> None:
    _, _, metrics = finished
    assert set(metrics["parity"]) == {"float32", "int8"}
    plain = metrics["parity"]["float32"]
    # of each target its stance, rejection and holder, of each sentence two frames
    assert plain["decisions"] == 24 * 3 + 12 * 2
    assert plain["widest"] <= plain["margin"] == 0.001


def test_checkpoints_are_taken_away_when_the_folder_is_whole(finished: tuple) -> None:
    folder, _, _ = finished
    assert not (folder / "checkpoints").exists()
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_the_settings_it_wrote_are_a_config_that_makes_it_again(finished: tuple) -> None:
    folder, settings, _ = finished
    assert config.load(TrainSettings, folder / "train.yaml") == settings


def test_the_bundle_it_wrote_has_the_frames_and_the_window(finished: tuple) -> None:
    folder, _, _ = finished
    bundle = Bundle.load(folder)
    assert (bundle.name, bundle.frames, bundle.longest) == ("tiny", FRAMES, 32)


def test_the_transformers_half_is_loaded_on_its_own(finished: tuple) -> None:
    folder, _, metrics = finished
    model = StanceModel.from_pretrained(folder)
    assert model.config.frames == list(FRAMES)
    assert sum(p.numel() for p in model.parameters()) == metrics["parameters"]


def test_the_card_opens_with_its_name_and_shows_the_scores(finished: tuple) -> None:
    folder, settings, _ = finished
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# tiny\n")
    for row in ("this model", "TF-IDF + logistic regression", "majority"):
        assert f"| {row} |" in card
    # files by their names, not by where they lay
    assert "/train.jsonl`" in card
    assert settings.data.train[0].path not in card


def test_a_model_that_does_not_beat_the_baseline_says_so(finished: tuple) -> None:
    folder, settings, metrics = finished
    bundle = Bundle.load(folder)
    [(name, rows)] = metrics["test"].items()
    weak = rows["majority"]
    beaten = {**metrics, "test": {name: {**rows, "model": weak}}}
    assert "It does not beat TF-IDF" in model_card(settings, beaten, bundle)
    better = {**metrics, "test": {name: {**rows, "tfidf": weak}}}
    assert "It does not beat TF-IDF" not in model_card(settings, better, bundle)


def test_a_card_without_a_test_set_has_no_table(finished: tuple) -> None:
    folder, settings, metrics = finished
    assert "|" not in model_card(settings, {**metrics, "test": {}}, Bundle.load(folder))


@pytest.mark.usefixtures("small_taxonomy")
@pytest.mark.parametrize("part", ["train", "dev"])
def test_no_sentences_to_learn_from_are_said_before_anything_is_done(
    settings: TrainSettings, corpus: Callable[..., str], part: str
) -> None:
    empty = replace(settings, data=replace(settings.data, **{part: (corpus("empty", []),)}))
    with pytest.raises(ZawiyaError, match=rf"`data\.{part}`: expected sentences, found none"):
        run.train(empty)
    assert not Path(settings.out).exists()


@pytest.mark.usefixtures("small_taxonomy")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"attention_heads": 5}, "attention_heads"),
        ({"longest": 100}, "longest"),
    ],
)
def test_a_model_setting_that_the_encoder_cannot_take_is_said_before_training(
    settings: TrainSettings, changes: dict, message: str
) -> None:
    with pytest.raises(ZawiyaError, match=message):
        run.train(replace(settings, model=replace(settings.model, **changes)))


@pytest.mark.usefixtures("small_taxonomy")
def test_an_encoder_that_is_not_there_is_reported_by_name(settings: TrainSettings, tmp_path: Path) -> None:
    (tmp_path / "hollow").mkdir()
    with pytest.raises(ZawiyaError, match="hollow"):
        run.train(replace(settings, model=ModelSettings(encoder=str(tmp_path / "hollow"))))
