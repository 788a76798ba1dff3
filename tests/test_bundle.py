"""``zawiya.json``: what a model folder says about itself, and what is said where it does not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.bundle import FILE, Bundle, Calibration, fingerprint
from zawiya.errors import FaultsError, ZawiyaError


@pytest.fixture
def written(tmp_path: Path, bundle: Bundle) -> dict:
    """The values of a sound file, to be spoilt."""
    bundle.save(tmp_path)
    return json.loads((tmp_path / FILE).read_text(encoding="utf-8"))


def load(folder: Path, values: object) -> Bundle:
    (folder / FILE).write_text(json.dumps(values), encoding="utf-8")
    return Bundle.load(folder)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    calibration = Calibration((0.4, 0.6), 1.5, 0.8, 1.1, 0.7, (0.25, -0.25, 0.0))
    bundle = Bundle("نموذج", ("interference", "diplomacy"), 128, calibration)
    bundle.save(tmp_path)
    assert Bundle.load(tmp_path) == bundle
    assert "نموذج" in (tmp_path / FILE).read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_told_from_one_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"expected a model folder with zawiya\.json, found none"):
        Bundle.load(tmp_path)
    with pytest.raises(ZawiyaError, match="found no folder"):
        Bundle.load(tmp_path / "absent")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"not json"])
def test_garbage_is_reported_by_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"zawiya\.json: is not valid JSON"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize("values", [[], "text", 3, None])
def test_json_that_is_no_object_is_refused(tmp_path: Path, values: object) -> None:
    with pytest.raises(FaultsError):
        load(tmp_path, values)


def test_every_fault_is_reported_at_once(tmp_path: Path, written: dict) -> None:
    written["longest"] = 2
    written["version"] = 9
    written["calibration"]["stance_temperature"] = 0
    written["calibration"]["rejects"] = written["calibration"].pop("reject")
    del written["name"]
    with pytest.raises(FaultsError) as caught:
        load(tmp_path, written)
    faults = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 5
    for place in ("`longest`", "`version`", "`calibration.stance_temperature`", "`name`: is missing"):
        assert place in faults
    assert "`calibration.rejects`: unknown key; did you mean `reject`?" in faults


@pytest.mark.parametrize("lost", ["longest", "calibration"])
def test_an_encoder_needs_its_window_and_calibration(tmp_path: Path, written: dict, lost: str) -> None:
    del written[lost]
    with pytest.raises(FaultsError, match=f"`{lost}`"):
        load(tmp_path, written)


def test_a_linear_model_has_neither_window_nor_calibration(tmp_path: Path) -> None:
    bundle = Bundle("words", ("interference", "diplomacy"), kind="linear")
    bundle.save(tmp_path)
    assert Bundle.load(tmp_path) == bundle
    assert set(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))) == {"name", "frames", "version", "kind"}


def test_a_file_that_names_no_kind_is_an_encoders(tmp_path: Path, written: dict, bundle: Bundle) -> None:
    # as files were before there were linear models
    del written["kind"]
    assert load(tmp_path, written) == bundle


def test_an_unknown_kind_is_refused(tmp_path: Path, written: dict) -> None:
    with pytest.raises(FaultsError, match="`kind`: input should be 'encoder' or 'linear'"):
        load(tmp_path, written | {"kind": "tree"})


def test_each_frame_needs_a_threshold(tmp_path: Path, written: dict) -> None:
    written["calibration"]["frame_thresholds"] = [0.5]
    with pytest.raises(ZawiyaError, match="expected 2 frame thresholds, one a frame, found 1"):
        load(tmp_path, written)


@pytest.mark.parametrize("stances", [["against", "favor", "neutral", "not_an_actor"], ["favor", "against"]])
def test_stances_in_another_order_than_the_programs_are_refused(
    tmp_path: Path, written: dict, stances: list[str]
) -> None:
    written["stances"] = stances
    with pytest.raises(ZawiyaError, match="stances"):
        load(tmp_path, written)


@pytest.mark.parametrize("weights", ["model.onnx", "linear.safetensors"])
def test_a_fingerprint_changes_with_what_decides_answers_and_with_nothing_else(
    tmp_path: Path, bundle: Bundle, weights: str
) -> None:
    bundle.save(tmp_path)
    (tmp_path / weights).write_bytes(b"weights")
    before = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("a card", encoding="utf-8")
    assert fingerprint(tmp_path) == before
    (tmp_path / weights).write_bytes(b"other weights")
    changed = fingerprint(tmp_path)
    assert changed != before
    replace(bundle, calibration=Calibration((0.5, 0.6))).save(tmp_path)
    assert fingerprint(tmp_path) not in {before, changed}
