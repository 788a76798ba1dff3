"""Encoders from folders: what is loaded, what does not fit, and what each kind of damage is called."""

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertConfig, XLMRobertaConfig

from tests.tiny_encoders import tiny_camelbert, tiny_xlm_roberta
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.train.encoders import encoder_source, load_tokenizer, load_weights, position_limit

TEXT = "أدانت موسكو تدخل طهران."
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def camelbert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_camelbert(tmp_path_factory.mktemp("camelbert") / "model")


@pytest.fixture(scope="module")
def xlm_roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_xlm_roberta(tmp_path_factory.mktemp("xlmr") / "model")


@pytest.fixture
def xlm_copy(xlm_roberta: Path, tmp_path: Path) -> Path:
    """An XLM-R that a test may damage."""
    return Path(shutil.copytree(xlm_roberta, tmp_path / "xlm"))


@pytest.fixture
def camel_copy(camelbert: Path, tmp_path: Path) -> Path:
    """A CAMeLBERT that a test may damage."""
    return Path(shutil.copytree(camelbert, tmp_path / "camel"))


def edit(path: Path, **changes: object) -> None:
    """Change entries of a JSON file."""
    held = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(held | changes), encoding="utf-8")


def read(folder: Path, longest: int = 32, attention_heads: int = 4) -> object:
    return load_tokenizer(str(folder), longest=longest, attention_heads=attention_heads)


def test_an_encoder_is_a_folder_or_else_a_name_on_the_hub(camelbert: Path) -> None:
    assert encoder_source(str(camelbert)) == str(camelbert)
    assert encoder_source("someone/some-bert") == "someone/some-bert"
    with pytest.raises(ZawiyaError, match="models/absent"):
        encoder_source("models/absent")


def test_a_folder_that_comes_with_zawiya_is_found_from_anywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Path(encoder_source("models/default")).is_dir()


@pytest.mark.parametrize("layout", ["camelbert", "xlm_roberta"])
def test_pieces_know_where_in_the_text_they_stand(layout: str, request: pytest.FixtureRequest) -> None:
    _, encoder = read(request.getfixturevalue(layout))
    encoding = encoder.tokenizer.encode(TEXT, add_special_tokens=False)
    covered = {TEXT[start:end] for start, end in encoding.offsets}
    assert {"أدانت", "موسكو", "تدخل", "."} <= covered
    assert encoder.longest == 32


def test_the_windows_begin_and_end_with_the_special_pieces_of_their_layout(camelbert: Path, xlm_roberta: Path) -> None:
    for folder, names in ((camelbert, ("[CLS]", "[SEP]", "[PAD]")), (xlm_roberta, ("<s>", "</s>", "<pad>"))):
        tokenizer, encoder = read(folder)
        assert tokenizer.convert_ids_to_tokens([encoder.cls_id, encoder.sep_id, encoder.pad_id]) == list(names)


def test_the_weights_are_those_of_the_file(camelbert: Path) -> None:
    loaded = load_weights(str(camelbert), weights="any").state_dict()
    written = torch.load(camelbert / "pytorch_model.bin", weights_only=True)
    assert len(loaded) == 37
    for key, value in loaded.items():
        assert torch.equal(value, written[f"bert.{key}"])


def test_weights_of_half_the_precision_are_learnt_from_in_full(xlm_copy: Path) -> None:
    load_weights(str(xlm_copy)).half().save_pretrained(xlm_copy)
    edit(xlm_copy / "config.json", dtype="float16")
    assert {value.dtype for value in load_weights(str(xlm_copy)).parameters()} == {torch.float32}


@pytest.mark.parametrize("layout", ["camelbert", "xlm_roberta"])
def test_an_encoder_comes_without_a_pooler_and_runs(layout: str, request: pytest.FixtureRequest) -> None:
    encoder = load_weights(str(request.getfixturevalue(layout)), weights="any")
    assert not [key for key in encoder.state_dict() if key.startswith("pooler")]
    states = encoder(input_ids=torch.tensor([[2, 5, 6, 3]]), attention_mask=torch.ones(1, 4)).last_hidden_state
    assert states.shape == (1, 4, 32)


def test_as_many_pieces_are_read_as_the_limit_says_and_no_more(xlm_roberta: Path) -> None:
    encoder = load_weights(str(xlm_roberta)).eval()
    limit = position_limit(encoder.config)
    assert limit == 64
    encoder(input_ids=torch.full((1, limit), 5))
    with pytest.raises((IndexError, RuntimeError)):
        encoder(input_ids=torch.full((1, limit + 1), 5))


@given(positions=st.integers(8, 600), padding=st.integers(0, 5))
def test_only_layouts_that_count_behind_padding_lose_positions(positions: int, padding: int) -> None:
    shape = {"max_position_embeddings": positions, "pad_token_id": padding}
    assert position_limit(BertConfig(**shape)) == positions
    assert position_limit(XLMRobertaConfig(**shape)) == positions - padding - 1


