"""From text to an encoder that anyone's AutoModel loads, in stages that are each made once."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
import yaml
from transformers import AutoModel, AutoTokenizer
from typer.testing import CliRunner

from zawiya import config
from zawiya.__main__ import build
from zawiya.errors import ZawiyaError
from zawiya.train.pretrain import prepare as preparing
from zawiya.train.pretrain.prepare import load_prepared, prepare
from zawiya.train.pretrain.run import pretrain
from zawiya.train.pretrain.settings import PretrainSettings, VectorSettings

from ...test_imports import loaded_by
from .worlds import LEARNING, small, write_text

CONFIGS = Path(__file__).resolve().parents[3] / "configs" / "pretrain"


@pytest.mark.parametrize("objective", ["none", "masked", "replaced"])
def test_an_encoder_is_an_ordinary_transformers_folder(tmp_path: Path, objective: str) -> None:
    settings = small(tmp_path, learning=replace(LEARNING, objective=objective, dropout=0.3))
    measured = pretrain(settings)
    tokenizer = AutoTokenizer.from_pretrained(settings.out)
    model = AutoModel.from_pretrained(settings.out)
    assert model.dtype == torch.float16
    assert model.config.vocab_size == len(tokenizer)
    assert (model.config.embedding_size, model.config.hidden_size) == (16, 32)
    # what it was pre-trained with is not what it is fine-tuned with
    assert model.config.hidden_dropout_prob == model.config.attention_probs_dropout_prob == 0.1
    assert model.config.max_position_embeddings == tokenizer.model_max_length == 32
    assert model.float()(**tokenizer("جيش حرب", return_tensors="pt")).last_hidden_state.shape == (1, 4, 32)
    told = json.loads((Path(settings.out) / "pretraining.json").read_text(encoding="utf-8"))
    assert told["settings"]["learning"]["objective"] == objective
    assert ("held_out_perplexity" in measured) == (objective != "none")
    assert told["documents"] == measured["documents"]


def test_every_document_has_one_fate(tmp_path: Path) -> None:
    told = pretrain(small(tmp_path))["documents"]
    assert told["news"]["kept"] + told["news"]["held out"] + told["news"]["left out"] == 60
    # all of the books stand in the news, which weighs more
    assert told["books"] == {"kept": 0, "held out": 0, "left out": 40, "repeated": 40}


def test_stages_that_are_there_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small(tmp_path, vectors=VectorSettings(epochs=1, threads=1))
    first = pretrain(settings)
    monkeypatch.setattr(preparing, "clean", pytest.fail)
    monkeypatch.setattr(preparing, "train_tokenizer", pytest.fail)
    monkeypatch.setattr(preparing, "write_pieces", pytest.fail)
    monkeypatch.setattr("zawiya.train.pretrain.run.train_vectors", pytest.fail)
    again = pretrain(settings)
    assert again["held_out_loss"] == first["held_out_loss"]


def test_other_text_is_prepared_anew(tmp_path: Path) -> None:
    settings = small(tmp_path)
    first = prepare(settings)
    write_text(tmp_path / "text", more=[f"وثيقة جديدة عن البحر والسفن رقم {n} في الميناء" for n in range(30)])
    second = prepare(settings)
    assert first != second
    assert "more" in load_prepared(second).arrays


def test_prepared_text_can_be_taken_elsewhere(tmp_path: Path) -> None:
    here = small(tmp_path)
    moved = prepare(here).rename(tmp_path / "moved")
    there = replace(here, text=replace(here.text, shards=str(moved)), work=str(tmp_path / "there"))
    assert pretrain(there)["held_out_loss"] == pretrain(here)["held_out_loss"]


def test_embeddings_are_the_vectors_and_nothing_stands_for_padding(tmp_path: Path) -> None:
    learning = replace(LEARNING, objective="none")
    settings = small(tmp_path, learning=learning, vectors=VectorSettings(epochs=1, threads=1))
    pretrain(settings)
    model = AutoModel.from_pretrained(settings.out).float()
    weights = model.embeddings.word_embeddings.weight.detach()
    assert not weights[model.config.pad_token_id].any()
    assert weights.std() == pytest.approx(0.05, rel=0.1)


def test_a_finished_encoder_is_gone_on_from(tmp_path: Path) -> None:
    first = small(tmp_path)
    pretrain(first)
    idle = replace(LEARNING, learning_rate=1e-12, weight_decay=0.0)
    second = replace(first, begin=first.out, out=str(tmp_path / "second"), learning=idle)
    pretrain(second)
    one, other = (AutoModel.from_pretrained(folder).state_dict() for folder in (first.out, second.out))
    for name, weights in one.items():
        torch.testing.assert_close(weights, other[name], msg=name)
    tokenizers = [(Path(folder) / "tokenizer.json").read_bytes() for folder in (first.out, second.out)]
    assert tokenizers[0] == tokenizers[1]


def test_an_encoder_of_another_shape_is_refused(tmp_path: Path) -> None:
    first = small(tmp_path)
    pretrain(first)
    wider = replace(first, begin=first.out, out=str(tmp_path / "wider"), shape=replace(first.shape, hidden=64))
    with pytest.raises(ZawiyaError, match=r"`begin`: .* has another shape than `shape`"):
        pretrain(wider)
    with pytest.raises(ZawiyaError, match="`begin`: expected the folder of an encoder, found no"):
        pretrain(replace(first, begin=str(tmp_path / "absent")))


def test_text_that_was_prepared_with_other_pieces_is_refused(tmp_path: Path) -> None:
    first = small(tmp_path)
    pretrain(first)
    (tmp_path / "other").mkdir()
    other = small(tmp_path / "other", shape=replace(first.shape, vocabulary=100))
    prepared = prepare(other)
    second = replace(first, begin=first.out, text=replace(first.text, shards=str(prepared)))
    with pytest.raises(ZawiyaError, match=r"`begin`: .* has other word pieces than the prepared text"):
        pretrain(second)
    with pytest.raises(ZawiyaError, match="`begin`: expected the folder of an encoder, found no"):
        pretrain(replace(second, begin=str(tmp_path / "absent")))


def test_text_that_holds_nothing_is_refused(tmp_path: Path) -> None:
    settings = small(tmp_path)
    empty = write_text(tmp_path / "empty", news=["قصير"])
    with pytest.raises(ZawiyaError, match="expected text, found none that is long enough and Arabic"):
        pretrain(replace(settings, text=replace(settings.text, shards=str(empty), shortest=100)))
    with pytest.raises(ZawiyaError, match="expected text shards"):
        pretrain(replace(settings, text=replace(settings.text, shards=str(tmp_path / "absent"))))


def test_text_that_fills_no_batch_is_refused(tmp_path: Path) -> None:
    settings = small(tmp_path, learning=replace(LEARNING, batch_size=4000))
    with pytest.raises(ZawiyaError, match="expected 4000 stretches of 16 pieces for a batch, found fewer"):
        pretrain(settings)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_config_makes_an_encoder(tmp_path: Path, path: Path) -> None:
    shipped = config.load(PretrainSettings, path)
    tiny = small(tmp_path)
    learning = replace(shipped.learning, steps=2, batch_size=2, length=16, report_every=1)
    made = replace(
        shipped,
        text=replace(tiny.text, weights=shipped.text.weights),
        out=tiny.out,
        work=tiny.work,
        begin=None,
        shape=tiny.shape,
        vectors=replace(shipped.vectors, epochs=min(shipped.vectors.epochs, 1), threads=1),
        learning=learning,
    )
    assert sum(pretrain(made)["text_pieces"].values()) > 0
    assert (Path(tiny.out) / "model.safetensors").is_file()


def test_the_command_prints_how_well_held_out_text_is_read(tmp_path: Path) -> None:
    settings = small(tmp_path)
    written = json.loads(json.dumps(asdict(settings)))
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    done = CliRunner().invoke(build(), ["pretrain", str(tmp_path / "config.yaml"), "--set", "learning.steps=2"])
    assert done.exit_code == 0, done.output
    assert "held out perplexity: " in done.output
    assert f"encoder written to {settings.out}" in done.output


def test_learning_from_prepared_text_needs_neither_gensim_nor_datasketch() -> None:
    assert not loaded_by("import zawiya.train.pretrain.run") & {"gensim", "datasketch", "sklearn", "datasets"}
