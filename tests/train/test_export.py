"""What the exporter writes; that it answers like the model is told in ``tests/test_backends.py``."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from zawiya.backends import OnnxBackend
from zawiya.bundle import ONNX_FILE
from zawiya.inputs import Batch, collate
from zawiya.train.examples import Example
from zawiya.train.export import export_onnx, quantise
from zawiya.train.model import StanceModel
from zawiya.train.torch_backend import TorchBackend


@pytest.fixture
def model(make_model: Callable[..., StanceModel]) -> StanceModel:
    return make_model()


@pytest.fixture
def batch(examples: list[Example]) -> Batch:
    return collate([example.window for example in examples], pad_id=0)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two empty folders: for what is exported, and for what is made smaller."""
    made = tmp_path / "plain", tmp_path / "small"
    for folder in made:
        folder.mkdir()
    return made


def test_one_file_is_written_into_each_folder_and_it_is_sound(model: StanceModel, folders: tuple[Path, Path]) -> None:
    written = export_onnx(model, folders[0]), quantise(*folders)
    for folder, path in zip(folders, written, strict=True):
        assert list(folder.iterdir()) == [path] == [folder / ONNX_FILE]
        onnx.checker.check_model(str(path))


def test_names_and_free_axes_are_those_that_backends_expect(model: StanceModel, tmp_path: Path) -> None:
    graph = onnx.load(str(export_onnx(model, tmp_path))).graph

    def axes(values: list) -> dict[str, list]:
        return {
            value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
            for value in values
        }

    assert axes(graph.input) == {
        "input_ids": ["windows", "tokens"],
        "attention_mask": ["windows", "tokens"],
        "target_mask": ["windows", "targets", "tokens"],
    }
    assert axes(graph.output) == {
        "stance_logits": ["windows", "targets", 4],
        "holder_logits": ["windows", "targets", "holders"],
        "frame_logits": ["windows", 2],
    }


def test_eight_bit_weights_take_less_room(model: StanceModel, folders: tuple[Path, Path]) -> None:
    plain = export_onnx(model, folders[0]).stat().st_size
    assert quantise(*folders).stat().st_size < plain
    # what was exported stays as it was
    assert (folders[0] / ONNX_FILE).stat().st_size == plain


@pytest.mark.parametrize("frames", [0, 1])
def test_a_model_of_no_frames_or_one_answers_as_onnx_in_float_and_eight_bits(
    make_model: Callable[..., StanceModel], batch: Batch, folders: tuple[Path, Path], frames: int
) -> None:
    model = make_model(frames=frames)
    export_onnx(model, folders[0])
    quantise(*folders)
    expected = TorchBackend(model).run(batch)
    for folder, atol in zip(folders, (1e-4, 0.5), strict=True):
        found = OnnxBackend(folder).run(batch)
        assert found.frames.shape == (len(batch.input_ids), frames)
        np.testing.assert_allclose(found.stance, expected.stance, atol=atol)


def test_quantising_leaves_the_log_as_loud_as_it_was(model: StanceModel, folders: tuple[Path, Path]) -> None:
    before = logging.root.manager.disable
    export_onnx(model, folders[0])
    quantise(*folders)
    assert logging.root.manager.disable == before


def test_exporting_leaves_the_model_answering_as_before(model: StanceModel, batch: Batch, tmp_path: Path) -> None:
    backend = TorchBackend(model)
    before = backend.run(batch)
    export_onnx(model, tmp_path)
    after = backend.run(batch)
    assert not model.training
    assert (before.stance == after.stance).all()
    assert (before.frames == after.frames).all()


def test_a_model_in_half_precision_is_written_in_full(model: StanceModel, tmp_path: Path) -> None:
    graph = onnx.load(str(export_onnx(model.half(), tmp_path))).graph
    kinds = {tensor.data_type for tensor in graph.initializer}
    assert onnx.TensorProto.FLOAT in kinds
    assert onnx.TensorProto.FLOAT16 not in kinds


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_model_on_a_gpu_is_exported_from_there(model: StanceModel, tmp_path: Path) -> None:
    assert export_onnx(model.cuda(), tmp_path).is_file()