def test_what_the_encoder_cannot_take_is_said_all_at_once(xlm_roberta: Path) -> None:
    assert read(xlm_roberta, longest=64)
    with pytest.raises(FaultsError) as caught:
        read(xlm_roberta, longest=65, attention_heads=5)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["`model.attention_heads`", "`model.longest`"]
    assert "at most 64" in str(caught.value)


def test_a_model_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "t5"}', encoding="utf-8")
    with pytest.raises(FaultsError, match="such as BERT or RoBERTa, found a t5 model"):
        read(tmp_path)


def test_pickled_weights_are_read_only_where_that_is_allowed(camelbert: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"pickled ones only; set `model\.weights: any`"):
        load_weights(str(camelbert))


def test_safetensors_are_taken_before_pickles(xlm_copy: Path) -> None:
    (xlm_copy / "pytorch_model.bin").write_bytes(b"not read")
    load_weights(str(xlm_copy), weights="any")


class Trap:
    """A pickle that makes a folder when it is trusted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("write", [torch.save, lambda held, path: path.write_bytes(pickle.dumps(held, 2))])
def test_nothing_that_a_pickle_holds_is_run(camel_copy: Path, tmp_path: Path, write: Callable) -> None:
    write({"weights": Trap(tmp_path / "sprung")}, camel_copy / "pytorch_model.bin")
    with pytest.raises(ZawiyaError, match="holds more than tensors"):
        load_weights(str(camel_copy), weights="any")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_safetensors_that_are_cut_short_are_named(xlm_copy: Path, share: float) -> None:
    path = xlm_copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ZawiyaError, match=r"model\.safetensors cannot be read; it is cut short.*copy the folder anew"):
        load_weights(str(xlm_copy))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_pickled_weights_that_are_cut_short_are_named(camel_copy: Path, share: float) -> None:
    path = camel_copy / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ZawiyaError, match=r"pytorch_model\.bin (cannot be read|is damaged)"):
        load_weights(str(camel_copy), weights="any")


def test_weights_of_another_size_are_refused(xlm_copy: Path) -> None:
    edit(xlm_copy / "config.json", hidden_size=48)
    with pytest.raises(ZawiyaError, match="not of the shape that config"):
        load_weights(str(xlm_copy))


def test_weights_that_are_not_all_there_are_refused_not_made_up(xlm_copy: Path) -> None:
    edit(xlm_copy / "config.json", num_hidden_layers=2)
    with pytest.raises(ZawiyaError, match=r"found 16 missing, first `encoder\.layer\.1"):
        load_weights(str(xlm_copy))


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": ', encoding="utf-8")


def nameless_config(folder: Path) -> None:
    (folder / "config.json").write_text("{}", encoding="utf-8")


def wrong_type(folder: Path) -> None:
    edit(folder / "config.json", hidden_size="wide")


def unknown_kind(folder: Path) -> None:
    edit(folder / "config.json", model_type="something-new")


def own_code(folder: Path) -> None:
    auto = {"AutoConfig": "own.Config", "AutoModel": "own.Model"}
    edit(folder / "config.json", model_type="something-new", auto_map=auto)
    (folder / "own.py").write_text("raise SystemExit('was run')", encoding="utf-8")


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"model": 3}', encoding="utf-8")


def slow_tokenizer(folder: Path) -> None:
    edit(folder / "tokenizer_config.json", tokenizer_class="CanineTokenizer")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (no_config, "expected a config.json, found none"),
        (broken_config, "config.json cannot be used"),
        (nameless_config, "config.json cannot be used"),
        (wrong_type, "config.json cannot be used"),
        (unknown_kind, "config.json cannot be used"),
        (own_code, "code of its own, which zawiya never runs"),
        (no_tokenizer, "expected a tokenizer, found none of tokenizer.json, vocab.txt"),
        (broken_tokenizer, "its tokenizer cannot be loaded"),
        (slow_tokenizer, "does not say where in the text a piece stands"),
    ],
)
def test_each_fault_of_a_folder_has_its_message(xlm_copy: Path, damage: Change, message: str) -> None:
    damage(xlm_copy)
    with pytest.raises(ZawiyaError, match=message) as caught:
        read(xlm_copy)
    assert str(xlm_copy) in str(caught.value)


def test_a_folder_without_weights_says_which_it_looked_for(xlm_copy: Path) -> None:
    (xlm_copy / "model.safetensors").unlink()
    for weights in ("safetensors", "any"):
        with pytest.raises(ZawiyaError, match=r"no model\.safetensors and no pytorch_model\.bin"):
            load_weights(str(xlm_copy), weights=weights)


def test_weights_in_several_files_are_one_encoder(xlm_copy: Path) -> None:
    whole = load_weights(str(xlm_copy)).state_dict()
    load_weights(str(xlm_copy)).save_pretrained(xlm_copy, max_shard_size="20KB")
    (xlm_copy / "model.safetensors").unlink(missing_ok=True)
    assert len(list(xlm_copy.glob("model-*.safetensors"))) > 1
    again = load_weights(str(xlm_copy)).state_dict()
    assert all(torch.equal(again[key], value) for key, value in whole.items())
