"""``hashes.json``: a model folder is loaded as it was written, or not at all."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.bundle import Bundle, fingerprint
from zawiya.errors import ZawiyaError
from zawiya.integrity import DECIDING, FILE, check_hashes, sha256, write_hashes
from zawiya.labeler import Labeler
from zawiya.linear import LinearModel
from zawiya.prediction import load_judge
from zawiya.resources import resource
from zawiya.taxonomy import Taxonomy


@pytest.fixture
def folder(tmp_path: Path, linear_model: LinearModel) -> Path:
    """A model folder with its list of hashes."""
    linear_model.save(tmp_path)
    (tmp_path / "README.md").write_text("a card", encoding="utf-8")
    write_hashes(tmp_path)
    return tmp_path


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.write_text, (self.trace, "ran"))


def test_the_list_names_every_file_that_decides_answers_and_no_other(folder: Path) -> None:
    listed = json.loads((folder / FILE).read_text(encoding="utf-8"))
    assert listed == {name: sha256(folder / name) for name in ("zawiya.json", "linear.safetensors")}
    for name in DECIDING:
        (folder / name).touch()
    write_hashes(folder)
    assert set(json.loads((folder / FILE).read_text(encoding="utf-8"))) == set(DECIDING)
    assert not list(folder.glob("*.partial"))


def test_a_folder_as_it_was_written_is_loaded(folder: Path, linear_model: LinearModel) -> None:
    assert load_judge(folder).name == linear_model.name


def test_a_folder_without_a_list_is_loaded_as_it_is(folder: Path) -> None:
    (folder / FILE).unlink()
    check_hashes(folder)
    assert load_judge(folder).name == "words"


def test_the_card_and_other_papers_may_change(folder: Path) -> None:
    (folder / "README.md").write_text("another card", encoding="utf-8")
    (folder / "evaluation.json").write_text("{}", encoding="utf-8")
    check_hashes(folder)


@pytest.mark.parametrize("name", ["zawiya.json", "linear.safetensors"])
def test_a_file_that_was_changed_is_named_before_anything_is_loaded(folder: Path, name: str) -> None:
    expected = sha256(folder / name)
    content = bytearray((folder / name).read_bytes())
    content[-2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ZawiyaError) as caught:
        load_judge(folder)
    said = str(caught.value)
    assert f"{folder / name}: expected the SHA-256 that hashes.json lists, {expected}" in said
    assert f"found {sha256(folder / name)}" in said
    assert "copy or train the model anew, or delete hashes.json if the change is your own" in said


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "linear.safetensors").unlink()
    with pytest.raises(
        ZawiyaError, match=r"linear\.safetensors: expected this file, which hashes\.json lists, found none"
    ):
        load_judge(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_was_added_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"added")
    with pytest.raises(ZawiyaError, match=f"{name}: expected only files that hashes.json lists"):
        load_judge(folder)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        "7",
        '{"zawiya.json": 5}',
        '{"zawiya.json": "abc"}',
        json.dumps({"zawiya.json": "z" * 64}),
        json.dumps({"../zawiya.json": "0" * 64}),
        json.dumps({"/etc/passwd": "0" * 64}),
        json.dumps({"a\0": "0" * 64}),
        "[" * 100_000,
        "\ud800",
    ],
)
def test_a_list_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / FILE).write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(ZawiyaError, match=r"hashes\.json: .*copy or train the model anew"):
        load_judge(folder)
    with pytest.raises(ZawiyaError):
        fingerprint(folder)


def test_a_bundle_that_is_written_anew_makes_the_list_void(folder: Path) -> None:
    Bundle.load(folder).save(folder)
    assert not (folder / FILE).exists()


def test_a_fingerprint_is_the_same_with_and_without_the_list(folder: Path) -> None:
    listed = fingerprint(folder)
    (folder / FILE).unlink()
    assert fingerprint(folder) == listed


def test_files_that_are_listed_are_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> None:
    read: list[str] = []

    def counting(path: Path) -> str:
        read.append(path.name)
        return sha256(path)

    for module in ("zawiya.integrity", "zawiya.bundle"):
        monkeypatch.setattr(f"{module}.sha256", counting)
    Bundle.load(folder)
    fingerprint(folder)
    assert sorted(read) == ["linear.safetensors", "zawiya.json"]


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pkl", "training_args.bin", "linear.joblib"])
def test_a_pickle_is_never_loaded(folder: Path, name: str, taxonomy: Taxonomy) -> None:
    trace = folder / "trace"
    (folder / name).write_bytes(pickle.dumps(Bomb(trace)))
    Labeler.load(folder, taxonomy=taxonomy)
    # and where it is all that there is, there is no model
    for weights in ("linear.safetensors", FILE):
        (folder / weights).unlink()
    with pytest.raises(ZawiyaError, match=r"expected linear\.safetensors, found none"):
        Labeler.load(folder, taxonomy=taxonomy)
    (folder / "zawiya.json").unlink()
    with pytest.raises(ZawiyaError, match=r"expected a model folder with zawiya\.json, found none"):
        Labeler.load(folder, taxonomy=taxonomy)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["linear.safetensors", "zawiya.json"])
def test_a_pickle_by_the_name_of_a_model_is_refused(folder: Path, name: str, taxonomy: Taxonomy) -> None:
    trace = folder / "trace"
    (folder / FILE).unlink()
    (folder / name).write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(ZawiyaError, match=name):
        Labeler.load(folder, taxonomy=taxonomy)
    assert not trace.exists()


def test_an_encoder_of_pickles_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="encoders take the train extra")
    from tests.tiny_encoders import tiny_electra
    from zawiya.train.encoders import load_weights

    trace = tmp_path / "trace"
    folder = tmp_path / "encoder"
    tiny_electra(folder)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(ZawiyaError, match="expected weights as safetensors, found pickled ones only"):
        load_weights(str(folder))
    # even then nothing in it is run
    with pytest.raises(ZawiyaError, match="which zawiya does not run"):
        load_weights(str(folder), weights="any")
    assert not trace.exists()


def test_the_embedded_model_lists_its_files() -> None:
    folder = resource("models", "default")
    assert (folder / FILE).is_file()
    check_hashes(folder)
